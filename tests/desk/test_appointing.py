"""Appointments: agreed on, moved, called off, and what the respondent hears of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from icalendar import Calendar

from feedbackkit.channels import Letters
from feedbackkit.domain.contact import ContactKind, ContactStatus
from feedbackkit.domain.people import Actor, Person
from feedbackkit.domain.request import EventKind, State
from feedbackkit.errors import InvalidValue, NotAllowed, NotFound
from feedbackkit.policies import Cadence
from feedbackkit.ports import Outcome
from tests.desk.books import wrong_in
from tests.desk.house import HUBER, House, Post, ask, house

if TYPE_CHECKING:
    from feedbackkit.domain.letter import Letter

KEY = "r-1"
JONAS = Person(id="P-jonas", name="Jonas Keller", email="jonas@interim.example")
THURSDAY = "2026-03-05T11:00:00+01:00"
FRIDAY = "2026-03-06T11:00:00+01:00"


class Spoken(Post):
    """A channel that carries letters."""

    writer = Letters()


def asked(*, form: str = "talk", channel: Any = None, run: bool = True, **parts: Any) -> House:
    """A house in which somebody was asked for a talk on a Monday."""
    built = house(channel=Spoken() if channel is None else channel, **parts)
    built.desk.request(ask(KEY, form=form))
    if run:
        built.desk.run()
    return built


def agreed(at: str = THURSDAY, **parts: Any) -> House:
    """A house in which a talk on Thursday was agreed on, and the invitation went out."""
    built = asked(**parts)
    built.desk.appoint(KEY, at=at, host=JONAS)
    built.desk.run()
    return built


def kinds(built: House) -> list[ContactKind]:
    """What went out, line by line."""
    return [line.kind for message in built.sent for line in message.lines]


def letter(built: House, number: int = -1) -> Letter:
    """The words of a message that went out, the latest if none is said."""
    found = built.sent[number].letter
    assert found is not None
    return found


def calendars(built: House) -> list[tuple[str, int, str]]:
    """Method, sequence and time of each calendar file that went out."""
    found: list[tuple[str, int, str]] = []
    for message in built.sent:
        for file in () if message.letter is None else message.letter.attachments:
            calendar: Any = Calendar.from_ical(file.content)
            [event] = calendar.walk("VEVENT")
            found.append((str(calendar["METHOD"]), int(event["SEQUENCE"]), f"{event['DTSTART'].dt:%d %H:%M}"))
    return found


def test_an_invitation_goes_at_once_and_counts() -> None:
    """Within the minimum gap after the ask, for it was agreed with the person; then it keeps others away."""
    built = asked().later(days=2)
    built.desk.appoint(KEY, at=FRIDAY, host=JONAS)
    built.desk.run()
    assert kinds(built) == [ContactKind.ASK, ContactKind.INVITATION]
    assert calendars(built) == [("REQUEST", 0, "06 10:00")]
    built.desk.request(ask("r-2"))
    built.run_on("2026-03-09T09:30:00Z")
    assert built.desk.get("r-2").state is State.PLANNED
    built.run_on("2026-03-09T10:00:00Z")
    assert built.desk.get("r-2").state is State.REQUESTED
    assert wrong_in(built.store) == []


def test_the_invitation_says_who_when_where_and_for_how_long() -> None:
    """To the respondent, in their zone; from whom the provider named."""
    built = asked()
    built.desk.appoint(KEY, at=THURSDAY, minutes=30, place="by video: https://meet.example/17", host=JONAS)
    built.desk.run()
    text = " ".join(letter(built).text.split())
    assert "Thursday, 5 March 2026, 10:00 (UTC), 30 minutes. Where: by video: https://meet.example/17." in text
    assert "Talk about Thomas Brandt" in text
    [file] = letter(built).attachments
    [event] = Calendar.from_ical(file.content).walk("VEVENT")
    assert str(event["ORGANIZER"]) == "mailto:jonas@interim.example"


def test_the_same_appointment_is_agreed_on_once() -> None:
    """Said twice it is one invitation."""
    built = agreed()
    assert built.desk.appoint(KEY, at=THURSDAY, host=JONAS).sequence == 0
    built.later(hours=1).desk.run()
    assert kinds(built).count(ContactKind.INVITATION) == 1


def test_nobody_is_reminded_until_it_has_passed() -> None:
    """The ladder waits for the appointment and a day to write down what was said; then it goes on."""
    built = asked(cadence=Cadence(reminders=[dt.timedelta(days=7)]))
    built.desk.appoint(KEY, at="2026-03-19T11:00:00+01:00", host=JONAS)
    built.run_on("2026-03-09T10:00:00Z", "2026-03-16T10:00:00Z", "2026-03-19T15:00:00Z")
    assert ContactKind.REMINDER not in kinds(built)
    built.run_on("2026-03-24T12:00:00Z")
    assert kinds(built)[-1] is ContactKind.REMINDER


def test_one_that_moves_is_the_same_entry_of_a_calendar() -> None:
    """A second invitation with the next sequence, and the ladder waits for the new time."""
    built = agreed()
    built.later(hours=1).desk.appoint(KEY, at=FRIDAY, host=JONAS, by=Actor("jonas"))
    built.desk.run()
    assert calendars(built) == [("REQUEST", 0, "05 10:00"), ("REQUEST", 1, "06 10:00")]
    assert "confirms the new time" in letter(built).text
    uids = {
        str(Calendar.from_ical(letter(built, number).attachments[0].content).walk("VEVENT")[0]["UID"])
        for number in (1, 2)
    }
    assert len(uids) == 1
    assert [event.actor for event in built.desk.history(KEY) if event.kind is EventKind.DEFERRED][-1] == "jonas"


def test_an_invitation_that_has_not_gone_out_is_overtaken_by_a_move() -> None:
    """Only the appointment as it is now goes."""
    built = asked()
    built.desk.appoint(KEY, at=THURSDAY, host=JONAS)
    built.desk.appoint(KEY, at=FRIDAY, host=JONAS)
    built.desk.run()
    assert calendars(built) == [("REQUEST", 1, "06 10:00")]
    assert built.desk.get("r-1/invitation-0").state is State.WITHDRAWN


def test_a_booked_invitation_is_taken_back_by_a_move() -> None:
    """The last look sees that it is not the appointment any more."""
    built = asked(channel=Post(Outcome.SENT, Outcome.TRY_AGAIN, idempotent=False))
    built.desk.appoint(KEY, at=THURSDAY, host=JONAS)
    built.desk.run()
    built.desk.appoint(KEY, at=FRIDAY, host=JONAS)
    built.later(minutes=10).desk.run()
    assert [view.status for view in built.desk.contacts()] == [
        ContactStatus.SENT,
        ContactStatus.RELEASED,
        ContactStatus.SENT,
    ]
    assert wrong_in(built.store) == []


def test_calling_it_off_cancels_the_entry_and_lets_the_ladder_go_on() -> None:
    """A cancellation with the next sequence; the next reminder is due when it would have been."""
    built = agreed(cadence=Cadence(reminders=[dt.timedelta(days=7)]))
    built.later(hours=1).desk.call_off(KEY, reason="ill", by=Actor("jonas"))
    built.desk.call_off(KEY)
    built.desk.run()
    assert calendars(built)[-1] == ("CANCEL", 1, "05 10:00")
    assert built.desk.appointments() == []
    assert built.desk.get(KEY).due is not None
    assert "is called off" in letter(built).subject
    built.run_on("2026-03-11T10:00:00Z", "2026-03-16T10:00:00Z")
    assert kinds(built)[-1] is ContactKind.REMINDER


def test_one_of_which_nobody_has_heard_is_called_off_in_silence() -> None:
    """No invitation went out: neither does a cancellation."""
    built = asked()
    built.desk.appoint(KEY, at=THURSDAY, host=JONAS)
    built.desk.call_off(KEY)
    built.desk.run()
    assert kinds(built) == [ContactKind.ASK]


@pytest.mark.parametrize("how", ["give", "decline", "withdraw", "delegate"])
def test_a_request_that_is_closed_before_calls_it_off(how: str) -> None:
    """Answered in writing, declined, taken back or passed on: there is nothing left to speak about."""
    built = agreed()
    if how == "give":
        built.desk.give(KEY, {"overall": 5})
    elif how == "delegate":
        built.desk.delegate(KEY, to=HUBER)
    else:
        getattr(built.desk, how)(KEY)
    built.later(hours=1).desk.run()
    assert ("CANCEL", 1, "05 10:00") in calendars(built)
    assert built.desk.appointments() == []
    assert wrong_in(built.store) == []


def test_what_was_said_in_it_calls_nothing_off() -> None:
    """An answer that comes after it began is what it was for."""
    built = agreed()
    built.run_on("2026-03-05T10:20:00Z")
    built.desk.give(KEY, {"overall": 5}, by=Actor("jonas"), form="talk")
    built.run_on("2026-03-09T10:00:00Z")
    assert ContactKind.CANCELLATION not in kinds(built)


def test_it_is_listed_until_it_is_over_and_told_by_explain() -> None:
    """In order of time, with names and number; and in both stories of its request."""
    built = agreed()
    built.desk.request(ask("r-2", respondent=HUBER, form="phone"))
    built.desk.appoint("r-2", at="2026-03-04T09:00:00Z", host="P-jonas", place="+49 30 1")
    assert [view.view.key for view in built.desk.appointments()] == ["r-2", KEY]
    text = str(built.desk.appointments()[0])
    assert "Wed 04 Mar 2026 09:00 (UTC), 15 minutes, +49 30 1" in text
    assert "Max Huber, no number, with Jonas Keller" in text
    assert "an appointment on Thu  5 Mar 2026 10:00, 15 minutes, with P-jonas" in str(built.desk.explain(KEY))
    assert "Thursday 5 March 2026 10:00, 15 minutes, with Jonas Keller" in built.desk.explain(KEY).told()
    built.run_on("2026-03-04T12:00:00Z")
    assert [view.view.key for view in built.desk.appointments()] == [KEY]


def test_a_wish_to_be_left_in_peace_is_against_an_invitation() -> None:
    """What the rules refuse is not overruled by an appointment."""
    built = asked()
    built.desk.opt_out("P-weber")
    built.desk.appoint(KEY, at=THURSDAY, host=JONAS)
    built.desk.run()
    assert kinds(built) == [ContactKind.ASK]


def test_what_makes_no_sense_is_refused() -> None:
    """A written request, a closed one, a time that has passed, a host without an address, an unknown request."""
    built = asked(form="written")
    with pytest.raises(NotAllowed, match="talk or phone"):
        built.desk.appoint(KEY, at=THURSDAY, host=JONAS)
    built = asked()
    for wrong in ("2026-03-01T10:00:00Z", "2029-03-01T10:00:00Z"):
        with pytest.raises(InvalidValue, match="lie ahead"):
            built.desk.appoint(KEY, at=wrong, host=JONAS)
    with pytest.raises(InvalidValue, match="e-mail"):
        built.desk.appoint(KEY, at=THURSDAY, host=attrs.evolve(JONAS, id="P-2", email=None))
    with pytest.raises(NotFound):
        built.desk.appoint("r-9", at=THURSDAY, host=JONAS)
    with pytest.raises(NotFound):
        built.desk.call_off(KEY)
    built.desk.decline(KEY)
    with pytest.raises(NotAllowed, match="nothing left"):
        built.desk.appoint(KEY, at=THURSDAY, host=JONAS)
    built = agreed()
    built.run_on("2026-03-05T10:05:00Z")
    with pytest.raises(NotAllowed, match="has begun"):
        built.desk.call_off(KEY)
