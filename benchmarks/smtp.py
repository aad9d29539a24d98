"""What sending mails costs: a worker that decides, books, marks, sends and settles, beside a bare loop of `smtplib`."""

from __future__ import annotations

import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.harness import WALL, Candidate, Outcome, Target, alternate
from feedbackkit.channels.letters import Letters
from feedbackkit.channels.mime import Dress, Mail, mail_of
from feedbackkit.channels.smtp import MailServer, SmtpChannel
from feedbackkit.desk import Ask, Desk, ManualClock
from feedbackkit.domain.basis import Consent
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.domain.request import Occasion
from feedbackkit.ports import Outcome as Fate
from feedbackkit.ports import Receipt
from feedbackkit.stores import SQLiteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from feedbackkit.domain.contact import Message

LIMIT = "limit: a bare loop of smtplib, one connection"
WORKER = "feedbackkit: one worker, SQLite"
CHANNEL = "feedbackkit: the channel alone"
SENDER: Final = "feedback@interim.example"
MONDAY: Final = "2026-03-02T10:00:00Z"
SECRET: Final = b"a secret of thirty-two bytes ..."
SUBJECT: Final = Person(id="s-1", name="Thomas Brandt")

TEXT = """
One unit is one mail, text and page, to a person of their own, taken by an aiosmtpd in a process of its own on this
machine. The bare loop sends mails that were made before it began, the very bytes that the others send, and keeps no
books. The channel alone puts each message into words and sends it. The worker begins with requests that are due: it
decides each against rules and ledgers, books it, looks again right before, marks it, sends it, and settles it, each
mark and each settlement a durable write of its own to a SQLite file.
"""


class _Keeping:
    """Takes messages and sends none."""

    name, idempotent, traced = "email", False, True

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def send(self, message: Message) -> Receipt:
        self.messages.append(message)
        return Receipt(Fate.SENT)


def measure(*, rounds: int, mails: int, directory: Path) -> Outcome:
    """What one mail costs each candidate."""
    with _server() as port, tempfile.TemporaryDirectory(dir=directory) as folder:
        messages = _messages(Path(folder), mails)
        letters, dress = Letters(), Dress(sender=SENDER)
        made = [mail_of(message, letters.write(message), dress) for message in messages]
        candidates = [
            Candidate(name=LIMIT, prepare=lambda: _bare(port, made)),
            Candidate(name=CHANNEL, prepare=lambda: _alone(port, messages)),
            Candidate(name=WORKER, prepare=lambda: _worker(port, Path(folder), mails)),
        ]
        measurements = alternate(candidates, clock=WALL, rounds=rounds)
    return Outcome(
        title="Mails by a mail server",
        text=TEXT,
        clock="wall clock",
        limit=LIMIT,
        measurements=measurements,
        targets=[Target(candidate=WORKER, against=LIMIT, at_most=2.0)],
    )


@contextmanager
def _server() -> Generator[int]:
    """An aiosmtpd that takes everything, in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{port}"]
    with subprocess.Popen(command) as process:  # noqa: S603 - the interpreter that runs this
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the mail server does not begin")


def _desk(path: Path, channel: Any, clock: ManualClock) -> Desk:  # noqa: ANN401 - one of two
    return Desk(SQLiteStore(path), channels=[channel], clock=clock, secret=SECRET, watermark=False)


def _due(path: Path, mails: int) -> None:
    """A store in which so many requests are due, to a person each, a few of them in each house."""
    people = [
        Person(
            id=f"p-{number}",
            name=f"Dr. Anna Weber {number}",
            email=f"anna.weber.{number}@nordwerk.example",
            organisation=Organisation(id=f"o-{number // 3}", name=f"Nordwerk {number // 3}"),
            basis=Consent("signed form", since="2025-01-15"),
            locale="de" if number % 2 else "en",
        )
        for number in range(mails)
    ]
    with Desk(SQLiteStore(path), clock=ManualClock(MONDAY), secret=SECRET, watermark=False) as desk:
        desk.request_all(
            [
                Ask(key=f"r-{number}", respondent=person, subject=SUBJECT, occasion=Occasion.REFERENCE)
                for number, person in enumerate(people)
            ]
        )


def _messages(folder: Path, mails: int) -> list[Message]:
    """What a worker would send."""
    _due(folder / "messages.db", mails)
    keeping = _Keeping()
    with _desk(folder / "messages.db", keeping, ManualClock(MONDAY)) as desk:
        desk.run()
    assert len(keeping.messages) == mails
    return keeping.messages


def _channel(port: int, clock: ManualClock) -> SmtpChannel:
    server = MailServer(host="127.0.0.1", port=port, security="none", hello="desk.example")
    return SmtpChannel(server, sender=SENDER, clock=clock)


@contextmanager
def _bare(port: int, mails: list[Mail]) -> Generator[Callable[[], int]]:
    def work() -> int:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="desk.example") as client:
            for mail in mails:
                client.sendmail(mail.sender, [mail.to], mail.content)
        return len(mails)

    yield work


@contextmanager
def _alone(port: int, messages: list[Message]) -> Generator[Callable[[], int]]:
    with _channel(port, ManualClock(MONDAY)) as channel:

        def work() -> int:
            for message in messages:
                assert channel.send(message).outcome is Fate.SENT
            return len(messages)

        yield work


@contextmanager
def _worker(port: int, folder: Path, mails: int) -> Generator[Callable[[], int]]:
    path = folder / "worker.db"
    _due(path, mails)
    clock = ManualClock(MONDAY)
    with _channel(port, clock) as channel, _desk(path, channel, clock) as desk:

        def work() -> int:
            assert desk.run()["sent"] == mails
            return mails

        yield work
    for left in folder.glob("worker.db*"):
        left.unlink()
