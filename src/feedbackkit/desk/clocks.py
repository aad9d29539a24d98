"""Where the time comes from: the machine's clock, or one that is moved by hand."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from feedbackkit.domain.times import instant, span

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["ManualClock", "SystemClock"]


class SystemClock:
    """The machine's clock; the only place in the package that reads it."""

    def now_us(self) -> int:
        """See `Clock.now_us`."""
        return time.time_ns() // 1000


class ManualClock:
    """A clock that stands still until it is moved, forwards or back: for tests, simulations and replays."""

    def __init__(self, at: dt.datetime | str) -> None:
        self._now_us = instant(at, field="clock")

    def now_us(self) -> int:
        """See `Clock.now_us`."""
        return self._now_us

    def set(self, at: dt.datetime | str) -> None:
        """Move the clock to an instant."""
        self._now_us = instant(at, field="clock")

    def advance(self, by: dt.timedelta) -> None:
        """Move the clock by a span; a negative one moves it back."""
        self._now_us += span(by, field="clock", least_us=-(2**62))

    def set_us(self, at_us: int) -> None:
        """Move the clock to an instant in microseconds since the epoch."""
        self._now_us = at_us
