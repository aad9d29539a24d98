"""Where time, ids and salts come from."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Clock", "Ids"]


class Clock(Protocol):
    """Where the desk reads the time; never anywhere else."""

    def now_us(self) -> int:
        """Microseconds since the epoch, UTC. It may jump: nothing relies on its going forward."""
        ...


class Ids(Protocol):
    """Where ids and salts come from; never from anywhere else."""

    def new(self, now_us: int) -> str:
        """An id that was never given before and sorts by time."""
        ...

    def salt(self) -> bytes:
        """Sixteen bytes that nobody can guess."""
        ...
