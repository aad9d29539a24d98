"""An interrupt comes anywhere, also right after a lock was taken and before anybody would give it back."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.errors import StoreClosed
from feedbackkit.ports import RecordKey
from feedbackkit.stores import MemoryStore, SQLiteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

    from feedbackkit.ports import Store

STORES: dict[str, Callable[[Path], Store]] = {
    "memory": lambda _folder: MemoryStore(),
    "sqlite": lambda folder: SQLiteStore(folder / "store.db"),
}


def interrupted(call: Callable[[], object], *, at: int) -> bool:
    """Interrupt a call when it comes back from entering its n-th context; whether it had so many."""
    left = at

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal left
        if frame.f_code.co_name != "__enter__":
            return trace if event == "call" else None
        if event == "return":
            left -= 1
            if left == 0:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    except KeyboardInterrupt as error:
        sys.settrace(before)
        KEPT.append(error)  # as the interpreter does while the stack unwinds: with all that its frames hold
        return True
    finally:
        sys.settrace(before)
    return False


KEPT: list[BaseException] = []


@pytest.mark.parametrize("store", STORES)
def test_a_store_can_be_closed_wherever_it_was_interrupted(tmp_path: Path, store: str) -> None:
    """By the thread that was interrupted: closing does not wait for a lock that nobody will give back."""

    def alarm(*_: object) -> None:
        raise TimeoutError

    old = signal.signal(signal.SIGALRM, alarm)
    signal.alarm(20)
    try:
        times = 0
        for at in range(1, 9):
            (tmp_path / str(at)).mkdir()
            opened = STORES[store](tmp_path / str(at))
            times += interrupted(lambda opened=opened: opened.read([RecordKey("request", "r")]), at=at)  # type: ignore[misc]  # a default
            opened.close()
            with pytest.raises(StoreClosed):
                opened.read([RecordKey("request", "r")])
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old)
        KEPT.clear()
    assert times
