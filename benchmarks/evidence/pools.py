"""Simulated pools whose truth is known: the expected rounded, clipped score by an honest rater taken at random."""

from __future__ import annotations

import math
import random
from statistics import NormalDist

import attrs


@attrs.frozen(kw_only=True)
class Shape:
    """What a pool looks like; spreads are shares of the width of the scale."""

    name: str
    subjects: int
    raters: int
    each: tuple[int, ...] = (1, 2, 3, 4, 5, 6)
    scale: tuple[int, int] = (1, 5)
    quality: float = 0.18
    severity: float = 0.1
    noise: float = 0.2
    level: float = 0.65
    friends: float = 0.0
    foes: float = 0.0
    pull: float = 0.25
    """How far friends raise and foes lower a rating."""
    known: float = math.nan
    """What another simulation of such pools found the posterior mode's error to be, as a share of REML's."""

    @property
    def honest(self) -> Shape:
        """The same, ratings and all, without friends and foes."""
        return attrs.evolve(self, friends=0.0, foes=0.0)


@attrs.frozen
class Pool:
    """Ratings as triples, what truly holds, and who was a friend (1) or a foe (-1)."""

    ratings: list[tuple[int, int, float]]
    truth: list[float]
    declared: dict[tuple[int, int], int]


SHAPES = (
    Shape(name="sparse, 40 × 120", subjects=40, raters=120),
    Shape(name="dense, 40 × 20", subjects=40, raters=20),
    Shape(name="sparse, hidden friends and foes", subjects=40, raters=120, friends=0.12, foes=0.08),
    Shape(name="0–10, 40 × 60", subjects=40, raters=60, scale=(0, 10)),
    Shape(name="tiny, 5 × 12", subjects=5, raters=12),
    Shape(name="strong raters", subjects=40, raters=60, severity=0.2),
    Shape(name="1–7, 30 × 40", subjects=30, raters=40, scale=(1, 7), quality=0.15),
    Shape(name="0–100, 30 × 60", subjects=30, raters=60, scale=(0, 100), quality=0.15, severity=0.08, noise=0.15),
    Shape(name="very unbalanced", subjects=40, raters=80, each=(1, 1, 1, 2, 2, 3, 20), level=0.7),
    Shape(name="few raters, 25 × 3", subjects=25, raters=3, each=(1, 2, 3)),
    Shape(name="near the top", subjects=40, raters=120, quality=0.15, noise=0.18, level=0.85),
)


KNOWN = (
    Shape(name="sparse, 40 × 120", subjects=40, raters=120, quality=0.142, severity=0.107, noise=0.214, known=0.984),
    Shape(name="dense, 40 × 20", subjects=40, raters=20, quality=0.13, severity=0.109, noise=0.218, known=0.995),
    Shape(
        name="hidden friends and foes",
        subjects=40,
        raters=120,
        quality=0.148,
        severity=0.11,
        noise=0.22,
        friends=0.12,
        foes=0.08,
        known=0.983,
    ),
    Shape(
        name="0–10, 40 × 60",
        subjects=40,
        raters=60,
        scale=(0, 10),
        quality=0.098,
        severity=0.078,
        noise=0.156,
        known=0.992,
    ),
    Shape(name="tiny, 5 × 12", subjects=5, raters=12, quality=0.125, severity=0.097, noise=0.194, known=0.922),
    Shape(name="strong raters", subjects=40, raters=60, quality=0.122, severity=0.21, noise=0.21, known=0.984),
)
"""Where another simulation, of R and a prototype, gave the errors of the plain mean, of REML and of the posterior mode:
the spreads are those at which the first two come out as there."""


DECLARED = attrs.evolve(KNOWN[2], name="12 % friends and 8 % foes, declared", quality=0.13, severity=0.109, pull=0.35)


def simulated(shape: Shape, seed: int) -> Pool:
    """One pool of a shape."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    low, high = shape.scale
    width = high - low
    severity = [rng.gauss(0, shape.severity * width) for _ in range(shape.raters)]
    ratings: list[tuple[int, int, float]] = []
    truth: list[float] = []
    declared: dict[tuple[int, int], int] = {}
    for subject in range(shape.subjects):
        quality = rng.gauss(low + shape.level * width, shape.quality * width)
        truth.append(_expected(quality, math.hypot(shape.severity, shape.noise) * width, low, high))
        for rater in rng.sample(range(shape.raters), min(rng.choice(shape.each), shape.raters)):
            lot = rng.random()
            side = 1 if lot < shape.friends else -1 if lot < shape.friends + shape.foes else 0
            if side:
                declared[rater, subject] = side
            score = quality + severity[rater] + side * shape.pull * width + rng.gauss(0, shape.noise * width)
            ratings.append((rater, subject, float(min(high, max(low, round(score))))))
    return Pool(ratings, truth, declared)


def _expected(quality: float, spread: float, low: int, high: int) -> float:
    scores = NormalDist(quality, spread)
    return low + sum(1.0 - scores.cdf(step - 0.5) for step in range(low + 1, high + 1))
