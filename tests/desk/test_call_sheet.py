"""The call sheet: who is to be called, from when, about what, and what was before."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs

from feedbackkit.domain.people import Actor
from feedbackkit.policies import Cadence, Call
from tests.desk.house import BRANDT, HUBER, WEBER, House, ask, house

WEEK = dt.timedelta(weeks=1)
CALLED = attrs.evolve(WEBER, phone="+49 30 7654321", phone_basis=WEBER.basis, timezone="Europe/Berlin", locale="de")
KEY = "r-1"


def called(**parts: Any) -> House:
    """A house in which a call is due, a week after the ask."""
    built = house(cadence=Cadence(reminders=(), then=[Call(WEEK)]), **parts)
    built.desk.request(ask(KEY, respondent=CALLED, questionnaire="interim@1"))
    built.desk.run()
    built.later(weeks=1).desk.run()
    return built


def test_a_call_that_is_due_is_on_the_sheet() -> None:
    """Whom, by which number, about whom, and that it is allowed now."""
    built = called()
    [call] = built.desk.calls()
    assert (call.person.phone, call.lines[0].view.key, call.lines[0].subject.name) == (
        "+49 30 7654321",
        KEY,
        BRANDT.name,
    )
    assert (call.allowed_us, call.because) == (built.clock.now_us(), ())


def test_at_night_the_sheet_says_from_when() -> None:
    """Outside of the office hours where they are, the call waits for the morning, and says why."""
    built = called()
    built.later(hours=12)
    [call] = built.desk.calls()
    assert call.allowed_us > built.clock.now_us()
    assert "office hours" in {reason.rule for reason in call.because}
    assert call.allowed.timezone_name == "Europe/Berlin"
    assert f"from {call.allowed:%Y-%m-%d %H:%M} (Europe/Berlin)" in str(call)


def test_the_sheet_says_what_to_ask_and_what_was_before() -> None:
    """The questions in the language of the call, the letters that went out, and what they said of the same subject."""
    built = called()
    built.desk.request(ask("r-0", respondent=CALLED))
    built.desk.give("r-0", {"overall": 4, "words": "calm"}, by=CALLED)
    built.desk.request(ask("r-2", respondent=CALLED, subject=HUBER))
    built.desk.give("r-2", {"overall": 1}, by=CALLED)
    [call] = built.desk.calls()
    [line] = call.lines
    assert [dict(answer.items) for answer in line.answers] == [{"overall": 4, "words": "calm"}]
    text = str(call)
    assert "Leistung insgesamt" in text
    assert "2026-03-02 asked" in text
    assert "said to r-0: overall 4; words calm" in text
    assert call.contact.id in text


def test_an_answer_takes_the_call_off_the_sheet_at_once() -> None:
    """Nobody is called who has answered a minute ago, though no run has looked since."""
    built = called()
    built.desk.give(KEY, {"performance": 5, "again": True}, by=CALLED)
    assert built.desk.calls() == []


def test_a_wish_takes_the_call_off_the_sheet_at_once() -> None:
    """Nor who wants to be left in peace."""
    built = called()
    built.desk.opt_out(CALLED)
    assert built.desk.calls() == []


def test_a_call_that_was_made_is_off_the_sheet() -> None:
    """Noting it ends it, and keeps the note with whoever made it; noting it twice is harmless."""
    built = called()
    [call] = built.desk.calls()
    for _ in range(2):
        built.desk.note_call(call.contact.id, note="spoke to her", by=Actor("jonas"))
    assert built.desk.calls() == []
    [view] = [view for view in built.desk.contacts() if view.contact.id == call.contact.id]
    assert (view.status.value, view.reason) == ("sent", "spoke to her")


def test_looking_at_the_sheet_changes_nothing() -> None:
    """It may be opened as often as one likes."""
    built = called()
    before = built.desk.contacts(), built.desk.history(KEY)
    for _ in range(3):
        built.desk.calls()
    assert (built.desk.contacts(), built.desk.history(KEY)) == before


def test_the_sheet_shows_nobody_in_its_repr() -> None:
    """Names and numbers are in its text, which is asked for by name, and in no log."""
    [call] = called().desk.calls()
    assert "Weber" not in repr(call)
    assert "7654321" not in repr(call)
