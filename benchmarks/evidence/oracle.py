"""The default's means by another way: the posterior mode straight from its formulas, with dense matrices.

Written to be compared with, not to be fast: the covariance of all scores is formed whole, and its logarithm is climbed
by a general optimiser. Nothing here is shared with what it is compared with, but the numbers of the prior.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize

from feedbackkit.evidence import DEFAULT

if TYPE_CHECKING:
    from benchmarks.evidence.pools import Pool

Array = np.ndarray[Any, np.dtype[np.float64]]


def means(pool: Pool, scale: tuple[int, int]) -> list[float]:
    """The mean of each subject, in order of their numbers."""
    low, high = scale
    width = high - low
    level, level_variance = low + DEFAULT.level * width, (DEFAULT.level_spread * width) ** 2
    noise = (DEFAULT.noise * width) ** 2
    scores = np.array([score for _, _, score in pool.ratings])
    rated = _memberships([subject for _, subject, _ in pool.ratings], len(pool.truth))
    raters = _memberships([rater for rater, _, _ in pool.ratings], 1 + max(rater for rater, _, _ in pool.ratings))
    alike, by_same = rated @ rated.T, raters @ raters.T

    def covariance(logs: Array) -> Array:
        quality, severity, variance = np.exp(logs)
        whole: Array = variance * (np.eye(len(scores)) + quality**2 * alike + severity**2 * by_same)
        return whole

    def criterion(logs: Array) -> float:
        """-2 times the logarithm of the posterior density of both ratios and of the noise, the level integrated out."""
        whole = covariance(logs) + level_variance
        missed = scores - level
        own = np.linalg.slogdet(whole)[1] + missed @ np.linalg.solve(whole, missed)
        quality, severity = DEFAULT.log_ratios
        own += ((logs[0] - quality[0]) / quality[1]) ** 2 + ((logs[1] - severity[0]) / severity[1]) ** 2
        return float(own + DEFAULT.noise_ratings * (logs[2] + noise / math.exp(logs[2])))

    start = np.array([math.log(DEFAULT.quality), math.log(DEFAULT.severity), math.log(noise)])
    found: Array = minimize(criterion, start, method="L-BFGS-B").x
    whole = covariance(found)
    spread = math.exp(2.0 * found[0] + found[2]) * rated.T
    covariances = spread + level_variance  # of a subject's mean and the level with all scores
    expected: Array = level + covariances @ np.linalg.solve(whole + level_variance, scores - level)
    return [float(value) for value in expected]


def _memberships(numbers: list[int], size: int) -> Array:
    """One row for each score, with 1 in the column of whom it is of."""
    found = np.zeros((len(numbers), size))
    found[np.arange(len(numbers)), numbers] = 1.0
    return found
