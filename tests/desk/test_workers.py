"""I3: many workers at one store, threads, deaths, leases that do not hold: each due step is decided once."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from feedbackkit.desk import Reply
from feedbackkit.domain.answer import Answer
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.request import EventKind
from feedbackkit.errors import Unreadable
from feedbackkit.ports import RecordKey, Refused
from feedbackkit.stores import MemoryStore, SQLiteStore
from tests.desk.books import wrong_in
from tests.desk.house import WEBER, Died, House, Post, Wrapped, ask, dying, house

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from feedbackkit.desk import RunReport
    from feedbackkit.domain.people import Person
    from feedbackkit.ports import Change, Record, Result

HOUSES = 4


def crowd(count: int) -> list[Person]:
    """People without a house, and two houses with some people each."""
    houses = [None, None, *(attrs.evolve(WEBER.organisation, id=f"O-{n}", name=f"House {n}") for n in (1, 2))]  # type: ignore[misc]  # Weber has one
    return [
        attrs.evolve(WEBER, id=f"P-{n}", email=f"p{n}@house.example", organisation=houses[n % HOUSES])
        for n in range(count)
    ]


class NoLeases(Wrapped):
    """A store that leases nothing: whoever claims gets all that is due, at the same time as others."""

    def claim(self, kind: str, *, now: int, limit: int, **_lease: Any) -> list[Record]:
        """What is due, to everybody."""
        self.before("claim", ())
        found = self.inner.find(kind, due_until=now, limit=100_000)
        return sorted(found, key=lambda record: (record.due or 0, record.key))[:limit]

    def release(self, *_keys: Any, **_named: Any) -> None:
        """Nothing was leased."""


def sent_once(h: House, people: int) -> None:
    """Everybody was asked, by one contact each."""
    asked = Counter(message.to.id for message in h.sent)
    assert len(asked) == people
    assert set(Counter(message.id for message in h.sent).values()) == {1}
    assert {view.status for view in h.desk.contacts()} == {ContactStatus.SENT}
    for view in h.desk.find():
        assert [event.kind for event in h.desk.history(view.key)].count(EventKind.REQUESTED) == 1
    assert wrong_in(h.store) == []


@pytest.mark.parametrize("at_call", range(1, 16))
def test_i3_another_worker_comes_between_any_two_calls_and_nothing_is_decided_twice(at_call: int) -> None:
    """Without any lease to keep them apart: versions alone hold."""
    inner = MemoryStore()
    reports: list[RunReport] = []
    left = -1

    def intrude(_name: str, _arguments: tuple[Any, ...]) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            reports.append(h.worker("other", store=NoLeases(inner), batch=3).run())  # type: ignore[arg-type]  # a store

    people = crowd(8)
    h = house(NoLeases(inner, before=intrude), batch=3)
    h.desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(people)])
    left = at_call
    reports.append(h.desk.run())
    h.store = inner
    sent_once(h, len(people))
    assert sum(report["requested"] for report in reports) == len(people)


@pytest.mark.parametrize("idempotent", [True, False])
def test_i3_whoever_marks_second_sends_nothing(idempotent: bool) -> None:
    """Another worker took the booked contacts right before they were marked: each is handed over once."""
    inner = MemoryStore()
    armed = True

    def snatch(name: str, arguments: tuple[Any, ...]) -> None:
        nonlocal armed
        if armed and name == "write" and any(write.state == ContactStatus.SENDING for write in arguments[0][0].writes):
            armed = False
            h.worker("other", store=NoLeases(inner)).run()  # type: ignore[arg-type]  # a store

    h = house(NoLeases(inner, before=snatch), channel=Post(idempotent=idempotent))
    people = crowd(6)
    h.desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(people)])
    h.desk.run()
    assert not armed
    h.store = inner
    sent_once(h, len(people))


def test_i3_a_change_that_is_refused_for_ever_does_not_keep_a_run_from_its_end() -> None:
    """The group is set aside for a while and said to have failed; the others go."""

    class Refusing(Wrapped):
        """Refuses whatever is written about one person."""

        def write(self, changes: Sequence[Change]) -> list[Result]:
            """One result for each."""
            return [
                Refused((RecordKey("person", "P-0"),)) if self._about(change) else self.inner.write([change])[0]
                for change in changes
            ]

        @staticmethod
        def _about(change: Change) -> bool:
            return bool(change.entries) and change.entries[0].event == "requested" and change.entries[0].key == "r0"

    h = house(Refusing(MemoryStore()))
    h.desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(3))])
    assert h.desk.run()["failed"] == 1
    assert sorted(message.lines[0].request for message in h.sent) == ["r1", "r2"]


def test_i3_three_workers_by_turns_share_the_work() -> None:
    """Each with its leases; together they do all of it, each step once."""
    h = house(batch=2)
    people = crowd(12)
    h.desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(people)])
    for owner in ("a", "b", "c"):
        h.worker(owner, batch=2).run()
    sent_once(h, len(people))


def race(path: Path, people: int, *, post: Post, death: int | None = None, afterwards: bool = False) -> House:
    """Two threads with a connection each begin together; one of them may die at one of its store calls."""
    people_asked = crowd(people)
    with house(SQLiteStore(path)).desk as desk:
        desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(people_asked)])
    barrier = threading.Barrier(2)
    houses: list[House] = []
    inner = [SQLiteStore(path), SQLiteStore(path)]
    for number, store in enumerate(inner):
        dies: Any = store if death is None or number else dying(store, death, afterwards=afterwards)
        houses.append(house(dies, channel=post, owner=f"worker-{number}", batch=3))

    def work(h: House) -> None:
        barrier.wait()
        with contextlib.suppress(Died):
            h.desk.run()

    threads = [threading.Thread(target=work, args=(h,)) for h in houses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = house(inner[1], channel=post, owner="after")
    after.later(minutes=11)  # the leases of the dead have ended
    after.desk.run()
    inner[0].close()
    return after


def test_i3_two_threads_in_a_race_decide_each_request_once(tmp_path: Path) -> None:
    """Nobody is contacted twice, and nobody is forgotten."""
    h = race(tmp_path / "feedback.db", 30, post=Post())
    sent_once(h, 30)
    h.desk.close()


@pytest.mark.parametrize("afterwards", [False, True], ids=["before the call", "after the call"])
@pytest.mark.parametrize("idempotent", [True, False], ids=["harmless to repeat", "not harmless"])
@pytest.mark.parametrize("death", range(1, 13))
def test_i3_one_of_two_threads_dies_and_nothing_is_lost(
    tmp_path: Path, death: int, idempotent: bool, afterwards: bool
) -> None:
    """The other one, or whoever comes later, does the rest; a message in doubt keeps its id."""
    post = Post(idempotent=idempotent)
    h = race(tmp_path / "feedback.db", 10, post=post, death=death, afterwards=afterwards)
    assert idempotent or len(h.sent) <= 11
    ids = {message.id for message in h.sent}
    assert len({message.to.id for message in h.sent}) == 10
    assert ids == {view.contact.id for view in h.desk.contacts()}
    assert len(ids) == 10
    assert wrong_in(h.store) == []
    h.desk.close()


@pytest.mark.parametrize("idempotent", [True, False])
def test_i3_what_cannot_be_read_does_not_hold_up_the_others(idempotent: bool) -> None:
    """It is set aside for a while, and counted; others go, of its own group too."""
    h = house(channel=Post(idempotent=idempotent))
    h.desk.request_all([ask("r"), ask("s", respondent=attrs.evolve(WEBER, id="P-2", email="2@h.example"))])
    [record] = [each for each in h.store.find("request", limit=9) if each.key == "r"]
    broken = record._replace(group="P-weber", head=b"[99]")

    def spoil(kind: str, **claim: Any) -> list[Record]:
        found = MemoryStore.claim(h.store, kind, **claim)
        return [broken._replace(group=each.group) if each.key == "r" else each for each in found]

    lonely = crowd(1)[0]
    h.desk.request(ask("t", respondent=lonely))
    h.store.claim = spoil
    report = h.desk.run()
    assert {message.to.id for message in h.sent} == {"P-2", lonely.id}
    assert report["failed"] == 1
    del h.store.claim
    h.later(hours=2).desk.run()
    assert {message.to.id for message in h.sent} == {"P-weber", "P-2", lonely.id}


@pytest.mark.parametrize("what", ["request", "person"])
def test_i3_an_answer_to_what_cannot_be_read_does_not_hold_up_the_others(what: str) -> None:
    """It has its error in its place; the others of the batch are accepted, of its own group too."""
    h = house()
    asked = {"r": WEBER, "s": attrs.evolve(WEBER, id="P-2", email="2@h.example"), "t": crowd(1)[0]}
    h.desk.request_all([ask(key, respondent=respondent) for key, respondent in asked.items()])
    h.desk.run()
    broken = RecordKey("request", "r") if what == "request" else RecordKey("person", "P-weber")

    def spoil(keys: Sequence[RecordKey]) -> list[Record | None]:
        found = MemoryStore.read(h.store, keys)
        return [each._replace(head=b"[99]") if each and (each.kind, each.key) == broken else each for each in found]

    h.store.read = spoil
    error, *answers = h.desk.give_all([Reply(key, {"overall": 5}) for key in asked])
    del h.store.read
    assert isinstance(error, Unreadable)
    assert [answer.request for answer in answers if isinstance(answer, Answer)] == ["s", "t"]
    assert [view.key for view in h.desk.find(state="given")] == ["s", "t"]
    assert wrong_in(h.store) == []


def test_i3_running_when_nothing_is_due_does_nothing() -> None:
    """Three claims of nothing, no write."""
    h = house(Wrapped(MemoryStore()))
    h.desk.request(ask("r"))
    h.desk.run()
    h.store.calls.clear()
    report = h.desk.run()
    assert h.store.calls == ["claim", "claim", "claim"]
    assert (report.counts, report.rules) == ({}, {})
