"""What finding the earliest permitted instant costs, over all default rules together."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from benchmarks.harness import CPU, Candidate, Outcome, Target, alternate
from benchmarks.lifecycle.story import DAY_US, START_US
from feedbackkit.domain.basis import Contract
from feedbackkit.domain.contact import ContactKind
from feedbackkit.domain.decision import At
from feedbackkit.domain.ledger import Ledger
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import Occasion, Request
from feedbackkit.policies import Proposal, default_rules

if TYPE_CHECKING:
    from collections.abc import Callable

HOUR_US = 3_600_000_000
ZONE = "Europe/Berlin"
QUESTIONS = tuple(START_US + number * 19 * HOUR_US for number in range(100))
"""A hundred instants over eleven weeks: by day, by night and at weekends."""
FEW, MANY = 5, 50
RULES = default_rules()

TEXT = f"""
One unit is one question: from this instant on, when may this person be contacted, under all default rules together and
with every move explained? A hundred instants over eleven weeks are asked about, most of which at least one rule moves.
The person's ledger and the organisation's hold {FEW} contacts each, or {MANY}, six days apart. The walk tries hour
after hour against the same rules written out by hand, and gives no reasons.
"""


def measure(*, rounds: int, questions: int) -> Outcome:
    """What one question costs with a short and with a long ledger."""
    few, many = _proposal(FEW), _proposal(MANY)
    _check(few)
    _check(many)
    repeats = max(questions // len(QUESTIONS), 1)
    names = {count: f"feedbackkit, {count} contacts" for count in (FEW, MANY)}
    candidates = [
        _candidate(names[FEW], _earliest, few, repeats),
        _candidate(names[MANY], _earliest, many, repeats),
        _candidate(f"hour by hour, {FEW} contacts", _walk, few, 1),
        _candidate(f"hour by hour, {MANY} contacts", _walk, many, 1),
    ]
    return Outcome(
        title="The earliest permitted instant",
        text=TEXT,
        clock="process CPU time",
        limit=names[FEW],
        measurements=alternate(candidates, clock=CPU, rounds=rounds),
        targets=[Target(candidate=names[FEW], at_most=10), Target(candidate=names[MANY], at_most=30)],
    )


def _proposal(contacts: int) -> Proposal:
    ledger = Ledger(contacts=tuple(START_US - 6 * DAY_US * number for number in range(contacts, 0, -1)))
    person = Person(
        id="p-1",
        name="A respondent",
        timezone=ZONE,
        basis=Contract("framework agreement", since="2025-01-01"),
    )
    request = Request(key="M-1/reference/start/1", respondent="p-1", subject="p-2", occasion=Occasion.REFERENCE)
    return Proposal(request=request, kind=ContactKind.REMINDER, person=person, ledger=ledger, organisation=ledger)


def _earliest(at_us: int, proposal: Proposal) -> int:
    decision = RULES.earliest(at_us, proposal)
    assert isinstance(decision, At)
    return decision.at_us


def _walk(at_us: int, proposal: Proposal) -> int:
    while not _allowed(at_us, proposal):
        at_us += HOUR_US
    return at_us


def _allowed(at_us: int, proposal: Proposal) -> bool:
    local = dt.datetime.fromtimestamp(at_us / 1e6, tz=ZoneInfo(ZONE))
    ages = [at_us - contact for contact in proposal.ledger.contacts]
    return (
        local.weekday() < 5
        and 9 <= local.hour < 17
        and min(ages) >= 5 * DAY_US
        and sum(age < 60 * DAY_US for age in ages) < 4
        and sum(age < 30 * DAY_US for age in ages) < 12
    )


def _check(proposal: Proposal) -> None:
    for at_us in QUESTIONS:
        assert _earliest(at_us, proposal) == _walk(at_us, proposal)


def _candidate(name: str, ask: Callable[[int, Proposal], int], proposal: Proposal, repeats: int) -> Candidate:
    def work() -> int:
        for _ in range(repeats):
            for at_us in QUESTIONS:
                ask(at_us, proposal)
        return repeats * len(QUESTIONS)

    return Candidate(name=name, prepare=lambda: nullcontext(work))
