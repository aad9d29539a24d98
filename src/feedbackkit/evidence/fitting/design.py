"""The pool as numbers: who rated whom, how often, and the sums that the equations are made of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.evidence.fitting.ordering import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.evidence.fitting.ordering import Order

__all__ = ["Cell", "Design", "Side"]


@final
@attrs.frozen
class Cell:
    """What one rater says of one subject, as the equations see it."""

    rater: int
    subject: int
    weight: float
    score: float
    shifts: tuple[float, ...] = ()
    """How much of each kind of shift lies on the score."""


@final
@attrs.frozen
class Side:
    """One side of the pool, raters or subjects, in its canonical order."""

    rank: tuple[int, ...]
    """The place of each node, by its number."""
    alike: tuple[int, ...]
    """The place where the effect of each node is read: those that cannot be told apart share it."""
    weights: tuple[float, ...]
    """The sum of the weights at each place."""
    sums: tuple[tuple[float, ...], ...]
    """For each column, its weighted sum at each place."""
    meetings: tuple[tuple[tuple[int, float], ...], ...]
    """Whom each place meets on the other side, and with what weight, in order."""


@final
@attrs.frozen
class Design:
    """All that the criterion needs. Columns are the mean, the shifts and, last, the score."""

    small: Side
    """The side with fewer nodes: its block of the equations is solved densely."""
    large: Side
    """The other side, which is eliminated."""
    subjects_are_small: bool
    cross: tuple[tuple[float, ...], ...]
    """The weighted products of the columns."""
    count: int
    """How many independent pieces of evidence about the noise there are."""
    centre: float
    """What was taken off each score, so that the squares stay small."""

    @property
    def fixed(self) -> int:
        """How many columns are effects of the whole pool: the mean, and each kind of shift."""
        return len(self.cross) - 1

    @property
    def cost(self) -> float:
        """About how many multiplications one evaluation takes."""
        return len(self.small.rank) ** 3 / 2 + sum(len(meeting) ** 2 for meeting in self.large.meetings)

    @classmethod
    def of(
        cls,
        cells: Sequence[Cell],
        *,
        raters: int,
        subjects: int,
        centre: float,
        count: int,
        fixed: int = 1,
        within: float = 0.0,
    ) -> Design:
        """Sum up cells; `within` is what scores vary inside of cells that stand for several ratings."""
        small_subjects = subjects <= raters
        ends = [(cell.subject, cell.rater) if small_subjects else (cell.rater, cell.subject) for cell in cells]
        edges = [
            (one, two, (cell.score, cell.weight, *cell.shifts)) for (one, two), cell in zip(ends, cells, strict=True)
        ]
        sizes = (subjects, raters) if small_subjects else (raters, subjects)
        orders = canonical(edges, *sizes)
        rows = sorted(
            ((orders[0].rank[one], orders[1].rank[two]), cell.weight, (1.0, *cell.shifts, cell.score - centre))
            for (one, two), cell in zip(ends, cells, strict=True)
        )
        columns = fixed + 1
        cross = [[0.0] * columns for _ in range(columns)]
        for j in range(columns):
            for k in range(j + 1):
                total = math.fsum([weight * values[j] * values[k] for _, weight, values in rows])
                cross[j][k] = cross[k][j] = total
        cross[-1][-1] += within
        meetings: dict[tuple[int, int], float] = {}
        for places, weight, _ in rows:
            meetings[places] = meetings.get(places, 0.0) + weight
        sides = [
            _side(
                orders[side],
                [(places[side], weight, values) for places, weight, values in rows],
                columns,
                _met(meetings, side, sizes[side]),
            )
            for side in (0, 1)
        ]
        return cls(
            small=sides[0],
            large=sides[1],
            subjects_are_small=small_subjects,
            cross=tuple(map(tuple, cross)),
            count=count,
            centre=centre,
        )


def _met(meetings: dict[tuple[int, int], float], side: int, size: int) -> tuple[tuple[tuple[int, float], ...], ...]:
    met: list[list[tuple[int, float]]] = [[] for _ in range(size)]
    for ends, weight in meetings.items():  # in order: the rows they were made from are sorted
        met[ends[side]].append((ends[1 - side], weight))
    return tuple(map(tuple, met))


def _side(
    order: Order,
    rows: Sequence[tuple[int, float, tuple[float, ...]]],
    columns: int,
    meetings: tuple[tuple[tuple[int, float], ...], ...],
) -> Side:
    weights = [0.0] * len(order.rank)
    sums = [[0.0] * len(order.rank) for _ in range(columns)]
    for place, weight, values in rows:
        weights[place] += weight
        for column, value in zip(sums, values, strict=True):
            column[place] += weight * value
    return Side(
        rank=tuple(order.rank),
        alike=tuple(order.alike),
        weights=tuple(weights),
        sums=tuple(map(tuple, sums)),
        meetings=meetings,
    )
