"""What is taken back: a date, a delegation, a no. It is as if it had not been, unless somebody heard of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.domain.people import Actor, Person
from feedbackkit.domain.request import EventKind, State
from feedbackkit.domain.times import DAY_US
from feedbackkit.errors import NotAllowed, NotFound
from feedbackkit.policies import Cadence
from feedbackkit.ports import Outcome
from feedbackkit.stores import MemoryStore
from tests.desk.books import wrong_in
from tests.desk.house import HUBER, WEBER, House, Post, Wrapped, ask, house, respondent, snapshot
from tests.desk.test_receiving import Mailer
from tests.inbox.mails import reply

if TYPE_CHECKING:
    from collections.abc import Callable

ONE_DAY = dt.timedelta(days=1)
KEY, THEIRS = "r", "r/delegate"


def asking(**parts: Any) -> House:
    """A house in which one request to Weber is about to be asked."""
    built = house(**parts)
    built.desk.request(ask(KEY))
    return built


def state(built: House, key: str = KEY) -> State:
    """How far a request has come."""
    return built.desk.get(key).state


def days(built: House, count: int) -> list[tuple[str | None, int]]:
    """Run daily; who was contacted on which day, counted from now."""
    begun = len(built.sent)
    on: list[tuple[str | None, int]] = []
    for day in range(1, count + 1):
        built.later(days=1).desk.run()
        on += [(message.to.id, day) for message in built.sent[begun + len(on) :]]
    return on


# --- a date ----------------------------------------------------------------------------------------------------------


def test_a_date_taken_back_before_the_ask_is_as_if_none_had_been_chosen() -> None:
    """The ask goes on its planned day."""
    built = house()
    built.desk.request(ask(KEY, due_us=built.clock.now_us() + 14 * DAY_US))
    before = built.desk.get(KEY)
    built.desk.defer(KEY, until="2026-06-01")
    built.desk.undo_defer(KEY, by=WEBER)
    assert built.desk.get(KEY) == before


def test_a_date_taken_back_after_the_ask_leaves_the_ladder_as_it_was() -> None:
    """Both reminders come on their days, and then silence, though it was deferred and undone in between."""
    built, other = asking(), asking()
    for each in (built, other):
        each.desk.run()
    built.later(days=3).desk.defer(KEY, until="2026-06-01")
    built.later(days=1).desk.undo_defer(KEY)
    other.later(days=4)
    assert days(built, 40) == days(other, 40) == [("P-weber", 3), ("P-weber", 10)]
    assert state(built) is State.EXPIRED


def test_a_date_taken_back_when_the_ladder_was_at_its_end_brings_no_further_reminder() -> None:
    """Nobody would have come any more without it, and nobody does."""
    built = asking(cadence=Cadence(reminders=()))
    built.desk.run()
    built.later(days=1).desk.defer(KEY, until="2026-06-01")
    built.desk.undo_defer(KEY)
    assert days(built, 30) == []
    assert state(built) is State.EXPIRED


def test_several_dates_are_taken_back_together() -> None:
    """Only the last one counted, and none does any more."""
    built = asking()
    built.desk.defer(KEY, until="2026-06-01")
    built.desk.defer(KEY, until="2026-07-01")
    built.desk.undo_defer(KEY)
    assert built.desk.get(KEY).progress.chosen_us is None
    assert len(days(built, 1)) == 1


def test_a_date_taken_back_where_its_reminder_was_due_meanwhile_brings_it_now() -> None:
    """Once, and at the next run."""
    built = asking()
    built.desk.run()
    built.desk.defer(KEY, until="2026-06-01")
    built.later(days=13).desk.undo_defer(KEY)
    assert len(days(built, 3)) == 1


def test_what_was_booked_before_a_date_that_is_taken_back_goes_out_after_all() -> None:
    """The ask could not be handed over; deferred and undone in between, it is the same contact still."""
    built = asking(channel=Post(Outcome.TRY_AGAIN))
    built.desk.run()
    built.later(minutes=2).desk.defer(KEY, until="2026-06-01")
    built.desk.undo_defer(KEY)
    built.later(minutes=10).desk.run()
    assert [message.id for message in built.sent] == ["r#1", "r#1"]
    assert wrong_in(built.store) == []


def test_a_reply_that_waits_for_its_reader_keeps_waiting() -> None:
    """Nobody is reminded for a week after it: a date chosen and taken back in between does not end that."""
    built = asking(channel=Mailer())
    built.desk.run()
    built.later(days=6).desk.receive(reply(to=f"b+{built.sent[-1].token}@interim.example"))
    read_us = built.clock.now_us() + 7 * DAY_US
    assert built.desk.get(KEY).progress.due_us == read_us
    built.desk.defer(KEY, until="2026-06-01")
    built.desk.undo_defer(KEY)
    assert built.desk.get(KEY).progress.due_us == read_us


def test_a_date_taken_back_twice_counts_once() -> None:
    """One event, whoever repeats it."""
    built = asking()
    built.desk.defer(KEY, until="2026-06-01")
    built.desk.undo_defer(KEY)
    before = snapshot(built.store)
    built.desk.undo_defer(KEY)
    assert snapshot(built.store) == before


@pytest.mark.parametrize("answered", [False, True])
def test_without_a_date_there_is_none_to_take_back(answered: bool) -> None:
    """Never chosen, or of a request that is answered by now: it says so, and nothing changes."""
    built = asking()
    if answered:
        built.desk.defer(KEY, until="2026-06-01")
        built.desk.give(KEY, {"overall": 5})
    before = snapshot(built.store)
    with pytest.raises(NotAllowed, match="has no deferral to undo"):
        built.desk.undo_defer(KEY)
    assert snapshot(built.store) == before


def test_after_two_weeks_a_date_stands_and_another_can_be_chosen() -> None:
    """To the hour: 14 days after it was said it can be taken back, an hour later not any more."""
    built = asking()
    built.desk.defer(KEY, until="2026-06-01")
    built.later(days=14, hours=1)
    with pytest.raises(NotAllowed, match="more than 14 days ago, and that stands: another date can be chosen"):
        built.desk.undo_defer(KEY)
    built.later(hours=-1).desk.undo_defer(KEY)


def test_a_date_is_taken_back_by_whoever_it_belongs_to() -> None:
    """The respondent, or somebody of the provider's; history names who."""
    built = asking()
    built.desk.defer(KEY, until="2026-06-01")
    built.desk.register(HUBER)
    with pytest.raises(NotAllowed, match="to answer"):
        built.desk.undo_defer(KEY, by=HUBER)
    built.desk.undo_defer(KEY, by=Actor("staff-7"))
    assert (built.desk.history(KEY)[-1].kind, built.desk.history(KEY)[-1].actor) == (EventKind.UNDEFERRED, "staff-7")


