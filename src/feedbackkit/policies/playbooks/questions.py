"""A playbook whose asks name questionnaires."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.domain.fields import member
from feedbackkit.domain.questionnaire import Questionnaire, questionnaire_ref
from feedbackkit.domain.request import Occasion
from feedbackkit.policies.planned import Playbook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedbackkit.domain.engagement import Engagement
    from feedbackkit.policies.planned import PlannedRequest

__all__ = ["Asking", "asking"]


@final
@attrs.frozen
class Asking:
    """What another playbook plans, each request with the questionnaire of its occasion, where there is one."""

    playbook: Playbook
    questionnaires: tuple[tuple[Occasion, str], ...]
    """Which questions are asked on which occasion, by `Questionnaire.ref`."""

    def __call__(self, engagement: Engagement, /) -> tuple[PlannedRequest, ...]:
        """The requests of the other playbook, in its order."""
        asked = dict(self.questionnaires)
        return tuple(
            attrs.evolve(request, questionnaire=asked.get(request.occasion, request.questionnaire))
            for request in self.playbook(engagement)
        )


def asking(playbook: Playbook, questionnaires: Mapping[Occasion | str, Questionnaire | str]) -> Asking:
    """A playbook whose requests ask the questions of a questionnaire: ``{"reference": "interim@1"}``.

    One of your own must be known to the desk before it plans: `Desk.add_questionnaire`.
    """
    return Asking(
        playbook,
        tuple(
            (
                member(Occasion, "asking.occasion", occasion),
                each.ref if isinstance(each, Questionnaire) else questionnaire_ref("asking.questionnaire", each),
            )
            for occasion, each in questionnaires.items()
        ),
    )
