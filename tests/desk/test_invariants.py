from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.request import EventKind, State
from feedbackkit.errors import IllegalTransition, InvalidValue
from feedbackkit.ports import Outcome, RecordKey
from feedbackkit.stores import MemoryStore, SQLiteStore
from tests.desk.house import BRANDT, HUBER, MONDAY, WEBER, Died, House, Post, Wrapped, ask, dying, house, respondent

if TYPE_CHECKING:
    from pathlib import Path

    from feedbackkit.ports import Store

ASKS = [ask("A-1"), ask("A-2", respondent=HUBER), ask("A-3", respondent=respondent(3, house="H-2"))]


def picture(store: Store) -> list[Any]:
    """All that is stored about requests, people, organisations and contacts, and every history."""
    kinds = ("request", "person", "organisation", "contact", "answer")
    records = [record for kind in kinds for record in store.find(kind, limit=1000)]
    seen = [(record.kind, record.key, record.state, record.due, record.head, record.body) for record in records]
    requests = [record.key for record in records if record.kind == "request"]
    entries = [(key, entry.event, entry.at) for key in requests for entry in store.history(key, limit=1000)]
    return [[fields[:4] for fields in seen], entries]


def a_quarter(h: House) -> None:
    """Three people are asked and reminded; one answers, one says no, one stays silent."""
    desk = h.desk
    desk.request_all(ASKS)
    h.run_on("2026-03-02T10:00:00+00:00")
    h.clock.set("2026-03-04T10:00:00+00:00")
    desk.give("A-1", {"overall": 5})
    h.run_on("2026-03-09T10:00:00+00:00", "2026-03-16T10:00:00+00:00")
    h.clock.set("2026-03-17T10:00:00+00:00")
    if desk.get("A-2").state is not State.DECLINED:
        desk.decline("A-2", reason="no time")
    h.run_on("2026-04-20T10:00:00+00:00")


def booked_whole(store: Store) -> None:
    """Every contact in a history has its record, and every record that counts is in the ledger of its person."""
    desk = house(store).desk
    contacts = {view.contact.id: view for view in desk.contacts()}
    for view in desk.find():
        for event in desk.history(view.key):
            if event.kind in {EventKind.REQUESTED, EventKind.REMINDED}:
                assert event.ref in contacts
        desk.verify(view.key)
    for person in ("P-weber", "P-huber", "R-3"):
        [record] = store.read([RecordKey("person", person)])
        of_person = [view for view in contacts.values() if view.contact.person == person]
        counting = [view for view in of_person if view.status is not ContactStatus.RELEASED]
        booked = sum(record.head.count(str(view.contact.booked_us).encode()) for view in counting) if record else 0
        assert booked == len(counting)


class TestI1:
    """A contact is booked in the same atomic change as the transition, the history and the outgoing message."""

    @pytest.mark.parametrize("after", [False, True])
    def test_i1_dying_at_any_store_call_leaves_all_of_a_booking_or_nothing(self, after: bool) -> None:
        """Wherever the process dies, what is stored fits together."""
        whole = Wrapped(MemoryStore())
        a_quarter(house(whole))
        for at in range(1, len(whole.calls) + 1):
            store = MemoryStore()
            with pytest.raises(Died):
                a_quarter(house(dying(store, at, afterwards=after)))
            booked_whole(store)


class TestI3:
    """Each due step is decided once; whatever dies, and wherever, nothing is lost and nothing decided twice."""

    @pytest.mark.parametrize("after", [False, True])
    def test_i3_begun_again_after_dying_anywhere_it_ends_as_if_nothing_had_happened(self, after: bool) -> None:
        """The same steps, the same contacts, the same histories."""
        undisturbed = MemoryStore()
        a_quarter(house(undisturbed))
        whole = Wrapped(MemoryStore())
        a_quarter(house(whole))
        for at in range(1, len(whole.calls) + 1):
            store = MemoryStore()
            with pytest.raises(Died):
                a_quarter(house(dying(store, at, afterwards=after)))
            a_quarter(house(store))
            assert picture(store) == picture(undisturbed)

    def test_i3_two_workers_at_once_decide_each_request_once(self, tmp_path: Path) -> None:
        """Two threads with a connection each, made to begin together: one contact for each person."""
        path = tmp_path / "feedback.db"
        people = [respondent(number, house=f"H-{number % 7}") for number in range(40)]
        house(SQLiteStore(path)).desk.request_all(ask(f"A-{n}", respondent=person) for n, person in enumerate(people))
        barrier = threading.Barrier(2)
        houses = [house(SQLiteStore(path), owner=f"worker-{number}", batch=5) for number in range(2)]

        def work(h: House) -> None:
            barrier.wait()
            h.desk.run()

        threads = [threading.Thread(target=work, args=(h,)) for h in houses]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sent = [message.id for h in houses for message in h.sent]
        assert len(sent) == len(set(sent))
        houses[0].desk.run()
        assert len(houses[0].desk.contacts()) == len(people)
        for h in houses:
            h.desk.close()