# --- a delegation ----------------------------------------------------------------------------------------------------


def delegated(**parts: Any) -> House:
    """A request to Weber that was asked, and passed on to Huber a day later."""
    built = asking(**parts)
    built.desk.run()
    built.later(days=1).desk.delegate(KEY, to=HUBER)
    return built


def test_a_delegation_taken_back_asks_nobody_else_and_goes_on() -> None:
    """Huber never hears of it, and Weber's reminder comes on its day."""
    built = delegated()
    built.desk.undo_delegate(KEY, by=WEBER)
    assert (state(built), state(built, THEIRS)) == (State.REQUESTED, State.WITHDRAWN)
    assert days(built, 10) == [("P-weber", 6)]
    assert wrong_in(built.store) == []


def test_a_delegation_taken_back_before_anybody_was_asked_asks_the_respondent() -> None:
    """On the planned day, as if nothing had been said."""
    built = house()
    built.desk.request(ask(KEY, due_us=built.clock.now_us() + 14 * DAY_US))
    due = built.desk.get(KEY).due
    built.desk.delegate(KEY, to=HUBER)
    built.desk.undo_delegate(KEY)
    assert (state(built), built.desk.get(KEY).due) == (State.PLANNED, due)


def test_a_delegation_stands_once_whoever_was_named_was_asked() -> None:
    """It says so and what counts, and changes nothing; an answer by either of them is accepted."""
    built = delegated()
    built.desk.run()
    before = snapshot(built.store)
    with pytest.raises(NotAllowed, match="'r/delegate' has gone out; the answer of either counts"):
        built.desk.undo_delegate(KEY)
    assert snapshot(built.store) == before
    built.desk.give(KEY, {"overall": 5}, by=WEBER)
    built.desk.give(THEIRS, {"overall": 4}, by=HUBER)


def test_what_was_booked_and_has_not_gone_out_does_not_keep_a_delegation() -> None:
    """The ask to Huber could not be handed over: it is taken back, and nothing comes of it."""
    built = delegated(channel=Post(Outcome.SENT, Outcome.TRY_AGAIN, idempotent=False))
    built.desk.run()
    assert state(built, THEIRS) is State.REQUESTED
    built.desk.undo_delegate(KEY)
    tried = len(built.sent)
    assert days(built, 10)[: len(built.sent) - tried] == [("P-weber", 6)]
    assert wrong_in(built.store) == []


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.SENT])
def test_what_may_have_gone_out_keeps_a_delegation(outcome: Outcome) -> None:
    """Nobody knows counts as sent."""
    built = delegated(channel=Post(Outcome.SENT, outcome, idempotent=False))
    built.desk.run()
    with pytest.raises(NotAllowed, match="has gone out"):
        built.desk.undo_delegate(KEY)


