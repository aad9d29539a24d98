from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.domain.happenings import (
    BackedOff,
    BatchEnded,
    ContactUnknown,
    RunBegan,
    RunEnded,
    SetAside,
    WorkerBegan,
    WorkerEnded,
    WorkerWaits,
)
from feedbackkit.errors import StoreBusy
from feedbackkit.observers import LogObserver
from feedbackkit.ports import Observer
from tests.desk.house import Post, ask, house

if TYPE_CHECKING:
    from feedbackkit.domain.happenings import Happening

NOW: dict[str, Any] = {"at_us": 1_000_000, "owner": "w"}
RUN: dict[str, Any] = {**NOW, "begun_us": 250_000, "due": 3}
MOVED = {("office hours", "moved"): 2}


@pytest.mark.parametrize(
    ("happening", "level", "message"),
    [
        (WorkerBegan(**NOW, every_us=60_000_000), logging.INFO, "worker began: owner w"),
        (WorkerWaits(**NOW, until_us=5), logging.DEBUG, "worker waits: owner w"),
        (WorkerEnded(**NOW, runs=2), logging.INFO, "worker ended: owner w, runs 2"),
        (WorkerEnded(**NOW, runs=2, error="Odd"), logging.WARNING, "worker ended: owner w, runs 2, error Odd"),
        (BackedOff(**NOW, error="Busy", times=3), logging.WARNING, "backed off: owner w, error Busy, times 3"),
        (RunBegan(**NOW), logging.DEBUG, "run began: owner w"),
        (BatchEnded(**NOW, due=1, counts={"sent": 1}), logging.DEBUG, "batch ended: owner w, due 1, sent 1"),
        (RunEnded(**RUN, counts={}, rules={}), logging.DEBUG, "run ended: owner w, due 3, seconds 0.75"),
        (
            RunEnded(**RUN, counts={"sent": 1, "left in peace": 2}, rules=MOVED),
            logging.INFO,
            "run ended: owner w, due 3, sent 1, left in peace 2, office hours moved 2, seconds 0.75",
        ),
        (
            RunEnded(**RUN, counts={}, rules={}, error="Odd"),
            logging.WARNING,
            "run ended: owner w, due 3, error Odd, seconds 0.75",
        ),
        (
            SetAside(**NOW, kind="request", key="r", until_us=5, why="Unreadable"),
            logging.WARNING,
            "set aside: owner w, kind request, key r, why Unreadable",
        ),
        (ContactUnknown(**NOW, contact="r#1"), logging.WARNING, "contact unknown: owner w, contact r#1"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, tuple) else None,
)
def test_each_happening_has_its_level_and_its_line(
    caplog: pytest.LogCaptureFixture, happening: Happening, level: int, message: str
) -> None:
    """What somebody should look at is a warning, what something came to is information, the rest is for debugging."""
    with caplog.at_level(logging.DEBUG, logger="feedbackkit"):
        LogObserver().observe(happening)
    assert caplog.record_tuples == [("feedbackkit", level, message)]


def test_the_record_carries_all_fields_for_handlers_that_write_them(caplog: pytest.LogCaptureFixture) -> None:
    """Under one name, as JSON can write it: instants too, and rules by name and what they did."""
    with caplog.at_level(logging.INFO, logger="feedbackkit"):
        LogObserver().observe(RunEnded(**RUN, counts={"sent": 1}, rules=MOVED))
    fields = json.loads(json.dumps(caplog.records[0].__dict__["feedbackkit"]))
    assert fields == {
        "happening": "run ended",
        "at_us": 1_000_000,
        "begun_us": 250_000,
        "owner": "w",
        "due": 3,
        "seconds": 0.75,
        "counts": {"sent": 1},
        "rules": {"office hours moved": 2},
    }


def test_another_log_may_be_given(caplog: pytest.LogCaptureFixture) -> None:
    """Of the program's own name."""
    with caplog.at_level(logging.INFO, logger="mine"):
        LogObserver(logging.getLogger("mine")).observe(WorkerEnded(**NOW, runs=1))
    assert [record.name for record in caplog.records] == ["mine"]


def test_a_desk_writes_its_run_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Also one that fails, with the class of the error alone."""
    h = house(channel=Post(StoreBusy("zwiebel")), observers=[LogObserver()])
    h.desk.request(ask("r"))
    with caplog.at_level(logging.INFO, logger="feedbackkit"):
        with pytest.raises(StoreBusy):
            h.desk.run()
        h.desk.run()
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert "error StoreBusy" in caplog.messages[0]
    assert "sent 1" in caplog.messages[1]
    assert "zwiebel" not in caplog.text


def test_it_is_an_observer() -> None:
    """By the protocol."""
    assert isinstance(LogObserver(), Observer)
