"""All contact rules together: the earliest instant that every one of them allows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple, final

import attrs

from feedbackkit.domain.checks import shape
from feedbackkit.domain.decision import At, Decision, Held, Never, Reason
from feedbackkit.domain.times import DAY_US
from feedbackkit.errors import InvalidValue, SetupError
from feedbackkit.policies.away import AbsenceRule, PublicHolidays, holidays_known
from feedbackkit.policies.consent import PurposeRule, SubjectConsentRule
from feedbackkit.policies.frequency import Budget, CoolDown, MinimumGap, OpenLimit
from feedbackkit.policies.memory import RefusalMemory
from feedbackkit.policies.office_hours import OfficeHours
from feedbackkit.policies.permission import BasisRule, OptOutRule
from feedbackkit.policies.proposal import ContactRule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedbackkit.domain.ledger import Ledger
    from feedbackkit.policies.proposal import Proposal

__all__ = ["HORIZON_US", "ContactRules", "default_rules"]

HORIZON_US: Final = 2 * 365 * DAY_US
"""How far ahead an instant is looked for: two years."""


def _rules(value: Iterable[ContactRule]) -> tuple[ContactRule, ...]:
    rules = tuple(value)
    names = [rule.name for rule in rules]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidValue("contact rules", "must have a name of its own each", f"{twice[0]!r} twice")
    return rules


def _shared(rules: ContactRules) -> frozenset[str]:
    return frozenset(rule.name for rule in rules.rules if isinstance(rule, Budget) and rule.of == "organisation")


def _strict(rules: ContactRules) -> frozenset[str]:
    return frozenset(rule.name for rule in rules.rules if isinstance(rule, BasisRule | OptOutRule))


def _lookback_us(rules: ContactRules) -> int:
    return max((rule.lookback_us for rule in rules.rules), default=0)


@final
@attrs.frozen
class ContactRules:
    """Contact rules that hold together.

    The answer is the least instant that all allow, so it does not depend on their order; the reasons on the way do.
    One more rule never makes it earlier.
    """

    rules: tuple[ContactRule, ...] = attrs.field(converter=_rules)
    """In the order in which they are asked; each has a name of its own."""
    lookback_us: int = attrs.field(
        default=attrs.Factory(_lookback_us, takes_self=True), init=False, repr=False, eq=False
    )
    """How old a contact or answer can be and still matter to one of them."""
    shared: frozenset[str] = attrs.field(
        default=attrs.Factory(_shared, takes_self=True), init=False, repr=False, eq=False
    )
    """The names of those by which people of one organisation stand in each other's way: they wait in a line."""
    _strict: frozenset[str] = attrs.field(
        default=attrs.Factory(_strict, takes_self=True), init=False, repr=False, eq=False
    )

    def with_(self, rule: ContactRule) -> ContactRules:
        """These rules and one more, asked last; refused where one has that name already."""
        return ContactRules((*self.rules, rule))

    def without(self, name: str) -> ContactRules:
        """These rules but one; refused where none has that name."""
        rules = tuple(rule for rule in self.rules if rule.name != name)
        if len(rules) == len(self.rules):
            raise InvalidValue("contact rules", f"must hold the rule {name!r} for it to be left out", "no such rule")
        return ContactRules(rules)

    def earliest(self, at_us: int, proposal: Proposal) -> Decision:
        """The first instant at or after `at_us` that all rules allow, with every move on the way.

        `Never` where a rule says so, or where nothing is allowed within two years: then the reasons are those of the
        rules that exclude each other. `Held` where a rule holds it and none refuses. A rule that breaks the protocol
        raises `SetupError`.
        """
        for agreed, rule in enumerate(self.rules):
            if rule.earliest(at_us, proposal) != at_us:
                return self._settled(at_us, proposal, agreed)
        return At(at_us)

    def earliest_agreed(self, at_us: int, proposal: Proposal) -> Decision:
        """The same for a contact about what was agreed on with the person: what only puts off does not count.

        What refuses does, and a basis and a wish count as always.
        """
        decision = self.earliest(at_us, proposal)
        if isinstance(decision, Never) or any(reason.rule in self._strict for reason in decision.because):
            return decision
        return At(at_us)

    def slots(self, ledger: Ledger) -> int | None:
        """How many of a person's held requests are worth waking: as many as may be opened; `None` without a limit."""
        return min((rule.slots(ledger) for rule in self.rules if isinstance(rule, OpenLimit)), default=None)

    def _settled(self, at_us: int, proposal: Proposal, agreed: int) -> Decision:
        """Ask on in turn until all agree to one instant; the first `agreed` rules agree to `at_us` already."""
        horizon_us = at_us + HORIZON_US
        moves: list[_Move] = []
        held: dict[str, Held] = {}
        turn, count = agreed, len(self.rules)
        while agreed < count:
            rule = self.rules[turn % count]
            verdict = rule.earliest(at_us, proposal)
            if verdict == at_us:
                agreed += 1
            elif isinstance(verdict, Held):
                held[rule.name] = verdict  # another rule may still refuse for good, so the rest is asked on
                agreed += 1
            elif isinstance(verdict, Never):
                return Never(
                    (*_reasons(moves, proposal), *(verdict.because or (Reason(rule.name, None, "it refuses"),)))
                )
            else:
                moves.append(_Move(rule, at_us, _checked(rule, at_us, verdict), turn))
                at_us, agreed = verdict, 1
                if at_us > horizon_us:
                    return _excluded([move for move in moves if move.turn > turn - count], proposal)
            turn += 1
        if held:
            return _held(held)
        return At(at_us, _reasons(moves, proposal))


