"""What always fails is set aside for longer and longer and then given up, and the others go on all the while."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.channels import Letters
from feedbackkit.desk import DeadLetter
from feedbackkit.desk.awaiting import drive
from feedbackkit.desk.runs import dead_letters
from feedbackkit.desk.runs.aside import Aside
from feedbackkit.desk.runs.tally import Tally
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.happenings import SetAside
from feedbackkit.errors import BrokenTemplate, NotAllowed, NotFound
from feedbackkit.policies import Cadence, OpenLimit, default_rules
from feedbackkit.ports import Outcome, Receipt, RecordKey, Refused
from feedbackkit.stores import MemoryStore, SQLiteStore
from tests.desk.books import ledgers_in, wrong_in
from tests.desk.house import HUBER, WEBER, Died, House, Post, Wrapped, ask, dying, house
from tests.desk.test_observers import Notes
from tests.desk.test_workers import crowd

if TYPE_CHECKING:
    from pathlib import Path

    from feedbackkit.domain.contact import Message
    from feedbackkit.domain.happenings import Happening
    from feedbackkit.domain.letter import Letter
    from feedbackkit.policies import Proposal
    from feedbackkit.ports import Change, Record, Result

MINUTE = 60_000_000
DAY = 86_400_000_000
TUESDAY = "2026-03-03T10:00:00Z"
LADDER = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256]
"""How many minutes after its due time something that always fails is tried."""


class Picky:
    """A rule of one's own with a flaw: it cannot deal with some requests."""

    name = "picky"
    lookback_us = 0

    def __init__(self) -> None:
        self.flawed: set[str] = set()

    def earliest(self, at_us: int, proposal: Proposal) -> int:
        """At once, or an error."""
        if proposal.request.key in self.flawed:
            raise NotAllowed("a rule that does not work")
        return at_us

    def because(self, at_us: int, proposal: Proposal) -> str:  # noqa: ARG002 - the protocol's signature
        """It moves nothing."""
        return "never"


class Damaged(Wrapped):
    """A store that gives out some of its records damaged."""

    def __init__(self, inner: Any) -> None:
        super().__init__(inner)
        self.damage: dict[RecordKey, dict[str, Any]] = {}

    def _damaged(self, record: Record | None) -> Record | None:
        if record is None:
            return None
        return record._replace(**self.damage.get(RecordKey(record.kind, record.key), {}))

    def read(self, keys: Any) -> list[Record | None]:
        """As it is, or damaged."""
        return [self._damaged(record) for record in self.inner.read(keys)]

    def claim(self, kind: str, **claim: Any) -> list[Any]:
        """As it is, or damaged."""
        return [self._damaged(record) for record in self.inner.claim(kind, **claim)]


def work(h: House, *, hours: float) -> None:
    """Let the worker of a house work for so long."""
    stop = threading.Event()
    until = h.clock.now_us() + int(hours * 60 * MINUTE)

    def wait(seconds: float) -> None:
        h.later(seconds=seconds)
        if h.clock.now_us() >= until:
            stop.set()

    h.desk.work(stop=stop, wait=wait)


def of_the_crowd(h: House, count: int = 8) -> None:
    """So many people without a house or at one of two are asked: r0, r1 and so on."""
    h.desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(count))])


def asked(h: House) -> list[str]:
    """The requests of the messages that went out, in order of their keys."""
    return sorted(line.request for message in h.sent for line in message.lines)


def flawed_house(*, idempotent: bool = True, batch: int = 250) -> tuple[House, Picky, Notes]:
    """A house with a rule that cannot deal with r2, who works at the house of r6."""
    rule, notes = Picky(), Notes()
    rules = default_rules().with_(rule)
    h = house(channel=Post(idempotent=idempotent), rules=rules, observers=[notes], batch=batch)
    of_the_crowd(h)
    rule.flawed.add("r2")
    return h, rule, notes


