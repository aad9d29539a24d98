"""What observers are told: what runs and workers did, in ids and numbers, and no harm comes from them."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from feedbackkit.desk import AsyncDesk, Desk
from feedbackkit.domain import happenings
from feedbackkit.domain.happenings import (
    BackedOff,
    BatchEnded,
    ContactUnknown,
    Happening,
    RunBegan,
    RunEnded,
    WorkerBegan,
    WorkerEnded,
    WorkerWaits,
)
from feedbackkit.errors import SetupError, StoreBusy
from feedbackkit.ports import Observer, Outcome
from feedbackkit.stores import MemoryStore
from tests.desk.house import Died, House, Post, Wrapped, ask, house
from tests.desk.test_privacy import lived, told
from tests.desk.test_workers import crowd

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message


class Notes:
    """Writes down all that it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def observe(self, happening: Happening) -> None:
        """Write it down."""
        self.told.append(happening)

    def of(self, kind: type[Happening]) -> list[Any]:
        """What was told of one kind."""
        return [each for each in self.told if isinstance(each, kind)]

    @property
    def kinds(self) -> list[type[Happening]]:
        """What kinds were told, in order."""
        return [type(each) for each in self.told]


class Broken:
    """Raises whatever it is told."""

    def observe(self, happening: Happening) -> None:
        """Raise, with something personal in it."""
        raise RuntimeError(f"zwiebel {happening}")


def noted(**parts: Any) -> tuple[House, Notes]:
    """A house whose desk is observed, in which five people are due."""
    notes = Notes()
    h = house(channel=parts.pop("channel", None), observers=[notes], **parts)
    h.desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(5))])
    return h, notes


def test_a_run_tells_its_beginning_each_batch_and_its_end() -> None:
    """The end with all that it came to; planning tells nothing."""
    h, notes = noted(batch=2)
    assert notes.told == []
    report = h.desk.run()
    assert notes.kinds == [RunBegan, BatchEnded, BatchEnded, BatchEnded, RunEnded]
    assert [(batch.due, batch.counts["sent"]) for batch in notes.of(BatchEnded)] == [(2, 2), (2, 2), (1, 1)]
    [ended] = notes.of(RunEnded)
    assert (ended.counts, ended.rules, ended.due) == (report.counts, report.rules, 5)
    assert (ended.owner, ended.error, ended.at_us) == ("first", None, h.clock.now_us())


def test_rules_that_moved_held_or_stopped_are_told() -> None:
    """By their names, as in the report."""
    h, notes = noted()
    h.desk.request_all([ask(f"s{n}", occasion="verification", value=n) for n in range(5)])
    report = h.desk.run()
    [ended] = notes.of(RunEnded)
    assert ended.rules == report.rules
    assert ended.rules["open requests", "held"] == ended.counts["held"] == 2


def test_the_seconds_are_those_of_the_desks_clock() -> None:
    """Also of a clock that stands still, or goes back."""

    def during(_message: Message) -> None:
        h.later(seconds=1.5)

    h, notes = noted(channel=Post(during=during))
    h.desk.run()
    h.desk.run()
    assert [run.seconds for run in notes.of(RunEnded)] == [7.5, 0.0]


@pytest.mark.parametrize("error", [StoreBusy("locked"), OSError("odd"), Died()])
def test_a_run_that_is_ended_by_something_tells_its_class_and_what_it_did(error: BaseException) -> None:
    """And no word of it, for words may be personal."""
    h, notes = noted(channel=Post(Outcome.SENT, error))
    with pytest.raises(type(error)):
        h.desk.run()
    [ended] = notes.of(RunEnded)
    assert (ended.error, ended.counts["sent"]) == (type(error).__name__, 1)


