"""The law: which events a request and a reference allow, each declared as one table."""

from __future__ import annotations

from feedbackkit.workflow.diagram import mermaid
from feedbackkit.workflow.references import REFERENCE_TABLE, apply_to_reference, reference_mermaid
from feedbackkit.workflow.requests import TABLE, apply, legal_events

__all__ = [
    "REFERENCE_TABLE",
    "TABLE",
    "apply",
    "apply_to_reference",
    "legal_events",
    "mermaid",
    "reference_mermaid",
]
