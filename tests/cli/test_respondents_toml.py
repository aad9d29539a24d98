from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.cli.mandates_csv import read_mandates
from feedbackkit.cli.problems import BadFile
from feedbackkit.cli.respondents_toml import read_respondents
from feedbackkit.domain.basis import Contract
from feedbackkit.domain.people import Organisation, Person
from tests.cli.rows import EXAMPLE_MANDATES, EXAMPLE_RESPONDENTS

if TYPE_CHECKING:
    from pathlib import Path

SPAN: Final = "must be two numbers of days, at least and at most, from 1 to 365"
EXAMPLE: Final = EXAMPLE_RESPONDENTS.read_text("utf-8")


def problems(path: Path, content: str | bytes) -> list[str]:
    """What is wrong with a script, a line each; no name and no address is in it."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(BadFile) as caught:
        read_respondents(path)
    assert "Falkner" not in str(caught.value)
    assert "lindenau" not in str(caught.value)
    return [str(problem) for problem in caught.value.problems]


def test_the_example_speaks_of_people_and_clients_of_the_example() -> None:
    """Whoever has a habit is a sponsor there; whoever is named works for a client there, and is somebody new."""
    engagements = read_mandates(EXAMPLE_MANDATES).engagements
    sponsors = {each.sponsor.id: each.sponsor for each in engagements}
    script = read_respondents(EXAMPLE_RESPONDENTS)
    assert script.people.keys() <= sponsors.keys()
    named = {who: habit.to for who, habit in script.people.items() if habit.to is not None}
    assert named
    for who, to in named.items():
        assert to.organisation == sponsors[who].organisation
        assert to.id not in sponsors
        assert (to.email or "").rpartition("@")[2] == (sponsors[who].email or "").rpartition("@")[2]


def test_whom_somebody_names_is_a_whole_person() -> None:
    """Every detail that must be known before anybody may write to them is read."""
    assert read_respondents(EXAMPLE_RESPONDENTS).people["R-107"].to == Person(
        id="R-901",
        name="Henrike Falkner",
        email="henrike.falkner@lindenau-med.example",
        organisation=Organisation(id="C-03", name="Lindenau Medizintechnik GmbH"),
        country="DE",
        timezone="Europe/Berlin",
        locale="de",
        basis=Contract("framework agreement FA-2025-043, clause 7", since="2025-02-01"),
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("seed = 2026", "", "seed: must be a whole number"),
        ("seed = 2026", "seed = true", "seed: must be a whole number"),
        ("seed = 2026", "seed = 2026\nsede = 1", "sede: is not known here"),
        ("answer = 38", "answer = -1", "ask.answer: must be a whole number from 0 on"),
        ("answer = 38", 'answer = "many"', "ask.answer: must be a whole number from 0 on"),
        ("answer = 38", "answer = 99", "ask: must not come to more than 100"),
        ("answer = 38", "anser = 38", "ask.anser: is not known here"),
        ("answer = [1, 12]", "answer = [12, 1]", f"days.answer: {SPAN}"),
        ("answer = [1, 12]", "answer = [0, 1]", f"days.answer: {SPAN}"),
        ("answer = [1, 12]", "answer = 12", f"days.answer: {SPAN}"),
        ("answer = [1, 12]", "", f"days.answer: {SPAN}"),
        ("answer = [1, 12]", "answer = [1, 12]\nhour = [1, 2]", "days.hour: is not known here"),
        ("[words.de.any]", "[words.de.every]", "words.de.every: is not known here"),
        ("[words.de]", "[words.de]\nanswers = 1", "words.de.answers: is not known here"),
        ('id = "R-901"', "", "people.R-107.to.id: must be an id of at most 200 characters"),
        ('basis = "contract"', 'basis = "love"', "people.R-107.to.basis: must be one of consent, contract"),
        ("= 2025-02-01", "= 12", "people.R-107.to.basis_since: must be text, got an int"),
        ("= 2025-02-01", "= 2025-02-01T10:00:00", "people.R-107.to.basis_since: must be a date or YYYY-MM-DD"),
        ('"R-901"', '"R-901"\nfax = "1"', "people.R-107.to.fax: is not known here"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """Each mistake is one problem that says where it stands and what must stand there."""
    assert old in EXAMPLE
    [problem] = problems(tmp_path / "script.toml", EXAMPLE.replace(old, new, 1))
    assert problem.startswith(expected)


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        ("[words.German]", "words.German: is not known here"),
        ("[words.fr]\nany = 1", "words.fr.any: must be a table"),
        ("[words.fr.any]\nfine = []", "words.fr.any.fine: is not known here"),
        ("[words.fr.any]\ngood = 1", "words.fr.any.good: must be a list of texts"),
        ("[words.fr.any]\ngood = ['']", "words.fr.any.good: must not be empty, got an empty text"),
        ("[words.fr.any]\ngood = [1]", "words.fr.any.good: must be text, got an int"),
        ("[words.fr]\ndecline = ['" + "x" * 501 + "']", "words.fr.decline: must have at most 500 characters"),
        ("[people.R-1]\nask = 'dance'", "people.R-1.ask: must be one of answer, decline, defer, delegate, silent"),
        ("[people.R-1]\nask = ['answer']", "people.R-1.ask: must be one of answer, decline"),
        ("[people.R-1]\nmood = 'blue'", "people.R-1.mood: must be one of good, mixed, poor"),
        ("[people.R-1]\nhabit = 'x'", "people.R-1.habit: is not known here"),
        ("[people.R-1]\nask = 'delegate'", "people.R-1: must say under `to` whom the person names"),
        ("[[people.R-1]]", "people.R-1: must be a table"),
    ],
)
def test_what_is_added_wrongly_is_named_by_its_place(tmp_path: Path, added: str, expected: str) -> None:
    """A language, words or a person that the script does not understand are one problem each."""
    [problem] = problems(tmp_path / "script.toml", f"{EXAMPLE}\n{added}\n")
    assert problem.startswith(expected)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    """Two mistakes are two problems; an empty script lacks everything that is needed."""
    content = EXAMPLE.replace("seed = 2026", "").replace("answer = [1, 12]", "")
    assert len(problems(tmp_path / "two.toml", content)) == 2
    empty = problems(tmp_path / "empty.toml", "")
    assert [problem.partition(":")[0] for problem in empty] == [
        "seed",
        "words.en.decline",
        "words.en.any.good",
        "words.en.any.mixed",
        "words.en.any.poor",
        "days.answer",
        "days.decline",
        "days.defer",
        "days.delegate",
        "days.wait",
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"seed = \xff", "is not UTF-8"),
        (b"seed = 1\nseed = 2\n", "is not TOML, at line 2, column 9"),
        (b"seed = ", "is not TOML, at end of document"),
        (b"seed = 1\nsame.a = 1\nsame = 2\n", "is not TOML, at line 3, column 9"),
        (b"deep = " + b"[" * 100_000, "is nested too deeply"),
    ],
)
def test_a_file_that_is_no_script_says_where(tmp_path: Path, content: bytes, expected: str) -> None:
    """Broken bytes and broken TOML are one problem, with its place where there is one."""
    [problem] = problems(tmp_path / "script.toml", content)
    assert problem.startswith(expected)


@pytest.mark.parametrize(
    ("name", "reason"), [("absent.toml", "No such file"), (".", "Is a directory"), ("\0", "not a path")]
)
def test_a_script_that_cannot_be_read_says_why(tmp_path: Path, name: str, reason: str) -> None:
    """No file, a directory, an impossible name: one problem."""
    with pytest.raises(BadFile, match=f"cannot be read: {reason}"):
        read_respondents(tmp_path / name)


@given(st.text(max_size=200))
def test_any_text_is_a_script_or_refused(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    """Whatever is appended to the example, the answer is a script or a `BadFile`."""
    path = tmp_path_factory.mktemp("any") / "script.toml"
    path.write_bytes((EXAMPLE + content).encode("utf-8", errors="replace"))
    with contextlib.suppress(BadFile):
        read_respondents(path)
