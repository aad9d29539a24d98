"""What a worker says of its health: a line for each run that came to something, and never ten minutes of silence."""

from __future__ import annotations

import datetime as dt
import json
import threading
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.cli.health import Health
from feedbackkit.domain.happenings import (
    BackedOff,
    BatchEnded,
    RunBegan,
    RunEnded,
    WorkerBegan,
    WorkerEnded,
    WorkerWaits,
)
from feedbackkit.domain.times import instant
from feedbackkit.errors import StoreBusy
from feedbackkit.stores import MemoryStore
from tests.desk.house import Post, Wrapped, ask, house
from tests.desk.test_workers import crowd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.domain.contact import Message
    from feedbackkit.domain.happenings import Happening

FIELDS = ["at", "sent", "postponed", "held", "failed", "due", "next"]
MINUTE = 60_000_000
NOBODY: dict[str, Any] = {"owner": "w"}


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The lines so far, as objects."""
    seen = capsys.readouterr()
    assert seen.out == ""
    return [json.loads(line) for line in seen.err.splitlines()]


def at_work(*, minutes: float, every: float = 1, channel: Any = None, store: Any = None, people: int = 0) -> None:
    """Let a desk work for so long, and speak of its health."""
    h = house(store, channel=channel, observers=[Health(json=True)], batch=2)
    planning = house(getattr(h.store, "inner", h.store))
    planning.desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(people))])
    stop, until = threading.Event(), h.clock.now_us() + minutes * MINUTE

    def wait(seconds: float) -> None:
        h.later(seconds=seconds)
        if h.clock.now_us() >= until:
            stop.set()

    h.desk.work(every=dt.timedelta(minutes=every), stop=stop, wait=wait)


def gaps(lines: Sequence[dict[str, Any]]) -> list[float]:
    """The minutes between the lines."""
    return [(instant(after["at"]) - instant(before["at"])) / MINUTE for before, after in pairwise(lines)]


def test_a_run_that_came_to_something_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """With all its fields, in order; the next is when it looks again."""
    at_work(minutes=1, people=5)
    first, *_ = said(capsys)
    assert list(first) == FIELDS
    assert list(first.values())[:-1] == ["2026-03-02T10:00:00Z", 5, 0, 0, 0, 5]
    assert 54 <= (instant(first["next"]) - instant(first["at"])) / 1e6 <= 60


@pytest.mark.parametrize("every", [0.5, 1, 3, 9.5, 10])
def test_an_idle_worker_is_never_silent_for_longer_than_ten_minutes(
    capsys: pytest.CaptureFixture[str], every: float
) -> None:
    """It speaks before its first wait, and then no more often than it must."""
    at_work(minutes=120, every=every)
    lines = said(capsys)
    assert lines[0]["at"] == "2026-03-02T10:00:00Z"
    assert max(gaps(lines)) <= 10
    assert min(gaps(lines)) >= 10 - every


def test_a_long_run_speaks_between_its_batches(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line tells what happened since the last one; while it is at work no next look is known."""

    def during(_message: Message) -> None:
        h.later(minutes=3)

    h = house(observers=[Health(json=True)], channel=Post(during=during, idempotent=False), batch=2)
    h.desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(7))])
    stop = threading.Event()
    h.desk.work(stop=stop, wait=lambda _seconds: stop.set())
    lines = said(capsys)
    assert [line["sent"] for line in lines] == [4, 3]
    assert [line["next"] is None for line in lines] == [True, False]


def test_a_batch_that_could_not_be_finished_is_told_too(capsys: pytest.CaptureFixture[str]) -> None:
    """Once: what its run tells beyond its batches."""
    count = 0

    def check(name: str, _arguments: tuple[Any, ...]) -> None:
        nonlocal count
        count += name == "release"
        if name == "release" and count == 2:
            raise StoreBusy("locked")

    at_work(minutes=1, store=Wrapped(MemoryStore(), before=check), people=5)
    lines = said(capsys)
    assert [line["sent"] for line in lines[:2]] == [4, 1]


