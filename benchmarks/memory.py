"""What one request weighs in memory."""

from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING, Any, final

import attrs
import pendulum

from benchmarks.harness import Measurement, Outcome
from benchmarks.law import limit
from benchmarks.lifecycle.story import DAY_US, START_US
from feedbackkit.domain.request import Occasion, Progress, Request, State

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = "limit: frozen attrs object, integer time"
TEXT = """
One unit is one request in memory with all that it refers to and does not share with others. feedbackkit's is two
objects: what is asked, and how far it has come.
"""


@final
@attrs.frozen(kw_only=True)
class Dated:
    """The limit's fields, time being pendulum values."""

    key: str
    version: int
    subject: str
    respondent: str
    organisation: str
    occasion: str
    form: str
    state: str
    reminders: int
    due: pendulum.DateTime
    asked: pendulum.DateTime
    withdrawn_by: str | None


def _fields(number: int) -> dict[str, Any]:
    """A request's own values, none of them shared with another request."""
    return {
        "key": f"M-{number:06d}/reference/start/1",
        "subject": f"p-{number:06d}",
        "respondent": f"p-{number + 500_000:06d}",
        "organisation": f"o-{number:06d}",
    }


def _by_hand(number: int) -> limit.Request:
    return limit.Request(
        **_fields(number),
        version=1,
        occasion="reference",
        form="written",
        state="requested",
        reminders=0,
        due_us=START_US + 7 * DAY_US + number,
        asked_us=START_US + number,
        withdrawn_by=None,
    )


def _dated(number: int) -> Dated:
    asked = pendulum.from_timestamp(START_US / 1e6 + number)
    return Dated(
        **_fields(number),
        version=1,
        occasion="reference",
        form="written",
        state="requested",
        reminders=0,
        due=asked.add(days=7),
        asked=asked,
        withdrawn_by=None,
    )


def _ours(number: int) -> tuple[Request, Progress]:
    request = Request(**_fields(number), occasion=Occasion.REFERENCE)
    at_us = START_US + number
    return request, Progress(state=State.REQUESTED, step=1, attempt=1, due_us=at_us + 7 * DAY_US, anchor_us=at_us)


def measure(*, rounds: int, objects: int) -> Outcome:
    """What one request of each kind weighs."""
    kinds: dict[str, Callable[[int], object]] = {
        LIMIT: _by_hand,
        "feedbackkit": _ours,
        "frozen attrs object, pendulum values": _dated,
    }
    return Outcome(
        title="Memory",
        text=TEXT,
        clock="bytes, as Python's own allocator counts them",
        limit=LIMIT,
        unit="bytes",
        measurements=[
            Measurement(name=name, figures=tuple(_bytes(make, objects) for _ in range(rounds)))
            for name, make in kinds.items()
        ],
    )


def _bytes(make: Callable[[int], object], objects: int) -> float:
    make(0)
    kept: list[object] = [None] * objects
    gc.collect()
    tracemalloc.start()
    for number in range(objects):
        kept[number] = make(number)
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / objects
