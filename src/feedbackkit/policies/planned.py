"""What a playbook plans: requests with keys that stay what they are while the plan changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, final

import attrs

from feedbackkit.domain.benefit import Benefit
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import Form, Occasion, Siblings
from feedbackkit.domain.source import Relation
from feedbackkit.domain.times import face

if TYPE_CHECKING:
    import pendulum

    from feedbackkit.domain.engagement import Engagement

__all__ = ["PlannedRequest", "Playbook", "planned_key", "promising"]


def planned_key(engagement: str, occasion: Occasion, cause: str, k: int) -> str:
    """The key of a planned request: ``engagement/occasion/cause/k``.

    The cause is what brings it, by a name of its own: the start, an extension, a milestone. What is counted is counted
    per cause, so that a new cause shifts no other key.
    """
    return f"{engagement}/{occasion}/{cause}/{k}"


@final
@attrs.frozen(kw_only=True)
class PlannedRequest:
    """One request that an engagement brings."""

    engagement: str
    """The id of the engagement."""
    occasion: Occasion
    """The purpose."""
    cause: str
    """What brings it, or whose view it is: ``start``, ``extension-1``, ``client``."""
    k: int
    """Its number among those of one cause and occasion, from 1 on."""
    respondent: Person
    """Who is asked."""
    subject: Person
    """Whom it is about."""
    form: Form
    """The medium in which an answer is hoped for."""
    value: int
    """How much the answer is worth, 0 to 100."""
    due_us: int
    """When the ask is due: the first instant of its day in the respondent's zone."""
    benefit: Benefit | None = None
    """What the respondent is promised for an answer, whatever it says."""
    until_us: int
    """When asking makes no sense any more: the first instant of that day in the respondent's zone."""
    approval: str | None = None
    """Why somebody of the provider's must approve it before it goes, without personal data; `None`: nobody must."""
    relation: Relation | None = None
    """How the respondent stands to the subject, where that is known."""
    siblings: Siblings | None = None
    """With which others it makes up a number of answers."""
    questionnaire: str | None = None
    """Which questions are asked, by `Questionnaire.ref`; `None` for free ones."""
    anonymity: int | None = None
    """Among how many answers at least it is promised to be shown; `None`: with the respondent's name."""

    @property
    def key(self) -> str:
        """``engagement/occasion/cause/k``."""
        return planned_key(self.engagement, self.occasion, self.cause, self.k)

    @property
    def due(self) -> pendulum.DateTime:
        """When the ask is due, in UTC."""
        return face(self.due_us)

    @property
    def until(self) -> pendulum.DateTime:
        """When asking makes no sense any more, in UTC."""
        return face(self.until_us)


class Playbook(Protocol):
    """Which requests an engagement brings, as a pure function; any function with this signature is one."""

    def __call__(self, engagement: Engagement, /) -> tuple[PlannedRequest, ...]:
        """All requests of the engagement as it is known, in order of their due dates and keys.

        What came back so far stands in its `signals`. Each key comes once. More knowledge may move a request, end it or
        bring others, but gives none another key.
        """
        ...


def promising(playbook: Playbook, benefit: Benefit, *occasions: Occasion) -> Playbook:
    """The playbook with a benefit promised in its asks: on some occasions, or on all where none is named."""

    def promised(engagement: Engagement, /) -> tuple[PlannedRequest, ...]:
        return tuple(
            attrs.evolve(planned, benefit=benefit) if not occasions or planned.occasion in occasions else planned
            for planned in playbook(engagement)
        )

    return promised
