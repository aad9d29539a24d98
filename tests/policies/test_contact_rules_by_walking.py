"""All rules together against an oracle that walks the clock, around changes of the clocks."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.domain.basis import Basis, Consent, Contract, PresumedConsent
from feedbackkit.domain.contact import ContactKind
from feedbackkit.domain.decision import At, Decision, Held
from feedbackkit.domain.ledger import HeldRequest, Ledger, OptOut, Refusal, Scope
from feedbackkit.domain.people import Absence, Person
from feedbackkit.domain.request import ContactPurpose, Occasion
from feedbackkit.domain.times import DAY_US, instant
from feedbackkit.policies import (
    AbsenceRule,
    BasisRule,
    Budget,
    ContactRule,
    ContactRules,
    CoolDown,
    MinimumGap,
    OfficeHours,
    OpenLimit,
    OptOutRule,
    Proposal,
    PublicHolidays,
    PurposeRule,
    RefusalMemory,
    SubjectConsentRule,
    default_rules,
)
from tests.policies.proposals import person, proposal
from tests.policies.walking import MINUTE, allows, first_allowed, wall

HALF_HOUR = 30 * MINUTE
LOOKED_AHEAD = 21 * DAY_US

CHANGES = {
    "Australia/Lord_Howe": ["2026-04-04T15:00:00+00:00", "2026-10-03T15:30:00+00:00"],  # half an hour
    "Europe/Berlin": ["2026-03-29T01:00:00+00:00", "2026-10-25T01:00:00+00:00"],  # an hour
    "Antarctica/Troll": ["2026-03-29T01:00:00+00:00", "2026-10-25T01:00:00+00:00"],  # two hours
    "America/Sao_Paulo": ["2017-10-15T03:00:00+00:00", "2018-02-18T02:00:00+00:00"],  # an hour at midnight
    "Asia/Beirut": ["2026-03-28T22:00:00+00:00", "2026-10-24T21:00:00+00:00"],  # an hour at midnight
    "Africa/Cairo": ["2026-04-23T22:00:00+00:00", "2026-10-29T21:00:00+00:00"],  # an hour at midnight, on a Friday
}
"""Zones and the instants at which their clocks change."""


class Case(NamedTuple):
    """Rules, and a contact to ask them about from an instant on."""

    rules: tuple[ContactRule, ...]
    at_us: int
    asked: Proposal

    def decide(self, rules: tuple[ContactRule, ...] | None = None, *, later: int = 0) -> Decision:
        """What the rules, or others, say; from the instant or some time later."""
        return ContactRules(self.rules if rules is None else rules).earliest(self.at_us + later, self.asked)


def spans(most_days: int) -> st.SearchStrategy[dt.timedelta]:
    """Spans of half hours."""
    return st.integers(1, most_days * 48).map(lambda number: dt.timedelta(minutes=30 * number))


@st.composite
def office_hours(draw: st.DrawFn) -> OfficeHours:
    """Hours from one half hour to another, on some weekdays."""
    first, last = sorted(draw(st.lists(st.integers(0, 48), min_size=2, max_size=2, unique=True)))
    start, end = (f"{half // 2:02}:{half % 2 * 30:02}" for half in (first, last))
    return OfficeHours(start=start, end=end, weekdays=tuple(draw(st.sets(st.integers(0, 6), min_size=1))))


some_days = st.sampled_from([instant(change) for changes in CHANGES.values() for change in changes]).flatmap(
    lambda change: st.sets(st.integers(-9, 9), max_size=6).map(
        lambda offsets: [wall(change, "UTC").date() + dt.timedelta(days=offset) for offset in offsets]
    )
)
holidays = st.builds(
    lambda national, regional: PublicHolidays(dates={"DE": national, "DE-BY": regional}), some_days, some_days
)


def every_rule() -> st.SearchStrategy[tuple[ContactRule, ...]]:
    """One rule of each kind, in any order."""
    return st.tuples(
        office_hours(),
        spans(5).map(MinimumGap),
        st.builds(Budget, st.integers(1, 3), spans(10)),
        st.builds(Budget, st.integers(1, 3), spans(10), of=st.just("organisation")),
        st.integers(1, 3).map(OpenLimit),
        spans(5).map(CoolDown),
        st.just(OptOutRule()),
        st.just(BasisRule()),
        st.just(AbsenceRule()),
        holidays,
        st.builds(RefusalMemory, spans(12) | st.none()),
        st.just(SubjectConsentRule()),
        st.just(PurposeRule()),
    ).flatmap(lambda rules: st.permutations(rules).map(tuple))


some_rules = st.builds(lambda rules, number: rules[:number], every_rule(), st.integers(1, 13))


@st.composite
def cases(draw: st.DrawFn, rules: st.SearchStrategy[tuple[ContactRule, ...]] = some_rules) -> Case:
    """A contact of any kind within three days of a change of the clocks, with any ledgers around it."""
    timezone = draw(st.sampled_from(sorted(CHANGES)))
    change = instant(draw(st.sampled_from(CHANGES[timezone])))

    def around(days: int) -> st.SearchStrategy[int]:
        return st.integers(-days * 48, days * 48).map(lambda number: change + number * HALF_HOUR)

    def ledgers() -> st.SearchStrategy[Ledger]:
        wishes = st.builds(
            OptOut,
            scope=st.sampled_from(Scope),
            subject=st.sampled_from(["subject", "somebody-else"]),
            begins_us=st.none() | around(12),
            occasion=st.sampled_from([Occasion.REFERENCE, Occasion.VERIFICATION]),
            since_us=around(12),
            until_us=st.none() | around(12),
        )
        return st.builds(
            Ledger,
            contacts=st.lists(around(12), max_size=6).map(lambda found: tuple(sorted(found))),
            open=st.sampled_from([(), ("A",), ("A", "B"), ("A", "B", "C")]),
            woken=st.sampled_from([(), (HeldRequest("D", 60),), (HeldRequest("Z", 50), HeldRequest("E", 50))]),
            answered_us=st.none() | around(12),
            opt_outs=st.lists(wishes, max_size=2).map(tuple),
            refusals=st.lists(
                st.builds(
                    Refusal,
                    subject=st.sampled_from(["subject", "somebody-else"]),
                    occasion=st.sampled_from([Occasion.REFERENCE, Occasion.VERIFICATION]),
                    at_us=around(12),
                    request=st.sampled_from(["A", "R"]),
                ),
                max_size=2,
            ).map(tuple),
        )

    today = wall(change, timezone).date()
    day = st.integers(-9, 9).map(lambda number: today + dt.timedelta(days=number))
    since, until = day | st.just(dt.date(2010, 1, 1)), st.none() | day
    consents = st.builds(Consent, st.just("a box"), since=since, until=until)
    presumed = st.builds(PresumedConsent, st.just("a mandate"), since=since, until=until)
    contracts = st.builds(Contract, st.just("§7"), since=since, until=until)
    bases: st.SearchStrategy[Basis | None] = consents | contracts | presumed | st.none()
    absences = st.lists(
        st.builds(lambda first, days: Absence(first, first + dt.timedelta(days=days)), day, st.integers(1, 9)),
        max_size=3,
    )
    respondent = attrs.evolve(
        person(timezone=timezone, basis=draw(bases)),
        phone_basis=draw(consents | presumed | st.none()),
        organisation=draw(st.sampled_from([None, "Nordwerk"])),
        absences=draw(absences),
        country=draw(st.sampled_from([None, "DE"])),
        region=draw(st.sampled_from([None, "BY", "HH"])),
    )
    subject = Person(
        id="subject", name="Thomas Brandt", timezone="Asia/Tokyo", reference_consent=draw(consents | st.none())
    )
    return Case(
        draw(rules),
        draw(around(3)),
        proposal(
            draw(ledgers()),
            organisation=draw(ledgers()),
            kind=draw(st.sampled_from([ContactKind.ASK, ContactKind.REMINDER, ContactKind.CALL])),
            respondent=respondent,
            key=draw(st.sampled_from(["A", "Z"])),
            occasion=draw(st.sampled_from([Occasion.REFERENCE, Occasion.REFERENCE_CHECK])),
            subject=draw(st.sampled_from([None, subject])),
            by_phone=draw(st.booleans()),
            purpose=draw(st.sampled_from([*[ContactPurpose.FEEDBACK] * 7, ContactPurpose.SALES])),
        ),
    )


def rank(decision: Decision) -> tuple[int, int]:
    """The order of answers: an instant, then held, then never."""
    if isinstance(decision, At):
        return 0, decision.at_us
    return (1, 0) if isinstance(decision, Held) else (2, 0)


@pytest.mark.no_cover
@given(cases())
def test_the_first_half_hour_that_all_allow(case: Case) -> None:
    """The answer is allowed by all rules, and walking the clock finds nothing earlier."""
    until_us = case.at_us + LOOKED_AHEAD
    walked = first_allowed(case.rules, case.at_us, case.asked, until_us=until_us, tick=HALF_HOUR)
    decision = case.decide()
    if walked is None:
        assert not isinstance(decision, At) or decision.at_us > until_us
    else:
        assert isinstance(decision, At)
        assert decision.at_us == walked


@given(cases())
def test_each_rule_alone(case: Case) -> None:
    """Each rule for itself answers with the first instant of the set that it stands for."""
    until_us = case.at_us + LOOKED_AHEAD
    for rule in case.rules:
        verdict = rule.earliest(case.at_us, case.asked)
        walked = first_allowed([rule], case.at_us, case.asked, until_us=until_us, tick=HALF_HOUR)
        assert verdict == walked or (walked is None and (not isinstance(verdict, int) or verdict > until_us))


@pytest.mark.no_cover
@given(cases())
def test_what_was_answered_is_allowed(case: Case) -> None:
    """However far away it is, the answer is allowed by every rule, and asked about it they all agree at once."""
    decision = case.decide()
    if isinstance(decision, At):
        assert all(allows(rule, decision.at_us, case.asked) for rule in case.rules)
        assert ContactRules(case.rules).earliest(decision.at_us, case.asked) == At(decision.at_us)


@pytest.mark.no_cover
@given(cases(every_rule()), st.integers(0, 12))
def test_one_more_rule_never_makes_it_earlier(case: Case, number: int) -> None:
    """Fewer rules answer no later, and never refuse where more do not."""
    fewer = case.rules[:number] + case.rules[number + 1 :]
    assert rank(case.decide(fewer)) <= rank(case.decide())


@pytest.mark.no_cover
@given(cases(), st.integers(0, 10 * 48))
def test_asked_later_they_never_answer_earlier(case: Case, half_hours: int) -> None:
    """All rules together are monotone, as each of them is."""
    assert rank(case.decide()) <= rank(case.decide(later=half_hours * HALF_HOUR))


@pytest.mark.no_cover
@given(cases(), st.randoms(use_true_random=False))
def test_their_order_does_not_matter(case: Case, random: object) -> None:
    """In another order the rules give the same answer, perhaps for other reasons."""
    shuffled = sorted(case.rules, key=lambda _rule: random.random())  # type: ignore[attr-defined]  # hypothesis's Random
    assert rank(case.decide()) == rank(case.decide(tuple(shuffled)))


@pytest.mark.no_cover
@given(cases())
def test_the_reasons_lead_to_the_answer(case: Case) -> None:
    """Each reason moves the contact further, and the last one to where it is."""
    decision = case.decide()
    if isinstance(decision, At):
        path = [case.at_us, *(reason.until_us or 0 for reason in decision.because)]
        assert path == sorted(set(path))
        assert path[-1] == decision.at_us


@pytest.mark.no_cover
@given(cases())
def test_whoever_stops_it_says_so(case: Case) -> None:
    """Held and never come with reasons: sentences of rules that were asked."""
    decision = case.decide()
    names = {rule.name for rule in case.rules}
    if not isinstance(decision, At):
        assert decision.because
        assert {reason.rule for reason in decision.because} <= names
        assert all(reason.text for reason in decision.because)


DEFAULTS = tuple(rule for rule in default_rules().rules if not isinstance(rule, PublicHolidays))


@given(cases(st.just(DEFAULTS)))
def test_the_default_rules_by_walking(case: Case) -> None:
    """The rules that a desk begins with stand up to the oracle too."""
    until_us = case.at_us + LOOKED_AHEAD
    walked = first_allowed(case.rules, case.at_us, case.asked, until_us=until_us, tick=HALF_HOUR)
    decision = case.decide()
    assert walked == (decision.at_us if isinstance(decision, At) and decision.at_us <= until_us else None)


@pytest.mark.parametrize(("timezone", "changes"), CHANGES.items())
def test_the_clocks_change_there(timezone: str, changes: list[str]) -> None:
    """The instants that these tests are about are changes of the clocks."""
    for change in map(instant, changes):
        assert wall(change, timezone).utcoffset() != wall(change - 1, timezone).utcoffset()
