from __future__ import annotations

import math
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedbackkit.errors import InvalidValue
from feedbackkit.evidence import DEFAULT, Estimate, Prior, estimate
from tests.evidence.pools import Triple, penicillin, simulated

if TYPE_CHECKING:
    import random

ids = st.one_of(st.integers(0, 6), st.sampled_from(["anna", "ben", "ćilić", None]), st.tuples(st.integers(0, 2)))
pools = st.lists(st.tuples(ids, ids, st.integers(1, 5)), max_size=30)


def numbers(found: Estimate) -> tuple[float, ...]:
    """All numbers of an estimate."""
    return found.mean, found.sd, *found.interval(0.8)


def test_reml_equals_lme4() -> None:
    """Without a prior, mean, variances and criterion are those of lme4 on its own data."""
    fit = estimate(penicillin(), scale=(0, 50), prior=None).fit
    assert fit.mean == pytest.approx(22.97222222, abs=1e-7)
    assert fit.quality_sd**2 == pytest.approx(3.73113184, rel=1e-4)
    assert fit.severity_sd**2 == pytest.approx(0.71690514, rel=1e-4)
    assert fit.noise_sd**2 == pytest.approx(0.30241496, rel=1e-4)
    assert fit.criterion <= 330.8605890 + 1e-7


def test_reml_may_find_no_difference() -> None:
    """Where raters do not differ at all, REML takes their variance for zero, and its slope trap is not fallen into."""
    ratings = [(rater, subject, float(subject)) for rater in range(4) for subject in range(1, 6)]
    ratings += [(9, 1, 2.0), (9, 2, 1.0)]
    fit = estimate(ratings, prior=None).fit
    assert fit.severity_sd == 0.0
    assert all(fit.severity(rater).value == 0.0 for rater in fit.raters)


def test_an_unbounded_likelihood_ends() -> None:
    """Scores that fit without any noise are no endless search."""
    found = estimate([(r, s, 1.0 + r + s) for r in range(3) for s in range(3)], prior=None)
    assert all(math.isfinite(one.mean) for one in found.values())


@settings(max_examples=60)
@given(pools, st.randoms(use_true_random=False))
def test_order_and_names_change_nothing(ratings: list[tuple[Any, Any, int]], rng: random.Random) -> None:
    """The digits are the same for the same ratings in any order and under any names."""
    first = estimate(ratings)
    shuffled = [(("rater", rater), ("subject", subject), score) for rater, subject, score in ratings]
    rng.shuffle(shuffled)
    again = estimate(shuffled)
    assert {("subject", subject): numbers(one) for subject, one in first.items()} == {
        subject: numbers(one) for subject, one in again.items()
    }


def test_who_cannot_be_told_apart_has_the_same_digits() -> None:
    """Two subjects with the same ratings by the same raters are equal to the last digit."""
    ratings = [(0, 0, 1), (0, 0, 1), (0, 0, 1), (0, 0, 2), (1, 0, 1), (2, 1, 5), (2, "anna", 5)]
    found = estimate(ratings)
    assert numbers(found[1]) == numbers(found["anna"])


@settings(max_examples=60)
@given(pools, st.sampled_from([DEFAULT, None]))
def test_contributions_add_up(ratings: list[tuple[Any, Any, int]], prior: Prior | None) -> None:
    """What the answers and the pool contribute adds up to the mean, and their weights to 1."""
    for one in estimate(ratings, prior=prior).values():
        assert math.fsum(line.value for line in one.contributions) == pytest.approx(one.mean, abs=1e-12)
        assert math.fsum(line.weight for line in one.contributions) == pytest.approx(1.0, abs=1e-12)
        assert all(
            line.value == pytest.approx(line.weight * line.corrected, abs=1e-12)
            for line in one.contributions
            if line.weight
        )


@settings(max_examples=60)
@given(pools, st.sampled_from([DEFAULT, None]))
def test_intervals_are_honest(ratings: list[tuple[Any, Any, int]], prior: Prior | None) -> None:
    """Any pool has finite means, and intervals around them that grow with their level."""
    for one in estimate(ratings, prior=prior).values():
        narrow, wide = one.interval(0.8), one.interval(0.95)
        assert math.isfinite(one.mean)
        assert one.sd >= 0.0
        assert wide.low <= narrow.low <= one.mean <= narrow.high <= wide.high
        assert one.interval_today().low <= narrow.low


@pytest.mark.parametrize("seed", range(4))
def test_one_more_rating_at_the_estimate_never_widens(seed: int) -> None:
    """Adding what was expected, by a new or a known rater, makes the standard deviation no larger."""
    ratings = simulated(seed)
    for subject, one in estimate(ratings).items():
        for rater in ("somebody new", "r1"):
            more = estimate([*ratings, (rater, str(subject), one.mean)])
            assert more[subject].sd <= one.sd


def test_one_five_is_no_five() -> None:
    """A single top score stays below the top, and unsure."""
    one = estimate([("anna", "thomas", 5)])["thomas"]
    assert one.mean < 5
    assert one.sd >= 0.4
    assert estimate([*simulated(1), ("anna", "thomas", 5)])["thomas"].sd >= 0.4


