"""What was said about one request and is taken back: a no, a date, a delegation. When it was said, history tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from feedbackkit.desk.answers.answering import as_before
from feedbackkit.desk.answers.receiving import put_off_by_mail
from feedbackkit.desk.context import ledgers_of, until_applied
from feedbackkit.desk.decisions.slots import close
from feedbackkit.desk.kinds import CONTACT, REQUEST
from feedbackkit.desk.looks.looking import history, standing_contacts
from feedbackkit.desk.people.wishing import UNDO_DAYS
from feedbackkit.domain import checks
from feedbackkit.domain.checks import presentable
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.decision import At
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import EventKind, State
from feedbackkit.domain.times import DAY_US
from feedbackkit.errors import NotAllowed, NotFound
from feedbackkit.ports import RecordKey
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.desk.files import RequestFile
    from feedbackkit.domain.request import Event

__all__ = ["undo_decline", "undo_defer", "undo_delegate"]

_NOT_OUT: Final = frozenset({ContactStatus.BOOKED, ContactStatus.RELEASED})
_STILL_ASKED: Final = OPEN | {State.UNDELIVERABLE}
_UNDONE: Final = "the delegation was taken back"


async def undo_decline(context: Context, key: str, *, reason: str | None, actor: str | None) -> None:
    """Undo a no made by mistake: it goes on where it was, not before its next step would have been due."""
    words = None if reason is None else checks.text("undo.reason", reason, limit=checks.NOTE_LIMIT)

    async def attempt(cabinet: Cabinet) -> None:
        file, events = await _in_hand(context, cabinet, key)
        if _said(events, EventKind.DECLINED, file, undone=EventKind.REOPENED, what="decline") is not None:
            _reopen(context, cabinet, file, events, EventKind.DECLINED, words)

    await until_applied(context, f"request {key!r}", attempt, actor=actor)


async def undo_defer(context: Context, key: str, *, actor: str | None) -> None:
    """Take back the date that the respondent chose: it goes on as if none had been chosen."""

    async def attempt(cabinet: Cabinet) -> None:
        file, events = await _in_hand(context, cabinet, key)
        said = _said(events, EventKind.DEFERRED, file, undone=EventKind.UNDEFERRED, what="deferral")
        if said is None:
            return
        _refuse_late(cabinet, said, key, "another date can be chosen")
        before = attrs.evolve(file.progress, chosen_us=None)
        due = as_before(cabinet, context.policy, file, before)
        read_us = put_off_by_mail(events)
        if read_us is not None and read_us > due.at_us:
            due = At(read_us)
        cabinet.happen(file, EventKind.UNDEFERRED, due_us=due.at_us, because=due.because, party=Party.RESPONDENT)

    await until_applied(context, f"request {key!r}", attempt, actor=actor)


async def undo_delegate(context: Context, key: str, *, reason: str | None, party: Party, actor: str | None) -> None:
    """Take a delegation back: whoever was named is not asked any more, and the request goes on where it was.

    Where something has gone out to them, or has come from them, it is refused and nothing is changed.
    """
    words = None if reason is None else checks.text("undo.reason", reason, limit=checks.NOTE_LIMIT)

    async def attempt(cabinet: Cabinet) -> None:
        file, events = await _in_hand(context, cabinet, key)
        said = _said(events, EventKind.DELEGATED, file, undone=EventKind.REOPENED, what="delegation")
        if said is None:
            return
        _refuse_late(cabinet, said, key, "the answer of either still counts")
        if said.ref is not None:
            await _stop(context, cabinet, key, said.ref)
        _reopen(context, cabinet, file, events, EventKind.DELEGATED, words, party=party)

    await until_applied(context, f"request {key!r}", attempt, actor=actor)


async def _in_hand(context: Context, cabinet: Cabinet, key: str) -> tuple[RequestFile, list[Event]]:
    """A request with its ledgers, and what has happened to it."""
    [record] = await context.store.read([RecordKey(REQUEST, key)])
    if record is None:
        raise NotFound(REQUEST, presentable(key))
    cabinet.file([record])
    (await ledgers_of(context.store, [record])).file(cabinet, [record])
    return cabinet.requests[key], await history(context, key)


def _said(events: Sequence[Event], kind: EventKind, file: RequestFile, *, undone: EventKind, what: str) -> Event | None:
    """The latest event of a kind, which is to be undone; `None` where it is undone already.

    Where the request does not stand as that left it there is nothing to undo.
    """
    latest = next((number for number in reversed(range(len(events))) if events[number].kind is kind), None)
    progress = file.progress
    stands = progress.state in OPEN and progress.chosen_us is not None
    if kind is not EventKind.DEFERRED:
        stands = progress.state.value == kind.value
    if latest is not None and stands:
        return events[latest]
    if latest is not None and any(event.kind is undone for event in events[latest:]):
        return None
    raise NotAllowed(f"request {file.key!r} is {progress.state} and has no {what} to undo")


def _refuse_late(cabinet: Cabinet, said: Event, key: str, instead: str) -> None:
    if cabinet.now_us > said.at_us + UNDO_DAYS * DAY_US:
        raise NotAllowed(f"request {key!r} was {said.kind} more than {UNDO_DAYS} days ago, and that stands: {instead}")


def _reopen(
    context: Context,
    cabinet: Cabinet,
    file: RequestFile,
    events: Sequence[Event],
    undone: EventKind,
    words: str | None,
    *,
    party: Party = Party.PROVIDER,
) -> None:
    """Let a request go on that was closed, not before its next step would have been due."""
    latest = max(number for number, event in enumerate(events) if event.kind is undone)
    was_due_us = events[latest - 1].due_us  # what happened right before set it, or else nothing was due
    due = as_before(cabinet, context.policy, file, was_due_us=was_due_us)
    cabinet.happen(file, EventKind.REOPENED, due_us=due.at_us, because=due.because, reason=words, party=party)
    person = cabinet.person(file.respondent)
    person.ledger = person.ledger.unrefused(file.key)
    if file.progress.step > 0:
        person.ledger = person.ledger.opened(file.key)


async def _stop(context: Context, cabinet: Cabinet, key: str, delegated: str) -> None:
    """Withdraw the request of whoever was named, as long as nothing of it went out."""
    [record] = await context.store.read([RecordKey(REQUEST, delegated)])
    if record is None:  # pragma: no cover - requests stay
        return
    cabinet.file([record])
    (await ledgers_of(context.store, [record])).file(cabinet, [record])
    file = cabinet.requests[delegated]
    state = file.progress.state
    if state in {State.GIVEN, State.DELEGATED}:
        raise NotAllowed(f"the delegation of request {key!r} stands: request {delegated!r} is {state}")
    if state not in _STILL_ASKED:
        return
    if await _has_gone_out(context, delegated):
        raise NotAllowed(
            f"the delegation of request {key!r} stands: request {delegated!r} has gone out; the answer of either "
            "counts, and where the other one is withdrawn it can be undone"
        )
    cabinet.happen(file, EventKind.WITHDRAWN, party=Party.PROVIDER, reason=_UNDONE)
    close(cabinet, file)


async def _has_gone_out(context: Context, key: str) -> bool:
    """Whether a contact about a request may have reached somebody."""
    standing = [RecordKey(CONTACT, contact) for contact in standing_contacts(await history(context, key))]
    records = await context.store.read(standing) if standing else []
    return any(record is not None and ContactStatus(record.state) not in _NOT_OUT for record in records)
