"""Mails by a mail server: for a plain desk over `smtplib`, for one that is awaited over `aiosmtplib`."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Final, TypeVar, cast

from feedbackkit.channels.letters import Letters
from feedbackkit.channels.machine_clock import MachineClock
from feedbackkit.channels.mime import Dress, Mail, address, mail_of
from feedbackkit.channels.smtp.dialogue import Dialogue
from feedbackkit.channels.smtp.lines import PlainLine
from feedbackkit.channels.smtp.pace import Pace
from feedbackkit.domain import checks
from feedbackkit.errors import InvalidValue, SetupError
from feedbackkit.ports import Outcome, Receipt

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any, Self

    from feedbackkit.channels.smtp.lines import Line
    from feedbackkit.channels.smtp.server import MailServer
    from feedbackkit.domain.contact import Message
    from feedbackkit.ports import Clock, Writer

__all__ = ["AsyncSmtpChannel", "SmtpChannel"]

T = TypeVar("T")


class _Mails:
    """What both channels have in common: how a message becomes a mail, and over which line it goes."""

    idempotent = False
    traced = True

    def __init__(
        self,
        server: MailServer,
        *,
        sender: str,
        writer: Writer | None = None,
        reply_to: str | None = None,
        return_path: str | None = None,
        per_minute: int | None = None,
        clock: Clock | None = None,
        name: str = "email",
    ) -> None:
        """`server`: who takes the mails. `sender`: the address that asks.

        `writer`: who puts messages into words; `Letters()` if nobody is named. `reply_to`: where replies go, if not to
        the sender. `return_path`: a mailbox for bounces that also takes mail for its address with ``+`` and something
        before the ``@``; each mail gets a return path of its own there, which tells whose mail came back. Without one,
        bounces go to the sender. `per_minute`: send no faster. `clock`: the desk's own, if it has been given one.
        """
        if per_minute is not None:
            checks.whole("channel.per_minute", per_minute, least=1, most=1_000_000)
        self.name = name
        self.writer: Writer = writer or Letters()
        self._dress = Dress(
            sender=address("channel.sender", sender),
            reply_to=None if reply_to is None else address("channel.reply_to", reply_to),
            return_path=None if return_path is None else _bounce_box(return_path),
        )
        self._dialogue = Dialogue(self._line(server), Pace(per_minute=per_minute), clock or MachineClock())

    def _line(self, server: MailServer) -> Line:
        raise NotImplementedError  # pragma: no cover - each channel has its own

    def _mail(self, message: Message) -> Mail | Receipt:
        try:
            return mail_of(message, message.letter or self.writer.write(message), self._dress)
        except InvalidValue as wrong:
            return Receipt(Outcome.GIVE_UP, str(wrong))


_LONGEST_BOX: Final = 40


def _bounce_box(value: str) -> str:
    box = address("channel.return_path", value)
    if "+" in box or not box.isascii() or len(box.rpartition("@")[0]) > _LONGEST_BOX:
        rule = f"must have at most {_LONGEST_BOX} ASCII characters before the @, and no +: a token is added"
        raise InvalidValue("channel.return_path", rule, checks.shape(value))
    return box


class SmtpChannel(_Mails):
    """Hands each message to a mail server; lives as long as the desk, and may be shared by its threads.

    The connection is opened with the first message, used for all that follow, and opened anew where it broke. What the
    server or the pace puts off comes back at the time that the receipt names; the channel itself never waits. A mail
    may arrive twice where the connection was lost before the server confirmed it: then the receipt says that nobody
    knows, and the mail has the same Message-ID, by which many servers drop the second one.
    """

    _lock: threading.Lock

    def _line(self, server: MailServer) -> Line:
        self._lock = threading.Lock()
        return PlainLine(server)

    def send(self, message: Message) -> Receipt:
        """Send one message now and say what became of it; nothing is raised for it."""
        mail = self._mail(message)
        if isinstance(mail, Receipt):
            return mail
        with self._lock:
            return _driven(self._dialogue.send(message.id, mail))

    def close(self) -> None:
        """Take leave of the server; the next message opens the connection again."""
        with self._lock:
            _driven(self._dialogue.close())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _driven(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a dialogue over a plain line, which never suspends."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return cast("T", stop.value)
    raise SetupError("a plain line waits for something")  # pragma: no cover - it does not


class AsyncSmtpChannel(_Mails):
    """`SmtpChannel` for an `AsyncDesk`, over `aiosmtplib` (extra ``mail``); one mail at a time."""

    _lock: asyncio.Lock

    def _line(self, server: MailServer) -> Line:
        from feedbackkit.channels.smtp.async_line import AsyncLine

        self._lock = asyncio.Lock()
        return AsyncLine(server)

    async def send(self, message: Message) -> Receipt:
        """See `SmtpChannel.send`."""
        mail = self._mail(message)
        if isinstance(mail, Receipt):
            return mail
        async with self._lock:
            return await self._dialogue.send(message.id, mail)

    async def close(self) -> None:
        """See `SmtpChannel.close`."""
        async with self._lock:
            await self._dialogue.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
