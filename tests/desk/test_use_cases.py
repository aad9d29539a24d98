"""What a desk does, one use-case at a time, where no other file of these tests is about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest

from feedbackkit.codec.chain import Broken
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import EventKind, State
from feedbackkit.errors import InvalidValue, NotFound
from feedbackkit.ports import Outcome
from feedbackkit.stores import MemoryStore
from tests.desk.house import WEBER, Post, Wrapped, ask, house, respondent

if TYPE_CHECKING:
    from feedbackkit.ports import HistoryEntry


def test_several_asks_to_one_person_go_in_one_contact() -> None:
    """One booking, one message, a line each, the most valuable first."""
    h = house()
    h.desk.request_all([ask("A-1", value=10), ask("A-2", value=90)])
    h.desk.run()
    [message] = h.sent
    assert [line.request for line in message.lines] == ["A-2", "A-1"]
    assert len(h.desk.contacts(WEBER)) == 1


def test_a_contact_made_elsewhere_counts() -> None:
    """A private call today, and nobody is written to for five days; the same call booked twice counts once."""
    h = house()
    h.desk.request(ask("A-1"))
    h.desk.record_contact(WEBER, key="call-1")
    h.desk.record_contact(WEBER, key="call-1")
    h.desk.run()
    assert h.sent == []
    assert len(h.desk.contacts(WEBER)) == 1
    h.run_on("2026-03-09T10:00:00+00:00")
    assert len(h.sent) == 1


def test_a_history_that_was_changed_is_noticed() -> None:
    """An entry that says something else does not verify."""
    store = MemoryStore()
    h = house(store)
    h.desk.request(ask("A-1"))
    h.desk.run()
    h.desk.verify("A-1")

    class Forged:
        """A store in which somebody has moved the times of a history."""

        ephemeral = True

        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def history(self, key: str, **paging: Any) -> list[HistoryEntry]:
            """One microsecond later each."""
            return [entry._replace(at=entry.at + 1) for entry in store.history(key, **paging)]

    forged: Any = Forged()
    with pytest.raises(Broken):
        house(forged).desk.verify("A-1")


@pytest.mark.parametrize("method", ["get", "history", "verify", "explain", "decline"])
def test_an_unknown_key_is_not_found(method: str) -> None:
    """And the error names it."""
    with pytest.raises(NotFound, match="A-404"):
        getattr(house().desk, method)("A-404")


def test_who_withdrew_what_is_in_the_history() -> None:
    """With the party, and the reason."""
    h = house()
    h.desk.request(ask("A-1"))
    h.desk.withdraw("A-1", by="subject", reason="not this client")
    *_, last = h.desk.history("A-1")
    assert (last.kind, last.party, last.reason) == (EventKind.WITHDRAWN, Party.SUBJECT, "not this client")


def test_the_work_of_a_run_does_not_grow_with_what_is_stored() -> None:
    """I10: as many calls of the store among a thousand open requests as among none."""
    counts: list[int] = []
    for stored in (0, 1000):
        counting: Any = Wrapped(MemoryStore())
        h = house(counting)
        later = 1_900_000_000_000_000
        h.desk.request_all(
            ask(f"B-{n}", respondent=respondent(n + 10, house=None), due_us=later) for n in range(stored)
        )
        h.desk.request(ask("A-1"))
        before = len(counting.calls)
        h.desk.run()
        counts.append(len(counting.calls) - before)
    assert counts[0] == counts[1]


def test_a_new_address_lets_go_on_what_could_not_be_delivered() -> None:
    """The step that did not reach anybody is taken again."""
    h = house(channel=Post(Outcome.GIVE_UP, idempotent=False))
    h.desk.request(ask("A-1"))
    h.desk.run()
    assert h.desk.get("A-1").state is State.UNDELIVERABLE
    h.desk.register(attrs.evolve(WEBER, email="new@house.example"))
    h.run_on("2026-03-03T09:00:00+00:00")
    assert h.desk.get("A-1").state is State.REQUESTED
    assert h.sent[-1].to.email == "new@house.example"


def test_a_contact_made_elsewhere_cannot_take_the_id_of_one_of_the_desk() -> None:
    """A booking of the desk would never find its place again."""
    h = house()
    h.desk.request(ask("A-1"))
    with pytest.raises(InvalidValue, match=r"contact\.key"):
        h.desk.record_contact(WEBER, key="A-1#1")
