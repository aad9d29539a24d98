"""The commands for wishes, refusals and benefits, as they are typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.cli import main
from feedbackkit.desk import Desk
from feedbackkit.domain.benefit import Benefit
from feedbackkit.domain.request import State
from feedbackkit.stores import SQLiteStore
from tests.desk.house import BRANDT, WEBER, ask

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store in which somebody was asked and promised something."""
    store = tmp_path / "feedback.db"
    with Desk(SQLiteStore(store)) as desk:
        desk.request(ask("r-1", benefit=Benefit(what="our report")))
    return store


def typed(path: Path, command: str, *arguments: str) -> int:
    """Type a command."""
    return main([command, "--store", str(path), *arguments])


def objects(capsys: pytest.CaptureFixture[str]) -> list[Any]:
    """What a command printed as JSON."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_an_opt_out_and_its_end(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wish is noted, and taken back."""
    assert typed(path, "opt-out", WEBER.id or "", "--about", BRANDT.id or "") == 0
    assert typed(path, "opt-out", WEBER.id or "", "--about", BRANDT.id or "", "--undo") == 0
    assert capsys.readouterr().out.splitlines() == [
        "P-weber: left in peace from now on",
        "P-weber: the wish is taken back, and what it held up goes on",
    ]


@pytest.mark.parametrize(
    "arguments", [["opt-out", "P-nobody"], ["pause", "P-weber", "--until", "soon"], ["prefer-phone", "P-weber"]]
)
def test_what_is_wrong_is_told_in_one_line(
    path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody unknown, no date, no number: nothing is changed, and the exit code says so."""
    assert typed(path, *arguments) in {1, 2}
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_pause_and_a_preference(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both say what they did."""
    assert typed(path, "pause", "P-weber", "--until", "2199-01-01", "--json") == 0
    assert typed(path, "prefer-phone", "P-weber", "--number", "+49 30 1234567", "--json") == 0
    assert [each["done"] for each in objects(capsys)] == ["paused", "called"]


def test_refusals_are_listed_and_lifted(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was declined is there until somebody lifts it."""
    with Desk(SQLiteStore(path)) as desk:
        desk.decline("r-1", reason="no time")
    for arguments in ([], ["--occasion", "verification"], ["--lift"], []):
        assert typed(path, "refusals", "P-weber", "--json", *arguments) == 0
    assert [(each["request"], each["lifted"]) for each in objects(capsys)] == [("r-1", False), ("r-1", True)]


def test_what_is_owed_and_delivered(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An answer earns it, delivering it ends the debt."""
    with Desk(SQLiteStore(path)) as desk:
        desk.give("r-1", {"overall": 2})
        assert desk.get("r-1").state is State.GIVEN
    assert typed(path, "owed") == 0
    assert "our report" in capsys.readouterr().out
    assert typed(path, "deliver", "r-1", "--note", "by post") == 0
    assert capsys.readouterr().out == "r-1: our report is delivered\n"
    assert typed(path, "owed", "--json") == 0
    assert objects(capsys) == []
