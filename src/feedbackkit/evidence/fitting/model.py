"""How a pool is turned into a fit: what enters, under which assumptions, and by which equations."""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain.fields import member
from feedbackkit.errors import InvalidValue
from feedbackkit.evidence.fitting.belief import Belief, Functional
from feedbackkit.evidence.fitting.cells import gathered
from feedbackkit.evidence.fitting.climbing import best
from feedbackkit.evidence.fitting.criterion import Assumptions, Criterion, Point
from feedbackkit.evidence.fitting.design import Cell, Design
from feedbackkit.evidence.fitting.engines import equations
from feedbackkit.evidence.fitting.fit import Fit
from feedbackkit.evidence.fitting.linear import Matrix
from feedbackkit.evidence.prior import DEFAULT, Prior
from feedbackkit.evidence.ratings import Conflict, Judgement, Pool, Row, Scale, checked_scale, pool_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from feedbackkit.evidence.fitting.cells import Said

__all__ = ["Model", "Treatment", "fit", "fitted"]

_MARGIN: Final = 1.04
"""What variances are raised by under a prior: ceilings and hidden friends make plain intervals too short by 2 %."""
_STEP: Final = 0.05
_CURVED_UP_TO: Final = 5_000
"""Up to how many ratings the uncertainty of the variances is added; beyond, it is below every digit that is shown."""


class Treatment(enum.StrEnum):
    """What becomes of answers under a declared conflict."""

    LEAVE_OUT = "leave_out"
    """They do not enter, and are shown beside."""
    SHIFT = "shift"
    """They enter less a shift of uncertain size, which the pool's own conflicts help to estimate."""
    IGNORE = "ignore"
    """They enter like all others."""


@final
@attrs.frozen(kw_only=True, eq=False)
class Model:
    """Everything about a fit but its ratings and its results."""

    scale: Scale | None
    prior: Prior | None
    treatment: Treatment
    shifts: tuple[Conflict, ...] = ()
    """The kinds of conflict whose shift is estimated, in order of their columns."""
    freedom: float = math.inf
    margin: float = 1.0
    curvature: Matrix | None = None
    """The covariance of the logarithms of both ratios, subjects first; `None` where it is not added."""
    says_nothing: bool = False
    """Whether there is too little to estimate any variance from, and no prior."""

    @property
    def same_source(self) -> float | None:
        """How much of a rater's noise comes back in a second rating of the same subject."""
        return None if self.prior is None else self.prior.same_source

    @property
    def low(self) -> float:
        """No interval goes below this."""
        return -math.inf if self.scale is None else self.scale.low

    @property
    def high(self) -> float:
        """No interval goes above this."""
        return math.inf if self.scale is None else self.scale.high

    @property
    def top(self) -> float:
        """The top score."""
        return self.high

    def bounded(self, mean: float) -> float:
        """A mean within the scale; without a prior it stays as it is."""
        return mean if self.prior is None else min(max(mean, self.low), self.high)

    def leaves_out(self, row: Row) -> bool:
        """Whether a rating does not enter."""
        if row.conflict is Conflict.NONE or self.treatment is Treatment.IGNORE:
            return False
        return self.treatment is Treatment.LEAVE_OUT or row.conflict not in {Conflict.UNCLEAR, *self.shifts}

    def entering(self, row: Row) -> Row:
        """A rating as it enters: a shift of unknown direction is so much more noise, and the rating counts less."""
        if row.conflict is not Conflict.UNCLEAR or self.treatment is not Treatment.SHIFT or self.prior is None:
            return row
        more = (self.prior.shift**2 + self.prior.shift_spread**2) / self.prior.noise**2
        return row._replace(weight=row.weight / (1.0 + more))

    def functional(
        self, *, subject: int | None = None, rater: int | None = None, mean: float = 1.0, shifts: tuple[float, ...] = ()
    ) -> Functional:
        """A sum of effects, by default the mean and a subject's."""
        return Functional((mean, *(shifts or (0.0,) * len(self.shifts))), subject, rater)

    def of_row(self, row: Row) -> Functional:
        """What a rating is expected to be."""
        return self.functional(subject=row.subject, rater=row.rater, shifts=self.shares(row))

    def shares(self, row: Row) -> tuple[float, ...]:
        """How much of each shift lies on a rating."""
        return tuple(float(row.conflict is kind) for kind in self.shifts)

    def leaving_out(self, pool: Pool) -> Fit:
        """The fit of a pool with all conflicts left out."""
        return fitted(pool, scale=self.scale, prior=self.prior, treatment=Treatment.LEAVE_OUT)


def fit(
    ratings: Iterable[Judgement],
    *,
    scale: tuple[float, float] | None = (1, 5),
    prior: Prior | None = DEFAULT,
    conflicts: Treatment | str = Treatment.LEAVE_OUT,
) -> Fit:
    """Fit subjects and raters to all ratings of a pool; neither order nor names matter.

    Without a prior it is REML, as in lme4's ``lmer(y ~ 1 + (1 | subject) + (1 | rater))``, and conflicts cannot be
    shifted. Only without a prior may the scale be `None`. What is no `Judgement`, or lies outside of the scale, raises
    `InvalidValue`.
    """
    if prior is not None and not isinstance(prior, Prior):
        raise InvalidValue("prior", "must be a Prior or None", "something else")
    if scale is None and prior is not None:
        raise InvalidValue("scale", "must be given where there is a prior", "nothing")
    ends = None if scale is None else checked_scale(scale)
    return fitted(pool_of(ratings, ends), scale=ends, prior=prior, treatment=member(Treatment, "conflicts", conflicts))


