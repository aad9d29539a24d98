"""SurveyJS: what it shows is what we ask, and what it asks is read or refused."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from jsonschema import Draft7Validator

from feedbackkit.errors import InvalidValue
from feedbackkit.export import questionnaire_from_surveyjs, surveyjs_of
from feedbackkit.policies import questionnaires
from tests.domain.questionnaires import ASKED, asked

if TYPE_CHECKING:
    from feedbackkit.domain.questionnaire import Questionnaire

DEFINITION: dict[str, Any] = json.loads(
    gzip.decompress((Path(__file__).parent / "surveyjs" / "surveyjs_definition.json.gz").read_bytes())
)
READY = list(questionnaires.ready_made().values())


def of_one_kind(kind: str) -> Draft7Validator:
    """The published schema of one kind of question, so that no other kind lets it in."""
    parts = json.loads(json.dumps(DEFINITION))
    # The library itself writes numbers as values of rating items; its schema knows texts alone.
    parts["definitions"]["itemvalue"]["properties"]["value"]["type"] = ["string", "number"]
    return Draft7Validator({"definitions": parts["definitions"], "$ref": f"#/definitions/{kind}"})


@pytest.mark.parametrize("questionnaire", [ASKED, *READY], ids=lambda each: each.ref)
def test_what_is_written_fits_the_published_schema(questionnaire: Questionnaire) -> None:
    """The survey as a whole, and each question by the schema of its own kind; no property is unknown to it."""
    survey = surveyjs_of(questionnaire)
    Draft7Validator(DEFINITION).validate(survey)
    for element in survey["pages"][0]["elements"]:
        of_one_kind(element["type"]).validate(element)
        assert set(element) <= properties(element["type"])


def properties(kind: str) -> set[str]:
    """All that a kind of question may have, by the published schema."""
    definition = DEFINITION["definitions"][kind]
    found = set(definition.get("properties", ()))
    for part in definition.get("allOf", ()):
        found |= properties(part["$ref"]) if "$ref" in part else set(part["properties"])
    return found


@pytest.mark.parametrize(
    "broken", [{"type": "rating", "name": "a", "rateMin": "1"}, {"type": "rating", "isRequired": 1}]
)
def test_the_schema_can_refuse(broken: dict[str, Any]) -> None:
    """What is wrong is seen by it, or these tests would say nothing."""
    assert not of_one_kind("rating").is_valid(broken)


@given(asked())
def test_a_survey_is_read_as_it_was_written(questionnaire: Questionnaire) -> None:
    """In all languages, with what the points of a scale mean."""
    assert questionnaire_from_surveyjs(surveyjs_of(questionnaire), id="any") == questionnaire


def test_english_alone_is_a_plain_text() -> None:
    """And other languages stand under their tags, English being the default."""
    survey = surveyjs_of(ASKED)
    rating, role, *_ = survey["pages"][0]["elements"]
    assert rating["title"] == {"default": "Overall", "de": "Insgesamt"}
    assert role["title"] == "Role"


def test_a_survey_from_the_editor_is_read() -> None:
    """Pages and panels in order, choices written short, and all that is only looks."""
    survey = {
        "title": {"default": "Feedback", "de": "Rückmeldung"},
        "showProgressBar": True,
        "pages": [
            {"name": "p1", "elements": [{"type": "rating", "name": "overall", "rateMax": 10, "rateType": "stars"}]},
            {
                "name": "p2",
                "elements": [
                    {
                        "type": "panel",
                        "name": "group",
                        "elements": [
                            {"type": "dropdown", "name": "role", "choices": ["line", {"value": "x", "text": "Other"}]},
                            {"type": "rating", "name": "tone", "rateValues": [1, {"value": 2, "text": "fine"}, 3]},
                        ],
                    },
                    {"type": "text", "name": "who", "inputType": "text", "maxLength": 80, "isRequired": True},
                    {"type": "boolean", "name": "again", "labelTrue": "Sure"},
                    {"type": "checkbox", "name": "tasks", "choices": ["a", "b", "c"], "maxSelectedChoices": 2},
                ],
            },
        ],
    }
    read = questionnaire_from_surveyjs(survey, id="editor")
    assert [(type(each).__name__, each.name) for each in read.questions] == [
        *(("Rating", "overall"), ("Choice", "role"), ("Rating", "tone"), ("Words", "who"), ("YesNo", "again")),
        ("MultipleChoice", "tasks"),
    ]
    assert read.checked({"overall": 10, "tone": 3, "who": "W"}) == {"overall": 10, "tone": 3, "who": "W"}
    assert read.title.text("de") == "Rückmeldung"


@pytest.mark.parametrize(
    ("element", "field"),
    [
        ({"type": "matrix", "name": "m"}, "survey.m.type"),
        ({"type": None, "name": "m"}, "survey.m.type"),
        ({"type": "boolean", "name": "b", "visibleIf": "{a} = 1"}, "survey.b.visibleIf"),
        ({"type": "boolean", "name": "b", "valueTrue": "yes"}, "survey.b.valueTrue"),
        ({"type": "comment", "name": "c", "validators": []}, "survey.c.validators"),
        ({"type": "text", "name": "t", "inputType": "date"}, "survey.t.inputType"),
        ({"type": "radiogroup", "name": "r", "choices": "ab"}, "survey.r.choices"),
        ({"type": "radiogroup", "name": "r", "choices": ["a", "b"], "showOtherItem": True}, "survey.r.showOtherItem"),
        ({"type": "radiogroup", "name": "r", "choices": [{"value": "a", "visibleIf": "x"}]}, "survey.r.choices"),
        ({"type": "checkbox", "name": "r", "choices": ["a", "b"], "showNoneItem": True}, "survey.r.showNoneItem"),
        (
            {"type": "checkbox", "name": "r", "choices": ["a", "b"], "valuePropertyName": "x"},
            "survey.r.valuePropertyName",
        ),
        ({"type": "rating", "name": "r", "rateStep": 2}, "survey.r.rateStep"),
        ({"type": "rating", "name": "r", "rateValues": [1, 3]}, "survey.r.rateValues"),
        ({"type": "rating", "name": "r", "rateValues": ["a", "b"]}, "survey.r.rateValues"),
        ({"type": "rating", "name": "r", "title": 5}, "survey.r.title"),
        ({"type": "panel", "name": "p", "visibleIf": "{a} = 1", "elements": []}, "survey.visibleIf"),
        ("text", "survey.elements"),
    ],
)
def test_what_would_change_answers_is_refused(element: Any, field: str) -> None:
    """By the place where it stands."""
    with pytest.raises(InvalidValue) as caught:
        questionnaire_from_surveyjs({"elements": [element]}, id="q")
    assert caught.value.field == field


@pytest.mark.parametrize("survey", [None, "text", {"pages": "x"}, {"elements": 5}, {}])
def test_what_is_no_survey_is_refused(survey: Any) -> None:
    """Also one without a question."""
    with pytest.raises(InvalidValue):
        questionnaire_from_surveyjs(survey, id="q")
