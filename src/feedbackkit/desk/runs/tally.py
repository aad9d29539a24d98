"""What a piece of work comes to, counted while it is done."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedbackkit.domain.decision import Reason

__all__ = ["Tally"]


class Tally:
    """Counts by name, and by rule how often it moved, held or stopped a contact."""

    __slots__ = ("counts", "due", "next_us", "rules", "unknown")

    def __init__(self) -> None:
        self.counts: defaultdict[str, int] = defaultdict(int)
        self.rules: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.due = 0
        """How many requests and booked contacts were due."""
        self.next_us: int | None = None
        """The earliest instant at which there is known to be something to do again."""
        self.unknown: list[str] = []
        """The ids of contacts of which nobody knows any more whether they went out."""

    def add(self, other: Tally) -> None:
        """Count what another tally counted, too."""
        for what, count in other.counts.items():
            self.counts[what] += count
        for blamed, count in other.rules.items():
            self.rules[blamed] += count
        self.due += other.due
        self.unknown += other.unknown
        if other.next_us is not None:
            self.expect(other.next_us)

    def blame(self, what: str, because: Iterable[Reason]) -> None:
        """Count a move, a hold or a stop for each rule that had a part in it."""
        for reason in because:
            self.rules[reason.rule, what] += 1

    def expect(self, at_us: int) -> None:
        """Know that there will be something to do at an instant."""
        if self.next_us is None or at_us < self.next_us:
            self.next_us = at_us
