"""Stopping on a signal: what is in hand is finished first."""

from __future__ import annotations

import select
import signal
import socket
from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import Self

__all__ = ["StopOnSignal"]

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


@final
class StopOnSignal:
    """Is set by SIGTERM or Ctrl-C, for as long as its block; a second signal ends the program as usual.

    It belongs to the main thread. An event of `threading` would not do: whoever waits for it holds its lock for a
    moment, and a signal in that moment would wait for the lock for ever.
    """

    def __init__(self) -> None:
        self._set = False
        self._woken, self._waker = socket.socketpair()

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._note) for number in _SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._give_back()
        self._woken.close()
        self._waker.close()

    def is_set(self) -> bool:
        """Whether there was a signal."""
        return self._set

    def wait(self, seconds: float) -> None:
        """Wait so long, or until there is a signal."""
        select.select([self._woken], [], [], seconds)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._set = True
        self._waker.send(b".")
        self._give_back()

    def _give_back(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
