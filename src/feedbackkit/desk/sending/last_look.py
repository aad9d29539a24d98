"""The last look at a booked contact, right before it goes: does what was decided still hold?

State and rules are read again, the contact's own booking left out. A request that was answered, declined, deferred,
delegated or withdrawn, a wish to be left in peace, an hour that has passed: the line does not go, its step is taken
back, and when no line is left the booking is released.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from feedbackkit.codec.heads import Delivery
from feedbackkit.desk.context import TRIES, wake_others
from feedbackkit.desk.decisions.booking import take_step
from feedbackkit.desk.decisions.judging import is_vain
from feedbackkit.desk.decisions.proposing import earliest, proposal, unreachable
from feedbackkit.desk.decisions.slots import close
from feedbackkit.desk.files import asks_behind_somebody
from feedbackkit.desk.kinds import CONTACT, PERSON, REQUEST
from feedbackkit.desk.looks.looking import history
from feedbackkit.desk.sending.parcel import Parcel
from feedbackkit.domain.alerts import AlertKind
from feedbackkit.domain.contact import CALL_SHEET, ContactLine, ContactStatus
from feedbackkit.domain.decision import At, Held, Never, Reason
from feedbackkit.domain.request import EventKind
from feedbackkit.domain.times import HOUR_US
from feedbackkit.ports import RecordKey
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.desk.files import RequestFile
    from feedbackkit.desk.policy import Policy
    from feedbackkit.desk.runs.tally import Tally
    from feedbackkit.domain.contact import Contact
    from feedbackkit.domain.decision import Decision
    from feedbackkit.domain.request import Event
    from feedbackkit.ports import Change, Record

__all__ = [
    "BROUGHT_BACK",
    "MOVED_ON",
    "STALE_US",
    "is_latest",
    "last_look",
    "let_go",
    "read_anew",
    "take_again",
    "verdict_of",
]

STALE_US: Final = 4 * HOUR_US
"""A contact that did not go out for so long is decided anew, for its booking tells the wrong time; one that may have
gone out is not repeated any more, unless that does no harm: then it is booked anew, under its id."""

GIVEN_UP: Final = "somebody brings it back"
"""Until when a request waits whose contacts were given up; no change of a ledger wakes it."""
BROUGHT_BACK: Final = "somebody brought it back"
_MOST_IN_VAIN: Final = 10
_ON_THE_WAY: Final = frozenset({EventKind.REQUESTED, EventKind.REMINDED, EventKind.RESCHEDULED})

MOVED_ON: Final = Never((Reason("last look", None, "the request was closed or moved on before the contact went out"),))
"""Why a contact does not go for a request that no longer waits from it."""
_RATHER_CALLED: Final = (Reason("last look", None, "the respondent would rather be called"),)
_STALE: Final = (Reason("last look", None, "the contact did not go out in time and is decided anew"),)
_IN_DOUBT: Final = (Reason("last look", None, "nobody knows whether it went out; it is repeated under its id"),)


async def last_look(context: Context, parcels: Sequence[Parcel], tally: Tally) -> list[Parcel]:
    """Those that may go now, each with the cabinet that was looked at; the others are taken back or settled."""
    moved = await _moved_since(context, parcels)
    going: list[Parcel] = []
    doubtful: list[Parcel] = []
    for parcel in parcels:
        cabinet = parcel.cabinet
        if cabinet is None or parcel.contact.id in moved or _fallen(context, cabinet, parcel):
            doubtful.append(parcel)
        else:
            going.append(parcel)
    for _ in range(TRIES):
        if not doubtful:
            break  # what is still doubtful after so many tries stays booked, and is looked at by the next run
        doubtful = await _look_closely(context, doubtful, going, tally)
    return going


async def _moved_since(context: Context, parcels: Sequence[Parcel]) -> set[str]:
    """The ids of the contacts for which something has another version than their decision left behind."""
    expected: dict[RecordKey, int] = {}
    for parcel in parcels:
        expected.update(parcel.expected)
    if not expected:
        return set()
    heads = await context.store.heads(list(expected))
    moved = {
        key
        for (key, version), head in zip(expected.items(), heads, strict=True)
        if head is None or head.version != version
    }
    return {parcel.contact.id for parcel in parcels if moved and not moved.isdisjoint(parcel.expected)}


def _fallen(context: Context, cabinet: Cabinet, parcel: Parcel) -> list[tuple[ContactLine, Decision]]:
    """The lines that must not go, each with what holds instead."""
    now_us = context.clock.now_us()
    stale = not -HOUR_US <= now_us - parcel.contact.booked_us <= STALE_US
    fallen: list[tuple[ContactLine, Decision]] = []
    for line in parcel.contact.lines:
        verdict = verdict_of(context, cabinet, parcel, line, now_us)
        if stale and isinstance(verdict, At):
            verdict = At(verdict.at_us, (*_STALE, *verdict.because))
        if not (isinstance(verdict, At) and verdict.at_us <= now_us and not verdict.because):
            fallen.append((line, verdict))
    return fallen


def verdict_of(context: Context, cabinet: Cabinet, parcel: Parcel, line: ContactLine, now_us: int) -> Decision:
    """``At(now)`` for a line that still stands."""
    contact = parcel.contact
    file = cabinet.requests.get(line.request)
    if file is None or not is_latest(file, parcel) or is_vain(cabinet, file):
        return MOVED_ON
    if now_us == contact.booked_us and cabinet is parcel.cabinet and parcel.expected:
        return At(now_us)  # the very instant and the very ledgers that it was decided by
    asked = proposal(cabinet, file, line.kind)
    cannot = unreachable(asked)
    if cannot is not None:
        return cannot
    if asked.by_phone and contact.channel != CALL_SHEET:
        return At(now_us, _RATHER_CALLED)
    asked = attrs.evolve(
        asked,
        ledger=asked.ledger.released(contact.booked_us),
        organisation=asked.organisation.released(contact.booked_us),
    )
    return earliest(context.policy, now_us, asked)


def is_latest(file: RequestFile, parcel: Parcel) -> bool:
    """Whether the request is still where this contact took it: open, and waiting from it on."""
    progress = file.progress
    return (
        progress.state in OPEN
        and progress.contact == parcel.contact.id
        and progress.anchor_us == parcel.contact.booked_us
        and progress.chosen_us is None
    )


async def _look_closely(context: Context, parcels: Sequence[Parcel], going: list[Parcel], tally: Tally) -> list[Parcel]:
    """Read everything anew, group by group, and act on it; what must be looked at once more comes back."""
    cabinets = await read_anew(context, parcels)
    for cabinet, members in cabinets:
        for parcel in members:
            fallen = _fallen(context, cabinet, parcel)
            if fallen:
                let_go(cabinet, context.policy, parcel, await _worn_out(context, parcel, fallen), tally)
    await wake_others(context, [cabinet for cabinet, _ in cabinets])
    changes: list[Change] = []
    changing: list[list[Parcel]] = []
    for cabinet, members in cabinets:
        change = cabinet.change(context.owner, context.ids.salt)
        if change is None:
            for parcel in members:
                parcel.cabinet = cabinet
            going.extend(members)
        else:
            changes.append(change)
            changing.append(members)
    if not changes:
        return []
    await context.store.write(changes)
    # Refused or not, what is stored now is read again: a contact that was let go is not due any more.
    return [parcel for members in changing for parcel in members]


async def read_anew(context: Context, parcels: Sequence[Parcel]) -> list[tuple[Cabinet, list[Parcel]]]:
    """A fresh cabinet for each group, with its contacts as they are stored now; none that was settled."""
    keys: dict[RecordKey, None] = {}
    for parcel in parcels:
        keys.update(dict.fromkeys((*parcel.keys, RecordKey(CONTACT, parcel.contact.id))))
    found = dict(zip(keys, await context.store.read(list(keys)), strict=True))
    subjects = _subjects_of_checks(found.values())
    missing = [RecordKey(PERSON, subject) for subject in dict.fromkeys(subjects.values())]
    missing = [key for key in missing if key not in found]
    if missing:
        found.update(zip(missing, await context.store.read(missing), strict=True))
    cabinets: dict[str, tuple[Cabinet, list[Parcel]]] = {}
    for old in parcels:
        own = found[RecordKey(CONTACT, old.contact.id)]
        if own is None or own.due is None:
            continue
        parcel = Parcel.stored(own)
        parcel.harmless, parcel.token = old.harmless, old.token
        if own.version == old.version:  # still in our own hand, and we know what we have done with it
            parcel.may_be_out = old.may_be_out
        cabinet, members = cabinets.setdefault(parcel.group, (context.cabinet(), []))
        keys_of_it = [
            *parcel.keys,
            *(RecordKey(PERSON, subjects[key.key]) for key in parcel.keys if key.key in subjects),
        ]
        cabinet.file(found.get(key) for key in keys_of_it if not cabinet.has(key))
        members.append(parcel)
    return list(cabinets.values())


async def _worn_out(
    context: Context, parcel: Parcel, fallen: Sequence[tuple[ContactLine, Decision]]
) -> list[tuple[ContactLine, Decision]]:
    """The same, but given up what was booked again and again without going out."""
    verdicts: list[tuple[ContactLine, Decision]] = []
    for line, verdict in fallen:
        is_stale = not parcel.may_be_out and verdict.because[:1] == _STALE
        if is_stale and _times_in_vain(await history(context, line.request)) + 1 >= _MOST_IN_VAIN:
            why = parcel.delivery.reason or "nobody said why"
            text = f"it did not go out in time, {_MOST_IN_VAIN} times in a row: {why}"
            verdicts.append((line, Held(GIVEN_UP, (Reason("last look", None, text),))))
        else:
            verdicts.append((line, verdict))
    return verdicts


def _times_in_vain(events: Sequence[Event]) -> int:
    """How often a contact was booked and went stale, since anything else happened to the request."""
    times = 0
    for event in reversed(events):
        if event.kind is EventKind.UNSENT:
            times += event.because[:1] == _STALE
        elif event.kind not in _ON_THE_WAY or event.reason == BROUGHT_BACK:
            break
    return times


def _subjects_of_checks(records: Iterable[Record | None]) -> dict[str, str]:
    """Who the reference checks among some records are about: none of them goes without the subject's consent."""
    return {
        record.key: record.refs[1]
        for record in records
        if record is not None and record.kind == REQUEST and asks_behind_somebody(record)
    }