class BetweenStore:
    """A store in which somebody else does something right after the decision was stored, before the last look."""

    ephemeral = True

    def __init__(self, store: Store) -> None:
        self._store = store
        self.between: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def heads(self, keys: Any) -> Any:
        """The last look begins: now it happens."""
        act, self.between = self.between, None
        if act is not None:
            act()
        return self._store.heads(keys)


def died_before_sending(at: str) -> MemoryStore:
    """A store in which a contact is booked and has not been handed over: the process died at the last look."""
    inner = MemoryStore()
    store = BetweenStore(inner)
    h = house(store, at=at)
    h.desk.request(ask("A-1"))

    def die() -> None:
        raise Died

    store.between = die
    with pytest.raises(Died):
        h.desk.run()
    return inner


class TestI4:
    """Decided is not sent: state and rules are read again right before a message goes."""

    def between(self, act: Any, *asks: Any) -> tuple[House, House]:
        """A desk whose contact is overtaken by what another desk does between decision and sending."""
        inner = MemoryStore()
        store = BetweenStore(inner)
        mine, other = house(store), house(inner, owner="other")
        mine.desk.request_all(asks or (ask("A-1"),))
        store.between = lambda: act(other)
        mine.desk.run()
        return mine, other

    @pytest.mark.parametrize(
        ("act", "state"),
        [
            (lambda other: other.desk.give("A-1", {"overall": 5}), State.GIVEN),
            (lambda other: other.desk.decline("A-1", reason="no"), State.DECLINED),
            (lambda other: other.desk.defer("A-1", until="2026-06-01"), State.PLANNED),
            (lambda other: other.desk.delegate("A-1", to=respondent(9, house="H-9")), State.DELEGATED),
            (lambda other: other.desk.withdraw("A-1", reason="no longer wanted"), State.WITHDRAWN),
        ],
    )
    def test_i4_what_changed_meanwhile_does_not_go(self, act: Any, state: State) -> None:
        """The step is taken back, and the booking released."""
        mine, _ = self.between(act)
        sent = [line.request for message in mine.sent for line in message.lines]
        assert "A-1" not in sent
        view = mine.desk.get("A-1")
        assert view.state is state
        assert view.progress.step == 0
        [contact] = list(mine.desk.contacts(WEBER))
        assert contact.status is ContactStatus.RELEASED
        assert [event.kind for event in mine.desk.history("A-1")].count(EventKind.UNSENT) == 1

    def test_i4_who_opted_out_meanwhile_is_left_in_peace(self) -> None:
        """Nothing goes, now or later."""
        mine, _ = self.between(lambda other: other.desk.opt_out(WEBER))
        mine.run_on("2026-03-03T10:00:00+00:00", "2026-03-20T10:00:00+00:00")
        assert mine.sent == []
        assert mine.desk.get("A-1").state is State.WITHDRAWN

    def test_i4_a_bundle_drops_the_line_that_fell(self) -> None:
        """The other request of the same person still goes, under the same contact."""
        asks = (ask("A-1", value=90), ask("A-2", value=10, occasion="quality_check"))
        mine, _ = self.between(lambda other: other.desk.decline("A-2", reason="no"), *asks)
        [message] = mine.sent
        assert [line.request for line in message.lines] == ["A-1"]
        assert mine.desk.get("A-2").progress.step == 0

    def test_i4_after_a_week_of_standstill_one_contact_goes_and_not_a_burst(self) -> None:
        """What was booked before the standstill is decided anew, and the next step counts from what was really sent."""
        store = died_before_sending(MONDAY)
        later = house(store, at="2026-03-16T10:00:00+00:00")
        later.desk.run()
        assert len(later.sent) == 1
        assert later.desk.get("A-1").progress.step == 1
        later.run_on("2026-03-17T10:00:00+00:00", "2026-03-22T10:00:00+00:00")
        assert len(later.sent) == 1

    def test_i4_out_of_office_hours_it_waits_until_they_begin(self) -> None:
        """A contact that is looked at in the evening goes the next morning."""
        evening = house(died_before_sending("2026-03-02T16:30:00+00:00"), at="2026-03-02T17:00:00+00:00")
        evening.desk.run()
        assert evening.sent == []
        evening.run_on("2026-03-03T09:00:00+00:00")
        assert len(evening.sent) == 1

    def test_i4_what_may_be_out_for_a_week_counts_as_sent(self) -> None:
        """It is neither repeated nor released; the ladder goes on from it, with one reminder."""
        store = MemoryStore()
        broken = house(store, channel=Post(Died(), idempotent=False))
        broken.desk.request(ask("A-1"))
        with pytest.raises(Died):
            broken.desk.run()
        later = house(store, channel=Post(idempotent=False), at="2026-03-10T10:00:00+00:00")
        later.desk.run()
        assert [message.id for message in later.sent] == ["A-1#2"]
        assert [view.status for view in later.desk.contacts(WEBER)] == [
            ContactStatus.UNKNOWN,
            ContactStatus.SENT,
        ]

    def test_i4_a_crash_while_sending_leaves_one_unknown_that_is_repeated_once(self) -> None:
        """Nobody knows whether it went; the same message is sent once more, under the same id, and then no more."""
        store = MemoryStore()
        channel = Post(Died(), Died(), idempotent=False)
        h = house(store, channel=channel)
        h.desk.request_all([ask("A-1"), ask("A-2", respondent=respondent(2, house="H-2"))])
        with pytest.raises(Died):
            h.desk.run()
        statuses = sorted(view.status for view in h.desk.contacts())
        assert statuses == [ContactStatus.BOOKED, ContactStatus.SENDING]
        with pytest.raises(Died):
            h.desk.run()
        h.run_on("2026-03-02T10:30:00+00:00", "2026-03-02T11:30:00+00:00")
        first = channel.messages[0].id
        assert [message.id for message in channel.messages].count(first) == 2
        assert sorted(view.status for view in h.desk.contacts()) == [ContactStatus.SENT, ContactStatus.UNKNOWN]

    @pytest.mark.parametrize("idempotent", [True, False])
    def test_i4_what_a_channel_cannot_take_now_is_tried_again(self, idempotent: bool) -> None:
        """With growing patience, and booked all the while."""
        channel = Post(Outcome.TRY_AGAIN, Outcome.TRY_AGAIN, idempotent=idempotent)
        h = house(channel=channel)
        h.desk.request_all([ask("A-1")])
        h.desk.run()
        h.run_on("2026-03-02T10:06:00+00:00", "2026-03-02T10:08:00+00:00", "2026-03-02T10:30:00+00:00")
        assert len(channel.messages) == 3
        [contact] = h.desk.contacts(WEBER)
        assert (contact.status, contact.tries) == (ContactStatus.SENT, 3)

    @pytest.mark.parametrize("idempotent", [True, False])
    def test_i4_an_address_that_does_not_work_makes_the_request_undeliverable(self, idempotent: bool) -> None:
        """The step is taken back and the booking released."""
        h = house(channel=Post(Outcome.GIVE_UP, idempotent=idempotent))
        h.desk.request_all([ask("A-1")])
        h.desk.run()
        view = h.desk.get("A-1")
        assert (view.state, view.progress.step) == (State.UNDELIVERABLE, 0)
        [contact] = h.desk.contacts(WEBER)
        assert contact.status is ContactStatus.RELEASED

    @pytest.mark.parametrize("idempotent", [True, False])
    def test_i4_an_unknown_outcome_counts_as_sent_and_is_repeated_once(self, idempotent: bool) -> None:
        """Under the same id, and then no more."""
        channel = Post(Outcome.UNKNOWN, Outcome.UNKNOWN, idempotent=idempotent)
        h = house(channel=channel)
        h.desk.request_all([ask("A-1")])
        h.desk.run()
        h.run_on(*(f"2026-03-02T{hour:02}:00:00+00:00" for hour in range(11, 16)))
        assert len(channel.messages) == 2
        [contact] = h.desk.contacts(WEBER)
        assert contact.status is ContactStatus.UNKNOWN
        assert h.desk.get("A-1").state is State.REQUESTED


