"""The oracle: what rules allow at one instant, written from their definitions, and a walk until all allow one.

Nothing here is clever or fast. It shares no code with the rules: the wall clock is read through `zoneinfo`, counting is
counting.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from feedbackkit.domain.basis import Contract, ExistingCustomer, PresumedConsent
from feedbackkit.domain.contact import ContactKind
from feedbackkit.domain.ledger import HeldRequest, Scope
from feedbackkit.domain.request import ContactPurpose, Occasion
from feedbackkit.policies import (
    AbsenceRule,
    BasisRule,
    Budget,
    CoolDown,
    MinimumGap,
    OfficeHours,
    OpenLimit,
    OptOutRule,
    PublicHolidays,
    PurposeRule,
    RefusalMemory,
    SubjectConsentRule,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from feedbackkit.policies import ContactRule, Proposal

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
MINUTE = 60_000_000


def wall(at_us: int, timezone: str) -> dt.datetime:
    """What the clock on a wall in that zone shows."""
    return (EPOCH + dt.timedelta(microseconds=at_us)).astimezone(ZoneInfo(timezone))


def time_of_day(text: str) -> dt.timedelta:
    """How long after midnight a time is."""
    hour, minute = text.split(":")
    return dt.timedelta(hours=int(hour), minutes=int(minute))


def in_office_hours(rule: OfficeHours, at_us: int, timezone: str) -> bool:
    """Whether the wall clock shows a time within the hours."""
    shown = wall(at_us, timezone)
    since_midnight = dt.timedelta(
        hours=shown.hour, minutes=shown.minute, seconds=shown.second, microseconds=shown.microsecond
    )
    return (
        time_of_day(rule.start) <= since_midnight < time_of_day(rule.end)
        and shown.weekday() in rule.weekdays
        and shown.date() not in rule.closed
    )


def within_budget(rule: Budget, at_us: int, proposal: Proposal) -> bool:
    """Whether no window around the instant would have more contacts than the limit."""
    ledger = proposal.ledger if rule.of == "person" else proposal.organisation
    window = rule.window // MICROSECOND
    everything = [*ledger.contacts, at_us]
    return all(
        sum(first <= contact < first + window for contact in everything) <= rule.limit
        for first in everything
        if first <= at_us < first + window
    )


def has_basis(at_us: int, proposal: Proposal) -> bool:
    """Whether the basis holds on the day that it is then where the respondent is."""
    person = proposal.person
    basis = person.basis
    if proposal.by_phone:
        basis = person.phone_basis or (basis if isinstance(basis, (Contract, PresumedConsent)) else None)
        if isinstance(basis, PresumedConsent) and person.organisation is None:
            return False
    elif isinstance(basis, PresumedConsent) or (isinstance(basis, ExistingCustomer) and not basis.complete):
        return False
    if basis is None:
        return False
    today = wall(at_us, proposal.person.timezone).date()
    return basis.since <= today and (basis.until is None or today < basis.until)


def is_wanted(at_us: int, proposal: Proposal) -> bool:
    """Whether no wish is against it."""
    return not any(
        (opt_out.until_us is None or at_us < opt_out.until_us)
        and (opt_out.begins_us is None or at_us >= opt_out.begins_us)
        and (
            opt_out.scope is Scope.ALL
            or (opt_out.scope is Scope.REMINDERS and proposal.kind in {ContactKind.REMINDER, ContactKind.CALL})
            or (opt_out.scope is Scope.SUBJECT and opt_out.subject == proposal.request.subject)
            or (opt_out.scope is Scope.OCCASION and opt_out.occasion is proposal.request.occasion)
        )
        for ledger in (proposal.ledger, proposal.organisation)
        for opt_out in ledger.opt_outs
    )


def far_enough(span: dt.timedelta, at_us: int, moments: Iterable[int]) -> bool:
    """Whether the instant is the span or more away from all of them."""
    return all(abs(at_us - moment) >= span // MICROSECOND for moment in moments)


def has_room(rule: OpenLimit, proposal: Proposal) -> bool:
    """Whether it opens no request beyond the limit."""
    still_open, request = proposal.ledger.open, proposal.request
    if proposal.kind is not ContactKind.ASK or request.key in still_open:
        return True
    own = HeldRequest(request.key, request.value)
    in_order = sorted({*proposal.ledger.woken, own}, key=lambda each: (-each.value, each.key))
    return len(still_open) + in_order.index(own) < rule.limit


def has_rested(rule: CoolDown, at_us: int, proposal: Proposal) -> bool:
    """Whether it is no ask, or far enough from the latest answer."""
    answered = proposal.ledger.answered_us
    return proposal.kind is not ContactKind.ASK or answered is None or far_enough(rule.rest, at_us, [answered])


def is_there(at_us: int, proposal: Proposal) -> bool:
    """Whether the respondent is not away on the day that it is then where they are."""
    today = wall(at_us, proposal.person.timezone).date()
    return not any(absence.since <= today < absence.until for absence in proposal.person.absences)


def is_no_holiday(rule: PublicHolidays, at_us: int, proposal: Proposal) -> bool:
    """Whether no list of holidays that concerns the respondent has the day that it is then where they are."""
    country, region = proposal.person.country, proposal.person.region
    today = wall(at_us, proposal.person.timezone).date()
    return not any(today in days for place, days in rule.dates or () if place in {country, f"{country}-{region}"})


def may_ask_again(rule: RefusalMemory, at_us: int, proposal: Proposal) -> bool:
    """Whether no other request about the same subject on the same occasion was declined too lately."""
    request = proposal.request
    return not any(
        (no.subject, no.occasion) == (request.subject, request.occasion)
        and no.request != request.key
        and (rule.rest is None or at_us - no.at_us < rule.rest // MICROSECOND)
        for no in proposal.ledger.refusals
    )


def subject_knows(at_us: int, proposal: Proposal) -> bool:
    """Whether it is no reference check, or its subject consents on the day that it is then where they are."""
    if proposal.request.occasion is not Occasion.REFERENCE_CHECK:
        return True
    subject = proposal.subject
    if subject is None or subject.reference_consent is None:
        return False
    consent, today = subject.reference_consent, wall(at_us, subject.timezone).date()
    return consent.since <= today and (consent.until is None or today < consent.until)


def allows(rule: ContactRule, at_us: int, proposal: Proposal) -> bool:  # noqa: C901 - one case for each rule
    """Whether one rule allows the contact at that instant, by the rule's definition."""
    match rule:
        case OfficeHours():
            allowed = in_office_hours(rule, at_us, proposal.person.timezone)
        case MinimumGap():
            allowed = far_enough(rule.gap, at_us, proposal.ledger.contacts)
        case Budget():
            allowed = within_budget(rule, at_us, proposal)
        case CoolDown():
            allowed = has_rested(rule, at_us, proposal)
        case OpenLimit():
            allowed = has_room(rule, proposal)
        case BasisRule():
            allowed = has_basis(at_us, proposal)
        case AbsenceRule():
            allowed = is_there(at_us, proposal)
        case PublicHolidays():
            allowed = is_no_holiday(rule, at_us, proposal)
        case RefusalMemory():
            allowed = may_ask_again(rule, at_us, proposal)
        case SubjectConsentRule():
            allowed = subject_knows(at_us, proposal)
        case PurposeRule():
            allowed = proposal.purpose is ContactPurpose.FEEDBACK
        case _:
            assert isinstance(rule, OptOutRule)
            allowed = is_wanted(at_us, proposal)
    return allowed


def clock(at_us: int, until_us: int, *, tick: int) -> Iterator[int]:
    """The instant asked about, and each full tick after it."""
    yield at_us
    yield from range((at_us // tick + 1) * tick, until_us + 1, tick)


def first_allowed(
    rules: Iterable[ContactRule], at_us: int, proposal: Proposal, *, until_us: int, tick: int
) -> int | None:
    """Walk the clock to the first tick that all rules allow; `None` where there is none until then."""
    asked = tuple(rules)
    for now in clock(at_us, until_us, tick=tick):
        if all(allows(rule, now, proposal) for rule in asked):
            return now
    return None
