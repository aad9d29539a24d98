"""The reminder ladder: what comes next, and when."""

from __future__ import annotations

import datetime as dt

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.domain.request import Progress, State
from feedbackkit.domain.times import DAY_US
from feedbackkit.errors import InvalidValue
from feedbackkit.policies import Cadence, Call, Nudge, Step, StepKind
from tests.policies.proposals import NOON, after, days

CADENCE = Cadence(reminders=(days(7), days(10)), rest=days(14))


def test_an_ask_is_due_when_it_was_planned() -> None:
    """The first step of a planned request is the ask, at the time that stands in it."""
    assert CADENCE.next_step(Progress(state=State.PLANNED, due_us=NOON)) == Step(StepKind.ASK, NOON)


def test_what_is_held_has_no_next_step() -> None:
    """A planned request without a time waits for something else than the clock."""
    assert CADENCE.next_step(Progress(state=State.PLANNED)) is None


def test_the_first_reminder_counts_from_the_ask() -> None:
    """After the ask the first reminder is due by its span."""
    progress = Progress(state=State.REQUESTED, step=1, anchor_us=NOON)
    assert CADENCE.next_step(progress) == Step(StepKind.REMINDER, after(7))


def test_the_second_reminder_counts_from_the_first() -> None:
    """Each reminder has its own span, from the contact before it."""
    progress = Progress(state=State.REMINDED, step=2, anchor_us=NOON)
    assert CADENCE.next_step(progress) == Step(StepKind.REMINDER, after(10))


def test_after_the_last_reminder_it_expires() -> None:
    """When all reminders are used up the request rests, and then expires."""
    progress = Progress(state=State.REMINDED, step=3, anchor_us=NOON)
    assert CADENCE.next_step(progress) == Step(StepKind.EXPIRE, after(14))


def test_without_reminders_an_ask_is_all() -> None:
    """A cadence may have no reminders at all."""
    progress = Progress(state=State.REQUESTED, step=1, anchor_us=NOON)
    assert Cadence(reminders=()).next_step(progress) == Step(StepKind.EXPIRE, after(14))


def test_more_steps_than_reminders() -> None:
    """A request that went further than today's ladder goes expires too."""
    progress = Progress(state=State.REMINDED, step=7, anchor_us=NOON)
    assert CADENCE.next_step(progress) == Step(StepKind.EXPIRE, after(14))


@pytest.mark.parametrize("step", [1, 3])
def test_a_chosen_date_stands_in_for_the_ladder(step: int) -> None:
    """At the date that a respondent asked for there is a reminder, wherever the ladder was, even at its end."""
    progress = Progress(state=State.REMINDED, step=step, due_us=after(40))
    assert CADENCE.next_step(progress) == Step(StepKind.REMINDER, after(40))


def test_a_deferral_before_the_ask() -> None:
    """Who puts off the ask itself is asked, not reminded, at their date."""
    progress = Progress(state=State.PLANNED, due_us=after(40))
    assert CADENCE.next_step(progress) == Step(StepKind.ASK, after(40))


def test_a_deferral_uses_up_no_reminder() -> None:
    """After the contact at the chosen date the ladder goes on where it was."""
    assert CADENCE.step_after(2, after(40)) == Step(StepKind.REMINDER, after(50))


@pytest.mark.parametrize("state", sorted(set(State) - {State.PLANNED, State.REQUESTED, State.REMINDED}))
def test_what_is_not_open_has_no_next_step(state: State) -> None:
    """Nobody is contacted about a request that is closed, undeliverable or not planned yet."""
    assert CADENCE.next_step(Progress(state=state, step=1, due_us=NOON, anchor_us=NOON)) is None


@given(step=st.integers(1, 2), pause=st.integers(0, 400))
def test_after_a_pause_there_is_no_burst(step: int, pause: int) -> None:
    """However late a reminder really went out, the next step keeps its whole distance from it."""
    late = after(7) + pause * DAY_US
    following = CADENCE.step_after(step + 1, late)
    assert following.at_us - late >= 10 * DAY_US


def test_two_reminders_by_default() -> None:
    """As it comes, the ladder is an ask, two reminders a week apart, and an end two weeks later."""
    at_us, ladder = NOON, list[StepKind]()
    for step in (1, 2, 3):
        following = Cadence().step_after(step, at_us)
        ladder.append(following.kind)
        at_us = following.at_us
    assert ladder == [StepKind.REMINDER, StepKind.REMINDER, StepKind.EXPIRE]
    assert at_us == after(28)


@pytest.mark.parametrize("span", [dt.timedelta(0), pendulum.duration(months=1), 7])
def test_spans_without_length_are_refused(span: dt.timedelta) -> None:
    """Spans of a ladder are longer than nothing, and never months."""
    with pytest.raises(InvalidValue, match=r"cadence\.reminders"):
        Cadence(reminders=(span,))
    with pytest.raises(InvalidValue, match=r"cadence\.rest"):
        Cadence(rest=span)


def test_spans_come_from_either_library() -> None:
    """A cadence in spans of pendulum's is the same as one of the standard library's."""
    assert Cadence(reminders=[pendulum.duration(weeks=1)], rest=pendulum.duration(weeks=2)) == Cadence(
        reminders=(days(7),), rest=days(14)
    )


# Escalation: each an explicit rung


def test_a_call_follows_the_last_reminder() -> None:
    """A rung after the reminders has its own span, from the contact before it."""
    cadence = Cadence(reminders=(days(7),), then=[Call(days(3))], rest=days(14))
    progress = Progress(state=State.REMINDED, step=2, anchor_us=NOON)
    assert cadence.next_step(progress) == Step(StepKind.CALL, after(3))


def test_rungs_follow_each_other_and_then_it_rests() -> None:
    """Nudge, call, and the end: one after the other."""
    cadence = Cadence(reminders=(), then=[Nudge(days(3)), Call(days(4))], rest=days(14))
    assert [cadence.step_after(step, NOON) for step in (1, 2, 3)] == [
        Step(StepKind.NUDGE, after(3)),
        Step(StepKind.CALL, after(4)),
        Step(StepKind.EXPIRE, after(14)),
    ]


def test_a_chosen_date_at_a_call_brings_the_call() -> None:
    """Who asked for a later date is called then where the ladder is at its call, and reminded otherwise."""
    cadence = Cadence(reminders=(days(7),), then=[Call(days(3)), Nudge(days(3))])
    kinds = [
        step.kind
        for number in range(4)
        if (step := cadence.next_step(Progress(state=State.REQUESTED, step=number, due_us=NOON)))
    ]
    assert kinds == [StepKind.ASK, StepKind.REMINDER, StepKind.CALL, StepKind.REMINDER]


@pytest.mark.parametrize("then", [["call"], [Nudge(days(1)), Nudge(days(2))], [days(1)]])
def test_only_known_rungs_and_one_nudge(then: list[object]) -> None:
    """A rung is a call or a nudge, and a subject is nudged about a request once."""
    with pytest.raises(InvalidValue, match=r"cadence\.then"):
        Cadence(then=then)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # that is the claim
