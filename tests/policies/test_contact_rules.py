"""Rules that hold together: the least fixpoint, its horizon and its reasons."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, final

import attrs
import pytest

from feedbackkit.domain.decision import At, Held, Never, Reason
from feedbackkit.domain.ledger import Ledger, OptOut
from feedbackkit.domain.times import DAY_US, HOUR_US, instant
from feedbackkit.errors import InvalidValue, SetupError
from feedbackkit.policies import (
    BasisRule,
    Budget,
    ContactRules,
    CoolDown,
    MinimumGap,
    OfficeHours,
    OpenLimit,
    OptOutRule,
    Verdict,
    default_rules,
)
from tests.policies.proposals import NOON, NOTHING, REMINDER, after, contacts, days, hours_after, person, proposal

if TYPE_CHECKING:
    from feedbackkit.policies import Proposal

MORNING = OfficeHours(end="12:00", name="mornings")
AFTERNOON = OfficeHours(start="13:00", name="afternoons")


@final
@attrs.frozen
class Says:
    """A rule that always gives one answer."""

    verdict: Verdict
    name: str = "says"
    lookback_us: int = 0

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:  # noqa: ARG002 - the protocol's signature
        """Give the answer."""
        return self.verdict

    def because(self, at_us: int, proposal: Proposal) -> str:  # noqa: ARG002 - the protocol's signature
        """Say so."""
        return "it says so"


@final
@attrs.frozen
class Counting:
    """A rule that allows everything, and counts how often it was asked why."""

    asked: list[int]
    name: str = "counting"
    lookback_us: int = 0

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:  # noqa: ARG002 - the protocol's signature
        """Put it on the next full hour."""
        return -(-at_us // HOUR_US) * HOUR_US

    def because(self, at_us: int, proposal: Proposal) -> str:  # noqa: ARG002 - the protocol's signature
        """Count."""
        self.asked.append(at_us)
        return "it is no full hour"


def test_no_rules_allow_everything() -> None:
    """Without rules the instant stays as it is."""
    assert ContactRules(()).earliest(NOON, proposal()) == At(NOON)


def test_nothing_moves() -> None:
    """What all allow stays as it is, without reasons."""
    assert default_rules().earliest(NOON, proposal()) == At(NOON)


def test_one_rule_moves() -> None:
    """A move comes with the rule's name, where to, and its sentence."""
    monday = instant("2026-06-15T09:00:00+00:00")
    friday_night = instant("2026-06-12T22:00:00+00:00")
    text = "outside of 09:00–17:00, Mon–Fri, where the respondent is"
    expected = At(monday, (Reason("office hours", monday, text),))
    assert default_rules().earliest(friday_night, proposal()) == expected


def test_rules_move_in_turn() -> None:
    """Where one rule moves it out of what another allows, both have their reason, in the order of the moves."""
    rules = ContactRules((MinimumGap(days(3)), OfficeHours()))
    decision = rules.earliest(NOON, proposal(contacts(-0.25)))
    monday = instant("2026-06-15T09:00:00+00:00")
    assert isinstance(decision, At)
    assert [(reason.rule, reason.until_us) for reason in decision.because] == [
        ("minimum gap", after(2.75)),
        ("office hours", monday),
    ]


def test_a_rule_may_move_twice() -> None:
    """A rule is asked again after another one moved the contact, until nothing moves."""
    rules = ContactRules((OfficeHours(), MinimumGap(days(3))))
    decision = rules.earliest(hours_after(-12), proposal(contacts(-0.25)))
    assert isinstance(decision, At)
    assert [reason.rule for reason in decision.because] == ["office hours", "minimum gap", "office hours"]


def test_a_rule_of_ones_own() -> None:
    """Anything that keeps the protocol is a rule, and its own sentence becomes the reason."""
    expected = At(after(1), (Reason("says", after(1), "it says so"),))
    assert ContactRules((Says(after(1)),)).earliest(NOON, proposal()) == expected


