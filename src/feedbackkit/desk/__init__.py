"""The desk: the use-cases, over a store and channels."""

from feedbackkit.desk.answering import Reply
from feedbackkit.desk.async_desk import AsyncDesk
from feedbackkit.desk.clocks import ManualClock, SystemClock
from feedbackkit.desk.dead_letters import DeadLetter
from feedbackkit.desk.desk import Desk
from feedbackkit.desk.faces.plain_references import References
from feedbackkit.desk.faces.references import AsyncReferences
from feedbackkit.desk.ids import SeededIds, SystemIds
from feedbackkit.desk.receiving import Received
from feedbackkit.desk.reconciling import PlanReport
from feedbackkit.desk.requesting import Ask
from feedbackkit.desk.running import RunReport
from feedbackkit.desk.views import (
    AppointmentView,
    ContactView,
    Explanation,
    FlagView,
    ReferenceView,
    RequestView,
    StepAhead,
)
from feedbackkit.desk.watermark import FileWatermark

__all__ = [
    "AppointmentView",
    "Ask",
    "AsyncDesk",
    "AsyncReferences",
    "ContactView",
    "DeadLetter",
    "Desk",
    "Explanation",
    "FileWatermark",
    "FlagView",
    "ManualClock",
    "PlanReport",
    "Received",
    "ReferenceView",
    "References",
    "Reply",
    "RequestView",
    "RunReport",
    "SeededIds",
    "StepAhead",
    "SystemClock",
    "SystemIds",
]
