"""The run: claim what is due, decide it group by group, store each decision whole, and send."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.desk.cabinet import REQUEST, Cabinet
from feedbackkit.desk.context import TRIES, ledgers_of, wake_others
from feedbackkit.desk.counting import RunCount
from feedbackkit.desk.deciding import Booking, Tally, booked_as, decide_person
from feedbackkit.desk.delivering import deliver, deliver_leftovers
from feedbackkit.desk.parcel import Parcel
from feedbackkit.domain.contact import Contact
from feedbackkit.domain.times import HOUR_US
from feedbackkit.errors import FeedbackKitError, SetupError
from feedbackkit.ports import RecordKey, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.desk.cabinet import RequestFile
    from feedbackkit.desk.context import Context, Ledgers
    from feedbackkit.ports import Change, Record

__all__ = ["RunReport", "run"]

_SET_ASIDE_US: Final = HOUR_US


@final
@attrs.frozen(kw_only=True)
class RunReport:
    """What one run came to."""

    counts: dict[str, int]
    """How often each thing happened: ``requested``, ``reminded``, ``sent``, ``postponed``, ``held``, ``expired``…"""
    rules: dict[tuple[str, str], int]
    """How often each rule ``moved``, ``held`` or ``stopped`` a contact, by rule and what it did."""

    def __getitem__(self, what: str) -> int:
        return self.counts.get(what, 0)


async def run(context: Context) -> RunReport:
    """Send what is due and nothing that should not be, until nothing is due any more."""
    tally = Tally()
    if not context.channels:
        raise SetupError("a desk needs a channel to run: Desk(store, channels=[ConsoleChannel()])")
    count = RunCount(context)
    await count.begin()
    await deliver_leftovers(context, count, tally)
    refusals: Counter[str] = Counter()
    while True:
        due = await context.store.claim(
            REQUEST, now=context.clock.now_us(), lease=context.lease_us, owner=context.owner, limit=context.batch
        )
        if not due:
            break
        await count.work()
        parcels = await _decide(context, due, refusals, tally)
        await deliver(context, parcels, tally)
        await context.store.release([RecordKey(REQUEST, record.key) for record in due], owner=context.owner)
    await count.end()
    return RunReport(counts=dict(tally.counts), rules=dict(tally.rules))


async def _decide(context: Context, due: Sequence[Record], refusals: Counter[str], tally: Tally) -> list[Parcel]:
    """Decide all that is due, one change a group and one transaction for all; what was booked comes back."""
    ledgers = await ledgers_of(context.store, due)
    groups: dict[str, list[Record]] = {}
    for record in due:
        groups.setdefault(record.group, []).append(record)
    decided: list[_Decided] = []
    failed: list[RecordKey] = []
    for records in groups.values():
        try:
            decided.append(_decide_group(context, records, ledgers))
        except FeedbackKitError:
            failed += [RecordKey(REQUEST, record.key) for record in records]
    await wake_others(context, [group.cabinet for group in decided])
    parcels = await _store(context, decided, failed, refusals, tally)
    if failed:
        tally.counts["failed"] += len(failed)
        retry_at = context.clock.now_us() + _SET_ASIDE_US
        await context.store.release(failed, owner=context.owner, retry_at=retry_at)
    return parcels


@attrs.define
class _Decided:
    """What was decided about one group."""

    group: str
    due: list[RecordKey]
    cabinet: Cabinet
    contacts: list[Contact]
    tally: Tally


def _decide_group(context: Context, records: Sequence[Record], ledgers: Ledgers) -> _Decided:
    cabinet = context.cabinet()
    cabinet.file(records)
    ledgers.file(cabinet, records)
    people: dict[str, list[RequestFile]] = {}
    for file in cabinet.requests.values():
        people.setdefault(file.respondent, []).append(file)
    tally = Tally()
    channel = context.channels[0]
    booking = Booking(channel.name, *booked_as(harmless=channel.idempotent))
    contacts = [
        contact
        for files in people.values()
        if (contact := decide_person(cabinet, context.policy, files, booking=booking, tally=tally))
    ]
    return _Decided(records[0].group, [RecordKey(REQUEST, record.key) for record in records], cabinet, contacts, tally)


async def _store(
    context: Context, decided: Sequence[_Decided], failed: list[RecordKey], refusals: Counter[str], tally: Tally
) -> list[Parcel]:
    """Store the decisions; a group that somebody else changed meanwhile stays due and is decided anew.

    One that is refused again and again is set aside, so that a run comes to its end whatever is wrong with it.
    """
    harmless = context.channels[0].idempotent
    made: list[tuple[Change, _Decided]] = []
    for group in decided:
        change = group.cabinet.change(context.owner, context.ids.salt)
        if change is None:
            failed += group.due  # nothing could be decided, although it is due: do not come round for ever
        else:
            made.append((change, group))
    outcomes = await context.store.write([change for change, _ in made]) if made else []
    parcels: list[Parcel] = []
    for (_, group), outcome in zip(made, outcomes, strict=True):
        if isinstance(outcome, Refused):
            tally.counts["decided anew"] += 1
            refusals[group.group] += 1
            if refusals[group.group] >= TRIES:
                failed += group.due
            continue
        tally.add(group.tally)
        parcels += [Parcel.fresh(contact, group.group, group.cabinet, harmless=harmless) for contact in group.contacts]
    return parcels
