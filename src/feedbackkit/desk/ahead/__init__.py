"""Looking ahead: the next months played on a copy of the store, and policies compared on the same people."""

from feedbackkit.desk.ahead.forecast import Forecast, LimitHit
from feedbackkit.desk.ahead.invented import invented
from feedbackkit.desk.ahead.model import ResponseModel
from feedbackkit.desk.ahead.present import Present
from feedbackkit.desk.ahead.what_if import Comparison, Opinions, Played, Range

__all__ = [
    "Comparison",
    "Forecast",
    "LimitHit",
    "Opinions",
    "Played",
    "Present",
    "Range",
    "ResponseModel",
    "invented",
]
