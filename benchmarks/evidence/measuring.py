"""What estimates cost and how right they are."""

from __future__ import annotations

import math
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.evidence import lme4
from benchmarks.evidence.pools import SHAPES, Pool, Shape, simulated
from benchmarks.harness import Fact, Measurement, Outcome, Target, settle, tell
from feedbackkit.evidence import Judgement, engines, estimate, fit

if TYPE_CHECKING:
    from feedbackkit.evidence.estimates import Estimates

OURS, THEIRS = "feedbackkit, numpy and scipy", "lme4 (fit, effects and their variances)"
POOLS = 40
BOUNDS = {0.8: (77.0, 84.0), 0.95: (92.5, 97.0)}
"""Between how many per cent the intervals may hold; with this many pools a share is known to about one."""

TEXT = """
One unit is the fit of all 73,421 ratings of InstEval (2,972 students, 1,128 lecturers; lme4's own data) without a
prior, with the effect and the standard deviation of everybody. lme4 is measured inside of R, without its start and with
its defaults. Below stand the largest difference between both, what smaller pools cost without numpy, and how right the
default is on simulated pools of other shapes: the root mean square error as a share of that of the plain mean, and
how many 80 % and 95 % intervals hold the truth, which is the expected rounded and clipped score by an honest rater
taken at random. {missing}
"""


def measure(*, rounds: int) -> Outcome:
    """The fit of InstEval beside lme4, and the default on simulated pools."""
    missing = lme4.missing()
    measurements, facts, targets = ([], [], []) if missing else _beside(rounds)
    if missing:
        pool = simulated(Shape(name="large", subjects=1128, raters=2972, each=tuple(range(10, 121))), 1)
        measurements = [Measurement(name=OURS, figures=tuple(_seconds(pool) for _ in range(rounds)))]
    text = TEXT.format(
        missing=f"Here lme4 is left out, for {missing}: a simulated pool of its size." if missing else ""
    )
    return Outcome(
        title="Estimates",
        text=text,
        clock="wall time",
        limit=THEIRS if not missing else OURS,
        measurements=measurements,
        targets=targets,
        facts=[*facts, *_small(), *_declared(), *(fact for shape in SHAPES for fact in _right(shape))],
        unit="s",
    )


def _beside(rounds: int) -> tuple[list[Measurement], list[Fact], list[Target]]:
    ours: list[float] = []
    theirs: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        ratings = lme4.insteval(directory)
        for number in range(rounds):
            tell(f"round {number + 1} of {rounds}: InstEval")
            settle()
            began = time.perf_counter()
            found = estimate(ratings, prior=None)
            ours.append(time.perf_counter() - began)
            seconds, means = lme4.fitted(directory)
            theirs.append(seconds)
    apart = max(abs(found[subject].mean - mean) for subject, mean in means.items())
    return (
        [Measurement(name=THEIRS, figures=tuple(theirs)), Measurement(name=OURS, figures=tuple(ours))],
        [Fact(name="largest difference of a mean to lme4 at its default precision", figure=apart * 1e5, unit="e-5")],
        [Target(candidate=OURS, against=THEIRS, at_most=1.0)],
    )


def _seconds(pool: Pool) -> float:
    settle()
    began = time.perf_counter()
    _ = estimate(pool.ratings, prior=None)
    return time.perf_counter() - began


def _small() -> list[Fact]:
    kept = engines.find_spec
    engines.find_spec = lambda _name: None  # without numpy
    try:
        small = simulated(Shape(name="small", subjects=40, raters=60, each=(3, 4, 4, 4)), 1)
        large = simulated(Shape(name="larger", subjects=100, raters=400, each=(60,)), 1)
        model = fit(Judgement(rater=rater, subject=subject, score=score) for rater, subject, score in large.ratings)
        updates: list[float] = []
        for number in range(9):
            settle()
            began = time.process_time()
            _ = model.told(Judgement(rater=f"new {number}", subject=number, score=4)).estimate(number)
            updates.append((time.process_time() - began) * 1e3)
        took = {len(pool.ratings): min(_default(pool) * 1e3 for _ in range(3)) for pool in (small, large)}
    finally:
        engines.find_spec = kept
    names = [f"pure Python, {count:,} ratings, default (CPU)" for count in took]
    facts = [
        Fact(name=name, figure=figure, unit="ms", at_most=limit)
        for name, figure, limit in zip(names, took.values(), (50, 1000), strict=True)
    ]
    name = "one more answer to 6,000, pure Python (CPU)"
    return [*facts, Fact(name=name, figure=min(updates), unit="ms", at_most=5)]


def _default(pool: Pool) -> float:
    settle()
    began = time.process_time()
    _ = estimate(pool.ratings)
    return time.process_time() - began


def _right(shape: Shape) -> list[Fact]:
    tell(f"simulated: {shape.name}")
    errors: list[float] = []
    plain: list[float] = []
    held = {0.8: 0, 0.95: 0}
    for seed in range(POOLS * (6 if shape.subjects < 10 else 1)):
        pool = simulated(shape, seed)
        for subject, one in estimate(pool.ratings, scale=shape.scale).items():
            truth = pool.truth[int(str(subject))]
            errors.append((one.mean - truth) ** 2)
            plain.append(((one.raw_mean or 0.0) - truth) ** 2)
            for level in held:
                low, high = one.interval(level)
                held[level] += low <= truth <= high
    share = math.sqrt(sum(errors) / sum(plain))
    return [
        Fact(name=f"{shape.name}: error as a share of the plain mean's", figure=share, at_most=1.0),
        *(
            Fact(
                name=f"{shape.name}: {level:.0%} intervals that hold",
                figure=100 * count / len(errors),
                unit="%",
                at_least=BOUNDS[level][0],
                at_most=BOUNDS[level][1],
            )
            for level, count in held.items()
        ),
    ]


def _declared() -> list[Fact]:
    shape = next(one for one in SHAPES if one.friends)
    errors = {"ignored": 0.0, "left out": 0.0, "shifted": 0.0}
    for seed in range(POOLS):
        pool = simulated(shape, seed)
        shifted = estimate(pool.ratings, conflicts=pool.declared)
        ways: dict[str, Estimates] = {
            "ignored": estimate(pool.ratings),
            "left out": shifted.without_conflicts,
            "shifted": shifted,
        }
        for way, found in ways.items():
            errors[way] += sum((one.mean - pool.truth[int(str(subject))]) ** 2 for subject, one in found.items())
    ignored = errors.pop("ignored")
    return [
        Fact(
            name=f"friends and foes declared, {way}: error as a share of ignoring it",
            figure=math.sqrt(error / ignored),
            at_most=1.0 if way == "shifted" else None,
        )
        for way, error in errors.items()
    ]
