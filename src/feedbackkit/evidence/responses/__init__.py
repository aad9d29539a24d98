"""Response figures: how many answer, how long it takes, and what each reminder brings."""

from __future__ import annotations

from feedbackkit.evidence.responses.counting import response_figures
from feedbackkit.evidence.responses.figures import Course, Funnel, Reminder, ResponseFigures, Share, Step

__all__ = ["Course", "Funnel", "Reminder", "ResponseFigures", "Share", "Step", "response_figures"]
