"""The law written by hand, as tight as it gets while objects stay frozen and errors stay clear.

Two spellings of the same step: with `attrs.evolve`, which is the limit, and with the constructor called directly,
which names all the fields that do not change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import final

import attrs

DAY_US = 86_400_000_000
MAX_REMINDERS = 2


class IllegalEvent(Exception):
    """The event is not legal in the request's state."""


@final
@attrs.frozen(kw_only=True)
class Request:
    """One ask, with the twelve fields that a request has at least."""

    key: str
    version: int
    subject: str
    respondent: str
    organisation: str
    occasion: str
    form: str
    state: str
    reminders: int
    due_us: int | None
    asked_us: int
    withdrawn_by: str | None


@final
@attrs.frozen(kw_only=True)
class Entry:
    """One line of a request's history."""

    key: str
    seq: int
    at_us: int
    actor: str
    event: str


def _may_remind(request: Request) -> bool:
    return request.reminders < MAX_REMINDERS


def _may_give(request: Request) -> bool:
    return request.withdrawn_by is None


@final
@attrs.frozen
class Row:
    """Where an event leads, whether it may, and what it changes beside the state."""

    target: str
    guard: Callable[[Request], bool]
    reminders: int
    wait_us: int | None


TABLE = {
    ("requested", "remind"): Row("reminded", _may_remind, 1, 7 * DAY_US),
    ("reminded", "remind"): Row("reminded", _may_remind, 1, 7 * DAY_US),
    ("requested", "give"): Row("given", _may_give, 0, None),
    ("reminded", "give"): Row("given", _may_give, 0, None),
}


def new(number: int) -> Request:
    """A request that was sent, and is due for its first reminder."""
    return Request(
        key=f"M-{number:06d}/reference/start/1",
        version=1,
        subject=f"p-{number:06d}",
        respondent=f"p-{number + 500_000:06d}",
        organisation=f"o-{number // 5:06d}",
        occasion="reference",
        form="written",
        state="requested",
        reminders=0,
        due_us=7 * DAY_US,
        asked_us=0,
        withdrawn_by=None,
    )


def _row(request: Request, event: str) -> Row:
    try:
        row = TABLE[request.state, event]
    except KeyError:
        raise IllegalEvent(f"request {request.key} is {request.state}: {event} is not legal") from None
    if not row.guard(request):
        raise IllegalEvent(f"request {request.key} is {request.state}: the guard refuses {event}")
    return row


def evolved(request: Request, event: str, now_us: int, actor: str) -> tuple[Request, Entry]:
    """The request after the event, and the history entry that tells of it."""
    row = _row(request, event)
    after = attrs.evolve(
        request,
        version=request.version + 1,
        state=row.target,
        reminders=request.reminders + row.reminders,
        due_us=None if row.wait_us is None else now_us + row.wait_us,
    )
    return after, Entry(key=request.key, seq=after.version, at_us=now_us, actor=actor, event=event)


def constructed(request: Request, event: str, now_us: int, actor: str) -> tuple[Request, Entry]:
    """As `evolved`, every field copied by name."""
    row = _row(request, event)
    seq = request.version + 1
    after = Request(
        key=request.key,
        version=seq,
        subject=request.subject,
        respondent=request.respondent,
        organisation=request.organisation,
        occasion=request.occasion,
        form=request.form,
        state=row.target,
        reminders=request.reminders + row.reminders,
        due_us=None if row.wait_us is None else now_us + row.wait_us,
        asked_us=request.asked_us,
        withdrawn_by=request.withdrawn_by,
    )
    return after, Entry(key=request.key, seq=seq, at_us=now_us, actor=actor, event=event)
