"""How many standard deviations an interval reaches."""

from __future__ import annotations

import math
from statistics import NormalDist

from feedbackkit.domain.checks import shape
from feedbackkit.errors import InvalidValue

__all__ = ["checked_level", "reach"]


def checked_level(level: object) -> float:
    """A probability strictly between 0 and 1."""
    if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0.0 < level < 1.0:
        raise InvalidValue("level", "must be a probability between 0 and 1, such as 0.8", shape(level))
    return float(level)


def reach(level: float, freedom: float = math.inf) -> float:
    """The half width of a central interval of the t distribution, by its expansion in 1/freedom.

    Abramowitz & Stegun 26.7.5; within .2 % at three degrees of freedom and 95 %.
    """
    z = NormalDist().inv_cdf(0.5 + checked_level(level) / 2.0)
    if math.isinf(freedom):
        return z
    terms = (
        z,
        (z**3 + z) / 4.0,
        (5.0 * z**5 + 16.0 * z**3 + 3.0 * z) / 96.0,
        (3.0 * z**7 + 19.0 * z**5 + 17.0 * z**3 - 15.0 * z) / 384.0,
        (79.0 * z**9 + 776.0 * z**7 + 1482.0 * z**5 - 1920.0 * z**3 - 945.0 * z) / 92160.0,
    )
    return math.fsum(term / freedom**power for power, term in enumerate(terms))
