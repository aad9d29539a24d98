"""How an answer is read: whether it is a good sign, a bad one, or neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from feedbackkit.domain.signals import SignalKind

if TYPE_CHECKING:
    from feedbackkit.domain.answer import Answer
    from feedbackkit.domain.request import Request

__all__ = ["GOOD_FROM", "POOR_UP_TO", "Reading", "plain_reading"]

POOR_UP_TO: Final = 2
"""An overall rating up to this, of five, is a bad sign."""
GOOD_FROM: Final = 4
"""An overall rating from this on is a good one."""


class Reading(Protocol):
    """How answers are read, as a pure function; any function with this signature is one."""

    def __call__(self, answer: Answer, request: Request, /) -> SignalKind:
        """`GOOD`, `BAD`, or `GIVEN` where the answer is neither."""
        ...


def plain_reading(answer: Answer, request: Request, /) -> SignalKind:  # noqa: ARG001 - the protocol's signature
    """Read what was said to ``overall``, a rating from 1 to 5, and to ``again``, a yes or no; words are not read.

    Bad is ``again`` no, or ``overall`` at most 2; good is ``overall`` at least 4, or ``again`` yes where nothing is
    rated; anything else is neither. A provider whose scale or questions differ hands the desk a function of its own.
    """
    overall, again = answer.items.get("overall"), answer.items.get("again")
    rating = overall if isinstance(overall, int | float) and not isinstance(overall, bool) else None
    if again is False or (rating is not None and rating <= POOR_UP_TO):
        return SignalKind.BAD
    if rating >= GOOD_FROM if rating is not None else again is True:
        return SignalKind.GOOD
    return SignalKind.GIVEN
