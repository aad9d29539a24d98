"""What a file of mandates is read as, and what is wrong with one that is refused: each problem with its place."""

from __future__ import annotations

import datetime as dt
import pickle
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedbackkit.cli.mandates_csv import COLUMNS, SUBJECT_COLUMNS, Mandates, read_mandates
from feedbackkit.cli.problems import BadFile
from feedbackkit.domain.basis import Consent, Contract, ExistingCustomer
from feedbackkit.domain.engagement import EarlyEnd, Engagement, Extension, Milestone
from feedbackkit.domain.ledger import OptOut, Scope
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.domain.request import Occasion
from feedbackkit.domain.times import instant
from tests.cli.rows import EXAMPLE_MANDATES, PERSONAL, ROW, mandates, other, text

if TYPE_CHECKING:
    from pathlib import Path

SINCE_US = instant("2025-06-01T00:00:00+02:00")


def problems(path: Path) -> list[str]:
    """What is wrong with a file, a line each, without the path; and nothing personal in it."""
    with pytest.raises(BadFile) as caught:
        read_mandates(path)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - its own bytes
    assert not any(personal in str(caught.value) for personal in PERSONAL)
    assert str(caught.value) == "\n".join(f"{path}: {problem}" for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


def read_bytes(tmp_path: Path, content: bytes) -> Mandates:
    """What a file with these bytes holds."""
    path = tmp_path / "bytes.csv"
    path.write_bytes(content)
    return read_mandates(path)


SUBJECT = {
    "subject_timezone": "Europe/Vienna",
    "subject_locale": "de-AT",
    "subject_basis": "contract",
    "subject_basis_proof": "service contract 7",
    "subject_basis_since": "2025-06-01",
}


def with_details(tmp_path: Path, *rows: dict[str, str]) -> Path:
    """A file that tells of the professionals what may be told."""
    path = tmp_path / "details.csv"
    path.write_text(text(*rows, columns=(*COLUMNS, *SUBJECT_COLUMNS)), "utf-8")
    return path


# What is read


def test_a_row_is_an_engagement(tmp_path: Path) -> None:
    """Every column arrives where it belongs."""
    weber = Person(
        id="R-1",
        name="Dr. Anna Weber",
        email="anna.weber@nordwerk.example",
        organisation=Organisation(id="C-1", name="Nordwerk GmbH"),
        country="DE",
        timezone="Europe/Berlin",
        locale="de",
        basis=Contract("framework agreement, clause 7", since="2025-06-01"),
    )
    row = {
        **ROW,
        "extensions": "2026-07-10>2026-10-30; 2026-10-01 > 2026-12-18",
        "early_end": "2026-11-02 > 2026-11-30",
    }
    expected = Engagement(
        id="M-1",
        subject=Person(id="P-1", name="Thomas Brandt", email="t.brandt@example.org"),
        sponsor=weber,
        starts="2026-03-02",
        ends="2026-08-31",
        milestones=(Milestone(id="go-live", on="2026-05-04"), Milestone(id="first-close", on="2026-07-01")),
        extensions=(
            Extension(agreed="2026-07-10", ends="2026-10-30"),
            Extension(agreed="2026-10-01", ends="2026-12-18"),
        ),
        early_end=EarlyEnd(known="2026-11-02", ends="2026-11-30"),
    )
    assert read_mandates(mandates(tmp_path, row)) == Mandates((expected,), {})


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ("consent", Consent("form 7", since="2025-06-01")),
        ("contract", Contract("form 7", since="2025-06-01")),
        (
            "existing_customer",
            ExistingCustomer(
                "form 7",
                since="2025-06-01",
                obtained_in_sale=True,
                own_similar_services=True,
                no_objection=True,
                notice_given=True,
            ),
        ),
    ],
)
def test_each_basis_is_known(tmp_path: Path, basis: str, expected: object) -> None:
    """Consent, contract, and an existing customer with all four conditions."""
    [engagement] = read_mandates(mandates(tmp_path, {**ROW, "basis": basis, "basis_proof": "form 7"})).engagements
    assert engagement.sponsor.basis == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("all", [OptOut(scope=Scope.ALL, since_us=SINCE_US)]),
        ("reminders", [OptOut(scope=Scope.REMINDERS, since_us=SINCE_US)]),
        ("reference", [OptOut(scope=Scope.OCCASION, occasion=Occasion.REFERENCE, since_us=SINCE_US)]),
        (
            "all until 2026-06-30; closing_review",
            [
                OptOut(scope=Scope.ALL, since_us=SINCE_US, until_us=instant("2026-07-01T00:00:00+02:00")),
                OptOut(scope=Scope.OCCASION, occasion=Occasion.CLOSING_REVIEW, since_us=SINCE_US),
            ],
        ),
    ],
)
def test_an_opt_out_belongs_to_the_sponsor(tmp_path: Path, said: str, expected: list[OptOut]) -> None:
    """It counts from the day of the basis, and through the last day named, both where the sponsor is."""
    assert read_mandates(mandates(tmp_path, {**ROW, "opt_out": said})).opt_outs == {"R-1": tuple(expected)}


