"""Courtesies: by what happens to a request, a last word about it may be said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.domain.people import Party
from feedbackkit.domain.request import CourtesyKind, EventKind, State

if TYPE_CHECKING:
    from feedbackkit.domain.request import Event, Progress, Request

__all__ = ["courtesy_after"]

_ASKED: Final = frozenset({State.REQUESTED, State.REMINDED})
_THEIR_OWN: Final = frozenset({Party.RESPONDENT, Party.ERASURE})
"""On whose word a request may be withdrawn without anybody being told: they know, or they are gone."""


def courtesy_after(request: Request, before: Progress, event: Event) -> CourtesyKind | None:
    """What may be said after an event: thanks for the first answer, or that whoever was asked need not answer."""
    if request.about_request is not None:
        return None
    if event.kind is EventKind.GIVEN:
        return CourtesyKind.THANKS if before.revision == 0 else None
    if event.kind is EventKind.WITHDRAWN and before.state in _ASKED and event.party not in _THEIR_OWN:
        return CourtesyKind.WITHDRAWAL
    return None
