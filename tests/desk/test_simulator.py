"""Time played: broken off anywhere and begun again, it ends as if nothing had happened."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.desk.simulator import Reaction, ReactionKind, SilentPost, Simulator
from feedbackkit.domain.times import DAY_US, HOUR_US
from feedbackkit.errors import SetupError
from feedbackkit.policies import playbooks
from feedbackkit.stores import MemoryStore
from tests.desk.house import HUBER, Died, dying, house, mandate

if TYPE_CHECKING:
    from feedbackkit.domain.contact import ContactLine
    from feedbackkit.domain.people import Person
    from feedbackkit.domain.request import Request

FIRST, LAST = dt.date(2026, 3, 20), dt.date(2026, 5, 20)


def react(contact: str, line: ContactLine, request: Request, _person: Person) -> Reaction | None:
    """Silence first; then a deferral, a decline, a delegation or an answer, by what it is about."""
    if contact.endswith("#1") and request.engagement == "M-17":
        return Reaction(kind=ReactionKind.DEFER, after_us=HOUR_US, wait_us=9 * DAY_US)
    if request.engagement == "M-18" and request.delegated_from is None:
        return Reaction(kind=ReactionKind.DELEGATE, after_us=30 * HOUR_US, to=HUBER)
    if request.engagement == "M-19":
        return Reaction(kind=ReactionKind.DECLINE, after_us=3 * HOUR_US, reason="no time") if line.step > 1 else None
    return Reaction(kind=ReactionKind.ANSWER, after_us=5 * HOUR_US, items={"overall": 4})


def play(store: Any) -> tuple[Any, Any, Any]:
    """Play two months on a store, from wherever it stands; what can be seen in the end."""
    post = SilentPost()
    h = house(store, at="2026-03-20T00:00:00Z", channel=post)
    h.desk.add(*(mandate(id=f"M-{number}") for number in (17, 18, 19)))
    Simulator(store, h.desk, h.clock, post, script=react, playbook=playbooks.interim()).play(FIRST, LAST)
    return h.desk.find(), h.desk.contacts(), [dict(answer.items) for answer in h.desk.answers()]


@pytest.fixture(scope="module")
def undisturbed() -> tuple[Any, Any, Any]:
    """How it ends when nothing happens."""
    return play(MemoryStore())


def test_the_same_months_played_twice_are_the_same(undisturbed: tuple[Any, Any, Any]) -> None:
    """Every request, contact and answer, with its ids and instants; and there are some of each."""
    assert all(undisturbed)
    assert play(MemoryStore()) == undisturbed


def test_played_again_on_the_same_store_nothing_happens(undisturbed: tuple[Any, Any, Any]) -> None:
    """The play knows where it stands."""
    store = MemoryStore()
    play(store)
    assert play(store) == undisturbed


@pytest.mark.parametrize("afterwards", [False, True], ids=["before the write", "after the write"])
@pytest.mark.parametrize("death", [3, 40, 150, 700])
def test_broken_off_at_a_call_and_begun_again_it_ends_the_same(
    undisturbed: tuple[Any, Any, Any], death: int, afterwards: bool
) -> None:
    """The process dies at one store call, before or after it was made."""
    store = MemoryStore()
    with pytest.raises(Died):
        play(dying(store, death, afterwards=afterwards))
    assert play(store) == undisturbed


def test_a_play_that_ends_before_it_begins_is_refused() -> None:
    """The days must be in order."""
    post = SilentPost()
    h = house(channel=post)
    with pytest.raises(SetupError, match="before its first"):
        Simulator(h.store, h.desk, h.clock, post, script=react, playbook=playbooks.interim()).play(LAST, FIRST)
