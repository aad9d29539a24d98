"""The law: which events a request allows, declared as one table."""

from __future__ import annotations

from feedbackkit.workflow.diagram import mermaid
from feedbackkit.workflow.requests import TABLE, apply, legal_events

__all__ = ["TABLE", "apply", "legal_events", "mermaid"]
