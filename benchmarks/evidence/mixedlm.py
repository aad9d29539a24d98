"""statsmodels' MixedLM with crossed effects, as its documentation says: one group, a variance component for each side.

It forms the covariance of all scores of a group, so that it can be asked for hundreds of ratings, and not for InstEval.
"""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from statsmodels.formula.api import mixedlm

from benchmarks.evidence.pools import Shape, simulated
from benchmarks.harness import Fact, settle, tell
from feedbackkit.evidence import estimate

if TYPE_CHECKING:
    from benchmarks.evidence.pools import Pool

SHAPE = Shape(name="for statsmodels", subjects=40, raters=60, each=(20,))


def beside() -> list[Fact]:
    """What the same REML fit costs beside it, and how far the means lie apart."""
    tell("statsmodels")
    pool = simulated(SHAPE, 1)
    ratios: list[float] = []
    apart = 0.0
    for _ in range(3):
        settle()
        began = time.perf_counter()
        ours = estimate(pool.ratings, prior=None)
        between = time.perf_counter()
        theirs = _fitted(pool)
        ratios.append((between - began) / (time.perf_counter() - between))
        apart = max(abs(ours[subject].mean - mean) for subject, mean in theirs.items())
    count = len(pool.ratings)
    return [
        Fact(name=f"{count} ratings without a prior ÷ statsmodels' MixedLM", figure=sorted(ratios)[1], at_most=1.0),
        Fact(name="largest difference of a mean to it, at its default precision", figure=apart * 1e5, unit="e-5"),
    ]


def _fitted(pool: Pool) -> dict[int, float]:
    frame = pd.DataFrame(pool.ratings, columns=["rater", "subject", "score"])
    sides = {"subject": "0 + C(subject)", "rater": "0 + C(rater)"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted: Any = mixedlm("score ~ 1", frame, groups=np.ones(len(frame)), vc_formula=sides).fit(reml=True)
    [effects] = fitted.random_effects.values()
    named = {name.removeprefix("subject[C(subject)[").removesuffix("]]"): value for name, value in effects.items()}
    return {int(name): float(value + fitted.params["Intercept"]) for name, value in named.items() if name.isdigit()}
