"""What the ratings of a dossier come to, question by question."""

from __future__ import annotations

from typing import Final, NamedTuple, final

import attrs

__all__ = [
    "LEAST_SOURCES",
    "LEVEL",
    "Criterion",
    "Range",
    "Weighed",
]

LEAST_SOURCES: Final = 3
"""With fewer independent sources than this there is no number, only the words and how unsure one would be."""
LEVEL: Final = 0.8
"""With which probability the true value lies in the range that is shown."""


class Range(NamedTuple):
    """Two ends, the lower first."""

    low: float
    high: float


@final
@attrs.frozen(kw_only=True)
class Weighed:
    """What one rating does to a number."""

    statement: str
    """The key of the statement that it is from."""
    score: float
    severity: float = 0.0
    """What was taken off for how its source rates."""
    severity_ratings: int = 0
    """On how many ratings that rests; on fewer than two it is not known."""
    weight: float = 0.0
    """Its share of the number, from 0 to 1."""
    without: float | None = None
    """The number as it would be without this rating; `None` below the least number of sources."""
    left_out: str | None = None
    """Why it is not in the number: ``conflict`` where one was declared, otherwise in words."""
    always_top: bool = False
    """Whether this source has given the top score every time, and more than once."""

    @property
    def corrected(self) -> float:
        """The score less what its source's severity makes of it."""
        return self.score - self.severity


@final
@attrs.frozen(kw_only=True)
class Criterion:
    """What the ratings say to one question, and how sure that is."""

    key: str
    scale: Range
    mean: float | None = None
    """The estimate; `None` with fewer than `LEAST_SOURCES` independent sources."""
    range: Range | None = None
    """Where the true value lies with a probability of `LEVEL`; `None` where nothing was rated."""
    raw_mean: float | None = None
    """The plain mean of the ratings that count."""
    sources: int = 0
    """How many independent sources there are."""
    pool_mean: float | None = None
    """What is usual: the mean of all who were rated."""
    pool_weight: float | None = None
    """Its share of the number."""
    with_conflicts: float | None = None
    """The number as it would be with the ratings under a declared conflict; `None` where there are none."""
    self_score: float | None = None
    """How the subject rates it; never in the number."""
    certainty: str | None = None
    """``high``, ``moderate``, ``low`` or ``very_low``."""
    concerns: tuple[str, ...] = ()
    """What lowered the certainty: ``conflict``, ``consistency``, ``directness``, ``imprecision``, ``selection``."""
    weighed: tuple[Weighed, ...] = ()
    """The ratings, in order of the statements."""

    @property
    def gap(self) -> float | None:
        """How much higher the subject rates it than the others do; `None` without both numbers."""
        return None if self.self_score is None or self.mean is None else self.self_score - self.mean
