"""The candidates of the law, each making the same three transitions: remind, remind, give."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.harness import CPU, Candidate, Outcome, Target, Work, alternate
from benchmarks.law import limit, ours, peers
from feedbackkit.domain.request import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from feedbackkit.domain.request import Event

EVENTS = ("remind", "remind", "give")
OURS = "feedbackkit"
LIMIT = "limit: attrs.evolve and a dict table"
TRANSITIONS = "transitions, one machine, models added beforehand"
STATEMACHINE = "python-statemachine, instances made beforehand"

TEXT = """
One unit is one transition of a request in memory: its guard is asked, the new state, reminder count and due instant are
set, and a history entry is made. Every object goes through three of them (remind, remind, give).
"""


def measure(*, rounds: int, objects: int) -> Outcome:
    """What one transition costs each candidate."""
    candidates = [
        Candidate(name=LIMIT, prepare=lambda: _by_hand(limit.evolved, objects)),
        Candidate(
            name="by hand, the constructor called directly", prepare=lambda: _by_hand(limit.constructed, objects)
        ),
        Candidate(name=OURS, prepare=lambda: _ours(objects)),
        Candidate(name=TRANSITIONS, prepare=lambda: _transitions_shared(objects)),
        Candidate(name="transitions, a machine for each object", prepare=lambda: _transitions_each(objects // 20)),
        Candidate(name=STATEMACHINE, prepare=lambda: _statemachine_shared(objects // 20)),
        Candidate(
            name="python-statemachine, an instance for each object", prepare=lambda: _statemachine_each(objects // 20)
        ),
    ]
    return Outcome(
        title="The law, in memory",
        text=TEXT,
        clock="process CPU time",
        limit=LIMIT,
        measurements=alternate(candidates, clock=CPU, rounds=rounds),
        targets=[
            Target(candidate=OURS, against=LIMIT, at_most=1.5),
            Target(candidate=TRANSITIONS, against=OURS, at_least=1.7),
            Target(candidate=STATEMACHINE, against=OURS, at_least=15),
        ],
    )


@contextmanager
def _by_hand(step: Callable[..., tuple[limit.Request, limit.Entry]], objects: int) -> Iterator[Work]:
    requests = [limit.new(number) for number in range(objects)]

    def work() -> int:
        for request in requests:
            history = []
            after, now_us = request, 0
            for event in EVENTS:
                now_us += limit.DAY_US
                after, entry = step(after, event, now_us, "worker")
                history.append(entry)
            assert after.state == "given"
        return objects * len(EVENTS)

    yield work


@contextmanager
def _ours(objects: int) -> Iterator[Work]:
    requests = [(f"M-{number:06d}/reference/start/1", ours.new()) for number in range(objects)]

    def work() -> int:
        for key, progress in requests:
            history: list[Event] = []
            after = ours.remind_remind_give(progress, key, history)
            assert after.state is State.GIVEN
            assert len(history) == len(EVENTS)
        return objects * len(EVENTS)

    yield work


def _remind_remind_give(ask: peers.Ask, law: peers.Ask | peers.AskLaw) -> None:
    law.remind(limit.DAY_US, "worker")
    law.remind(2 * limit.DAY_US, "worker")
    law.give(3 * limit.DAY_US, "worker")
    assert ask.state == "given"
    assert len(ask.history) == len(EVENTS)


@contextmanager
def _transitions_shared(objects: int) -> Iterator[Work]:
    machine = peers.shared_machine()
    asks = [peers.Ask(number) for number in range(objects)]
    for start in range(0, objects, 100):  # its list of models is searched at each addition
        batch = asks[start : start + 100]
        machine.add_model(batch)
        machine.remove_model(batch)

    def work() -> int:
        for ask in asks:
            _remind_remind_give(ask, ask)
        return objects * len(EVENTS)

    yield work


@contextmanager
def _transitions_each(objects: int) -> Iterator[Work]:
    asks = [peers.Ask(number) for number in range(objects)]

    def work() -> int:
        for ask in asks:
            peers.own_machine(ask)
            _remind_remind_give(ask, ask)
        return objects * len(EVENTS)

    yield work


@contextmanager
def _statemachine_shared(objects: int) -> Iterator[Work]:
    asks = [peers.Ask(number) for number in range(objects)]
    laws = [peers.AskLaw(ask) for ask in asks]

    def work() -> int:
        for ask, law in zip(asks, laws, strict=True):
            _remind_remind_give(ask, law)
        return objects * len(EVENTS)

    yield work


@contextmanager
def _statemachine_each(objects: int) -> Iterator[Work]:
    asks = [peers.Ask(number) for number in range(objects)]

    def work() -> int:
        for ask in asks:
            _remind_remind_give(ask, peers.AskLaw(ask))
        return objects * len(EVENTS)

    yield work
