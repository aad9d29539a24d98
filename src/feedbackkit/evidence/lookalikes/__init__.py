"""Look-alike and self-written answers: what is odd about them, why, and how much."""

from __future__ import annotations

from feedbackkit.evidence.lookalikes.rules import FREE_MAIL, lookalikes, suspicion
from feedbackkit.evidence.lookalikes.traces import Trace

__all__ = ["FREE_MAIL", "Trace", "lookalikes", "suspicion"]
