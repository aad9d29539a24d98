"""A mail server that misbehaves on purpose: it follows a script, and notes what it was told."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

CLOSE: Final = "close"
"""Hang up instead of a reply."""
SILENCE: Final = "silence"
"""Never reply."""
DRIP: Final = "drip"
"""Begin a reply that has no end, a byte now and then."""
HALF: Final = "half"
"""Send a part of a reply, and hang up."""

GREETING: Final = "220 mail.example"
REPLIES: Final = {
    "EHLO": "250-mail.example\r\n250-SIZE 1000000\r\n250 8BITMIME",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go on",
    ".": "250 2.0.0 taken",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


class ScriptedServer:
    """Replies as its script says: by stage, one reply for each time it is reached; after the last one, as usual.

    `mails` are those that it has taken whole, `said` all commands, `connections` how many there were.
    """

    def __init__(self, **script: Any) -> None:
        self._script = {("." if stage == "dot" else stage): list(replies) for stage, replies in script.items()}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stop = threading.Event()
        self.port: int = self._listener.getsockname()[1]
        self.said: list[str] = []
        self.mails: list[bytes] = []
        self.connections = 0
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        for thread in self._threads:
            thread.join(5)

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._talk, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines, suppress(OSError):
            if not self._reply(connection, "greeting", GREETING):
                return
            while line := lines.readline():
                self.said.append(line.decode("utf-8").rstrip("\r\n"))
                stage = line[:4].decode("ascii", "replace").upper()
                if not self._reply(connection, stage, REPLIES.get(stage, "500 what?")):
                    return
                if stage == "QUIT":
                    return
                if stage == "DATA" and self._last.startswith("354") and not self._take(connection, lines):
                    return

    def _take(self, connection: socket.socket, lines: Any) -> bool:
        content = b""
        while line := lines.readline():
            if line == b".\r\n":
                reply = self._script.get(".", [None])[:1] or [None]
                if reply[0] is None or not str(reply[0]).startswith(("4", "5")):
                    self.mails.append(content.replace(b"\r\n..", b"\r\n."))
                return self._reply(connection, ".", REPLIES["."])
            content += line
            if self._script.get("within"):
                self._script["within"].pop()
                return False
        return False

    def _reply(self, connection: socket.socket, stage: str, usual: str) -> bool:
        replies = self._script.get(stage)
        self._last = reply = replies.pop(0) if replies else usual
        if reply == CLOSE:
            return False
        if reply == SILENCE:
            self._stop.wait(30)
            return False
        if reply == DRIP:
            connection.sendall(b"250-")
            while not self._stop.wait(0.05):
                connection.sendall(b"x")
            return False
        if reply == HALF:
            connection.sendall(b"25")
            return False
        connection.sendall(reply.encode() + b"\r\n")
        return True
