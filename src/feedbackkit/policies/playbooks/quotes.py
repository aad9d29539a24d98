"""The playbook of testimonials: a sentence about the provider that may be quoted, from a client who is content."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.checks import line, whole
from feedbackkit.domain.fields import checked, instance_of
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import Form, Occasion
from feedbackkit.domain.signals import SignalKind
from feedbackkit.domain.source import Relation
from feedbackkit.policies.playbooks.interims import PROVIDER
from feedbackkit.policies.playbooks.making import days, planned

if TYPE_CHECKING:
    from feedbackkit.domain.engagement import Engagement
    from feedbackkit.policies.planned import PlannedRequest

__all__ = ["Testimonials"]

_TELLING: Final = frozenset({SignalKind.GOOD, SignalKind.BAD})


@final
@attrs.frozen(kw_only=True)
class Testimonials:
    """The playbook of testimonials: a sponsor who is content is asked for a sentence that may be quoted.

    It is asked for a while after the first good answer of the sponsor's, or after the last day where none has said
    anything; and not at all while the latest that says something is bad. It needs somebody's approval, so that nobody
    is quoted by accident. It goes with a playbook that asks for those answers: ``together(interim(), testimonials())``.
    """

    wait: dt.timedelta = attrs.field(default=dt.timedelta(weeks=1), validator=checked(days, "testimonials.wait"))
    """How long after the good answer, or the last day, it is due."""
    within: dt.timedelta = attrs.field(default=dt.timedelta(weeks=8), validator=checked(days, "testimonials.within"))
    """For how long it may be asked for."""
    approval: str | None = attrs.field(
        default="somebody decides whom to ask for a quotation",
        validator=checked(line, "testimonials.approval", limit=checks.NOTE_LIMIT, optional=True),
    )
    """Why somebody must approve it before it goes; `None`: nobody must."""
    provider: Person = attrs.field(
        default=PROVIDER, validator=instance_of(Person, "testimonials.provider", "must be a Person")
    )
    """As whom the provider is spoken of, whom it is about."""
    value: int = attrs.field(default=35, validator=checked(whole, "testimonials.value", least=0, most=100))
    """How much it is worth."""

    def __call__(self, engagement: Engagement, /) -> tuple[PlannedRequest, ...]:
        """The request, or none."""
        said = [
            signal
            for signal in engagement.signals
            if signal.kind in _TELLING and signal.respondent == engagement.sponsor.id
        ]
        if said and said[-1].kind is SignalKind.BAD:
            return ()
        good = (signal.on for signal in said if signal.kind is SignalKind.GOOD)
        due = next(good, engagement.last_day) + self.wait
        return (
            planned(
                engagement,
                engagement.sponsor,
                Occasion.REFERENCE,
                "testimonial",
                form=Form.WRITTEN,
                value=self.value,
                due=due,
                until=due + self.within,
                subject=self.provider,
                approval=self.approval,
                relation=Relation.SPONSOR,
            ),
        )
