"""The worth: what ratings by different people say of whom, how surely, and why."""

from feedbackkit.evidence.estimates import Contribution, Estimate, Estimates, Interval, LeftOut, Severity, Without
from feedbackkit.evidence.estimating import estimate
from feedbackkit.evidence.fit import Fit
from feedbackkit.evidence.model import Treatment, fit
from feedbackkit.evidence.prior import DEFAULT, Prior
from feedbackkit.evidence.ratings import Conflict, Rating, Scale

__all__ = [
    "DEFAULT",
    "Conflict",
    "Contribution",
    "Estimate",
    "Estimates",
    "Fit",
    "Interval",
    "LeftOut",
    "Prior",
    "Rating",
    "Scale",
    "Severity",
    "Treatment",
    "Without",
    "estimate",
    "fit",
]
