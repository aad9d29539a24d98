"""What a number says: the estimate of one subject, its interval, and what each answer contributed."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, final

import attrs

from feedbackkit.evidence.fitting.quantiles import checked_level, reach

if TYPE_CHECKING:
    from feedbackkit.evidence.fitting.fit import Fit  # noqa: TC004 - a fit makes estimates, and each keeps its fit

__all__ = ["Contribution", "Estimate", "Estimates", "Interval", "LeftOut", "Severity", "Without"]


class Interval(NamedTuple):
    """Where the true value lies with a stated probability."""

    low: float
    high: float


@final
@attrs.frozen(kw_only=True)
class Severity:
    """How a rater rates, beside all others."""

    rater: Hashable
    value: float
    """What is to be taken off this rater's scores: below 0 for a severe one."""
    sd: float
    """How unsure that is."""
    ratings: int
    """On how many ratings it rests; on one, it is mostly unknown."""
    always_top: bool
    """Whether all of them, and more than one, are the top score. No model can tell who of these is honest."""

    @property
    def known(self) -> bool:
        """Whether it rests on more than one rating."""
        return self.ratings > 1


@final
@attrs.frozen(kw_only=True)
class Contribution:
    """One line of the sum that an estimate is: an answer, the pool, or the end of the scale."""

    rater: Hashable = None
    """Who gave the answer; `None` for the pool and for the end of the scale."""
    score: float
    """What was given; for the pool, the mean of all."""
    severity: float = 0.0
    """What was taken off for how this rater rates."""
    severity_ratings: int = 0
    """On how many ratings that rests."""
    shift: float = 0.0
    """What was taken off for a declared conflict."""
    weight: float
    """Its share of the estimate; the shares add up to 1."""
    value: float
    """What it adds to the number: its corrected score times its weight."""
    key: Hashable = None
    """The answer it comes from."""
    of_pool: bool = False
    """Whether this is no answer, but what the pool adds, or the end of the scale takes off."""

    @property
    def corrected(self) -> float:
        """The score without the severity of its source and without the shift of its conflict."""
        return self.score - self.severity - self.shift


@final
@attrs.frozen(kw_only=True)
class Without:
    """The estimate as it would be without one answer, the variances kept."""

    rater: Hashable
    score: float
    mean: float
    key: Hashable = None


@final
@attrs.frozen(kw_only=True)
class LeftOut:
    """An answer that did not enter the estimate, and why."""

    rater: Hashable
    score: float
    because: str
    key: Hashable = None


@final
@attrs.frozen(kw_only=True)
class Estimate:
    """What a subject is worth on the scale, as far as the ratings tell; compares by its numbers.

    The mean is that of an honest rater taken at random. It lives as long as its fit, which it keeps.
    """

    subject: Hashable
    mean: float
    """The number: each answer, less its source's severity, and the pool, each by its weight."""
    sd: float
    """Its standard deviation; infinite where the ratings say nothing about it."""
    freedom: float
    """The degrees of freedom of its interval, a t interval."""
    low: float
    """No interval goes below this."""
    high: float
    """No interval goes above this."""
    count: int
    """How many ratings entered."""
    sources: int
    """How many raters gave them."""
    raw_mean: float | None
    """The plain mean of what entered; `None` without any."""
    _fit: Fit = attrs.field(alias="fit", eq=False, repr=False)

    def interval(self, level: float = 0.8) -> Interval:
        """Where the true value lies with that probability, within the scale.

        A level outside of 0 and 1 raises `InvalidValue`.
        """
        return self._interval(level, self.sd)

    def interval_today(self, level: float = 0.8) -> Interval:
        """The same about today instead of about the period that was rated: people change from occasion to occasion."""
        return self._interval(level, math.hypot(self.sd, self._fit.occasion_sd))

    def _interval(self, level: float, sd: float) -> Interval:
        if math.isinf(sd):
            checked_level(level)
            return Interval(self.low, self.high)
        reached = reach(level, self.freedom) * sd
        return Interval(
            max(self.mean - reached, min(self.low, self.mean)), min(self.mean + reached, max(self.high, self.mean))
        )

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """The lines whose values add up to the mean: the answers, the heaviest first, then the pool."""
        return self._fit.contributions(self.subject)

    @property
    def pool_weight(self) -> float:
        """What share of the number is the pool's, and none of the answers'."""
        return math.fsum(line.weight for line in self.contributions if line.of_pool)

    @property
    def without(self) -> tuple[Without, ...]:
        """The number without each answer, in the order of the contributions."""
        return self._fit.without_each(self.subject)

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What did not enter, and why."""
        return self._fit.left_out(self.subject)

    def explain(self, locale: str = "en") -> str:
        """The sum in words, one line each; `locale` is English or German (``de``)."""
        from feedbackkit.evidence.words import explained

        return explained(self, self._fit, locale)


@final
class Estimates(Mapping[Hashable, Estimate]):
    """The estimate of each subject, in order of appearance; made from one fit, which it keeps."""

    def __init__(self, fit: Fit) -> None:
        self.fit = fit
        self._found = {subject: fit.estimate(subject) for subject in fit.subjects}

    def __getitem__(self, subject: Hashable) -> Estimate:
        return self._found[subject]

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        return f"Estimates({len(self)} subjects)"

    @property
    def without_conflicts(self) -> Estimates:
        """The same with all answers under a declared conflict left out."""
        return Estimates(self.fit.leaving_out_conflicts())
