"""I6: a clock that jumps re-sends nothing and un-expires nothing, whenever it jumps; and no randomness is hidden."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import attrs
import pytest

from feedbackkit.domain.engagement import Extension
from feedbackkit.domain.request import EventKind, State
from feedbackkit.policies import Cadence, ContactRules, OpenLimit, playbooks
from feedbackkit.stores import MemoryStore
from tests.desk.books import wrong_in
from tests.desk.house import HUBER, WEBER, House, Post, ask, house, mandate, snapshot

DAYS = (0, 1, 7, 8, 14, 20, 28, 35, 42, 60)
"""On which days the desk runs, from a Monday morning on."""
JUMPS = {"an hour": 1, "a week": 24 * 7, "ten years": 24 * 3652}
INTERIM = playbooks.interim()


def season(*, jump_after: int | None = None, hours: int = 0, then: Any = lambda _house: None) -> House:
    """Two people are asked and one of them answers; after one of the runs the clock jumps back, and right again."""
    h = house(channel=Post(idempotent=False))
    h.desk.request_all([ask("r"), ask("s", value=20, occasion="verification"), ask("t", respondent=HUBER)])
    begun = h.clock.now_us()
    for number, day in enumerate(DAYS):
        h.clock.set_us(begun + day * 86_400_000_000)
        if day == 8:
            h.desk.give("t", {"overall": 4})
        h.desk.run()
        if number == jump_after:
            h.later(hours=-hours).desk.run()
            then(h)
            h.desk.run()
    return h


def seen(h: House) -> tuple[Any, ...]:
    """What reached people and when it was booked, and where it all ended."""
    messages = [(message.id, message.booked_us, [line.step for line in message.lines]) for message in h.sent]
    return messages, [(view.key, view.state, view.progress.step) for view in h.desk.find()]


@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize("after", range(len(DAYS)))
def test_i6_a_jump_back_after_any_run_changes_nothing(after: int, jump: str) -> None:
    """The same messages, booked at the same instants, and the same ends."""
    h = season(jump_after=after, hours=JUMPS[jump])
    assert seen(h) == seen(season())
    assert wrong_in(h.store) == []


@pytest.mark.parametrize("jump", JUMPS)
def test_i6_what_was_closed_stays_closed_in_the_past(jump: str) -> None:
    """Expired, given and declined requests stay so, whatever runs back then."""
    h = season()
    h.desk.request(ask("u", occasion="verification"))
    h.desk.decline("u")
    before = {view.key: view.state for view in h.desk.find()}
    assert set(before.values()) == {State.EXPIRED, State.GIVEN, State.DECLINED}
    h.later(hours=-JUMPS[jump])
    for _ in range(5):
        h.desk.run()
        h.later(days=1)
    assert {view.key: view.state for view in h.desk.find()} == before


@pytest.mark.parametrize("jump", JUMPS)
def test_i6_an_opt_out_holds_at_every_time(jump: str) -> None:
    """A wish that was said "later" holds now."""
    h = house()
    h.desk.opt_out(h.desk.register(WEBER)[0])
    h.desk.request(ask("r"))
    h.later(hours=-JUMPS[jump])
    for _ in range(30):
        h.desk.run()
        h.later(days=1)
    assert h.sent == []


def test_i6_a_contact_in_the_future_keeps_its_distance_from_both_sides() -> None:
    """After the jump somebody wants something else of the person: it neither goes close before nor after."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.run()
    contacted = h.clock.now_us()
    h.later(days=-3)
    h.desk.request(ask("s", occasion="verification"))
    for _ in range(24 * 12):
        h.desk.run()
        h.later(hours=1)
    instants = sorted(view.contact.booked_us for view in h.desk.contacts(WEBER))
    assert contacted in instants
    assert min(b - a for a, b in pairwise(instants)) >= 5 * 86_400_000_000


