"""Files of mandates at the command line: all that is wrong at once, each with its place; or all of it stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from feedbackkit.cli.app import main
from feedbackkit.cli.mandates_csv import COLUMNS, read_mandates
from feedbackkit.domain.ledger import Scope
from feedbackkit.domain.request import Occasion
from feedbackkit.stores import SQLiteStore
from tests.cli.files import MANDATE, PERSONAL, a_row, written

if TYPE_CHECKING:
    from pathlib import Path

    from feedbackkit.ports import Record

HEADER: Final = ",".join(COLUMNS)
LINE: Final = ",".join(MANDATE.values())


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


WRONG: Final = [
    ("mandate", "", "must be an id of at most 80 characters from A-Z a-z 0-9 . _ : / @ # + -, got an empty text"),
    (
        "mandate",
        "M" * 81,
        "must be an id of at most 80 characters from A-Z a-z 0-9 . _ : / @ # + -, got a text of 81 characters",
    ),
    ("subject_email", "brandt", "must be a plain e-mail address, got a text of 6 characters"),
    ("sponsor_name", "", "must not be empty, got an empty text"),
    ("sponsor_name", "Anna\x1b[2J Weber", "must have no control characters, got U+001B in a text of 14 characters"),
    ("sponsor_email", "anna.weber(at)x", "must be a plain e-mail address, got a text of 15 characters"),
    ("country", "Germany", "must be a country code of two capital letters, got a text of 7 characters"),
    ("timezone", "Europe/Berln", "must be a zone that this machine knows, got a text of 12 characters"),
    ("timezone", "../../etc/passwd", "must be an IANA zone name such as Europe/Berlin, got a text of 16 characters"),
    ("basis", "rumour", "must be one of consent, contract, existing_customer, got a text of 6 characters"),
    ("basis_since", "15.1.2025", "must be a date or YYYY-MM-DD, got a text of 9 characters"),
    ("starts", "2026-02-30", "must be a date of the calendar, got a text of 10 characters"),
    ("ends", "2025-12-31", "must not be before the start, got an earlier date"),
    ("milestones", "go-live", "must be ids with dates, such as go-live 2026-05-04, got a text of 7 characters"),
    ("extensions", "2026-02-02", "must be two dates, such as 2026-05-10>2026-09-30, got a text of 10 characters"),
    ("extensions", "2026-02-02>2026-01-09", "must be after the end that it prolongs, got no later date"),
    ("early_end", "soon", "must be two dates, such as 2026-05-10>2026-09-30, got a text of 4 characters"),
    (
        "early_end",
        "2026-02-02>2026-02-27; 2026-02-03>2026-02-20",
        "must be one early end or none, got 2 of them",
    ),
    (
        "opt_out",
        "everything",
        "must be all, reminders or an occasion, and may go on: until 2026-06-30, got a text of 10 characters",
    ),
]


@pytest.mark.parametrize(("column", "value", "what"), WRONG)
def test_a_wrong_field_is_named_with_its_line_and_column(
    file: Path, capsys: pytest.CaptureFixture[str], column: str, value: str, what: str
) -> None:
    """What it must be is said, and what came is described and not repeated."""
    written(file, a_row(mandate="M-0"), a_row(**{column: value}))
    assert refused(file, capsys) == [f"line 3: {column} (column {COLUMNS.index(column) + 1}) {what}"]


def test_every_bad_row_has_one_line_and_good_rows_have_none(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All that is wrong in a row is said together, in the order of its columns."""
    written(
        file,
        a_row(country="x", ends="x"),
        a_row(mandate="M-2"),
        a_row(mandate="M-3", basis="x"),
    )
    first, second = refused(file, capsys)
    assert first.startswith("line 2: country (column 10) must")
    assert "; ends (column 17) must" in first
    assert second.startswith("line 4: basis (column 13) must")


def test_a_second_mandate_of_one_id_is_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The line that had it first is named."""
    written(file, a_row(), a_row(starts="2026-02-02", milestones=""))
    assert refused(file, capsys) == ["line 3: mandate (column 1) must be an id of its own, and is that of line 2"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("sponsor_name", "Dr. Anna Huber"),
        ("sponsor_email", "a.huber@nordwerk.example"),
        ("country", "AT"),
        ("timezone", "Europe/Vienna"),
        ("locale", "en"),
        ("basis", "contract"),
        ("basis_proof", "consent form CF-2025-0114"),
        ("basis_since", "2025-01-16"),
        ("opt_out", "all"),
    ],
)
def test_one_sponsor_has_one_set_of_particulars(
    file: Path, capsys: pytest.CaptureFixture[str], column: str, value: str
) -> None:
    """Whatever another row says differently of the same sponsor is refused."""
    written(file, a_row(), a_row(mandate="M-2", **{column: value}))
    [problem] = refused(file, capsys)
    assert problem.startswith(f"line 3: {column} (column {COLUMNS.index(column) + 1}) must be the same for one sponsor")
    assert problem.endswith("differs from line 2")


def test_one_address_belongs_to_one_person(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also where it is spelt with other capitals."""
    written(file, a_row(), a_row(mandate="M-2", sponsor_id="R-2", sponsor_email="Anna.Weber@Nordwerk.example"))
    [problem] = refused(file, capsys)
    assert problem.startswith("line 3: sponsor_email (column 9) must not be the address of somebody else")


