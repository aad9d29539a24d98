"""After a restore from a backup: what may have been sent since counts as sent; nobody is asked twice, nobody lost."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from feedbackkit.channels import MailboxChannel
from feedbackkit.desk import Reply
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.engagement import Extension
from feedbackkit.domain.ledger import OptOut, Scope
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import EventKind, State
from feedbackkit.errors import NeedsResume, NotAllowed, StoreBusy
from feedbackkit.policies import playbooks
from feedbackkit.ports import Outcome, RecordKey, Refused
from feedbackkit.stores import MemoryStore
from tests.desk.books import contacts_in, events_of, ledgers_in, wrong_in
from tests.desk.house import (
    HUBER,
    WEBER,
    Died,
    House,
    Mark,
    Post,
    Wrapped,
    ask,
    backup,
    dying,
    house,
    mandate,
    snapshot,
)
from tests.desk.test_async import Waiting, async_desk
from tests.desk.test_workers import crowd

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedbackkit.desk import Ask, Desk

MINUTE = 60_000_000
DAY = 24 * 60 * MINUTE


@attrs.define
class Restored:
    """A house whose store was put back to what it was before its last run, with the watermark of after it."""

    h: House
    mark: Mark

    def worker(self, owner: str, store: Any = None, **parts: Any) -> Desk:
        """One more desk that knows the watermark."""
        return self.h.worker(owner, store=store, watermark=self.mark, **parts)

    @property
    def unknown(self) -> list[str]:
        """The ids of the contacts of which nobody knows whether they were sent."""
        return [contact.id for contact, status in contacts_in(self.h.store) if status is ContactStatus.UNKNOWN]


def restored(
    *asks: Ask,
    before: Callable[[House], object] = lambda _house: None,
    since: Callable[[House], object] = lambda h: h.later(days=1).desk.run(),
    **parts: Any,
) -> Restored:
    """Asks are made, some things happen, a copy is taken, other things happen, and the copy is put back."""
    mark = Mark()
    h = house(watermark=mark, **parts)
    h.desk.request_all(asks or [ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(4))])
    before(h)
    restore = backup(h.store)
    since(h)
    restore()
    with pytest.raises(NeedsResume):
        h.desk.run()
    return Restored(h, mark)


def go_on(h: House, *, days: int) -> House:
    """The same house after so many days, with a run on each."""
    for _ in range(days):
        h.later(days=1).desk.run()
    return h


# What a resume does


def test_whoever_was_asked_since_the_backup_is_not_asked_again_and_the_ladder_goes_on() -> None:
    """The next word is the reminder, a week after the resume, and then the ladder to its end."""
    after = restored()
    asked = [message.id for message in after.h.sent]
    report = after.h.desk.resume()
    assert (report["requested"], report.due) == (4, 4)
    go_on(after.h, days=6)
    assert [message.id for message in after.h.sent] == asked
    go_on(after.h, days=1)
    assert [line.step for message in after.h.sent[4:] for line in message.lines] == [2, 2, 2, 2]
    go_on(after.h, days=40)
    assert {view.state for view in after.h.desk.find()} == {State.EXPIRED}
    assert [line.step for message in after.h.sent[8:] for line in message.lines] == [3, 3, 3, 3]
    assert wrong_in(after.h.store) == []


def test_the_step_is_a_contact_that_nobody_knows_of_and_counts_in_the_ledgers_from_now_on() -> None:
    """One for each person; it is settled, and its reason is told."""
    after = restored(ask("a"), ask("b", value=70), ask("h", respondent=HUBER))
    after.h.desk.resume()
    now_us = after.h.clock.now_us()
    views = after.h.desk.contacts()
    assert [(view.contact.id, view.status, view.tries) for view in views] == [
        ("b#1", ContactStatus.UNKNOWN, 0),
        ("h#1", ContactStatus.UNKNOWN, 0),
    ]
    assert {view.settled_us for view in views} == {view.contact.booked_us for view in views} == {now_us}
    assert [line.request for line in views[0].contact.lines] == ["b", "a"]
    assert all("after a restore from a backup" in view.reason for view in views)
    assert ledgers_in(after.h.store, "person")[WEBER.id or ""].contacts == (now_us,)
    assert ledgers_in(after.h.store, "organisation")["O-nordwerk"].contacts == (now_us, now_us)
    assert wrong_in(after.h.store) == []


def test_history_and_explanation_say_why() -> None:
    """Whoever reads them later learns that nobody knows."""
    after = restored(ask("r"))
    after.h.desk.resume()
    assert "after a restore from a backup nobody knows whether it was sent; it counts as made now" in str(
        after.h.desk.explain("r")
    )
    after.h.desk.verify("r")


def test_nothing_is_handed_to_any_channel() -> None:
    """Nor is one needed."""
    after = restored()
    sent = len(after.h.sent)
    without = after.worker("without", channel=None)
    without._desk._context = attrs.evolve(without._desk._context, channels=())
    without.resume()
    assert len(after.h.sent) == sent
    assert {contact.channel for contact, _ in contacts_in(after.h.store)} == {"unknown"}


def test_what_is_due_later_is_left_to_the_runs() -> None:
    """And asked on its day."""
    after = restored(ask("now"), ask("then", respondent=HUBER, due_us=house().clock.now_us() + 20 * DAY))
    after.h.desk.resume()
    go_on(after.h, days=20)
    assert "then#1" in {message.id for message in after.h.sent}


def test_what_is_held_stays_held() -> None:
    """It comes when its turn comes."""
    asks = [ask(f"w{n}", value=90 - n) for n in range(5)]
    after = restored(*asks, before=lambda h: h.desk.run(), since=lambda h: h.later(days=7).desk.run())
    after.h.desk.resume()
    assert [view.key for view in after.h.desk.find() if view.due is None] == ["w3", "w4"]
    assert [held.key for held in ledgers_in(after.h.store, "person")[WEBER.id or ""].held] == ["w3", "w4"]


def test_what_is_put_in_again_before_counts() -> None:
    """A request that was made since, an answer, and what the answer made room for."""

    def since(h: House) -> None:
        h.desk.request(ask("new", respondent=HUBER))
        h.desk.give("w0", {"overall": 5})
        go_on(h, days=14)

    asks = [ask(f"w{n}", value=90 - n) for n in range(4)]
    after = restored(*asks, before=lambda h: h.desk.run(), since=since)
    asked = {line.request for message in after.h.sent for line in message.lines if line.step == 1}
    assert asked == {"w0", "w1", "w2", "w3", "new"}
    after.h.desk.request(ask("new", respondent=HUBER))
    after.h.desk.give("w0", {"overall": 5})
    sent = len(after.h.sent)
    after.h.desk.resume()
    go_on(after.h, days=60)
    assert [line.request for message in after.h.sent[sent:] for line in message.lines if line.step == 1] == []
    assert wrong_in(after.h.store) == []


HIDING: dict[str, Callable[[Desk], object]] = {
    "given": lambda desk: desk.give("r", {"overall": 5}),
    "given with others": lambda desk: desk.give_all([Reply("r", {"overall": 5})]),
    "declined": lambda desk: desk.decline("r"),
    "deferred": lambda desk: desk.defer("r", until="2026-05-04"),
    "delegated": lambda desk: desk.delegate("r", to=HUBER),
    "withdrawn": lambda desk: desk.withdraw("r"),
}
OTHERS: dict[str, Callable[[Desk], object]] = {
    "undone": lambda desk: [desk.decline("r"), desk.undo_decline("r")],  # type: ignore[func-returns-value]  # in a row
    "opted out": lambda desk: desk.opt_out(WEBER, scope="occasion", occasion="reference"),
    "phoned": lambda desk: desk.record_contact(HUBER),
    "planned": lambda desk: desk.plan(mandate(), playbooks.interim()),
    "added": lambda desk: desk.add(mandate()),
    "registered": lambda desk: desk.register(attrs.evolve(WEBER, email="weber@nordwerk.example")),
    "requested": lambda desk: desk.request(ask("more", respondent=HUBER)),
}


@pytest.mark.parametrize("what", HIDING | OTHERS)
@pytest.mark.parametrize("restarted", [True, False])
def test_whatever_comes_in_before_what_was_due_counts(what: str, restarted: bool) -> None:
    """Closed or put off, it would not be due any more; the gap to what comes next is kept all the same."""
    later_us = house().clock.now_us() + 2 * DAY
    after = restored(
        ask("r"),
        ask("s", occasion="verification", due_us=later_us),
        ask("h", respondent=HUBER, due_us=later_us + 300 * DAY),
    )
    desk = after.worker("web") if restarted else after.h.desk
    (HIDING | OTHERS)[what](desk)
    assert what in OTHERS or after.unknown == ["r#1"]
    with pytest.raises(NeedsResume):
        after.h.desk.run()
    after.h.desk.resume()
    assert "r#1" in after.unknown
    assert ledgers_in(after.h.store, "person")[WEBER.id or ""].contacts == (after.h.clock.now_us(),)
    sent = len(after.h.sent)
    go_on(after.h, days=4)
    assert WEBER.id not in {message.to.id for message in after.h.sent[sent:]}
    assert wrong_in(after.h.store) == []


def test_a_plan_that_puts_off_what_was_due_counts_it_before() -> None:
    """It may have been asked by the plan of then."""
    agreed = Extension(agreed="2026-03-01", ends="2027-02-26")

    def before(h: House) -> None:
        h.desk.plan(mandate(), playbooks.interim())
        h.desk.decline("M-17/reference/start/1")
        h.clock.set("2026-11-12T10:00:00Z")

    after = restored(ask("h", respondent=HUBER), before=before, since=lambda h: go_on(h, days=3))
    closing = "M-17/closing_review/start/1"
    assert [line.request for message in after.h.sent for line in message.lines].count(closing) == 1
    after.worker("web").plan(mandate(extensions=[agreed]), playbooks.interim())
    assert after.h.desk.get(closing).progress.step == 1
    after.h.desk.resume()
    sent = len(after.h.sent)
    go_on(after.h, days=90)
    asked = [line for message in after.h.sent[sent:] for line in message.lines if line.kind == "ask"]
    assert closing not in [line.request for line in asked]
    assert wrong_in(after.h.store) == []


def test_all_that_is_due_to_a_person_counts_as_one_contact_when_something_comes_in() -> None:
    """An answer to one of three is no reason for two contacts."""
    after = restored(ask("a"), ask("b", value=20), ask("c", value=10), ask("h", respondent=HUBER))
    after.h.desk.give("b", {"overall": 5})
    assert after.unknown == ["a#1"]
    after.h.desk.resume()
    assert sorted(after.unknown) == ["a#1", "h#1"]


def test_looking_counts_nothing() -> None:
    """Nor does a run that is refused."""
    after = restored()
    before = snapshot(after.h.store)
    desk = after.worker("web")
    desk.find()
    desk.contacts()
    desk.explain("r0")
    assert desk.needs_resume()
    with pytest.raises(NeedsResume):
        desk.run()
    assert snapshot(after.h.store) == before


def test_a_desk_at_a_store_that_is_not_behind_looks_once() -> None:
    """What changes something costs one read more, once in the life of a desk."""
    h = house(Wrapped(MemoryStore()), watermark=Mark())
    h.desk.request(ask("r"))
    h.store.calls.clear()
    h.desk.request(ask("s"))
    counted = list(h.store.calls)
    plain = house(Wrapped(MemoryStore()))
    plain.desk.request(ask("r"))
    plain.store.calls.clear()
    plain.desk.request(ask("s"))
    assert counted == plain.store.calls


def test_a_date_that_was_chosen_counts_when_it_has_come() -> None:
    """The respondent may have been asked on it."""
    after = restored(ask("r"), before=lambda h: h.desk.defer("r", until="2026-03-10"), since=lambda h: go_on(h, days=9))
    after.h.desk.resume()
    assert after.unknown == ["r#1"]


def test_an_ask_counts_although_its_time_is_over() -> None:
    """It may have been asked in time; the gap to the next contact is kept."""
    until_us = house().clock.now_us() + DAY // 2
    after = restored(
        ask("r", until_us=until_us),
        ask("s", due_us=until_us + 3 * DAY),
        since=lambda h: (h.desk.run(), h.later(days=1)),
    )
    after.h.desk.resume()
    assert after.h.desk.get("r").state is State.REQUESTED
    go_on(after.h, days=4)
    assert [message.id for message in after.h.sent] == ["r#1"]


# What is certain


def test_what_has_come_to_its_end_expires_and_makes_room() -> None:
    """As in a run; what waited for it may have been asked, too, and counts."""
    asks = [ask(f"w{n}", value=90 - n) for n in range(4)]
    after = restored(*asks, before=lambda h: go_on(h, days=21), since=lambda h: go_on(h, days=15))
    assert "w3#1" in {message.id for message in after.h.sent}
    report = after.h.desk.resume()
    assert (report["expired"], report["requested"]) == (3, 1)
    assert after.h.desk.get("w3").progress.contact == "w3#1"
    assert wrong_in(after.h.store) == []


def test_nobody_without_an_address_was_contacted() -> None:
    """The request waits for one, as after a run."""
    nobody = Person(id="P-x", name="X", basis=WEBER.basis)
    after = restored(ask("r"), ask("x", respondent=nobody))
    assert after.h.desk.resume()["held"] == 1
    assert (after.h.desk.get("x").state, after.h.desk.get("x").due) == (State.PLANNED, None)
    after.h.desk.register(attrs.evolve(nobody, email="x@nordwerk.example"))
    after.h.desk.run()
    assert after.h.sent[-1].id == "x#1"
    assert wrong_in(after.h.store) == []


@pytest.mark.parametrize("scope", ["all", "reminders"])
def test_whoever_did_not_want_it_when_it_was_due_was_not_contacted(scope: str) -> None:
    """No contact is booked that nobody made; the request ends as after a run."""

    def asked_and_refused(h: House) -> None:
        h.desk.run()
        h.later(days=2).desk.opt_out(WEBER, scope=scope)

    after = restored(
        ask("r"),
        ask("h", respondent=HUBER),
        before=asked_and_refused,
        since=lambda h: go_on(h, days=6),
    )
    after.h.desk.resume()
    assert after.unknown == ["h#2"]
    assert after.h.desk.get("r").progress.step == 1


def test_a_wish_that_came_later_may_be_the_reply_to_what_was_sent() -> None:
    """So the contact counts, and the wish holds from then on."""
    after = restored(ask("r"), since=lambda h: (h.desk.run(), h.later(days=1)))
    after.h.desk.opt_out(WEBER)
    after.h.desk.resume()
    assert after.unknown == ["r#1"]
    sent = len(after.h.sent)
    go_on(after.h, days=60)
    assert len(after.h.sent) == sent
    assert after.h.desk.get("r").state is State.EXPIRED


def test_a_wish_of_the_house_that_came_later_is_no_different() -> None:
    """Nobody at the organisation is contacted afterwards."""
    after = restored(ask("r"), since=lambda h: (h.desk.run(), h.later(days=1)))
    [record] = after.h.store.find("organisation", limit=9)
    wish = OptOut(scope=Scope.ALL, since_us=after.h.clock.now_us())
    after.h.store._content.records["organisation"][record.key] = _with_wish(record, wish)
    after.h.desk.resume()
    assert after.unknown == ["r#1"]


def _with_wish(record: Any, wish: OptOut) -> Any:
    from feedbackkit.codec.heads import decode_ledger, encode_ledger

    return record._replace(head=encode_ledger(attrs.evolve(decode_ledger(record.head), opt_outs=(wish,))))


def test_an_answer_in_a_callers_transaction_is_noted_on_the_way() -> None:
    """It was waiting for the next run."""

    class Joined(Wrapped):
        """A store within somebody's transaction."""

        joined = True

    after = restored(ask("r"), before=lambda h: h.desk.run(), since=lambda h: h.later(days=7).desk.run())
    after.worker("web", store=Joined(after.h.store)).give("r", {"overall": 5})
    after.h.desk.resume()
    assert ledgers_in(after.h.store, "person")[WEBER.id or ""].open == ()
    assert after.unknown == []
    assert wrong_in(after.h.store) == []