def test_a_subject_who_is_a_sponsor_elsewhere_is_one_person(tmp_path: Path) -> None:
    """What is known of the sponsor is kept when the same person is spoken of."""
    row = other(subject_id="R-1", subject_name=ROW["sponsor_name"], subject_email=ROW["sponsor_email"])
    first, second = read_mandates(mandates(tmp_path, ROW, row)).engagements
    assert second.subject == first.sponsor


def test_a_file_may_tell_more_of_the_professionals(tmp_path: Path) -> None:
    """Where they are, their language, and why they may be asked; an empty field says nothing, as a missing column."""
    empty = dict.fromkeys(SUBJECT, "")
    told, silent = read_mandates(with_details(tmp_path, {**ROW, **SUBJECT}, {**other(), **empty})).engagements
    basis = Contract("service contract 7", since="2025-06-01")
    assert (told.subject.timezone, told.subject.locale, told.subject.basis) == ("Europe/Vienna", "de-AT", basis)
    assert silent == read_mandates(mandates(tmp_path, other())).engagements[0]


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("subject_timezone", "Vienna", "must be a zone"),
        ("subject_locale", "Deutsch", "must be a language"),
        ("subject_basis", "", "must be one of consent, contract, existing_customer"),
        ("subject_basis_proof", "", "must not be empty"),
        ("subject_basis_since", "", "must not be empty"),
    ],
)
def test_what_is_told_of_a_professional_is_checked(tmp_path: Path, column: str, value: str, rule: str) -> None:
    """A basis is told whole or not at all."""
    [problem] = problems(with_details(tmp_path, {**ROW, **SUBJECT, column: value}))
    assert problem.startswith(f"line 2: {column} (column ")
    assert rule in problem


def test_a_professional_is_described_the_same_way_in_each_row(tmp_path: Path) -> None:
    """As sponsors are."""
    again = {**other(subject_id="P-1", subject_email=ROW["subject_email"]), **SUBJECT, "subject_locale": "de"}
    [problem] = problems(with_details(tmp_path, {**ROW, **SUBJECT}, again))
    assert "subject_locale" in problem
    assert "must be the same for one subject_id, and differs from line 2" in problem


def test_the_order_of_columns_is_free(tmp_path: Path) -> None:
    """Columns are found by their names."""
    turned = text(ROW, columns=tuple(reversed(COLUMNS)))
    assert read_bytes(tmp_path, turned.encode()) == read_bytes(tmp_path, text(ROW).encode())


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_files_of_other_programs_are_read(tmp_path: Path, ending: str) -> None:
    """A byte order mark, every kind of line end, blank lines and blanks around fields make no difference."""
    content = text(ROW).replace("M-1,", " M-1 ,").replace("\n", ending) + ending
    assert read_bytes(tmp_path, b"\xef\xbb\xbf" + content.encode()) == read_bytes(tmp_path, text(ROW).encode())