def test_trouble_is_a_line_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """It says what passes by itself, and when it tries again."""
    health, at_us = Health(json=False), instant("2026-03-02T10:00:00Z")
    health.observe(WorkerBegan(at_us=at_us, **NOBODY, every_us=MINUTE))
    for wait_us in (1_000_000, 2_000_000):
        health.observe(BackedOff(at_us=at_us, **NOBODY, error="StoreBusy", times=1))
        health.observe(WorkerWaits(at_us=at_us, **NOBODY, until_us=at_us + wait_us))
    nothing = "2026-03-02 10:00:00Z  0 sent, 0 postponed, 0 held, 0 failed, 0 due"
    assert capsys.readouterr().err.splitlines() == [
        f"{nothing}; tries again after StoreBusy; next at {at}Z" for at in ("10:00:01", "10:00:02")
    ]


def test_what_was_not_told_yet_is_told_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    """Also when the worker is stopped within its run; a worker that did nothing ends without a word."""
    at_us = instant("2026-03-02T10:00:00Z")
    for counts in ({"sent": 1}, {}):
        health = Health(json=True)
        health.observe(WorkerBegan(at_us=at_us, **NOBODY, every_us=MINUTE))
        health.observe(RunBegan(at_us=at_us, **NOBODY))
        health.observe(RunEnded(at_us=at_us, **NOBODY, begun_us=at_us, due=len(counts), counts=counts, rules={}))
        health.observe(WorkerEnded(at_us=at_us, **NOBODY, runs=1))
    [line] = said(capsys)
    assert (line["sent"], line["next"]) == (1, None)


runs = st.lists(
    st.tuples(
        st.lists(st.integers(0, 3), max_size=4),  # what each batch sends
        st.integers(0, 3),  # what is sent beyond them
        st.integers(0, 9 * MINUTE),  # how long each batch takes
        st.integers(1, 10 * MINUTE),  # how long it waits
    ),
    min_size=1,
    max_size=20,
)


@given(runs)
def test_whatever_happens_the_lines_add_up(told: list[tuple[list[int], int, int, int]]) -> None:
    """All that was sent is in one line, and ten minutes of silence come from a single long batch at most."""
    lines: list[dict[str, Any]] = []
    health = Health(json=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("builtins.print", lambda line, **_options: lines.append(json.loads(line)))
        for happening in life(told):
            health.observe(happening)
    total = sum(sum(batches) + beyond for batches, beyond, _, _ in told)
    assert sum(line["sent"] for line in lines) == total
    longest = max(took for _, _, took, _ in told)
    assert all(round(gap * MINUTE) <= 10 * MINUTE + longest for gap in gaps(lines))


def life(told: list[tuple[list[int], int, int, int]]) -> list[Happening]:
    """What a worker tells of such runs."""
    at_us = instant("2026-03-02T10:00:00Z")
    happened: list[Happening] = [WorkerBegan(at_us=at_us, **NOBODY, every_us=MINUTE)]
    for batches, beyond, took_us, wait_us in told:
        begun_us = at_us
        happened.append(RunBegan(at_us=at_us, **NOBODY))
        for sent in batches:
            at_us += took_us
            happened.append(BatchEnded(at_us=at_us, **NOBODY, due=sent, counts={"sent": sent} if sent else {}))
        sent = sum(batches) + beyond
        counts = {"sent": sent} if sent else {}
        happened.append(RunEnded(at_us=at_us, **NOBODY, begun_us=begun_us, due=sent, counts=counts, rules={}))
        happened.append(WorkerWaits(at_us=at_us, **NOBODY, until_us=at_us + wait_us))
        at_us += wait_us
    happened.append(WorkerEnded(at_us=at_us, **NOBODY, runs=len(told)))
    return happened
