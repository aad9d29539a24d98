"""What rules held up goes on when what they minded is no more: a wish taken back, a basis that is known now."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from feedbackkit.desk.answers.answering import as_before
from feedbackkit.desk.context import ledgers_of
from feedbackkit.desk.files import RequestFile
from feedbackkit.desk.kinds import REQUEST
from feedbackkit.desk.looks.looking import history
from feedbackkit.desk.paging import pages
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import EventKind, State
from feedbackkit.errors import Unreadable
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context

__all__ = ["let_go_on"]

_ENDED_BY_RULES: Final = frozenset({State.EXPIRED, State.WITHDRAWN})
"""How an ask may have ended that a rule held up: left in peace at once, or for no time was left for it."""


async def let_go_on(
    context: Context, cabinet: Cabinet, person: str, rules: set[str], *, since_us: int = 0, why: str
) -> None:
    """Let what those rules held up since an instant be as if they had not; what cannot be read is left as it is."""
    async for record in pages(context, REQUEST, ref=person):
        if record.refs[0] == person:
            with suppress(Unreadable):
                file = cabinet.requests.get(record.key) or RequestFile.stored(record)
                if _may_go_on(cabinet, file) and await _was_held_up(context, record.key, rules, since_us):
                    cabinet.requests[record.key] = file
                    (await ledgers_of(context.store, [record])).file(cabinet, [record])
                    _go_on(context, cabinet, file, why)


def _may_go_on(cabinet: Cabinet, file: RequestFile) -> bool:
    """Whether it waits, or ended before anybody was asked, so that it is worth looking up why."""
    progress = file.progress
    if progress.state in OPEN:
        return progress.due_us is not None and progress.due_us > cabinet.now_us
    return progress.state in _ENDED_BY_RULES and progress.step == 0 and progress.closed_by is Party.RULES


async def _was_held_up(context: Context, key: str, rules: set[str], since_us: int) -> bool:
    """Whether the latest thing that happened to a request is that one of the rules moved, held or stopped it."""
    latest = (await history(context, key))[-1]
    return latest.at_us >= since_us and any(reason.rule in rules for reason in latest.because)


def _go_on(context: Context, cabinet: Cabinet, file: RequestFile, why: str) -> None:
    """Put one request back to where it would have been."""
    progress, until_us = file.progress, file.request.until_us
    if progress.state in OPEN:
        step = as_before(cabinet, context.policy, file)
        if progress.due_us is not None and step.at_us < progress.due_us:
            cabinet.happen(file, EventKind.RESCHEDULED, due_us=step.at_us, because=step.because, reason=why)
    elif until_us is None or until_us > cabinet.now_us:
        step = as_before(cabinet, context.policy, file)
        cabinet.happen(file, EventKind.REOPENED, due_us=step.at_us, because=step.because, reason=why)
