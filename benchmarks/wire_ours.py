"""A request as feedbackkit stores it: body, head, and its history as sealed entries of a chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.law.limit import DAY_US
from feedbackkit.codec import chain, heads, values
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import Event, EventKind, Occasion, Progress, Request, State

if TYPE_CHECKING:
    from feedbackkit.ports import HistoryEntry

KEY = "M-000001/reference/start/1"
DUE_US = 1_767_600_000_000_000
REQUEST = Request(
    key=KEY,
    respondent="p-500001",
    organisation="o-000000",
    subject="p-000001",
    occasion=Occasion.REFERENCE,
    engagement="M-000001",
    until_us=DUE_US + 60 * DAY_US,
    owner="a-0007",
)
PROGRESS = Progress(state=State.GIVEN, step=3, attempt=3, anchor_us=DUE_US, revision=1, closed_by=Party.RESPONDENT)
EVENTS = (
    Event(kind=EventKind.REMINDED, at_us=DUE_US, actor="worker", ref=f"{KEY}#2", due_us=DUE_US + 7 * DAY_US),
    Event(kind=EventKind.REMINDED, at_us=DUE_US + 7 * DAY_US, actor="worker", ref=f"{KEY}#3", due_us=DUE_US),
    Event(kind=EventKind.GIVEN, at_us=DUE_US + 8 * DAY_US, actor="p-500001", party=Party.RESPONDENT, ref="digest"),
)
SALT = bytes(16)


def dump() -> tuple[bytes, bytes, list[HistoryEntry]]:
    """Everything as bytes."""
    end, entries = heads.NO_CHAIN, []
    for event in EVENTS:
        entry, end = chain.append(KEY, event, change_id="change", end=end, salt=SALT)
        entries.append(entry)
    return values.encode(REQUEST), heads.encode_progress(PROGRESS, end), entries


def load(body: bytes, head: bytes, entries: list[HistoryEntry]) -> tuple[object, Progress, tuple[Event, ...]]:
    """Everything as values."""
    progress, _ = heads.decode_progress("given", None, head)
    return values.decode(body), progress, tuple(map(chain.event_of, entries))
