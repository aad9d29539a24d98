from __future__ import annotations

import io
import os
import signal
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


INTERRUPTED = """\
import os, runpy, sys

moment, sys.argv = sys.argv[1], ["feedbackkit", *sys.argv[2:]]

def reached(now):
    global moment
    if now == moment:
        moment = None
        os.kill(os.getpid(), 2)

class Finder:
    @staticmethod
    def find_spec(name, *_others):
        reached(name)

sys.meta_path.insert(0, Finder)
sys.addaudithook(lambda name, _arguments: reached(name))
if moment == "the end":
    import atexit
    atexit.register(reached, moment)
"""
RUN = """\
runpy.run_module("feedbackkit", run_name="__main__", alter_sys=True)
"""


def interrupted(moment: str, store: Path, *, before: str = "") -> tuple[int, str, str]:
    """List the requests of a store, interrupted when a module is loaded or something happens; how it ends."""
    command = [sys.executable, "-c", INTERRUPTED + before + RUN, moment, "find", "--store", str(store)]
    # Where coverage is measured it would load some of the modules before the program does.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.parametrize(
    "module", ["signal", "feedbackkit.cli", "attr", "argparse", "feedbackkit.cli.commands", "pendulum", "sqlite3"]
)
def test_an_interrupt_while_modules_load_ends_with_130_and_no_traceback(store: Path, module: str) -> None:
    """From the first line of the program on, whichever library it comes to."""
    assert interrupted(module, store) == (130, "", "")


def test_an_interrupt_after_the_command_ends_with_130_and_no_traceback(store: Path) -> None:
    """What was printed is there."""
    code, out, err = interrupted("the end", store)
    assert (code, err) == (130, "")
    assert out.startswith("request ")


def test_an_interrupted_command_ends_in_order_and_says_so(store: Path) -> None:
    """It is raised where the command is, so that the store is closed."""
    assert interrupted("sqlite3.connect", store) == (130, "", "interrupted; what was done is kept\n")


def test_where_interrupts_are_ignored_they_stay_so(store: Path) -> None:
    """A shell that runs it in the background has said so."""
    before = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    code, out, err = interrupted("attr", store, before=before)
    assert (code, err) == (0, "")
    assert out.startswith("request ")


def test_a_program_that_calls_the_command_line_keeps_its_own_handling(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gets the exit code, and its handler is where it was."""

    def interrupt(*_arguments: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr("feedbackkit.cli.commands.find", interrupt)
    capsys.readouterr()
    assert main(["find", "--store", str(store)]) == 130
    assert capsys.readouterr().err == "interrupted; what was done is kept\n"
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("date", ["1066-10-14", "9999-12-31"])
def test_a_play_keeps_to_years_that_it_can_count(store: Path, capsys: pytest.CaptureFixture[str], date: str) -> None:
    """A year far off is a mistake in typing, told before anything is played."""
    capsys.readouterr()
    play = ["play", "--store", str(store), "--respondents", str(EXAMPLE_RESPONDENTS)]
    assert main([*play, "--from", date, "--until", date]) == 2
    said = capsys.readouterr().err
    assert said.startswith("--from must ")
    assert said.count("\n") == 1