ENDS: dict[str, Callable[[House], object]] = {
    "declined": lambda built: built.desk.decline(THEIRS),
    "withdrawn": lambda built: built.desk.withdraw(THEIRS),
    "expired": lambda built: days(built, 13),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_delegation_that_came_to_nothing_can_be_taken_back(end: str) -> None:
    """Asked or not: nobody else is contacted about it any more."""
    built = delegated(cadence=Cadence(reminders=(), rest=ONE_DAY))
    built.desk.run()
    ENDS[end](built)
    ended = built.desk.get(THEIRS)
    built.desk.undo_delegate(KEY)
    assert state(built) is State.REQUESTED
    assert built.desk.get(THEIRS) == ended


def test_an_undeliverable_delegation_is_taken_back_for_good() -> None:
    """Its ask reached nobody; an address that works later brings nothing back."""
    built = delegated()
    built.desk.run()
    [contact] = [view.contact.id for view in built.desk.contacts(HUBER)]
    built.desk.bounced(contact)
    built.desk.undo_delegate(KEY)
    built.desk.readdress(HUBER, "m.huber@nordwerk.example")
    assert state(built, THEIRS) is State.WITHDRAWN
    assert wrong_in(built.store) == []


def test_an_answer_of_whoever_was_named_keeps_a_delegation() -> None:
    """It worked."""
    built = delegated()
    built.desk.give(THEIRS, {"overall": 5})
    with pytest.raises(NotAllowed, match="'r/delegate' is given"):
        built.desk.undo_delegate(KEY)


def test_what_was_passed_on_again_is_taken_back_from_its_end() -> None:
    """First what the second one passed on, then what the first one did."""
    built = delegated()
    built.desk.delegate(THEIRS, to=respondent(3))
    with pytest.raises(NotAllowed, match="'r/delegate' is delegated"):
        built.desk.undo_delegate(KEY)
    built.desk.undo_delegate(THEIRS)
    built.desk.undo_delegate(KEY)
    assert [state(built, key) for key in (KEY, THEIRS, f"{THEIRS}/delegate")] == [
        State.REQUESTED,
        State.WITHDRAWN,
        State.WITHDRAWN,
    ]


def test_a_delegation_taken_back_twice_counts_once() -> None:
    """One event, whoever repeats it."""
    built = delegated()
    built.desk.undo_delegate(KEY)
    before = snapshot(built.store)
    built.desk.undo_delegate(KEY)
    assert snapshot(built.store) == before


@pytest.mark.parametrize("to", [HUBER, respondent(3)], ids=["the same", "somebody else"])
def test_after_an_undo_a_request_can_be_passed_on_anew(to: Person) -> None:
    """To the same person or another one: it is a request with a key of its own, and repeating it gives that key."""
    built = delegated()
    built.desk.undo_delegate(KEY)
    assert built.desk.delegate(KEY, to=to) == "r/delegate-2"
    assert built.desk.delegate(KEY, to=to) == "r/delegate-2"
    assert (state(built), built.desk.get("r/delegate-2").request.respondent) == (State.DELEGATED, to.id)
    with pytest.raises(NotAllowed, match="somebody else already"):
        built.desk.delegate(KEY, to=respondent(4))
    assert days(built, 1) == [(to.id, 1)]
    assert wrong_in(built.store) == []


def test_after_two_weeks_a_delegation_stands() -> None:
    """The error says what still counts."""
    built = house()
    built.desk.request(ask(KEY))
    built.desk.delegate(KEY, to=HUBER)
    built.later(days=15)
    with pytest.raises(NotAllowed, match="more than 14 days ago, and that stands: the answer of either still counts"):
        built.desk.undo_delegate(KEY)


def test_without_a_delegation_there_is_none_to_take_back() -> None:
    """Nor of a request that is not there."""
    built = asking()
    with pytest.raises(NotAllowed, match="is planned and has no delegation to undo"):
        built.desk.undo_delegate(KEY)
    with pytest.raises(NotFound):
        built.desk.undo_delegate("none")


def test_a_delegation_is_taken_back_while_the_other_request_is_about_to_be_asked() -> None:
    """A worker was faster by a moment: the undo begins again, sees that it has gone out, and is refused."""
    inner = MemoryStore()
    overtaken = False

    def overtake(name: str, _arguments: tuple[Any, ...]) -> None:
        nonlocal overtaken
        if name == "write" and not overtaken:
            overtaken = True
            built.worker("other", store=inner).run()

    built = delegated(store=inner)
    slow: Any = Wrapped(inner, before=overtake)
    with pytest.raises(NotAllowed, match="has gone out"):
        built.worker("slow", store=slow).undo_delegate(KEY)
    assert (state(built), state(built, THEIRS)) == (State.DELEGATED, State.REQUESTED)


# --- a no ------------------------------------------------------------------------------------------------------------


def test_a_no_undone_twice_keeps_the_day_of_the_reminder() -> None:
    """However often somebody hesitates, the reminder comes when it would have come."""
    built = asking()
    built.desk.run()
    due = built.desk.get(KEY).due
    built.later(days=1)
    for _ in range(3):
        built.desk.decline(KEY)
        built.desk.undo_decline(KEY)
        assert built.desk.get(KEY).due == due
    assert days(built, 10)[0] == ("P-weber", 6)


def test_a_no_undone_twice_counts_once() -> None:
    """Repeating it is harmless, and changes nothing."""
    built = asking()
    built.desk.decline(KEY)
    built.desk.undo_decline(KEY)
    before = snapshot(built.store)
    built.desk.undo_decline(KEY)
    assert snapshot(built.store) == before
