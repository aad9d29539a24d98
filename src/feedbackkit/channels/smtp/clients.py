"""The clients of `smtplib`, with an end to every reply: a byte now and then holds nobody for ever."""

from __future__ import annotations

import io
import smtplib
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from typing import Any

__all__ = ["Client", "ClientOverTls"]


class _Reading(io.RawIOBase):
    """What a server says, read until an instant and no longer; `smtplib` itself waits anew for each byte."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.until = 0.0

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - whatever has room for bytes
        """Read some bytes, or raise `TimeoutError`."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the reply has no end")
        self._sock.settimeout(left)
        return self._sock.recv_into(buffer)


class Client(smtplib.SMTP):
    """A client in the clear, or with STARTTLS; a reply takes its timeout at most, from the first byte to the last."""

    _reading: _Reading | None = None

    def getreply(self) -> tuple[int, bytes]:
        """The reply, as `smtplib.SMTP.getreply` gives it."""
        if self.file is None and self.sock is not None:  # a new connection, or TLS over the one that was there
            self._reading = _Reading(self.sock)
            self.file = io.BufferedReader(self._reading)
        if self._reading is None:
            return super().getreply()
        self._reading.until = time.monotonic() + self.timeout
        try:
            return super().getreply()
        finally:
            if self.sock is not None:
                self.sock.settimeout(self.timeout)


class ClientOverTls(Client, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""
