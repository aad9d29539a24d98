"""What is known of everybody once the variances are fixed; one more rating changes it exactly, without a new fit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias, final

import attrs

from feedbackkit.evidence.fitting.criterion import Point
from feedbackkit.evidence.fitting.design import Design
from feedbackkit.evidence.fitting.linear import dot

if TYPE_CHECKING:
    from collections.abc import Sequence


__all__ = ["Belief", "Functional", "Update", "Vector"]


@final
@attrs.frozen
class Functional:
    """A sum of a few effects: the mean and the shifts by their columns, one subject, one rater."""

    fixed: tuple[float, ...]
    subject: int | None = None
    rater: int | None = None


Vector: TypeAlias = "tuple[list[float], list[float], list[float]]"
"""Numbers for the mean and the shifts, for all subjects, and for all raters."""


@final
@attrs.frozen
class Update:
    """The trace of one more rating: a rank-one change of the covariance."""

    along: Vector
    scale: float


@final
@attrs.frozen(kw_only=True)
class Belief:
    """Effects and their covariance in units of the noise, raters and subjects by number.

    Numbers beyond those of the fit are people nobody knew then: they start from what is expected of anybody.
    """

    design: Design
    point: Point
    fixed: tuple[float, ...]
    """The mean of all, and the shifts."""
    subjects: tuple[float, ...]
    raters: tuple[float, ...]
    updates: tuple[Update, ...] = ()

    @classmethod
    def of(cls, design: Design, point: Point) -> Belief:
        """What a fit says."""
        small, large = point.effects()
        sides = ([small[place] for place in design.small.alike], [large[place] for place in design.large.alike])
        subjects, raters = sides if design.subjects_are_small else sides[::-1]
        return cls(
            design=design,
            point=point,
            fixed=(design.centre + point.fixed[0], *point.fixed[1:]),
            subjects=tuple(subjects),
            raters=tuple(raters),
        )

    def with_people(self, *, subjects: int, raters: int) -> Belief:
        """The same belief with room for so many subjects and raters; a new one's effect is 0."""
        return attrs.evolve(
            self,
            subjects=(*_longer(self.subjects, subjects),),
            raters=(*_longer(self.raters, raters),),
            updates=tuple(
                Update(
                    (update.along[0], _longer(update.along[1], subjects), _longer(update.along[2], raters)),
                    update.scale,
                )
                for update in self.updates
            ),
        )

    @property
    def variances(self) -> tuple[float, float]:
        """Of the effects of anybody unknown, subjects first."""
        small, large = (ratio * ratio for ratio in self.point.ratios)
        return (small, large) if self.design.subjects_are_small else (large, small)

    def expected(self, of: Functional) -> float:
        """Its value."""
        value = dot(of.fixed, self.fixed)
        if of.subject is not None:
            value += self.subjects[of.subject]
        return value + (0.0 if of.rater is None else self.raters[of.rater])

    def variance(self, of: Functional) -> float:
        """Its variance."""
        parts = [self._base_variance(of)]
        parts += [-update.scale * _applied(of, update.along) ** 2 for update in self.updates]
        return max(math.fsum(parts), 0.0)

    def covariances(self, of: Functional) -> Vector:
        """Its covariance with every effect."""
        subjects, raters = [0.0] * len(self.subjects), [0.0] * len(self.raters)
        if of.subject is not None:
            subjects[of.subject] = 1.0
        if of.rater is not None:
            raters[of.rater] = 1.0
        return self.spread((list(of.fixed), subjects, raters))

    def spread(self, vector: Vector) -> Vector:
        """The covariance of all effects, applied to one number for each."""
        found = self._base_spread(vector)
        for update in self.updates:
            share = update.scale * sum(dot(one, two) for one, two in zip(update.along, vector, strict=True))
            found = _less(found, update.along, share)
        return found

    def told(self, of: Functional, weight: float, weighted_score: float) -> Belief:
        """The belief after so much more was said: what the weights and the weighted scores of its sum grew by.

        Both may be negative: then something is taken back.
        """
        along = self.covariances(of)
        divisor = 1.0 + weight * _applied(of, along)
        pull = (weighted_score - weight * self.expected(of)) / divisor
        fixed, subjects, raters = _less((list(self.fixed), list(self.subjects), list(self.raters)), along, -pull)
        return attrs.evolve(
            self,
            fixed=tuple(fixed),
            subjects=tuple(subjects),
            raters=tuple(raters),
            updates=(*self.updates, Update(along, weight / divisor)),
        )

    def place(self, subject: int | None = None, rater: int | None = None) -> tuple[int, int] | None:
        """Where the fit has a subject or a rater; `None` for somebody unknown then."""
        side = int((subject is not None) != self.design.subjects_are_small)
        rank = (self.design.small, self.design.large)[side].rank
        number = rater if subject is None else subject
        return None if number is None or number >= len(rank) else (side, rank[number])

    def _base_variance(self, of: Functional) -> float:
        solution = self.point.solution
        spread = 0.0
        known: list[tuple[int, int]] = []
        places = (self.place(subject=of.subject), self.place(rater=of.rater))
        for place, number, variance in zip(places, (of.subject, of.rater), self.variances, strict=True):
            if place is not None:
                spread += solution.variance(place)
                known.append(place)
            elif number is not None:
                spread += variance
        if len(known) == 2:  # noqa: PLR2004 - both effects are in the fit, so they covary
            one, two = known
            spread += 2.0 * solution.covariance(*sorted((one, two)))
        left = [
            value - sum((solution.small, solution.large)[side][column][place] for side, place in known)
            for column, value in enumerate(of.fixed)
        ]
        return spread + dot(left, [dot(row, left) for row in self.point.fixed_covariance])

    def _base_spread(self, vector: Vector) -> Vector:
        fixed, subjects, raters = vector
        design, solution = self.design, self.point.solution
        ones, twos = (subjects, raters) if design.subjects_are_small else (raters, subjects)
        sides = solution.applied(_placed(ones, design.small.rank), _placed(twos, design.large.rank))
        columns = (solution.small, solution.large)
        placed = (_placed(ones, design.small.rank), _placed(twos, design.large.rank))
        left = [
            value - dot(columns[0][column], placed[0]) - dot(columns[1][column], placed[1])
            for column, value in enumerate(fixed)
        ]
        fixed_part = [dot(row, left) for row in self.point.fixed_covariance]
        found: list[list[float]] = []
        for side, (rank, given, variance) in enumerate(
            zip((design.small.rank, design.large.rank), (ones, twos), (r * r for r in self.point.ratios), strict=True)
        ):
            by_place = list(sides[side])
            for size, column in zip(fixed_part, columns[side], strict=False):
                by_place = [value - size * cause for value, cause in zip(by_place, column, strict=True)]
            found.append([by_place[place] for place in rank] + [variance * value for value in given[len(rank) :]])
        if not design.subjects_are_small:
            found.reverse()
        return fixed_part, found[0], found[1]


def _longer(values: Sequence[float], size: int) -> list[float]:
    return [*values, *[0.0] * (size - len(values))]


def _placed(values: Sequence[float], rank: Sequence[int]) -> list[float]:
    placed = [0.0] * len(rank)
    for number, place in enumerate(rank):
        placed[place] = values[number]
    return placed


def _applied(of: Functional, vector: Vector) -> float:
    fixed, subjects, raters = vector
    value = dot(of.fixed, fixed)
    if of.subject is not None:
        value += subjects[of.subject]
    return value + (0.0 if of.rater is None else raters[of.rater])


def _less(vector: Vector, along: Vector, share: float) -> Vector:
    one, two, three = (
        [value - share * other for value, other in zip(values, others, strict=True)]
        for values, others in zip(vector, along, strict=True)
    )
    return one, two, three
