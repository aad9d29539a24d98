"""One fit over all ratings of a pool, and what it says of each subject and each rater."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Final, final

from feedbackkit.evidence.estimates import Contribution, Estimate, LeftOut, Severity, Without
from feedbackkit.evidence.fitting.cells import Said
from feedbackkit.evidence.fitting.linear import dot
from feedbackkit.evidence.ratings import Conflict, Judgement, Pool, Row, checked_score

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from feedbackkit.evidence.fitting.belief import Belief, Functional, Vector
    from feedbackkit.evidence.fitting.model import Model

__all__ = ["Fit"]

_OCCASION: Final = 0.28
"""The variance from occasion to occasion, as a share of that between subjects: on InstEval, intervals about today
covered 58 and 76 % instead of 80 and 95 % without it."""


@final
class Fit:
    """The estimates of a pool with its variances fixed; a value: nothing changes it, `told` gives another one.

    Made by `fit`. It keeps the ratings.
    """

    def __init__(
        self, model: Model, pool: Pool, belief: Belief, said: Mapping[tuple[int, int, Conflict], Said]
    ) -> None:
        self._model = model
        self._pool = pool
        self._belief = belief
        self._said = said
        self._lines: dict[Hashable, tuple[Contribution, ...]] = {}
        self._withouts: dict[Hashable, tuple[Without, ...]] = {}

    @property
    def subjects(self) -> tuple[Hashable, ...]:
        """All who were rated, in order of appearance."""
        return tuple(self._pool.subjects)

    @property
    def raters(self) -> tuple[Hashable, ...]:
        """All who rated, in order of appearance."""
        return tuple(self._pool.raters)

    @property
    def mean(self) -> float:
        """The mean of all subjects and raters."""
        return self._belief.fixed[0]

    @property
    def noise_sd(self) -> float:
        """The standard deviation of one rating around its subject and its rater."""
        return math.sqrt(self._belief.point.noise)

    @property
    def quality_sd(self) -> float:
        """How far subjects differ."""
        return self.noise_sd * math.sqrt(self._belief.variances[0])

    @property
    def severity_sd(self) -> float:
        """How far raters differ in severity."""
        return self.noise_sd * math.sqrt(self._belief.variances[1])

    @property
    def occasion_sd(self) -> float:
        """How far a subject differs from one occasion to the next."""
        return math.sqrt(_OCCASION) * self.quality_sd

    @property
    def criterion(self) -> float:
        """-2 times the logarithm of the restricted likelihood, or of the posterior density but for a constant."""
        return self._belief.point.value

    @property
    def shifts(self) -> Mapping[Conflict, float]:
        """How far each kind of declared conflict was found to shift a rating, where that was estimated."""
        return dict(zip(self._model.shifts, self._belief.fixed[1:], strict=True))

    def estimate(self, subject: Hashable) -> Estimate:
        """The estimate of a subject; of one who was never rated, what the pool says of anybody."""
        number = self._pool.subjects.get(subject)
        rows = [] if number is None else [row for said in self._entered.get(number, ()) for row in said.rows]
        return Estimate(
            subject=subject,
            mean=self._mean(number),
            sd=self._sd(number),
            freedom=self._model.freedom,
            low=self._model.low,
            high=self._model.high,
            count=len(rows),
            sources=len({row.rater for row in rows}),
            raw_mean=math.fsum(row.score for row in rows) / len(rows) if rows else None,
            fit=self,
        )

    def contributions(self, subject: Hashable) -> tuple[Contribution, ...]:
        """What each answer adds to the mean of a subject, the heaviest first, and at the end the pool."""
        found = self._lines.get(subject)
        if found is None:
            found = self._lines[subject] = self._summed(subject)
        return found

    def _summed(self, subject: Hashable) -> tuple[Contribution, ...]:
        number = self._pool.subjects.get(subject)
        ids = self._rater_ids
        said = () if number is None else self._entered.get(number, ())
        total = self._divisor(said)
        lines = [self._line(one, row, total, ids) for one in said for row in one.rows]
        lines.sort(key=lambda line: (-line.weight, -line.corrected, line.score, repr(line.rater)))
        mean = self._belief.fixed[0]
        lines.append(Contribution(score=mean, weight=1.0 / total, value=mean / total, of_pool=True))
        over = math.fsum(line.value for line in lines)
        end = self._model.bounded(over)
        if end != over:
            lines.append(Contribution(score=end - over, weight=0.0, value=end - over, of_pool=True))
        return tuple(lines)

    def without_each(self, subject: Hashable) -> tuple[Without, ...]:
        """The estimate of a subject without each answer in turn, the variances kept, in order of the contributions."""
        found = self._withouts.get(subject)
        if found is None:
            found = self._withouts[subject] = self._without_each(subject)
        return found

    def _without_each(self, subject: Hashable) -> tuple[Without, ...]:
        number = self._pool.subjects.get(subject)
        if number is None:
            return ()
        ids = self._rater_ids
        own = self._belief.covariances(self._of_subject(number))
        found = [self._without(one, row, ids, own) for one in self._entered.get(number, ()) for row in one.rows]
        order = {(line.rater, line.score, line.key): place for place, line in enumerate(self.contributions(subject))}
        return tuple(sorted(found, key=lambda one: order[one.rater, one.score, one.key]))

    def left_out(self, subject: Hashable) -> tuple[LeftOut, ...]:
        """Answers about a subject that did not enter, and why."""
        number = self._pool.subjects.get(subject)
        ids = self._rater_ids
        return tuple(
            LeftOut(rater=ids[row.rater], score=row.score, because=f"declared conflict: {row.conflict}", key=row.key)
            for row in self._pool.rows
            if row.subject == number and self._model.leaves_out(row)
        )

    def severity(self, rater: Hashable) -> Severity:
        """How a rater rates; of one who never rated, what is known of anybody."""
        number = self._pool.raters.get(rater)
        scores = self._scores.get(number, []) if number is not None else []
        variance = self._belief.variances[1]
        if number is not None:
            variance = self._belief.variance(self._model.functional(rater=number, mean=0.0))
        return Severity(
            rater=rater,
            value=0.0 if number is None else self._belief.raters[number],
            sd=math.sqrt(self._belief.point.noise * variance),
            ratings=len(scores),
            always_top=len(scores) > 1 and min(scores) >= self._model.top,
        )

    def told(self, rating: Judgement) -> Fit:
        """The fit after one more rating, the variances kept: exact given them, without solving anew.

        A rating whose conflict is left out changes no number.
        """
        score = checked_score(rating.score, self._model.scale)
        raters = {**self._pool.raters}
        subjects = {**self._pool.subjects}
        row = Row(
            raters.setdefault(rating.rater, len(raters)),
            subjects.setdefault(rating.subject, len(subjects)),
            score,
            rating.weight,
            rating.conflict,
            rating.key,
        )
        pool = Pool(raters=raters, subjects=subjects, rows=(*self._pool.rows, row))
        belief = self._belief.with_people(subjects=len(subjects), raters=len(raters))
        if self._model.leaves_out(row):
            return Fit(self._model, pool, belief, self._said)
        place = (row.rater, row.subject, row.conflict)
        before = self._said.get(place)
        row = self._model.entering(row)
        after = Said.of((*(before.rows if before else ()), row), self._model.same_source)
        belief = belief.told(self._model.of_row(row), *_grown(before, after))
        told = Fit(self._model, pool, belief, {**self._said, place: after})
        others = [said for said in self._entered.get(row.subject, ()) if said is not before]
        told._entered = {**self._entered, row.subject: [*others, after]}  # what did not change is not gathered again
        told._scores = {**self._scores, row.rater: [*self._scores.get(row.rater, ()), score]}
        return told

    def leaving_out_conflicts(self) -> Fit:
        """A fit of the same ratings that leaves out all answers under a declared conflict."""
        return self._model.leaving_out(self._pool)

    @cached_property
    def _rater_ids(self) -> tuple[Hashable, ...]:
        return tuple(self._pool.raters)

    @cached_property
    def _entered(self) -> dict[int, list[Said]]:
        """What was said, by subject."""
        found: dict[int, list[Said]] = {}
        for (_, subject, _), said in self._said.items():
            found.setdefault(subject, []).append(said)
        return found

    @cached_property
    def _scores(self) -> dict[int, list[float]]:
        """All scores that entered, by rater."""
        found: dict[int, list[float]] = {}
        for (rater, _, _), said in self._said.items():
            found.setdefault(rater, []).extend(row.score for row in said.rows)
        return found

    @cached_property
    def _sensitivity(self) -> tuple[Vector, ...]:
        """By how much all effects move with the logarithm of each ratio."""
        belief = self._belief
        subjects, raters = belief.variances
        zeros = [0.0] * len(belief.fixed)
        vectors: tuple[Vector, Vector] = (
            (zeros, [2.0 * value / subjects for value in belief.subjects], [0.0] * len(belief.raters)),
            (zeros, [0.0] * len(belief.subjects), [2.0 * value / raters for value in belief.raters]),
        )
        return tuple(map(belief.spread, vectors))

    def _of_subject(self, number: int | None) -> Functional:
        return self._model.functional(subject=number)

    def _divisor(self, said: Sequence[Said]) -> float:
        """The weight of the pool and of all answers, as multiples of the pool's."""
        return 1.0 + self._belief.variances[0] * math.fsum(one.weight for one in said)

    def _mean(self, number: int | None) -> float:
        said = () if number is None else self._entered.get(number, ())
        total, mean, ratio = self._divisor(said), self._belief.fixed[0], self._belief.variances[0]
        severities = self._belief.raters
        corrected = [one.weight * (one.score - severities[one.rows[0].rater]) for one in said]
        if self._model.shifts:
            corrected += [-one.weight * self._shift(one.rows[0]) for one in said]
        return self._model.bounded((mean + ratio * math.fsum(corrected)) / total)

    def _shift(self, row: Row) -> float:
        if not self._model.shifts:
            return 0.0
        return dot(self._model.of_row(row).fixed[1:], self._belief.fixed[1:])

    def _line(self, said: Said, row: Row, total: float, ids: Sequence[Hashable]) -> Contribution:
        weight = self._belief.variances[0] * said.share(row) / total
        severity, shift = self._belief.raters[row.rater], self._shift(row)
        return Contribution(
            rater=ids[row.rater],
            score=row.score,
            severity=severity,
            severity_ratings=len(self._scores[row.rater]),
            shift=shift,
            weight=weight,
            value=weight * (row.score - severity - shift),
            key=row.key,
        )

    def _sd(self, number: int | None) -> float:
        if self._model.says_nothing:
            return math.inf
        noise = self._belief.point.noise
        if number is None:
            return math.sqrt(self._model.margin * noise * self._belief.variance(self._of_subject(None)))
        variance = noise * self._belief.variance(self._of_subject(number))
        curvature = self._model.curvature
        if curvature is not None:
            moves = [fixed[0] + subjects[number] for fixed, subjects, _ in self._sensitivity]
            variance += dot(moves, [dot(row, moves) for row in curvature])
        # Two who cannot be told apart may differ in the last digit, so it is not told.
        return float(f"{math.sqrt(self._model.margin * variance):.12g}")

    def _without(self, said: Said, row: Row, ids: Sequence[Hashable], own: Vector) -> Without:
        rest = list(said.rows)
        rest.remove(row)
        after = Said.of(rest, self._model.same_source) if rest else None
        weight, weighted = _grown(said, after)
        of = self._model.of_row(row)
        belief = self._belief
        along = dot(of.fixed, own[0]) + own[1][row.subject] + own[2][row.rater]
        divisor = 1.0 + weight * belief.variance(of)
        mean = (
            belief.expected(self._of_subject(row.subject)) + along * (weighted - weight * belief.expected(of)) / divisor
        )
        return Without(
            rater=ids[row.rater],
            score=row.score,
            mean=self._model.bounded(mean),
            key=row.key,
        )


def _grown(before: Said | None, after: Said | None) -> tuple[float, float]:
    """By how much the weights and the weighted scores of one source grew."""
    old = (0.0, 0.0) if before is None else (before.weight, before.weight * before.score)
    new = (0.0, 0.0) if after is None else (after.weight, after.weight * after.score)
    return new[0] - old[0], new[1] - old[1]
