"""Assessing a subject: each question fitted over all answers of the provider. Nothing here writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.desk.questioning import questionnaire_of
from feedbackkit.desk.voices import voices_about
from feedbackkit.domain.checks import shape
from feedbackkit.domain.questionnaire import Rating
from feedbackkit.errors import InvalidValue
from feedbackkit.evidence.assessment import assess, assessed
from feedbackkit.evidence.prior import DEFAULT, Prior

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedbackkit.desk.context import Context
    from feedbackkit.domain.voice import Voice
    from feedbackkit.evidence.assessment import Assessment
    from feedbackkit.evidence.model import Treatment

__all__ = ["assessments"]

_USUAL: Final = (1.0, 5.0)


async def assessments(
    context: Context,
    subject: str,
    *,
    scales: Mapping[str, tuple[float, float]],
    prior: Prior | None,
    conflicts: Treatment | str,
    minimum: int,
) -> dict[str, Assessment]:
    """The assessment of a subject on each question with numbers, in order of the questions' names."""
    if prior is not None and not isinstance(prior, Prior):
        raise InvalidValue("assess.prior", "must be a Prior", shape(prior))
    voices = await voices_about(context, about=None)
    found: dict[str, Assessment] = {}
    for name in assessed(voices, subject):
        asked = {voice.request.questionnaire for voice in voices if name in voice.answer.items}
        known = [await _scale(context, ref, name) for ref in sorted(ref for ref in asked if ref is not None)]
        scale = scales.get(name) or next((one for one in known if one is not None), _USUAL)
        within = [voice for voice in voices if _within(voice, name, scale)]
        question = assess(
            within, name, scale=scale, prior=prior or DEFAULT, conflicts=conflicts, minimum=minimum, fits=context.fits
        )
        found[name] = question.about(subject)
    return found


async def _scale(context: Context, ref: str, name: str) -> tuple[float, float] | None:
    for question in (await questionnaire_of(context, ref)).questions:
        if question.name == name and isinstance(question, Rating):
            return float(question.least), float(question.most)
    return None


def _within(voice: Voice, name: str, scale: tuple[float, float]) -> bool:
    """Whether an answer is a number on the scale; one on another scale is no rating of this question."""
    said = voice.answer.items.get(name)
    return not isinstance(said, (int, float)) or isinstance(said, bool) or scale[0] <= said <= scale[1]
