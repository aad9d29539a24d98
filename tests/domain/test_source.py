"""Sources: what is presumed of them, and what counts against them."""

from __future__ import annotations

import datetime as dt

import pytest

from feedbackkit.domain.answer import Answer
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import Occasion, Request
from feedbackkit.domain.source import Directness, Relation, Source
from feedbackkit.domain.times import instant
from feedbackkit.domain.voice import presumed_source


def request(**fields: object) -> Request:
    """One to Weber about Brandt."""
    values = {"key": "r", "respondent": "P-weber", "subject": "P-brandt", "occasion": Occasion.REFERENCE, **fields}
    return Request(**values)  # type: ignore[arg-type]  # fields of any kind


def answer(at: str = "2026-06-10T10:00:00Z") -> Answer:
    """One given at an instant."""
    return Answer(request="r", at_us=instant(at), items={"overall": 5})


STARTS = dt.date(2026, 6, 1)


def test_a_sponsor_has_seen_the_work_since_it_began() -> None:
    """From the first day to the answer, both counted."""
    presumed = presumed_source(request(), answer(), sponsor="P-weber", starts=STARTS)
    assert presumed == Source(relation=Relation.SPONSOR, directness=Directness.DIRECT, days=10)


def test_what_comes_after_the_last_day_is_not_seen() -> None:
    """A sponsor who answers a month after the end saw the work until the end."""
    presumed = presumed_source(request(), answer(), sponsor="P-weber", starts=STARTS, ends=dt.date(2026, 6, 3))
    assert presumed.days == 3


def test_an_answer_before_the_first_day_saw_nothing() -> None:
    """Zero days, and never fewer."""
    presumed = presumed_source(request(), answer(), sponsor="P-weber", starts=dt.date(2026, 7, 1))
    assert presumed.days == 0


def test_nothing_is_presumed_of_a_stranger() -> None:
    """Who is not the sponsor may be anybody, and had the work before their eyes or not."""
    assert presumed_source(request(), answer(), sponsor="P-other", starts=STARTS) == Source()


def test_the_relation_under_which_somebody_was_asked_is_presumed() -> None:
    """It was known when asking; for the sponsor too, who may have been asked as the line manager."""
    asked = request(relation="line_manager")
    assert presumed_source(asked, answer()) == Source(relation=Relation.LINE_MANAGER)
    assert presumed_source(asked, answer(), sponsor="P-weber").relation is Relation.LINE_MANAGER


@pytest.mark.parametrize("fields", [{"respondent": "P-brandt"}, {"occasion": Occasion.SELF_ASSESSMENT}])
def test_who_speaks_of_themselves_is_no_source_of_their_own(fields: dict[str, object]) -> None:
    """By the ids or by the occasion."""
    presumed = presumed_source(request(**fields), answer(), sponsor="P-weber", starts=STARTS)
    assert presumed == Source(relation=Relation.SELF, directness=Directness.DIRECT, independent=False)
    assert not presumed.stands_apart


def test_what_was_said_goes_before_what_is_presumed() -> None:
    """A said no is an answer too: only what is not known is filled in."""
    said = Source(relation=Relation.PEER, independent=False)
    assert said.completed(Source(relation=Relation.SPONSOR, days=9, independent=True)) == Source(
        relation=Relation.PEER, days=9, independent=False
    )


@pytest.mark.parametrize(
    "source", [Source(independent=False), Source(conflict="shares"), Source(relation=Relation.SELF)]
)
def test_what_speaks_against_independence(source: Source) -> None:
    """A dependence that was said, a conflict that was declared, the subject's own voice."""
    assert not source.stands_apart


def test_nothing_on_record_speaks_against_most() -> None:
    """A source of which nothing is known stands apart, and one chosen by the subject too, for that is another mark."""
    assert Source().stands_apart
    assert Source(chosen_by="subject").stands_apart
    assert Source(chosen_by="subject").chosen_by is Party.SUBJECT
