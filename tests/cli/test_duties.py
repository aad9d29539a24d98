"""What waits for a person, and by which playbook mandates are planned, from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.cli.app import main
from feedbackkit.desk import Desk
from feedbackkit.stores import SQLiteStore
from tests.cli.files import a_row, written

if TYPE_CHECKING:
    from pathlib import Path

CHECK, REFERENCE = "M-1/quality_check/start/1", "M-1/reference/start/1"


@pytest.fixture
def store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A store with one long mandate, planned, of which a check was bad."""
    path = tmp_path / "store.db"
    file = written(tmp_path / "mandates.csv", a_row(starts="2100-01-04", ends="2100-12-31", milestones=""))
    assert main(["import", str(file), "--store", str(path)]) == 0
    assert main(["plan", "--store", str(path)]) == 0
    with Desk(SQLiteStore(path)) as desk:
        desk.give(CHECK, {"overall": 1})
    assert main(["run", "--store", str(path)]) == 0
    capsys.readouterr()
    return path


def typed(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command prints, which must succeed."""
    assert main([words[0], "--store", str(store), *words[1:]]) == 0
    return capsys.readouterr().out


def objects(text: str) -> list[dict[str, Any]]:
    """One JSON object a line."""
    return [json.loads(line) for line in text.splitlines()]


def test_alerts_are_listed_and_acknowledged(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With who took note."""
    out = typed(store, capsys, "alerts")
    assert f"the answer to {CHECK} was bad" in " ".join(out.split())
    assert out.endswith("1 alert\n")
    [alert] = objects(typed(store, capsys, "alerts", "--json"))
    assert (alert["request"], alert["kind"], alert["acknowledged"]) == (CHECK, "bad", None)
    assert typed(store, capsys, "alerts", "--acknowledge", alert["alert"], "--by", "jonas") == "0 alerts\n"
    [seen] = objects(typed(store, capsys, "alerts", "--all", "--json"))
    assert seen["acknowledged_by"] == "jonas"
    assert typed(store, capsys, "alerts", "--all", "--owner", "mia") == "0 alerts\n"


def test_asks_that_wait_are_listed_and_approved(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the reason, and by whom."""
    out = typed(store, capsys, "approve")
    assert REFERENCE in out
    assert out.endswith("1 waits for approval\n")
    [waiting] = objects(typed(store, capsys, "approve", "--json"))
    assert waiting["approval"] == f"the quality check {CHECK} was bad"
    assert typed(store, capsys, "approve", REFERENCE, "--by", "jonas") == "1 approved\n"
    assert typed(store, capsys, "approve") == "0 wait for approval\n"
    assert "jonas" in typed(store, capsys, "history", REFERENCE)


@pytest.mark.parametrize("words", [["approve", REFERENCE], ["alerts", "--acknowledge", "x"]])
def test_whoever_does_it_says_who_they_are(store: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """History names somebody."""
    assert main([words[0], "--store", str(store), *words[1:]]) == 2
    assert capsys.readouterr().err.startswith("--by must name who of the provider's staff does it")


def test_planning_tells_what_it_came_to(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing, where nothing is new; all of it is withdrawn by another playbook, which stays."""
    assert typed(store, capsys, "plan") == "0 added, 0 moved, 0 withdrawn\n"
    [report] = objects(typed(store, capsys, "plan", "--playbook", "testimonials", "--json"))
    assert (report["mandate"], report["added"]) == ("M-1", [])
    assert REFERENCE in report["withdrawn"]
    assert typed(store, capsys, "plan") == "0 added, 0 moved, 0 withdrawn\n"
    assert main(["plan", "--store", str(store), "--mandate", "M-2"]) == 2
    assert "--mandate must be the id of a mandate that is stored" in capsys.readouterr().err


def test_a_file_is_imported_for_a_playbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By which its mandates are planned from then on; imported again without one they keep it."""
    path, file = tmp_path / "store.db", written(tmp_path / "mandates.csv", a_row())
    assert main(["import", str(file), "--store", str(path), "--playbook", "review_360"]) == 0
    assert main(["import", str(file), "--store", str(path)]) == 0
    assert capsys.readouterr().out.endswith("0 new or changed, 1 known already\n")
    with Desk(SQLiteStore(path)) as desk:
        assert [engagement.playbook for engagement in desk.engagements()] == ["review_360"]
