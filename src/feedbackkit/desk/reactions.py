"""How people react while time is played, and the post that brings them what is sent."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, final

import attrs

from feedbackkit.domain.answer import Given
from feedbackkit.domain.people import Person
from feedbackkit.ports import Outcome, Receipt

if TYPE_CHECKING:
    from feedbackkit.domain.contact import ContactLine, Message
    from feedbackkit.domain.request import Request

__all__ = ["Reaction", "ReactionKind", "Script", "SilentPost"]


class ReactionKind(enum.StrEnum):
    """What somebody does about a contact."""

    ANSWER = "answer"
    """Gives an answer: `items`."""
    DECLINE = "decline"
    """Says no: `reason`."""
    DEFER = "defer"
    """Asks for a later date: `wait_us` after the reaction."""
    DELEGATE = "delegate"
    """Names somebody else: `to`."""
    OPT_OUT = "opt_out"
    """Wants no more contact at all."""


@final
@attrs.frozen(kw_only=True)
class Reaction:
    """What one person does about one line of one contact."""

    kind: ReactionKind
    after_us: int
    """How long after the contact; at least an hour."""
    items: Mapping[str, Given] | None = attrs.field(default=None, repr=False, hash=False)
    reason: str | None = attrs.field(default=None, repr=False)
    wait_us: int = 0
    to: Person | None = None


class Script(Protocol):
    """How people react, as a pure function: the same for the same contact, whatever was asked before."""

    def __call__(self, contact: str, line: ContactLine, request: Request, person: Person, /) -> Reaction | None:
        """What the person does about that line of that contact; `None` for silence."""
        ...


class SilentPost:
    """A channel that delivers to nobody: everything it takes is sent."""

    idempotent = True

    def __init__(self, name: str = "play") -> None:
        self.name = name
        self.taken: list[Message] = []

    def send(self, message: Message) -> Receipt:
        """See `Channel.send`."""
        self.taken.append(message)
        return Receipt(Outcome.SENT)
