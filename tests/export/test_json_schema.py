"""JSON Schema of answers: it lets in what the questionnaire lets in, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from feedbackkit.domain.questionnaire import Choice, Label, MultipleChoice, Question, Questionnaire, Rating
from feedbackkit.errors import InvalidAnswer, InvalidValue
from feedbackkit.export import json_schema_of, questionnaire_from_json_schema
from feedbackkit.policies import questionnaires
from tests.domain.questionnaires import ASKED, asked, fitting

if TYPE_CHECKING:
    from collections.abc import Mapping

READY = list(questionnaires.ready_made().values())
anything = (
    st.booleans()
    | st.integers(-8, 18)
    | st.floats(-3, 12)
    | st.text(max_size=40)
    | st.lists(st.sampled_from(["a", "b", "c"]), max_size=3)
    | st.sampled_from(["", " ", "\t", "a\tb\n", "\x85", "\xa0", "\u2028", "x\0", "\x1f", "\u3000", "\u200b", "x" * 31])
)


def as_json(items: Mapping[str, Any]) -> Any:
    """An answer as it stands in JSON, where a tuple is an array."""
    return {name: list(said) if isinstance(said, tuple) else said for name, said in items.items()}


@pytest.mark.parametrize("questionnaire", [ASKED, *READY], ids=lambda each: each.ref)
def test_the_schema_is_one(questionnaire: Questionnaire) -> None:
    """It fits the meta-schema of draft 2020-12, and passes through JSON."""
    schema = json_schema_of(questionnaire)
    Draft202012Validator.check_schema(schema)
    assert json.loads(json.dumps(schema)) == schema


@given(st.data())
def test_what_fits_the_questionnaire_fits_the_schema(data: st.DataObject) -> None:
    """Whatever can be answered."""
    questionnaire = data.draw(asked())
    Draft202012Validator(json_schema_of(questionnaire)).validate(as_json(data.draw(fitting(questionnaire))))


@given(st.data())
def test_the_schema_and_the_questionnaire_agree(data: st.DataObject) -> None:
    """One answer changed, left out or added at will: both take it, or both refuse it."""
    questionnaire = data.draw(asked())
    items: dict[str, Any] = dict(data.draw(fitting(questionnaire)))
    name = data.draw(st.sampled_from([*(each.name for each in questionnaire.questions), "unasked"]))
    items[name] = data.draw(anything)
    if data.draw(st.booleans()):
        items.pop(data.draw(st.sampled_from(sorted(items))))
    try:
        questionnaire.checked(items)
        fits = True
    except InvalidAnswer:
        fits = False
    assert Draft202012Validator(json_schema_of(questionnaire)).is_valid(as_json(items)) is fits


def test_titles_are_in_the_language_that_is_asked_for() -> None:
    """And what the points of a scale mean, too."""
    schema = json_schema_of(questionnaires.interim(), locale="de")
    assert schema["title"] == "Zusammenarbeit im Interim-Mandat"
    assert schema["properties"]["leadership"]["title"] == "Führung"
    assert "5: herausragend" in schema["properties"]["leadership"]["description"]


def in_english(question: Question) -> Question:
    """What a schema keeps of a question: one language, and not what the points of a scale mean."""
    label = Label({"en": question.label.text("en")})
    if isinstance(question, Rating):
        return attrs.evolve(question, label=label, marks=())
    if isinstance(question, (Choice, MultipleChoice)):
        options = {option.value: {"en": option.label.text("en")} for option in question.options}
        return attrs.evolve(question, label=label, options=options)
    return attrs.evolve(question, label=label)


@given(asked())
def test_a_schema_is_read_again(questionnaire: Questionnaire) -> None:
    """All but what a schema does not keep."""
    read = questionnaire_from_json_schema(json_schema_of(questionnaire), id="any")
    title = Label({"en": questionnaire.title.text("en")})
    assert read == attrs.evolve(
        questionnaire, title=title, questions=[in_english(it) for it in questionnaire.questions]
    )


def test_a_schema_by_hand_is_read() -> None:
    """Enumerations, bounds and titles as people write them."""
    schema = {
        "type": "object",
        "title": "Survey",
        "required": ["score"],
        "properties": {
            "score": {"type": "integer", "minimum": 0, "maximum": 10, "title": "How likely?"},
            "role": {"enum": ["line", "project"], "type": "string"},
            "tasks": {"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": True, "minItems": 0},
            "words": {"type": "string", "maxLength": 100},
        },
    }
    read = questionnaire_from_json_schema(schema, id="hand", version=3)
    assert read.ref == "hand@3"
    said = {"score": 10, "role": "line", "tasks": ("a",)}
    assert read.checked({**said, "tasks": ["a"]}) == said
    with pytest.raises(InvalidAnswer, match="score must be answered"):
        read.checked({"role": "line"})


@pytest.mark.parametrize(
    ("schema", "field"),
    [
        (None, "schema.properties"),
        ({"type": "array"}, "schema.properties"),
        ({"properties": {"a": 5}}, "schema.a"),
        ({"properties": {"a": {"type": "number"}}}, "schema.a.type"),
        ({"properties": {"a": {"type": ["integer", "null"]}}}, "schema.a.type"),
        ({"properties": {"a": {"type": "integer", "multipleOf": 2}}}, "schema.a.multipleOf"),
        ({"properties": {"a": {"type": "string", "pattern": "^x"}}}, "schema.a.pattern"),
        ({"properties": {"a": {"type": "string", "minLength": 9}}}, "schema.a.minLength"),
        ({"properties": {"a": {"type": "string", "oneOf": [{"minLength": 2}]}}}, "schema.a.oneOf"),
        ({"properties": {"a": {"type": "array", "items": {"type": "integer"}}}}, "schema.a.items"),
        ({"properties": {"a": {"type": "array", "items": {"enum": ["x", "y"]}}}}, "schema.a.uniqueItems"),
        ({"properties": {"a": {"type": "array", "items": {"enum": ["x"], "minLength": 1}}}}, "schema.a.uniqueItems"),
        ({"properties": {"a": {"type": "array", "contains": {}}}}, "schema.a.contains"),
    ],
)
def test_what_would_be_lost_is_refused(schema: Any, field: str) -> None:
    """By the place where it stands."""
    with pytest.raises(InvalidValue) as caught:
        questionnaire_from_json_schema(schema, id="q")
    assert caught.value.field == field
