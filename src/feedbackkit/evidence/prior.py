"""What is assumed before anybody was rated, for pools that are too small to tell by themselves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain.checks import shape
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    from feedbackkit.domain.fields import Validator

__all__ = ["DEFAULT", "Prior"]


def _between(field: str, least: float, most: float) -> Validator:
    def validate(_instance: object, _attribute: object, value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            raise InvalidValue(f"prior.{field}", f"must be a number from {least:g} to {most:g}", shape(value))

    return validate


@final
@attrs.frozen(kw_only=True)
class Prior:
    """Weakly informative expectations of a pool of ratings; the data outweigh them as soon as there are enough.

    The two ratios are log-normal, the noise is inverse gamma, the level and the shifts are normal. The ratios follow
    Chung et al. (2013, Psychometrika 78:685), who keep variances off zero; the default `quality` implies that one
    rating has a reliability of .39, next to the .40–.61 of the literature on performance ratings (Viswesvaran et al.
    1996; Salgado & Moscoso 2019).
    """

    quality: float = attrs.field(default=0.9, validator=_between("quality", 1e-3, 1e3))
    """How far subjects differ, as a multiple of the noise of one rating: the middle of what is expected."""
    quality_spread: float = attrs.field(default=0.7, validator=_between("quality_spread", 1e-2, 10))
    """How unsure that is: a standard deviation in logarithms."""
    severity: float = attrs.field(default=0.5, validator=_between("severity", 1e-3, 1e3))
    """How far raters differ in severity, as a multiple of the noise of one rating."""
    severity_spread: float = attrs.field(default=0.6, validator=_between("severity_spread", 1e-2, 10))
    """How unsure that is: a standard deviation in logarithms."""
    noise: float = attrs.field(default=0.2, validator=_between("noise", 1e-4, 10))
    """The noise of one rating: a standard deviation, as a share of the width of the scale."""
    noise_ratings: float = attrs.field(default=3.0, validator=_between("noise_ratings", 1e-3, 1e6))
    """How many ratings that expectation of the noise is worth."""
    level: float = attrs.field(default=0.65, validator=_between("level", -10, 10))
    """Where on the scale the mean of all lies: 0 at its bottom, 1 at its top."""
    level_spread: float = attrs.field(default=0.3, validator=_between("level_spread", 1e-3, 1e3))
    """How unsure that is: a standard deviation, as a share of the width of the scale."""
    same_source: float = attrs.field(default=0.8, validator=_between("same_source", 0, 0.999))
    """How much of a rating's noise comes back when the same rater rates the same subject again. At .8 a second rating
    lowers that source's variance to .90, and endless ones to .80 (Scullen et al. 2000, JAP 85:956)."""
    shift: float = attrs.field(default=0.175, validator=_between("shift", 0, 10))
    """How far a declared conflict shifts a rating, as a share of the width of the scale."""
    shift_spread: float = attrs.field(default=0.125, validator=_between("shift_spread", 1e-3, 10))
    """How unsure that is: a standard deviation, as a share of the width of the scale."""

    @property
    def log_ratios(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The centre and the spread of the logarithms of both ratios, quality first."""
        return (math.log(self.quality), self.quality_spread), (math.log(self.severity), self.severity_spread)


DEFAULT: Final = Prior()
"""The prior that `estimate` uses when none is named."""