def test_a_worker_tells_its_life() -> None:
    """That it began, waits, backed off, and ended."""
    stop = threading.Event()
    count = 0

    def check(_name: str, _arguments: tuple[Any, ...]) -> None:
        nonlocal count
        count += 1
        if count in {1, 2}:
            raise StoreBusy("locked")

    notes = Notes()
    h = house(Wrapped(MemoryStore(), before=check), observers=[notes])
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        h.later(seconds=seconds)
        if len(waits) == 3:
            stop.set()

    h.desk.work(stop=stop, wait=wait)
    pause, run = [WorkerWaits], [RunBegan, RunEnded]
    assert notes.kinds == [WorkerBegan, BackedOff, *pause, BackedOff, *pause, *run, *pause, WorkerEnded]
    assert [(each.error, each.times) for each in notes.of(BackedOff)] == [("StoreBusy", 1), ("StoreBusy", 2)]
    assert [(each.until_us - each.at_us) / 1e6 for each in notes.of(WorkerWaits)] == waits
    assert (notes.of(WorkerBegan)[0].every_us, notes.of(WorkerEnded)[0].runs) == (60_000_000, 3)


def test_a_worker_that_is_cancelled_tells_its_end() -> None:
    """With the class of what ended it."""
    notes = Notes()
    h = house(observers=[notes])

    async def story() -> None:
        task = asyncio.ensure_future(h.desk._desk.work())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(story())
    assert (notes.kinds[-1], notes.told[-1].error) == (WorkerEnded, "CancelledError")


@pytest.mark.parametrize("idempotent", [True, False], ids=["harmless to repeat", "not harmless"])
def test_a_contact_of_which_nobody_knows_is_told_by_its_id(idempotent: bool) -> None:
    """What the channel could not say; it is told once in a run."""
    h, notes = noted(channel=Post(Outcome.SENT, Outcome.UNKNOWN, idempotent=idempotent))
    h.desk.run()
    assert [each.contact for each in notes.of(ContactUnknown)] == [h.sent[1].id]


@pytest.mark.parametrize(("deaths", "hours"), [(1, 5), (2, 0)], ids=["too late to repeat", "repeated already"])
def test_what_is_not_repeated_any_more_is_told(deaths: int, hours: int) -> None:
    """A message whose sender died, when the next worker settles that nobody will know."""
    h, notes = noted(channel=Post(*(Died() for _ in range(deaths)), idempotent=False))
    for _ in range(deaths):
        with pytest.raises(Died):
            h.desk.run()
    assert notes.of(ContactUnknown) == []
    h.later(hours=hours).desk.run()
    assert [each.contact for each in notes.of(ContactUnknown)] == ["r0#1"]


def test_an_observer_that_raises_harms_neither_the_work_nor_the_others(caplog: pytest.LogCaptureFixture) -> None:
    """The log names the classes, and nothing of what was said."""
    notes = Notes()
    h = house(observers=[Broken(), notes])
    h.desk.request(ask("r"))
    with caplog.at_level(logging.WARNING):
        report = h.desk.run()
    assert (report["sent"], notes.kinds) == (1, [RunBegan, BatchEnded, RunEnded])
    assert caplog.messages[0] == "Broken raised RuntimeError when told of RunBegan; it is ignored"
    assert "zwiebel" not in caplog.text


@pytest.mark.parametrize("face", [Desk, AsyncDesk])
def test_what_is_no_observer_is_refused(face: Any) -> None:
    """When the desk is put together, not when something happens."""
    with pytest.raises(SetupError, match="object is no observer: it has no observe"):
        face(MemoryStore(), observers=[object()])


def test_i9_no_happening_tells_anything_personal() -> None:
    """A life in which everything happened: ids and numbers alone, down to the names of the fields."""
    notes = Notes()
    lived(observers=[notes])
    assert len(notes.told) > 5
    assert [each for each in notes.told if told(repr(each))] == []


def test_every_happening_is_a_frozen_value() -> None:
    """Of a class of its own, equal by value."""
    kinds = [getattr(happenings, name) for name in happenings.__all__ if name != "Happening"]
    assert all(issubclass(kind, Happening) and attrs.has(kind) for kind in kinds)
    began = RunBegan(at_us=5, owner="first")
    assert began == RunBegan(at_us=5, owner="first")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        began.at_us = 6  # type: ignore[misc]  # pyright: ignore - that is the claim
    assert str(began.at) == "1970-01-01 00:00:00.000005+00:00"
    assert isinstance(Notes(), Observer)
