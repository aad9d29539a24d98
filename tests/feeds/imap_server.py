"""A small IMAP server, enough to fetch and mark mails from; in TLS, in a thread of its own."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from types import TracebackType
    from typing import Self


class ImapServer:
    """Holds mails by their numbers; `seen` are those marked, `broken` the command at which it hangs up."""

    def __init__(self, tls: ssl.SSLContext, *mails: bytes, broken: str = "", refused: str = "") -> None:
        self._tls = tls
        self.mails = dict(enumerate(mails, start=11))
        self.seen: set[int] = set()
        self.broken = broken
        self.refused = refused
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._serve, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._talk, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _talk(self, plain: socket.socket) -> None:
        with (
            suppress(OSError),
            plain,
            self._tls.wrap_socket(plain, server_side=True) as connection,
            connection.makefile("rb") as lines,
        ):
            connection.sendall(b"* OK ready\r\n")
            while line := lines.readline():
                tag, _, command = line.decode().strip().partition(" ")
                if self.broken and command.upper().startswith(self.broken):
                    return
                if self.refused and command.upper().startswith(self.refused):
                    connection.sendall(f"{tag} NO not for you, anna\r\n".encode())
                    continue
                connection.sendall(self._answer(command) + f"{tag} OK done\r\n".encode())
                if command.upper().startswith("LOGOUT"):
                    return

    def _answer(self, command: str) -> bytes:
        said = command.upper()
        if said.startswith("CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1\r\n"
        if said.startswith("SELECT"):
            return b"* %d EXISTS\r\n" % len(self.mails)
        if said.startswith("UID SEARCH"):
            numbers = " ".join(str(number) for number in self.mails if number not in self.seen)
            return f"* SEARCH {numbers}\r\n".encode()
        if (found := re.match(r"UID FETCH (\d+) ", said)) is not None:
            raw = self.mails.get(int(found[1]))
            if raw is None:
                return b""
            return b"* 1 FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (int(found[1]), len(raw), raw)
        if (found := re.match(r"UID STORE (\d+) ", said)) is not None:
            self.seen.add(int(found[1]))
        return b""