class TestI5:
    """An accepted answer is durable before the caller hears ok, and repeating the call is harmless."""

    def test_i5_an_answer_outlives_its_process(self, tmp_path: Path) -> None:
        """Another process that opens the file finds it."""
        path = tmp_path / "feedback.db"
        h = house(SQLiteStore(path))
        h.desk.request_all([ask("A-1")])
        h.desk.give("A-1", {"overall": 5, "words": "good"})
        other = house(SQLiteStore(path))
        [answer] = other.desk.answers(about=BRANDT)
        assert dict(answer.items) == {"overall": 5, "words": "good"}
        h.desk.close()
        other.desk.close()

    def test_i5_the_same_answer_twice_is_one_and_a_different_one_revises_it(self) -> None:
        """Both revisions are kept."""
        h = house()
        h.desk.request_all([ask("A-1")])
        h.desk.give("A-1", {"overall": 5})
        h.desk.give("A-1", {"overall": 5})
        h.desk.give("A-1", {"overall": 4})
        assert [(a.revision, a.items["overall"]) for a in h.desk.answers()] == [(1, 5), (2, 4)]

    @pytest.mark.parametrize("state", [State.EXPIRED, State.DECLINED, State.DELEGATED, State.WITHDRAWN])
    def test_i5_a_late_answer_is_not_lost(self, state: State) -> None:
        """It is accepted in every closed state."""
        h = house()
        h.desk.request_all([ask("A-1")])
        acts: dict[State, Any] = {
            State.EXPIRED: lambda: h.run_on(*(f"2026-03-{day:02}T10:00:00+00:00" for day in (9, 16, 31))),
            State.DECLINED: lambda: h.desk.decline("A-1"),
            State.DELEGATED: lambda: h.desk.delegate("A-1", to=HUBER),
            State.WITHDRAWN: lambda: h.desk.withdraw("A-1"),
        }
        h.desk.run()
        acts[state]()
        assert h.desk.get("A-1").state is state
        h.desk.give("A-1", {"overall": 5})
        assert h.desk.get("A-1").state is State.GIVEN

    @pytest.mark.parametrize("by", ["respondent", "subject"])
    def test_i5_what_was_withdrawn_for_good_takes_no_answer(self, by: str) -> None:
        """And the refusal says so."""
        h = house()
        h.desk.request_all([ask("A-1")])
        h.desk.withdraw("A-1", by=by)
        with pytest.raises(IllegalTransition, match="withdrawn for good"):
            h.desk.give("A-1", {"overall": 5})


