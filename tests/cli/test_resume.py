"""A store that was restored from a backup, on the command line."""

from __future__ import annotations

import json
import shutil
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.cli import opening
from feedbackkit.cli.app import main
from feedbackkit.desk import Desk, ManualClock
from tests.cli.files import eight, played, respondents

if TYPE_CHECKING:
    from pathlib import Path

SENTENCE = "it was restored from an older backup; put in again what came since, then resume"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """What the commands take for now."""
    clock = ManualClock("2026-02-01T10:00:00Z")
    monkeypatch.setattr(opening, "Desk", partial(Desk, clock=clock))
    return clock


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Path:
    """Eight mandates; a copy was taken before anybody was asked, then people were, and the copy was put back."""
    clock.set("2026-02-02T10:00:00Z")
    path = tmp_path / "store.db"
    assert main(["import", str(eight(tmp_path / "mandates.csv")), "--store", str(path)]) == 0
    shutil.copy(path, tmp_path / "backup.db")
    assert main(["run", "--store", str(path)]) == 0
    shutil.copy(tmp_path / "backup.db", path)
    return path


def seen(store: Path, capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str, str]:
    """How a command ends, and what it prints."""
    capsys.readouterr()
    code = main([command[0], "--store", str(store), *command[1:]])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("command", ["run", "work"])
def test_a_restored_store_sends_nothing_and_says_why_in_one_sentence(
    store: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """The exit code is 1, and not even a plan is made."""
    folder = store.parent / "mails"
    code, out, err = seen(store, capsys, command, "--eml", str(folder), "--sender-address", "a@b.example")
    assert (code, err.count("\n")) == (1, 1)
    assert SENTENCE in err
    assert command == "work" or out == ""
    assert list(folder.glob("*")) == []
    assert seen(store, capsys, "find", "--json") == (0, "", "")


def test_resume_counts_what_was_due_as_made_and_lets_runs_go_on(
    store: Path, clock: ManualClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """It plans first, so that what was planned since the backup counts, too; nobody is asked again."""
    code, out, err = seen(store, capsys, "resume")
    assert (code, out, err) == (0, "4 left in peace, 3 requested; nobody was contacted, and runs go on\n", "")
    clock.set("2026-02-04T10:00:00Z")
    code, out, err = seen(store, capsys, "run")
    assert (code, err) == (0, "")
    assert "reminded" not in out
    clock.set("2026-02-09T10:00:00Z")
    assert "reminded" in seen(store, capsys, "run")[1]


def test_for_programs_it_prints_one_object(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was counted, by name."""
    code, out, err = seen(store, capsys, "resume", "--json")
    assert (code, json.loads(out), err) == (0, {"left in peace": 4, "requested": 3}, "")


def test_where_nothing_is_due_it_says_so(store: Path, clock: ManualClock, capsys: pytest.CaptureFixture[str]) -> None:
    """And runs go on."""
    clock.set("2020-01-01T10:00:00Z")
    assert seen(store, capsys, "resume") == (0, "nothing was due; nobody was contacted, and runs go on\n", "")
    assert seen(store, capsys, "run")[0] == 0


def test_where_there_is_nothing_to_resume_nothing_is_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], clock: ManualClock
) -> None:
    """One sentence, and the exit code 1; not even a plan is made."""
    clock.set("2026-02-02T10:00:00Z")
    store = tmp_path / "store.db"
    assert main(["import", str(eight(tmp_path / "mandates.csv")), "--store", str(store)]) == 0
    said = "there is nothing to resume: the store is not behind its watermark\n"
    assert seen(store, capsys, "resume") == (1, "", said)
    assert seen(store, capsys, "find", "--json") == (0, "", "")


def test_a_copy_without_its_mark_runs_and_plays_as_ever(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And so does an older copy that is put in the place of a store that was played."""
    folder = tmp_path / "one"
    folder.mkdir()
    path = played(folder, until="2026-02-28")
    shutil.copy(path, tmp_path / "kept.db")
    script = str(respondents(tmp_path / "respondents.toml"))

    def play(store: Path, first: str, last: str) -> Any:
        return seen(store, capsys, "play", "--from", first, "--until", last, "--respondents", script)[::2]

    copy = tmp_path / "copy.db"
    for name in ("store.db", "store.db.secret"):
        shutil.copy(folder / name, tmp_path / name.replace("store", "copy"))
    for store in (path, copy):
        assert seen(store, capsys, "run")[0] == 0
        assert play(store, "2026-03-01", "2026-03-31") == (0, "")
    shutil.copy(tmp_path / "kept.db", path)
    assert play(path, "2026-03-01", "2026-03-31") == (0, "")
