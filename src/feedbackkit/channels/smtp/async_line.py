"""A line by `aiosmtplib`."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from feedbackkit.channels.smtp.lines import Family, Lost, Refusing, Reply, Unreachable, Unusable, dotted
from feedbackkit.channels.smtp.server import Security
from feedbackkit.errors import MissingExtra

try:
    import aiosmtplib
except ImportError as error:
    raise MissingExtra("AsyncSmtpChannel needs aiosmtplib: pip install 'feedbackkit[mail]'") from error

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from feedbackkit.channels.smtp.server import MailServer

__all__ = ["AsyncLine"]

_OK: Final = 250


class AsyncLine:
    """A line that is awaited; a cancelled dialogue closes it, for nobody knows what it has come to."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._client: aiosmtplib.SMTP | None = None

    @property
    def is_open(self) -> bool:
        """See `Line.is_open`."""
        return self._client is not None

    async def open(self) -> None:
        """See `Line.open`."""
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.listens_at,
            timeout=server.timeout,
            use_tls=server.security is Security.TLS,
            start_tls=False,
            local_hostname=server.hello,
            tls_context=None if server.security is Security.NONE else server.context(),
        )
        try:
            await self._let_in(client)
        except aiosmtplib.SMTPAuthenticationError as error:
            if Reply(error.code, "").family is Family.NOT_NOW:  # it would take us at another time
                raise Unreachable(f"{error.code} to the password") from None
            raise Refusing(f"{error.code} to the password") from None
        except (ssl.SSLError, aiosmtplib.SMTPNotSupported, UnicodeError) as error:
            raise Unusable(type(error).__name__) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            if isinstance(error.__cause__, ssl.SSLError):
                raise Unusable(type(error.__cause__).__name__) from None
            raise Unreachable(type(error).__name__) from None
        else:
            self._client = client
        finally:
            if self._client is None:
                _hang_up(client, client.transport)

    async def _let_in(self, client: aiosmtplib.SMTP) -> None:
        """Connect, protect, greet, log in."""
        server = self._server
        await client.connect()
        if server.security is Security.STARTTLS:
            await client.ehlo()
            if not client.supports_extension("starttls"):
                raise Unusable("no STARTTLS is offered")
            try:
                await client.starttls()
            except aiosmtplib.SMTPResponseException as error:
                raise Unusable(f"{error.code} to STARTTLS") from None
        reply = await client.ehlo()
        if reply.code != _OK:
            raise Unreachable(f"{reply.code} to the greeting")
        if server.username is not None and server.password is not None:
            await client.login(server.username, server.password)

    def offers(self, keyword: str) -> str | None:
        """See `Line.offers`."""
        return None if self._client is None else self._client.esmtp_extensions.get(keyword)

    async def say(self, command: bytes) -> Reply:
        """See `Line.say`."""
        return await self._exchange(lambda client: client.execute_command(command))

    async def hand_over(self, content: bytes) -> Reply:
        """See `Line.hand_over`."""
        # Not `client.data`: where that fails, nobody knows whether the server had asked for the mail yet.
        return await self._exchange(lambda client: self._given(client, content))

    async def _given(self, client: aiosmtplib.SMTP, content: bytes) -> tuple[int, str]:
        protocol = client.protocol
        if protocol is None:
            raise Lost(handed_over=False)
        protocol.write(dotted(content))
        return await protocol.read_response(timeout=self._server.timeout)

    async def _exchange(self, talk: Callable[[aiosmtplib.SMTP], Awaitable[tuple[int, str]]]) -> Reply:
        client, self._client = self._client, None  # a task that is cancelled before the reply leaves no line behind
        if client is None:
            raise Lost(handed_over=False)
        transport = client.transport
        try:
            code, text = await talk(client)
        except (aiosmtplib.SMTPException, OSError):
            _hang_up(client, transport)
            raise Lost(handed_over=True) from None
        except BaseException:
            _hang_up(client, transport)
            raise
        self._client = client if client.is_connected else None
        return Reply(code, text)

    async def close(self) -> None:
        """See `Line.close`."""
        client, self._client = self._client, None
        if client is not None:
            transport = client.transport
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
            _hang_up(client, transport)


def _hang_up(client: aiosmtplib.SMTP, transport: asyncio.BaseTransport | None) -> None:
    """End a connection at once: one with TLS would wait for the other side's farewell, and outlive its loop.

    `transport`: what it ran over before, for the client forgets it when it gives up by itself.
    """
    client.close()
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()
