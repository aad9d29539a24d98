"""What a batch of decisions costs: a thousand people's requests are due, under every rule and under none."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.allrules import every_rule
from benchmarks.harness import CPU, Candidate, Outcome, Target, alternate
from feedbackkit.desk import Ask, Desk, ManualClock, SeededIds
from feedbackkit.desk.reactions import SilentPost
from feedbackkit.domain.basis import Consent
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.domain.request import Occasion
from feedbackkit.policies import ContactRules
from feedbackkit.stores import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Generator

    from benchmarks.harness import Work

NONE, EVERY = "no rules", "every rule"
PER_HOUSE = 4
START = "2026-03-02T09:00:00+00:00"

TEXT = f"""
One unit is one person whose request is due and decided: a run of a desk over the store in memory and a channel that
takes everything, in one batch, with its history, its contact and the last look. Each person lives in Bavaria, has a
basis and has been contacted three times before; {PER_HOUSE} work at each organisation. Every rule is asked and none is
against it, so that all asks go either way.
"""


def measure(*, rounds: int, people: int) -> Outcome:
    """The same batch under every rule and under none."""
    candidates = [
        Candidate(name=NONE, prepare=lambda: _batch(ContactRules(()), people)),
        Candidate(name=EVERY, prepare=lambda: _batch(every_rule(), people)),
    ]
    return Outcome(
        title="A batch of decisions, every rule against none",
        text=TEXT,
        clock="process CPU time",
        limit=NONE,
        measurements=alternate(candidates, clock=CPU, rounds=rounds),
        targets=[Target(candidate=EVERY, against=NONE, at_most=3)],
    )


@contextmanager
def _batch(rules: ContactRules, people: int) -> Generator[Work]:
    clock = ManualClock(START)
    parts = {"channels": [SilentPost()], "secret": b"x" * 32, "clock": clock, "ids": SeededIds(1), "owner": "bench"}
    store = MemoryStore()
    desk = Desk(store, rules=rules, batch=people, **parts)  # type: ignore[arg-type]  # of different types
    everybody = [_person(number) for number in range(people)]
    subject = Person(id="P-subject", name="A subject", reference_consent=Consent("form", since="2025-01-01"))
    desk.register(subject, *everybody)
    for person in everybody:
        for month in (11, 10, 9):
            desk.record_contact(person, at=f"2025-{month}-03T09:00:00+00:00".replace("-9-", "-09-"))
    desk.request_all(
        Ask(key=f"r-{number:05}", respondent=person, subject=subject, occasion=Occasion.REFERENCE)
        for number, person in enumerate(everybody)
    )

    def work() -> int:
        assert desk.run()["sent"] == people
        return people

    yield work


def _person(number: int) -> Person:
    return Person(
        id=f"P-{number:05}",
        name=f"Person {number}",
        email=f"person.{number}@house.example",
        organisation=Organisation(id=f"O-{number // PER_HOUSE:05}", name=f"House {number // PER_HOUSE}"),
        country="DE",
        region="BY",
        timezone="Europe/Berlin",
        basis=Consent("form", since="2025-01-01"),
    )
