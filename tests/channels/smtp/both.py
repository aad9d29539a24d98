"""A plain and an awaited channel, tested by the same claims."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from feedbackkit.channels.smtp import AsyncSmtpChannel, MailServer, SmtpChannel
from feedbackkit.desk import ManualClock

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message
    from feedbackkit.ports import Receipt

SENDER: Final = "feedback@interim.example"
NOON: Final = "2026-03-02T12:00:00Z"


def plain_server(port: int, **fields: Any) -> MailServer:
    """A server at this machine, spoken with in the clear, and patient for a fifth of a second."""
    given: dict[str, Any] = {"security": "none", "timeout": 0.2, "hello": "desk.example", **fields}
    return MailServer(host="127.0.0.1", port=port, **given)


class Driven:
    """An awaited channel behind plain methods, in a loop of its own."""

    def __init__(self, server: MailServer, **parts: Any) -> None:
        self._runner = asyncio.Runner()
        self._runner.__enter__()
        self.channel = AsyncSmtpChannel(server, **parts)

    def send(self, message: Message) -> Receipt:
        """Send one message."""
        return self._runner.run(self.channel.send(message))

    def close(self) -> None:
        """Close the channel and the loop."""
        self._runner.run(self.channel.close())
        self._runner.close()


KINDS: Final = {"plain": SmtpChannel, "awaited": Driven}


def channel(kind: str, server: MailServer, **parts: Any) -> Any:
    """A channel of a kind to a server, on a clock moved by hand."""
    given: dict[str, Any] = {"sender": SENDER, "clock": ManualClock(NOON), **parts}
    return KINDS[kind](server, **given)
