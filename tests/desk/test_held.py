"""What is held waits without a due time, and wakes by value as soon as there is room."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedbackkit.desk import Reply
from feedbackkit.domain.contact import ContactKind
from feedbackkit.domain.decision import Held
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import EventKind, State
from feedbackkit.domain.times import instant
from feedbackkit.errors import FeedbackKitError
from feedbackkit.policies import Budget, ContactRules, OpenLimit, OptOutRule, Proposal, default_rules
from feedbackkit.stores import MemoryStore
from tests.desk.books import ledgers_in, wrong_in
from tests.desk.house import HUBER, WEBER, House, Wrapped, ask, house

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedbackkit.policies import Verdict


@attrs.frozen
class NotBefore:
    """A rule of one's own: one request is not asked before an instant, whatever holds for the others."""

    key: str
    at: str
    name: str = "not before"
    lookback_us: int = 0

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:
        """That instant, for that request."""
        return max(at_us, instant(self.at)) if proposal.request.key == self.key else at_us

    def because(self, at_us: int, proposal: Proposal) -> str:  # noqa: ARG002 - the protocol's signature
        """That it is so."""
        return "it is to be asked later"


VALUES = {"a": 90, "b": 80, "c": 70, "d": 20, "e": 60, "f": 40}


def full(rules: ContactRules | None = None, store: Any = None) -> House:
    """Six wishes to one person, three of them asked, three held; what is declined holds nothing else back here."""
    h = house(store, rules=default_rules().without("refusal memory") if rules is None else rules)
    h.desk.request_all([ask(key, value=value) for key, value in VALUES.items()])
    h.desk.run()
    return h


def waiting(h: House) -> list[str]:
    """The keys of what is held, in the order in which it will wake."""
    return [held.key for held in ledgers_in(h.store, "person")[WEBER.id or ""].held]


def test_a_fourth_ask_waits_without_a_due_time() -> None:
    """The three most valuable go; nothing of the rest is due, ever."""
    h = full()
    assert [view.key for view in h.desk.find(state=State.REQUESTED)] == ["a", "b", "c"]
    assert [view.due for view in h.desk.find(state=State.PLANNED)] == [None, None, None]
    assert waiting(h) == ["e", "f", "d"]
    assert wrong_in(h.store) == []


def test_what_is_held_costs_nothing_while_it_waits() -> None:
    """No run looks at it, and nothing is written about it."""
    h = full(store=Wrapped(MemoryStore()))
    h.later(hours=1).desk.run()
    h.store.calls.clear()
    h.later(hours=1).desk.run()
    assert set(h.store.calls) == {"claim"}
    assert [len(h.desk.history(key)) for key in "def"] == [2, 2, 2]


ROOM: dict[str, Callable[[House], object]] = {
    "given": lambda h: h.desk.give("b", {"overall": 5}),
    "declined": lambda h: h.desk.decline("b"),
    "withdrawn": lambda h: h.desk.withdraw("b"),
    "delegated": lambda h: h.desk.delegate("b", to=HUBER),
}


@pytest.mark.parametrize("how", ROOM)
def test_whatever_closes_a_request_wakes_the_most_valuable_one(how: str) -> None:
    """One slot, one request; the others wait on."""
    h = full()
    ROOM[how](h)
    assert waiting(h) == ["f", "d"]
    assert h.desk.get("e").due is not None
    assert h.desk.history("e")[-1].kind is EventKind.RESCHEDULED
    assert wrong_in(h.store) == []


def test_two_slots_wake_two_in_order_of_value() -> None:
    """As many as there is room for."""
    h = full()
    h.desk.give_all([Reply("a", {"overall": 5}), Reply("c", {"overall": 4})])
    assert waiting(h) == ["d"]
    assert [h.desk.get(key).due is None for key in "efd"] == [False, False, True]


@pytest.mark.parametrize("run_between", [False, True])
def test_two_closings_wake_two(run_between: bool) -> None:
    """What has woken and was not asked yet has a slot already, also once the gap has moved it."""
    h = full()
    h.desk.decline("a")
    if run_between:
        h.later(hours=1).desk.run()
    h.desk.decline("c")
    assert waiting(h) == ["d"]
    assert [h.desk.get(key).due is None for key in "efd"] == [False, False, True]
    assert len(h.desk.history("d")) == 2
    assert wrong_in(h.store) == []


