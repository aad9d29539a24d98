"""What `explain` foresees is what happens when time is played on and nobody does anything else."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedbackkit.codec.values import encode
from feedbackkit.domain.decision import At, Held, Never
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import EventKind, State
from feedbackkit.domain.times import DAY_US, HOUR_US
from feedbackkit.policies import Cadence, StepKind
from feedbackkit.ports import Change, Outcome, Put
from tests.desk.house import HUBER, WEBER, House, Post, ask, house, snapshot

if TYPE_CHECKING:
    from feedbackkit.desk import Explanation

HAPPENS = {
    StepKind.ASK: EventKind.REQUESTED,
    StepKind.REMINDER: EventKind.REMINDED,
    StepKind.EXPIRE: EventKind.EXPIRED,
}


def foreseen(explanation: Explanation) -> list[tuple[EventKind, int]]:
    """The steps ahead as events that are to come."""
    return [(HAPPENS[step.kind], step.decision.at_us) for step in explanation.ahead if isinstance(step.decision, At)]


def played_on(h: House, key: str) -> list[tuple[EventKind, int]]:
    """What does happen when the desk looks whenever the request is due."""
    known = len(h.desk.history(key))
    for _ in range(200):
        due = h.desk.get(key).progress.due_us
        if due is None:
            break
        h.clock.set_us(max(due, h.clock.now_us()))
        h.desk.run()
    return [(event.kind, event.at_us) for event in h.desk.history(key)[known:] if event.kind in HAPPENS.values()]


@settings(max_examples=60)
@given(
    when=st.tuples(st.integers(0, 24 * 14), st.integers(0, 24 * 30), st.none() | st.integers(1, 24 * 40)),
    earlier=st.lists(st.integers(1, 24 * 70), max_size=6),
    colleague=st.lists(st.integers(1, 24 * 35), max_size=14),
    zone=st.sampled_from(["Europe/Berlin", "Asia/Kolkata", "America/New_York", "Pacific/Apia"]),
    asked=st.booleans(),
    deferred=st.none() | st.integers(1, 100),
    reminders=st.lists(st.integers(1, 20), max_size=4),
    no_reminders=st.booleans(),
)
def test_the_ladder_ahead_is_what_happens(
    *,
    when: tuple[int, int, int | None],
    earlier: list[int],
    colleague: list[int],
    zone: str,
    asked: bool,
    deferred: int | None,
    reminders: list[int],
    no_reminders: bool,
) -> None:
    """Whatever was before: contacts of the person and of the house, dates, zones, wishes, ladders of any length."""
    hours, ahead_by, time_left = when
    cadence = Cadence(reminders=tuple(dt.timedelta(days=days) for days in reminders))
    h = house(cadence=cadence)
    here, there = attrs.evolve(WEBER, timezone=zone), attrs.evolve(HUBER, timezone=zone)
    h.desk.register(here, there)
    h.later(hours=hours)
    now_us = h.clock.now_us()
    for person, contacts in ((here, earlier), (there, colleague)):
        for number, ago in enumerate(contacts):
            at = dt.datetime.fromtimestamp((now_us - ago * HOUR_US) / 1_000_000, dt.UTC)
            h.desk.record_contact(person, at=at, key=f"{person.id}-{number}")
    due_us = now_us + ahead_by * HOUR_US
    until_us = None if time_left is None else due_us + time_left * HOUR_US
    h.desk.request(ask("r", respondent=here, due_us=due_us, until_us=until_us))
    if no_reminders:
        h.desk.opt_out(here, scope="reminders")
    if asked:
        due = h.desk.get("r").progress.due_us
        assert due is not None
        h.clock.set_us(due)
        h.desk.run()
    over = h.desk.get("r").state is State.EXPIRED
    if deferred is not None and not over:
        until = dt.datetime.fromtimestamp((h.clock.now_us() + deferred * DAY_US) / 1_000_000, dt.UTC)
        h.desk.defer("r", until=until)
    ahead = foreseen(h.desk.explain("r"))
    assert ahead == played_on(h, "r")
    assert [kind for kind, _ in ahead[-1:]] == [EventKind.EXPIRED] * (not over)


def test_explaining_changes_nothing() -> None:
    """It reads, and what it plays on is thrown away."""
    h = house()
    h.desk.request_all([ask("r"), ask("s", respondent=HUBER)])
    h.desk.run()
    before = snapshot(h.store)
    str(h.desk.explain("r"))
    assert snapshot(h.store) == before


def test_a_refusal_is_told_as_never_with_its_rule() -> None:
    """Whoever opted out has an ask ahead that never comes, and the text names the rule."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.opt_out(WEBER)
    explanation = h.desk.explain("r")
    [step] = explanation.ahead
    assert isinstance(step.decision, Never)
    assert "never" in str(explanation)
    assert "opt-out" in str(explanation)
    assert played_on(h, "r") == []


