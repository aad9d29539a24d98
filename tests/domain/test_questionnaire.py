"""Questionnaires: what can be asked, and which answers fit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.domain.questionnaire import (
    Choice,
    Label,
    MultipleChoice,
    Question,
    Questionnaire,
    Rating,
    Words,
    YesNo,
    questionnaire_ref,
)
from feedbackkit.errors import InvalidAnswer, InvalidValue
from feedbackkit.policies import questionnaires
from tests.domain.questionnaires import ASKED, asked, fitting

GOOD: dict[str, Any] = {"overall": 4, "role": "line", "again": True, "tasks": ("cost", "sale"), "words": "Splendid"}


def test_what_fits_comes_back_as_it_was_said() -> None:
    """In order of the questions, whatever the order in which it was said."""
    assert list(ASKED.checked(dict(reversed(GOOD.items()))).items()) == list(GOOD.items())


@given(st.data())
def test_whatever_fits_each_question_fits_the_whole(data: st.DataObject) -> None:
    """A questionnaire has no rules beyond those of its questions."""
    questionnaire = data.draw(asked())
    items = data.draw(fitting(questionnaire))
    assert questionnaire.checked(items) == items


@pytest.mark.parametrize(
    ("question", "said", "told"),
    [
        ("overall", 0, "overall must be from 1 to 5, got less"),
        ("overall", 6, "overall must be from 1 to 5, got more"),
        ("overall", 4.5, "overall must be a whole number, got a float"),
        ("overall", True, "overall must be a whole number, got a boolean"),
        ("overall", "4", "overall must be a whole number, got a text of 1 characters"),
        ("role", "Line", "role must be one of line, project, got a text of 4 characters"),
        ("role", 1, "role must be one of line, project, got an int"),
        ("again", "yes", "again must be true or false, got a text of 3 characters"),
        ("again", 1, "again must be true or false, got an int"),
        ("tasks", "cost", "tasks must be a list of cost, team, sale, got a text of 4 characters"),
        ("tasks", {"cost"}, "tasks must be a list of cost, team, sale, got a set"),
        ("tasks", ["cost", "Cost"], "tasks must be a list of cost, team, sale, got a text of 4 characters among them"),
        ("tasks", [None], "tasks must be a list of cost, team, sale, got nothing among them"),
        ("tasks", [["cost"]], "tasks must be a list of cost, team, sale, got a list among them"),
        ("tasks", ["cost", "cost"], "tasks must name each choice once, got one of them twice"),
        ("tasks", [], "tasks must be 1 to 2 of cost, team, sale, got 0 of them"),
        ("tasks", ["cost", "team", "sale"], "tasks must be 1 to 2 of cost, team, sale, got 3 of them"),
        ("words", "x" * 501, "words must have at most 500 characters, got a text of 501 characters"),
        ("words", " ", "words must not be empty, got a text of 1 characters"),
        ("words", "drinks\0", "words must have no control characters, got U+0000 in a text of 7 characters"),
        ("words", None, "words must be text, got nothing"),
    ],
)
def test_what_does_not_answer_its_question_is_told_by_it(question: str, said: object, told: str) -> None:
    """Under the question's name, with its rule and the shape of what came."""
    with pytest.raises(InvalidAnswer) as caught:
        ASKED.checked({**GOOD, question: said})
    assert caught.value.problems == {question: told.removeprefix(f"{question} ")}


def test_several_choices_are_stored_in_order_of_the_options() -> None:
    """However they were said; so the same choices are the same answer."""
    assert ASKED.checked({**GOOD, "tasks": ["sale", "cost"]})["tasks"] == ("cost", "sale")


def test_everything_that_is_wrong_is_told_at_once() -> None:
    """All questions that are answered wrongly, left out, or asked by nobody."""
    with pytest.raises(InvalidAnswer) as caught:
        ASKED.checked({"again": "yes", "words": "", "colour": "red", "anna.weber@nordwerk.example": 1})
    assert str(caught.value) == (
        "answer to short@2: overall must be answered, got nothing; again must be true or false, got a text of 3 "
        "characters; words must not be empty, got an empty text; unknown 1 must be a question of short@2, got colour; "
        "unknown 2 must be a question of short@2, got a text of 27 characters"
    )
    assert list(caught.value.problems) == ["overall", "again", "words", "unknown 1", "unknown 2"]


def test_a_whole_number_may_come_as_a_float() -> None:
    """As JSON of other languages has it; it is stored as the whole number that it is."""
    kept = ASKED.checked({"overall": 4.0})["overall"]
    assert (kept, type(kept)) == (4, int)


@pytest.mark.parametrize("items", [{}, {"unknown": 1}])
def test_an_answer_to_nothing_fits_nothing(items: dict[str, Any]) -> None:
    """Even where no question must be answered, one has to be."""
    with pytest.raises(InvalidAnswer):
        Questionnaire(id="q", title="Q", questions=[YesNo(name="again", label="?")]).checked(items)


@pytest.mark.parametrize("items", [None, [("overall", 5)], "overall"])
def test_an_answer_is_a_mapping(items: Any) -> None:
    """Anything else is refused as a whole."""
    with pytest.raises(InvalidValue, match=r"^answer must be a mapping"):
        ASKED.checked(items)


