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
    weight: float
    """How much it counts, in ratings."""
    score: float
    """The mean of what was said."""
    within: float
    """What the scores vary around their mean, where that says something about the noise."""

    @classmethod
    def of(cls, rows: Iterable[Row], same_source: float | None) -> Said:
        """Gather rows; without `same_source` each is a voice of its own.

        Of `k` equally good ratings with a correlation `r` of their noise the mean has r + (1 - r) / k of the variance
        of one.
        """
        ordered = tuple(sorted(rows, key=lambda row: (row.score, row.weight)))
        count = len(ordered)
        total = math.fsum(row.weight for row in ordered)
        score = math.fsum(row.weight * row.score for row in ordered) / total
        if same_source is not None:
            return cls(ordered, total / count / (same_source + (1.0 - same_source) / count), score, 0.0)
        return cls(ordered, total, score, math.fsum(row.weight * (row.score - score) ** 2 for row in ordered))

    def share(self, row: Row) -> float:
        """How much one of its rows counts, in ratings."""
        return self.weight * row.weight / math.fsum(one.weight for one in self.rows)


def gathered(rows: Iterable[Row], same_source: float | None) -> dict[tuple[int, int, Conflict], Said]:
    """What was said, by rater, subject and declared conflict."""
    found: dict[tuple[int, int, Conflict], list[Row]] = {}
    for row in rows:
        found.setdefault((row.rater, row.subject, row.conflict), []).append(row)
    return {
        key: Said((rows[0],), rows[0].weight, rows[0].score, 0.0) if len(rows) == 1 else Said.of(rows, same_source)
        for key, rows in found.items()
    }
