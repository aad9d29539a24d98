"""Looking ahead: the next months played on a copy of the store, and policies compared on the same people."""

from feedbackkit.desk.ahead.forecast import Forecast, LimitHit
from feedbackkit.desk.ahead.present import Present

__all__ = ["Forecast", "LimitHit", "Present"]
