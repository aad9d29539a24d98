"""Statements in the formats of others, each held against what its makers publish."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import jsonschema
import pytest
import schema_org

from feedbackkit.evidence.dossier import Check, Passage, PassageKind, SubjectReply
from feedbackkit.export import (
    endorsement_credential,
    json_resume_references,
    schema_org_reviews,
    statements_csv,
    statements_jsonl,
)
from tests.evidence.sample import AS_OF_US, sample

if TYPE_CHECKING:
    from collections.abc import Iterator

RESUME: Final = Path(__file__).parent / "schemas" / "json-resume.json"


def test_references_fit_the_schema_of_json_resume() -> None:
    """Each has a name and words, and a résumé with them is valid."""
    references = json_resume_references(sample(), "de")
    jsonschema.validate({"references": references}, json.loads(RESUME.read_text("utf-8")))
    quoted = [each for each in sample().statements if each.passages]
    assert len(references) == len(quoted) > 20
    assert all(each["name"] and each["reference"] for each in references)


def test_a_source_that_may_not_be_named_has_a_number_in_a_resume() -> None:
    """Its name is not there; its organisation is."""
    names = [each["name"] for each in json_resume_references(sample(), "de")]
    assert any(name.startswith("Quelle ") for name in names)


def test_reviews_are_reviews_of_schema_org() -> None:
    """Each property is one that the published vocabulary has for its type."""
    found = schema_org_reviews(sample())
    assert found["@context"] == "https://schema.org"
    assert len(found["@graph"]) == 60
    unknown = {
        (node["@type"], name)
        for review in found["@graph"]
        for node in _nodes(review)
        for name in node
        if name != "@type" and name not in _properties(node["@type"])
    }
    assert unknown == set()
    assert "reviewBody" in _properties("Review")
    assert "madeUp" not in _properties("Review")


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """The nodes of a graph, the inner ones, too."""
    if isinstance(value, list):
        for each in value:
            yield from _nodes(each)
    elif isinstance(value, dict):
        yield value
        yield from _nodes(list(value.values()))


def _properties(kind: str) -> set[str | None]:
    """What the vocabulary has for a type, by a library that is generated from it."""
    model: Any = getattr(schema_org, kind)
    return {field.alias or name for name, field in model.model_fields.items()}


def test_a_rating_carries_its_scale() -> None:
    """4 of 5 is not 4 of 10."""
    [rating, *_] = schema_org_reviews(sample(count=1))["@graph"][0]["reviewRating"]
    assert (rating["worstRating"], rating["bestRating"]) == (1.0, 5.0)


def test_what_may_not_be_quoted_has_no_words_in_any_format() -> None:
    """A statement that is only counted goes out with its ratings."""
    dossier = sample()
    [silent, *_] = [each for each in dossier.statements if not each.quotable]
    [review] = [each for each in schema_org_reviews(dossier)["@graph"] if each["identifier"] == silent.key]
    assert "reviewBody" not in review
    assert "reviewRating" in review


def test_each_line_is_an_object() -> None:
    """JSON Lines: as many as there are statements, the newest first."""
    rows = [json.loads(line) for line in statements_jsonl(sample()).splitlines()]
    assert [row["key"] for row in rows] == [each.key for each in sample().statements]
    assert rows[0]["rating results"] == 5.0
    assert rows[0]["choice again"] is True


def test_the_table_is_read_back_by_a_csv_reader() -> None:
    """Each row has its words, however long, with commas, quotes and lines."""
    dossier = sample()
    words = 'a "quote", a comma;\nand a line'
    changed = attrs.evolve(dossier.statements[0], passages=(Passage(PassageKind.WORD, words),))
    rows = list(csv.DictReader(io.StringIO(statements_csv(attrs.evolve(dossier, statements=(changed,))), newline="")))
    assert [row["words word"] for row in rows] == [words]
    assert rows[0]["rating results"] == "5.0"


@pytest.mark.parametrize("text", ["=1+1", "+49 30 1", "-2", "@SUM(A1)", "\tx"])
def test_no_cell_is_a_formula(text: str) -> None:
    """What a spreadsheet would run has an apostrophe before it."""
    dossier = sample(count=1)
    changed = attrs.evolve(dossier.statements[0], passages=(Passage(PassageKind.WORD, text),))
    [row] = csv.DictReader(io.StringIO(statements_csv(attrs.evolve(dossier, statements=(changed,))), newline=""))
    assert row["words word"] == f"'{text}"


def test_an_empty_table_has_its_head() -> None:
    """Nobody said anything: no rows, and the columns all the same."""
    assert statements_csv(sample(count=0)).startswith("key,revision,reference,")
    assert statements_jsonl(sample(count=0)) == ""


def test_nothing_goes_out_that_the_audience_may_not_read() -> None:
    """Internal answers are in no format."""
    everything: list[Any] = [json_resume_references(sample()), schema_org_reviews(sample())]
    assert "Greta" not in json.dumps(everything) + statements_csv(sample()) + statements_jsonl(sample())


@pytest.mark.parametrize("locale", ["en", "de"])
def test_the_reply_and_the_verification_go_along_with_the_words(locale: str) -> None:
    """In every format: words that were contradicted, revised or replied to are not handed out as if nothing were."""
    first = next(each for each in sample(audience="subject").statements if each.passages)
    reply = SubjectReply(text="Es war das Team.", at_us=AS_OF_US)
    checks = (Check(outcome="contradicted", at_us=AS_OF_US),)
    statement = attrs.evolve(first, reply=reply, checks=checks, revision=3, quotes=2)
    dossier = attrs.evolve(sample(audience="subject"), statements=(statement,))
    [resume] = json_resume_references(dossier, locale)
    credential = endorsement_credential(statement, id="urn:x:1", issuer="urn:x:2", issuer_name="H", subject="urn:x:3")
    [row] = csv.DictReader(statements_csv(dossier).splitlines())
    assert "Es war das Team." in resume["reference"]
    assert {"en": "contradicted", "de": "widersprochen"}[locale] in resume["reference"]
    for text in (credential["credentialSubject"]["endorsementComment"], json.dumps(schema_org_reviews(dossier))):
        assert all(part in text for part in ("Es war das Team.", "contradicted", "version 2"))
    assert (row["reply"], row["verified 1"], row["words of revision"]) == (
        *("Es war das Team.", "2026-11-24 contradicted", "2"),
    )
