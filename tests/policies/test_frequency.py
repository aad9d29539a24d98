"""Gaps, budgets, open requests and the rest after an answer."""

from __future__ import annotations

import datetime as dt

import attrs
import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedbackkit.domain.decision import Held
from feedbackkit.domain.ledger import HeldRequest, Ledger
from feedbackkit.domain.times import DAY_US, HOUR_US
from feedbackkit.errors import InvalidValue
from feedbackkit.policies import Budget, CoolDown, MinimumGap, OpenLimit
from tests.policies.proposals import NOON, NOTHING, REMINDER, after, contacts, days, hours_after, proposal
from tests.policies.walking import first_allowed

# A coarse grid, so that contacts often lie exactly a gap or a window apart.
hours = st.integers(-30, 30).map(lambda number: number * 12)
ledgers = st.lists(hours, max_size=12).map(lambda found: Ledger(contacts=tuple(map(hours_after, sorted(found)))))
spans = st.integers(1, 20).map(lambda number: dt.timedelta(hours=number * 12))


# --- minimum gap -----------------------------------------------------------------------------------------------------


def test_without_contacts_no_gap() -> None:
    """Nobody has to wait for the first contact."""
    assert MinimumGap(days(5)).earliest(NOON, proposal()) == NOON


def test_a_gap_after_a_contact() -> None:
    """Too soon after a contact, the next one waits until the gap is over."""
    assert MinimumGap(days(5)).earliest(NOON, proposal(contacts(-2))) == after(3)


def test_exactly_the_gap_is_enough() -> None:
    """A contact that is exactly the gap ago stands in nobody's way; a microsecond less does."""
    rule = MinimumGap(days(5))
    assert rule.earliest(NOON, proposal(contacts(-5))) == NOON
    assert rule.earliest(NOON - 1, proposal(contacts(-5))) == NOON


def test_a_gap_before_a_contact_of_the_future() -> None:
    """After a clock jumped back, a contact keeps its distance to the one that it made before."""
    assert MinimumGap(days(5)).earliest(NOON, proposal(contacts(3))) == after(8)


def test_between_two_contacts() -> None:
    """There is room between two contacts when both are far enough."""
    assert MinimumGap(days(5)).earliest(NOON, proposal(contacts(-4, 6))) == after(1)


def test_no_room_between_two_contacts() -> None:
    """Where there is none, the contact comes after both."""
    assert MinimumGap(days(5)).earliest(NOON, proposal(contacts(-4, 5.9))) == after(10.9)


@settings(max_examples=500)
@given(ledger=ledgers, gap=spans, at=hours)
def test_the_gap_by_walking(ledger: Ledger, gap: dt.timedelta, at: int) -> None:
    """The answer is the first hour that is the gap away from every contact."""
    rule, asked, at_us = MinimumGap(gap), proposal(ledger), hours_after(at)
    until_us = at_us + 300 * DAY_US
    assert rule.earliest(at_us, asked) == first_allowed([rule], at_us, asked, until_us=until_us, tick=HOUR_US)


def test_the_gap_is_looked_back_on() -> None:
    """No contact older than the gap matters."""
    assert MinimumGap(days(5)).lookback_us == 5 * DAY_US


def test_the_gap_says_why() -> None:
    """The sentence names the gap."""
    assert MinimumGap(days(5)).because(NOON, proposal()) == "another contact with the person is less than 5 days away"


# --- budgets ---------------------------------------------------------------------------------------------------------


def test_within_budget() -> None:
    """One contact less than the limit leaves room for one."""
    assert Budget(3, days(30)).earliest(NOON, proposal(contacts(-2, -1))) == NOON


def test_over_budget_is_postponed() -> None:
    """A used-up budget moves the contact to where the oldest contact no longer counts."""
    assert Budget(3, days(30)).earliest(NOON, proposal(contacts(-20, -2, -1))) == after(10)


def test_a_contact_as_old_as_the_window_does_not_count() -> None:
    """The window is open at its end; a microsecond earlier the contact still counts."""
    rule = Budget(1, days(30))
    assert rule.earliest(NOON, proposal(contacts(-30))) == NOON
    assert rule.earliest(NOON - 1, proposal(contacts(-30))) == NOON


def test_older_contacts_do_not_count() -> None:
    """What is older than the window has no say, however much there is of it."""
    assert Budget(1, days(30)).earliest(NOON, proposal(contacts(-50, -40, -31))) == NOON


def test_contacts_of_the_future_count_as_well() -> None:
    """After a clock jumped back, the contacts that were made before use up the budget too."""
    assert Budget(2, days(30)).earliest(NOON, proposal(contacts(-2, 1))) == after(28)


def test_a_window_before_a_contact_of_the_future() -> None:
    """A contact exactly a window ahead does not count any more; a microsecond less does."""
    rule = Budget(1, days(30))
    assert rule.earliest(NOON, proposal(contacts(30))) == NOON
    assert rule.earliest(NOON + 1, proposal(contacts(30))) == after(60)


