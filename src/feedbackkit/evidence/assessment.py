"""What is known of one subject on one question: the number, how sure it is, and all that stands beside it."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import TYPE_CHECKING, TypeGuard, final

import attrs

from feedbackkit.domain.request import Occasion
from feedbackkit.domain.source import Relation
from feedbackkit.domain.voice import Voice
from feedbackkit.evidence.certainty import Certainty, Concern, certainty
from feedbackkit.evidence.dossier import LEAST_SOURCES
from feedbackkit.evidence.estimates import Estimate, Severity
from feedbackkit.evidence.fitting.fit import Fit
from feedbackkit.evidence.fitting.fits import Fits
from feedbackkit.evidence.fitting.model import Treatment
from feedbackkit.evidence.prior import DEFAULT, Prior
from feedbackkit.evidence.ratings import Conflict, Judgement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


__all__ = ["Assessment", "Question", "assess", "assessed"]


@final
@attrs.frozen(kw_only=True)
class Assessment:
    """One subject on one question; compares by its numbers."""

    subject: Hashable
    question: str
    estimate: Estimate
    """The estimate, declared conflicts treated as was chosen, by default left out."""
    with_conflicts: Estimate | None
    """The estimate that includes answers under a declared conflict, less a shift of uncertain size; `None` where
    nobody declared one about this subject."""
    independent_sources: int
    """How many who entered speak for themselves: no conflict, not the subject, and not at its wish."""
    minimum: int
    """How many of them a headline number needs."""
    certainty: Certainty
    concerns: tuple[Concern, ...]
    """What lowered the certainty."""
    self_assessment: float | None
    """What the subject said of itself, the mean of several; it never enters the estimate."""
    always_top: tuple[Severity, ...]
    """Sources who gave the top score to everybody they rated; no model can tell who of these is honest."""

    @property
    def headline(self) -> float | None:
        """The number to show alone; `None` below the minimum of independent sources."""
        return self.estimate.mean if self.independent_sources >= self.minimum else None

    @property
    def self_gap(self) -> float | None:
        """By how much the subject rates itself above the estimate; `None` without a self-assessment."""
        return None if self.self_assessment is None else self.self_assessment - self.estimate.mean

    def explain(self, locale: str = "en") -> str:
        """All of it in words, in English or German (``de``)."""
        from feedbackkit.evidence.words import assessment_explained

        return assessment_explained(self, locale)


@final
@attrs.frozen(kw_only=True)
class Question:
    """All voices on one question, fitted once; assesses one subject after the other."""

    name: str
    _voices: tuple[Voice, ...] = attrs.field(alias="voices", repr=False)
    _fit: Fit = attrs.field(alias="fit", repr=False, eq=False)
    _shifted: Fit = attrs.field(alias="shifted", repr=False, eq=False)
    _minimum: int = attrs.field(alias="minimum")

    @property
    def fit(self) -> Fit:
        """The fit behind the estimates."""
        return self._fit

    def about(self, subject: str) -> Assessment:
        """The assessment of one subject; of one nobody spoke about, what the pool says of anybody."""
        estimate = self._fit.estimate(subject)
        entered = {line.key for line in estimate.contributions if not line.of_pool}
        about = [voice for voice in self._voices if voice.subject == subject and self.name in voice.answer.items]
        others = [voice for voice in about if not _of_self(voice)]
        apart = [voice for voice in others if voice.request.key in entered]
        conflicts = sum(voice.source.conflict is not None for voice in others)
        grade, concerns = certainty(estimate, self._fit, [voice.source for voice in apart], conflicts=conflicts)
        own = [_number(voice, self.name) for voice in about if _of_self(voice)]
        raters = dict.fromkeys(line.rater for line in estimate.contributions if not line.of_pool)
        return Assessment(
            subject=subject,
            question=self.name,
            estimate=estimate,
            with_conflicts=self._shifted.estimate(subject) if conflicts else None,
            independent_sources=len({voice.respondent for voice in apart if voice.source.stands_apart}),
            minimum=self._minimum,
            certainty=grade,
            concerns=concerns,
            self_assessment=math.fsum(own) / len(own) if own else None,
            always_top=tuple(one for one in map(self._fit.severity, raters) if one.always_top),
        )


def assess(
    voices: Iterable[Voice],
    name: str,
    *,
    scale: tuple[float, float] = (1, 5),
    prior: Prior = DEFAULT,
    conflicts: Treatment | str = Treatment.LEAVE_OUT,
    minimum: int = LEAST_SOURCES,
    weights: Mapping[str, float] | None = None,
    fits: Fits | None = None,
) -> Question:
    """Fit one question over all voices of a provider.

    Self-assessments and what was said of the provider do not enter; numbers outside of the scale raise
    `InvalidValue`. `weights` are the caller's own, by the key of the request; without any, each answer counts alike.
    `fits` gives a fit of the very same ratings that was made before.
    """
    spoken = tuple(
        voice
        for voice in voices
        if _is_number(voice.answer.items.get(name)) and voice.request.occasion is not Occasion.PROVIDER_VIEW
    )
    ratings = [
        Judgement(
            rater=voice.respondent,
            subject=voice.subject,
            score=_number(voice, name),
            weight=1.0 if weights is None else weights.get(voice.request.key, 1.0),
            conflict=Conflict.NONE if voice.source.conflict is None else Conflict.UNCLEAR,
            key=voice.request.key,
        )
        for voice in spoken
        if not _of_self(voice)
    ]
    fit = (fits or Fits(0)).fit
    found = fit(ratings, scale=scale, prior=prior, conflicts=conflicts)
    declared = any(rating.conflict is not Conflict.NONE for rating in ratings)
    shifted = fit(ratings, scale=scale, prior=prior, conflicts=Treatment.SHIFT) if declared else found
    return Question(name=name, voices=spoken, fit=found, shifted=shifted, minimum=minimum)


def assessed(voices: Iterable[Voice], subject: str) -> list[str]:
    """The questions on which somebody gave a number about a subject, in order of their names."""
    return sorted(
        {
            name
            for voice in voices
            if voice.subject == subject and voice.request.occasion is not Occasion.PROVIDER_VIEW
            for name, said in voice.answer.items.items()
            if _is_number(said)
        }
    )


def _of_self(voice: Voice) -> bool:
    return voice.source.relation is Relation.SELF


def _number(voice: Voice, name: str) -> float:
    said = voice.answer.items[name]
    return float(said) if _is_number(said) else math.nan


def _is_number(said: object) -> TypeGuard[int | float]:
    return isinstance(said, (int, float)) and not isinstance(said, bool)
