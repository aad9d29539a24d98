"""The desk: the use-cases, over a store and channels.

What a program calls stands in `faces`, a module a theme; how it is done in the package of its theme: `plans`, `people`,
`answers`, `decisions` of what is due, `runs` that do it, `sending`, `calls`, `looks`, `worth`, `references`, and
`ahead` for what is played on a copy. The modules beside these packages serve all of them.
"""

from feedbackkit.desk.answers.answering import Reply
from feedbackkit.desk.answers.receiving import Received
from feedbackkit.desk.async_desk import AsyncDesk
from feedbackkit.desk.clocks import ManualClock, SystemClock
from feedbackkit.desk.desk import Desk
from feedbackkit.desk.faces.plain_references import References
from feedbackkit.desk.faces.references import AsyncReferences
from feedbackkit.desk.ids import SeededIds, SystemIds
from feedbackkit.desk.plans.reconciling import PlanReport
from feedbackkit.desk.plans.requesting import Ask
from feedbackkit.desk.runs.dead_letters import DeadLetter
from feedbackkit.desk.runs.running import RunReport
from feedbackkit.desk.runs.watermark import FileWatermark
from feedbackkit.desk.views import (
    AppointmentView,
    ContactView,
    Explanation,
    FlagView,
    ReferenceView,
    RequestView,
    StepAhead,
)

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