class _Move(NamedTuple):
    """One rule moved the contact, in one turn of asking."""

    rule: ContactRule
    from_us: int
    to_us: int
    turn: int


def _checked(rule: ContactRule, at_us: int, verdict: object) -> int:
    """The instant that a rule answered with; one that is none, or earlier than the one asked about, is refused."""
    if not isinstance(verdict, int):
        raise SetupError(f"contact rule {rule.name!r} must answer with an instant, Held or Never: {shape(verdict)}")
    if verdict < at_us:
        raise SetupError(
            f"contact rule {rule.name!r} must never answer with an earlier instant than it was asked about"
        )
    return verdict


def _reasons(moves: list[_Move], proposal: Proposal) -> tuple[Reason, ...]:
    """What each move was for."""
    return tuple(Reason(rule.name, to_us, rule.because(from_us, proposal)) for rule, from_us, to_us, _ in moves)


def _held(held: dict[str, Held]) -> Held:
    """One condition for all that hold: each must happen, and the reasons name them one by one."""
    because = tuple(
        reason for name, verdict in held.items() for reason in verdict.because or (Reason(name, None, verdict.until),)
    )
    return Held(" and ".join(verdict.until for verdict in held.values()), because)


def _excluded(last_round: list[_Move], proposal: Proposal) -> Never:
    """Never, because these rules were still moving the contact past the horizon; each is named once."""
    texts = {move.rule.name: move.rule.because(move.from_us, proposal) for move in last_round}
    return Never(
        tuple(Reason(name, None, f"{text}; nothing is allowed within two years") for name, text in texts.items())
    )


def default_rules() -> ContactRules:
    """Rules to begin with: strict enough that nobody is annoyed, wide enough for the ladder of one request.

    - purpose, basis and opt-out: no contact to sell, none without a reason to, none against a wish.
    - The subject's consent: no reference check without it.
    - Refusal memory of a year: a no to the same question about the same person stands for that long.
    - At most 3 open requests: more look like a stack of work, and none gets done.
    - A cool-down of 10 days after an answer: who has just given is thanked by not being asked.
    - A gap of 5 days: less than the week between two reminders, which it therefore does not move.
    - 4 contacts in 60 days per person: an ask with its two reminders is 3, so that a second request can begin but not
      run its ladder beside the first.
    - 12 contacts in 30 days per organisation: three people's ladders at once; a house feels it when more are asked.
    - Absences, and public holidays where the respondent is. The holidays only where the extra `holidays` is installed;
      otherwise put `PublicHolidays(dates=…)` in.
    - Office hours from 09:00 to 17:00, Monday to Friday, where the respondent is.

    The order puts first what refuses, and last what moves by hours only, so that the reasons read from large to small.
    """
    holidays = (PublicHolidays(),) if holidays_known() else ()
    return ContactRules(
        (
            PurposeRule(),
            BasisRule(),
            OptOutRule(),
            SubjectConsentRule(),
            RefusalMemory(),
            OpenLimit(3),
            CoolDown(dt.timedelta(days=10)),
            MinimumGap(dt.timedelta(days=5)),
            Budget(4, dt.timedelta(days=60)),
            Budget(12, dt.timedelta(days=30), of="organisation"),
            AbsenceRule(),
            *holidays,
            OfficeHours(),
        )
    )
