"""Handing a message to its channel: what a channel raises for one letter does not keep the others from going."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from feedbackkit.errors import FeedbackKitError
from feedbackkit.ports import Outcome, Receipt

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message
    from feedbackkit.ports import AsyncChannel

__all__ = ["RAISED", "Handover"]

RAISED: Final = "raised "
"""How the reason of a receipt begins that the desk wrote, for the channel raised an error instead."""
_MOST_IN_A_ROW: Final = 3
"""A channel that raises so many times in a row is of no use, and what it raises ends the run."""


@final
class Handover:
    """The sends of one batch."""

    def __init__(self) -> None:
        self._raised = 0

    async def send(self, channel: AsyncChannel, message: Message) -> Receipt:
        """The channel's receipt; nobody knows what became of a message at which it raised.

        A connection that breaks and what the library itself says are of the channel, and are raised.
        """
        try:
            receipt = await channel.send(message)
        except (FeedbackKitError, OSError):
            raise
        except Exception as error:
            self._raised += 1
            if self._raised >= _MOST_IN_A_ROW:
                raise
            import logging

            names = channel.name, type(error).__name__, message.id
            logging.getLogger("feedbackkit").warning("channel %s raised %s at contact %s; the others go on", *names)
            return Receipt(Outcome.UNKNOWN, f"{RAISED}{type(error).__name__}")
        self._raised = 0
        return receipt