def test_an_ask_that_is_worth_less_does_not_take_the_slot_of_what_has_woken() -> None:
    """Wished for after it, decided before it; what is worth more goes first, and then the woken one waits again."""
    h = full(rules=ContactRules((OpenLimit(3),)))
    desk = h.worker("other", rules=ContactRules((OpenLimit(3), NotBefore("e", "2026-03-06T10:00:00Z"))))
    desk.decline("a")
    desk.run()
    assert str(h.desk.get("e").due) == "2026-03-06 10:00:00+00:00"
    desk.request(ask("less", value=59))
    desk.run()
    assert waiting(h) == ["less", "f", "d"]
    desk.request(ask("more", value=61))
    desk.run()
    assert h.desk.get("more").state is State.REQUESTED
    h.clock.set("2026-03-06T10:00:00Z")
    desk.run()
    assert waiting(h) == ["e", "less", "f", "d"]
    assert wrong_in(h.store) == []


GIVES_BACK: dict[str, Callable[[House], object]] = {
    "given": lambda h: h.desk.give("e", {"overall": 5}),
    "declined": lambda h: h.desk.decline("e"),
    "withdrawn": lambda h: h.desk.withdraw("e"),
    "delegated": lambda h: h.desk.delegate("e", to=HUBER),
    "deferred": lambda h: h.desk.defer("e", until="2026-09-01"),
    "wished away": lambda h: h.desk.opt_out(WEBER, scope="occasion", occasion="verification", until="2026-09-01"),
}


@pytest.mark.parametrize("how", GIVES_BACK)
def test_what_has_woken_gives_its_slot_back_when_it_is_not_asked_soon(how: str) -> None:
    """It goes to the next, who is asked; nobody waits for half a year behind somebody else's wish."""
    h = house(rules=ContactRules((OptOutRule(), OpenLimit(1))))
    h.desk.request_all([ask("a", value=90), ask("e", value=60, occasion="verification"), ask("f", value=40)])
    h.desk.run()
    h.desk.decline("a")
    assert waiting(h) == ["f"]
    GIVES_BACK[how](h)
    h.desk.run()
    assert h.desk.get("f").state is State.REQUESTED
    assert wrong_in(h.store) == []


def test_what_is_moved_by_the_common_rules_keeps_its_slot() -> None:
    """A budget that is used up makes everybody wait: nobody else is woken to find out."""
    h = house(rules=ContactRules((OpenLimit(1), Budget(1, dt.timedelta(days=60)))))
    h.desk.request_all([ask("a", value=90), ask("e", value=60), ask("f", value=40)])
    h.desk.run()
    h.desk.decline("a")
    h.desk.run()
    assert str(h.desk.get("e").due) == "2026-05-01 10:00:00+00:00"
    assert waiting(h) == ["f"]
    assert len(h.desk.history("f")) == 2
    assert wrong_in(h.store) == []


def test_what_wakes_all_gives_slots_to_the_most_valuable() -> None:
    """A new address lets all be looked at; the three most valuable go, whatever the order in which they are due."""
    h = house(rules=ContactRules((OpenLimit(3),)))
    nobody = Person(id="P-x", name="X", basis=WEBER.basis)
    h.desk.request_all([ask(key, value=value, respondent=nobody) for key, value in VALUES.items()])
    h.desk.run()
    h.desk.register(attrs.evolve(nobody, email="x@house.example"))
    h.desk.run()
    assert [line.request for message in h.sent for line in message.lines] == ["a", "b", "c"]
    assert [held.key for held in ledgers_in(h.store, "person")["P-x"].held] == ["e", "f", "d"]
    assert wrong_in(h.store) == []


def test_what_woke_is_asked_as_soon_as_the_other_rules_let_it() -> None:
    """Not at once: the gap to the last contact holds for it, too."""
    h = full()
    h.desk.decline("b")
    h.desk.run()
    assert len(h.sent) == 1
    for _ in range(7):
        h.later(days=1).desk.run()
    assert "e" in [line.request for message in h.sent for line in message.lines]
    assert wrong_in(h.store) == []


def test_an_expiry_wakes_too() -> None:
    """Three silent months later all six were asked, never more than three open at a time."""
    h = full()
    for _ in range(200):
        h.later(days=1).desk.run()
        assert len(ledgers_in(h.store, "person")[WEBER.id or ""].open) <= 3
        assert wrong_in(h.store) == []
    asked = [line.request for message in h.sent for line in message.lines if line.step == 1]
    assert sorted(asked) == sorted(VALUES)
    assert waiting(h) == []