def test_i6_an_answer_from_the_future_is_an_answer() -> None:
    """Handed in again after the jump it is no event, and a different one revises it."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.give("r", {"overall": 5})
    h.later(days=-3650)
    h.desk.give("r", {"overall": 5})
    assert [event.kind for event in h.desk.history("r")] == [EventKind.PLANNED, EventKind.GIVEN]
    h.desk.give("r", {"overall": 4})
    assert [answer.revision for answer in h.desk.answers()] == [1, 2]
    h.desk.verify("r")


def test_i6_a_lease_from_the_future_holds_nobody_up() -> None:
    """A worker died with a clock ten years ahead; the others go on at once."""
    h = house(at="2036-03-03T10:00:00Z")
    h.desk.request(ask("r"))
    assert h.store.claim("request", now=h.clock.now_us(), lease=300_000_000, owner="gone", limit=9)
    h.clock.set("2026-03-02T10:00:00Z")
    h.desk.request(ask("s", occasion="verification"))
    h.worker("other").run()
    assert [message.id for message in h.sent] == ["s#1"]


def test_i6_a_clock_that_leaps_ahead_for_one_run_expires_but_sends_no_burst() -> None:
    """Ten years ahead and back: each request has at most the one contact of the leap."""
    h = house()
    h.desk.request_all([ask("r"), ask("t", respondent=HUBER)])
    h.desk.run()
    before = len(h.sent)
    h.later(days=3653 + 1).desk.run()  # a Monday again
    assert len(h.sent) <= before + 2
    leapt = len(h.sent)
    h.later(days=-3654).desk.run()
    for _ in range(10):
        h.later(days=1).desk.run()
    assert len(h.sent) == leapt
    assert wrong_in(h.store) == []


def year(store: Any) -> dict[str, Any]:
    """A year of an engagement that is extended half-way, with answers to every second request."""
    h = house(store)
    h.desk.plan(mandate(), INTERIM)
    for week in range(52):
        h.desk.run()
        for number, view in enumerate(h.desk.find(state="requested")):
            if (week + number) % 2:
                h.desk.give(view.key, {"overall": 3})
        if week == 26:
            h.desk.plan(mandate(extensions=[Extension(agreed="2026-08-20", ends="2027-04-30")]), INTERIM)
        h.later(days=7)
    return snapshot(store)


def test_i6_what_was_held_by_a_clock_that_leapt_ahead_wakes_no_earlier_than_the_respondent_chose() -> None:
    """Deferred to June and held in a June that was none: in March there is room, and still nobody is asked."""
    h = house(rules=ContactRules((OpenLimit(1),)), cadence=Cadence(rest=dt.timedelta(days=300)))
    h.desk.request_all([ask("a", value=90), ask("b")])
    h.desk.defer("b", until="2026-06-01")
    h.desk.run()
    h.clock.set("2026-06-02T10:00:00Z")
    h.desk.run()
    assert h.desk.get("b").due is None
    h.clock.set("2026-03-03T10:00:00Z")
    h.desk.decline("a")
    assert str(h.desk.get("b").due) == "2026-06-01 00:00:00+00:00"


def test_i6_a_year_played_twice_is_the_same_to_the_byte() -> None:
    """Every record, every history entry with its id, salt and commitment."""
    first = year(MemoryStore())
    assert len(first["contact"]) > 5
    assert year(MemoryStore()) == first


def test_i6_planning_again_after_a_jump_back_takes_nothing_back_that_went_out() -> None:
    """What was asked stays asked, and is asked once."""
    h = house()
    h.desk.plan(mandate(), INTERIM)
    for _ in range(20):
        h.desk.run()
        h.later(days=7)
    out = [message.id for message in h.sent]
    asked = {view.key: view for view in h.desk.find() if view.progress.step > 0}
    assert asked
    h.later(days=-100)
    h.desk.plan(mandate(), INTERIM)
    h.desk.run()
    assert {key: h.desk.get(key) for key in asked} == asked
    h.later(days=100)
    h.desk.plan(mandate(), INTERIM)
    assert [message.id for message in h.sent][: len(out)] == out
    assert wrong_in(h.store) == []


@pytest.mark.parametrize("until", ["2026-06-01T10:00", "2026-06-01 10:00:00", "20260601T100000"])
def test_i6_no_naive_instant_comes_in(until: str) -> None:
    """Whoever means an instant says its offset."""
    h = house()
    h.desk.request(ask("r"))
    for act in (
        lambda: h.desk.defer("r", until=until),
        lambda: h.desk.opt_out(WEBER, until=until),
        lambda: h.desk.record_contact(WEBER, at=until),
    ):
        with pytest.raises(ValueError, match=r"offset|naive|zone"):
            act()
    assert h.desk.get("r").state is State.PLANNED
    assert attrs.asdict(h.desk.get("r").progress)["attempt"] == 0
