"""Answers: what may be said, in which order it stands, and that it cannot be changed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.domain.answer import ITEM_LIMIT, Answer, Given, checked_items
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import Form
from feedbackkit.errors import InvalidValue

questions = st.from_regex(r"[a-z]([a-z._-]{0,6}[a-z])?", fullmatch=True)
numbers = st.integers(-(2**53), 2**53) | st.floats(-(2**53), 2**53)
words = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1).filter(str.strip)
items = st.dictionaries(questions, numbers | st.booleans() | words, min_size=1, max_size=8)


@given(items)
def test_what_is_said_is_kept_as_it_was_said(said: dict[str, Given]) -> None:
    """Numbers, booleans and words come back unchanged, in type too, in order of the questions' names."""
    kept = checked_items(said)
    assert list(kept.items()) == sorted(said.items(), key=lambda item: item[0])
    assert [type(kept[question]) for question in kept] == [type(said[question]) for question in sorted(said)]


@given(items)
def test_the_order_of_speaking_is_no_difference(said: dict[str, Given]) -> None:
    """Two answers with the same items are equal, in whatever order these came."""
    turned = dict(reversed(said.items()))
    assert Answer(request="k", at_us=5, items=said) == Answer(request="k", at_us=5, items=turned)


def test_an_answer_is_the_respondents_own_and_in_writing_unless_it_says_so() -> None:
    """The first revision, written, on the respondent's word."""
    answer = Answer(request="k", at_us=5, items={"overall": 5})
    assert (answer.revision, answer.form, answer.party) == (1, Form.WRITTEN, Party.RESPONDENT)


def test_an_answer_does_not_follow_its_source() -> None:
    """A mapping that is changed afterwards changes no answer, and the answer's own takes no assignment."""
    source: dict[str, Given] = {"overall": 5}
    answer = Answer(request="k", at_us=5, items=source)
    source["overall"] = 1
    assert answer.items == {"overall": 5}
    with pytest.raises(TypeError):
        answer.items["overall"] = 1  # type: ignore[index] # pyright: ignore[reportIndexIssue] - that is the claim


def test_several_choices_are_kept_as_a_tuple() -> None:
    """A list, as JSON has it, is the same answer, and does not change with its source."""
    chosen = ["cost", "sale"]
    kept = checked_items({"tasks": chosen})  # type: ignore[dict-item] # pyright: ignore[reportArgumentType] - so JSON has it
    chosen.append("team")
    assert kept == {"tasks": ("cost", "sale")}


@pytest.mark.parametrize("chosen", [[], ["cost", 5], [["cost"]], ["cost\n"], ["x"] * 201])
def test_choices_are_some_texts_of_one_line(chosen: Any) -> None:
    """None, and anything else among them, is refused."""
    with pytest.raises(InvalidValue, match=r"^answer to tasks must "):
        checked_items({"tasks": chosen})


@pytest.mark.parametrize("count", [0, ITEM_LIMIT + 1])
def test_an_answer_speaks_to_some_questions_and_not_to_too_many(count: int) -> None:
    """An empty answer is none, and there is a limit; the error says how many came."""
    with pytest.raises(InvalidValue, match=rf"^answer must speak to 1 to 200 questions, got {count} of them$"):
        checked_items({f"q{number}": 5 for number in range(count)})


def test_the_limit_of_questions_is_allowed() -> None:
    """Exactly as many questions as the limit says are let in."""
    assert len(checked_items({f"q{number}": 5 for number in range(ITEM_LIMIT)})) == ITEM_LIMIT


@pytest.mark.parametrize("said", [[("overall", 5)], "overall", None, 5, {"overall"}])
def test_an_answer_is_a_mapping(said: object) -> None:
    """Anything that is not a mapping from question to what was said is refused."""
    with pytest.raises(InvalidValue, match=r"^answer must be a mapping from question to what was said, got "):
        checked_items(said)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - that is the claim


def test_an_error_names_the_question_and_never_the_words() -> None:
    """What was said to the question does not appear, only its shape."""
    with pytest.raises(InvalidValue) as caught:
        checked_items({"overall": 5, "words": "He drinks\0"})
    assert str(caught.value) == "answer to words must have no control characters, got U+0000 in a text of 10 characters"


def test_newlines_and_tabs_are_words() -> None:
    """An answer may have several lines."""
    assert checked_items({"words": "Good.\n\tVery good."})["words"] == "Good.\n\tVery good."