def test_quotes_are_undone(tmp_path: Path) -> None:
    """A quoted field holds commas and doubled quotes."""
    row = {**ROW, "client": 'Weber, Söhne & "Partner"'}
    [engagement] = read_mandates(mandates(tmp_path, row)).engagements
    assert engagement.sponsor.organisation == Organisation(id="C-1", name='Weber, Söhne & "Partner"')


def test_the_examples_are_a_whole_year_of_a_provider() -> None:
    """The size and the variety that the example promises."""
    found = read_mandates(EXAMPLE_MANDATES)
    sponsors = {each.sponsor.id: each.sponsor for each in found.engagements}
    assert len(found.engagements) >= 200
    assert len({each.subject.id for each in found.engagements}) >= 150
    assert len(sponsors) >= 120
    assert len({sponsor.organisation for sponsor in sponsors.values()}) >= 60
    assert len({sponsor.country for sponsor in sponsors.values()}) >= 6
    assert len({sponsor.timezone for sponsor in sponsors.values()}) >= 6
    assert any(each.extensions for each in found.engagements)
    assert any(each.early_end for each in found.engagements)
    assert len(found.opt_outs) >= 5
    assert min(each.starts for each in found.engagements).year == 2025
    assert any(each.last_day.year == 2027 for each in found.engagements)


def test_nobody_has_two_example_mandates_at_once() -> None:
    """An interim professional works in one place at a time."""
    found = read_mandates(EXAMPLE_MANDATES).engagements
    last_day: dict[str | None, dt.date] = {}
    for each in sorted(found, key=lambda each: each.starts):
        assert each.starts > last_day.get(each.subject.id, dt.date.min)
        last_day[each.subject.id] = each.last_day


# What is refused


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("mandate", "", "must be an id"),
        ("mandate", "M 1", "must be an id"),
        ("mandate", "M" * 81, "must be an id of at most 80 characters"),
        ("subject_id", "Thomas Brandt", "must be an id"),
        ("subject_name", "", "must not be empty"),
        ("subject_email", "brandt", "must be a plain e-mail address"),
        ("client_id", "", "must be an id"),
        ("client", "N" * 201, "must have at most 200 characters"),
        ("sponsor_id", "", "must be an id"),
        ("subject_id", "t.brandt@example.org", "must be an opaque id, never an address"),
        ("client_id", "nordwerk@example.org", "must be an opaque id, never an address"),
        ("sponsor_id", "anna.weber@example.org", "must be an opaque id, never an address"),
        ("sponsor_id", ROW["client_id"], "must not be the id of the person's organisation, got one id for both"),
        ("sponsor_name", "", "must not be empty"),
        ("sponsor_name", "Anna\u2028Weber", "must have no control characters"),
        ("sponsor_name", "Anna\x1b[2J Weber", "must have no control characters, got U+001B in a text of 14 characters"),
        ("sponsor_email", "anna.weber@nordwerk", "must be a plain e-mail address"),
        ("country", "Germany", "must be a country code of two capital letters"),
        ("timezone", "Europe/Nowhere", "must be a zone that this machine knows"),
        ("timezone", "../etc", "must be an IANA zone name"),
        ("locale", "German", "must be a language tag"),
        ("basis", "love", "must be one of consent, contract, existing_customer"),
        ("basis_proof", "", "must not be empty"),
        ("basis_since", "1 June", "must be a date or YYYY-MM-DD"),
        ("starts", "2026-02-30", "must be a date of the calendar"),
        ("ends", "31.08.2026", "must be a date or YYYY-MM-DD"),
        ("ends", "2026-03-01", "must not be before the start"),
        ("milestones", "go-live", "must be ids with dates"),
        ("milestones", "go-live 2026-05-04; go-live 2026-06-04", "must have an id of its own each"),
        ("extensions", "2026-09-30", "must be two dates"),
        ("extensions", "2026-05-10>2026-08-31", "must be after the end that it prolongs"),
        ("early_end", "2026-07-01>2026-06-30", "must not be before the day it became known"),
        ("early_end", "2026-02-01>2026-02-20", "must not be before the start"),
        ("early_end", "2026-06-01>2026-09-01", "must not be after the end that was agreed by then, got a later date"),
        ("early_end", "2026-06-01>2026-06-30; 2026-07-01>2026-07-02", "must be one early end or none"),
        ("opt_out", "everything", "must be all, reminders or an occasion"),
        ("opt_out", "all until tomorrow", "must be a date or YYYY-MM-DD"),
    ],
)
def test_a_wrong_field_is_one_problem_with_its_line_and_column(
    tmp_path: Path, column: str, value: str, rule: str
) -> None:
    """It names line, column by name and number, the rule and the shape of what came; the good row has none."""
    [problem] = problems(mandates(tmp_path, other(), {**ROW, column: value}))
    assert problem.startswith(f"line 3: {column} (column {COLUMNS.index(column) + 1}) {rule}")
    assert ", got " in problem


