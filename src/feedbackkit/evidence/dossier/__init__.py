"""The dossier: all that one audience may read about one subject, as values, and how it is put together."""

from __future__ import annotations

from feedbackkit.evidence.dossier.numbers import LEAST_SOURCES, LEVEL, Criterion, Range, Weighed
from feedbackkit.evidence.dossier.parts import (
    Check,
    CheckedPoint,
    Passage,
    PassageKind,
    Speaker,
    Statement,
    SubjectReply,
)
from feedbackkit.evidence.dossier.whole import (
    Asked,
    Dossier,
    Gap,
    GapKind,
    Labels,
    Moment,
    MomentKind,
    ShownTo,
    Station,
)

__all__ = [
    "LEAST_SOURCES",
    "LEVEL",
    "Asked",
    "Check",
    "CheckedPoint",
    "Criterion",
    "Dossier",
    "Gap",
    "GapKind",
    "Labels",
    "Moment",
    "MomentKind",
    "Passage",
    "PassageKind",
    "Range",
    "ShownTo",
    "Speaker",
    "Statement",
    "Station",
    "SubjectReply",
    "Weighed",
]
