"""After a restore from a backup: what may have been sent since counts as sent, and nothing is sent for it.

Every step that is due counts as made now, by the same code as in a run, and every booked contact that is not settled
counts as of now. Then the store is raised above its watermark, and runs go on. Killed anywhere and begun again, it goes
on with the rest.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import attrs

from feedbackkit.codec.heads import Delivery
from feedbackkit.desk.context import ledgers_of, wake_others
from feedbackkit.desk.decisions.booking import Booking, contact_put
from feedbackkit.desk.decisions.deciding import decide_person
from feedbackkit.desk.decisions.judging import judge
from feedbackkit.desk.decisions.proposing import kind_of, proposal, unreachable
from feedbackkit.desk.kinds import CONTACT, REQUEST
from feedbackkit.desk.runs.counting import behind, count
from feedbackkit.desk.runs.running import report_of
from feedbackkit.desk.runs.sweeping import Sweep, found
from feedbackkit.desk.runs.tally import Tally
from feedbackkit.desk.sending.last_look import is_latest, take_again
from feedbackkit.desk.sending.parcel import Parcel
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.decision import At, Never, Reason
from feedbackkit.errors import NotAllowed
from feedbackkit.policies import StepKind
from feedbackkit.ports import RecordKey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.desk.decisions.judging import Expiry
    from feedbackkit.desk.files import RequestFile
    from feedbackkit.desk.policy import Policy
    from feedbackkit.desk.runs.running import RunReport
    from feedbackkit.domain.decision import Decision
    from feedbackkit.domain.ledger import Ledger
    from feedbackkit.ports import Record

__all__ = ["catch_up", "resume"]

_WHY: Final = "after a restore from a backup nobody knows whether it was sent; it counts as made now"
_BECAUSE: Final = (Reason("restore", None, _WHY),)
_NO_CHANNEL: Final = "unknown"
_EVER_US: Final = 2**62
"""Later than anything is due."""


async def resume(context: Context) -> RunReport:
    """Count as made what is due, settle what was booked, and let runs go on; raise `NotAllowed` where they may."""
    noted = await behind(context)
    if context.watermark is None or noted is None:
        why = "this desk has no watermark" if context.watermark is None else "the store is not behind its watermark"
        raise NotAllowed(f"there is nothing to resume: {why}")
    tally = await _count_as_made(context)
    await count(context, context.watermark, working=False, above=noted)
    return report_of(tally)


async def catch_up(context: Context, *, keys: Iterable[str] = (), engagement: str | None = None) -> bool:
    """Before something is changed in a store that is behind: count as made what is due to the people it concerns.

    What an answer closes or a plan puts off is not due any more afterwards, although it may have been sent. The people
    are the respondents of the requests of those keys, and of an engagement; whether the store is behind comes back.
    """
    if await behind(context) is None:
        return False
    people = {
        record.refs[0] for record in await context.store.read([RecordKey(REQUEST, key) for key in keys]) if record
    }
    if engagement is not None:
        people.update([record.refs[0] async for record in found(context, REQUEST, ref=engagement)])
    await Sweep(context, _make_steps, Tally()).all(partial(_due_to, context, sorted(people)))
    return True


async def _count_as_made(context: Context) -> Tally:
    """Count what is due, which is looked for and not claimed.

    What another owner had leased, what was set aside and what was given up may be sent later, so it counts, too.
    """
    tally = Tally()
    await Sweep(context, _settle_contacts, tally).all(partial(found, context, CONTACT, due_until=_EVER_US))
    await Sweep(context, _make_steps, tally).all(partial(_due, context))
    return tally


def _due(context: Context) -> AsyncIterator[Record]:
    return found(context, REQUEST, due_until=context.clock.now_us())


async def _due_to(context: Context, people: Iterable[str]) -> AsyncIterator[Record]:
    for person in people:
        async for record in found(context, REQUEST, ref=person, due_until=context.clock.now_us()):
            if record.refs[0] == person:
                yield record


async def _settle_contacts(context: Context, keys: Sequence[str], tally: Tally) -> Cabinet | None:
    """Count booked contacts of one group as sent, now; the ladders of their requests go on from there."""
    records = await context.store.read([RecordKey(CONTACT, key) for key in keys])
    parcels = [Parcel.stored(record) for record in records if record is not None and record.due is not None]
    if not parcels:
        return None
    cabinet = context.cabinet()
    cabinet.file(await context.store.read(list(dict.fromkeys(key for parcel in parcels for key in parcel.keys))))
    for parcel in parcels:
        contact = parcel.contact
        files = [cabinet.requests.get(line.request) for line in contact.lines]
        lines = [line for line, file in zip(contact.lines, files, strict=True) if file and is_latest(file, parcel)]
        take_again(cabinet, context.policy, contact, lines, _BECAUSE)
        delivery = Delivery(parcel.delivery.tries, cabinet.now_us, _WHY)
        counted = attrs.evolve(contact, booked_us=cabinet.now_us)
        cabinet.others.append(contact_put(counted, parcel.version, None, ContactStatus.UNKNOWN, delivery))
        tally.counts["unknown"] += 1
    tally.due = len(parcels)
    return cabinet


async def _make_steps(context: Context, keys: Sequence[str], tally: Tally) -> Cabinet | None:
    """Count what is due of one group as made now."""
    cabinet = context.cabinet()
    found = await context.store.read([RecordKey(REQUEST, key) for key in keys])
    records = [record for record in found if record and record.due is not None and record.due <= cabinet.now_us]
    if not records:
        return None
    cabinet.file(records)
    (await ledgers_of(context.store, records)).file(cabinet, records)
    channel = context.channels[0].name if context.channels else _NO_CHANNEL
    booking = Booking(channel, ContactStatus.UNKNOWN, Delivery(0, cabinet.now_us, _WHY), _WHY)
    for files in cabinet.by_respondent().values():
        decide_person(cabinet, context.policy, files, booking=booking, tally=tally, verdict=_may_have_been_made)
    await wake_others(context, [cabinet])
    tally.due = len(records)
    return cabinet


def _may_have_been_made(
    cabinet: Cabinet, policy: Policy, file: RequestFile, kind: StepKind, at_us: int
) -> Decision | Expiry:
    """Now, whatever the rules say of it now, unless it is certain that nobody was contacted.

    That is where there is no address, and where a rule was against it for good when it was due. A wish that came later
    may be the reply to what was sent.
    """
    if kind is StepKind.EXPIRE:
        return judge(cabinet, policy, file, kind, at_us)
    asking = proposal(cabinet, file, kind_of(file.request, kind))
    cannot = unreachable(asking)
    if cannot is not None:
        return cannot
    due_us = at_us if file.progress.due_us is None else file.progress.due_us
    then = attrs.evolve(
        asking, ledger=_wanted_by(due_us, asking.ledger), organisation=_wanted_by(due_us, asking.organisation)
    )
    decision = policy.rules.earliest(due_us, then)
    return decision if isinstance(decision, Never) else At(at_us)


def _wanted_by(at_us: int, ledger: Ledger) -> Ledger:
    return attrs.evolve(ledger, opt_outs=tuple(wish for wish in ledger.opt_outs if wish.since_us <= at_us))