def test_every_bad_row_is_one_problem(tmp_path: Path) -> None:
    """All rows are told at once, in order, and all that is wrong with a row in one line."""
    bad = other(timezone="Mars/Base", ends="2020-01-01")
    found = problems(mandates(tmp_path, {**ROW, "sponsor_email": "x"}, other(mandate="M-3"), bad))
    assert [problem.partition(":")[0] for problem in found] == ["line 2", "line 4"]
    assert "timezone (column 11) must" in found[1]
    assert "; ends (column 17) must not be before the start" in found[1]


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"client": "Another GmbH"}, "client"),
        ({"sponsor_name": "Somebody Else"}, "sponsor_name"),
        ({"sponsor_email": "anna@nordwerk.example"}, "sponsor_email"),
        ({"subject_name": "Thomas Brand"}, "subject_name"),
        ({"client_id": "C-9", "client": "Another"}, "client_id"),
        ({"country": "AT"}, "country"),
        ({"timezone": "Europe/Vienna"}, "timezone"),
        ({"locale": "en"}, "locale"),
        ({"basis": "consent"}, "basis"),
        ({"basis_proof": "another"}, "basis_proof"),
        ({"basis_since": "2025-07-01"}, "basis_since"),
        ({"opt_out": "all"}, "opt_out"),
    ],
)
def test_the_same_id_is_described_the_same_way(tmp_path: Path, change: dict[str, str], column: str) -> None:
    """A second row that says something else of the same person or client is told where the first one is."""
    [problem] = problems(mandates(tmp_path, ROW, {**ROW, "mandate": "M-2", **change}))
    assert problem.startswith(f"line 3: {column} (column ")
    assert problem.endswith("differs from line 2")


def test_a_mandate_stands_in_a_file_once(tmp_path: Path) -> None:
    """A second row of the same id is told where the first one is."""
    [problem] = problems(mandates(tmp_path, ROW, other(mandate="M-1")))
    assert problem == "line 3: mandate (column 1) must be an id of its own, and is that of line 2"


def test_two_people_do_not_share_an_address(tmp_path: Path) -> None:
    """An address leads to one person, however it is spelt."""
    [problem] = problems(mandates(tmp_path, ROW, other(sponsor_email=ROW["sponsor_email"].upper())))
    assert problem == "line 3: sponsor_email (column 9) must not be the address of somebody else, as in line 2"


