"""Finding the two ratios of variance that fit best.

The criterion is even in each ratio, so that its slope at zero is zero and a search that lands there stays there. The
search goes over logarithms, which never reach zero; without a prior, zero is tried afterwards on its own.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from feedbackkit.evidence.fitting.criterion import Criterion, Point

__all__ = ["best"]

_LEAST: Final = math.log(1e-4)
_MOST: Final = math.log(1e4)
_STRIDE: Final = 1.5
_STARTS: Final = ((0.4, 0.3), (1.5, 1.0), (0.4, 0.01), (0.01, 0.4))
_FLAT: Final = 1e-6
_NO_GAIN: Final = 1e-10
"""A step that promises to lower the criterion by less is not taken: it would move no effect by a millionth."""
_NEAR_ZERO: Final = 0.1
_UNTURNED: Final = 1e-14


def best(criterion: Criterion, start: tuple[float, float] | None) -> Point:
    """The best point from a start; without one, from the best of a few, with zero as a possible end."""
    if start is not None:
        return _climb(criterion, (math.log(start[0]), math.log(start[1])))
    first = min(_STARTS, key=criterion.value)
    point = _climb(criterion, (math.log(first[0]), math.log(first[1])))
    for side in (0, 1):
        point = _or_zero(criterion, point, side)
    return point


def _or_zero(criterion: Criterion, point: Point, side: int) -> Point:
    if point.ratios[side] > _NEAR_ZERO:
        return point
    zero = criterion.point((0.0, point.ratios[1]) if side == 0 else (point.ratios[0], 0.0))
    return zero if zero.value <= point.value + 1e-9 * abs(point.value) else point


def _climb(criterion: Criterion, start: tuple[float, float]) -> Point:
    """Quasi-Newton steps (BFGS) with halving."""

    def at(logs: tuple[float, float]) -> Point:
        return criterion.point((math.exp(logs[0]), math.exp(logs[1])))

    here, point = start, at(start)
    bend = [[0.05, 0.0], [0.0, 0.05]]  # the inverse of the curvature
    first = True
    for _ in range(100):
        slope = _free(here, point.slope)
        step = [-(row[0] * slope[0] + row[1] * slope[1]) for row in bend]
        if max(map(abs, slope)) <= _FLAT or (not first and abs(step[0] * slope[0] + step[1] * slope[1]) <= _NO_GAIN):
            break
        if step[0] * slope[0] + step[1] * slope[1] >= 0.0:
            bend = [[0.05, 0.0], [0.0, 0.05]]
            step = [-0.05 * value for value in slope]
        there, after = _stride(at, here, point, step, slope)
        if after is None:
            break
        moved = (there[0] - here[0], there[1] - here[1])
        turned = (after.slope[0] - point.slope[0], after.slope[1] - point.slope[1])
        bend = _bent(bend, moved, turned, first=first)
        first = False
        here, point = there, after
    return point


def _free(logs: tuple[float, float], slope: tuple[float, float]) -> tuple[float, float]:
    """The slope, without what points out of bounds."""
    one, two = (
        0.0 if (log <= _LEAST and value > 0.0) or (log >= _MOST and value < 0.0) else value
        for log, value in zip(logs, slope, strict=True)
    )
    return one, two


def _stride(
    at: Callable[[tuple[float, float]], Point],
    here: tuple[float, float],
    point: Point,
    step: Sequence[float],
    slope: Sequence[float],
) -> tuple[tuple[float, float], Point | None]:
    longest = max(abs(step[0]), abs(step[1]))
    share = min(1.0, _STRIDE / longest)
    slack = 1e-13 * abs(point.value)
    for _ in range(40):
        there = _bounded(here[0] + share * step[0]), _bounded(here[1] + share * step[1])
        if there == here:
            break
        after = at(there)
        gain = (there[0] - here[0]) * slope[0] + (there[1] - here[1]) * slope[1]
        if after.value <= point.value + 1e-4 * gain + slack:
            return there, after
        share /= 3.0
    return here, None


def _bounded(log: float) -> float:
    return min(max(log, _LEAST), _MOST)


def _bent(
    bend: list[list[float]], moved: tuple[float, float], turned: tuple[float, float], *, first: bool
) -> list[list[float]]:
    product = moved[0] * turned[0] + moved[1] * turned[1]
    if product <= _UNTURNED:
        return bend
    if first:
        scale = product / (turned[0] ** 2 + turned[1] ** 2)
        bend = [[scale, 0.0], [0.0, scale]]
    along = [row[0] * turned[0] + row[1] * turned[1] for row in bend]
    total = (1.0 + (turned[0] * along[0] + turned[1] * along[1]) / product) / product
    return [
        [
            bend[j][k] + total * moved[j] * moved[k] - (along[j] * moved[k] + moved[j] * along[k]) / product
            for k in (0, 1)
        ]
        for j in (0, 1)
    ]
