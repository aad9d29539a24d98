"""Two sets of opinions on the same people, by a model whose parameters are in sight."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedbackkit.desk.ahead import Opinions, Range, ResponseModel, invented
from feedbackkit.desk.reactions import ReactionKind
from feedbackkit.domain.contact import ContactKind, ContactLine
from feedbackkit.domain.request import Occasion, Request
from feedbackkit.domain.times import HOUR_US
from feedbackkit.errors import InvalidValue
from feedbackkit.policies import Cadence
from tests.desk.house import WEBER, ask, house, respondent, snapshot

WEEK = dt.timedelta(weeks=1)
ONE, THREE = (Opinions(name=f"{count} reminders", cadence=Cadence(reminders=[WEEK] * count)) for count in (1, 3))
CALM = ResponseModel(opt_outs=(0.0,))


def reaction(model: ResponseModel, number: int, step: int) -> Any:
    """What somebody does about a contact about their request."""
    request = Request(key=f"r{number}", respondent="P-weber", subject="P-brandt", occasion=Occasion.REFERENCE)
    kind = ContactKind.ASK if step == 1 else ContactKind.REMINDER
    return model("c", ContactLine(request.key, kind, step), request, WEBER)


def test_the_model_answers_as_often_as_its_points_say() -> None:
    """Of 4,000 people: 30 of a hundred the ask, 11, 4 and 2.5 more the reminders, nobody anything after that."""
    for step, points in enumerate((30.0, 11.0, 4.0, 2.5, 0.0), start=1):
        answers = sum(reaction(CALM, number, step) is not None for number in range(4_000)) / 40
        assert abs(answers - points) <= 2, step


def test_nobody_answers_twice() -> None:
    """Each has a mind of their own: one contact brings the answer, or none does."""
    for number in range(500):
        assert sum(reaction(CALM, number, step) is not None for step in range(1, 6)) <= 1


def test_contacts_cost_as_many_people_as_the_model_says() -> None:
    """Ten of a hundred with the ask, none with the reminder; further ones are as the last."""
    model = ResponseModel(points=(0,), opt_outs=(10, 0))
    for step, share in ((1, 10), (2, 0), (3, 0)):
        left = sum(reaction(model, number, step) is not None for number in range(3_000)) / 30
        assert abs(left - share) <= 2


@settings(max_examples=30)
@given(seed=st.integers(0, 9), number=st.integers(0, 99), step=st.integers(1, 4))
def test_a_reaction_follows_from_names_alone(seed: int, number: int, step: int) -> None:
    """The same for the same contact of the same person, whatever was asked before; it takes an hour at least."""
    model = ResponseModel(seed=seed, points=(90, 5, 3), opt_outs=(5,))
    first = reaction(model, number, step)
    assert first == reaction(ResponseModel(seed=seed, points=(90, 5, 3), opt_outs=(5,)), number, step)
    assert first is None or first.after_us >= HOUR_US
    assert first is None or first.kind in {ReactionKind.ANSWER, ReactionKind.OPT_OUT}


def test_more_reminders_bring_more_answers_and_cost_more() -> None:
    """Seed by seed: more contacts, no fewer answers; and the same people whatever is compared with what."""
    present = invented(people=60, organisations=30, requests=60, over=20)
    model = ResponseModel(points=(20, 20, 20, 20), opt_outs=(0,))
    comparison = present.what_if(ONE, THREE, days=70, model=model, seeds=3)
    for one, three in comparison.outcomes:
        assert three.contacts > one.contacts
        assert three.answers > one.answers
        assert one.opt_outs == three.opt_outs == 0
    again = present.what_if(THREE, ONE, days=70, model=model, seeds=3)
    assert [(three, one) for one, three in comparison.outcomes] == list(again.outcomes)


def test_the_same_opinions_differ_in_nothing() -> None:
    """Zero, for every seed."""
    comparison = invented(people=20, organisations=5, requests=20, over=10).what_if(ONE, ONE, days=30, seeds=3)
    for measure in ("contacts", "answers", "opt_outs"):
        first, second, difference = comparison.ranges(measure)
        assert first == second
        assert difference == Range(0, 0, 0)


def test_whoever_opts_out_is_left_in_peace() -> None:
    """With everybody wanting no more after the ask there is one contact for each person, and no answer."""
    h = house()
    h.desk.request_all([ask(f"r{number}", respondent=respondent(number)) for number in range(6)])
    before = snapshot(h.store)
    model = ResponseModel(points=(0,), opt_outs=(100,))
    comparison = h.desk.present().what_if(Opinions(name="as it is"), THREE, days=60, model=model, seeds=2)
    assert set(comparison.outcomes) == {((6, 0, 6), (6, 0, 6))}
    assert snapshot(h.store) == before


def test_it_says_what_it_is() -> None:
    """Names, numbers with their ranges, the parameters of the model; rows for data frames, one a seed and side."""
    comparison = invented(people=12, organisations=3, requests=12, over=5).what_if(ONE, THREE, days=30, seeds=2)
    text = str(comparison)
    assert "1 reminders, or 3 reminders?" in text
    assert "of 100 people 30 + 11 + 4 + 2.5 answer" in text
    assert "between what 95 of 100 seeds lie" in text
    assert [(row["seed"], row["opinions"]) for row in comparison.rows()] == [
        (seed, name) for seed in (0, 1) for name in ("1 reminders", "3 reminders")
    ]
    assert comparison.requests == 12


def test_a_range_is_a_mean_and_what_most_seeds_lie_between() -> None:
    """By hand: of 0 to 100 the mean is 50, and 95 of a hundred lie between 2.5 and 97.5."""
    assert Range.of(list(range(101))) == Range(50, 2.5, 97.5)


@pytest.mark.parametrize(
    "fields",
    [{"points": ()}, {"points": (60, 50)}, {"points": (-1,)}, {"opt_outs": (101,)}, {"seed": -1}, {"opt_outs": ("a",)}],
)
def test_a_model_of_nobody_is_refused(fields: Any) -> None:
    """Shares of less than nothing, or of more than all."""
    with pytest.raises(InvalidValue):
        ResponseModel(**fields)


@pytest.mark.parametrize("fields", [{"seeds": 1}, {"days": 0}, {"days": 733}, {"seeds": 1_001}])
def test_a_comparison_out_of_bounds_is_refused(fields: Any) -> None:
    """At least two seeds, at most two years."""
    with pytest.raises(InvalidValue, match="what-if"):
        invented(people=1, organisations=1, requests=1).what_if(ONE, THREE, **fields)