def test_a_wrong_row_spoils_no_other(tmp_path: Path) -> None:
    """What is wrong in itself is no measure for other rows of the same sponsor."""
    bad = {**ROW, "timezone": "Mars/Base"}
    assert len(problems(mandates(tmp_path, bad, {**ROW, "mandate": "M-2"}, {**ROW, "mandate": "M-3"}))) == 1


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is empty: a header row and at least one mandate are needed"),
        (b"\xef\xbb\xbf\n \n", "is empty: a header row and at least one mandate are needed"),
        (text().encode(), "line 1: is followed by no mandate"),
        (text(ROW).replace(",", ";").encode(), "line 1: must separate the columns with commas"),
        (text(ROW).encode("utf-16"), "line 1: is UTF-16; save the file as UTF-8"),
        (text(ROW, columns=COLUMNS[:-1]).encode(), "line 1: lacks the column opt_out"),
        (text(ROW, columns=COLUMNS[2:]).encode(), "line 1: lacks the columns mandate, subject_id"),
        (text(ROW, columns=(*COLUMNS, "mandate")).encode(), "line 1: column 22 is the second mandate"),
        (text(ROW, columns=(*COLUMNS, "Weber")).encode(), "line 1: column 22 has a name that is not known"),
        (text(ROW).replace("Thomas", "Th\xf6mas").encode("latin-1"), "line 2: subject_name (column 3) is not UTF-8"),
        (text(ROW).replace("Thomas", "Th\0mas").encode(), "line 2: subject_name (column 3) has a NUL character"),
        (text(ROW).replace("Thomas", "x" * 200_000).encode(), "line 2: has a field that is far too long"),
        (
            text(ROW).replace("\nM-1,", "\n").encode(),
            "line 2: has 20 fields, must have 21; a comma inside a field needs quotes",
        ),
        (
            text(ROW).replace("DE,", "DE,,").encode(),
            "line 2: has 22 fields, must have 21; a comma inside a field needs quotes",
        ),
    ],
)
def test_a_wrong_file_is_one_problem(tmp_path: Path, content: bytes, expected: str) -> None:
    """What is wrong with the file itself is said in one line."""
    path = tmp_path / "mandates.csv"
    path.write_bytes(content)
    assert problems(path) == [expected]


@pytest.mark.parametrize("broken", ['"Thomas Brandt', 'Thomas Brandt"', '"Thomas" Brandt', '"Thomas\nBrandt"'])
def test_a_lost_quote_costs_one_row(tmp_path: Path, broken: str) -> None:
    """Quotes that do not end on their line are told there, and the rows below are read all the same."""
    path = tmp_path / "mandates.csv"
    path.write_text(text(ROW, other(timezone="Mars/Base")).replace("Thomas Brandt", broken, 1), encoding="utf-8")
    found = problems(path)
    assert found[0].startswith("line 2: has unbalanced quotes")
    assert "timezone (column 11)" in found[-1]


def test_without_a_header_nothing_of_the_first_line_is_repeated(tmp_path: Path) -> None:
    """A file that begins with a mandate lacks its columns; whom it names is not said."""
    path = tmp_path / "mandates.csv"
    path.write_text(text(ROW).partition("\n")[2], encoding="utf-8")
    [problem] = problems(path)
    assert problem.startswith("line 1: lacks the columns mandate, ")


@pytest.mark.parametrize(
    ("name", "reason"), [("absent.csv", "No such file"), (".", "Is a directory"), ("\0", "not a path")]
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str, reason: str) -> None:
    """No file, a directory, an impossible name: one problem."""
    [problem] = problems(tmp_path / name)
    assert problem.startswith(f"cannot be read: {reason}")


HEADER = text().encode()


@given(st.sampled_from([b"", HEADER]), st.binary(max_size=200))
@example(HEADER, b'"')
@example(b"", b"\xff\xfe")
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, header: bytes, content: bytes) -> None:
    """Whatever stands in a file, the answer is a `BadFile` with at least one problem, never another error."""
    path = tmp_path_factory.mktemp("any") / "mandates.csv"
    path.write_bytes(header + content)
    with pytest.raises(BadFile) as caught:
        read_mandates(path)
    assert caught.value.problems
