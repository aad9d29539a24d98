"""A process that runs a desk and dies at a given byte of its dialogue with the mail server.

It reads lines of a store's path, a port and a number from its input, and forks for each: the child kills itself right
before it would say or hear the byte of that number. For each line it prints ``killed``, or how many bytes there were.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from feedbackkit.channels.smtp import MailServer, SmtpChannel
from feedbackkit.desk import Desk, ManualClock, SeededIds
from feedbackkit.stores import SQLiteStore
from tests.desk.house import MONDAY, SECRET, ask, respondent

if TYPE_CHECKING:
    from collections.abc import Generator

KEYS: Final = ("a", "b")
"""The requests that are due."""


class MortalSocket:
    """Counts each byte that is said or heard, and dies before a certain one."""

    def __init__(self, inner: socket.socket, dies_at: int) -> None:
        self._inner = inner
        self._dies_at = dies_at
        self.count = 0

    def _next(self) -> None:
        if self.count == self._dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1

    def sendall(self, data: bytes) -> None:
        """Say each byte on its own."""
        for number in range(len(data)):
            self._next()
            self._inner.send(data[number : number + 1])

    def recv_into(self, buffer: memoryview) -> int:
        """Hear each byte on its own."""
        self._next()
        return self._inner.recv_into(buffer, 1)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


@contextmanager
def desk_over(path: str, port: int, *, owner: str, at: str = MONDAY) -> Generator[Desk]:
    """A desk over a file, with a channel to a server of this machine."""
    clock = ManualClock(at)
    server = MailServer(host="127.0.0.1", port=port, security="none", timeout=5, hello="desk.example")
    ids = SeededIds(sum(owner.encode()))
    with (
        SmtpChannel(server, sender="feedback@interim.example", clock=clock) as channel,
        Desk(
            SQLiteStore(path), channels=[channel], secret=SECRET, clock=clock, ids=ids, owner=owner, watermark=False
        ) as desk,
    ):
        yield desk


def prepare(path: str) -> None:
    """A store in which some requests are due, to a person each."""
    with Desk(SQLiteStore(path), secret=SECRET, clock=ManualClock(MONDAY), watermark=False) as desk:
        desk.request_all([ask(key, respondent=respondent(n, house=None)) for n, key in enumerate(KEYS)])


def _live(path: str, port: int, dies_at: int) -> int:
    """Run a desk; how many bytes it said and heard, if it comes so far."""
    connect = socket.create_connection
    sockets: list[MortalSocket] = []

    def mortal(*arguments: Any, **named: Any) -> Any:
        sockets.append(MortalSocket(connect(*arguments, **named), dies_at))
        return sockets[-1]

    socket.create_connection = mortal
    with desk_over(path, port, owner="mortal") as desk:
        desk.run()
        return sockets[0].count


def main() -> None:
    """Read, fork, wait, tell; until the input ends."""
    for line in sys.stdin:
        path, port, dies_at = line.split()
        child = os.fork()
        if child == 0:
            _tell(str(_live(path, int(port), int(dies_at))))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            _tell("killed")


def _tell(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