def test_texts_are_built_for_moves_only() -> None:
    """A rule that moves nothing is not asked for a sentence."""
    asked: list[int] = []
    rules = ContactRules((Counting(asked),))
    rules.earliest(NOON, proposal())
    assert asked == []
    rules.earliest(NOON + 1, proposal())
    assert asked == [NOON + 1]


def test_two_rules_that_exclude_each_other() -> None:
    """Two rules that never agree end in never, and both are named once, with their sentences."""
    decision = ContactRules((MORNING, AFTERNOON)).earliest(NOON, proposal())
    assert isinstance(decision, Never)
    assert sorted(reason.rule for reason in decision.because) == ["afternoons", "mornings"]
    assert all("nothing is allowed within two years" in reason.text for reason in decision.because)
    assert all(reason.until_us is None for reason in decision.because)


def test_others_are_not_blamed() -> None:
    """Rules that agree with everything, or moved the contact once at the beginning, do not exclude anything."""
    rules = default_rules().without("office hours").with_(MORNING).with_(AFTERNOON)
    decision = rules.earliest(NOON, proposal(contacts(-1)))
    assert isinstance(decision, Never)
    assert sorted(reason.rule for reason in decision.because) == ["afternoons", "mornings"]


def until(at_us: int) -> Ledger:
    """A ledger with a wish that ends then."""
    return Ledger(opt_outs=(OptOut(since_us=NOON, until_us=at_us),))


def test_the_horizon() -> None:
    """Two years ahead is within the horizon; a microsecond more is never, and the rule that moved it there is named."""
    rules = ContactRules((OptOutRule(),))
    at_horizon = NOON + 2 * 365 * DAY_US
    assert rules.earliest(NOON, proposal(until(at_horizon))) == At(
        at_horizon, (Reason("opt-out", at_horizon, "no contact at all is wanted"),)
    )
    text = "no contact at all is wanted; nothing is allowed within two years"
    expected = Never((Reason("opt-out", None, text),))
    assert rules.earliest(NOON, proposal(until(at_horizon + 1))) == expected


def test_held() -> None:
    """What a rule holds is held, with the condition as the reason."""
    text = "one of 3 open requests is closed"
    expected = Held(text, (Reason("open requests", None, text),))
    assert default_rules().earliest(NOON, proposal(Ledger(open=("A", "B", "C")))) == expected


def test_held_by_two() -> None:
    """Where two rules hold it, both conditions must come true."""
    rules = ContactRules((OpenLimit(1), Says(Held("the works council agrees"))))
    decision = rules.earliest(NOON, proposal(Ledger(open=("A",))))
    assert isinstance(decision, Held)
    assert decision.until == "one of 1 open requests is closed and the works council agrees"
    assert [reason.rule for reason in decision.because] == ["open requests", "says"]


def test_held_keeps_its_own_reasons() -> None:
    """A rule may give its own reasons along with the condition."""
    reasons = (Reason("works council", None, "it meets on Fridays"),)
    assert ContactRules((Says(Held("it agrees", reasons)),)).earliest(NOON, proposal()) == Held("it agrees", reasons)


def test_never_outweighs_held() -> None:
    """What is held by one rule and refused for good by another does not wait for anything."""
    rules = ContactRules((OpenLimit(1), BasisRule()))
    decision = rules.earliest(NOON, proposal(Ledger(open=("A",)), respondent=person(basis=None)))
    assert isinstance(decision, Never)


def test_never_tells_how_it_came_there() -> None:
    """Where a move led to the refusal, the move is among the reasons, before it."""
    decision = ContactRules((MinimumGap(days(5)), Says(NOON), Says(Never(()), name="no"))).without("says")
    assert decision.earliest(NOON, proposal(contacts(0))) == Never(
        (
            Reason("minimum gap", after(5), "another contact with the person is less than 5 days away"),
            Reason("no", None, "it refuses"),
        )
    )


