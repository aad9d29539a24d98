from __future__ import annotations

from typing import Any

import pytest

from feedbackkit.errors import InvalidValue
from feedbackkit.evidence import Conflict, Judgement, Treatment, estimate, fit
from tests.evidence.pools import simulated

RATINGS = [*simulated(5), ("friend", "s0", 5.0), ("foe", "s1", 1.0)]
PAIRS = (("friend", "s0"), ("foe", "s1"))


@pytest.mark.parametrize(
    "conflicts",
    [
        {PAIRS[0]: 1, PAIRS[1]: -1},
        {PAIRS[0]: "close", PAIRS[1]: Conflict.OPPOSED},
        [(*PAIRS[0], "friend"), (*PAIRS[1], "foe")],
        [*[0] * (len(RATINGS) - 2), 0.5, -0.5],
        [*[None] * (len(RATINGS) - 2), "close", "opposed"],
    ],
    ids=["signs", "words", "triples", "numbers by rating", "words by rating"],
)
def test_any_shape_says_the_same(conflicts: Any) -> None:
    """Conflicts may come as a mapping, as triples or as one entry for each rating."""
    expected = estimate(RATINGS, conflicts={PAIRS[0]: +2, PAIRS[1]: -2})
    found = estimate(RATINGS, conflicts=conflicts)
    assert [one.mean for one in found.values()] == [one.mean for one in expected.values()]


@pytest.mark.parametrize(
    "conflicts", [set(PAIRS), list(PAIRS), [*[False] * (len(RATINGS) - 2), True, True], dict.fromkeys(PAIRS, True)]
)
def test_without_a_direction_it_counts_less(conflicts: Any) -> None:
    """A conflict without a direction makes an answer count less, and shifts nothing."""
    found = estimate(RATINGS, conflicts=conflicts)["s0"]
    plain = estimate(RATINGS)["s0"]
    [mine] = [line for line in found.contributions if line.rater == "friend"]
    [before] = [line for line in plain.contributions if line.rater == "friend"]
    assert mine.shift == 0.0
    assert mine.weight < before.weight


@pytest.mark.parametrize("conflicts", [7, "all", [1], [("a",)], {"a": 1}, [("a", "b", object())], [([], "s")]])
def test_other_shapes_are_refused(conflicts: Any) -> None:
    """What is no declaration is an error."""
    with pytest.raises(InvalidValue, match="conflict"):
        estimate(RATINGS, conflicts=conflicts)


def test_a_friend_is_taken_down_and_a_foe_up() -> None:
    """The shift model takes off what friends add and foes deduct, and says how much."""
    found, plain = estimate(RATINGS, conflicts={PAIRS[0]: 1, PAIRS[1]: -1}), estimate(RATINGS)
    assert found["s0"].mean < plain["s0"].mean
    assert found["s1"].mean > plain["s1"].mean
    shifts = found.fit.shifts
    assert shifts[Conflict.CLOSE] > 0 > shifts[Conflict.OPPOSED]
    [friend] = [line for line in found["s0"].contributions if line.rater == "friend"]
    assert friend.shift == pytest.approx(shifts[Conflict.CLOSE])
    assert "taken off for a declared conflict" in found["s0"].explain()


def test_beside_stands_the_number_without_conflicts() -> None:
    """Without the conflicts the numbers are those of the other ratings alone, and what is missing is listed."""
    without = estimate(RATINGS, conflicts=PAIRS).without_conflicts
    alone = estimate(RATINGS[:-2])
    assert without["s0"].mean == pytest.approx(alone["s0"].mean, abs=1e-9)
    assert without["s0"].sd == pytest.approx(alone["s0"].sd, abs=1e-9)
    [left] = without["s0"].left_out
    assert (left.rater, left.score, left.because) == ("friend", 5.0, "declared conflict: unclear")


def test_a_provider_leaves_conflicts_out_unless_told() -> None:
    """`fit` leaves declared conflicts out; it shifts or ignores them by choice, and REML cannot shift."""
    ratings = [
        Judgement(rater=rater, subject=subject, score=score, conflict="close" if rater == "friend" else "none")
        for rater, subject, score in RATINGS
    ]
    left, shifted, ignored = (fit(ratings, conflicts=how) for how in Treatment)
    assert left.estimate("s0").count + 1 == shifted.estimate("s0").count == ignored.estimate("s0").count
    assert left.estimate("s0").mean != shifted.estimate("s0").mean != ignored.estimate("s0").mean
    assert fit(ratings, prior=None, conflicts="shift").estimate("s0").left_out


def test_only_conflicts() -> None:
    """A subject of whom only friends speak is known as the pool is, and still listed."""
    found = estimate([("friend", "s", 5)], conflicts=[("friend", "s")]).without_conflicts["s"]
    assert found.count == 0
    assert found.raw_mean is None
    assert found.mean == pytest.approx(3.6)