def test_ten_raters_say_more_than_ten_forms() -> None:
    """Ten forms from one rater count less than ten raters, with or without others around."""
    around = simulated(3)
    for pool in ([], around):
        forms: list[Triple] = [*pool, *[("anna", "thomas", 5.0)] * 10]
        voices: list[Triple] = [*pool, *((f"voice {n}", "thomas", 5.0) for n in range(10))]
        by_one, by_ten = estimate(forms)["thomas"], estimate(voices)["thomas"]
        assert by_one.mean < by_ten.mean
        assert by_one.sd > by_ten.sd
        assert by_one.pool_weight > by_ten.pool_weight
        assert (by_one.count, by_one.sources, by_ten.sources) == (10, 1, 10)


def test_nothing_in_nothing_out() -> None:
    """Without ratings there are no estimates, and of anybody the fit says what the prior says."""
    found = estimate([])
    assert not found
    nobody = found.fit.estimate("nobody")
    assert nobody.mean == pytest.approx(3.6)
    assert nobody.contributions[0].of_pool
    assert nobody.sd > 1


@pytest.mark.parametrize("ratings", [[("a", "s", 4)], [("a", "s", 5), ("b", "t", 5)]], ids=["one", "all fives"])
def test_reml_says_when_it_cannot_tell(ratings: list[Triple]) -> None:
    """Without a prior and without differences the interval is the whole scale."""
    one = estimate(ratings, prior=None)["s"]
    assert one.mean == pytest.approx(ratings[0][2])
    assert math.isinf(one.sd)
    assert one.interval(0.8) == (1, 5)
    assert "Nothing can be said" in one.explain()


def test_unconnected_pools_stand_side_by_side() -> None:
    """Pools that share nobody are estimated together and get intervals each."""
    ratings = [(f"{half}{rater}", f"{half}{rater % 2}", 2 + rater % 3) for half in "ab" for rater in range(4)]
    found = estimate(ratings)
    assert numbers(found["a0"]) == numbers(found["b0"])


def test_the_same_bits_in_every_process() -> None:
    """Two processes with different hash seeds print the same digits, also on the path of large pools."""
    program = (
        "from tests.evidence.pools import simulated\nfrom feedbackkit.evidence import estimate\n"
        "for seed, size in ((1, 12), (2, 90)):\n"
        "    found = estimate(simulated(seed, subjects=size, raters=size))\n"
        "    print([(one.mean.hex(), one.sd.hex()) for one in found.values()])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, text=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    assert len(runs.pop()) > 1000


@pytest.mark.parametrize(
    "bad",
    [0, 6, math.nan, math.inf, "5", None, True, 10**400, Decimal(3), [3]],
    ids=["less", "more", "nan", "infinite", "text", "none", "boolean", "huge", "decimal", "list"],
)
def test_what_is_no_score_is_refused(bad: Any) -> None:
    """A score that is no number or lies outside of the scale is an error that does not repeat it."""
    with pytest.raises(InvalidValue, match="score"):
        estimate([("a", "s", 3), ("b", "s", bad)])


@pytest.mark.parametrize("bad", [None, 7, (1, 2), (1, 2, 3, 4), ([], "s", 3), ("a", {}, 3)])
def test_what_is_no_triple_is_refused(bad: Any) -> None:
    """Anything but (rater, subject, score) with ids that can be keys is an error."""
    with pytest.raises(InvalidValue):
        estimate([bad])


@pytest.mark.parametrize("bad", [(5, 1), (1,), (1, 2, 3), 5, "15", (1, math.nan), None])
def test_what_is_no_scale_is_refused(bad: Any) -> None:
    """A scale is its lowest and its highest score; with a prior there must be one."""
    with pytest.raises(InvalidValue, match="scale"):
        estimate([], scale=bad)


def test_a_prior_is_a_prior() -> None:
    """A prior is a `Prior` or `None`, with numbers within their bounds."""
    with pytest.raises(InvalidValue, match="prior"):
        estimate([], prior="flat")  # type: ignore[arg-type]
    with pytest.raises(InvalidValue, match=r"prior\.quality"):
        Prior(quality=0)


def test_a_prior_moves_few_ratings_only() -> None:
    """A provider's own prior matters for one rating, and hardly for a hundred."""
    low = Prior(level=0.2)
    few, many = [("a", "s", 4)], [(rater, subject, 4 + rater % 2) for rater in range(40) for subject in range(5)]
    assert estimate(few)["s"].mean - estimate(few, prior=low)["s"].mean > 0.3
    assert estimate(many)[0].mean == pytest.approx(estimate(many, prior=low)[0].mean, abs=0.05)


@pytest.mark.parametrize("level", [0, 1, -0.1, "0.8", True])
def test_a_level_is_a_probability(level: Any) -> None:
    """An interval's level lies between 0 and 1."""
    with pytest.raises(InvalidValue, match="level"):
        estimate([("a", "s", 3)])["s"].interval(level)