def test_a_rule_that_answers_earlier_is_refused() -> None:
    """A rule that breaks its promise is named instead of asked for ever."""
    with pytest.raises(SetupError, match="'says' must never answer with an earlier instant"):
        ContactRules((Says(NOON),)).earliest(NOON + 1, proposal())


@pytest.mark.parametrize("verdict", [None, 1.5, "later"])
def test_a_rule_that_answers_nonsense_is_refused(verdict: object) -> None:
    """A rule answers with an instant, held or never."""
    with pytest.raises(SetupError, match="'says' must answer with an instant, Held or Never"):
        ContactRules((Says(verdict),)).earliest(NOON, proposal())  # type: ignore[arg-type]  # the wrong value is the point


def test_one_more_rule() -> None:
    """A rule is added at the end of new rules; those before stay as they are."""
    rules = ContactRules((MORNING,))
    assert rules.with_(AFTERNOON).rules == (MORNING, AFTERNOON)
    assert rules.rules == (MORNING,)


def test_one_rule_less() -> None:
    """A rule is left out by its name."""
    assert ContactRules((MORNING, AFTERNOON)).without("mornings").rules == (AFTERNOON,)


def test_a_rule_that_is_not_there_cannot_be_left_out() -> None:
    """A misspelt name does not pass in silence."""
    with pytest.raises(InvalidValue, match="must hold the rule 'evenings'"):
        ContactRules((MORNING,)).without("evenings")


def test_two_rules_of_one_name_are_refused() -> None:
    """Reasons name rules, so each has a name of its own."""
    with pytest.raises(InvalidValue, match="'minimum gap' twice"):
        ContactRules((MinimumGap(days(1)),)).with_(MinimumGap(days(2)))


def test_what_they_look_back_on() -> None:
    """All rules together look back as far as the one that looks furthest."""
    rules = ContactRules((OfficeHours(), MinimumGap(days(5)), Budget(4, days(60)), CoolDown(days(10))))
    assert rules.lookback_us == 60 * DAY_US
    assert ContactRules(()).lookback_us == 0


@pytest.mark.parametrize(("limits", "slots"), [((), None), ((3,), 2), ((3, 2), 1), ((1,), 0)])
def test_slots(limits: tuple[int, ...], slots: int | None) -> None:
    """As many held requests are worth waking as the strictest open limit leaves; without one, all."""
    rules = ContactRules(tuple(OpenLimit(limit, name=f"at most {limit}") for limit in limits))
    assert rules.slots(Ledger(open=("A",))) == slots


def test_the_default_rules_let_a_ladder_through() -> None:
    """An ask and its two reminders, a week apart, are moved by none of the default rules."""
    rules, ledger, at_us = default_rules(), NOTHING, NOON
    for kind in (proposal().kind, REMINDER, REMINDER):
        asked = proposal(ledger, organisation=ledger, kind=kind)
        assert rules.earliest(at_us, asked) == At(at_us)
        ledger = ledger.booked(at_us, keep_us=rules.lookback_us)
        at_us += 7 * DAY_US


def test_the_default_rules_leave_room_for_another_ask() -> None:
    """After a whole ladder one more contact fits into the person's budget, and a fifth does not."""
    rules = default_rules()
    assert rules.earliest(NOON, proposal(contacts(-21, -14, -7))) == At(NOON)
    fifth = rules.earliest(NOON, proposal(contacts(-28, -21, -14, -7)))
    assert isinstance(fifth, At)
    assert fifth.because[0].rule == "person budget"


def test_rules_are_values() -> None:
    """Rules with the same settings are equal, and can be changed like any value."""
    assert default_rules() == default_rules()
    assert attrs.evolve(MinimumGap(days(5)), gap=days(6)) == MinimumGap(days(6))
    assert attrs.evolve(MinimumGap(days(5)), gap=days(6)).lookback_us == 6 * DAY_US
    assert hash(OfficeHours(closed=[dt.date(2026, 1, 1)])) == hash(OfficeHours(closed=["2026-01-01"]))
