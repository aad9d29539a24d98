"""Engagements: their last day, what was known when, and what is refused."""

from __future__ import annotations

import datetime as dt
from typing import Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.domain.engagement import EarlyEnd, Engagement, Extension, Milestone
from feedbackkit.domain.people import Actor
from feedbackkit.errors import InvalidValue
from tests.domain.values import BRANDT, WEBER

PLAIN: Final = Engagement(id="M-17", subject=BRANDT, sponsor=WEBER, starts="2026-03-02", ends="2026-11-27")
MAY: Final = Extension(agreed="2026-09-01", ends="2027-05-28")
JULY: Final = Extension(agreed="2027-04-01", ends="2027-07-30")
CUT: Final = EarlyEnd(known="2026-10-01", ends="2026-12-31")


def test_an_engagement_needs_little() -> None:
    """Id, subject, sponsor and two dates are enough; the provider itself looks after it."""
    assert (PLAIN.milestones, PLAIN.extensions, PLAIN.early_end) == ((), (), None)
    assert PLAIN.owner == Actor("provider")
    assert (PLAIN.starts, PLAIN.ends) == (dt.date(2026, 3, 2), dt.date(2026, 11, 27))


def test_an_engagement_may_last_one_day() -> None:
    """First and last day may be the same."""
    assert attrs.evolve(PLAIN, ends=PLAIN.starts).last_day == PLAIN.starts


@pytest.mark.parametrize(
    ("extensions", "early_end", "last"),
    [
        ((), None, "2026-11-27"),
        ((MAY,), None, "2027-05-28"),
        ((MAY, JULY), None, "2027-07-30"),
        ((), EarlyEnd(known="2026-05-01", ends="2026-06-30"), "2026-06-30"),
        ((MAY,), CUT, "2026-12-31"),
    ],
)
def test_the_last_day_is_as_things_stand(
    extensions: tuple[Extension, ...], early_end: EarlyEnd | None, last: str
) -> None:
    """An extension moves the last day, and an early end has the last word."""
    engagement = attrs.evolve(PLAIN, extensions=extensions, early_end=early_end)
    assert engagement.last_day == dt.date.fromisoformat(last)


@pytest.mark.parametrize(
    ("date", "last"),
    [
        ("2026-08-31", "2026-11-27"),
        ("2026-09-01", "2027-05-28"),
        ("2026-09-30", "2027-05-28"),
        ("2026-10-01", "2026-12-31"),
    ],
)
def test_nothing_is_known_before_it_was_agreed(date: str, last: str) -> None:
    """On the day of an agreement it is known, and the day before it is not."""
    engagement = attrs.evolve(PLAIN, extensions=(MAY,), early_end=CUT)
    assert engagement.known_on(dt.date.fromisoformat(date)).last_day == dt.date.fromisoformat(last)


def test_what_is_known_leaves_the_rest_as_it_is() -> None:
    """Only what was agreed later is missing: milestones are foreseen from the start."""
    engagement = attrs.evolve(PLAIN, extensions=(MAY,), early_end=CUT, milestones=[Milestone(id="m", on="2027-01-01")])
    assert engagement.known_on(dt.date(2026, 1, 1)) == attrs.evolve(engagement, extensions=(), early_end=None)
    assert engagement.known_on(dt.date(2026, 10, 1)) == engagement


@given(st.dates(dt.date(2026, 1, 1), dt.date(2028, 1, 1)), st.dates(dt.date(2026, 1, 1), dt.date(2028, 1, 1)))
def test_what_was_known_earlier_is_known_of_what_is_known_later(one: dt.date, other: dt.date) -> None:
    """Looking back twice is looking back to the earlier day."""
    engagement = attrs.evolve(PLAIN, extensions=(JULY, MAY), early_end=CUT)
    assert engagement.known_on(one).known_on(other) == engagement.known_on(min(one, other))


