from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import attrs
import pytest

from feedbackkit.channels import MailboxChannel
from feedbackkit.cli import main
from feedbackkit.desk import Desk, ManualClock, SystemClock
from feedbackkit.domain.times import DAY_US, face
from feedbackkit.policies import Cadence, Call
from feedbackkit.stores import SQLiteStore
from tests.desk.house import MONDAY, WEBER, ask

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store in which Anna Weber is to be called."""
    path = tmp_path / "feedback.db"
    clock = ManualClock(MONDAY)
    cadence = Cadence(reminders=(), then=[Call(dt.timedelta(weeks=1))])
    with Desk(SQLiteStore(path), channels=[MailboxChannel()], clock=clock, cadence=cadence) as desk:
        desk.request(ask("r-1", respondent=attrs.evolve(WEBER, phone="+49 30 7654321", phone_basis=WEBER.basis)))
        desk.run()
        clock.advance(dt.timedelta(weeks=1))
        desk.run()
    return path


def test_the_calls_are_listed_for_people(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Name, number, about whom, and what was before."""
    assert main(["calls", "--store", str(file)]) == 0
    text = capsys.readouterr().out
    assert "Dr. Anna Weber, +49 30 7654321" in text
    assert "about Thomas Brandt (r-1)" in text
    assert "2026-03-02 asked" in text


def test_a_call_is_noted_and_leaves_the_list(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `--json` gives as a call is what `--made` takes."""
    assert main(["calls", "--store", str(file), "--json"]) == 0
    call = json.loads(capsys.readouterr().out)
    assert (call["phone"], call["requests"][0]["request"]) == ("+49 30 7654321", "r-1")
    assert main(["calls", "--store", str(file), "--made", call["call"], "--note", "spoke to her"]) == 0
    assert main(["calls", "--store", str(file)]) == 0
    assert capsys.readouterr().out == "no call waits to be made, and nothing was agreed on\n"


def test_an_unknown_call_is_named(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is on no sheet cannot have been made."""
    assert main(["calls", "--store", str(file), "--made", "r-9#1"]) == 1
    assert "r-9#1" in capsys.readouterr().err


def test_an_appointment_is_made_listed_moved_and_called_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a host by name and address, or by the id of somebody known; for people and for programs."""
    path = tmp_path / "feedback.db"
    with Desk(SQLiteStore(path), channels=[MailboxChannel()]) as desk:
        desk.request(ask("r-1", form="talk"))
        soon = face(SystemClock().now_us() + 3 * DAY_US)
    begin = ["appoint", "r-1", "--store", str(path), "--at", soon.isoformat()]
    assert main([*begin, "--host", "Jonas Keller <jonas@interim.example>", "--place", "room 3"]) == 0
    assert "Dr. Anna Weber, no number, with Jonas Keller" in capsys.readouterr().out
    assert main(["calls", "--store", str(path), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert (listed["appointment"], listed["place"], listed["minutes"]) == ("r-1", "room 3", 15)
    assert main([*begin, "--host", listed["host"], "--minutes", "30", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["minutes"] == 30
    assert main(["call-off", "r-1", "--store", str(path), "--reason", "ill"]) == 0
    assert main(["calls", "--store", str(path)]) == 0
    assert capsys.readouterr().out == "no call waits to be made, and nothing was agreed on\n"
