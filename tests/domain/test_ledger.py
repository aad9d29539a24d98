"""Ledgers: what counts, how long it is kept, and in which order requests wait."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.domain.ledger import KEPT_CONTACTS, HeldRequest, Ledger, OptOut, Scope
from feedbackkit.domain.request import Occasion
from feedbackkit.errors import InvalidValue

instants = st.integers(0, 1000)
keys = st.sampled_from(["a", "b", "c", "d"])
requests = st.builds(HeldRequest, key=keys, value=st.integers(0, 3))


def book_plainly(contacts: list[int], at_us: int, keep_us: int) -> list[int]:
    """The oracle: among the newest, or not older than is kept."""
    everything = sorted([*contacts, at_us])
    newest = everything[-KEPT_CONTACTS:]
    return [each for each in everything[: len(everything) - len(newest)] if each >= at_us - keep_us] + newest


@given(st.lists(instants, max_size=200), st.integers(0, 500))
def test_a_ledger_keeps_what_is_new_and_what_is_among_the_newest(booked: list[int], keep_us: int) -> None:
    """After any bookings in any order it holds what the plain rule holds, in order of time."""
    ledger, plain = Ledger(), list[int]()
    for at_us in booked:
        ledger, plain = ledger.booked(at_us, keep_us=keep_us), book_plainly(plain, at_us, keep_us)
        assert ledger.contacts == tuple(plain)


@given(st.lists(instants, max_size=KEPT_CONTACTS))
def test_the_newest_are_never_forgotten(booked: list[int]) -> None:
    """Up to the number that is kept, no contact is dropped, even where none needs to be kept."""
    ledger = Ledger()
    for at_us in booked:
        ledger = ledger.booked(at_us, keep_us=0)
    assert ledger.contacts == tuple(sorted(booked))


def test_a_clock_gone_astray_makes_nothing_be_forgotten() -> None:
    """A contact booked in a wrong far future leaves the newest of the true ones."""
    ledger = Ledger(contacts=tuple(range(100)))
    astray = ledger.booked(10**15, keep_us=50)
    assert astray.contacts == (*range(100 - KEPT_CONTACTS + 1, 100), 10**15)


def test_what_must_be_kept_is_kept_however_much_it_is() -> None:
    """More contacts than the number that is kept stay, as long as they are new enough."""
    ledger = Ledger(contacts=tuple(range(100, 300)))
    assert ledger.booked(300, keep_us=200).contacts == tuple(range(100, 301))
    assert ledger.booked(300, keep_us=150).contacts == tuple(range(150, 301))


@given(st.lists(instants, max_size=30), instants)
def test_a_released_contact_does_not_count(booked: list[int], at_us: int) -> None:
    """Booking and releasing is as if nothing had been, also where another contact has the same instant."""
    ledger = Ledger(contacts=tuple(sorted(booked)))
    assert ledger.booked(at_us, keep_us=1000).released(at_us) == ledger


def test_releasing_what_was_not_booked_changes_nothing() -> None:
    """A release may be repeated."""
    ledger = Ledger(contacts=(1, 3, 3))
    assert ledger.released(2) == ledger
    assert ledger.released(3).released(3).released(3).contacts == (1,)


@given(st.lists(st.tuples(st.sampled_from(["open", "close"]), keys), max_size=20))
def test_a_request_is_open_once(acts: list[tuple[str, str]]) -> None:
    """After any openings and closings a key is among the open ones once, or not at all, in order of opening."""
    ledger, plain = Ledger(), list[str]()
    for act, key in acts:
        if act == "open":
            ledger = ledger.opened(key)
            plain += [key] if key not in plain else []
        else:
            ledger = ledger.closed(key)
            plain = [each for each in plain if each != key]
        assert ledger.open == tuple(plain)


@given(st.lists(requests, max_size=12))
def test_the_most_valuable_waits_first(arrivals: list[HeldRequest]) -> None:
    """Whatever the order of arrival, held requests stand by value, equal ones by key, each once with its last value."""
    ledger, plain = Ledger(), dict[str, int]()
    for request in arrivals:
        ledger = ledger.holding(request)
        plain[request.key] = request.value
    assert ledger.held == tuple(
        HeldRequest(key, value)
        for value, key in sorted((-value, key) for key, value in plain.items())
        for value in [-value]
    )


@pytest.mark.parametrize("opened", [(), ("a",)])
def test_what_was_asked_waits_no_more(opened: tuple[str, ...]) -> None:
    """Opening a request takes it from the held ones, also where it was open and its reminder waited."""
    ledger = Ledger(open=opened).holding(HeldRequest("a", 5)).holding(HeldRequest("b", 9)).opened("a")
    assert (ledger.held, ledger.open) == ((HeldRequest("b", 9),), ("a",))


@given(st.lists(instants, min_size=1, max_size=6))
def test_the_latest_answer_counts(answers: list[int]) -> None:
    """Whatever the order in which answers are recorded, the ledger knows when the latest came."""
    ledger = Ledger()
    for at_us in answers:
        ledger = ledger.answered(at_us)
    assert ledger == Ledger(answered_us=max(answers))


def test_what_is_closed_waits_no_more() -> None:
    """Closing a request takes it from the held ones too, and leaves the others."""
    ledger = Ledger().holding(HeldRequest("a", 5)).holding(HeldRequest("b", 9)).opened("c").closed("b")
    assert (ledger.held, ledger.open) == ((HeldRequest("a", 5),), ("c",))


WOKEN = Ledger(open=("c",), held=(HeldRequest("b", 9),), woken=(HeldRequest("a", 5), HeldRequest("d", 3)))


@pytest.mark.parametrize(
    "ledger",
    [WOKEN.opened("a"), WOKEN.closed("a"), WOKEN.unheld("a"), WOKEN.holding(HeldRequest("a", 5))],
    ids=["opened", "closed", "unheld", "held again"],
)
def test_what_was_woken_keeps_its_slot_until_something_becomes_of_it(ledger: Ledger) -> None:
    """Asked, closed, put off or held again, it gives it back; the others keep theirs."""
    assert ledger.woken == (HeldRequest("d", 3),)


def test_what_was_woken_keeps_its_slot_through_everything_else() -> None:
    """Contacts, answers and what becomes of other requests do not touch it."""
    ledger = WOKEN.booked(5, keep_us=9).released(5).answered(7).opened("e").closed("c").unheld("b")
    assert ledger.holding(HeldRequest("f", 1)).woken == WOKEN.woken


@pytest.mark.parametrize("key", ["x", "c"])
def test_what_waits_for_nothing_is_left_as_it_is(key: str) -> None:
    """The very same ledger, so that nothing is written."""
    assert WOKEN.unheld(key) is WOKEN
    assert WOKEN.opened("c") is WOKEN
    assert WOKEN.closed("x") is WOKEN


@given(st.lists(instants, max_size=5), st.lists(keys, max_size=3))
def test_one_part_of_a_ledger_does_not_touch_another(contacts: list[int], opened: list[str]) -> None:
    """Booking changes contacts alone; opening changes the open requests alone; the old ledger stays as it was."""
    ledger = Ledger(contacts=tuple(sorted(contacts)), answered_us=7, opt_outs=(OptOut(since_us=1),))
    before = attrs.evolve(ledger)
    assert attrs.evolve(ledger.booked(5, keep_us=9), contacts=ledger.contacts) == ledger
    for key in opened:
        assert attrs.evolve(ledger.opened(key), open=ledger.open) == ledger
    assert ledger == before


def test_an_opt_out_is_from_everything_and_for_good_unless_it_says_so() -> None:
    """Without more words an opt-out covers all, without end; its scope may come as text."""
    assert OptOut(since_us=5) == OptOut(scope=Scope.ALL, occasion=None, since_us=5, until_us=None)
    assert OptOut(scope="reminders", since_us=5).scope is Scope.REMINDERS
    named = OptOut(scope="occasion", occasion="reference", since_us=5)
    assert (named.scope, named.occasion) == (Scope.OCCASION, Occasion.REFERENCE)


def test_an_opt_out_from_an_occasion_names_it() -> None:
    """An opt-out from one occasion that does not say which would cover nothing, and is refused."""
    with pytest.raises(InvalidValue, match=r"^opt-out\.occasion must be named where the scope is an occasion"):
        OptOut(scope=Scope.OCCASION, since_us=5)