def test_milestones_and_extensions_stand_in_order_of_time() -> None:
    """Whatever the order in which they were handed in, and from whatever iterable."""
    early, late = Milestone(id="z", on="2026-04-01"), Milestone(id="a", on="2026-08-01")
    engagement = attrs.evolve(PLAIN, milestones=iter([late, early]), extensions=[JULY, MAY])
    assert engagement.milestones == (early, late)
    assert engagement.extensions == (MAY, JULY)


@given(st.permutations([Milestone(id=name, on="2026-04-01") for name in "abc"]))
def test_the_order_of_one_day_is_no_difference(milestones: list[Milestone]) -> None:
    """Engagements with the same milestones are equal, also where several fall on one day."""
    assert attrs.evolve(PLAIN, milestones=milestones) == attrs.evolve(PLAIN, milestones=sorted(milestones, key=repr))


REFUSED: Final = [
    ({"ends": "2026-03-01"}, "engagement.ends must not be before the start"),
    ({"extensions": [Extension(agreed="2026-09-01", ends="2026-11-27")]}, "extension.ends must be after the end"),
    ({"extensions": [JULY, Extension(agreed="2027-05-01", ends="2027-06-01")]}, "extension.ends must be after the end"),
    ({"early_end": EarlyEnd(known="2026-01-01", ends="2026-03-01")}, "early end.ends must not be before the start"),
    ({"early_end": EarlyEnd(known="2026-05-01", ends="2026-11-28")}, "early end.ends must not be after the end that"),
    (
        {"extensions": [MAY], "early_end": EarlyEnd(known="2026-08-31", ends="2026-11-28")},
        "early end.ends must not be after the end that was agreed by then",
    ),
    ({"extensions": [MAY], "early_end": EarlyEnd(known="2026-09-01", ends="2027-05-29")}, "got a later date"),
    ({"milestones": [Milestone(id="m", on="2026-04-01"), Milestone(id="m", on="2026-05-01")]}, "one id twice"),
    ({"id": "x" * 81}, "engagement.id must be an id of at most 80 characters"),
]


@pytest.mark.parametrize(("fields", "message"), REFUSED)
def test_dates_that_contradict_each_other_are_refused(fields: dict[str, object], message: str) -> None:
    """An engagement that ends before it starts, or is prolonged to an earlier day, is refused by name."""
    with pytest.raises(InvalidValue, match=message):
        attrs.evolve(PLAIN, **fields)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - any field


def test_an_early_end_is_not_known_after_it() -> None:
    """Notice that is given after the last day is refused; on the last day it is let in."""
    assert EarlyEnd(known="2026-10-01", ends="2026-10-01").ends == dt.date(2026, 10, 1)
    with pytest.raises(InvalidValue, match=r"^early end\.ends must not be before the day it became known"):
        EarlyEnd(known="2026-10-02", ends="2026-10-01")


def test_an_engagement_may_be_cut_to_its_first_day() -> None:
    """An early end on the first day is let in."""
    assert attrs.evolve(PLAIN, early_end=EarlyEnd(known="2026-03-01", ends="2026-03-02")).last_day == PLAIN.starts


def test_an_early_end_may_be_the_end_that_was_agreed_by_then() -> None:
    """With what was extended by the day of the notice; and what is known of it on any day is an engagement."""
    cut = attrs.evolve(PLAIN, extensions=[MAY, JULY], early_end=EarlyEnd(known="2026-09-01", ends="2027-05-28"))
    assert cut.last_day == MAY.ends
    for day in range(0, 500, 7):
        assert cut.known_on(PLAIN.starts + dt.timedelta(days=day)).last_day in {PLAIN.ends, MAY.ends}


@pytest.mark.parametrize("field", [{"id": "x" * 41}, {"name": "x" * 201}, {"name": "two\nlines"}])
def test_a_milestone_is_short(field: dict[str, str]) -> None:
    """Its id goes into keys and its name into one line."""
    with pytest.raises(InvalidValue, match=r"^milestone\."):
        Milestone(**{"id": "m", "on": "2026-04-01", **field})
