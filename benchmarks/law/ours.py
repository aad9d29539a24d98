"""The law as feedbackkit has it: an event is made, which is the history entry too, and the table is asked."""

from __future__ import annotations

from benchmarks.law.limit import DAY_US
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import Event, EventKind, Progress, State
from feedbackkit.workflow import apply


def new() -> Progress:
    """A request that was sent, and is due for its first reminder."""
    return Progress(state=State.REQUESTED, step=1, attempt=1, due_us=7 * DAY_US, anchor_us=0)


def remind_remind_give(progress: Progress, key: str, history: list[Event]) -> Progress:
    """Three transitions, each with its entry in the history."""
    for attempt in (2, 3):
        now_us = attempt * DAY_US
        event = Event(kind=EventKind.REMINDED, at_us=now_us, actor="worker", ref="contact", due_us=now_us + 7 * DAY_US)
        progress = apply(progress, event, key=key)
        history.append(event)
    event = Event(kind=EventKind.GIVEN, at_us=4 * DAY_US, actor="worker", party=Party.RESPONDENT, ref="digest")
    history.append(event)
    return apply(progress, event, key=key)
