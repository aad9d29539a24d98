"""One fit and what follows from it, against the textbook's formula with whole covariance matrices."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from feedbackkit.errors import InvalidValue
from feedbackkit.evidence import DEFAULT, Fit, Judgement, Prior, estimate, fit
from feedbackkit.evidence.fitting.criterion import Criterion
from feedbackkit.evidence.fitting.dense import dense
from feedbackkit.evidence.fitting.design import Cell, Design
from feedbackkit.evidence.fitting.equations import plain
from tests.evidence.pools import Triple, simulated

if TYPE_CHECKING:
    from collections.abc import Iterable


def rated(triples: Iterable[Triple]) -> list[Judgement]:
    """Ratings from triples, each with a key."""
    return [
        Judgement(rater=rater, subject=subject, score=score, key=n) for n, (rater, subject, score) in enumerate(triples)
    ]


def by_the_book(model: Fit, ratings: list[Judgement], subject: str, prior: Prior | None) -> tuple[float, float]:
    """The mean of a subject and its standard deviation, given the variances of a fit (no rating repeated)."""
    same = {
        kind: np.array([[getattr(one, kind) == getattr(two, kind) for two in ratings] for one in ratings], dtype=float)
        for kind in ("subject", "rater")
    }
    quality, severity, noise = model.quality_sd**2, model.severity_sd**2, model.noise_sd**2
    inside = np.diag([1.0 / one.weight for one in ratings])
    covariance = quality * same["subject"] + severity * same["rater"] + noise * inside
    level, vague = (3.6, 1.44) if prior is not None else (3.0, 1e8)
    covariance += vague
    own = quality * np.array([float(one.subject == subject) for one in ratings]) + vague
    weights = np.linalg.solve(covariance, own)
    mean = level + weights @ (np.array([one.score for one in ratings]) - level)
    return float(mean), math.sqrt(max(quality + vague - float(weights @ own), 0.0))


@pytest.mark.parametrize("prior", [DEFAULT, None])
def test_means_are_those_of_the_book(prior: Prior | None) -> None:
    """Given the variances, each mean is the best linear prediction, and without a prior each sd is its error."""
    ratings = rated(simulated(7))
    model = fit(ratings, prior=prior)
    for subject in model.subjects:
        mean, sd = by_the_book(model, ratings, str(subject), prior)
        assert model.estimate(subject).mean == pytest.approx(mean, abs=1e-6)
        if prior is None:
            assert model.estimate(subject).sd == pytest.approx(sd, abs=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_one_more_answer_is_exact(seed: int) -> None:
    """After one more answer, and another one, every mean is what the equations with all answers give."""
    ratings = rated(simulated(seed))
    model = fit(ratings)
    more = [
        Judgement(rater="new", subject="s1", score=1),
        Judgement(rater="new", subject="also new", score=5, weight=0.5),
        Judgement(rater="r2", subject="also new", score=2),
    ]
    after = model
    for rating in more:
        after = after.told(rating)
    for subject in after.subjects:
        mean, _ = by_the_book(model, [*ratings, *more], str(subject), DEFAULT)
        one = after.estimate(subject)
        assert one.mean == pytest.approx(mean, abs=1e-9)
        assert math.fsum(line.value for line in one.contributions) == pytest.approx(one.mean, abs=1e-12)
    assert after.estimate("s1").sd < model.estimate("s1").sd
    assert model.estimate("s1").count + 1 == after.estimate("s1").count


def test_the_error_after_one_more_answer_is_exact() -> None:
    """The standard deviation after updates is the textbook's, too."""
    ratings = rated(simulated(4))
    more = [Judgement(rater="new", subject="s1", score=1), Judgement(rater="new", subject="s2", score=5)]
    model = fit(ratings, prior=None)
    after = model.told(more[0]).told(more[1])
    for subject in after.subjects:
        _, sd = by_the_book(model, [*ratings, *more], str(subject), None)
        assert after.estimate(subject).sd == pytest.approx(sd, abs=1e-4)