# Labels


LABEL = Label({"de": "Jänner", "de-DE": "Januar", "en": "January"})


@pytest.mark.parametrize(
    ("locale", "text"),
    [("de-DE", "Januar"), ("de-AT", "Jänner"), ("de", "Jänner"), ("en-GB", "January"), ("fr", "January")],
)
def test_a_label_is_read_in_the_nearest_language(locale: str, text: str) -> None:
    """The language itself, then without its country, then English."""
    assert LABEL.text(locale) == text


def test_without_english_the_first_language_is_read() -> None:
    """Better a text that somebody may understand than none."""
    assert Label({"de": "Führung", "fr": "Direction"}).text("it") == "Führung"
    assert str(Label({"de": "Führung"})) == "Führung"


def test_the_languages_of_a_questionnaire_are_those_of_all_its_labels() -> None:
    """One label that is not translated, and it cannot be shown whole in that language."""
    assert ASKED.locales == ("en",)
    assert questionnaires.interim().locales == ("de", "en")


@pytest.mark.parametrize("label", [{}, {"deutsch": "x"}, {"de": ""}, {"de": "\0"}, 5, None, [("de", "a"), ("de", "b")]])
def test_a_label_is_a_text_or_texts_by_language(label: Any) -> None:
    """Anything else is refused."""
    with pytest.raises(InvalidValue, match=r"^label"):
        YesNo(name="again", label=label)


# What cannot be asked


@pytest.mark.parametrize(
    "make",
    [
        lambda: Rating(name="r", label="R", least=5, most=5),
        lambda: Rating(name="r", label="R", least=0, most=101),
        lambda: Rating(name="r", label="R", marks={6: "six"}),
        lambda: Rating(name="r", label="R", marks=[5]),  # type: ignore[list-item]
        lambda: Rating(name="r", label="R", least=True),
        lambda: Choice(name="c", label="C", options={"one": "One"}),
        lambda: Choice(name="c", label="C", options=["one", "two"]),  # type: ignore[list-item]
        lambda: Choice(name="c", label="C", options=5),  # type: ignore[arg-type]
        lambda: MultipleChoice(name="m", label="M", options={"one": "One"}),
        lambda: MultipleChoice(name="m", label="M", options={"one": "One", "two": "Two"}, least=0),
        lambda: MultipleChoice(name="m", label="M", options={"one": "One", "two": "Two"}, least=3),
        lambda: MultipleChoice(name="m", label="M", options={"one": "One", "two": "Two"}, most=3),
        lambda: MultipleChoice(name="m", label="M", options={"one": "One", "two": "Two"}, least=2, most=1),
        lambda: Words(name="w", label="W", limit=0),
        lambda: YesNo(name="a question", label="Q"),
        lambda: YesNo(name="q", label="Q", required=1),  # type: ignore[arg-type]
        lambda: Questionnaire(id="q@1", title="Q", questions=[YesNo(name="q", label="Q")]),
        lambda: Questionnaire(id="q", version=0, title="Q", questions=[YesNo(name="q", label="Q")]),
        lambda: Questionnaire(id="q", title="Q", questions=[]),
        lambda: Questionnaire(id="q", title="Q", questions=["q"]),  # type: ignore[list-item]
        lambda: Questionnaire(id="q", title="Q", questions=[YesNo(name="q", label="Q"), Words(name="q", label="Q")]),
    ],
)
def test_what_cannot_be_asked_is_refused(make: Any) -> None:
    """Scales of one point, marks beside the scale, one option, names twice: an `InvalidValue` at once."""
    with pytest.raises(InvalidValue, match=r" must "):
        make()


@pytest.mark.parametrize("ref", ["interim", "interim@0", "interim@01", "@1", "a@b@1", "interim@1 ", "ä@1", None, 5])
def test_a_questionnaire_is_named_with_its_version(ref: Any) -> None:
    """Without one nobody knows what was asked."""
    with pytest.raises(InvalidValue, match=r"^questionnaire must be an id and a version, such as interim@1"):
        questionnaire_ref("questionnaire", ref)


def test_a_question_of_no_kind_checks_nothing() -> None:
    """The base class is there to be subclassed."""
    with pytest.raises(NotImplementedError):
        Question(name="q", label="Q").checked(1)


# What is ready-made


@pytest.mark.parametrize("questionnaire", questionnaires.ready_made().values(), ids=lambda each: each.ref)
def test_what_is_ready_made_can_be_answered_and_read_in_german(questionnaire: Questionnaire) -> None:
    """Each is whole in English and German, and is known by its ref."""
    assert questionnaire.locales == ("de", "en")
    assert questionnaires.ready_made()[questionnaire.ref] is questionnaire
    for question in questionnaire.questions:
        assert question.label.text("de") != question.label.text("en") or question.name == "results"


def test_interim_management_is_asked_about_what_matters_there() -> None:
    """Five criteria, would one do it again, and the two things in the source's own words."""
    assert [question.name for question in questionnaires.interim().questions] == [
        *("performance", "leadership", "expertise", "communication", "results", "again", "strengths", "cautions")
    ]
