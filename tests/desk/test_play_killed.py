"""Flaws 10 and 11: to be added to tests/desk/test_simulator.py when fixed."""

from __future__ import annotations

from typing import Any

import pytest

from feedbackkit.stores import MemoryStore
from tests.desk.house import Died, Wrapped
from tests.desk.test_simulator import play


@pytest.fixture(scope="module")
def undisturbed() -> Any:
    """How it ends when nothing happens."""
    return play(MemoryStore())


@pytest.mark.parametrize("at_write", [3, 4, 5])
@pytest.mark.parametrize("afterwards", [False, True], ids=["before the write", "after the write"])
def test_broken_off_at_writes_that_follow_each_other_it_ends_the_same(
    undisturbed: tuple[Any, Any, Any], afterwards: bool, at_write: int
) -> None:
    """Dead at a write that changes requests, begun again, dead at the next such write, for all of the play."""
    store = MemoryStore()
    deaths = 0
    ended: Any = None
    while ended is None:
        left = at_write

        def check(name: str, arguments: tuple[Any, ...]) -> None:
            nonlocal left
            if name == "write" and any(write.kind != "play" for change in arguments[0] for write in change.writes):
                left -= 1
            if left <= 0:
                raise Died

        wrapped = Wrapped(store, after=check) if afterwards else Wrapped(store, before=check)
        try:
            ended = play(wrapped)
        except Died:
            deaths += 1
            assert deaths < 100, "it does not get on"
    assert deaths > 3
    assert ended == undisturbed
