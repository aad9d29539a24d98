"""The run: follow what came back, claim what is due, decide it group by group, store each decision whole, and send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, final

import attrs

from feedbackkit.desk.cabinet import Cabinet
from feedbackkit.desk.context import TRIES, ledgers_of, wake_others
from feedbackkit.desk.decisions.booking import Booking, booked_as
from feedbackkit.desk.decisions.deciding import decide_person
from feedbackkit.desk.decisions.knowing import NOTHING_KNOWN, Known, given_about, soon_due
from feedbackkit.desk.decisions.nudging import begin_nudges, originals_of
from feedbackkit.desk.decisions.turns import in_turn
from feedbackkit.desk.kinds import CONTACT, NOTICE, REQUEST, SIGNAL
from feedbackkit.desk.plans.following import follow
from feedbackkit.desk.runs.aside import Aside
from feedbackkit.desk.runs.counting import RunCount
from feedbackkit.desk.runs.tally import Tally
from feedbackkit.desk.sending.delivering import deliver, deliver_stored
from feedbackkit.desk.sending.parcel import Parcel
from feedbackkit.desk.sending.telling import tell_due
from feedbackkit.domain.contact import Contact
from feedbackkit.domain.happenings import BatchEnded, ContactUnknown, RunBegan, RunEnded
from feedbackkit.errors import FeedbackKitError, SetupError
from feedbackkit.ports import Record, RecordKey, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

    from feedbackkit.desk.context import Context, Ledgers
    from feedbackkit.desk.files import RequestFile
    from feedbackkit.ports import Change

__all__ = ["RunReport", "report_of", "run"]

_Handle: TypeAlias = "Callable[[Sequence[Record], Tally, Aside], Awaitable[None]]"


@final
@attrs.frozen(kw_only=True)
class RunReport:
    """What one run came to, or the runs of a worker together."""

    counts: dict[str, int]
    """How often each thing happened: ``requested``, ``reminded``, ``sent``, ``postponed``, ``held``, ``expired``…"""
    rules: dict[tuple[str, str], int]
    """How often each rule ``moved``, ``held`` or ``stopped`` a contact, by rule and what it did."""
    due: int = 0
    """How many signals, requests and booked contacts were due."""
    next_us: int | None = None
    """The earliest instant at which it knows something to be due again; what others planned meanwhile is not in it."""
    runs: int = 1
    """How many runs these are."""

    def __getitem__(self, what: str) -> int:
        return self.counts.get(what, 0)


def report_of(tally: Tally, *, runs: int = 1) -> RunReport:
    """The report of what was counted."""
    return RunReport(
        counts=dict(tally.counts), rules=dict(tally.rules), due=tally.due, next_us=tally.next_us, runs=runs
    )


def _always() -> bool:
    return True


async def run(context: Context, *, go_on: Callable[[], bool] = _always, tally: Tally | None = None) -> RunReport:
    """Send what is due and nothing that should not be, until nothing is due any more, or `go_on` says no.

    It is asked before each batch, so that a batch in hand is finished. `tally` counts along, whatever the end is.
    """
    if not context.channels:
        raise SetupError("a desk needs a channel to run: Desk(store, channels=[ConsoleChannel()])")
    total = Tally() if tally is None else tally
    count = RunCount(context)
    refusals: Counter[str] = Counter()
    with _told(context, total):
        await count.begin()
        work_off = partial(_work_off, context, count, total=total, go_on=go_on)
        followed = partial(work_off, SIGNAL, partial(follow, context))
        await followed()  # before anything goes out that an answer may hold back
        while True:
            sent = await work_off(CONTACT, partial(deliver_stored, context))
            decided = await work_off(REQUEST, partial(_decide_and_deliver, context, refusals))
            if not ((sent or decided) and await followed()):
                break  # or else what has ended in silence may have brought something that is due
        if context.subscribers:
            await work_off(NOTICE, partial(tell_due, context))
        await count.end()
    return report_of(total)


@contextmanager
def _told(context: Context, tally: Tally) -> Generator[None]:
    """Tell the observers of the beginning of a run, and of its end, whatever that is."""
    begun_us, owner = context.clock.now_us(), context.owner
    context.tell(RunBegan(at_us=begun_us, owner=owner))
    error: str | None = None
    try:
        yield
    except BaseException as raised:
        error = type(raised).__name__
        raise
    finally:
        now_us = context.clock.now_us()
        for contact in dict.fromkeys(tally.unknown):
            context.tell(ContactUnknown(at_us=now_us, owner=owner, contact=contact))
        tally.unknown.clear()
        context.tell(
            RunEnded(
                at_us=now_us,
                owner=owner,
                begun_us=begun_us,
                due=tally.due,
                counts=dict(tally.counts),
                rules=dict(tally.rules),
                error=error,
            )
        )


async def _work_off(
    context: Context, count: RunCount, kind: str, handle: _Handle, total: Tally, go_on: Callable[[], bool]
) -> bool:
    """Claim, batch by batch, what is due of a kind, oldest first, and hand it on; whether there was any."""
    worked = False
    while go_on():
        due = await context.store.claim(
            kind, now=context.clock.now_us(), lease=context.lease_us, owner=context.owner, limit=context.batch
        )
        if not due:
            break
        worked = True
        await count.work()
        tally, aside = Tally(), Aside()
        tally.due = len(due)
        try:
            await handle(due, tally, aside)
            await aside.give_back(context, [RecordKey(kind, record.key) for record in due], tally)
        finally:
            total.add(tally)
        now_us = context.clock.now_us()
        context.tell(BatchEnded(at_us=now_us, owner=context.owner, due=tally.due, counts=dict(tally.counts)))
    return worked


async def _decide_and_deliver(
    context: Context, refusals: Counter[str], due: Sequence[Record], tally: Tally, aside: Aside
) -> None:
    """Decide all that is due, one change a group and one transaction for all, and send what was booked."""
    ledgers = await ledgers_of(context.store, due)
    groups: dict[str, list[Record]] = {}
    for record in due:
        groups.setdefault(record.group, []).append(record)
    ledgers.originals = await originals_of(context.store, due)
    tried = [_decide(context, records, ledgers, aside) for records in groups.values()]
    decided = await _look_closer(context, [group for group in tried if group is not None], ledgers, aside)
    await begin_nudges(context.store, [group.cabinet for group in decided])
    await wake_others(context, [group.cabinet for group in decided])
    parcels = await _store(context, decided, refusals, tally, aside)
    await deliver(context, parcels, tally, aside)


async def _look_closer(context: Context, decided: Sequence[_Decided], ledgers: Ledgers, aside: Aside) -> list[_Decided]:
    """Decide anew where something is due soon that may go with a contact, or where some went and others had to wait."""
    people = [contact.person for group in decided for contact in group.contacts]
    together_us, now_us = context.policy.cadence.together_us, context.clock.now_us()
    soon = await soon_due(context.store, people, now_us, now_us + together_us) if together_us and people else {}
    contested = [group for group in decided if group.contested]
    subjects = list(dict.fromkeys(file.request.subject for group in contested for file in group.files))
    given = await given_about(context.store, subjects) if subjects else {}
    closer: list[_Decided | None] = []
    for group in decided:
        known = Known(soon.get(group.group, ()), given if group.contested else {})
        closer.append(group if known == NOTHING_KNOWN else _decide(context, group.due, ledgers, aside, known))
    return [group for group in closer if group is not None]


@attrs.define
class _Decided:
    """What was decided about one group."""

    group: str
    due: Sequence[Record]
    cabinet: Cabinet
    contacts: list[Contact]
    tally: Tally

    @property
    def contested(self) -> bool:
        """Whether some of what was due could go and some could not, so that it matters what goes first."""
        return (
            len(self.due) > 1
            and bool(self.contacts)
            and bool(self.tally.counts["postponed"] + self.tally.counts["held"])
        )

    @property
    def files(self) -> list[RequestFile]:
        """What was due of it."""
        return [self.cabinet.requests[record.key] for record in self.due]

    def fail(self, aside: Aside, why: str) -> None:
        """Set aside all that was due of it."""
        _fail(self.due, aside, why)


def _fail(records: Sequence[Record], aside: Aside, why: str) -> None:
    for record in records:
        aside.put(RecordKey(REQUEST, record.key), group=record.group, due_us=record.due or 0, why=why)


def _decide(
    context: Context, records: Sequence[Record], ledgers: Ledgers, aside: Aside, known: Known = NOTHING_KNOWN
) -> _Decided | None:
    """Decide what is due of one group; what fails on its own is set aside, and does not keep the rest."""
    try:
        return _decide_group(context, records, ledgers, known)
    except FeedbackKitError as error:
        why = type(error).__name__
    sound = records[:0] if len(records) == 1 else [each for each in records if _decide(context, [each], ledgers, aside)]
    if not sound or len(sound) == len(records):
        _fail(records, aside, why)
        return None
    return _decide(context, sound, ledgers, aside)


def _decide_group(context: Context, records: Sequence[Record], ledgers: Ledgers, known: Known) -> _Decided:
    cabinet = context.cabinet()
    cabinet.given = known.given
    cabinet.file(records)
    ledgers.file(cabinet, records)
    people = list(cabinet.by_respondent().values())
    if known.given:  # or else all can go, in whatever order
        people = in_turn(cabinet, context.policy, people)
    due = frozenset(cabinet.requests)
    soon: dict[str, list[RequestFile]] = {}
    cabinet.file(record for record in known.soon if record.key not in due)
    for key, file in cabinet.requests.items():
        if key not in due:
            soon.setdefault(file.respondent, []).append(file)
    cabinet.file(ledgers.spoken_of(cabinet, records))  # to be looked at, not to be decided
    tally = Tally()
    channel = context.channels[0]
    booking = Booking(channel.name, *booked_as(harmless=channel.idempotent))
    contacts = [
        contact
        for files in people
        if (
            contact := decide_person(
                cabinet, context.policy, files, booking=booking, tally=tally, soon=soon.get(files[0].respondent, ())
            )
        )
    ]
    return _Decided(records[0].group, records, cabinet, contacts, tally)


async def _store(
    context: Context, decided: Sequence[_Decided], refusals: Counter[str], tally: Tally, aside: Aside
) -> list[Parcel]:
    """Store the decisions; a group that somebody else changed meanwhile stays due and is decided anew.

    One that is refused again and again is set aside, so that a run comes to its end whatever is wrong with it.
    """
    harmless = context.channels[0].idempotent
    made: list[tuple[Change, _Decided]] = []
    for group in decided:
        change = group.cabinet.change(context.owner, context.ids.salt)
        if change is None:
            group.fail(aside, "undecided")  # although it is due: do not come round for ever
        else:
            made.append((change, group))
    outcomes = await context.store.write([change for change, _ in made]) if made else []
    parcels: list[Parcel] = []
    for (_, group), outcome in zip(made, outcomes, strict=True):
        if isinstance(outcome, Refused):
            tally.counts["decided anew"] += 1
            refusals[group.group] += 1
            if refusals[group.group] >= TRIES:
                group.fail(aside, "refused")
            continue
        context.tell_alerts(group.cabinet)
        tally.add(group.tally)
        _expect(group.cabinet, tally)
        parcels += [Parcel.fresh(contact, group.group, group.cabinet, harmless=harmless) for contact in group.contacts]
    return parcels


def _expect(cabinet: Cabinet, tally: Tally) -> None:
    """Know when what was decided comes next."""
    for file in cabinet.requests.values():
        due_us = file.progress.due_us
        if due_us is not None and due_us > cabinet.now_us:
            tally.expect(due_us)