def test_between_contacts_that_are_a_window_apart() -> None:
    """Contacts that share no window do not add up."""
    assert Budget(2, days(10)).earliest(NOON, proposal(contacts(-4, 6))) == NOON


def test_a_window_that_lies_on_both_sides() -> None:
    """Windows are looked at wherever they start, not only those that end now."""
    assert Budget(2, days(10)).earliest(NOON, proposal(contacts(-5, 4, 9))) == after(14)


def test_a_ledger_that_is_over_budget_already() -> None:
    """Contacts made elsewhere may exceed a budget; they postpone the next one, and do not forbid it for ever."""
    assert Budget(2, days(10)).earliest(NOON, proposal(contacts(-4, -3, -2, -1))) == after(8)


def test_the_persons_budget_counts_the_persons_contacts() -> None:
    """What others in the house got is nothing to it."""
    assert Budget(1, days(30)).earliest(NOON, proposal(organisation=contacts(-1))) == NOON


def test_the_organisations_budget_counts_the_houses_contacts() -> None:
    """What all of the house got uses up the organisation's budget."""
    rule = Budget(1, days(30), of="organisation")
    assert rule.earliest(NOON, proposal(NOTHING, organisation=contacts(-1))) == after(29)


@settings(max_examples=500)
@given(ledger=ledgers, limit=st.integers(1, 3), window=spans, at=hours)
def test_the_budget_by_walking(ledger: Ledger, limit: int, window: dt.timedelta, at: int) -> None:
    """The answer is the first hour at which one more contact leaves no window around it over the limit."""
    rule, asked, at_us = Budget(limit, window), proposal(ledger), hours_after(at)
    until_us = at_us + 300 * DAY_US
    assert rule.earliest(at_us, asked) == first_allowed([rule], at_us, asked, until_us=until_us, tick=HOUR_US)


@given(at=st.lists(hours, min_size=1, max_size=20), limit=st.integers(1, 4), window=spans)
def test_a_ledger_that_obeys_stays_within_budget(at: list[int], limit: int, window: dt.timedelta) -> None:
    """Contacts booked where the budget lets them, in any order of asking, never make any window overflow."""
    rule, ledger = Budget(limit, window), NOTHING
    for hour in at:
        verdict = rule.earliest(hours_after(hour), proposal(ledger))
        assert isinstance(verdict, int)
        ledger = ledger.booked(verdict, keep_us=rule.lookback_us)
    span = window // dt.timedelta(microseconds=1)
    for first in ledger.contacts:
        assert sum(first <= contact < first + span for contact in ledger.contacts) <= limit


def test_budgets_are_named_after_whose_they_are() -> None:
    """Both budgets stand in one set of rules without being named by hand."""
    assert Budget(1, days(1)).name == "person budget"
    assert Budget(1, days(1), of="organisation").name == "organisation budget"


def test_the_budget_says_why() -> None:
    """The sentence names the budget."""
    rule = Budget(4, days(60))
    assert rule.because(NOON, proposal()) == "the budget of 4 contacts in 60 days per person is used up"


def test_a_budget_of_one_says_why() -> None:
    """One contact is spoken of as one, and a span that is no whole days by its hours."""
    rule = Budget(1, dt.timedelta(hours=36))
    assert rule.because(NOON, proposal()) == "the budget of 1 contact in 1 day, 12:00:00 per person is used up"


# --- open requests ---------------------------------------------------------------------------------------------------

TWO_OPEN = Ledger(open=("A", "B"))


def test_room_for_one_more_request() -> None:
    """Below the limit an ask goes."""
    assert OpenLimit(3).earliest(NOON, proposal(TWO_OPEN)) == NOON


def test_no_room_for_one_more_request() -> None:
    """At the limit an ask is held, and says what for; it has no time."""
    assert OpenLimit(2).earliest(NOON, proposal(TWO_OPEN)) == Held("one of 2 open requests is closed")


def test_a_reminder_is_not_held() -> None:
    """A reminder opens nothing."""
    assert OpenLimit(2).earliest(NOON, proposal(TWO_OPEN, kind=REMINDER, key="C")) == NOON


def test_an_open_request_does_not_wait_for_itself() -> None:
    """A request that is among the open ones already may be asked."""
    assert OpenLimit(2).earliest(NOON, proposal(TWO_OPEN, key="A")) == NOON


@pytest.mark.parametrize(("limit", "slots"), [(1, 0), (2, 0), (3, 1), (5, 3)])
def test_slots_are_what_is_left(limit: int, slots: int) -> None:
    """As many requests may be opened as the limit leaves, and never less than none."""
    assert OpenLimit(limit).slots(TWO_OPEN) == slots


def test_the_open_limit_says_why() -> None:
    """The sentence tells how many are open."""
    assert OpenLimit(2).because(NOON, proposal(TWO_OPEN)) == "2 requests to the person are open"


WOKEN = Ledger(open=("A",), woken=(HeldRequest("D", 60), HeldRequest("B", 50)))
"""One is open, and two have a slot each; the request proposed is worth 50, too, and comes after B."""


