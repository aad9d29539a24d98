"""What is known of a subject, from the answers in the store."""

from __future__ import annotations

import math

import pytest

from feedbackkit.domain.people import Party, Person
from feedbackkit.domain.source import Source
from feedbackkit.errors import InvalidValue
from feedbackkit.evidence import Assessment, Certainty, Domain, Estimate
from tests.desk.house import BRANDT, House, ask, house

NAMES = ("anna", "ben", "cleo", "dora", "emil", "fritz")


def told(h: House, name: str, score: float, *, source: Source | None = None, about: Person = BRANDT) -> None:
    """One more respondent asked, who answers."""
    key = f"{name}-{about.id}"
    h.desk.request(ask(key, respondent=Person(id=name, name=name, email=f"{name}@example.org"), subject=about))
    h.desk.give(key, {"overall": score, "again": True, "words": "good"}, source=source)


def overall(h: House) -> Assessment:
    """The assessment on the one question with numbers."""
    found = h.desk.assess(BRANDT)
    assert list(found) == ["overall"]
    return found["overall"]


def test_below_three_sources_there_is_no_headline() -> None:
    """Two voices are an estimate with an interval, and no number to show alone."""
    h = house()
    told(h, "anna", 5)
    told(h, "ben", 4)
    found = overall(h)
    assert isinstance(found.estimate, Estimate)
    assert found.headline is None
    assert found.explain().startswith("No number is shown alone: 2 of at least 3")
    told(h, "cleo", 4)
    assert overall(h).headline == overall(h).estimate.mean


def test_a_conflict_is_left_out_and_stands_beside() -> None:
    """A declared conflict does not enter, is listed, and the number with it stands beside."""
    h = house()
    for name, score in zip(NAMES, (4, 4, 3, 4, 3, 5), strict=True):
        told(h, name, score, source=Source(conflict="his brother") if name == "fritz" else None)
    found = overall(h)
    assert (found.estimate.count, found.independent_sources) == (5, 5)
    assert [one.rater for one in found.estimate.left_out] == ["fritz"]
    assert found.with_conflicts is not None
    assert found.with_conflicts.count == 6
    assert found.with_conflicts.mean > found.estimate.mean
    assert "declared conflict" in found.explain()
    assert h.desk.assess(BRANDT, conflicts="ignore")["overall"].estimate.count == 6
    with pytest.raises(InvalidValue, match="conflicts"):
        h.desk.assess(BRANDT, conflicts="hide")


def test_a_self_assessment_stands_beside() -> None:
    """What the subject says of itself never enters, and its gap is told."""
    h = house()
    for name in NAMES:
        told(h, name, 3)
    before = overall(h).estimate.mean
    h.desk.request(ask("self", respondent=BRANDT, occasion="self_assessment"))
    h.desk.give("self", {"overall": 5})
    found = overall(h)
    assert found.estimate.mean == before
    assert found.self_assessment == 5
    assert found.self_gap == 5 - before
    assert "own assessment is 5.00" in found.explain()
    assert "Selbsteinschätzung ist 5,00" in found.explain("de")


def test_certainty_says_what_moved_it() -> None:
    """Sources chosen by the subject who did not see the work lower the certainty, with their reasons."""
    h = house()
    for name in NAMES:
        told(h, name, 4, source=Source(directness="hearsay", chosen_by=Party.SUBJECT))
    found = overall(h)
    assert {Domain.DIRECTNESS, Domain.SELECTION} <= {concern.domain for concern in found.concerns}
    assert found.certainty in {Certainty.LOW, Certainty.VERY_LOW}
    assert "most sources did not see the work" in found.explain()
    assert "sehr gering" in found.explain("de") or "gering" in found.explain("de")


def test_who_always_gives_the_top_score_is_named() -> None:
    """Somebody who gave five to two people is shown beside, with how often."""
    h = house()
    other = Person(id="other", name="Other", email="other@example.org")
    told(h, "anna", 5)
    told(h, "anna", 5, about=other)
    told(h, "ben", 4)
    found = overall(h)
    assert [(one.rater, one.ratings) for one in found.always_top] == [("anna", 2)]
    assert "always gives the top score" in found.explain()


def test_the_whole_pool_is_the_measure() -> None:
    """A severe rater's three counts for more once others are known to have got two from the same rater."""
    h = house()
    told(h, "anna", 3)
    alone = overall(h).estimate.mean
    for n in range(5):
        other = Person(id=f"other-{n}", name="Other", email=f"other{n}@example.org")
        told(h, "anna", 2, about=other)
        told(h, f"else-{n}", 4, about=other)
    assert overall(h).estimate.mean > alone


def test_another_scale_is_said_or_left_out() -> None:
    """Numbers beyond the scale are no ratings of it; a scale of one's own is said by question."""
    h = house()
    told(h, "anna", 9)
    told(h, "ben", 4)
    assert overall(h).estimate.count == 1
    found = h.desk.assess(BRANDT, scales={"overall": (0, 10)})["overall"]
    assert found.estimate.count == 2
    assert math.isclose(sum(line.value for line in found.estimate.contributions), found.estimate.mean)


def test_without_an_answer_nothing_is_assessed() -> None:
    """No question, no assessment."""
    h = house()
    h.desk.register(BRANDT)
    assert h.desk.assess(BRANDT) == {}


def test_a_few_who_agree_are_not_yet_certain() -> None:
    """Six fives make a narrow interval, and may be chance: certain is a number on ten sources and more."""
    h = house()
    for name in NAMES:
        told(h, name, 5)
    few = overall(h)
    assert few.estimate.interval(0.8)[0] > 4.5
    assert few.certainty is Certainty.MODERATE
    assert [concern.domain for concern in few.concerns] == [Domain.IMPRECISION]
    for number in range(4):
        told(h, f"one-more-{number}", 5)
    assert overall(h).certainty is Certainty.HIGH