# What was booked


def half_way(outcome: Outcome | BaseException, *, idempotent: bool) -> Restored:
    """A contact that was booked, and maybe sent, when the copy was taken; it was sent since."""
    post = Post(outcome, idempotent=idempotent)

    def book(h: House) -> None:
        with contextlib.suppress(Died):
            h.desk.run()

    return restored(
        ask("a"), ask("b", value=20), channel=post, before=book, since=lambda h: h.later(minutes=11).desk.run()
    )


@pytest.mark.parametrize("outcome", [Outcome.TRY_AGAIN, Outcome.UNKNOWN, Died()], ids=["again", "unknown", "died"])
@pytest.mark.parametrize("idempotent", [True, False])
@pytest.mark.parametrize("days", [0, 3, 9])
def test_what_was_booked_counts_as_sent_now_and_is_not_sent(
    outcome: Outcome | BaseException, idempotent: bool, days: int
) -> None:
    """Under its id; its requests wait from now on, also where their reminder would be due already."""
    after = half_way(outcome, idempotent=idempotent)
    after.h.later(days=days)
    sent = len(after.h.sent)
    assert after.h.desk.resume()["unknown"] == 1
    [(contact, status)] = contacts_in(after.h.store)
    now_us = after.h.clock.now_us()
    assert (contact.id, status, contact.booked_us) == ("a#1", ContactStatus.UNKNOWN, now_us)
    assert [after.h.desk.get(key).progress.anchor_us for key in ("a", "b")] == [now_us, now_us]
    assert wrong_in(after.h.store) == []
    go_on(after.h, days=6)
    assert len(after.h.sent) == sent
    go_on(after.h, days=1)
    assert [(message.id, len(message.lines)) for message in after.h.sent[sent:]] == [("a#3", 2)]


