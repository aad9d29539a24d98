"""A worker on the command line: a real process, real signals, and pipes to wait by."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from feedbackkit.channels import MailboxChannel
from feedbackkit.cli.app import main
from feedbackkit.cli.stopping import StopOnSignal
from feedbackkit.desk import Desk, ManualClock
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.stores import SQLiteStore
from tests.cli.at_work import MONDAY
from tests.desk.books import wrong_in
from tests.desk.house import ask
from tests.desk.test_workers import crowd

if TYPE_CHECKING:
    from collections.abc import Generator

PEOPLE = 5
ROOT = Path(__file__).resolve().parents[2]
FIELDS = ["at", "sent", "postponed", "held", "failed", "due", "next"]


def open_desk(path: Path) -> Desk:
    """A desk of the test's own, on the clock of the worker."""
    return Desk(SQLiteStore(path), channels=[MailboxChannel()], clock=ManualClock(MONDAY), owner="test")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store in which five people are to be asked on that Monday."""
    path = tmp_path / "feedback.db"
    with open_desk(path) as desk:
        desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(PEOPLE))])
    return path


class AtWork:
    """A worker behind a gate."""

    def __init__(self, process: subprocess.Popen[str], told: int, leave: int) -> None:
        self.process = process
        self._told = told
        self._leave = leave

    def hears(self) -> str:
        """What it tells next: ``s`` when it is about to send, ``n`` when it has noted a signal, nothing at its end."""
        return os.read(self._told, 1).decode()

    def lets_go(self, messages: int) -> None:
        """Let it send so many."""
        os.write(self._leave, b"." * messages)

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def ended(self) -> tuple[int, list[str]]:
        """How it ended, and what it said on standard error since."""
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said.splitlines()


@contextmanager
def at_work(*typed: object) -> Generator[AtWork]:
    """A worker behind a gate, in a process of its own that is gone afterwards."""
    told, tell = os.pipe()
    leave, let = os.pipe()
    command = [sys.executable, "-m", "tests.cli.at_work", str(tell), str(leave), "work", *map(str, typed)]
    with subprocess.Popen(
        command, cwd=ROOT, pass_fds=(tell, leave), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        os.close(tell)
        os.close(leave)
        try:
            yield AtWork(process, told, let)
        finally:
            process.kill()
            os.close(told)
            os.close(let)


def statuses(path: Path) -> dict[str, ContactStatus]:
    """What became of each contact."""
    with open_desk(path) as desk:
        return {view.contact.id: view.status for view in desk.contacts()}


# Signals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
@pytest.mark.parametrize("at_message", [1, 2, 3, 4])
def test_i3_a_signal_during_a_batch_finishes_it_and_ends_well(store: Path, number: int, at_message: int) -> None:
    """Whoever is in the batch of two is asked, the rest is left, and another worker asks them at once."""
    with at_work("--store", store, "--json") as worker:
        for _ in range(at_message - 1):
            assert worker.hears() == "s"
            worker.lets_go(1)
        assert worker.hears() == "s"
        worker.signal(number)
        worker.lets_go(PEOPLE)
        code, said = worker.ended()
    sent = -(-at_message // 2) * 2
    assert code == 0
    assert [json.loads(line)["sent"] for line in said] == [sent]
    assert list(statuses(store).values()) == [ContactStatus.SENT] * sent
    with open_desk(store) as desk:
        assert desk.run()["sent"] == PEOPLE - sent
    opened = SQLiteStore(store)
    assert wrong_in(opened) == []
    opened.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_while_it_waits_ends_it_at_once(store: Path, number: int) -> None:
    """The real program; its first line says that it is about to wait."""
    command = [sys.executable, "-m", "feedbackkit", "work", "--store", str(store), "--json", "--every", "600"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = json.loads(process.stderr.readline())
        process.send_signal(number)
        assert process.wait(timeout=60) == 0
        assert process.stderr.read() == ""
    assert list(line) == FIELDS


def test_a_second_signal_does_not_wait_for_the_batch(store: Path) -> None:
    """It ends like any other program, and what was in hand is in doubt; nothing else is."""
    with at_work("--store", store) as worker:
        assert worker.hears() == "s"
        worker.signal(signal.SIGTERM)
        assert worker.hears() == "n"
        worker.signal(signal.SIGINT)
        code, said = worker.ended()
    assert (code, said[-1]) == (130, "interrupted; what was done is kept")
    assert sorted(statuses(store).values()) == [ContactStatus.BOOKED, ContactStatus.SENDING]


def test_signals_are_given_back_afterwards() -> None:
    """Whether there was one or not."""
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    with StopOnSignal() as stop:
        assert not stop.is_set()
        signal.raise_signal(signal.SIGTERM)
        assert stop.is_set()
        stop.wait(600)  # is over at once
    with StopOnSignal() as stop:
        stop.wait(0)
        assert not stop.is_set()
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before


# What it says


def test_it_tells_people_what_it_came_to_and_when_it_looks_again(store: Path) -> None:
    """One line on standard error, times in UTC."""
    with at_work("--store", store) as worker:
        worker.lets_go(PEOPLE)
        assert worker.process.stderr is not None
        line = worker.process.stderr.readline()
        worker.signal(signal.SIGTERM)
        assert worker.ended() == (0, [])
    assert line.startswith("2026-03-02 10:00:00Z  5 sent, 0 postponed, 0 held, 0 failed, 5 due; next at 10:00:5")


def test_mails_go_into_the_folder(store: Path, tmp_path: Path) -> None:
    """As with ``run``; nothing is printed on the screen."""
    outbox = tmp_path / "outbox"
    mails = ("--eml", outbox, "--sender-address", "office@interim.example", "--sender", "Interim AG")
    with at_work("--store", store, "--name", "first", *mails) as worker:
        assert worker.process.stderr is not None
        worker.process.stderr.readline()
        worker.signal(signal.SIGTERM)
        assert worker.process.stdout is not None
        assert worker.process.stdout.read() == ""
        assert worker.ended() == (0, [])
    assert len(list(outbox.glob("*.eml"))) == PEOPLE
    with open_desk(store) as desk:
        assert {event.actor for event in desk.history("r0")} == {"test", "first"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--every", "0"], "--every must be from 1 to 600, got less"),
        (["--every", "601"], "--every must be from 1 to 600, got more"),
        (["--eml", "outbox"], "--sender-address must be given with --eml, got nothing"),
        (["--name", "the first one"], "--name must be an id of at most 60 characters"),
    ],
)
def test_what_is_typed_wrongly_is_one_sentence(
    store: Path, capsys: pytest.CaptureFixture[str], typed: list[str], said: str
) -> None:
    """With exit code 2, before anything is sent."""
    assert main(["work", "--store", str(store), *typed]) == 2
    seen = capsys.readouterr()
    assert (seen.out, seen.err.count("\n")) == ("", 1)
    assert seen.err.startswith(said)
    assert statuses(store) == {}
