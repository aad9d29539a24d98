"""From an assessment to the number that stands in a dossier, with all that must be shown beside it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from feedbackkit.evidence.dossier import LEVEL, Criterion, Range, Weighed

if TYPE_CHECKING:
    from feedbackkit.evidence.assessment import Assessment
    from feedbackkit.evidence.estimates import Contribution, Estimate

__all__ = ["criterion_of"]

_DIGITS: Final = 6
"""As many as any reader needs; beyond them, the same numbers by another library might differ."""


def criterion_of(assessment: Assessment, scale: tuple[float, float]) -> Criterion:
    """What stands in a dossier of an assessment; below its least number of sources, no number and nothing like one."""
    estimate, headline = assessment.estimate, assessment.headline
    said = [line for line in estimate.contributions if line.key is not None]
    pool = next((line for line in estimate.contributions if line.of_pool), None)
    rated = bool(said) or bool(estimate.left_out)
    conflicts = assessment.with_conflicts
    shown = headline is not None
    return Criterion(
        key=assessment.question,
        scale=Range(*scale),
        mean=_rounded(headline),
        range=_range(estimate) if rated else None,
        raw_mean=_rounded(estimate.raw_mean) if shown else None,
        sources=assessment.independent_sources,
        pool_mean=_rounded(pool.score) if pool is not None and rated else None,
        pool_weight=_rounded(estimate.pool_weight) if shown else None,
        with_conflicts=None if conflicts is None or not shown else _rounded(conflicts.mean),
        self_score=_rounded(assessment.self_assessment),
        certainty=assessment.certainty.value if shown else None,
        concerns=tuple(concern.domain.value for concern in assessment.concerns) if shown else (),
        weighed=(*_entered(assessment, said), *_left_out(estimate)),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, _DIGITS) + 0.0


def _range(estimate: Estimate) -> Range:
    low, high = estimate.interval(LEVEL)
    return Range(round(low, _DIGITS) + 0.0, round(high, _DIGITS) + 0.0)


def _entered(assessment: Assessment, said: list[Contribution]) -> list[Weighed]:
    without = {(one.key, one.rater): one.mean for one in assessment.estimate.without}
    always_top = {one.rater for one in assessment.always_top}
    shown = assessment.headline is not None
    return [
        Weighed(
            statement=str(line.key),
            score=line.score,
            severity=round(line.severity + line.shift, _DIGITS) + 0.0,
            severity_ratings=line.severity_ratings,
            weight=round(line.weight, _DIGITS) + 0.0,
            without=_rounded(without.get((line.key, line.rater))) if shown else None,
            always_top=line.rater in always_top,
        )
        for line in said
    ]


def _left_out(estimate: Estimate) -> list[Weighed]:
    return [Weighed(statement=str(one.key), score=one.score, left_out="conflict") for one in estimate.left_out]
