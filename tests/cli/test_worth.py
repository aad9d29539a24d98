"""The commands about what answers are worth, as they are typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from feedbackkit.cli.app import main
from feedbackkit.domain.people import Actor
from feedbackkit.domain.verification import Finding, PointFinding
from feedbackkit.stores import SQLiteStore
from tests.desk.house import BRANDT, HUBER, SECRET, WEBER, ask, house

if TYPE_CHECKING:
    from pathlib import Path

LONG = "He came on a Monday and by Friday the line was running as it had not run for years."


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two answers in the same words, and a reference made of one of them."""
    path = tmp_path_factory.mktemp("worth") / "f.db"
    path.with_name("f.db.secret").write_text(SECRET.hex() + "\n")
    h = house(SQLiteStore(path))
    h.desk.request_all([ask("r-1"), ask("r-2", respondent=HUBER)])
    h.desk.give("r-1", {"words": LONG}, by=WEBER)
    h.desk.give("r-2", {"words": LONG}, by=HUBER)
    references = h.desk.references
    references.draft("Q-1", of="r-1", audience="clients", valid_until="2029-06-01")
    references.approve("Q-1", by=Actor("staff-7"), reason="on the telephone")
    references.seal("Q-1")
    found = PointFinding(finding=Finding.DIFFERS, words="After a month.")
    references.record_call("Q-1", {"1": "confirmed", "2": found}, caller="O-2", call="c-1")
    references.reply("Q-1", "It was the team.", by=BRANDT)
    h.desk.close()
    return path


def typed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command that succeeds prints."""
    assert main(list(arguments)) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_references_are_listed(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For people by name, for programs by id."""
    out = typed(capsys, "references", "--store", str(store), "--state", "sealed")
    assert "Q-1" in out
    assert "1 disputed" in out
    fields = json.loads(typed(capsys, "references", "--store", str(store), "--about", "P-brandt", "--json"))
    assert (fields["state"], fields["source"], fields["valid_until"]) == ("sealed", "P-weber", "2029-06-01T00:00:00Z")
    assert typed(capsys, "references", "--store", str(store), "--state", "drafted", "--json") == ""


def test_a_reference_is_shown_with_all_that_was_appended(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The words, the call point by point, the reply, the history, and that it is whole."""
    out = typed(capsys, "reference", "Q-1", "--store", str(store))
    for part in (LONG, "2 differs: After a month.", "It was the team.", "on the telephone", "The history is whole"):
        assert part in out
    fields = json.loads(typed(capsys, "reference", "Q-1", "--store", str(store), "--json"))
    assert fields["calls"][0]["points"]["2"] == {"finding": "differs", "words": "After a month."}
    assert fields["replied"][0]["words"] == "It was the team."


def test_flags_are_listed_and_decided_about(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the name that the list tells; a name that it does not tell is refused."""
    assert "same_text:r-1:r-2" in typed(capsys, "flags", "P-brandt", "--store", str(store))
    decision = ("--cleared", "--why", "Written together.", "--by", "staff-7", "--store", str(store))
    out = typed(capsys, "resolve", "P-brandt", "same_text:r-1:r-2", *decision)
    assert out == "same_text:r-1:r-2: cleared by staff-7\n"
    told = [
        json.loads(line) for line in typed(capsys, "flags", "P-brandt", "--store", str(store), "--json").splitlines()
    ]
    assert [len(flag["decided"]) for flag in told] == [1, 0]
    assert main(["resolve", "P-brandt", "quick:r-1", *decision]) == 1
    assert "no flag 'quick:r-1'" in capsys.readouterr().err


def test_a_questionnaire_is_shown_in_a_language(capsys: pytest.CaptureFixture[str]) -> None:
    """What is asked, what it takes, what must be answered."""
    out = typed(capsys, "questionnaire", "interim@1", "--locale", "de")
    assert "Zusammenarbeit im Interim-Mandat (interim@1, in de, en)" in out
    assert "1 to 5 (1 mangelhaft, 5 herausragend)" in out


def test_a_questionnaire_is_printed_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON Schema, or as SurveyJS has it."""
    schema = json.loads(typed(capsys, "questionnaire", "satisfaction@1", "--json-schema"))
    Draft202012Validator(schema).validate({"recommend": 10, "satisfaction": 5})
    assert json.loads(typed(capsys, "questionnaire", "satisfaction@1", "--surveyjs"))["pages"]


@pytest.mark.parametrize(
    ("name", "code", "told"), [("interim", 2, "satisfaction@1"), ("ours@1", 1, "no questionnaire 'ours@1'")]
)
def test_an_unknown_questionnaire_is_told(name: str, code: int, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a store there are only the ready-made ones."""
    assert main(["questionnaire", name]) == code
    assert told in capsys.readouterr().err


def test_somebody_unknown_is_refused(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the option that named them."""
    assert main(["references", "--about", "P-nobody", "--store", str(store)]) == 2
    assert "--about must be the id of somebody who is stored" in capsys.readouterr().err


def test_the_law_of_a_reference_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    """The request's is what is drawn without a word."""
    assert "approved --> sealed" in typed(capsys, "diagram", "reference")
    assert typed(capsys, "diagram") == typed(capsys, "diagram", "request")
