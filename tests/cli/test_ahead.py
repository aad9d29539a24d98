"""The commands that look ahead, as they are typed."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from feedbackkit.cli import opening
from feedbackkit.cli.app import main
from feedbackkit.desk import Desk, ManualClock
from tests.cli.files import played

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which four months were played."""
    return played(tmp_path_factory.mktemp("ahead"))


@pytest.fixture(autouse=True)
def february(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands look at a store as of a day in its middle."""

    def desk(*arguments: Any, **parts: Any) -> Desk:
        return Desk(*arguments, clock=ManualClock("2026-02-10T08:00:00Z"), **parts)

    monkeypatch.setattr(opening, "Desk", desk)


def test_forecast_tells_people_what_is_to_come(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Days, people by name, and what was taken for granted; the file stays as it is."""
    before = store.read_bytes()
    assert main(["forecast", "--days", "60", "--store", str(store)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("The 60 days from Tue 10 Feb 2026\n")
    assert "Taken for granted:" in out
    assert store.read_bytes() == before


def test_forecast_tells_programs_an_object_a_line(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The summary first, then each contact and each limit, with ids and times in UTC."""
    assert main(["forecast", "--days", "120", "--json", "--store", str(store)]) == 0
    summary, *rest = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    contacts = [each for each in rest if each["what"] == "contact"]
    assert (summary["what"], summary["from"], summary["until"]) == (
        "forecast",
        "2026-02-10T08:00:00Z",
        "2026-06-10T08:00:00Z",
    )
    assert summary["contacts"] == len(contacts)
    assert [each["at"] for each in contacts] == sorted(each["at"] for each in contacts)
    assert {each["what"] for each in rest} <= {"contact", "limit"}


def test_forecast_draws_a_picture_too(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Into the file that is named."""
    picture = tmp_path / "strip.svg"
    assert main(["forecast", "--picture", str(picture), "--store", str(store)]) == 0
    assert capsys.readouterr().err == ""
    assert picture.read_bytes().startswith(b"<?xml")


def test_days_out_of_bounds_are_bad_input(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Said in one line."""
    assert main(["forecast", "--days", "0", "--store", str(store)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("there", [True, False], ids=["with rich", "without rich"])
def test_on_a_terminal_it_is_coloured_where_rich_is_there(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *, there: bool
) -> None:
    """And otherwise plain."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    if not there:
        monkeypatch.setitem(sys.modules, "rich.console", None)
    assert main(["forecast", "--store", str(store)]) == 0
    assert ("\x1b[" in capsys.readouterr().out) is there


def test_whatif_compares_two_ladders(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a table with what was taken for granted, or as an object for each seed and ladder."""
    command = ["whatif", "--days", "30", "--seeds", "2", "--reminders", "", "--instead", "7, 7", "--store", str(store)]
    assert main(command) == 0
    out = capsys.readouterr().out
    assert "no reminders, or reminders after 7, 7 days?" in out
    assert "of 100 people" in out
    assert main([*command, "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["seed"], row["opinions"]) for row in rows] == [
        (seed, name) for seed in (0, 1) for name in ("no reminders", "reminders after 7, 7 days")
    ]


@pytest.mark.parametrize("ladder", ["0", "7;7", "-7", "seven", "999", "7,,7", "99999999999"])
def test_a_ladder_that_is_none_is_bad_input(store: Path, capsys: pytest.CaptureFixture[str], ladder: str) -> None:
    """Named by its option."""
    assert main(["whatif", f"--instead={ladder}", "--store", str(store)]) == 2
    assert "--instead" in capsys.readouterr().err
