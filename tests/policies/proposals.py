"""Proposals to try contact rules on, and instants written as people write them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from feedbackkit.domain.basis import Consent
from feedbackkit.domain.contact import ContactKind
from feedbackkit.domain.ledger import Ledger
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import Occasion, Request
from feedbackkit.domain.times import DAY_US, HOUR_US, instant
from feedbackkit.policies import Proposal

if TYPE_CHECKING:
    from feedbackkit.domain.basis import Basis

NOON = instant("2026-06-10T12:00:00+00:00")
"""A Wednesday in the middle of office hours, in UTC."""
CONSENT = Consent("a ticked box", since="2020-01-01")
NOTHING = Ledger()

ASK = ContactKind.ASK
REMINDER = ContactKind.REMINDER


def days(number: float) -> dt.timedelta:
    """A span of days."""
    return dt.timedelta(days=number)


def after(number: float) -> int:
    """The instant so many days after `NOON`; before it where the number is negative."""
    return NOON + int(number * DAY_US)


def hours_after(number: float) -> int:
    """The instant so many hours after `NOON`."""
    return NOON + int(number * HOUR_US)


def contacts(*numbers: float) -> Ledger:
    """A ledger with contacts so many days after `NOON`."""
    return Ledger(contacts=tuple(after(number) for number in sorted(numbers)))


def person(*, timezone: str = "UTC", basis: Basis | None = CONSENT) -> Person:
    """A respondent who may be asked."""
    return Person(id="respondent", name="Dr. Anna Weber", timezone=timezone, basis=basis)


def proposal(
    ledger: Ledger = NOTHING,
    *,
    organisation: Ledger = NOTHING,
    kind: ContactKind = ASK,
    respondent: Person | None = None,
    key: str = "M-17/reference/start/1",
    occasion: Occasion = Occasion.REFERENCE,
    **more: Any,
) -> Proposal:
    """A contact that one would like to make."""
    request = Request(key=key, respondent="respondent", subject="subject", occasion=occasion)
    who = respondent or person()
    return Proposal(request=request, kind=kind, person=who, ledger=ledger, organisation=organisation, **more)
