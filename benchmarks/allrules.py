"""What finding the earliest permitted instant costs with every rule that is shipped."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from typing import TYPE_CHECKING

from benchmarks.earliest import QUESTIONS, ZONE
from benchmarks.harness import CPU, Candidate, Outcome, Target, alternate
from benchmarks.lifecycle.story import DAY_US, START_US
from feedbackkit.domain.basis import Consent, Contract
from feedbackkit.domain.contact import ContactKind
from feedbackkit.domain.decision import At
from feedbackkit.domain.ledger import Ledger, OptOut, Refusal
from feedbackkit.domain.people import Absence, Person
from feedbackkit.domain.request import Occasion, Request
from feedbackkit.policies import Budget, ContactRules, Proposal, PublicHolidays, default_rules

if TYPE_CHECKING:
    from collections.abc import Callable

FEW, MANY = 5, 200


def every_rule() -> ContactRules:
    """The default rules with the holidays of the library, and a yearly budget that looks far back."""
    rules = default_rules()
    if all(rule.name != "public holidays" for rule in rules.rules):
        rules = rules.with_(PublicHolidays())
    return rules.with_(Budget(60, dt.timedelta(days=365), name="yearly budget"))


TEXT = f"""
One unit is one question: from this instant on, when may this person be contacted, under every shipped rule together and
with every move explained? It is the ask for a reference check, so that the subject's consent is looked at, too. The
ledgers of person and organisation hold {FEW} contacts each, or {MANY}; the person has absences, past wishes and
refusals, and lives in Bavaria. A hundred instants over eleven weeks are asked about.
"""


def measure(*, rounds: int, questions: int) -> Outcome:
    """What one question costs with a short and with a long ledger."""
    rules = every_rule()
    repeats = max(questions // len(QUESTIONS), 1)
    names = {count: f"feedbackkit, every rule, {count} contacts" for count in (FEW, MANY)}
    candidates = [_candidate(names[count], rules, asking(count), repeats) for count in (FEW, MANY)]
    return Outcome(
        title="The earliest permitted instant, every rule on",
        text=TEXT,
        clock="process CPU time",
        limit=names[FEW],
        measurements=alternate(candidates, clock=CPU, rounds=rounds),
        targets=[Target(candidate=names[FEW], at_most=25), Target(candidate=names[MANY], at_most=100)],
    )


def asking(contacts: int) -> Proposal:
    """An ask that every rule has something to say about, and none refuses."""
    spacing_us = 6 * DAY_US if contacts < MANY else 7 * DAY_US
    ledger = Ledger(
        contacts=tuple(START_US - spacing_us * number for number in range(contacts, 0, -1)),
        open=("o-1", "o-2"),
        answered_us=START_US - 20 * DAY_US,
        opt_outs=(
            OptOut(since_us=START_US - 90 * DAY_US, until_us=START_US - 30 * DAY_US),
            OptOut(scope="occasion", occasion=Occasion.PROVIDER_VIEW, since_us=START_US - 90 * DAY_US),
            OptOut(scope="subject", subject="p-9", since_us=START_US - 90 * DAY_US),
        ),
        refusals=(
            Refusal("p-2", Occasion.REFERENCE, START_US - 90 * DAY_US, "M-0/reference/start/1"),
            Refusal("p-9", Occasion.REFERENCE_CHECK, START_US - 90 * DAY_US, "check-0"),
        ),
    )
    start = dt.datetime.fromtimestamp(START_US / 1e6, tz=dt.UTC).date()
    person = Person(
        id="p-1",
        name="A respondent",
        timezone=ZONE,
        country="DE",
        region="BY",
        basis=Contract("framework agreement", since="2025-01-01"),
        absences=[
            Absence(start + dt.timedelta(days=days), start + dt.timedelta(days=days + 7)) for days in (-60, 14, 49)
        ],
    )
    subject = Person(id="p-2", name="A subject", reference_consent=Consent("signed form", since="2025-01-01"))
    request = Request(key="check-1", respondent="p-1", subject="p-2", occasion=Occasion.REFERENCE_CHECK)
    return Proposal(
        request=request, kind=ContactKind.ASK, person=person, ledger=ledger, organisation=ledger, subject=subject
    )


def _candidate(name: str, rules: ContactRules, proposal: Proposal, repeats: int) -> Candidate:
    ask: Callable[[int, Proposal], object] = rules.earliest
    assert all(isinstance(ask(at_us, proposal), At) for at_us in QUESTIONS)

    def work() -> int:
        for _ in range(repeats):
            for at_us in QUESTIONS:
                ask(at_us, proposal)
        return repeats * len(QUESTIONS)

    return Candidate(name=name, prepare=lambda: nullcontext(work))
