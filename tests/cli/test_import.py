"""The import at the command line: a file is stored whole, or told with all that is wrong with it and not at all.

What is wrong with a row, and with a file, is the business of `test_reading_mandates.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feedbackkit.cli.app import main
from feedbackkit.stores import SQLiteStore
from tests.cli.files import PERSONAL, a_row, written

if TYPE_CHECKING:
    from pathlib import Path

    from feedbackkit.ports import Record


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the file of mandates stands."""
    return tmp_path / "mandates.csv"


def refused(file: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What the import says, a problem a line without the file's path; and whatever is wrong, nothing is stored."""
    store = file.with_name("store.db")
    assert main(["import", str(file), "--store", str(store)]) == 2
    assert [path.name for path in file.parent.iterdir() if path != file] == []
    output = capsys.readouterr()
    assert output.out == ""
    assert not [word for word in PERSONAL if word.casefold() in output.err.casefold()]
    lines = output.err.splitlines()
    assert all(line.startswith(f"{file}: ") for line in lines)
    return [line.removeprefix(f"{file}: ") for line in lines]


def test_every_bad_row_is_told_in_a_line_and_nothing_is_stored(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error, behind the file's path, with exit code 2 and nothing personal."""
    written(file, a_row(country="Germany", sponsor_name=""), a_row(mandate="M-2"), a_row(mandate="M-3", timezone="x"))
    first, second = refused(file, capsys)
    assert first.startswith("line 2: sponsor_name (column 8) must not be empty")
    assert "; country (column 10) must be a country code of two capital letters, got " in first
    assert second.startswith("line 4: timezone (column 11) must be a zone")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty: a header row and at least one mandate are needed"),
        (b"mandate;subject_id\n", "line 1: must separate the columns with commas"),
    ],
)
def test_a_file_that_is_none_is_told_in_a_line(
    file: Path, capsys: pytest.CaptureFixture[str], content: bytes, what: str
) -> None:
    """In the same way, and nothing is stored either."""
    file.write_bytes(content)
    assert refused(file, capsys) == [what]


def test_a_file_that_is_not_there_is_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And no store is made for it."""
    missing = tmp_path / "mandates.csv"
    assert main(["import", str(missing), "--store", str(tmp_path / "store.db")]) == 2
    assert capsys.readouterr().err == f"{missing}: cannot be read: No such file or directory\n"
    assert list(tmp_path.iterdir()) == []


def stored(path: Path) -> list[list[Record]]:
    """All that a store holds."""
    store = SQLiteStore(path)
    try:
        return [store.find(kind, limit=1000) for kind in ("engagement", "person", "organisation", "address", "request")]
    finally:
        store.close()


def test_imported_twice_nothing_changes(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The second time every mandate is known, and every record stays at its version."""
    written(file, a_row(opt_out="reminders"), a_row(mandate="M-2", opt_out="reminders"))
    store = file.with_name("store.db")
    arguments = ["import", str(file), "--store", str(store)]
    assert main(arguments) == 0
    assert capsys.readouterr().out.endswith("2 new or changed, 0 known already\n")
    before = stored(store)
    assert main(arguments) == 0
    assert capsys.readouterr().out.endswith("0 new or changed, 2 known already\n")
    assert before[0]
    assert stored(store) == before


def test_a_bad_file_leaves_an_earlier_import_as_it_is(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All or none, also beside what is there."""
    store = file.with_name("store.db")
    assert main(["import", str(written(file, a_row())), "--store", str(store)]) == 0
    written(file, a_row(), a_row(mandate="M-2"), a_row(mandate="M-3", timezone="x"))
    assert main(["import", str(file), "--store", str(store)]) == 2
    capsys.readouterr()
    written(file, a_row(), a_row(mandate="M-2"))
    assert main(["import", str(file), "--store", str(store)]) == 0
    assert capsys.readouterr().out.endswith("1 new or changed, 1 known already\n")


def test_the_import_counts_what_it_read(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One thing is one, and several are several."""
    store = str(file.with_name("store.db"))
    assert main(["import", str(written(file, a_row())), "--store", store]) == 0
    assert capsys.readouterr().out.startswith(f"{file}: 1 mandate with 1 sponsor at 1 client\n")
    assert main(["import", str(written(file, a_row(), a_row(mandate="M-2"))), "--store", store]) == 0
    assert capsys.readouterr().out.startswith(f"{file}: 2 mandates with 1 sponsor at 1 client\n")


def test_the_import_tells_scripts_what_changed(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One object a mandate, in the order of the file."""
    written(file, a_row(mandate="M-2"), a_row())
    assert main(["import", str(file), "--store", str(file.with_name("store.db")), "--json"]) == 0
    assert capsys.readouterr().out == '{"mandate":"M-2","changed":true}\n{"mandate":"M-1","changed":true}\n'
