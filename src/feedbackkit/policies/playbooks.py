"""Playbooks: which occasions an engagement has, and when.

A playbook is a pure function of what is known about an engagement. Planning again with what is known by then adds,
moves and withdraws what has not gone out; so the same request must come back under the same key, wherever it moved.
"""

from __future__ import annotations

import datetime as dt
import itertools
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, final

import attrs

from feedbackkit.domain.checks import number, shape, whole
from feedbackkit.domain.fields import checked
from feedbackkit.domain.request import Form, Occasion
from feedbackkit.domain.times import DAY_US, local_midnight
from feedbackkit.errors import InvalidValue, NotFound
from feedbackkit.policies.planned import PlannedRequest
from feedbackkit.policies.spans import checked_span, microseconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from feedbackkit.domain.engagement import Engagement
    from feedbackkit.policies.planned import Playbook

__all__ = ["Interim", "by_name", "interim"]

START: Final = "start"
"""The cause of what an engagement brings from its start on."""

LATEST_PEAK: Final = 0.75
"""After this share of a period nobody should be asked for a reference for the first time: the end is in sight."""


class _Period(NamedTuple):
    """A part of an engagement with quality checks and a reference of its own."""

    cause: str
    starts: dt.date
    planned_ends: dt.date
    """The last day as agreed when it began: shares are taken of this."""
    ends: dt.date
    """The last day as things stand."""


def _days(field: str, value: object) -> None:
    if not isinstance(value, dt.timedelta) or microseconds(checked_span(value, field)) % DAY_US:
        raise InvalidValue(field, "must be whole days or weeks", shape(value))


def _share(field: str, value: object) -> None:
    if not 0 <= number(field, value) <= 1:
        raise InvalidValue(field, "must be a share from 0 to 1", "a number outside of it")


