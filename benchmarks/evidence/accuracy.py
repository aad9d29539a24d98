"""How right the default is on simulated pools, beside the plain mean, REML and the posterior mode by another way."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from benchmarks.evidence import oracle
from benchmarks.evidence.pools import DECLARED, KNOWN, SHAPES, Shape, simulated
from benchmarks.harness import Fact, tell
from feedbackkit.evidence import estimate

if TYPE_CHECKING:
    from feedbackkit.evidence.estimates import Estimates

POOLS = 100
BOUNDS = {0.8: (78.0, 83.0), 0.95: (93.0, 96.5)}
"""Between how many per cent the intervals hold; with this many pools a share is known to about half of one."""
SLACK = 1.01


def right() -> list[Fact]:
    """Errors and intervals on every shape, errors beside known ones, and what becomes of declared conflicts."""
    return [
        *_declared(DECLARED),
        *(_beside_known(shape) for shape in KNOWN),
        *(fact for shape in SHAPES for fact in _right(shape)),
    ]


def _seeds(shape: Shape) -> range:
    return range(POOLS * 40 // shape.subjects)


def _right(shape: Shape) -> list[Fact]:
    tell(f"simulated: {shape.name}")
    squares = {"default": 0.0, "plain mean": 0.0, "posterior mode": 0.0}
    held = dict.fromkeys(BOUNDS, 0)
    count = 0
    for seed in _seeds(shape):
        pool = simulated(shape, seed)
        expected = oracle.means(pool, shape.scale)
        for subject, one in estimate(pool.ratings, scale=shape.scale).items():
            number = int(str(subject))
            truth = pool.truth[number]
            squares["default"] += (one.mean - truth) ** 2
            squares["plain mean"] += ((one.raw_mean or 0.0) - truth) ** 2
            squares["posterior mode"] += (expected[number] - truth) ** 2
            for level in held:
                low, high = one.interval(level)
                held[level] += low <= truth <= high
            count += 1
    default = squares.pop("default")
    bounds = {"plain mean": 1.0, "posterior mode": SLACK}
    return [
        *(
            Fact(
                name=f"{shape.name}: error as a share of that of the {way}",
                figure=math.sqrt(default / theirs),
                at_most=bounds[way],
            )
            for way, theirs in squares.items()
        ),
        *(
            Fact(
                name=f"{shape.name}: {level:.0%} intervals that hold",
                figure=100 * number / count,
                unit="%",
                at_least=BOUNDS[level][0],
                at_most=BOUNDS[level][1],
            )
            for level, number in held.items()
        ),
    ]


def _beside_known(shape: Shape) -> Fact:
    """The default's error as a share of REML's: at most what the posterior mode was found to have, and one per cent."""
    tell(f"known: {shape.name}")
    default = reml = 0.0
    for seed in _seeds(shape):
        pool = simulated(shape, seed)
        default += _squares(estimate(pool.ratings, scale=shape.scale), pool.truth)
        reml += _squares(estimate(pool.ratings, scale=shape.scale, prior=None), pool.truth)
    return Fact(
        name=f"{shape.name}, another simulation's: error as a share of REML's",
        figure=math.sqrt(default / reml),
        at_most=round(SLACK * shape.known, 3),
    )


def _declared(shape: Shape) -> list[Fact]:
    tell(f"declared: {shape.name}")
    errors = {"ignored": 0.0, "left out": 0.0, "shifted": 0.0, "none at all": 0.0}
    for seed in _seeds(shape):
        pool, honest = simulated(shape, seed), simulated(shape.honest, seed)
        shifted = estimate(pool.ratings, conflicts=pool.declared)
        ways: dict[str, Estimates] = {
            "ignored": estimate(pool.ratings),
            "left out": shifted.without_conflicts,
            "shifted": shifted,
            "none at all": estimate(honest.ratings),
        }
        for way, found in ways.items():
            errors[way] += _squares(found, pool.truth)
    root = {way: math.sqrt(error) for way, error in errors.items()}
    bounds = {"left out": 1.0, "ignored": 1.0, "none at all": 1.03}
    names = {"left out": "leaving them out", "ignored": "ignoring it", "none at all": "the same pools without any"}
    return [
        Fact(
            name=f"{shape.name}, shifted: error as a share of that of {names[way]}",
            figure=root["shifted"] / root[way],
            at_most=bound,
        )
        for way, bound in bounds.items()
    ]


def _squares(found: Estimates, truth: list[float]) -> float:
    return math.fsum((one.mean - truth[int(str(subject))]) ** 2 for subject, one in found.items())