def test_what_has_been_woken_has_a_slot() -> None:
    """No further request is woken for it."""
    assert [OpenLimit(limit).slots(WOKEN) for limit in (1, 3, 4)] == [0, 0, 1]


def test_an_ask_that_is_worth_less_does_not_get_a_slot_of_what_has_been_woken() -> None:
    """It is held, and says whose turn comes first; of equal value the first by key comes first."""
    rule = OpenLimit(3)
    held = Held("one of 3 requests that are open or come before it is closed")
    assert rule.earliest(NOON, proposal(WOKEN)) == held
    assert rule.because(NOON, proposal(WOKEN)) == "3 requests to the person are open or come before it"
    assert OpenLimit(4).earliest(NOON, proposal(WOKEN)) == NOON
    held = Held("one of 2 requests that are open or come before it is closed")
    assert OpenLimit(2).earliest(NOON, proposal(WOKEN, key="A0")) == held


def test_what_has_been_woken_is_asked_itself() -> None:
    """Its own slot does not stand in its way, nor does that of what is worth less."""
    asked = proposal(WOKEN, key="B")
    assert OpenLimit(3).earliest(NOON, asked) == NOON
    assert OpenLimit(2).earliest(NOON, attrs.evolve(asked, request=attrs.evolve(asked.request, value=60))) == NOON


def test_what_has_been_woken_is_asked_although_it_is_worth_less_by_now() -> None:
    """What it was worth when it was woken does not stand in its way either."""
    asked = proposal(Ledger(open=("A",), woken=(HeldRequest("B", 50),)), key="B")
    assert OpenLimit(2).earliest(NOON, attrs.evolve(asked, request=attrs.evolve(asked.request, value=40))) == NOON


def test_a_reminder_minds_nobodys_turn() -> None:
    """It takes no slot."""
    assert OpenLimit(1).earliest(NOON, proposal(WOKEN, kind=REMINDER)) == NOON


# --- cool-down -------------------------------------------------------------------------------------------------------


def answered(number: float) -> Ledger:
    """A ledger with an answer so many days after `NOON`."""
    return Ledger(answered_us=after(number))


def test_no_answer_no_rest() -> None:
    """Who has not answered yet may be asked."""
    assert CoolDown(days(10)).earliest(NOON, proposal()) == NOON


def test_a_rest_after_an_answer() -> None:
    """Who has just answered is asked when the rest is over."""
    assert CoolDown(days(10)).earliest(NOON, proposal(answered(-3))) == after(7)


def test_exactly_the_rest_is_enough() -> None:
    """An answer exactly as long ago as the rest stands in nobody's way."""
    assert CoolDown(days(10)).earliest(NOON, proposal(answered(-10))) == NOON


def test_an_answer_of_the_future() -> None:
    """After a clock jumped back, the rest still counts from the answer, unless that is a whole rest ahead."""
    assert CoolDown(days(10)).earliest(NOON, proposal(answered(3))) == after(13)
    assert CoolDown(days(10)).earliest(NOON, proposal(answered(10))) == NOON


def test_a_reminder_needs_no_rest() -> None:
    """A reminder of another request that was asked before is not moved."""
    assert CoolDown(days(10)).earliest(NOON, proposal(answered(-3), kind=REMINDER)) == NOON


def test_the_rest_says_why() -> None:
    """The sentence names the rest."""
    assert CoolDown(days(1)).because(NOON, proposal()) == "the person gave an answer less than 1 day away"


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("span", [dt.timedelta(0), dt.timedelta(days=-1), pendulum.duration(months=1), 5, None])
def test_spans_without_length_are_refused(span: dt.timedelta) -> None:
    """A span is longer than nothing, and never a month."""
    for make in (MinimumGap, CoolDown, lambda window: Budget(1, window)):
        with pytest.raises(InvalidValue):
            make(span)


@pytest.mark.parametrize("limit", [0, -1, True, 1.5, None])
def test_limits_below_one_are_refused(limit: int) -> None:
    """A limit is a whole number from 1 on; whoever wants no contact at all opts out."""
    for make in (OpenLimit, lambda number: Budget(number, days(1))):
        with pytest.raises(InvalidValue, match="limit"):
            make(limit)


def test_a_budget_of_nobody_is_refused() -> None:
    """A budget is a person's or an organisation's."""
    with pytest.raises(InvalidValue, match=r"budget\.of must be"):
        Budget(1, days(1), of="team")  # type: ignore[arg-type]  # the wrong value is the point


def test_a_name_must_be_a_line() -> None:
    """Names stand in sentences."""
    with pytest.raises(InvalidValue, match=r"rule\.name"):
        OpenLimit(1, name="two\nlines")


@pytest.mark.parametrize("span", [pendulum.duration(weeks=1), dt.timedelta(days=7)])
def test_spans_come_from_either_library(span: dt.timedelta) -> None:
    """A span of pendulum's is the same as one of the standard library."""
    assert MinimumGap(span) == MinimumGap(days(7))
