"""I3: a run that is asked to stop finishes the batch in hand, and nothing of the rest is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.desk.awaiting import drive
from feedbackkit.desk.runs.running import run
from feedbackkit.stores import MemoryStore
from tests.desk.books import wrong_in
from tests.desk.house import Died, House, Post, Wrapped, ask, house
from tests.desk.test_workers import crowd, sent_once

if TYPE_CHECKING:
    from feedbackkit.desk import RunReport

PEOPLE = 9
BATCH = 2
BATCHES = 5


def asking(*, channel: Any = None) -> House:
    """A house in which nine people are due, two at a time."""
    h = house(Wrapped(MemoryStore()), channel=channel, batch=BATCH)
    h.desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(PEOPLE))])
    h.store.calls.clear()
    return h


def run_for(h: House, batches: int) -> RunReport:
    """Run until so many batches have begun."""
    asked = 0

    def go_on() -> bool:
        nonlocal asked
        asked += 1
        return asked <= batches

    context = drive(h.desk._desk._ready())
    return drive(run(context, go_on=go_on))


def test_a_run_that_may_not_begin_touches_nothing() -> None:
    """Not even a claim is made."""
    h = asking()
    report = run_for(h, 0)
    assert (report.counts, h.store.calls) == ({}, [])


@pytest.mark.parametrize("idempotent", [True, False], ids=["harmless to repeat", "not harmless"])
@pytest.mark.parametrize("batches", range(1, BATCHES + 4))
def test_i3_a_run_that_is_stopped_after_any_batch_leaves_the_rest_to_the_next(batches: int, idempotent: bool) -> None:
    """What was begun is sent and given back; a worker of another name goes on at once, and nobody is asked twice."""
    h = asking(channel=Post(idempotent=idempotent))
    report = run_for(h, batches)
    begun = max(batches - 2, 0)  # the first ones look for signals, and for what was booked earlier
    assert report["sent"] == len(h.sent) == min(begun * BATCH, PEOPLE)
    assert report.due == report["sent"]
    assert wrong_in(h.store.inner) == []
    h.worker("other").run()
    sent_once(h, PEOPLE)


def test_a_stop_among_what_was_booked_earlier_leaves_the_rest_booked() -> None:
    """The leftovers of a run that died are worked off batch by batch, too."""
    post = Post(Died(), idempotent=False)
    h = house(channel=post, batch=PEOPLE)
    h.desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(PEOPLE))])
    with pytest.raises(Died):
        h.desk.run()
    few = House(h.store, h.clock, post, h.worker("first", batch=BATCH))
    assert run_for(few, 2)["sent"] == BATCH
    few.desk.run()
    assert len({message.id for message in h.sent}) == PEOPLE
    assert wrong_in(h.store) == []


def test_a_report_tells_when_something_is_known_to_be_due_next() -> None:
    """The first reminder of whoever was asked first, and nothing where nothing was decided."""
    h = asking()
    report = h.desk.run()
    dues = [view.progress.due_us for view in h.desk.find()]
    assert report.next_us == min(due for due in dues if due is not None)
    assert h.desk.run().next_us is None
