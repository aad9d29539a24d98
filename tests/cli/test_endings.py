from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from feedbackkit.cli.app import main
from tests.cli.rows import EXAMPLE_RESPONDENTS, ROW, mandates


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with one mandate."""
    path = tmp_path / "store.db"
    assert main(["import", str(mandates(tmp_path, ROW)), "--store", str(path)]) == 0
    return path


def test_a_folder_that_cannot_be_made_is_one_sentence(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the machine refuses is told with its name, without a traceback, and ends with 1."""
    capsys.readouterr()
    blocked = store.parent / "mandates.csv" / "mails"
    assert main(["run", "--store", str(store), "--eml", str(blocked), "--sender-address", "a@b.example"]) == 1
    assert capsys.readouterr().err == f"{blocked}: Not a directory\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_sentence(store: Path) -> None:
    """Standard output that cannot be written ends with 1, and nothing is said twice."""
    command = [sys.executable, "-m", "feedbackkit", "find", "--store", str(store)]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (1, "standard output: No space left on device\n")


def test_any_stream_may_be_standard_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that catches what is printed in a stream of its own gets it."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stdout", stream)
    assert main(["diagram"]) == 0
    assert stream.getvalue().startswith("stateDiagram")


@pytest.mark.parametrize("date", ["1066-10-14", "9999-12-31"])
def test_a_play_keeps_to_years_that_it_can_count(store: Path, capsys: pytest.CaptureFixture[str], date: str) -> None:
    """A year far off is a mistake in typing, told before anything is played."""
    capsys.readouterr()
    play = ["play", "--store", str(store), "--respondents", str(EXAMPLE_RESPONDENTS)]
    assert main([*play, "--from", date, "--until", date]) == 2
    said = capsys.readouterr().err
    assert said.startswith("--from must ")
    assert said.count("\n") == 1