def test_the_same_source_again_is_exact() -> None:
    """A second form by the same rater counts by the rule for one source: 1/.9 of a rating together."""
    ratings = [Judgement(rater="a", subject="s", score=5), Judgement(rater="b", subject="t", score=3)]
    model = fit(ratings)
    after = model.told(Judgement(rater="a", subject="s", score=3))
    mean, _ = by_the_book(model, [Judgement(rater="a", subject="s", score=4, weight=1 / 0.9), ratings[1]], "s", DEFAULT)
    assert after.estimate("s").mean == pytest.approx(mean, abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_without_each_answer(seed: int) -> None:
    """The number without an answer is that of the equations without it, the variances kept."""
    ratings = rated(simulated(seed))
    model = fit(ratings)
    for subject in model.subjects:
        one = model.estimate(subject)
        assert len(one.without) == one.count
        for without in one.without:
            rest = [rating for rating in ratings if rating.key != without.key]
            mean, _ = by_the_book(model, rest, str(subject), DEFAULT)
            assert without.mean == pytest.approx(mean, abs=1e-9)


def test_without_each_answer_after_one_more() -> None:
    """Also after an update, and of forms that repeat themselves."""
    model = fit(rated([*simulated(1), ("r1", "s0", 5.0)])).told(
        Judgement(rater="new", subject="s0", score=1, key="new")
    )
    one = model.estimate("s0")
    [last] = [without for without in one.without if without.key == "new"]
    before = fit(rated([*simulated(1), ("r1", "s0", 5.0)])).estimate("s0")
    assert last.mean == pytest.approx(before.mean, abs=1e-9)


@pytest.mark.parametrize(("subjects", "raters"), [(40, 30), (30, 60)])
@pytest.mark.parametrize("ratios", [(0.7, 0.4), (0.0, 0.4), (0.7, 0.0)])
def test_both_ways_to_solve_agree(subjects: int, raters: int, ratios: tuple[float, float]) -> None:
    """Pure Python and numpy give the same criterion, slope and effects to 1e-9."""
    triples = simulated(9, subjects=subjects, raters=raters)
    names: dict[str, int] = {}
    cells = [Cell(int(one[1:]), names.setdefault(two, len(names)), 1.0, score) for one, two, score in triples]
    design = Design.of(cells, raters=raters, subjects=len(names), centre=3.6, count=len(cells))
    one, two = (Criterion(design, solve(design), None).point(ratios) for solve in (plain, dense))
    assert one.value == pytest.approx(two.value, abs=1e-9)
    assert one.slope == pytest.approx(two.slope, abs=1e-9)
    for mine, other in zip(one.effects(), two.effects(), strict=True):
        assert mine == pytest.approx(other, abs=1e-9)
    for side, place in ((0, 0), (0, 3), (1, 0), (1, 5)):
        assert one.solution.variance((side, place)) == pytest.approx(two.solution.variance((side, place)), abs=1e-9)
    assert one.solution.covariance((0, 1), (1, 2)) == pytest.approx(two.solution.covariance((0, 1), (1, 2)), abs=1e-9)


def test_large_pools_need_no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without numpy a large pool gives the same numbers, only slower."""
    triples = simulated(3, subjects=90, raters=90)
    fast = estimate(triples)
    monkeypatch.setattr("feedbackkit.evidence.fitting.engines.find_spec", lambda _name: None)
    slow = estimate(triples)
    assert [one.mean for one in slow.values()] == pytest.approx([one.mean for one in fast.values()], abs=1e-7)
    assert [one.sd for one in slow.values()] == pytest.approx([one.sd for one in fast.values()], abs=1e-7)
    assert type(slow.fit._belief.point.solution) is not type(fast.fit._belief.point.solution)


def test_one_more_answer_is_quick() -> None:
    """An update and the new estimate take a few milliseconds, without numpy; the fastest of several is measured."""
    model = fit(rated(simulated(2, subjects=40, raters=40)))
    took: list[float] = []
    for n in range(10):
        began = time.process_time()
        _ = model.told(Judgement(rater=f"new {n}", subject="s1", score=4)).estimate("s1")
        took.append(time.process_time() - began)
    assert min(took) < 0.005


def test_severity_is_told_with_what_it_rests_on() -> None:
    """A rater who gives less than others is severe, and it says by how many ratings; a stranger is anybody."""
    triples = simulated(6, subjects=20)
    severe = [("severe", f"s{n}", 1.0) for n in range(8)]
    model = fit(rated([*triples, *severe]))
    one = model.severity("severe")
    assert one.value < -0.5
    assert (one.ratings, one.known, one.always_top) == (8, True, False)
    stranger = model.severity("nobody")
    assert (stranger.value, stranger.ratings, stranger.known) == (0.0, 0, False)
    assert stranger.sd == pytest.approx(model.severity_sd)
    assert "severity unknown" in fit(rated([("a", "s", 5.0)])).estimate("s").explain()
    assert "rates" in model.estimate("s0").explain()
    assert "strenger als andere" in model.estimate("s0").explain("de-AT")
    with pytest.raises(InvalidValue, match="locale"):
        model.estimate("s0").explain("fr")


def test_weights_are_the_callers() -> None:
    """An answer that the caller weighs less contributes less."""
    ratings = [Judgement(rater="a", subject="s", score=5, weight=0.5), Judgement(rater="b", subject="s", score=1)]
    lines = {line.rater: line.weight for line in fit(ratings).estimate("s").contributions}
    assert lines["a"] == pytest.approx(lines["b"] / 2)
    assert fit(ratings).estimate("nobody").without == ()


@pytest.mark.parametrize("bad", [0, -1, math.nan, math.inf, "1", 1e7])
def test_a_weight_is_positive(bad: Any) -> None:
    """A weight of nothing is no rating."""
    with pytest.raises(InvalidValue, match="weight"):
        Judgement(rater="a", subject="s", score=5, weight=bad)


def test_only_ratings_are_fitted() -> None:
    """What is no `Judgement`, a foreign prior and a prior without a scale are errors."""
    with pytest.raises(InvalidValue, match="Judgement"):
        fit([("a", "s", 5)])  # type: ignore[list-item]
    with pytest.raises(InvalidValue, match="prior"):
        fit([], prior=1)  # type: ignore[arg-type]
    with pytest.raises(InvalidValue, match="scale"):
        fit([], scale=None)
    with pytest.raises(InvalidValue, match="score"):
        fit([Judgement(rater="a", subject="s", score=7)])
