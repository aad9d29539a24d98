"""A proxy before PostgreSQL that cuts the line right before or right after a COMMIT arrives."""

from __future__ import annotations

import socket
import threading
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final, Literal, final

if TYPE_CHECKING:
    from sqlalchemy import URL

__all__ = ["Proxy"]

Cut = Literal["before", "after"]
_COMMIT: Final = b"COMMIT"
_READY: Final = b"Z"


@final
class Proxy:
    """Listens on a port of its own, and hands on what is said; for as long as the test."""

    def __init__(self, behind: URL) -> None:
        self._behind: Final = behind
        self._listener: Final = socket.create_server(("127.0.0.1", 0))
        self._armed: Cut | None = None
        self.cuts = 0
        self.cutting = False
        """Whether those who use it are to arm it."""
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> URL:
        """Where the database is, through the proxy."""
        port = self._listener.getsockname()[1]
        return self._behind.set(host="127.0.0.1", port=port, query={"sslmode": "disable", "gssencmode": "disable"})

    def arm(self, cut: Cut) -> None:
        """Cut the line at the next COMMIT, once."""
        self._armed = cut

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _connect(self) -> socket.socket:
        folder = str(self._behind.query.get("host") or self._behind.host)
        port = self._behind.port or 5432
        if not folder.startswith("/"):
            return socket.create_connection((folder, port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{folder}/.s.PGSQL.{port}")
        return server

    def _serve(self, client: socket.socket) -> None:
        with closing(client), closing(self._connect()) as server, suppress(OSError):
            threading.Thread(target=self._hand_back, args=(server, client), daemon=True).start()
            _hand_on(_startup(client), server)
            while message := _message(client):
                if self._armed is not None and message[0:1] in b"QP" and _COMMIT in message:
                    self._cut(message, server, client)
                    return
                _hand_on(message, server)
            server.shutdown(socket.SHUT_WR)

    def _cut(self, message: bytes, server: socket.socket, client: socket.socket) -> None:
        cut, self._armed = self._armed, None
        self.cuts += 1
        client.shutdown(socket.SHUT_WR)  # from here on the client hears nothing
        if cut == "after":
            _hand_on(message, server)
        server.shutdown(socket.SHUT_WR)  # the server reads what it got, obeys, and sees that the client is gone
        client.shutdown(socket.SHUT_RD)

    def _hand_back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while some := server.recv(65536):
                client.sendall(some)


def _startup(client: socket.socket) -> bytes:
    length = _exactly(client, 4)
    return length + _exactly(client, int.from_bytes(length) - 4)


def _message(client: socket.socket) -> bytes:
    """One message of the client's, with its kind and length; empty when it has hung up."""
    kind = client.recv(1)
    if not kind:
        return b""
    length = _exactly(client, 4)
    return kind + length + _exactly(client, int.from_bytes(length) - 4)


def _exactly(client: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        some = client.recv(count - len(data))
        if not some:
            raise OSError("the client has hung up in the middle of a message")
        data += some
    return data


def _hand_on(message: bytes, server: socket.socket) -> None:
    server.sendall(message)
