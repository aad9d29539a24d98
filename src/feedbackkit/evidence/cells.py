"""From rows to cells: what one rater says of one subject counts as one source, however often it is said."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.evidence.ratings import Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedbackkit.evidence.ratings import Conflict

__all__ = ["Said", "gathered"]


@final
@attrs.frozen
class Said:
    """All that one rater said of one subject under one declared conflict."""

    rows: tuple[Row, ...]
    same_source: float | None
    """How much of the noise comes back; `None` takes each rating as a voice of its own."""

    @property
    def weight(self) -> float:
        """How much it counts, in ratings.

        Of `k` equally good ratings with a correlation `r` of their noise the mean has r + (1 - r) / k of the variance
        of one.
        """
        if self.same_source is None or len(self.rows) == 1:
            return math.fsum(row.weight for row in self.rows)
        count = len(self.rows)
        mean = math.fsum(row.weight for row in self.rows) / count
        return mean / (self.same_source + (1.0 - self.same_source) / count)

    @property
    def score(self) -> float:
        """The mean of what was said."""
        if len(self.rows) == 1:
            return self.rows[0].score
        weights = math.fsum(row.weight for row in self.rows)
        return math.fsum(row.weight * row.score for row in self.rows) / weights

    @property
    def within(self) -> float:
        """What the scores vary around their mean, where that says something about the noise."""
        if self.same_source is not None or len(self.rows) == 1:
            return 0.0
        middle = self.score
        return math.fsum(row.weight * (row.score - middle) ** 2 for row in self.rows)

    def share(self, row: Row) -> float:
        """How much one of its rows counts, in ratings."""
        return self.weight * row.weight / math.fsum(one.weight for one in self.rows)


def gathered(rows: Iterable[Row], same_source: float | None) -> dict[tuple[int, int, Conflict], Said]:
    """What was said, by rater, subject and declared conflict."""
    found: dict[tuple[int, int, Conflict], list[Row]] = {}
    for row in rows:
        found.setdefault((row.rater, row.subject, row.conflict), []).append(row)
    return {
        key: Said(tuple(sorted(rows, key=lambda row: (row.score, row.weight))), same_source)
        for key, rows in found.items()
    }