def test_what_was_booked_for_a_request_that_has_moved_on_counts_and_changes_nothing_else() -> None:
    """The answer that was put in again stays the end of it."""
    after = half_way(Outcome.TRY_AGAIN, idempotent=True)
    after.h.desk.give("a", {"overall": 5})
    events = events_of(after.h.store, "a")
    after.h.desk.resume()
    assert events_of(after.h.store, "a") == events
    assert after.h.desk.get("b").progress.anchor_us == after.h.clock.now_us()
    assert ledgers_in(after.h.store, "person")[WEBER.id or ""].contacts == (after.h.clock.now_us(),)
    assert wrong_in(after.h.store) == []


# Whatever keeps a run from it


@pytest.mark.parametrize("kind", ["request", "contact"])
@pytest.mark.parametrize("times", [0, 1, 10], ids=["leased", "set aside", "given up"])
def test_what_a_run_would_pass_over_counts_too(kind: str, times: int) -> None:
    """Leased by another worker, set aside or given up: it may be sent later."""

    def pass_over(h: House) -> None:
        for _ in range(times):
            [record] = h.store.claim(kind, now=h.clock.now_us(), lease=5 * MINUTE, owner="x", limit=1)
            until_us = h.clock.now_us() + MINUTE
            h.store.release([RecordKey(kind, record.key)], owner="x", retry_at=until_us)
            h.clock.set_us(until_us)
        h.store.claim(kind, now=h.clock.now_us(), lease=5 * MINUTE, owner="x", limit=1)

    def before(h: House) -> None:
        if kind == "contact":
            h.desk.run()
            h.later(minutes=5)
        pass_over(h)

    after = restored(
        ask("r"),
        ask("h", respondent=HUBER, due_us=house().clock.now_us() + MINUTE * 30),
        channel=Post(Outcome.TRY_AGAIN),
        before=before,
        since=lambda h: h.later(minutes=40).desk.run(),
    )
    after.h.desk.resume()
    assert "r#1" in after.unknown
    assert after.h.desk.dead_letters() == []
    sent = len(after.h.sent)
    go_on(after.h, days=6)
    assert len(after.h.sent) == sent


