from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from feedbackkit.cli import main
from feedbackkit.desk import Desk, ManualClock
from feedbackkit.domain.request import State
from feedbackkit.stores import SQLiteStore
from tests.desk.house import MONDAY, ask
from tests.desk.test_receiving import Mailer
from tests.inbox.mails import delivery_report, reply

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store in which Weber was asked by mail."""
    return tmp_path / "feedback.db"


def came_back(store: Path) -> bytes:
    """The report that the mail to Weber came back."""
    mailer = Mailer()
    with Desk(SQLiteStore(store), channels=[mailer], clock=ManualClock(MONDAY)) as desk:
        desk.request(ask("k"))
        desk.run()
    return delivery_report(to=f"b+{mailer.messages[0].token}@interim.example")


def state(store: Path) -> State:
    """Where the request stands."""
    with Desk(SQLiteStore(store)) as desk:
        return desk.get("k").state


def test_mails_that_came_back_are_taken_note_of(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line each: what it is, about what and to whom; another one names nothing, and does nothing."""
    (tmp_path / "a.eml").write_bytes(came_back(store))
    (tmp_path / "b.eml").write_bytes(reply())
    files = [str(tmp_path / name) for name in ("a.eml", "b.eml", "a.eml")]
    assert main(["receive", "--store", str(store), *files]) == 0
    first, second, third = capsys.readouterr().out.splitlines()
    assert first.endswith("a.eml: dead address, about k to P-weber")
    assert second.endswith("b.eml: reply; it names no contact, and nothing was done")
    assert third == f"{first}, and came in before"
    assert state(store) is State.UNDELIVERABLE


def test_a_mail_may_come_by_standard_input(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a mail server hands it to a program; with ``--json`` an object a line."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(came_back(store))))
    assert main(["receive", "--store", str(store), "--json", "-"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "file": "-",
        "what": "dead address",
        "contact": "k#1",
        "person": "P-weber",
        "requests": ["k"],
        "repeated": False,
    }


def test_an_address_that_works_lets_it_go_on(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And the address is not repeated on the screen."""
    (tmp_path / "a.eml").write_bytes(came_back(store))
    main(["receive", "--store", str(store), str(tmp_path / "a.eml")])
    capsys.readouterr()
    assert main(["readdress", "--store", str(store), "P-weber", "weber@nordwerk.example"]) == 0
    told = capsys.readouterr().out
    assert told == "P-weber has an address that works; what could not be delivered goes on with the next run\n"
    assert state(store) is State.PLANNED


@pytest.mark.parametrize(
    ("person", "address", "code"), [("P-weber", "nobody", 2), ("P-nobody", "a@b.example", 1), ("a b", "a@b.example", 2)]
)
def test_what_is_no_person_or_no_address_is_refused(
    store: Path, person: str, address: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one sentence, and nothing is changed."""
    came_back(store)
    assert main(["readdress", "--store", str(store), person, address]) == code
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_file_that_is_not_there_is_named(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What came before it was taken note of."""
    came_back(store)
    assert main(["receive", "--store", str(store), "missing.eml"]) == 1
    assert "missing.eml" in capsys.readouterr().err