@final
@attrs.frozen(kw_only=True)
class Interim:
    """The playbook of an interim mandate: the sponsor is asked about the professional.

    - Quality checks, as talks, at the cadence that contracts promise, but not shortly before the end.
    - The written reference at the peak: past the middle of the planned period, brought forward by the first milestone
      or extension once enough has been seen; always well before the end, since whoever has done its duty is gone.
    - The closing review, as a talk, shortly before the last day; it moves with it.
    - A long extension is a period of its own, with quality checks and a refreshed reference. A short one prolongs the
      period that it falls in.

    A milestone brings no request of its own: it is the occasion to ask for the reference, and the sponsor's time is
    better spent on that than on one more talk.

    Extensions are numbered in the order in which they were agreed, so a further one shifts none. What would fall after
    an early end is left out, and so is the reference of a period that is cut so short that nobody has seen enough.
    """

    first_check: dt.timedelta = attrs.field(
        default=dt.timedelta(weeks=4), validator=checked(_days, "interim.first_check")
    )
    """How long after the first day of a period the first quality check is due."""
    check_every: dt.timedelta = attrs.field(
        default=dt.timedelta(weeks=12), validator=checked(_days, "interim.check_every")
    )
    """How far apart quality checks are; one that could not be made by half-way to the next is not made."""
    check_before_end: dt.timedelta = attrs.field(
        default=dt.timedelta(weeks=3), validator=checked(_days, "interim.check_before_end")
    )
    """How long before the last day of a period no quality check is due any more: the closing review is near."""
    opening: float = attrs.field(default=0.25, validator=checked(_share, "interim.opening"))
    """From which share of a period on a milestone or an extension brings its reference forward."""
    peak: float = attrs.field(default=0.6, validator=checked(_share, "interim.peak"))
    """At which share of the planned period the reference is due by itself."""
    reference_before_end: dt.timedelta = attrs.field(
        default=dt.timedelta(weeks=4), validator=checked(_days, "interim.reference_before_end")
    )
    """How long before the last day it is due at the latest: the time of one whole ladder."""
    closing_before_end: dt.timedelta = attrs.field(
        default=dt.timedelta(weeks=2), validator=checked(_days, "interim.closing_before_end")
    )
    """How long before the last day the closing review is due."""
    after_end: dt.timedelta = attrs.field(default=dt.timedelta(weeks=4), validator=checked(_days, "interim.after_end"))
    """How long after the last day reference and closing review may still be asked for, where they were held up."""
    long_extension: dt.timedelta = attrs.field(
        default=dt.timedelta(days=180), validator=checked(_days, "interim.long_extension")
    )
    """From which length on an extension is a period of its own."""
    check_value: int = attrs.field(default=40, validator=checked(whole, "interim.check_value", least=0, most=100))
    """How much a quality check is worth."""
    reference_value: int = attrs.field(
        default=90, validator=checked(whole, "interim.reference_value", least=0, most=100)
    )
    """How much a reference is worth."""
    closing_value: int = attrs.field(default=60, validator=checked(whole, "interim.closing_value", least=0, most=100))
    """How much a closing review is worth."""

    def __attrs_post_init__(self) -> None:
        if not self.opening <= self.peak <= LATEST_PEAK:
            raise InvalidValue("interim.peak", f"must be from the opening to {LATEST_PEAK}", "a share outside of it")

    def __call__(self, engagement: Engagement, /) -> tuple[PlannedRequest, ...]:
        """The requests of the engagement as it is known, in order of their due dates and keys."""
        planned = [self._closing_review(engagement)]
        for period in self._periods(engagement):
            planned.extend(self._quality_checks(engagement, period))
            planned.extend(self._reference(engagement, period))
        return tuple(sorted(planned, key=lambda request: (request.due_us, request.key)))

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
            until = min(due + self.check_every / 2, period.ends + dt.timedelta(days=1))
            yield _planned(
                engagement, Occasion.QUALITY_CHECK, period.cause, k, Form.TALK, self.check_value, due=due, until=until
            )

    def _reference(self, engagement: Engagement, period: _Period) -> Iterator[PlannedRequest]:
        last = period.ends - self.reference_before_end
        if last < _after(period.starts, period.ends, self.opening):
            return
        opening = _after(period.starts, period.planned_ends, self.opening)
        peak = _after(period.starts, period.planned_ends, self.peak)
        signals = [milestone.on for milestone in engagement.milestones]
        signals += [extension.agreed for extension in engagement.extensions]
        brought_forward = (signal for signal in signals if signal >= opening)
        due = min(*brought_forward, peak, last)
        until = period.ends + self.after_end
        yield _planned(
            engagement, Occasion.REFERENCE, period.cause, 1, Form.WRITTEN, self.reference_value, due=due, until=until
        )

    def _closing_review(self, engagement: Engagement) -> PlannedRequest:
        due = max(engagement.last_day - self.closing_before_end, engagement.starts)
        until = engagement.last_day + self.after_end
        return _planned(
            engagement, Occasion.CLOSING_REVIEW, START, 1, Form.TALK, self.closing_value, due=due, until=until
        )


def _after(starts: dt.date, ends: dt.date, share: float) -> dt.date:
    """The day on which that share of a period is over."""
    return starts + dt.timedelta(days=int(((ends - starts).days + 1) * share))


def _planned(
    engagement: Engagement,
    occasion: Occasion,
    cause: str,
    k: int,
    form: Form,
    value: int,
    *,
    due: dt.date,
    until: dt.date,
) -> PlannedRequest:
    """A request to the sponsor about the subject, from the start of one day to that of another where the sponsor is."""
    timezone = engagement.sponsor.timezone
    return PlannedRequest(
        engagement=engagement.id,
        occasion=occasion,
        cause=cause,
        k=k,
        respondent=engagement.sponsor,
        subject=engagement.subject,
        form=form,
        value=value,
        due_us=local_midnight(due, timezone),
        until_us=local_midnight(until, timezone),
    )


interim: Final = Interim
"""The same under the name by which a program asks for it: ``playbooks.interim()``."""

_BY_NAME: Final[Mapping[str, Callable[[], Playbook]]] = MappingProxyType({"interim": Interim})


def by_name(name: str) -> Playbook:
    """The shipped playbook of that name as it comes, for a command line or a file of settings.

    A playbook of one's own needs no name: it is handed to the desk as it is.
    """
    make = _BY_NAME.get(name)
    if make is None:
        raise NotFound("playbook", name)
    return make()
