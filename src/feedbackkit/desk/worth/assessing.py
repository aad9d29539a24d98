"""Assessing a subject: each question fitted over all answers of the provider. Nothing here writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk.plans.questioning import asked_by
from feedbackkit.desk.worth import flagging
from feedbackkit.desk.worth.voices import voices_about
from feedbackkit.domain.checks import shape
from feedbackkit.errors import InvalidValue
from feedbackkit.evidence.assessment import assess, assessed
from feedbackkit.evidence.dossier.stating import rated_on, scale_of
from feedbackkit.evidence.prior import DEFAULT, Prior

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedbackkit.desk.context import Context
    from feedbackkit.evidence.assessment import Assessment
    from feedbackkit.evidence.fitting.model import Treatment

__all__ = ["assessments"]


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
    upheld = await flagging.upheld(context, subject)
    voices = [flagging.less_apart(voice, upheld) for voice in await voices_about(context, about=None)]
    questionnaires = await asked_by(context, voices)
    found: dict[str, Assessment] = {}
    for name in assessed(voices, subject):
        asked = {voice.request.questionnaire for voice in voices if name in voice.answer.items}
        own = scales.get(name)
        scale = own or scale_of([questionnaires[ref] for ref in sorted(filter(None, asked))], name)
        question = assess(
            rated_on(voices, name, scale, questionnaires if own is None else {}),
            name,
            scale=scale,
            prior=prior or DEFAULT,
            conflicts=conflicts,
            minimum=minimum,
            fits=context.fits,
        )
        found[name] = question.about(subject)
    return found
