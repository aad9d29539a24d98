from __future__ import annotations

import subprocess
import sys
from collections import Counter
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from feedbackkit.domain.contact import ContactStatus
from tests.channels.smtp.mortal import KEYS, desk_over, prepare
from tests.channels.smtp.scripted import REPLIES, ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT = Path(__file__).parents[3]
STEP = 401
"""Every how many bytes a process dies; with 1, at each of them."""


@pytest.fixture(scope="module")
def nursery() -> Generator[subprocess.Popen[str]]:
    """A process that forks others, which die as they are told."""
    arguments = [sys.executable, "-m", "tests.channels.smtp.mortal"]
    with subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process  # at the end its input is closed, and it ends


def lives(nursery: subprocess.Popen[str], store: Path, port: int, dies_at: int) -> int | None:
    """How many bytes a process says and hears that should die before one of them; `None` where it does."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(f"{store} {port} {dies_at}\n")
    nursery.stdin.flush()
    told = nursery.stdout.readline().strip()
    return None if told == "killed" else int(told)


def ids_of(server: ScriptedServer) -> Counter[str]:
    """How often each mail was taken, by its Message-ID."""
    return Counter(message_from_bytes(mail)["Message-ID"] for mail in server.mails)


def test_wherever_a_worker_is_killed_nobody_is_forgotten_and_one_at_most_is_asked_twice(
    nursery: subprocess.Popen[str], tmp_path: Path
) -> None:
    """A process dies between two bytes of its dialogue, and another one takes over when the lease has ended.

    Each mail is delivered. The one that was in hand may come twice, under the same Message-ID, and only where it had
    been handed over whole; no other one ever does.
    """
    prepare(str(tmp_path / "whole.db"))
    with ScriptedServer() as server:
        total = lives(nursery, tmp_path / "whole.db", server.port, -1)
    assert total is not None
    last_reply = len(f"{REPLIES['.']}\r\n")
    points = [*range(0, total, STEP), *range(total - last_reply - 1, total)]
    twice = {at for at in points if _asked_twice(nursery, tmp_path / f"{at}.db", at)}
    assert set(range(total - last_reply, total)) <= twice  # while it would have heard that the last one was taken
    assert total - last_reply - 1 not in twice


def _asked_twice(nursery: subprocess.Popen[str], store: Path, at: int) -> bool:
    """Whether somebody got a mail twice, when a process died at a byte and another one took over."""
    prepare(str(store))
    with ScriptedServer() as server:
        assert lives(nursery, store, server.port, at) is None
        with desk_over(str(store), server.port, owner="heir", at="2026-03-02T10:20:00Z") as heir:
            in_hand = [view for view in heir.contacts() if view.status is ContactStatus.SENDING]
            heir.run()
            assert {view.status for view in heir.contacts()} == {ContactStatus.SENT}, at
        taken = ids_of(server)
    assert len(in_hand) <= 1, at
    assert len(taken) == len(KEYS), at
    repeated = [times for times in taken.values() if times > 1]
    assert repeated in ([], [2]), at
    return bool(repeated)
