"""The playbook of an interim mandate."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING, Final, NamedTuple, final

import attrs

from feedbackkit.domain.checks import whole, yes_or_no
from feedbackkit.domain.fields import checked, instance_of
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import Form, Occasion
from feedbackkit.domain.signals import SignalKind
from feedbackkit.errors import InvalidValue
from feedbackkit.policies.playbooks.making import START, after, days, in_order, planned, share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedbackkit.domain.engagement import Engagement
    from feedbackkit.domain.signals import Signal
    from feedbackkit.policies.planned import PlannedRequest

__all__ = ["LATEST_PEAK", "PROVIDER", "Interim"]

LATEST_PEAK: Final = 0.75
"""After this share of a period nobody should be asked for a reference for the first time: the end is in sight."""


PROVIDER: Final = Person(id="provider", name="the provider")
"""As whom the provider is spoken of, unless a playbook is told otherwise."""


class _Period(NamedTuple):
    """A part of an engagement with quality checks and a reference of its own."""

    cause: str
    starts: dt.date
    planned_ends: dt.date
    """The last day as agreed when it began: shares are taken of this."""
    ends: dt.date
    """The last day as things stand."""


@final
@attrs.frozen(kw_only=True)
class Interim:
    """The playbook of an interim mandate: the sponsor is asked about the professional, and both about the provider.

    - Quality checks, as talks, at the cadence that contracts promise, but not shortly before the end.
    - The written reference at the peak: past the middle of the planned period, brought forward by the first milestone,
      extension or good quality check once enough has been seen; always well before the end, since whoever has done its
      duty is gone. After a bad quality check it needs somebody's approval, until a good one follows.
    - The professional's self-assessment, in writing, shortly before the peak: to be laid beside what the sponsor says.
    - The closing review, as a talk, shortly before the last day; it moves with it.
    - How the provider did, in writing, from both sides: the sponsor's view with the closing review, so that both come
      in one contact, and the professional's on the same day.
    - A long extension is a period of its own, with quality checks, a self-assessment and a refreshed reference. A short
      one prolongs the period that it falls in.

    A milestone brings no request of its own: it is the occasion to ask for the reference, and the sponsor's time is
    better spent on that than on one more talk.

    Extensions are numbered in the order in which they were agreed, so a further one shifts none. What would fall after
    an early end is left out, and so is the reference of a period that is cut so short that nobody has seen enough.
    """

    first_check: dt.timedelta = attrs.field(
        default=dt.timedelta(weeks=4), validator=checked(days, "interim.first_check")
    )
    """How long after the first day of a period the first quality check is due."""
    check_every: dt.timedelta = attrs.field(
        default=dt.timedelta(weeks=12), validator=checked(days, "interim.check_every")
    )
    """How far apart quality checks are; one that could not be made by half-way to the next is not made."""
    check_before_end: dt.timedelta = attrs.field(
        default=dt.timedelta(weeks=3), validator=checked(days, "interim.check_before_end")
    )
    """How long before the last day of a period no quality check is due any more: the closing review is near."""
    opening: float = attrs.field(default=0.25, validator=checked(share, "interim.opening"))
    """From which share of a period on a milestone, an extension or a good check brings its reference forward."""
    peak: float = attrs.field(default=0.6, validator=checked(share, "interim.peak"))
    """At which share of the planned period the reference is due by itself."""
    reference_before_end: dt.timedelta = attrs.field(
        default=dt.timedelta(weeks=4), validator=checked(days, "interim.reference_before_end")
    )
    """How long before the last day it is due at the latest: the time of one whole ladder."""
    closing_before_end: dt.timedelta = attrs.field(
        default=dt.timedelta(weeks=2), validator=checked(days, "interim.closing_before_end")
    )
    """How long before the last day the closing review is due."""
    after_end: dt.timedelta = attrs.field(default=dt.timedelta(weeks=4), validator=checked(days, "interim.after_end"))
    """How long after the last day reference and closing review may still be asked for, where they were held up."""
    long_extension: dt.timedelta = attrs.field(
        default=dt.timedelta(days=180), validator=checked(days, "interim.long_extension")
    )
    """From which length on an extension is a period of its own."""
    self_assessment: float | None = attrs.field(
        default=0.5, validator=checked(share, "interim.self_assessment", optional=True)
    )
    """At which share of the planned period the professional is asked for a self-assessment; `None` for none."""
    provider_view: bool = attrs.field(default=True, validator=checked(yes_or_no, "interim.provider_view"))
    """Whether the sponsor and the professional are asked how the provider did."""
    provider: Person = attrs.field(
        default=PROVIDER, validator=instance_of(Person, "interim.provider", "must be a Person")
    )
    """As whom the provider is spoken of where its own work is asked about: an id, and the name that a reader sees."""
    check_value: int = attrs.field(default=40, validator=checked(whole, "interim.check_value", least=0, most=100))
    """How much a quality check is worth."""
    reference_value: int = attrs.field(
        default=90, validator=checked(whole, "interim.reference_value", least=0, most=100)
    )
    """How much a reference is worth."""
    self_value: int = attrs.field(default=50, validator=checked(whole, "interim.self_value", least=0, most=100))
    """How much a self-assessment is worth."""
    closing_value: int = attrs.field(default=60, validator=checked(whole, "interim.closing_value", least=0, most=100))
    """How much a closing review is worth."""
    view_value: int = attrs.field(default=30, validator=checked(whole, "interim.view_value", least=0, most=100))
    """How much a view of the provider is worth."""

    def __attrs_post_init__(self) -> None:
        if not self.opening <= self.peak <= LATEST_PEAK:
            raise InvalidValue("interim.peak", f"must be from the opening to {LATEST_PEAK}", "a share outside of it")

    def __call__(self, engagement: Engagement, /) -> tuple[PlannedRequest, ...]:
        """The requests of the engagement as it is known, in order of their due dates and keys."""
        return in_order(self._requests(engagement))

    def _requests(self, engagement: Engagement) -> Iterator[PlannedRequest]:
        for period in self._periods(engagement):
            yield from self._quality_checks(engagement, period)
            yield from self._at_the_peak(engagement, period)
        yield from self._at_the_end(engagement)

    def _periods(self, engagement: Engagement) -> Iterator[_Period]:
        """The engagement from its start, and each long extension; short ones prolong what is before them.

        A period that an early end cuts off ends before it starts, and has no day on which anything could be due.
        """
        last_day = engagement.last_day
        period = _Period(START, engagement.starts, engagement.ends, engagement.ends)
        for n, extension in enumerate(engagement.extensions, start=1):
            if extension.ends - period.ends < self.long_extension:
                period = period._replace(ends=extension.ends)
                continue
            yield period._replace(ends=min(period.ends, last_day))
            first_day = period.ends + dt.timedelta(days=1)
            period = _Period(f"extension-{n}", first_day, extension.ends, extension.ends)
        yield period._replace(ends=min(period.ends, last_day))

    def _quality_checks(self, engagement: Engagement, period: _Period) -> Iterator[PlannedRequest]:
        last = period.ends - self.check_before_end
        recurring = (period.starts + self.first_check + number * self.check_every for number in itertools.count())
        for k, due in enumerate(itertools.takewhile(lambda due: due <= last, recurring), start=1):
            yield planned(
                engagement,
                engagement.sponsor,
                Occasion.QUALITY_CHECK,
                period.cause,
                k,
                form=Form.TALK,
                value=self.check_value,
                due=due,
                until=min(due + self.check_every / 2, period.ends + dt.timedelta(days=1)),
            )

    def _at_the_peak(self, engagement: Engagement, period: _Period) -> Iterator[PlannedRequest]:
        """The reference and the self-assessment, unless the period is so short that nobody has seen enough."""
        last = period.ends - self.reference_before_end
        if last < after(period.starts, period.ends, self.opening):
            return
        until = period.ends + self.after_end
        yield planned(
            engagement,
            engagement.sponsor,
            Occasion.REFERENCE,
            period.cause,
            form=Form.WRITTEN,
            value=self.reference_value,
            due=min(self._peak(engagement, period), last),
            until=until,
            approval=_held_back(engagement),
        )
        if self.self_assessment is not None:
            yield planned(
                engagement,
                engagement.subject,
                Occasion.SELF_ASSESSMENT,
                period.cause,
                form=Form.WRITTEN,
                value=self.self_value,
                due=min(after(period.starts, period.planned_ends, self.self_assessment), last),
                until=until,
            )

    def _peak(self, engagement: Engagement, period: _Period) -> dt.date:
        opening = after(period.starts, period.planned_ends, self.opening)
        signs = [milestone.on for milestone in engagement.milestones]
        signs += [extension.agreed for extension in engagement.extensions]
        signs += [signal.on for signal in _checks(engagement) if signal.kind is SignalKind.GOOD]
        brought_forward = (sign for sign in signs if sign >= opening)
        return min([*brought_forward, after(period.starts, period.planned_ends, self.peak)])

    def _at_the_end(self, engagement: Engagement) -> Iterator[PlannedRequest]:
        """The closing review and the views of the provider: both of the sponsor's in one contact."""
        due = max(engagement.last_day - self.closing_before_end, engagement.starts)
        until = engagement.last_day + self.after_end
        yield planned(
            engagement,
            engagement.sponsor,
            Occasion.CLOSING_REVIEW,
            START,
            form=Form.TALK,
            value=self.closing_value,
            due=due,
            until=until,
        )
        if self.provider_view:
            for side, person in (("client", engagement.sponsor), ("professional", engagement.subject)):
                yield planned(
                    engagement,
                    person,
                    Occasion.PROVIDER_VIEW,
                    side,
                    form=Form.WRITTEN,
                    value=self.view_value,
                    due=due,
                    until=until,
                    subject=self.provider,
                )


def _checks(engagement: Engagement) -> Iterator[Signal]:
    """What the quality checks said so far, in order of time, where they said something."""
    telling = {SignalKind.GOOD, SignalKind.BAD}
    return (each for each in engagement.signals if each.occasion is Occasion.QUALITY_CHECK and each.kind in telling)


def _held_back(engagement: Engagement) -> str | None:
    """Why nobody is asked for a reference without a word from the owner: the latest check that said anything is bad."""
    telling = list(_checks(engagement))
    if not telling or telling[-1].kind is not SignalKind.BAD:
        return None
    return f"the quality check {telling[-1].request} was bad"