def let_go(
    cabinet: Cabinet,
    policy: Policy,
    parcel: Parcel,
    fallen: Sequence[tuple[ContactLine, Decision]],
    tally: Tally,
) -> None:
    """Take back the steps of the lines that must not go; a contact without a line left is released.

    One that may be out already is not: it counts as sent, and is repeated only where that does no harm.
    """
    contact = parcel.contact
    if parcel.may_be_out:
        _let_doubtful_go(cabinet, policy, parcel, [verdict for _, verdict in fallen], tally)
        return
    lost = {line.request for line, _ in fallen}
    lines = tuple(line for line in contact.lines if line.request not in lost)
    for line, verdict in fallen:
        file = cabinet.requests.get(line.request)
        if file is not None and file.progress.contact == contact.id:
            _take_back(cabinet, file, verdict)
    if lines:
        cabinet.others.append(parcel.shortened(lines, cabinet.now_us))
        return
    cabinet.uncount(contact.person, contact.organisation, contact.booked_us)
    because = fallen[0][1].because
    delivery = Delivery(parcel.tried, cabinet.now_us, because[0].text if because else "")
    given_up = any(_is_given_up(verdict) for _, verdict in fallen)
    cabinet.others.append(parcel.settled(ContactStatus.FAILED if given_up else ContactStatus.RELEASED, delivery))
    tally.counts["given up" if given_up else "released"] += 1


