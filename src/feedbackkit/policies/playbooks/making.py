"""What the shipped playbooks share: settings that are checked, shares of a period, requests in local days."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from feedbackkit.domain.checks import number, shape
from feedbackkit.domain.times import DAY_US, local_midnight
from feedbackkit.errors import InvalidValue
from feedbackkit.policies.planned import PlannedRequest
from feedbackkit.policies.spans import checked_span, microseconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedbackkit.domain.engagement import Engagement
    from feedbackkit.domain.people import Person
    from feedbackkit.domain.request import Form, Occasion, Siblings
    from feedbackkit.domain.source import Relation

__all__ = ["START", "after", "cause_of", "day_after", "days", "in_order", "planned", "share"]

START: Final = "start"
"""The cause of what an engagement brings from its start on."""


def days(field: str, value: object) -> None:
    """Check a setting that is a span of whole days."""
    if not isinstance(value, dt.timedelta) or microseconds(checked_span(value, field)) % DAY_US:
        raise InvalidValue(field, "must be whole days or weeks", shape(value))


def share(field: str, value: object) -> None:
    """Check a setting that is a share of a period."""
    if not 0 <= number(field, value) <= 1:
        raise InvalidValue(field, "must be a share from 0 to 1", "a number outside of it")


def after(starts: dt.date, ends: dt.date, part: float) -> dt.date:
    """The day on which that share of a period is over."""
    return starts + dt.timedelta(days=int(((ends - starts).days + 1) * part))


def day_after(date: dt.date) -> dt.date:
    """The day after."""
    return date + dt.timedelta(days=1)


def cause_of(person: Person) -> str:
    """The cause of what is asked of one person in particular: the id, which a desk gives to everybody."""
    if person.id is None:
        raise InvalidValue("referee.person", "must have an id, as everybody has whom a desk knows", "none")
    return person.id


def planned(  # noqa: PLR0913 - what a request is made of, in days
    engagement: Engagement,
    respondent: Person,
    occasion: Occasion,
    cause: str,
    k: int = 1,
    *,
    form: Form,
    value: int,
    due: dt.date,
    until: dt.date,
    subject: Person | None = None,
    approval: str | None = None,
    relation: Relation | None = None,
    siblings: Siblings | None = None,
    anonymity: int | None = None,
) -> PlannedRequest:
    """A request about the engagement's subject, from the start of one day to that of another where its respondent is.

    `subject`: somebody else whom it is about.
    """
    return PlannedRequest(
        engagement=engagement.id,
        occasion=occasion,
        cause=cause,
        k=k,
        respondent=respondent,
        subject=subject or engagement.subject,
        form=form,
        value=value,
        due_us=local_midnight(due, respondent.timezone),
        until_us=local_midnight(until, respondent.timezone),
        approval=approval,
        relation=relation,
        siblings=siblings,
        anonymity=anonymity,
    )


def in_order(requests: Iterable[PlannedRequest]) -> tuple[PlannedRequest, ...]:
    """In order of due dates and keys, as a playbook gives them."""
    return tuple(sorted(requests, key=lambda request: (request.due_us, request.key)))
