"""Time played: broken off anywhere and begun again, it ends as if nothing had happened."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.desk.reactions import Reaction, ReactionKind, SilentPost
from feedbackkit.desk.simulator import Simulator
from feedbackkit.domain.times import DAY_US, HOUR_US
from feedbackkit.errors import SetupError, StoreBusy
from feedbackkit.policies import playbooks
from feedbackkit.stores import MemoryStore
from tests.desk.house import HUBER, Died, Wrapped, dying, house, mandate

if TYPE_CHECKING:
    from collections.abc import Callable

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


def simulator(store: Any) -> Simulator:
    """A play on a store, with a desk, a clock and a post of its own."""
    post = SilentPost()
    h = house(store, at="2026-03-20T00:00:00Z", channel=post)
    return Simulator(store, h.desk, h.clock, post, script=react, playbook=playbooks.interim())


def begin(store: Any) -> Simulator:
    """A play on a store in which three mandates are known."""
    house(store, at="2026-03-20T00:00:00Z").desk.add(*(mandate(id=f"M-{number}") for number in (17, 18, 19)))
    return simulator(store)


def seen(store: Any) -> tuple[Any, Any, Any]:
    """What can be seen of a store."""
    desk = house(store).desk
    return desk.find(), desk.contacts(), [dict(answer.items) for answer in desk.answers()]


def play(store: Any) -> tuple[Any, Any, Any]:
    """Play two months on a store, from wherever it stands; what can be seen in the end."""
    begin(store).play(FIRST, LAST)
    return seen(store)


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


@pytest.mark.parametrize("at_write", [3, 4, 5])
@pytest.mark.parametrize("afterwards", [False, True], ids=["before the write", "after the write"])
def test_broken_off_at_writes_that_follow_each_other_it_ends_the_same(
    undisturbed: tuple[Any, Any, Any], afterwards: bool, at_write: int
) -> None:
    """Dead at a write that changes requests, begun again, dead at the next such write, for all of the play."""
    store = MemoryStore()
    deaths = 0
    ended: Any = None
    while ended is None:
        left = at_write

        def check(name: str, arguments: tuple[Any, ...]) -> None:
            nonlocal left
            if name == "write" and any(write.kind != "play" for change in arguments[0] for write in change.writes):
                left -= 1
            if left <= 0:
                raise Died

        wrapped = Wrapped(store, after=check) if afterwards else Wrapped(store, before=check)
        try:
            ended = play(wrapped)
        except Died:
            deaths += 1
            assert deaths < 100, "it does not get on"
    assert deaths >= 3
    assert ended == undisturbed


def stepping_in(store: Any, last: dt.date, *, on: dt.date | None = None) -> Callable[[dt.date], None]:
    """What a second play does on a day of the first, or on each: it begins, and plays to a day of its own."""

    def step(day: dt.date) -> None:
        if on in {None, day}:
            simulator(store).play(FIRST, last)

    return step


@pytest.mark.parametrize("days", [-5, 0, 1, 100], ids="{} days further".format)
@pytest.mark.parametrize("on", [FIRST, dt.date(2026, 4, 1), LAST])
def test_of_two_plays_at_once_the_earlier_stops_and_the_later_ends_as_if_alone(
    undisturbed: tuple[Any, Any, Any], on: dt.date, days: int
) -> None:
    """Whenever the second one begins, and however far it has come when the first one goes on: nothing is doubled."""
    store = MemoryStore()
    last = min(max(on + dt.timedelta(days=days), FIRST), LAST)
    with pytest.raises(StoreBusy, match=r"^another play is going on on this store"):
        begin(store).play(FIRST, LAST, each_day=stepping_in(store, last, on=on))
    assert play(store) == undisturbed


def test_two_plays_that_step_in_turn_end_as_one(undisturbed: tuple[Any, Any, Any]) -> None:
    """Each begins again where it was stopped, a day further each time: nothing is doubled or left out."""
    store = MemoryStore()
    one = begin(store)
    for day in range((LAST - FIRST).days + 1):
        with pytest.raises(StoreBusy):
            one.play(FIRST, LAST, each_day=stepping_in(store, FIRST + dt.timedelta(days=day)))
    assert seen(store) == undisturbed


def test_a_play_whose_position_was_written_by_another_does_not_react() -> None:
    """Two that come to the same hour at the same version: one of them keeps the position, the other one stops."""
    inner = MemoryStore()
    begin(inner)
    reached: list[tuple[Any, ...]] = []

    def overtake(name: str, arguments: tuple[Any, ...]) -> None:
        if name == "write" and any(write.kind == "play" for change in arguments[0] for write in change.writes):
            reached.append(arguments)
            if len(reached) == 2:
                inner.write(*arguments)

    with pytest.raises(StoreBusy, match="another play"):
        simulator(Wrapped(inner, before=overtake)).play(FIRST, LAST)
    assert len(reached) == 2


@pytest.mark.parametrize("times", [1, 5, 1000])
def test_a_play_that_begins_while_another_writes_begins_behind_it(
    undisturbed: tuple[Any, Any, Any], times: int
) -> None:
    """It looks again; only where it is overtaken again and again does it give up, and nothing was changed."""
    inner = MemoryStore()
    begin(inner).play(FIRST, dt.date(2026, 4, 1))
    left = times

    def overtake(name: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if left and name == "write" and any(write.kind == "play" for change in arguments[0] for write in change.writes):
            left -= 1
            inner.write(*arguments)

    late = simulator(Wrapped(inner, before=overtake))
    if times < 1000:
        late.play(FIRST, LAST)
        assert seen(inner) == undisturbed
    else:
        before = seen(inner)
        with pytest.raises(StoreBusy, match="another play"):
            late.play(FIRST, LAST)
        assert seen(inner) == before


def test_a_play_that_ends_before_it_begins_is_refused() -> None:
    """The days must be in order."""
    post = SilentPost()
    h = house(channel=post)
    with pytest.raises(SetupError, match="before its first"):
        Simulator(h.store, h.desk, h.clock, post, script=react, playbook=playbooks.interim()).play(LAST, FIRST)