def _let_doubtful_go(
    cabinet: Cabinet, policy: Policy, parcel: Parcel, verdicts: Sequence[Decision], tally: Tally
) -> None:
    """What may be out stays in the ledgers; where all of it still holds and no harm is done, it is to go again.

    Then it is booked as of now. If it did go out, its channel drops the repetition, and the ledgers only keep the
    person in peace for a little longer.
    """
    at_us = [verdict.at_us for verdict in verdicts if isinstance(verdict, At)]
    if not parcel.harmless or len(at_us) < len(verdicts):
        cabinet.others.append(parcel.settled(ContactStatus.UNKNOWN, parcel.delivery))
        tally.counts["unknown"] += 1
        tally.unknown.append(parcel.contact.id)
    elif max(at_us) > cabinet.now_us:
        cabinet.others.append(parcel.settled(parcel.status, parcel.delivery, max(at_us)))
    else:
        _book_anew(cabinet, policy, parcel)


def _book_anew(cabinet: Cabinet, policy: Policy, parcel: Parcel) -> None:
    """The same contact under the same id, as of now."""
    take_again(cabinet, policy, parcel.contact, parcel.contact.lines, _IN_DOUBT)
    cabinet.others.append(parcel.rebooked(cabinet.now_us))


def take_again(
    cabinet: Cabinet, policy: Policy, contact: Contact, lines: Sequence[ContactLine], because: tuple[Reason, ...]
) -> None:
    """Count a contact as of now, and take the steps of some of its lines back and again with it."""
    now_us = cabinet.now_us
    cabinet.uncount(contact.person, contact.organisation, contact.booked_us)
    cabinet.count(contact.person, contact.organisation, now_us, keep_us=policy.keep_us)
    for line in lines:
        file = cabinet.requests[line.request]
        cabinet.happen(file, EventKind.UNSENT, ref=contact.id, due_us=now_us, because=because)
        take_step(cabinet, policy, file, line, contact.id)


def _take_back(cabinet: Cabinet, file: RequestFile, verdict: Decision) -> None:
    """Take one step back: it comes again when the verdict says, or on the date that was chosen meanwhile.

    What is held or refused is due at once, for a decision to say how it waits, and who is told of it.
    """
    progress = file.progress
    due_us: int | None = cabinet.now_us
    if verdict is MOVED_ON:
        due_us = progress.due_us
    elif isinstance(verdict, At):
        due_us = verdict.at_us
    elif _is_given_up(verdict):
        due_us = None
    cabinet.happen(file, EventKind.UNSENT, ref=progress.contact, due_us=due_us, because=verdict.because)
    if file.progress.step == 0 and file.progress.state in OPEN:
        close(cabinet, file)
    if _is_given_up(verdict):
        about, text = f"failed-{file.progress.attempt}", f"{file.key}: {verdict.because[0].text}"
        cabinet.alert(file, AlertKind.FAILED, about, text)


def _is_given_up(verdict: Decision) -> bool:
    return isinstance(verdict, Held) and verdict.until == GIVEN_UP