def test_what_cannot_be_worked_on_is_left_and_told_and_keeps_nobody_else() -> None:
    """No run can send it either; the others of its group count."""
    people = [attrs.evolve(WEBER, id=f"P-{n}", email=f"p{n}@nordwerk.example") for n in range(4)]
    after = restored(*[ask(f"r{n}", respondent=person) for n, person in enumerate(people)])
    records = after.h.store._content.records["request"]
    records["r2"] = records["r2"]._replace(head=b"[99]")
    report = after.h.desk.resume()
    assert (report["requested"], report["failed"]) == (3, 1)
    assert sorted(after.unknown) == ["r0#1", "r1#1", "r3#1"]
    after.h.desk.run()


# Repeated, broken off, at once with others


@pytest.mark.parametrize("batch", [1, 2, 250])
def test_batches_change_nothing_and_each_person_has_one_contact(batch: int) -> None:
    """Also those with more requests than a batch has, and groups with more people."""
    people = crowd(8)
    asks = [ask(f"r{n}-{k}", respondent=person, value=k) for n, person in enumerate(people) for k in range(3)]
    after = restored(*asks)
    after.worker("small", batch=batch).resume()
    contacts = contacts_in(after.h.store)
    assert sorted(contact.person for contact, _ in contacts) == sorted(person.id or "" for person in people)
    assert {len(contact.lines) for contact, _ in contacts} == {3}
    assert wrong_in(after.h.store) == []


