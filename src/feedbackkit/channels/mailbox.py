"""Messages in memory: for tests."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from feedbackkit.ports import Outcome, Receipt

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message

__all__ = ["MailboxChannel"]


class MailboxChannel:
    """Keeps what was sent, each message once by its id; safe to use from several threads."""

    idempotent = True

    def __init__(self, *, name: str = "mailbox") -> None:
        self.name = name
        self._lock = threading.Lock()
        self._messages: dict[str, Message] = {}

    @property
    def messages(self) -> list[Message]:
        """What was sent, in order."""
        with self._lock:
            return list(self._messages.values())

    def send(self, message: Message) -> Receipt:
        """Keep one message; one that is kept already stays as it is."""
        with self._lock:
            self._messages.setdefault(message.id, message)
        return Receipt(Outcome.SENT)
