"""What was given up, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from feedbackkit.cli.app import main
from feedbackkit.desk import Desk
from feedbackkit.ports import RecordKey
from feedbackkit.stores import SQLiteStore
from tests.cli.test_work import open_desk
from tests.desk.house import ask
from tests.desk.test_workers import crowd

LIST = """\
kind     due (UTC)              key
───────  ─────────────────────  ───
request  Mon 02 Mar 2026 10:00  r0
request  Mon 02 Mar 2026 10:00  r2
"""


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A store in which r0 and r2 failed ten times."""
    path = tmp_path / "feedback.db"
    with open_desk(path) as desk:
        desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(4))])
    opened, now = SQLiteStore(path), 2_000_000_000_000_000
    for _ in range(10):
        opened.claim("request", now=now, lease=1, owner="w", limit=9)
        opened.release([RecordKey("request", "r0"), RecordKey("request", "r2")], owner="w", retry_at=now)
    opened.claim("request", now=now, lease=1, owner="w", limit=9)
    opened.close()
    return str(path)


def failing(store: str) -> list[str]:
    """The keys of what is given up in the store."""
    with Desk(SQLiteStore(store)) as desk:
        return [letter.key for letter in desk.dead_letters()]


def test_it_is_listed(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """For people with a count below, for programs an object a line; listing changes nothing."""
    assert main(["failed", "--store", store]) == 0
    assert capsys.readouterr().out == f"{LIST}2 given up\n"
    assert main(["failed", "--store", store, "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [{"kind": "request", "key": key, "due": "2026-03-02T10:00:00Z", "why": ""} for key in ("r0", "r2")]
    assert failing(store) == ["r0", "r2"]


def test_some_of_it_is_brought_back(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The rest stays; again it brings back nothing, and is no error."""
    assert main(["failed", "--store", store, "--retry", "r2"]) == 0
    assert capsys.readouterr().out.endswith("r2\n1 brought back\n")
    assert failing(store) == ["r0"]
    assert main(["failed", "--store", store, "--retry", "r2"]) == 0
    assert capsys.readouterr().out == "0 brought back\n"


def test_all_of_it_is_brought_back(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And listed as it was; then nothing is left, and nothing is printed for programs."""
    assert main(["failed", "--store", store, "--retry-all"]) == 0
    assert capsys.readouterr().out == f"{LIST}2 brought back\n"
    assert failing(store) == []
    assert main(["failed", "--store", store, "--json"]) == 0
    assert capsys.readouterr().out == ""


def test_what_was_brought_back_is_sent_by_the_next_run(store: str) -> None:
    """By any worker."""
    main(["failed", "--store", store, "--retry", "r0", "r2"])
    with open_desk(Path(store)) as desk:
        assert desk.run()["requested"] == 4


def test_an_unknown_key_is_one_sentence(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing is brought back."""
    assert main(["failed", "--store", store, "--retry", "r0", "r9"]) == 1
    seen = capsys.readouterr()
    assert (seen.out, seen.err) == ("", "no dead letter 'r9' is stored here\n")
    assert failing(store) == ["r0", "r2"]


def test_some_and_all_are_not_brought_back_together(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One says which."""
    with pytest.raises(SystemExit) as ended:
        main(["failed", "--store", store, "--retry", "r0", "--retry-all"])
    assert ended.value.code == 2
    assert "not allowed with argument" in capsys.readouterr().err