def with_a_bit_of_everything() -> Restored:
    """Due asks and reminders, an end, something held, something booked, several groups."""

    def before(h: House) -> None:
        h.desk.request_all([ask(f"w{n}", value=90 - n) for n in range(4)])
        go_on(h, days=21)
        h.desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(6))])
        h.channel._receipts += [Outcome.TRY_AGAIN] * 2
        h.desk.run()
        h.desk.request_all([ask(f"s{n}", respondent=person) for n, person in enumerate(crowd(9))])

    return restored(ask("first", respondent=HUBER), channel=Post(), before=before, since=lambda h: go_on(h, days=16))


def seen(after: Restored) -> tuple[Any, ...]:
    """All that is stored, but for salts and versions of what was written more often."""
    return (
        after.h.desk.find(),
        [(view.contact, view.status) for view in after.h.desk.contacts()],
        {
            view.key: [(e.kind, e.at_us, e.due_us) for e in after.h.desk.history(view.key)]
            for view in after.h.desk.find()
        },
    )


def test_a_bit_of_everything_is_just_that() -> None:
    """Or else dying in it would prove little."""
    report = with_a_bit_of_everything().h.desk.resume()
    assert {"requested", "reminded", "expired", "unknown"} <= {what for what, times in report.counts.items() if times}


