"""A line to a mail server: opened, spoken over, closed. What it says is judged elsewhere."""

from __future__ import annotations

import enum
import smtplib
import socket
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from feedbackkit.channels.smtp.clients import Client, ClientOverTls
from feedbackkit.channels.smtp.server import Security

if TYPE_CHECKING:
    from feedbackkit.channels.smtp.server import MailServer

__all__ = ["Family", "Line", "Lost", "PlainLine", "Refusing", "Reply", "Unreachable", "Unusable", "dotted"]

_OK: Final = 250


class Family(enum.IntEnum):
    """What the first of the three digits of a reply tells (RFC 5321, 4.2.1)."""

    YES = 2
    GO_ON = 3
    NOT_NOW = 4
    NO = 5


class Reply(NamedTuple):
    """What the server said to one command."""

    code: int
    """Three digits; anything else where the server does not keep to the rules."""
    text: str
    """What it says to it; it may repeat addresses, so it goes nowhere."""

    @property
    def family(self) -> Family | None:
        """What kind of reply it is; `None` for what is no reply at all."""
        try:
            return Family(self.code // 100)
        except ValueError:
            return None


class Lost(Exception):
    """The connection ended or fell silent before the reply.

    `handed_over` is false where it is certain that not all that was said has left this machine.
    """

    def __init__(self, *, handed_over: bool) -> None:
        super().__init__(handed_over)
        self.handed_over = handed_over


class Unreachable(Exception):
    """The server does not answer, or does not greet us."""


class Unusable(Exception):
    """The server answers, but does not let us in: its certificate, its security or our password is wrong."""


class Refusing(Unusable):
    """The server does not take our name and password."""


class Line(Protocol):
    """One connection to a mail server, over and over again; each method may be awaited."""

    @property
    def is_open(self) -> bool:
        """Whether it was opened and has not failed since."""
        ...

    async def open(self) -> None:
        """Connect, protect, greet, log in; raises `Unreachable` or `Unusable`, and is closed then."""
        ...

    def offers(self, keyword: str) -> str | None:
        """What the server said of a service extension in its greeting, `None` where it named none such."""
        ...

    async def say(self, command: bytes) -> Reply:
        """Send a command and read the reply; raises `Lost`, and is closed then."""
        ...

    async def hand_over(self, content: bytes) -> Reply:
        """Send a mail, after the server has asked for it, and read the reply; raises `Lost`, and is closed then."""
        ...

    async def close(self) -> None:
        """Take leave, whatever the server says to it."""
        ...


def dotted(content: bytes) -> bytes:
    """A text as it goes over the wire: lines that begin with a dot get another one, and a dot alone ends it."""
    body = content.replace(b"\r\n.", b"\r\n..")
    if body.startswith(b"."):
        body = b"." + body
    return body + (b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n")


class PlainLine:
    """A line by `smtplib`; its awaitable methods never suspend."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._client: smtplib.SMTP | None = None

    @property
    def is_open(self) -> bool:
        """See `Line.is_open`."""
        return self._client is not None

    async def open(self) -> None:
        """See `Line.open`."""
        try:
            self._let_in()
        except smtplib.SMTPAuthenticationError as error:
            self._drop()
            passing = Reply(error.smtp_code, "").family is Family.NOT_NOW  # it would take us at another time
            raise (Unreachable if passing else Refusing)(f"{error.smtp_code} to the password") from None
        except (ssl.SSLError, smtplib.SMTPNotSupportedError, UnicodeError) as error:
            self._drop()
            raise Unusable(type(error).__name__) from None
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise Unreachable(type(error).__name__) from None
        except (Unreachable, Unusable):
            self._drop()
            raise

    def _let_in(self) -> None:
        """Connect, protect, greet, log in."""
        server = self._server
        self._client = client = self._connected()
        code, _ = client.ehlo()
        if code != _OK:
            raise Unreachable(f"{code} to the greeting")
        if server.username is not None and server.password is not None:
            client.login(server.username, server.password)

    def _connected(self) -> smtplib.SMTP:
        """A connection that is protected as it should be."""
        server = self._server
        where = server.host, server.listens_at
        hello, timeout = server.hello, server.timeout
        if server.security is Security.TLS:
            return ClientOverTls(*where, local_hostname=hello, timeout=timeout, context=server.context())
        client = Client(*where, local_hostname=hello, timeout=timeout)
        if server.security is Security.STARTTLS:
            self._client = client  # so that it is dropped where this fails
            try:
                client.starttls(context=server.context())
            except smtplib.SMTPResponseException as error:
                raise Unusable(f"{error.smtp_code} to STARTTLS") from None
        return client

    def offers(self, keyword: str) -> str | None:
        """See `Line.offers`."""
        return None if self._client is None else self._client.esmtp_features.get(keyword)

    async def say(self, command: bytes) -> Reply:
        """See `Line.say`."""
        return self._exchange(command + b"\r\n")

    async def hand_over(self, content: bytes) -> Reply:
        """See `Line.hand_over`."""
        return self._exchange(dotted(content))

    def _exchange(self, said: bytes) -> Reply:
        client = self._client
        if client is None:
            raise Lost(handed_over=False)
        handed_over = False
        try:
            client.send(said)
            handed_over = True
            code, text = client.getreply()
        except (smtplib.SMTPException, OSError):
            self._drop()
            raise Lost(handed_over=handed_over) from None
        return Reply(code, text.decode("ascii", "replace"))

    async def close(self) -> None:
        """See `Line.close`."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(smtplib.SMTPException, OSError):
                client.quit()
            client.close()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(OSError):
                if client.sock is not None:
                    client.sock.shutdown(socket.SHUT_RDWR)
            client.close()