BROKEN: Final = [
    ("nothing", b"", "is empty: a header row and at least one mandate are needed"),
    ("blank lines", b"\n \n\n", "is empty: a header row and at least one mandate are needed"),
    ("a header only", f"{HEADER}\n".encode(), "line 1: is followed by no mandate"),
    (
        "no header",
        f"{LINE}\n{LINE}\n".encode(),
        f"line 1: lacks the columns {', '.join(COLUMNS)}; "
        + "; ".join(f"column {number} has a name that is not known" for number in range(1, 22)),
    ),
    ("a column missing", HEADER.removesuffix(",opt_out").encode(), "line 1: lacks the column opt_out"),
    ("a column twice", f"{HEADER},ends\n{LINE},\n".encode(), "line 1: column 22 is the second ends"),
    ("an unknown column", f"{HEADER},Weber\n{LINE},\n".encode(), "line 1: column 22 has a name that is not known"),
    ("semicolons", HEADER.replace(",", ";").encode(), "line 1: must separate the columns with commas"),
    ("UTF-16", f"{HEADER}\n{LINE}\n".encode("utf-16"), "line 1: is UTF-16; save the file as UTF-8"),
    (
        "Latin-1",
        f"{HEADER}\n{LINE.replace('Thomas', 'Jürgen')}\n".encode("latin-1"),
        "line 2: subject_name (column 3) is not UTF-8",
    ),
    (
        "a NUL",
        f"{HEADER}\n{LINE.replace('Thomas', 'Tho' + chr(0) + 'mas')}\n".encode(),
        "line 2: subject_name (column 3) has a NUL character",
    ),
    (
        "too many fields",
        f"{HEADER}\n{LINE},x\n".encode(),
        "line 2: has 22 fields, must have 21; a comma inside a field needs quotes",
    ),
    (
        "too few fields",
        f"{HEADER}\nM-1,P-1\n".encode(),
        "line 2: has 2 fields, must have 21; a comma inside a field needs quotes",
    ),
    (
        "a lost quote",
        f'{HEADER}\n"{LINE}\n'.encode(),
        "line 2: has unbalanced quotes; a field ends on its line, and a quote inside a quoted field is doubled",
    ),
    (
        "an endless field",
        f"{HEADER}\n{'x' * 200_000}\n".encode(),
        "line 2: has a field that is far too long",
    ),
]


@pytest.mark.parametrize(
    ("content", "what"), [case[1:] for case in BROKEN], ids=[case[0].replace(" ", "-") for case in BROKEN]
)
def test_a_broken_file_is_told_by_one_line(
    file: Path, capsys: pytest.CaptureFixture[str], content: bytes, what: str
) -> None:
    """What is wrong with the file itself is said with the line, and the column where there is one."""
    file.write_bytes(content)
    assert refused(file, capsys) == [what]


def test_a_lost_quote_costs_only_its_own_row(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong further down is seen as well."""
    later = LINE.replace("M-1", "M-2").replace("Europe/Berlin", "Europe/Berln")
    file.write_text(f'{HEADER}\n"{LINE}\n{later}\n', "utf-8")
    first, second = refused(file, capsys)
    assert "unbalanced" in first
    assert second.startswith("line 3: timezone")


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And no store is made for it."""
    missing = tmp_path / "mandates.csv"
    assert main(["import", str(missing), "--store", str(tmp_path / "store.db")]) == 2
    assert capsys.readouterr().err == f"{missing}: cannot be read: No such file or directory\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_byte_order_mark_and_any_ends_of_lines_are_accepted(file: Path, encoding: str, end: str) -> None:
    """As spreadsheet programs write them."""
    file.write_bytes(end.join((HEADER, LINE, "", LINE.replace("M-1", "M-2"), "")).encode(encoding))
    assert [engagement.id for engagement in read_mandates(file).engagements] == ["M-1", "M-2"]


def test_columns_may_stand_in_any_order(file: Path, tmp_path: Path) -> None:
    """They are found by their names."""
    turned = tmp_path / "turned.csv"
    turned.write_text(f"{','.join(reversed(COLUMNS))}\n{','.join(reversed(MANDATE.values()))}\n", "utf-8")
    assert read_mandates(turned) == read_mandates(written(file, a_row()))


def test_a_row_is_read_as_it_is_meant(file: Path) -> None:
    """Milestones, extensions, an early end, a basis and an opt-out, in their own notation."""
    row = a_row(
        basis="existing_customer",
        milestones="go-live 2026-02-16; audit  2026-03-02",
        extensions="2026-03-02>2026-06-26",
        early_end="2026-05-04 > 2026-05-29",
        opt_out="reminders; reference until 2026-06-30",
    )
    mandates = read_mandates(written(file, row))
    [engagement] = mandates.engagements
    assert [(each.id, each.on.isoformat()) for each in engagement.milestones] == [
        ("go-live", "2026-02-16"),
        ("audit", "2026-03-02"),
    ]
    assert [each.ends.isoformat() for each in engagement.extensions] == ["2026-06-26"]
    assert engagement.early_end is not None
    assert engagement.early_end.ends.isoformat() == "2026-05-29"
    assert engagement.sponsor.timezone == "Europe/Berlin"
    reminders, reference = mandates.opt_outs["R-1"]
    assert (reminders.scope, reminders.until_us) == (Scope.REMINDERS, None)
    assert (reference.scope, reference.occasion) == (Scope.OCCASION, Occasion.REFERENCE)
    # The last day is included: the wish ends with midnight in Berlin, which is 22:00 UTC in summer.
    assert reference.until_us == 1_782_856_800_000_000


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
