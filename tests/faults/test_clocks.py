"""I2, I3, I6: the clock jumps between any two steps of a run, and nothing is lost, doubled or against the rules."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import pytest

from feedbackkit.desk import Desk, ManualClock, SeededIds
from feedbackkit.domain.request import EventKind
from feedbackkit.domain.times import DAY_US
from feedbackkit.stores import MemoryStore
from tests.desk.books import events_of, ledgers_in, wrong_in
from tests.desk.house import SECRET, Wrapped
from tests.faults.story import NOW, OWNER, Postbox, prepare

if TYPE_CHECKING:
    from pathlib import Path

    from feedbackkit.ports import Store

JUMPS: Final = {
    "an hour back": dt.timedelta(hours=-1),
    "an hour ahead": dt.timedelta(hours=1),
    "ten years back": dt.timedelta(days=-3652),
    "ten years ahead": dt.timedelta(days=3652),
}
GAP_US: Final = 5 * DAY_US


def _run(store: Store, postbox: Postbox, jump: dt.timedelta, at_call: int) -> int:
    """Run while the clock jumps at a call of the store, and again when it is right; how many calls there were."""
    clock = ManualClock(NOW)
    calls = 0

    def count(_name: str, _arguments: tuple[Any, ...]) -> None:
        nonlocal calls
        calls += 1
        if calls == at_call:
            clock.advance(jump)

    for seen in (Wrapped(store, before=count), store):
        desk = Desk(
            seen,  # type: ignore[arg-type]  # a store around a store
            channels=[postbox],
            clock=clock,
            ids=SeededIds(calls),
            secret=SECRET,
            owner=OWNER,
            batch=3,
            watermark=False,
        )
        desk.run()
        clock.set(NOW)
    return calls


@pytest.mark.parametrize("idempotent", [True, False], ids=["repeatable channel", "plain channel"])
@pytest.mark.parametrize("jump", JUMPS)
def test_i6_the_clock_jumps_between_any_two_steps_of_a_run(jump: str, tmp_path: Path, idempotent: bool) -> None:
    """At each call of the store in turn: each step is decided once, and no two contacts come too close."""
    at_call, calls = 1, 1
    while at_call <= calls:
        folder = tmp_path / f"{at_call}"
        folder.mkdir()
        postbox = Postbox(folder / "delivered.txt", idempotent=idempotent)
        with closing(MemoryStore()) as store:
            prepare(store, postbox)
            calls = _run(store, postbox, JUMPS[jump], at_call)
            assert wrong_in(store) == [], at_call
            assert max(Counter(postbox.delivered).values()) == 1, at_call
            for record in store.find("request", limit=100):
                kinds = [event.kind for event in events_of(store, record.key)]
                assert kinds.count(EventKind.REQUESTED) <= 1, at_call
            for ledger in ledgers_in(store, "person").values():
                assert all(later - earlier >= GAP_US for earlier, later in pairwise(ledger.contacts)), at_call
        at_call += 1
    assert calls > 20