def minutes(notes: Notes, h: House, key: str) -> list[int]:
    """How many minutes after its due time a request was set aside."""
    [due] = {record.due for record in h.store.find("request", limit=99) if record.key == key}
    return [(each.at_us - due) // MINUTE for each in notes.of(SetAside) if each.key == key]


# One that always fails


@pytest.mark.parametrize("idempotent", [True, False], ids=["harmless to repeat", "not harmless"])
@pytest.mark.parametrize("batch", [1, 3, 250])
def test_i3_a_rule_that_fails_for_one_request_keeps_nobody_else(batch: int, idempotent: bool) -> None:
    """The others go at once, its own house included; it is tried ten times, given up, mended, retried and sent once."""
    h, rule, notes = flawed_house(idempotent=idempotent, batch=batch)
    begun_us = h.clock.now_us()
    work(h, hours=21)
    assert asked(h) == ["r0", "r1", "r3", "r4", "r5", "r6", "r7"]
    assert {message.booked_us for message in h.sent} == {begun_us}
    assert minutes(notes, h, "r2") == LADDER
    assert {each.why for each in notes.of(SetAside)} == {"NotAllowed"}
    [letter] = h.desk.dead_letters()
    assert letter == DeadLetter(kind="request", key="r2", due_us=letter.due_us)
    assert letter.due == h.desk.get("r2").due

    rule.flawed.clear()
    h.clock.set(TUESDAY)
    work(h, hours=1)
    assert "r2" not in asked(h)
    assert h.desk.retry("r2") == [letter]
    assert h.desk.dead_letters() == []
    work(h, hours=0.1)
    assert asked(h) == [f"r{n}" for n in range(8)]
    assert wrong_in(h.store) == []


DAMAGES: dict[str, tuple[RecordKey, dict[str, Any], list[str]]] = {
    "a body": (RecordKey("request", "r2"), {"body": b"gone"}, ["r2"]),
    "a body of another type": (RecordKey("request", "r2"), {"body": b'{"type":"person","v":1,"data":{}}'}, ["r2"]),
    "a body of a later version": (RecordKey("request", "r2"), {"body": b'{"type":"request","v":9,"data":{}}'}, ["r2"]),
    "a head": (RecordKey("request", "r2"), {"head": b"[99]"}, ["r2"]),
    "a state": (RecordKey("request", "r2"), {"state": "asleep"}, ["r2"]),
    "a profile": (RecordKey("person", "P-2"), {"body": b"gone"}, ["r2"]),
    "a ledger": (RecordKey("person", "P-2"), {"head": b"gone"}, ["r2"]),
    "the ledger of a house": (RecordKey("organisation", "O-1"), {"head": b"gone"}, ["r2", "r6"]),
}


@pytest.mark.parametrize("idempotent", [True, False], ids=["harmless to repeat", "not harmless"])
@pytest.mark.parametrize("what", DAMAGES)
def test_i3_what_cannot_be_read_keeps_nobody_else(what: str, idempotent: bool) -> None:
    """Only those whom it concerns are set aside and in the end given up; when it can be read again, they are asked."""
    key, damage, concerned = DAMAGES[what]
    store = Damaged(MemoryStore())
    h = house(store, channel=Post(idempotent=idempotent))
    of_the_crowd(h)
    store.damage[key] = damage
    report = h.desk.run()
    assert report["failed"] == len(concerned)
    assert asked(h) == sorted({f"r{n}" for n in range(8)} - set(concerned))
    work(h, hours=21)
    assert [letter.key for letter in h.desk.dead_letters()] == concerned
    store.damage.clear()
    h.clock.set(TUESDAY)
    h.desk.retry(*concerned)
    h.desk.run()
    assert asked(h) == [f"r{n}" for n in range(8)]
    assert wrong_in(store.inner) == []


def test_what_fails_only_together_is_set_aside_together() -> None:
    """Where each could be decided on its own, but not the group, nobody is picked out."""

    class Crowded(Picky):
        """A rule that cannot deal with a house that two contacts are made with at one instant."""

        def earliest(self, at_us: int, proposal: Proposal) -> int:
            """At once, or an error."""
            if at_us in proposal.organisation.contacts:
                raise NotAllowed("a rule that does not work")
            return at_us

    h = house(channel=Post(), rules=default_rules().with_(Crowded()))
    of_the_crowd(h)
    assert h.desk.run()["failed"] == 4
    assert asked(h) == ["r0", "r1", "r4", "r5"]


def test_a_batch_in_which_everything_fails_ends() -> None:
    """Nothing is sent, nothing is lost, and each comes back by itself."""
    h, rule, _ = flawed_house(batch=3)
    rule.flawed |= {f"r{n}" for n in range(8)}
    assert h.desk.run()["failed"] == 8
    rule.flawed.clear()
    h.later(minutes=1).desk.run()
    assert asked(h) == [f"r{n}" for n in range(8)]


# A contact that always fails


def test_a_booked_contact_that_cannot_be_sent_is_given_up_and_brought_back() -> None:
    """Its message cannot be made, for nobody can read whom it is about; it was never in anybody's hand."""
    store = Damaged(MemoryStore())
    h = house(store, channel=Post(idempotent=False))
    of_the_crowd(h, 2)
    h.desk.request(ask("s", respondent=HUBER, subject=attrs.evolve(WEBER, id="P-s", email="s@p.example")))
    store.damage[RecordKey("person", "P-s")] = {"body": b"gone"}
    work(h, hours=3)
    store.damage.clear()
    store.damage[RecordKey("contact", "s#1")] = {"head": b"[99]"}
    work(h, hours=0.2)
    store.damage[RecordKey("contact", "s#1")] = {"state": "asleep"}
    work(h, hours=21)
    assert asked(h) == ["r0", "r1"]
    [letter] = h.desk.dead_letters()
    assert (letter.kind, letter.key) == ("contact", "s#1")
    store.damage.clear()
    h.desk.retry("s#1")
    h.desk.run()
    h.desk.run()
    assert asked(h) == ["r0", "r1", "s"]
    assert wrong_in(store.inner) == []


class Sour(Post):
    """A channel that does not get along with one person's messages, until it is mended."""

    def __init__(self, outcome: Outcome | Exception, *, idempotent: bool = False) -> None:
        super().__init__(idempotent=idempotent)
        self.outcome: Outcome | Exception | None = outcome

    def send(self, message: Message) -> Receipt:
        """As told."""
        if message.to.id == "P-0" and self.outcome is not None:
            if isinstance(self.outcome, Exception):
                raise self.outcome
            return Receipt(self.outcome, "451 try again later")
        return super().send(message)


class Speechless:
    """A writer that has no words for one person, until it is mended."""

    def __init__(self) -> None:
        self.mended = False

    def write(self, message: Message) -> Letter:
        """A letter, or an error."""
        if message.to.id == "P-0" and not self.mended:
            raise BrokenTemplate("letter.txt", 3, "UndefinedError")
        return Letters().write(message)


def weeks_pass(h: House) -> None:
    """Three weeks of a worker that looks once an hour."""
    for _ in range(21 * 24):
        h.desk.run()
        h.later(hours=1)


@pytest.mark.parametrize("idempotent", [False, True])
@pytest.mark.parametrize("flaw", ["letter", "not now"])
def test_a_letter_that_never_goes_out_is_given_up_and_brought_back(flaw: str, *, idempotent: bool) -> None:
    """After ten bookings in vain it ends with its reason, in nobody's ledger; the others went; a retry sends it."""
    channel: Any = Sour(Outcome.TRY_AGAIN if flaw == "not now" else Outcome.SENT, idempotent=idempotent)
    if flaw == "letter":
        channel.writer, channel.outcome = Speechless(), None
    h = house(channel=channel, cadence=Cadence(reminders=(), rest=dt.timedelta(weeks=9)))
    of_the_crowd(h, 3)
    weeks_pass(h)
    assert asked(h) == ["r1", "r2"]
    [letter] = h.desk.dead_letters()
    assert letter.kind == "contact"
    reason = "451 try again later" if flaw == "not now" else "no message can be made: BrokenTemplate"
    assert letter.why == f"it did not go out in time, 10 times in a row: {reason}"
    assert [alert.kind for alert in h.desk.alerts()] == ["failed"]
    assert h.desk.get("r0").due is None
    assert wrong_in(h.store) == []
    before = len(h.desk.history("r0"))
    weeks_pass(h)
    assert len(h.desk.history("r0")) == before
    if flaw == "letter":
        channel.writer.mended = True
    channel.outcome = None
    assert h.desk.retry(letter.key) == [letter]
    weeks_pass(h)
    assert asked(h) == ["r0", "r1", "r2"]
    assert h.desk.dead_letters() == []
    assert wrong_in(h.store) == []


def test_what_is_brought_back_and_fails_again_is_given_ten_more_times() -> None:
    """The count begins anew with each retry."""
    h = house(channel=Sour(Outcome.TRY_AGAIN))
    of_the_crowd(h, 1)
    weeks_pass(h)
    [first] = h.desk.dead_letters()
    h.desk.retry(first.key)
    weeks_pass(h)
    [second] = h.desk.dead_letters()
    assert int(second.key.removeprefix("r0#")) >= int(first.key.removeprefix("r0#")) + 10


def test_an_answer_settles_what_was_given_up() -> None:
    """Nobody has to bring back what nobody waits for any more."""
    h = house(channel=Sour(Outcome.TRY_AGAIN))
    of_the_crowd(h, 1)
    weeks_pass(h)
    h.desk.give("r0", {"overall": 5})
    assert h.desk.dead_letters() == []


@pytest.mark.parametrize(("idempotent", "tries"), [(False, 2), (True, 10)])
def test_a_channel_that_raises_at_one_letter_sends_the_others(tries: int, *, idempotent: bool) -> None:
    """Nobody knows whether that one went out: it counts, is repeated as often as that does no harm, and is listed."""
    channel = Sour(KeyError("Weber"), idempotent=idempotent)
    h = house(channel=channel, cadence=Cadence(reminders=(), rest=dt.timedelta(weeks=9)))
    of_the_crowd(h, 3)
    weeks_pass(h)
    assert asked(h) == ["r1", "r2"]
    [letter] = h.desk.dead_letters()
    assert (letter.key, letter.why) == ("r0#1", "raised KeyError")
    [contact] = [view for view in h.desk.contacts() if view.contact.id == "r0#1"]
    assert contact.status is ContactStatus.UNKNOWN
    assert contact.tries == tries
    channel.outcome = None
    h.desk.retry("r0#1")
    weeks_pass(h)
    assert asked(h) == ["r0", "r1", "r2"]
    assert (h.desk.dead_letters(), wrong_in(h.store)) == ([], [])


def test_a_channel_that_raises_all_the_time_ends_the_run() -> None:
    """Three in a row are no matter of one letter: the error comes out, and no more than three are in doubt."""
    h = house(channel=Post(*[KeyError("x") for _ in range(9)], idempotent=False))
    of_the_crowd(h, 6)
    with pytest.raises(KeyError):
        h.desk.run()
    assert len(h.sent) == 3


def test_a_contact_about_somebody_who_is_not_there_is_set_aside() -> None:
    """Under the name of what is missing, and it was not marked as being in hand."""

    class Emptied(Wrapped):
        """A store in which one person is missing."""

        def read(self, keys: Any) -> list[Record | None]:
            """All but one."""
            found = self.inner.read(keys)
            return [None if record is not None and record.key == "P-brandt" else record for record in found]

    notes = Notes()
    h = house(channel=Post(idempotent=False))
    of_the_crowd(h, 1)
    h.worker("other", store=Emptied(h.store), observers=[notes]).run()  # type: ignore[arg-type]  # a store
    assert [(each.kind, each.why) for each in notes.of(SetAside)] == [("contact", "NotFound")]
    assert [record.state for record in h.store.find("contact", limit=9)] == [ContactStatus.BOOKED]
    h.later(minutes=1).desk.run()
    assert asked(h) == ["r0"]


@pytest.mark.parametrize("idempotent", [True, False], ids=["harmless to repeat", "not harmless"])
def test_a_last_look_that_fails_for_one_contact_lets_the_others_go(idempotent: bool) -> None:
    """All that was booked by a worker that died is looked at, and the one is found."""
    rule, notes = Picky(), Notes()
    inner, post = MemoryStore(), Post(idempotent=idempotent)
    rules = default_rules().with_(rule)
    planned = house(inner, channel=post, rules=rules, observers=[notes])
    of_the_crowd(planned)
    mortal = planned.worker("dead", store=dying(inner, 8, afterwards=False))  # type: ignore[arg-type]  # a store
    with pytest.raises(Died):
        mortal.run()
    assert len(inner.find("contact", limit=99)) == 8
    rule.flawed.add("r2")
    planned.later(minutes=6)
    assert planned.desk.run().due == 8  # each was looked for once
    assert asked(planned) == ["r0", "r1", "r3", "r4", "r5", "r6", "r7"]
    assert [(each.key, each.why) for each in notes.of(SetAside)] == [("r2#1", "NotAllowed")]
    rule.flawed.clear()
    planned.later(minutes=6).desk.run()
    assert asked(planned) == [f"r{n}" for n in range(8)]
    assert wrong_in(inner) == []


# A held request that cannot be read


def test_a_held_request_that_cannot_be_read_keeps_waiting_and_nothing_else_from_happening() -> None:
    """It goes behind the others; when it can be read again, the next free slot finds it."""
    store = Damaged(MemoryStore())
    h = house(store, rules=default_rules().without("open requests").with_(OpenLimit(1)), channel=Post())
    h.desk.request_all([ask(key, value=value) for key, value in {"a": 90, "b": 80, "c": 70}.items()])
    h.desk.run()
    store.damage[RecordKey("request", "b")] = {"head": b"[99]"}
    h.desk.give("a", {"overall": 5})
    assert [held.key for held in ledgers_in(store.inner, "person")["P-weber"].held] == ["c", "b"]
    h.desk.opt_out(WEBER, scope="reminders")
    h.later(days=14).desk.run()
    assert asked(h) == ["a", "c"]
    store.damage.clear()
    h.desk.give("c", {"overall": 5})
    h.later(days=14).desk.run()
    assert asked(h) == ["a", "b", "c"]
    assert wrong_in(store.inner) == []


# How long it waits


@given(st.integers(-(10**16), 10**16))
def test_it_waits_as_long_again_as_it_is_overdue(overdue_us: int) -> None:
    """At least a minute and at most a day, whatever the clock does."""
    [(_, retry_at)] = released((RecordKey("request", "r"), "g", -overdue_us))
    assert retry_at == min(max(overdue_us, MINUTE), DAY)


def test_all_that_failed_of_a_group_waits_equally_long() -> None:
    """For its lease ends with the first release; other groups have their own time."""
    times = released(
        (RecordKey("request", "a"), "g", -2 * MINUTE),
        (RecordKey("request", "b"), "g", -5 * MINUTE),
        (RecordKey("request", "c"), "h", -3 * MINUTE),
    )
    assert sorted(times) == [("a b", 5 * MINUTE), ("c", 3 * MINUTE)]


def released(*failures: tuple[RecordKey, str, int]) -> list[tuple[str, int]]:
    """Which keys are released for when, by a clock at 0."""
    calls: list[tuple[str, int]] = []

    class Releases:
        """A store that is only asked to release."""

        async def release(self, keys: list[RecordKey], *, owner: str, retry_at: int | None = None) -> None:
            """Note it."""
            assert owner == "w"
            if retry_at is not None:
                calls.append((" ".join(key.key for key in keys), retry_at))

    class Context:
        """As much of a desk as is needed."""

        store = Releases()
        owner = "w"
        clock = attrs.make_class("Clock", {"now_us": attrs.field(default=lambda: 0)})()

        def tell(self, _happening: Happening) -> None:
            """Nobody listens."""

    aside, tally = Aside(), Tally()
    for key, group, due_us in failures:
        aside.put(key, group=group, due_us=due_us, why="odd")
    context: Any = Context()
    drive(aside.give_back(context, [key for key, _, _ in failures], tally))
    assert tally.counts["failed"] == len(failures)
    assert tally.next_us == min(at for _, at in calls)
    return calls


# Listing and bringing back


def given_up(store: Any = None, *, keys: tuple[str, ...] = ("r1", "r2", "r3")) -> tuple[House, Picky]:
    """A house in which these have been given up, and whose rule works again."""
    rule = Picky()
    h = house(store, channel=Post(), rules=default_rules().with_(rule))
    of_the_crowd(h)
    rule.flawed.update(keys)
    work(h, hours=21)
    rule.flawed.clear()
    h.clock.set(TUESDAY)
    return h, rule


def letters(h: House) -> list[str]:
    """The keys of what was given up."""
    return [letter.key for letter in h.desk.dead_letters()]


@pytest.mark.parametrize("page", [1, 2, 500])
def test_all_dead_letters_are_listed_and_brought_back(page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many pages they fill."""
    monkeypatch.setattr("feedbackkit.desk.runs.dead_letters._PAGE", page)
    h, _ = given_up()
    assert letters(h) == ["r1", "r2", "r3"]
    assert [letter.key for letter in h.desk.retry(*letters(h))] == ["r1", "r2", "r3"]
    h.desk.run()
    assert asked(h) == [f"r{n}" for n in range(8)]


def test_in_a_file_they_outlive_the_process(tmp_path: Path) -> None:
    """Listed and brought back by another one."""
    h, rule = given_up(SQLiteStore(tmp_path / "feedback.db"))
    h.desk.close()
    again = house(SQLiteStore(tmp_path / "feedback.db"), at=TUESDAY, channel=h.channel)
    assert rule.flawed == set()
    assert letters(again) == ["r1", "r2", "r3"]
    again.desk.retry("r2")
    again.desk.run()
    assert letters(again) == ["r1", "r3"]
    assert "r2" in asked(again)
    again.desk.close()


def test_what_is_no_dead_letter_is_left_alone() -> None:
    """Bringing back twice does it once; a request that does not fail is not written."""
    h, _ = given_up()
    assert [letter.key for letter in h.desk.retry("r1", "r1", "r0")] == ["r1"]
    before = h.store.find("request", limit=99)
    assert h.desk.retry("r1", "r0") == []
    assert h.desk.retry() == []
    assert h.store.find("request", limit=99) == before


def test_an_unknown_key_brings_nothing_back() -> None:
    """It is named, unless it may be an address."""
    h, _ = given_up()
    with pytest.raises(NotFound, match="no dead letter 'r9' is stored here"):
        h.desk.retry("r1", "r9")
    with pytest.raises(NotFound) as caught:
        h.desk.retry("anna.weber@nordwerk.example")
    assert "anna" not in str(caught.value)
    assert letters(h) == ["r1", "r2", "r3"]


def test_what_is_answered_is_no_dead_letter_any_more() -> None:
    """Whatever writes it brings it back, or ends it."""
    h, _ = given_up()
    h.desk.give("r1", {"overall": 5})
    assert letters(h) == ["r2", "r3"]


def test_bringing_back_while_somebody_answers_harms_neither() -> None:
    """The answer was faster: the request is closed, and stays so."""
    inner = MemoryStore()
    h, _ = given_up(inner)
    results: list[Result] = []

    class Overtaken(Wrapped):
        """A store at which somebody answers right before a write."""

        def write(self, changes: list[Change]) -> list[Result]:
            """Answer, then write."""
            h.desk.give("r1", {"overall": 5})
            results.extend(inner.write(changes))
            return results

    h.worker("late", store=Overtaken(inner)).retry("r1")  # type: ignore[arg-type]  # a store
    assert results == [Refused((RecordKey("request", "r1"),))]
    assert h.desk.get("r1").state == "given"
    assert wrong_in(inner) == []


def test_bringing_back_changes_nothing_but_that() -> None:
    """State, due time, history and books stay as they were, byte for byte."""
    h, _ = given_up()
    before, told = h.store.find("request", limit=99), h.desk.history("r1")
    h.desk.retry("r1")
    after = h.store.find("request", limit=99)
    assert [record._replace(version=0) for record in after] == [record._replace(version=0) for record in before]
    assert h.desk.history("r1") == told
    assert wrong_in(h.store) == []


def test_the_kinds_that_are_listed_are_those_that_a_run_claims() -> None:
    """No run claims anything else, so nothing else can be given up."""
    claimed: set[str] = set()

    class Claims(Wrapped):
        """Notes what is claimed."""

        def claim(self, kind: str, **claim: Any) -> list[Record]:
            """Note it."""
            claimed.add(kind)
            found: list[Record] = self.inner.claim(kind, **claim)
            return found

    house(Claims(MemoryStore())).desk.run()
    assert claimed == set(dead_letters._KINDS)