def test_a_fourth_ask_is_told_as_held() -> None:
    """It has no time, and the text says what it waits for."""
    h = house()
    h.desk.request_all([ask(f"r{number}", value=90 - number) for number in range(4)])
    h.desk.run()
    [step] = h.desk.explain("r3").ahead
    assert isinstance(step.decision, Held)
    assert "open requests" in str(h.desk.explain("r3"))


@pytest.mark.parametrize("state", [State.GIVEN, State.DECLINED, State.DELEGATED, State.WITHDRAWN, State.UNDELIVERABLE])
def test_nothing_is_ahead_of_what_is_closed(state: State) -> None:
    """The past is told, and that there is no more to come."""
    h = house(channel=Post(*[Outcome.GIVE_UP] * (state is State.UNDELIVERABLE)))
    h.desk.request(ask("r"))
    h.desk.run()
    acts: dict[State, Any] = {
        State.GIVEN: lambda: h.desk.give("r", {"overall": 5}),
        State.DECLINED: lambda: h.desk.decline("r", reason="no time"),
        State.DELEGATED: lambda: h.desk.delegate("r", to=HUBER),
        State.WITHDRAWN: lambda: h.desk.withdraw("r"),
    }
    acts.get(state, lambda: None)()
    explanation = h.desk.explain("r")
    assert explanation.view.state is state
    assert explanation.ahead == ()
    assert "nothing" in str(explanation)
    assert explanation.past == tuple(h.desk.history("r"))


def test_times_are_told_where_the_respondent_is() -> None:
    """Nine o'clock in Tokyo is nine o'clock in the text."""
    h = house()
    h.desk.request(ask("r", respondent=attrs.evolve(WEBER, timezone="Asia/Tokyo"), due_us=h.clock.now_us() + DAY_US))
    text = str(h.desk.explain("r"))
    assert "Asia/Tokyo" in text
    assert "Wed  4 Mar 2026 09:00  ask" in text


def test_without_an_address_the_ask_ahead_is_held() -> None:
    """As the run will hold it, and with the same words."""
    h = house()
    h.desk.request(ask("r", respondent=Person(id="P-x", name="X", basis=WEBER.basis)))
    [ahead] = h.desk.explain("r").ahead
    h.desk.run()
    assert isinstance(ahead.decision, Held)
    assert h.desk.history("r")[-1].because == ahead.decision.because
    assert [step.decision for step in h.desk.explain("r").ahead] == [ahead.decision]


def test_a_held_reminder_is_told_as_a_reminder_that_waits() -> None:
    """Deferred, and the address is gone by then: it is not over yet."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.run()
    h.desk.defer("r", until="2026-04-01")
    file = h.store.find("person", limit=9)[-1]
    gone = encode(attrs.evolve(WEBER, email=None))
    h.store.write(
        [
            Change(
                "gone", 0, (Put(file.kind, file.key, file.version, None, file.group, (), file.state, file.head, gone),)
            )
        ]
    )
    h.clock.set("2026-04-01T10:00:00Z")
    h.desk.run()
    assert h.desk.get("r").due is None
    [step] = h.desk.explain("r").ahead
    assert (step.kind, type(step.decision)) == (StepKind.REMINDER, Held)


def test_an_ask_whose_time_passes_before_the_rules_allow_it_is_told_as_expiring() -> None:
    """Asked until Friday evening, allowed on Monday: nobody will be asked, and the text says so."""
    h = house(at="2026-03-06T16:30:00Z")
    h.desk.request(ask("r", until_us=h.clock.now_us() + HOUR_US))
    h.later(minutes=31)
    [step] = h.desk.explain("r").ahead
    assert (step.kind, step.decision.at_us) == (StepKind.EXPIRE, h.clock.now_us())  # type: ignore[union-attr]  # an `At`
    assert "no time was left for it: " in str(h.desk.explain("r"))
    assert foreseen(h.desk.explain("r")) == played_on(h, "r")


def test_whoever_wants_no_reminders_is_told_when_the_silence_ends() -> None:
    """The reminder never comes, and two weeks after the ask the request expires."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.run()
    h.desk.opt_out(WEBER, scope="reminders")
    never, expiry = h.desk.explain("r").ahead
    assert (never.kind, type(never.decision), expiry.kind) == (StepKind.REMINDER, Never, StepKind.EXPIRE)
    assert foreseen(h.desk.explain("r")) == played_on(h, "r")


def test_every_move_names_its_rule() -> None:
    """Why not before: the gap, then the office hours, each with the instant to which it moved the step."""
    h = house()
    h.desk.register(WEBER)
    h.desk.record_contact(WEBER)
    h.desk.request(ask("r"))
    [step, *_] = h.desk.explain("r").ahead
    assert isinstance(step.decision, At)
    told = [event.because for event in h.desk.history("r")] + [step.decision.because]
    assert {"minimum gap", "office hours"} <= {reason.rule for because in told for reason in because}
