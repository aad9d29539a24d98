"""The mixed-model equations, with the larger side eliminated (Henderson 1975; Ghosh, Hastie & Owen, arXiv 2007.10612).

With the variances of the noise, the small and the large side as 1 : `small` : `large`, what is left is one dense matrix
over the smaller side, its Schur complement. Nothing divides by a ratio, so a ratio of zero is no special case.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol, final

import attrs

from feedbackkit.evidence.fitting.design import Design
from feedbackkit.evidence.fitting.linear import Matrix, cholesky, dot, inverse, log_determinant

if TYPE_CHECKING:
    from collections.abc import Sequence


__all__ = ["Equations", "PlainSolution", "Solution", "plain"]


class Solution(Protocol):
    """The equations, solved at two ratios. Lists over a side are in its canonical order."""

    @property
    def log_determinant(self) -> float:
        """Of the covariance of the scores, the noise taken as 1."""
        ...

    @property
    def cross(self) -> Matrix:
        """The products of all columns, weighted by the inverse of that covariance."""
        ...

    @property
    def small(self) -> Sequence[Sequence[float]]:
        """For each column, its regression on the effects of the small side."""
        ...

    @property
    def large(self) -> Sequence[Sequence[float]]:
        """For each column, its regression on the effects of the large side."""
        ...

    @property
    def traces(self) -> tuple[float, float]:
        """For both sides, how many of its effects the data determine, the mean and the shifts taken as known."""
        ...

    def variance(self, of: tuple[int, int]) -> float:
        """The variance of one effect, (0 for the small side or 1, place), the mean and the shifts taken as known."""
        ...

    def covariance(self, small: tuple[int, int], large: tuple[int, int]) -> float:
        """Of an effect of the small side with one of the large side."""
        ...

    def applied(self, small: Sequence[float], large: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
        """The covariance of the effects, applied to one number for each effect."""
        ...


class Equations(Protocol):
    """Solves one design for any two ratios."""

    def __call__(self, small: float, large: float, *, whole: bool = True) -> Solution:
        """Solve for the ratios of variance of both sides; without `whole` only the criterion's parts are there."""
        ...


@final
@attrs.frozen
class PlainSolution:
    """A solution in lists of floats."""

    design: Design
    shrink: list[float]
    """What the large side's own equations give: the variance of each effect, were the small side known."""
    matrix: Matrix
    """The covariance of the effects of the small side."""
    log_determinant: float
    cross: Matrix
    small: Matrix
    large: Matrix
    traces: tuple[float, float]

    def applied(self, small: Sequence[float], large: Sequence[float]) -> tuple[list[float], list[float]]:
        """See `Solution.applied`."""
        return _applied(self.design, self.shrink, self.matrix, small, large)

    def covariance(self, small: tuple[int, int], large: tuple[int, int]) -> float:
        """See `Solution.covariance`."""
        row, place = self.matrix[small[1]], large[1]
        return -self.shrink[place] * sum(weight * row[one] for one, weight in self.design.large.meetings[place])

    def variance(self, of: tuple[int, int]) -> float:
        """See `Solution.variance`."""
        side, place = of
        if side == 0:
            return self.matrix[place][place]
        shrink = self.shrink[place]
        met = self.design.large.meetings[place]
        inner = math.fsum(weight * other * self.matrix[one][two] for one, weight in met for two, other in met)
        return shrink + shrink * shrink * inner


def plain(design: Design) -> Equations:
    """The equations of a design, in pure Python."""

    def solve(small: float, large: float, *, whole: bool = True) -> PlainSolution:
        _ = whole  # the inverse costs little here
        shrink = [large / (1.0 + large * weight) for weight in design.large.weights]
        factor = cholesky(_schur(design, small, shrink))
        covariance = inverse(factor)
        determined = len(covariance) - sum(row[place] for place, row in enumerate(covariance))
        covariance = [[small * value for value in row] for row in covariance]
        columns = [
            _applied(design, shrink, covariance, *sums)
            for sums in zip(design.small.sums, design.large.sums, strict=True)
        ]
        return PlainSolution(
            design,
            shrink=shrink,
            matrix=covariance,
            log_determinant=log_determinant(factor)
            + math.fsum(math.log1p(large * weight) for weight in design.large.weights),
            cross=[
                [
                    design.cross[j][k] - dot(design.small.sums[j], one) - dot(design.large.sums[j], two)
                    for k, (one, two) in enumerate(columns)
                ]
                for j in range(len(columns))
            ],
            small=[one for one, _ in columns],
            large=[two for _, two in columns],
            traces=(determined, _determined(design, large, shrink, covariance)),
        )

    return solve


def _schur(design: Design, ratio: float, shrink: Sequence[float]) -> Matrix:
    matrix = [[0.0] * (place + 1) for place in range(len(design.small.rank))]
    for factor, met in zip(shrink, design.large.meetings, strict=True):
        for index, (one, weight) in enumerate(met):
            row, scaled = matrix[one], ratio * factor * weight
            for two, other in met[: index + 1]:
                row[two] -= scaled * other
    for row, weight in zip(matrix, design.small.weights, strict=True):
        row[-1] += 1.0 + ratio * weight
    return matrix


def _applied(
    design: Design, shrink: Sequence[float], covariance: Matrix, small: Sequence[float], large: Sequence[float]
) -> tuple[list[float], list[float]]:
    scaled = [factor * value for factor, value in zip(shrink, large, strict=True)]
    left = [
        value - sum(weight * scaled[two] for two, weight in met)
        for value, met in zip(small, design.small.meetings, strict=True)
    ]
    ones = [dot(row, left) for row in covariance]
    twos = [
        factor * (value - sum(weight * ones[one] for one, weight in met))
        for factor, value, met in zip(shrink, large, design.large.meetings, strict=True)
    ]
    return ones, twos


def _determined(design: Design, ratio: float, shrink: Sequence[float], covariance: Matrix) -> float:
    total = 0.0
    for factor, weight, met in zip(shrink, design.large.weights, design.large.meetings, strict=True):
        inner = 0.0
        for index, (one, own) in enumerate(met):
            row = covariance[one]
            inner += own * (own * row[one] + 2.0 * sum(other * row[two] for two, other in met[:index]))
        total += factor * weight - (factor * factor * inner / ratio if ratio else 0.0)
    return total
