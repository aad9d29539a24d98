"""A review from all sides through the desk: nobody is recognised who was promised not to be."""

from __future__ import annotations

import attrs
import pytest

from feedbackkit.domain.engagement import Engagement, Referee
from feedbackkit.errors import NotAllowed
from feedbackkit.policies import playbooks
from tests.desk.house import BRANDT, HUBER, WEBER, House, house, respondent

SUBJECT = attrs.evolve(BRANDT, email="t.brandt@example.org", basis=WEBER.basis)
PEERS = [Referee(person=respondent(n, house=None), relation="peer") for n in range(4)]
REPORT = Referee(person=respondent(9, house=None), relation="report")


def reviewed(*ratings: int, anonymity: int = 3) -> House:
    """A review of which the sponsor, the report and so many peers have answered."""
    h = house()
    review = Engagement(
        id="V-1", subject=SUBJECT, sponsor=HUBER, starts="2026-03-02", ends="2026-03-27", referees=[*PEERS, REPORT]
    )
    h.desk.plan(review, playbooks.review_360(anonymity=anonymity))
    h.desk.give("V-1/review/sponsor/1", {"overall": 5})
    h.desk.give("V-1/review/R-9/1", {"overall": 2})
    for number, rating in enumerate(ratings):
        h.desk.give(f"V-1/review/R-{number}/1", {"overall": rating})
    return h


def over(h: House) -> House:
    """When nobody is asked any more."""
    h.later(days=120).desk.run()
    return h


def test_what_was_said_is_shown_in_groups_without_names() -> None:
    """In an order that tells nobody; whoever is alone in a relation is kept back."""
    review = over(reviewed(4, 3, 1)).desk.review("V-1")
    assert review.groups == {"sponsor": ({"overall": 5},), "peer": tuple({"overall": n} for n in (1, 3, 4))}
    assert review.kept_back == 1
    assert "overall" not in repr(review)


def test_small_relations_are_shown_among_the_others() -> None:
    """Two peers and a report."""
    review = over(reviewed(4, 3)).desk.review("V-1")
    assert sorted(items["overall"] for items in review.groups["others"]) == [2, 3, 4]


def test_nothing_is_shown_before_it_is_over() -> None:
    """Whoever looked before and after an answer would know whose it is."""
    h = reviewed(4, 3, 1)
    with pytest.raises(NotAllowed, match="is not over"):
        h.desk.review("V-1")
    with pytest.raises(NotAllowed, match="has no review"):
        h.desk.review("V-2")


def test_what_was_promised_is_kept_whoever_asks_for_less() -> None:
    """The playbook promised to be shown among five: three peers are shown in no group."""
    review = over(reviewed(4, 3, 1, anonymity=5)).desk.review("V-1", anonymity=2)
    assert review.groups == {"sponsor": ({"overall": 5},)}
    assert review.kept_back == 4


def test_whoever_answers_when_it_is_over_is_kept_back() -> None:
    """Beside what was shown before, the one more would stand alone."""
    h = over(reviewed(4, 3, 1))
    before = h.desk.review("V-1")
    h.desk.give("V-1/review/R-3/1", {"overall": 2})
    after = h.desk.review("V-1")
    assert after.groups == before.groups
    assert after.kept_back == before.kept_back + 1


def test_what_is_revised_when_it_is_over_is_shown_as_it_was() -> None:
    """Who looks before and after would see what changed, and so whose it is; within the review a revision counts."""
    h = reviewed(4, 3, 1)
    h.desk.give("V-1/review/R-2/1", {"overall": 2})
    h = over(h)
    before = h.desk.review("V-1")
    assert before.groups["peer"] == tuple({"overall": n} for n in (2, 3, 4))
    h.desk.give("V-1/review/R-2/1", {"overall": 5})
    assert h.desk.review("V-1") == before
