"""The health of a worker, a line at a time: what it came to, and that it lives."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Final, final

from feedbackkit.cli.render import json_line, utc
from feedbackkit.domain.happenings import (
    BackedOff,
    BatchEnded,
    RunBegan,
    RunEnded,
    WorkerBegan,
    WorkerEnded,
    WorkerWaits,
)
from feedbackkit.domain.times import MINUTE_US, face

if TYPE_CHECKING:
    from feedbackkit.domain.happenings import Happening

__all__ = ["Health"]

_LONGEST_SILENCE_US: Final = 10 * MINUTE_US
_TOLD: Final = ("sent", "postponed", "held", "failed", "due")


@final
class Health:
    """Prints a line on standard error after each run that came to something, and one at least every ten minutes."""

    def __init__(self, *, json: bool) -> None:
        self._json = json
        self._lines = 0
        self._silent_since_us = 0
        self._untold: Counter[str] = Counter()
        """What happened since the last line."""
        self._noted: Counter[str] = Counter()
        """What the batches of the present run came to."""
        self._trouble: str | None = None

    def observe(self, happening: Happening) -> None:
        """See `Observer.observe`."""
        at_us = happening.at_us
        if isinstance(happening, WorkerBegan):
            self._silent_since_us = at_us
        elif isinstance(happening, RunBegan):
            self._noted.clear()
        elif isinstance(happening, BatchEnded):
            self._note(Counter({**happening.counts, "due": happening.due}))
            if self._is_silent(at_us):
                self._speak(at_us)
        elif isinstance(happening, RunEnded):  # what a batch came to that could not be finished, this alone tells
            self._note(Counter({**happening.counts, "due": happening.due}) - self._noted)
        elif isinstance(happening, BackedOff):
            self._trouble = happening.error
        elif isinstance(happening, WorkerWaits):
            if self._untold or self._trouble or not self._lines or self._is_silent(happening.until_us):
                self._speak(at_us, happening.until_us)
        elif isinstance(happening, WorkerEnded) and self._untold:
            self._speak(at_us)

    def _note(self, counts: Counter[str]) -> None:
        self._untold += counts
        self._noted += counts

    def _is_silent(self, at_us: int) -> bool:
        """Whether it would have been silent for too long by then."""
        return at_us - self._silent_since_us >= _LONGEST_SILENCE_US

    def _speak(self, at_us: int, next_us: int | None = None) -> None:
        counts = {name: self._untold[name] for name in _TOLD}
        if self._json:
            line = json_line({"at": utc(at_us), **counts, "next": utc(next_us)})
        else:
            line = self._in_words(at_us, next_us, counts)
        self._untold.clear()
        self._trouble = None
        self._lines += 1
        self._silent_since_us = at_us
        print(line, file=sys.stderr, flush=True)

    def _in_words(self, at_us: int, next_us: int | None, counts: dict[str, int]) -> str:
        words = ", ".join(f"{count} {name}" for name, count in counts.items())
        trouble = "" if self._trouble is None else f"; tries again after {self._trouble}"
        following = "" if next_us is None else f"; next at {face(next_us):%H:%M:%S}Z"
        return f"{face(at_us):%Y-%m-%d %H:%M:%S}Z  {words}{trouble}{following}"