class TestI6:
    """No naive time, no hidden clock, no hidden randomness; a clock that jumps re-sends and un-expires nothing."""

    @pytest.mark.parametrize("back", ["2026-03-09T09:00:00+00:00", "2016-03-09T10:00:00+00:00"])
    def test_i6_a_clock_that_jumps_back_sends_nothing_again(self, back: str) -> None:
        """Neither an hour nor ten years make a difference."""
        h = house()
        h.desk.request_all([ask("A-1")])
        h.run_on("2026-03-02T10:00:00+00:00", "2026-03-09T10:00:00+00:00")
        before = len(h.sent)
        h.run_on(back)
        assert len(h.sent) == before == 2
        assert h.desk.get("A-1").progress.step == 2

    def test_i6_a_clock_that_jumps_ahead_and_back_expires_once(self) -> None:
        """What expired stays so."""
        h = house()
        h.desk.request_all([ask("A-1")])
        h.run_on("2026-03-02T10:00:00+00:00", "2036-03-03T10:00:00+00:00", "2036-03-12T10:00:00+00:00")
        h.run_on("2036-04-30T10:00:00+00:00", "2026-03-03T10:00:00+00:00")
        assert h.desk.get("A-1").state is State.EXPIRED

    def test_i6_the_same_quarter_played_twice_has_the_same_ids(self) -> None:
        """Ids of contacts and requests follow from what happened."""
        first, second = MemoryStore(), MemoryStore()
        a_quarter(house(first))
        a_quarter(house(second))
        assert picture(first) == picture(second)

    def test_i6_a_naive_time_is_refused(self) -> None:
        """At the face, before anything is done."""
        h = house()
        h.desk.request_all([ask("A-1")])
        with pytest.raises(InvalidValue, match="naive"):
            h.desk.defer("A-1", until="2026-06-01T10:00:00")