CLOSED: dict[str, Callable[[House], object]] = {
    "given": lambda h: h.desk.give("f", {"overall": 5}),
    "declined": lambda h: h.desk.decline("f"),
    "withdrawn": lambda h: h.desk.withdraw("f"),
    "delegated": lambda h: h.desk.delegate("f", to=HUBER),
    "deferred": lambda h: h.desk.defer("f", until="2026-09-01"),
}


@pytest.mark.parametrize("how", CLOSED)
def test_what_is_held_may_be_closed_or_deferred_and_waits_no_longer(how: str) -> None:
    """Its place goes to the next."""
    h = full()
    CLOSED[how](h)
    assert waiting(h) == ["e", "d"]
    h.desk.decline("a")
    h.desk.decline("b")
    assert h.desk.get("d").due is not None
    assert wrong_in(h.store) == []


def test_a_held_request_that_nobody_may_ask_any_more_is_left_in_peace_when_its_turn_comes() -> None:
    """An opt-out lets it be looked at, and then it is withdrawn."""
    h = full()
    h.desk.opt_out(WEBER)
    h.desk.decline("a")
    h.desk.run()
    assert h.desk.get("e").state is State.WITHDRAWN
    assert len(h.sent) == 1
    assert wrong_in(h.store) == []


def test_without_an_address_everything_waits_and_an_address_lets_everything_go() -> None:
    """Running again and again in between does nothing."""
    h = house(rules=ContactRules(()))
    nobody = Person(id="P-x", name="X", basis=WEBER.basis)
    h.desk.request_all([ask(key, respondent=nobody) for key in "abcd"])
    for _ in range(3):
        h.later(days=1).desk.run()
    assert [len(h.desk.history(key)) for key in "abcd"] == [2, 2, 2, 2]
    assert wrong_in(h.store) == []
    h.desk.register(attrs.evolve(nobody, email="x@house.example"))
    h.desk.run()
    assert [line.request for message in h.sent for line in message.lines] == list("abcd")
    assert wrong_in(h.store) == []


def test_one_persons_room_is_not_another_ones() -> None:
    """Colleagues wait for their own slots."""
    h = house(rules=ContactRules((OpenLimit(1),)))
    h.desk.request_all([ask("a"), ask("b"), ask("c", respondent=HUBER), ask("d", respondent=HUBER)])
    h.desk.run()
    h.desk.decline("a")
    assert h.desk.get("b").due is not None
    assert h.desk.get("d").due is None
    assert wrong_in(h.store) == []


def test_of_equal_value_the_first_by_key_wakes_first() -> None:
    """The order never depends on chance."""
    h = house(rules=ContactRules((OpenLimit(1),)))
    h.desk.request_all([ask(key) for key in ("z", "y", "x")])
    h.desk.run()
    assert [view.key for view in h.desk.find(state=State.REQUESTED)] == ["x"]
    assert waiting(h) == ["y", "z"]


def test_two_workers_give_one_slot_away_once() -> None:
    """The slot is free for both; one of them wakes the request, and it is asked once."""
    h = house(rules=ContactRules((OpenLimit(1),)))
    h.desk.request_all([ask("a", value=90), ask("b", value=50), ask("c", value=10)])
    h.desk.run()
    h.worker("other", rules=ContactRules((OpenLimit(1),))).decline("a")
    h.desk.run()
    h.worker("other", rules=ContactRules((OpenLimit(1),))).run()
    assert [line.request for message in h.sent for line in message.lines] == ["a", "b"]
    assert wrong_in(h.store) == []


# A rule of one's own that holds


@attrs.frozen
class Blocked:
    """A rule of one's own: some requests are held whatever happens, and some while another one is open."""

    keys: frozenset[str] = frozenset()
    beside: tuple[tuple[str, str], ...] = ()
    name: str = "blocked"
    lookback_us: int = 0

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:
        """Held, for those requests."""
        key, still_open = proposal.request.key, proposal.ledger.open
        if key in self.keys:
            return Held("it is let go")
        for one, other in self.beside:
            if key == one and other in still_open:
                return Held(f"{other} is closed")
        return at_us

    def because(self, at_us: int, proposal: Proposal) -> str:  # noqa: ARG002 - the protocol's signature
        """That it is so."""
        return "somebody wants it so"


