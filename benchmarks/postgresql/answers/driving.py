"""What it costs that the use-cases are written once, as coroutines: a call of the plain desk beside plain calls."""

from __future__ import annotations

from contextlib import nullcontext
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.harness import CPU, Candidate, alternate
from benchmarks.lifecycle.desk import SECRET, START, asks_of, key_of
from feedbackkit import Desk, ManualClock, MemoryStore
from feedbackkit.codec.heads import decode_progress
from feedbackkit.codec.values import decode_as
from feedbackkit.desk.views import RequestView
from feedbackkit.domain.request import Request
from feedbackkit.errors import NotFound
from feedbackkit.ports import RecordKey

if TYPE_CHECKING:
    from collections.abc import Callable


def micros_a_call(*, rounds: int, calls: int) -> float:
    """What `Desk.get` costs more than its body written in plain calls, over a store in memory."""
    store = MemoryStore()
    desk = Desk(store, clock=ManualClock(START), secret=SECRET)
    desk.request_all(asks_of(range(1)))
    key = key_of(0)
    assert desk.get(key) == _get(store, key)
    by_hand, driven = alternate(
        [
            _candidate("by hand", calls, lambda: _get(store, key)),
            _candidate("the desk", calls, lambda: desk.get(key)),
        ],
        clock=CPU,
        rounds=rounds,
    )
    return median(mine - theirs for mine, theirs in zip(driven.figures, by_hand.figures, strict=True))


def _get(store: MemoryStore, key: str) -> RequestView:
    [record] = store.read([RecordKey("request", key)])
    if record is None:
        raise NotFound("request", key)
    progress, _ = decode_progress(record.state, record.due, record.head)
    return RequestView(request=decode_as(Request, record.body), progress=progress)


def _candidate(name: str, calls: int, call: Callable[[], object]) -> Candidate:
    def work() -> int:
        for _ in range(calls):
            call()
        return calls

    return Candidate(name=name, prepare=lambda: nullcontext(work))