@pytest.mark.no_cover
@pytest.mark.parametrize("afterwards", [False, True], ids=["before the call", "after the call"])
def test_killed_at_any_store_call_and_begun_again_it_ends_the_same(afterwards: bool) -> None:
    """Nothing is sent in between: until it has ended, no run does anything."""
    whole = with_a_bit_of_everything()
    counter = Wrapped(whole.h.store)
    whole.worker("mortal", store=counter, batch=2).resume()
    expected = seen(whole)
    for death, call in enumerate(counter.calls, start=1):
        if afterwards and call != "write":
            continue
        after = with_a_bit_of_everything()
        sent = len(after.h.sent)
        mortal = after.worker("mortal", store=dying(after.h.store, death, afterwards=afterwards), batch=2)
        with pytest.raises(Died):
            mortal.resume()
        assert wrong_in(after.h.store) == []
        if not (afterwards and death == len(counter.calls)):  # it had been done
            with pytest.raises(NeedsResume):
                after.h.desk.run()
            after.worker("mortal", batch=2).resume()
        assert seen(after) == expected
        assert len(after.h.sent) == sent
        after.h.desk.run()


def test_killed_before_the_watermark_is_raised_it_has_been_done() -> None:
    """The store is ahead then, and runs go on."""
    after = restored()

    def die(name: str) -> None:
        if name == "raise mark":
            raise Died

    after.mark.before = die
    with pytest.raises(Died):
        after.h.desk.resume()
    after.mark.before = lambda _name: None
    with pytest.raises(NotAllowed):
        after.h.desk.resume()
    after.h.desk.run()
    assert after.mark.read() == 2


def test_the_same_backup_may_be_put_back_again() -> None:
    """It is told again, and what may have been sent in both lives counts."""
    h = house(channel=Post(), watermark=Mark())
    h.desk.request(ask("r"))
    restore = backup(h.store)
    for _ in range(3):
        go_on(h, days=3)
        restore()
        with pytest.raises(NeedsResume):
            h.desk.run()
        h.desk.resume()
    go_on(h, days=6)
    assert [message.id for message in h.sent] == ["r#1"]
    go_on(h, days=1)
    assert [message.id for message in h.sent] == ["r#1", "r#2"]


