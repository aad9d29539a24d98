"""A real mail server, aiosmtpd, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP

if TYPE_CHECKING:
    import ssl
    from collections.abc import Generator


class Keeping:
    """Keeps the envelopes that were taken."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - as aiosmtpd has it
        """Keep one."""
        self.envelopes.append(envelope)
        return "250 taken"


@contextmanager
def real_server(
    tls: ssl.SSLContext | None = None, *, wrapped: bool = False, **options: Any
) -> Generator[tuple[int, Keeping]]:
    """A server at a port of its own, with what it took; `wrapped`: in TLS from the first byte."""
    handler = Keeping()
    starttls = None if wrapped else tls

    def session() -> SMTP:
        return SMTP(handler, tls_context=starttls, hostname="mail.example", loop=loop, **options)

    async def listen() -> int:
        server = await loop.create_server(session, "127.0.0.1", 0, ssl=tls if wrapped else None)
        servers.append(server)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def stop() -> None:
        for server in servers:
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    servers: list[asyncio.Server] = []
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(listen(), loop).result(10), handler
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