def fitted(pool: Pool, *, scale: Scale | None, prior: Prior | None, treatment: Treatment) -> Fit:
    """Fit a pool of checked ratings."""
    if treatment is Treatment.SHIFT and prior is None:
        treatment = Treatment.LEAVE_OUT
    conflicts = {row.conflict for row in pool.rows} - {Conflict.NONE}
    model = Model(scale=scale, prior=prior, treatment=treatment)
    if treatment is Treatment.SHIFT and conflicts:
        shifts = tuple(kind for kind in (Conflict.CLOSE, Conflict.OPPOSED) if kind in conflicts)
        model = attrs.evolve(model, shifts=shifts)
    said = gathered((model.entering(row) for row in pool.rows if not model.leaves_out(row)), model.same_source)
    design = _design(pool, model, said)
    if prior is None and not _tells(design):
        return _silent(pool, model, said, design)
    point, curvature = _solved(design, model)
    margin, freedom = (1.0, math.inf) if prior is None else (_MARGIN, design.count + prior.noise_ratings)
    model = attrs.evolve(model, curvature=curvature, margin=margin, freedom=freedom)
    return Fit(model, pool, Belief.of(design, point).with_people(**_sizes(pool)), said)


def _sizes(pool: Pool) -> dict[str, int]:
    return {"subjects": len(pool.subjects), "raters": len(pool.raters)}


def _design(pool: Pool, model: Model, said: Mapping[tuple[int, int, Conflict], Said]) -> Design:
    cells = [
        Cell(one.rows[0].rater, one.rows[0].subject, one.weight, one.score, model.shares(one.rows[0]))
        for one in said.values()
    ]
    if model.scale is None or model.prior is None:
        centre = math.fsum(cell.score for cell in cells) / len(cells) if cells else 0.0
    else:
        centre = model.scale.low + model.prior.level * model.scale.width
    rows = len(said) if model.prior is not None else sum(len(one.rows) for one in said.values())
    return Design.of(
        cells,
        **_sizes(pool),
        centre=centre,
        count=rows,
        fixed=1 + len(model.shifts),
        within=math.fsum(one.within for one in said.values()),
    )


def _tells(design: Design) -> bool:
    """Whether the scores differ at all, and there is more than one: the least that REML needs."""
    total = design.cross[0][0]
    return design.count > 1 and design.cross[1][1] - design.cross[0][1] ** 2 / total > 1e-12 * design.cross[1][1]


def _silent(pool: Pool, model: Model, said: Mapping[tuple[int, int, Conflict], Said], design: Design) -> Fit:
    """Without differences there is no variance to estimate: the mean of what there is, and nothing about its error."""
    point = Criterion(design, equations(design), _plain_assumptions()).point((1.0, 1.0))
    return Fit(attrs.evolve(model, says_nothing=True), pool, Belief.of(design, point).with_people(**_sizes(pool)), said)


def _plain_assumptions() -> Assumptions:
    return Assumptions(ratios=((0.0, math.inf), (0.0, math.inf)), noise=1.0, noise_ratings=1.0, fixed=((0.0, 1e12),))


def _solved(design: Design, model: Model) -> tuple[Point, Matrix | None]:
    prior, scale = model.prior, model.scale
    if prior is None or scale is None:
        return best(Criterion(design, equations(design), None), None), None
    quality, severity = prior.log_ratios
    ratios = (quality, severity) if design.subjects_are_small else (severity, quality)
    spread = (prior.shift_spread * scale.width) ** 2
    assumed = Assumptions(
        ratios=ratios,
        noise=(prior.noise * scale.width) ** 2,
        noise_ratings=prior.noise_ratings,
        fixed=(
            (0.0, (prior.level_spread * scale.width) ** 2),
            *((prior.shift * scale.width * (1.0 if kind is Conflict.CLOSE else -1.0), spread) for kind in model.shifts),
        ),
    )
    criterion = Criterion(design, equations(design), assumed)
    point = best(criterion, (math.exp(ratios[0][0]), math.exp(ratios[1][0])))
    return point, _curvature(criterion, point, assumed) if design.count <= _CURVED_UP_TO else None


def _curvature(criterion: Criterion, point: Point, assumed: Assumptions) -> Matrix:
    """The covariance of the logarithms of the ratios, subjects first, by how the slope turns (Kass & Steffey 1989)."""
    turns: list[tuple[float, float]] = []
    for side in (0, 1):
        ends = [
            criterion.point(
                (
                    point.ratios[0] * math.exp(way * _STEP * (side == 0)),
                    point.ratios[1] * math.exp(way * _STEP * (side == 1)),
                )
            ).slope
            for way in (1, -1)
        ]
        turns.append(((ends[0][0] - ends[1][0]) / (4.0 * _STEP), (ends[0][1] - ends[1][1]) / (4.0 * _STEP)))
    first, last = turns[0][0], turns[1][1]
    mixed = (turns[0][1] + turns[1][0]) / 2.0
    determinant = first * last - mixed * mixed
    if first > 0.0 and determinant > 0.0:
        matrix = [[last / determinant, -mixed / determinant], [-mixed / determinant, first / determinant]]
    else:  # on a slope without a bottom, the prior is all that is known
        matrix = [[assumed.ratios[0][1] ** 2, 0.0], [0.0, assumed.ratios[1][1] ** 2]]
    return matrix if criterion.design.subjects_are_small else [row[::-1] for row in matrix[::-1]]
