"""How well two ratios of variance fit a pool: REML, or the posterior under a prior; and its slope.

Both are -2 log densities. The mean of all and the shifts are integrated out, the noise is set to its best value.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.evidence.fitting.equations import Solution
from feedbackkit.evidence.fitting.linear import Matrix, cholesky, dot, inverse, log_determinant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.evidence.fitting.design import Design
    from feedbackkit.evidence.fitting.equations import Equations

__all__ = ["Assumptions", "Criterion", "Point"]

_ROUNDS: Final = 200


@final
@attrs.frozen(kw_only=True)
class Assumptions:
    """A prior in the units of the scores, the small side first."""

    ratios: tuple[tuple[float, float], tuple[float, float]]
    """The centre and the spread of the logarithm of each side's ratio of standard deviations."""
    noise: float
    """The expected variance of the noise."""
    noise_ratings: float
    """What that expectation is worth."""
    fixed: tuple[tuple[float, float], ...]
    """The expected value and the variance of the mean and of each shift, the mean from the centre."""


@final
@attrs.frozen(kw_only=True)
class Point:
    """A pool, solved at two ratios of standard deviations, the small side first."""

    ratios: tuple[float, float]
    value: float
    """The criterion: less is better."""
    slope: tuple[float, float]
    """Its derivative by the logarithm of each ratio."""
    noise: float
    """The variance of the noise that fits best."""
    fixed: tuple[float, ...]
    """The mean of all, less the centre, and the shifts."""
    fixed_covariance: Matrix
    """Of these, in units of the noise."""
    solution: Solution

    def effects(self) -> tuple[list[float], list[float]]:
        """The effects of both sides."""
        return self._effects(self.solution.small), self._effects(self.solution.large)

    def _effects(self, columns: Sequence[Sequence[float]]) -> list[float]:
        *causes, scores = columns
        found = list(scores)
        for size, column in zip(self.fixed, causes, strict=True):
            found = [value - size * cause for value, cause in zip(found, column, strict=True)]
        return found


@final
class Criterion:
    """The criterion of one pool."""

    def __init__(self, design: Design, solve: Equations, assumed: Assumptions | None) -> None:
        self.design = design
        self._solve = solve
        self._assumed = assumed

    def value(self, ratios: tuple[float, float]) -> float:
        """The criterion alone."""
        return self.point(ratios, whole=False).value

    def point(self, ratios: tuple[float, float], *, whole: bool = True) -> Point:
        """The pool, solved at two ratios of standard deviations; without `whole`, the slope is not there."""
        small, large = (ratio * ratio for ratio in ratios)
        solution = self._solve(small, large, whole=whole)
        noise, fixed, factor = self._noise(solution)
        covariance = inverse(factor)
        value = solution.log_determinant + log_determinant(factor) + self._of_the_noise(solution, noise, fixed)
        point = Point(
            ratios=ratios,
            value=value + self._of_the_ratios(ratios),
            slope=(math.nan, math.nan),
            noise=noise,
            fixed=fixed,
            fixed_covariance=covariance,
            solution=solution,
        )
        return attrs.evolve(point, slope=self._slope(point)) if whole else point

    def _noise(self, solution: Solution) -> tuple[float, tuple[float, ...], Matrix]:
        """The best variance of the noise, and the mean and the shifts there."""
        count, cross, assumed = self.design.count, solution.cross, self._assumed
        size = self.design.fixed
        if assumed is None:
            fixed, factor = _regression(cross, [0.0] * size, [0.0] * size)
            return max(_misfit(cross, fixed), 0.0) / (count - size), fixed, factor
        expected = [value for value, _ in assumed.fixed]
        noise = assumed.noise
        for _ in range(_ROUNDS):
            precision = [noise / variance for _, variance in assumed.fixed]
            fixed, factor = _regression(cross, precision, expected)
            kept = sum(
                own * row[place] for place, (own, row) in enumerate(zip(precision, inverse(factor), strict=True))
            )
            misfit = max(_misfit(cross, fixed), 0.0) + assumed.noise_ratings * assumed.noise
            before, noise = noise, misfit / (count + assumed.noise_ratings - size + kept)
            if abs(noise - before) <= 1e-15 * noise:
                break
        fixed, factor = _regression(cross, [noise / variance for _, variance in assumed.fixed], expected)
        return noise, fixed, factor

    def _of_the_noise(self, solution: Solution, noise: float, fixed: tuple[float, ...]) -> float:
        if self._assumed is None:
            free = self.design.count - self.design.fixed
            return free * (1.0 + math.log(2.0 * math.pi * noise)) if noise > 0.0 else -math.inf
        assumed = self._assumed
        missed = sum(
            (value - mean) ** 2 / variance for value, (mean, variance) in zip(fixed, assumed.fixed, strict=True)
        )
        worth = self.design.count + assumed.noise_ratings - self.design.fixed
        misfit = max(_misfit(solution.cross, fixed), 0.0) + assumed.noise_ratings * assumed.noise
        return worth * math.log(noise) + misfit / noise + missed

    def _of_the_ratios(self, ratios: tuple[float, float]) -> float:
        if self._assumed is None:
            return 0.0
        return sum(
            ((math.log(ratio) - centre) / spread) ** 2
            for ratio, (centre, spread) in zip(ratios, self._assumed.ratios, strict=True)
        )

    def _slope(self, point: Point) -> tuple[float, float]:
        sides = (point.solution.small, point.solution.large)
        slopes = [
            2.0 * (determined - self._spent(point, columns, effects, ratio * ratio))
            for determined, columns, effects, ratio in zip(
                point.solution.traces, sides, point.effects(), point.ratios, strict=True
            )
        ]
        if self._assumed is not None:
            slopes = [
                slope + 2.0 * (math.log(ratio) - centre) / spread**2
                for slope, ratio, (centre, spread) in zip(slopes, point.ratios, self._assumed.ratios, strict=True)
            ]
        return slopes[0], slopes[1]

    @staticmethod
    def _spent(point: Point, columns: Sequence[Sequence[float]], effects: Sequence[float], variance: float) -> float:
        if variance == 0.0 or point.noise == 0.0:
            return 0.0
        causes = columns[:-1]
        unsure = sum(
            point.fixed_covariance[j][k] * dot(one, two) for j, one in enumerate(causes) for k, two in enumerate(causes)
        )
        return (unsure + dot(effects, effects) / point.noise) / variance


def _regression(
    cross: Matrix, precision: Sequence[float], expected: Sequence[float]
) -> tuple[tuple[float, ...], Matrix]:
    """The mean and the shifts, and the factor of their equations."""
    size = len(precision)
    lower = [[*cross[j][:j], cross[j][j] + precision[j]] for j in range(size)]
    factor = cholesky(lower)
    right = [cross[j][-1] + precision[j] * expected[j] for j in range(size)]
    return tuple(dot(row, right) for row in inverse(factor)), factor


def _misfit(cross: Matrix, fixed: Sequence[float]) -> float:
    """The weighted sum of squares that the mean and the shifts leave."""
    with_score = (*(-value for value in fixed), 1.0)
    return sum(one * dot(row, with_score) for one, row in zip(with_score, cross, strict=True))