@pytest.mark.parametrize("at_call", range(1, 14))
def test_two_that_resume_at_once_count_each_step_once(at_call: int) -> None:
    """Between any two calls of the one, the other one does all of it."""
    after = restored(*[ask(f"r{n}", respondent=person) for n, person in enumerate(crowd(5))])
    left = at_call

    def intrude(*_call: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            after.worker("other", batch=3).resume()

    one = after.worker("one", store=Wrapped(after.h.store, before=intrude), batch=3)
    try:
        one.resume()
    except NotAllowed:
        assert at_call <= 2
    assert left <= 0
    assert len(contacts_in(after.h.store)) == 5
    for view in after.h.desk.find():
        assert [event.kind for event in after.h.desk.history(view.key)].count(EventKind.REQUESTED) == 1
    assert wrong_in(after.h.store) == []
    after.h.desk.run()


def test_an_answer_that_comes_meanwhile_is_the_end_of_it() -> None:
    """What was prepared is refused, and done anew without it."""
    after = restored()
    elsewhere = after.h.worker("elsewhere")
    left = 1

    def answer(name: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if left and name == "write" and any(entry.key == "r1" for change in arguments[0] for entry in change.entries):
            left = 0
            elsewhere.give("r1", {"overall": 5})

    after.worker("one", store=Wrapped(after.h.store, before=answer)).resume()
    assert left == 0
    assert sorted(after.unknown) == ["r0#1", "r2#1", "r3#1"]
    assert wrong_in(after.h.store) == []


def test_what_is_changed_by_others_for_ever_is_told() -> None:
    """It is not taken for done: nothing is sent."""

    class Refusing(Wrapped):
        """Refuses whatever is written."""

        def write(self, changes: Any) -> Any:
            """One result for each."""
            return [Refused((RecordKey("request", "r0"),)) for _ in changes]

    after = restored()
    with pytest.raises(StoreBusy, match="try once more"):
        after.worker("one", store=Refusing(after.h.store)).resume()
    with pytest.raises(NeedsResume):
        after.h.desk.run()


def test_a_store_that_fails_is_not_taken_for_one_that_has_nothing_due() -> None:
    """What it raises is raised."""

    def busy(name: str, _arguments: tuple[Any, ...]) -> None:
        if name == "read":
            raise StoreBusy("busy")

    after = restored()
    one = after.worker("one")
    one.find()
    one._desk._context.store._store = Wrapped(after.h.store, before=busy)  # type: ignore[attr-defined]  # after it was proven
    with pytest.raises(StoreBusy, match=r"^busy$"):
        one.resume()


# Where there is nothing to resume


def refused(desk: Desk, store: MemoryStore) -> str:
    """What a desk says that refuses to resume, having changed nothing."""
    before = snapshot(store), store.heads([RecordKey("desk", "runs")])
    with pytest.raises(NotAllowed) as caught:
        desk.resume()
    assert (snapshot(store), store.heads([RecordKey("desk", "runs")])) == before
    assert not isinstance(caught.value, NeedsResume)
    return str(caught.value)


def test_a_store_that_is_as_far_as_its_watermark_is_left_alone() -> None:
    """Before its first run, between runs, and after a resume."""
    mark = Mark()
    h = house(watermark=mark)
    h.desk.request(ask("r"))
    assert "not behind its watermark" in refused(h.desk, h.store)
    restore = backup(h.store)
    h.desk.run()
    assert "not behind its watermark" in refused(h.desk, h.store)
    restore()
    assert h.desk.needs_resume()
    h.desk.resume()
    assert not h.desk.needs_resume()
    assert "not behind its watermark" in refused(h.desk, h.store)
    assert mark.read() == 2


def test_without_a_watermark_nobody_can_tell() -> None:
    """So nothing is counted."""
    h = house()
    h.desk.request(ask("r"))
    assert "no watermark" in refused(h.desk, h.store)
    assert not h.desk.needs_resume()


def test_a_watermark_that_is_raised_by_hand_wants_a_resume() -> None:
    """For whoever knows that a store is old although the mark was lost."""
    mark = Mark()
    h = house(watermark=mark)
    h.desk.request(ask("r"))
    mark.raise_to(1_000_000_000)
    with pytest.raises(NeedsResume):
        h.desk.run()
    h.desk.resume()
    h.desk.run()
    assert (h.sent, mark.read()) == ([], 1_000_000_001)


# Awaited


def test_the_async_desk_resumes_as_well() -> None:
    """Over a store that really waits, to the last byte."""

    def played(after: Restored) -> Any:
        desk = async_desk(Waiting(after.h.store), MailboxChannel(), after.h.clock, watermark=after.mark)
        return asyncio.run(desk.resume())

    plain, awaited = restored(), restored()
    assert plain.h.worker("first", watermark=plain.mark).resume() == played(awaited)
    assert snapshot(plain.h.store) == snapshot(awaited.h.store)
