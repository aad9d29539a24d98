"""A desk over a store that takes part in a transaction of its caller's: it holds no ledger that others need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.domain.request import State
from feedbackkit.errors import StoreBusy
from feedbackkit.ports import RecordKey, Refused
from feedbackkit.stores import MemoryStore
from tests.desk.books import ledgers_in, wrong_in
from tests.desk.house import HUBER, WEBER, House, Wrapped, ask, house

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from feedbackkit.desk import Desk
    from feedbackkit.domain.ledger import Ledger
    from feedbackkit.ports import Change, Result

DAY = 86_400_000_000


class Joined(Wrapped):
    """A store within somebody's transaction, which remembers what was written."""

    joined = True

    def __init__(self, inner: MemoryStore) -> None:
        super().__init__(inner)
        self.written: list[RecordKey] = []

    def write(self, changes: Sequence[Change]) -> list[Result]:
        """Write, and remember which records."""
        self.written += [RecordKey(write.kind, write.key) for change in changes for write in change.writes]
        return self.inner.write(changes)


def asked(*keys: str) -> tuple[House, Joined, Desk]:
    """A house that has asked for something, and a desk of a web request over the same store."""
    h = house(MemoryStore())
    h.desk.request_all([ask(key, value=90 - number) for number, key in enumerate(keys or ("r",))])
    h.desk.run()
    h.later(days=1)
    store = Joined(h.store)
    return h, store, h.worker("web", store=store)  # type: ignore[arg-type]  # a store


def ledger(h: House) -> Ledger:
    """What is noted of Weber."""
    return ledgers_in(h.store, "person")[WEBER.id or ""]


ACTS: dict[str, tuple[Callable[[Desk], object], State]] = {
    "given": (lambda desk: desk.give("r", {"overall": 5}), State.GIVEN),
    "declined": (lambda desk: desk.decline("r"), State.DECLINED),
    "withdrawn": (lambda desk: desk.withdraw("r"), State.WITHDRAWN),
    "delegated": (lambda desk: desk.delegate("r", to=HUBER), State.DELEGATED),
}


@pytest.mark.parametrize("what", ACTS)
def test_what_comes_back_writes_no_ledger_of_the_respondent(what: str) -> None:
    """Whoever asks or answers something else of the same person does not wait for the caller's commit."""
    _h, store, web = asked()
    ACTS[what][0](web)
    assert RecordKey("request", "r") in store.written
    assert not {key for key in store.written if key in {("person", WEBER.id), ("organisation", "O-nordwerk")}}


@pytest.mark.parametrize("what", ACTS)
def test_the_next_run_notes_it_in_the_ledger(what: str) -> None:
    """Until then the request counts as open; afterwards the books are as if it had been noted at once."""
    act, state = ACTS[what]
    h, _, web = asked()
    act(web)
    assert ledger(h).open == ("r",)
    h.later(hours=1).desk.run()
    assert ledger(h).open == ()
    assert h.desk.get("r").state is state
    assert wrong_in(h.store) == []


def test_an_answer_is_noted_with_the_time_at_which_it_came() -> None:
    """The rest after it counts from there, however late the run is."""
    h, _, web = asked()
    at_us = h.clock.now_us()
    web.give("r", {"overall": 5})
    h.later(days=3).desk.run()
    assert ledger(h).answered_us == at_us


@pytest.mark.parametrize("what", ACTS)
def test_nobody_is_reminded_of_what_was_closed_before_the_run(what: str) -> None:
    """The request's own state holds, whatever the ledger still says."""
    h, _, web = asked()
    ACTS[what][0](web)
    for _ in range(40):
        h.later(days=1).desk.run()
    assert [message.to.id for message in h.sent].count(WEBER.id) == 1


def test_what_waits_for_the_slot_is_woken_by_that_run() -> None:
    """A fourth request is asked once one of three is answered, as always."""
    h, _, web = asked("a", "b", "c", "d")
    assert [held.key for held in ledger(h).held] == ["d"]
    web.give("a", {"overall": 5})
    h.later(hours=1).desk.run()
    assert ledger(h).held == ()
    assert h.desk.get("d").due is not None
    assert wrong_in(h.store) == []


def test_the_request_shows_no_due_time_while_it_waits_to_be_noted() -> None:
    """That is the desk's own affair."""
    h, _, web = asked()
    web.give("r", {"overall": 5})
    assert h.desk.get("r").due is None
    assert [view.due for view in h.desk.find()] == [None]
    h.desk.verify("r")


def test_an_answer_that_is_revised_before_the_run_is_noted_once_and_counts_from_the_later_one() -> None:
    """By a desk of its own transactions, or in another of the caller's."""
    h, _, web = asked()
    web.give("r", {"overall": 5})
    h.later(hours=1)
    at_us = h.clock.now_us()
    web.give("r", {"overall": 4})
    h.later(hours=1).desk.run()
    assert ledger(h).answered_us == at_us
    assert wrong_in(h.store) == []


def test_a_no_that_is_undone_before_the_run_leaves_nothing_to_be_noted() -> None:
    """The ladder goes on, on its day."""
    h, _, web = asked()
    due = h.desk.get("r").due
    web.decline("r")
    h.desk.undo_decline("r")
    assert h.desk.get("r").due == due
    h.later(hours=1).desk.run()
    assert ledger(h).open == ("r",)
    assert wrong_in(h.store) == []


def test_a_request_is_made_without_a_word_in_any_ledger() -> None:
    """Somebody who is known already is looked at, not written."""
    _h, store, web = asked()
    web.request(ask("more", occasion="verification"))
    assert {key.kind for key in store.written} == {"request"}


def test_a_conflict_is_told_at_once() -> None:
    """In one transaction a second try would see the same: it is the caller's to begin again."""
    _h, store, web = asked()

    def refuse(changes: Sequence[Change]) -> list[Any]:
        store.calls.append("write")
        return [Refused((RecordKey("request", "r"),)) for _ in changes]

    store.write = refuse  # type: ignore[method-assign]  # somebody else is faster
    store.calls.clear()
    with pytest.raises(StoreBusy):
        web.give("r", {"overall": 5})
    assert store.calls.count("write") == 1
