"""What a channel promises, and who puts messages into words for it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message
    from feedbackkit.domain.letter import Letter

__all__ = ["AsyncChannel", "Channel", "Outcome", "Receipt", "Writer"]


class Outcome(StrEnum):
    """What became of a message, as far as its channel can tell."""

    SENT = "sent"
    """It was taken for delivery."""
    TRY_AGAIN = "try again"
    """It was not taken, and may be later."""
    GIVE_UP = "give up"
    """It was not taken, and never will be at this address."""
    UNKNOWN = "unknown"
    """Nobody knows: it may have been taken."""


class Receipt(NamedTuple):
    """What a channel says of one message."""

    outcome: Outcome
    reason: str = ""
    """Why, without personal data."""
    retry_us: int | None = None
    """With *try again*: not before this instant, and what was tried does not count; `None` leaves it to the desk."""
    dead: bool = False
    """With *give up*: the address itself does not work, so that nothing is sent there any more."""


@runtime_checkable
class Channel(Protocol):
    """A way to reach people; lives as long as the desk.

    What fails for one message is told by its receipt. What makes the channel itself useless is raised, as an `OSError`
    or a `FeedbackKitError`: the run ends, and a worker tries again later. Any other error is taken for one of that
    message, of which nobody knows whether it went out; the others go on, unless three fail so in a row.

    Two attributes are optional. `writer` is the `Writer` of a channel that carries letters: the desk has it write
    before a message is marked as being sent, a message that cannot be put into words is set aside while the others go
    on, and the channel finds the words in `Message.letter`. `traced` (true) is of a channel, not idempotent, by which
    something may come back, such as a bounce. The desk gives its messages a token, by which it knows them again, and
    those of the contacts before.
    """

    name: str
    """Under which contacts name it, such as ``email``."""
    idempotent: bool
    """Whether sending a message of the same id twice reaches the person once."""

    def send(self, message: Message) -> Receipt:
        """Send one message now and say what became of it."""
        ...


@runtime_checkable
class AsyncChannel(Protocol):
    """`Channel`, awaited."""

    name: str
    """See `Channel.name`."""
    idempotent: bool
    """See `Channel.idempotent`."""

    async def send(self, message: Message) -> Receipt:
        """See `Channel.send`."""
        ...


@runtime_checkable
class Writer(Protocol):
    """Who puts messages into words for a channel; lives as long as it, and may be shared by channels."""

    def write(self, message: Message) -> Letter:
        """The letter of a message: the same one for the same message, so that a repeated mail is the same mail.

        What makes no letter raises a `FeedbackKitError` that repeats no personal data.
        """
        ...
