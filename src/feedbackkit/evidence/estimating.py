"""The plain function, for anybody's own ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.domain.checks import shape
from feedbackkit.errors import InvalidValue
from feedbackkit.evidence.conflicts import Declared, declared
from feedbackkit.evidence.estimates import Estimates
from feedbackkit.evidence.fitting.model import Treatment, fitted
from feedbackkit.evidence.prior import DEFAULT, Prior
from feedbackkit.evidence.ratings import Row, checked_id, checked_scale, checked_score, numbered

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

__all__ = ["estimate"]


def estimate(
    ratings: Iterable[tuple[Hashable, Hashable, float]],
    *,
    scale: tuple[float, float] | None = (1, 5),
    prior: Prior | None = DEFAULT,
    conflicts: Declared | None = None,
) -> Estimates:
    """The estimate of each subject from ``(rater, subject, score)`` triples, in any order and by any hashable ids.

    Subjects and raters are crossed random effects: some raters are severe, and few ratings are shrunk towards all.
    The result depends on neither order nor names, and is the same from run to run. With the default prior, repeated
    ratings of one subject by one rater count as one source. ``prior=None`` is REML, equal to lme4's
    ``lmer(score ~ 1 + (1 | subject) + (1 | rater))``; there the scale may be `None`.

    `conflicts` declares who stands too near: pairs (rater, subject), triples with a direction (a sign, ``"close"`` or
    ``"opposed"``), a mapping from pair to direction, or one entry for each rating. Such ratings enter less a shift of
    uncertain size; `Estimates.without_conflicts` leaves them out instead, as REML does.

    A score that is no number or lies outside of the scale raises `InvalidValue`.
    """
    ends = None if scale is None else checked_scale(scale)
    if prior is not None and not isinstance(prior, Prior):
        raise InvalidValue("prior", "must be a Prior or None", shape(prior))
    if ends is None and prior is not None:
        raise InvalidValue("scale", "must be given where there is a prior", "nothing")
    rows: list[tuple[Hashable, Hashable, Row]] = []
    for triple in ratings:
        try:
            rater, subject, score = triple
        except (TypeError, ValueError):
            raise InvalidValue("rating", "must be (rater, subject, score)", shape(triple)) from None
        rows.append((checked_id("rater", rater), checked_id("subject", subject), Row(0, 0, checked_score(score, ends))))
    if conflicts is not None:
        marks = declared([(rater, subject) for rater, subject, _ in rows], conflicts)
        rows = [
            (rater, subject, row._replace(conflict=mark))
            for (rater, subject, row), mark in zip(rows, marks, strict=True)
        ]
    return Estimates(fitted(numbered(rows), scale=ends, prior=prior, treatment=Treatment.SHIFT))
