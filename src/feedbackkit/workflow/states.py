"""How the states of a request lie: which are open, which are closed, and which is which rung of the ladder."""

from __future__ import annotations

from typing import Final

from feedbackkit.domain.request import State

__all__ = ["CLOSED", "OPEN", "ladder_state"]

OPEN: Final = frozenset({State.PLANNED, State.REQUESTED, State.REMINDED})
"""States in which a further contact may come."""

CLOSED: Final = frozenset({State.GIVEN, State.DECLINED, State.DELEGATED, State.EXPIRED, State.WITHDRAWN})
"""States in which nobody is contacted about the request any more."""


def ladder_state(step: int) -> State:
    """The state of an open request after that many contacts that stand."""
    if step == 0:
        return State.PLANNED
    return State.REQUESTED if step == 1 else State.REMINDED