def test_what_a_rule_of_one_s_own_holds_keeps_nobody_waiting_behind_it() -> None:
    """The first in turn may not go: the slot that comes free is the next one's, in the same run."""
    h = house(rules=ContactRules((OpenLimit(1), Blocked(frozenset("bc")))))
    h.desk.request_all([ask("a", value=90), ask("b", value=80), ask("c", value=70), ask("d", value=10)])
    h.desk.run()
    assert [view.key for view in h.desk.find(state=State.REQUESTED)] == ["a"]
    h.desk.decline("a")
    report = h.desk.run()
    assert [view.key for view in h.desk.find(state=State.REQUESTED)] == ["d"]
    assert report["held"] == 2
    assert waiting(h) == ["b", "c"]
    assert wrong_in(h.store) == []


def test_what_was_woken_in_vain_has_another_turn_when_something_happens() -> None:
    """It waited for one request to be closed, and is the first in turn again when that is."""
    h = house(rules=ContactRules((OpenLimit(2), Blocked(beside=(("c", "b"),)))))
    h.desk.request_all([ask("a", value=95), ask("b", value=90), ask("c", value=80), ask("d", value=10)])
    h.desk.run()
    h.desk.decline("a")
    h.desk.run()
    assert [view.key for view in h.desk.find(state=State.REQUESTED)] == ["b", "d"]
    h.desk.decline("b")
    h.desk.run()
    assert [view.key for view in h.desk.find(state=State.REQUESTED)] == ["c", "d"]
    assert wrong_in(h.store) == []


def test_a_reminder_that_is_held_takes_no_slot() -> None:
    """It is of a request that is open already: the slot that comes free is the next ask's."""
    h = house(rules=ContactRules((OpenLimit(2), Blocked())))
    h.desk.request_all([ask("a", value=95), ask("b", value=90), ask("c", value=10)])
    h.desk.run()
    strict = h.worker("strict", rules=ContactRules((OpenLimit(2), Blocked(frozenset("a")))))
    h.later(days=7)
    strict.run()
    assert h.desk.get("a").due is None
    strict.decline("b")
    strict.run()
    assert {view.key for view in h.desk.find(state=State.REQUESTED)} == {"a", "c"}
    assert wrong_in(h.store) == []


@settings(max_examples=60)
@given(
    values=st.lists(st.integers(0, 100), min_size=2, max_size=8),
    limit=st.integers(1, 3),
    blocked=st.sets(st.integers(0, 7), max_size=5),
    beside=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=4),
    ends=st.lists(st.tuples(st.integers(0, 7), st.sampled_from(["decline", "withdraw", "give"])), max_size=12),
    batch=st.integers(1, 4),
)
def test_nobody_waits_while_a_slot_is_free_that_the_rules_would_give_them(
    values: list[int],
    limit: int,
    blocked: set[int],
    beside: list[tuple[int, int]],
    ends: list[tuple[int, str]],
    batch: int,
) -> None:
    """Whatever a rule of one's own holds, and whatever ends meanwhile; and every run comes to its end."""
    rule = Blocked(frozenset(f"r{key}" for key in blocked), tuple((f"r{one}", f"r{other}") for one, other in beside))
    rules = ContactRules((OpenLimit(limit), rule))
    h = house(rules=rules, batch=batch)
    h.desk.request_all([ask(f"r{number}", value=value) for number, value in enumerate(values)])
    for number, what in [(-1, "begin"), *ends]:
        if f"r{number}" in {view.key for view in h.desk.find()}:
            with contextlib.suppress(FeedbackKitError):
                h.desk.give(f"r{number}", {"overall": 5}) if what == "give" else getattr(h.desk, what)(f"r{number}")
        h.desk.run()
        ledger = ledgers_in(h.store, "person")[WEBER.id or ""]
        assert len(ledger.open) <= limit
        for held in ledger.held:
            request = h.desk.get(held.key).request
            asking = Proposal(request=request, kind=ContactKind.ASK, person=WEBER, ledger=ledger, rank_us=held.rank_us)
            assert isinstance(rules.earliest(h.clock.now_us(), asking), Held)
        assert wrong_in(h.store) == []
