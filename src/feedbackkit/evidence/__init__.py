"""The worth: what ratings by different people say of whom, how surely, and why.

`fitting` holds the statistics, `lookalikes` what is odd about answers, `dossier` the values that a reader is shown and
how they are put together, `telling` their words, `responses` the figures of who answered when.
"""

from feedbackkit.evidence.assessment import Assessment, assess
from feedbackkit.evidence.certainty import Certainty, Concern, Domain
from feedbackkit.evidence.estimates import Contribution, Estimate, Estimates, Interval, LeftOut, Severity, Without
from feedbackkit.evidence.estimating import estimate
from feedbackkit.evidence.fitting.fit import Fit
from feedbackkit.evidence.fitting.model import Treatment, fit
from feedbackkit.evidence.prior import DEFAULT, Prior
from feedbackkit.evidence.ratings import Conflict, Judgement, Scale
from feedbackkit.evidence.responses import Course, ResponseFigures, response_figures

__all__ = [
    "DEFAULT",
    "Assessment",
    "Certainty",
    "Concern",
    "Conflict",
    "Contribution",
    "Course",
    "Domain",
    "Estimate",
    "Estimates",
    "Fit",
    "Interval",
    "Judgement",
    "LeftOut",
    "Prior",
    "ResponseFigures",
    "Scale",
    "Severity",
    "Treatment",
    "Without",
    "assess",
    "estimate",
    "fit",
    "response_figures",
]
