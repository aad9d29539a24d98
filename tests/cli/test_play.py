"""A play from files: the same each time, and the same whatever it died of on the way."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest

from feedbackkit.cli.app import main
from feedbackkit.cli.mandates_csv import read_mandates
from feedbackkit.cli.respondents_toml import read_respondents
from feedbackkit.desk import Desk, ManualClock
from feedbackkit.desk.reactions import SilentPost
from feedbackkit.desk.simulator import Simulator
from feedbackkit.policies import playbooks
from feedbackkit.stores import MemoryStore, SQLiteStore
from tests.cli.files import eight, played, respondents
from tests.desk.house import Died, Wrapped

if TYPE_CHECKING:
    from pathlib import Path

FIRST: Final = dt.date(2026, 1, 1)
LAST: Final = dt.date(2026, 4, 30)

KILLED: Final = """\
import os, signal, sys
from feedbackkit.cli.app import main
from feedbackkit.stores import SQLiteStore

write, count = SQLiteStore.write, 0

def until_killed(self, changes):
    global count
    count += 1
    if count == int(sys.argv[1]):
        if sys.argv[2] == "after":
            write(self, changes)
        os.kill(os.getpid(), signal.SIGKILL)
    return write(self, changes)

SQLiteStore.write = until_killed
sys.exit(main(sys.argv[3:]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the mandates and the script of the respondents lie."""
    path = tmp_path_factory.mktemp("files")
    eight(path / "mandates.csv")
    respondents(path / "respondents.toml")
    return path


def play(folder: Path, store: Any) -> tuple[Any, ...]:
    """Import and play with fresh objects, from wherever the store stands; what can be seen in the end."""
    mandates, script = read_mandates(folder / "mandates.csv"), read_respondents(folder / "respondents.toml")
    clock, post = ManualClock(f"{FIRST}T00:00:00Z"), SilentPost()
    desk = Desk(store, channels=[post], clock=clock, owner="play", secret=b"a secret of thirty-two bytes ...")
    desk.add(*mandates.engagements, opt_outs=mandates.opt_outs)
    Simulator(store, desk, clock, post, script=script, playbook=playbooks.interim()).play(FIRST, LAST)
    events = {view.key: desk.history(view.key) for view in desk.find()}
    return desk.find(), desk.contacts(), desk.answers(), events


def at_write(inner: Any, number: int, *, afterwards: bool) -> Wrapped:
    """A store whose n-th write is the last thing that the process does."""
    count = 0

    def check(name: str, _arguments: tuple[Any, ...]) -> None:
        nonlocal count
        count += name == "write"
        if count >= number and name == "write":
            raise Died

    return Wrapped(inner, after=check) if afterwards else Wrapped(inner, before=check)


@pytest.fixture(scope="module")
def undisturbed(folder: Path) -> tuple[Any, ...]:
    """How it ends when nothing happens."""
    return play(folder, MemoryStore())


@pytest.fixture(scope="module")
def writes(folder: Path) -> int:
    """How many writes an undisturbed play makes."""
    store = Wrapped(MemoryStore())
    play(folder, store)
    return store.calls.count("write")


def test_everything_happens_in_it(undisturbed: tuple[Any, ...]) -> None:
    """The play is worth comparing: each way in which a request can end is in it, and a deferral."""
    requests, contacts, answers, histories = undisturbed
    assert {view.state.value for view in requests} >= {"given", "declined", "delegated", "expired", "withdrawn"}
    assert {event.kind.value for events in histories.values() for event in events} >= {"deferred", "reminded"}
    assert len(contacts) > 20
    assert len(answers) > 5


@pytest.mark.no_cover
@pytest.mark.parametrize("afterwards", [False, True], ids=["before the write", "after the write"])
@pytest.mark.parametrize("share", range(12))
def test_broken_off_at_a_write_and_begun_again_it_ends_the_same(
    folder: Path, undisturbed: tuple[Any, ...], writes: int, share: int, afterwards: bool
) -> None:
    """From the first write to the last: every request, contact, answer and history."""
    store = MemoryStore()
    number = 1 + share * (writes - 1) // 11
    with pytest.raises(Died):
        play(folder, at_write(store, number, afterwards=afterwards))
    assert play(folder, store) == undisturbed


@pytest.mark.parametrize("afterwards", [False, True], ids=["before the write", "after the write"])
def test_broken_off_again_and_again_it_ends_the_same(
    folder: Path, undisturbed: tuple[Any, ...], writes: int, afterwards: bool
) -> None:
    """A process that never lives for more than a few dozen writes comes to the same end."""
    store, deaths, ended = MemoryStore(), 0, None
    while ended is None:
        try:
            ended = play(folder, at_write(store, 25 + deaths % 7, afterwards=afterwards))
        except Died:
            deaths += 1
            assert deaths < writes
    assert deaths > 3
    assert ended == undisturbed


def test_played_a_month_at_a_time_it_ends_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A play goes on behind the days that were played before."""
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    expected = told(played(whole), capsys)
    for last in ("2026-01-31", "2026-02-28"):
        played(parts, until=last)
    assert told(played(parts), capsys) == expected


def typed(*arguments: str) -> int:
    """Type a command."""
    return main(list(arguments))


def told(store: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What a store tells of its requests, contacts and histories."""
    capsys.readouterr()
    kept = SQLiteStore(store)
    requests = [record.key for record in kept.find("request", limit=1000)]
    people = [record.key for record in kept.find("person", limit=1000)]
    kept.close()
    assert requests
    for arguments in (
        ["find"],
        *(["contacts", person] for person in people),
        *(["history", request] for request in requests),
    ):
        assert typed(*arguments, "--store", str(store), "--json") == 0
    return capsys.readouterr().out.splitlines()


def test_two_plays_print_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Letter by letter, in two stores of their own."""
    printed: list[str] = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        capsys.readouterr()
        played(tmp_path / name)
        _told, _sep, report = capsys.readouterr().out.partition("known already\n")
        printed.append(report)
    assert "What came of it" in printed[0]
    assert printed[0] == printed[1]


def test_played_again_it_prints_the_same_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second time nothing is left to be played."""
    store = played(tmp_path)
    report = capsys.readouterr().out.partition("known already\n")[2]
    before = told(store, capsys)
    played(tmp_path)
    assert capsys.readouterr().out.partition("known already\n")[2] == report
    assert told(store, capsys) == before


def test_nothing_but_the_report_is_written_where_nobody_watches(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The progress bar is for terminals."""
    played(tmp_path)
    output = capsys.readouterr()
    assert output.err == ""
    assert "\r" not in output.out
    assert "\x1b" not in output.out


@pytest.mark.no_cover
@pytest.mark.parametrize(("number", "moment"), [(2, "before"), (20, "after"), (75, "before")])
def test_killed_and_started_again_it_ends_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], number: int, moment: str
) -> None:
    """A process that gets SIGKILL while it writes leaves a store in which the next one goes on."""
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()
    broken.mkdir()
    expected = told(played(whole), capsys)
    store = broken / "store.db"
    mandates, script = eight(broken / "mandates.csv"), respondents(broken / "respondents.toml")
    assert typed("import", str(mandates), "--store", str(store)) == 0
    arguments = [
        "play",
        "--store",
        str(store),
        "--from",
        str(FIRST),
        "--until",
        str(LAST),
        "--respondents",
        str(script),
    ]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(number), moment, *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert killed.returncode == -signal.SIGKILL
    assert killed.stdout == b""
    assert typed(*arguments) == 0
    assert told(store, capsys) == expected
