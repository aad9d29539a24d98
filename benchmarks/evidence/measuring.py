"""What estimates cost and how right they are."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.evidence import accuracy, lme4, mixedlm
from benchmarks.evidence.pools import Pool, Shape, simulated
from benchmarks.harness import Fact, Measurement, Outcome, Target, settle, tell
from feedbackkit.evidence import Judgement, estimate, fit
from feedbackkit.evidence.fitting import engines

OURS, THEIRS = "feedbackkit, numpy and scipy", "lme4 (fit, effects and their variances)"

TEXT = """
One unit is the fit of all 73,421 ratings of InstEval (2,972 students, 1,128 lecturers; lme4's own data) without a
prior, with the effect and the standard deviation of everybody. lme4 is measured inside of R, without its start and with
its defaults. Below stand the largest difference between both; the same fit of a smaller pool beside statsmodels, which
forms the covariance of all ratings and so cannot be asked for InstEval; what smaller pools cost without numpy; and how
right the default is on simulated pools: its root mean square error as a share of that of others on the same pools, and
how many 80 % and 95 % intervals hold the truth, which is the expected rounded and clipped score by an honest rater
taken at random. The posterior mode is formed anew from its formulas, with dense matrices and a general optimiser.
"Another simulation's" pools were drawn elsewhere; their spreads are not known, and were chosen so that the plain mean
and REML err as much as there. {missing}
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
        facts=[*facts, *mixedlm.beside(), *_small(), *accuracy.right()],
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
            seconds, means, severities = lme4.fitted(directory)
            theirs.append(seconds)
    apart = {
        "a mean": max(abs(found[subject].mean - mean) for subject, mean in means.items()),
        "a severity": max(abs(found.fit.severity(rater).value - value) for rater, value in severities.items()),
    }
    return (
        [Measurement(name=THEIRS, figures=tuple(theirs)), Measurement(name=OURS, figures=tuple(ours))],
        [
            Fact(
                name=f"largest difference of {what} to lme4 at its default precision",
                figure=figure * 1e5,
                unit="e-5",
                at_most=1.0,
            )
            for what, figure in apart.items()
        ],
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
