"""A progress bar on standard error, where that is a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["ProgressBar"]

_WIDTH = 40


class ProgressBar:
    """Shows how far a play has come; says nothing where nobody watches. Lives as long as the play."""

    def __init__(self, first: dt.date, last: dt.date) -> None:
        self._first = first
        self._days = (last - first).days + 1
        self._watched = sys.stderr.isatty()

    def __call__(self, day: dt.date) -> None:
        """A day has begun."""
        if self._watched:
            done = (day - self._first).days + 1
            filled = _WIDTH * done // self._days
            bar = "█" * filled + "░" * (_WIDTH - filled)
            print(f"\r{bar} {day:%d %b %Y}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Clear the line."""
        if self._watched:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
