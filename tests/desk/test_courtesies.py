"""Courtesies: thanks for an answer, and the word that none is needed any more."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
import pytest

from feedbackkit.domain.benefit import Benefit
from feedbackkit.domain.contact import ContactKind, ContactStatus
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import EventKind, State
from feedbackkit.errors import NotAllowed, NotFound
from feedbackkit.policies import Cadence
from feedbackkit.ports import Outcome
from tests.desk.house import WEBER, House, Post, Wrapped, ask, house

KEY = "r-1"
THANKS = "r-1/thanks"
WITHDRAWAL = "r-1/withdrawal"
BOTH = Cadence(thanks=True, withdrawal=True)
REPORT = Benefit(what="our report on day rates", days=30)


def asked(cadence: Cadence = BOTH, *, run: bool = True, store: Any = None, channel: Any = None, **fields: Any) -> House:
    """A house in which one request was asked about on a Monday."""
    built = house(store, cadence=cadence, channel=channel)
    built.desk.request(ask(KEY, **fields))
    if run:
        built.desk.run()
    return built


def kinds(built: House) -> list[ContactKind]:
    """What went out, line by line."""
    return [line.kind for message in built.sent for line in message.lines]


def statuses(built: House) -> list[ContactStatus]:
    """What became of the contacts."""
    return [view.status for view in built.desk.contacts()]


def test_nobody_is_thanked_or_told_unless_it_is_chosen() -> None:
    """By default an answer and a withdrawal are the end: nothing is planned and nothing goes."""
    built = asked(Cadence())
    built.desk.request(ask("r-2"))
    built.desk.give(KEY, {"overall": 5})
    built.desk.withdraw("r-2")
    built.later(weeks=1).desk.run()
    assert {view.key for view in built.desk.find()} == {KEY, "r-2"}


def test_thanks_cost_no_look_at_the_store_when_they_are_off() -> None:
    """An answer makes the same calls to the store as ever, and one more read with thanks."""

    def calls(cadence: Cadence) -> list[str]:
        store = Wrapped(house().store)
        built = asked(cadence, store=store)
        store.calls.clear()
        built.desk.give(KEY, {"overall": 5})
        return store.calls

    without, with_thanks = calls(Cadence()), calls(BOTH)
    assert sorted([*without, "read"]) == sorted(with_thanks)


def test_an_answer_is_thanked_for_once() -> None:
    """One contact by a request of its own; a revised answer brings no second one, and no reminder follows."""
    built = asked()
    built.desk.give(KEY, {"overall": 5})
    built.later(weeks=1).desk.run()
    built.desk.give(KEY, {"overall": 4})
    for _ in range(6):
        built.later(weeks=1).desk.run()
    assert kinds(built) == [ContactKind.ASK, ContactKind.THANKS]
    assert built.desk.get(THANKS).state is State.EXPIRED


def test_thanks_begin_in_the_change_of_the_answer() -> None:
    """Stored with it or not at all: a crash between the two cannot lose them."""
    built = asked()
    built.desk.give(KEY, {"overall": 5})
    [answered] = [event for event in built.desk.history(KEY) if event.kind is EventKind.GIVEN]
    [planned] = built.desk.history(THANKS)
    [given] = [entry.change_id for entry in built.store.history(KEY, limit=9) if entry.event == EventKind.GIVEN]
    assert {entry.change_id for entry in built.store.history(THANKS, limit=9)} == {given}
    assert (planned.kind, planned.ref, planned.at_us) == (EventKind.PLANNED, KEY, answered.at_us)


def test_thanks_obey_the_rules_and_count() -> None:
    """They keep the minimum gap after the ask, come in office hours, and are in the ledger."""
    built = asked()
    built.desk.give(KEY, {"overall": 5})
    built.desk.run()
    assert kinds(built) == [ContactKind.ASK]
    built.run_on("2026-03-07T10:00:00Z", "2026-03-09T10:00:00Z")
    assert [view.contact.booked.to_date_string() for view in built.desk.contacts(WEBER)] == ["2026-03-02", "2026-03-09"]
    built.desk.request(ask("r-2"))
    built.later(days=1).desk.run()
    assert "minimum gap" in {reason.rule for event in built.desk.history("r-2") for reason in event.because}


def test_thanks_that_find_no_time_are_dropped_with_the_reason() -> None:
    """A year later nobody wants to be thanked: after the span the request ends, and its history says why."""
    built = asked()
    built.desk.give(KEY, {"overall": 5})
    built.desk.pause(WEBER, until="2026-06-01")
    built.later(days=5).desk.run()
    [*_, last] = built.desk.history(THANKS)
    assert (built.desk.get(THANKS).state, last.kind) == (State.EXPIRED, EventKind.EXPIRED)
    assert "no contact at all is wanted" in {reason.text for reason in last.because}
    built.later(weeks=20).desk.run()
    assert kinds(built) == [ContactKind.ASK]


def test_thanks_do_not_wait_for_an_address() -> None:
    """Whoever cannot be written to is not thanked later on either."""
    built = asked(run=False, respondent=attrs.evolve(WEBER, email=None))
    built.desk.give(KEY, {"overall": 5})
    built.desk.run()
    [*_, last] = built.desk.history(THANKS)
    assert (last.kind, last.reason) == (EventKind.EXPIRED, "it does not wait: no address is known")


def test_nobody_is_called_for_a_courtesy() -> None:
    """Who would rather be called than written to gets neither."""
    by_phone = attrs.evolve(WEBER, phone="+49 30 7654321", by_phone=True)
    built = asked(respondent=by_phone, run=False)
    built.desk.give(KEY, {"overall": 5})
    built.desk.run()
    assert built.desk.calls() == []
    [*_, last] = built.desk.history(THANKS)
    assert last.reason == "the person would rather be called than written to"


def test_a_wish_for_no_reminders_is_against_courtesies_too() -> None:
    """Whoever wants nothing after an ask gets nothing after it."""
    built = asked()
    built.desk.opt_out(WEBER, scope="reminders")
    built.desk.give(KEY, {"overall": 5})
    built.later(weeks=1).desk.run()
    assert kinds(built) == [ContactKind.ASK]


def test_thanks_name_what_is_owed_and_until_when() -> None:
    """The benefit that was promised, and the day until which it is delivered; one that was delivered is not named."""
    for delivered in (False, True):
        built = asked(benefit=REPORT)
        built.desk.give(KEY, {"overall": 5})
        if delivered:
            built.desk.deliver_benefit(KEY)
        built.later(weeks=1).desk.run()
        [_, thanks] = built.sent
        [line] = thanks.lines
        if delivered:
            assert (line.benefit, line.owed_until_us) == (None, None)
        else:
            assert (line.benefit, line.owed_until_us) == (REPORT, built.desk.benefits()[0].due_us)


def test_thanks_answer_what_was_asked() -> None:
    """In a mail program they stand beside the ask: a traced channel learns which contact they follow."""
    channel = Post()
    channel.traced = True  # type: ignore[attr-defined]  # as an SMTP channel says
    built = asked(channel=channel)
    built.desk.give(KEY, {"overall": 5})
    built.later(weeks=1).desk.run()
    asking, thanks = built.sent
    assert thanks.lines[0].earlier == asking.token


def test_an_answer_to_a_courtesy_is_refused() -> None:
    """It asks for nothing; the error names the request that can be answered."""
    built = asked()
    built.desk.give(KEY, {"overall": 5})
    with pytest.raises(NotAllowed, match="r-1"):
        built.desk.give(THANKS, {"overall": 5})


def test_a_withdrawn_request_is_told_to_whoever_was_asked() -> None:
    """One contact, and no thanks: there is no answer."""
    built = asked()
    built.desk.withdraw(KEY, reason="the mandate was cancelled")
    built.later(weeks=1).desk.run()
    assert kinds(built) == [ContactKind.ASK, ContactKind.WITHDRAWAL]


@pytest.mark.parametrize("by", [Party.RESPONDENT, Party.ERASURE])
def test_who_withdrew_themselves_is_told_nothing(by: Party) -> None:
    """Nor is anybody who was erased."""
    built = asked()
    built.desk.withdraw(KEY, by=by)
    with pytest.raises(NotFound):
        built.desk.get(WITHDRAWAL)


def test_who_was_never_asked_is_told_nothing() -> None:
    """Neither before the ask, nor where the ask was booked and did not go out."""
    built = asked(run=False)
    built.desk.withdraw(KEY)
    with pytest.raises(NotFound):
        built.desk.get(WITHDRAWAL)
    built = asked(channel=Post(Outcome.TRY_AGAIN))
    built.desk.withdraw(KEY)
    built.later(weeks=1).desk.run()
    assert statuses(built) == [ContactStatus.RELEASED]
    assert built.desk.get(WITHDRAWAL).state is State.EXPIRED


def test_after_a_bounce_nobody_is_told() -> None:
    """An undeliverable request that is withdrawn reached nobody."""
    built = asked(channel=Post(Outcome.GIVE_UP))
    built.desk.withdraw(KEY)
    with pytest.raises(NotFound):
        built.desk.get(WITHDRAWAL)


def test_a_late_answer_takes_the_word_of_the_withdrawal_back() -> None:
    """Who answers a withdrawn request before they were told is thanked instead."""
    built = asked()
    built.desk.withdraw(KEY)
    built.desk.give(KEY, {"overall": 5})
    built.later(weeks=1).desk.run()
    assert kinds(built) == [ContactKind.ASK, ContactKind.THANKS]


def test_the_last_look_sees_that_a_courtesy_is_not_true_any_more() -> None:
    """One that was booked and has not gone out is taken back when the answer comes first."""
    post = Post(Outcome.SENT, Outcome.TRY_AGAIN)
    built = asked(channel=post)
    built.desk.withdraw(KEY)
    built.later(weeks=1).desk.run()
    built.desk.give(KEY, {"overall": 5})
    built.later(hours=1).desk.run()
    assert statuses(built)[:2] == [ContactStatus.SENT, ContactStatus.RELEASED]
    assert built.desk.contacts(WEBER)[1].contact.lines[0].kind is ContactKind.WITHDRAWAL


def test_several_courtesies_go_in_one_contact() -> None:
    """Whoever answered one request and was spared another hears of both at once."""
    built = asked()
    built.desk.request(ask("r-2", occasion="closing_review"))
    built.run_on("2026-03-09T10:00:00Z")
    built.desk.give(KEY, {"overall": 5})
    built.desk.withdraw("r-2")
    built.run_on("2026-03-16T10:00:00Z")
    assert [sorted(line.kind for line in message.lines) for message in built.sent[-1:]] == [["thanks", "withdrawal"]]


def test_a_courtesy_opens_nothing_and_is_no_course() -> None:
    """It takes none of the few open requests of a person, and response figures leave it out."""
    built = asked()
    built.desk.give(KEY, {"overall": 5})
    built.later(weeks=1).desk.run()
    record = built.store.find("person", limit=1)[0]
    assert THANKS.encode() not in record.head
    figures = built.desk.response_figures()
    assert [funnel.asked for funnel in figures.funnels] == [1]


def test_a_forecast_knows_the_thanks_that_wait() -> None:
    """What was begun is in the picture of the weeks ahead, and nobody is played to react to it."""
    built = asked()
    built.desk.give(KEY, {"overall": 5})

    def answers(*_: object) -> object:
        raise AssertionError("a courtesy asks for nothing")

    forecast = built.desk.forecast(14, reactions=answers)  # type: ignore[arg-type]  # it is never called
    assert [[line.kind for line in contact.lines] for contact in forecast.contacts] == [[ContactKind.THANKS]]


def test_a_key_without_room_for_another_gets_no_courtesy() -> None:
    """The answer comes first: it is accepted, whatever the key is."""
    key = "k" * 200
    built = house(cadence=BOTH)
    built.desk.request(ask(key))
    built.desk.give(key, {"overall": 5})
    assert [view.key for view in built.desk.find()] == [key]


def test_a_key_that_is_taken_gets_no_courtesy() -> None:
    """A request of the program's own under that key stays what it is, and the answer is accepted."""
    built = asked()
    built.desk.request(ask(THANKS))
    built.desk.give(KEY, {"overall": 5})
    assert built.desk.get(THANKS).request.courtesy is None


def test_the_span_of_a_courtesy_is_chosen() -> None:
    """A program may let it wait for three days only."""
    built = asked(Cadence(thanks=True, courtesy=dt.timedelta(days=3)))
    built.desk.give(KEY, {"overall": 5})
    built.desk.run()
    [*_, last] = built.desk.history(THANKS)
    assert last.kind is EventKind.EXPIRED
    assert "minimum gap" in {reason.rule for reason in last.because}
