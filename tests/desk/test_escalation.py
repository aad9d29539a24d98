"""After the last mail: a call on the call sheet, a nudge by the subject, or rest."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from feedbackkit.channels import MailboxChannel
from feedbackkit.desk.awaiting import drive
from feedbackkit.desk.calls.calling import note_call
from feedbackkit.domain.alerts import AlertKind
from feedbackkit.domain.basis import Consent
from feedbackkit.domain.contact import CALL_SHEET, ContactKind, ContactStatus
from feedbackkit.domain.decision import At
from feedbackkit.domain.people import Actor
from feedbackkit.domain.request import EventKind, State
from feedbackkit.errors import NotAllowed, NotFound, SetupError
from feedbackkit.policies import Cadence, Call, Nudge, StepKind
from tests.desk.books import wrong_in
from tests.desk.house import BRANDT, WEBER, House, ask, house
from tests.desk.test_receiving import Mailer
from tests.inbox.mails import delivery_report, reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.policies import Rung

WEEK = dt.timedelta(weeks=1)
CALLED = attrs.evolve(WEBER, phone="+49 30 7654321", phone_basis=Consent("signed form", since="2025-01-15"))
NUDGED = attrs.evolve(BRANDT, email="brandt@example.org", basis=Consent("signed form", since="2025-01-15"))
KEY = "r-1"


def asked(then: Sequence[Rung], *, subject: Any = BRANDT, respondent: Any = CALLED, **parts: Any) -> House:
    """A house in which one request was asked about, without reminders."""
    built = house(cadence=Cadence(reminders=(), then=then), **parts)
    built.desk.request(ask(KEY, respondent=respondent, subject=subject))
    built.desk.run()
    return built


def calls(built: House) -> list[Any]:
    """The contacts for the call sheet."""
    return [view for view in built.desk.contacts() if view.contact.channel == CALL_SHEET]


def statuses(built: House) -> list[ContactStatus]:
    """What became of the calls."""
    return [view.status for view in calls(built)]


# The call


def test_a_call_is_booked_for_the_call_sheet_and_not_sent() -> None:
    """When the rung is due the call is booked: no channel gets it, and it waits for a person."""
    built = asked([Call(WEEK)]).later(weeks=1)
    report = built.desk.run()
    [call] = calls(built)
    assert (call.status, call.contact.lines[0].kind, call.contact.lines[0].step) == (
        ContactStatus.BOOKED,
        ContactKind.CALL,
        2,
    )
    assert report["reminded"] == 1
    assert len(built.sent) == 1


def test_a_call_counts_like_any_contact() -> None:
    """It keeps other contacts at their distance, though nobody has dialled yet."""
    built = asked([Call(WEEK)]).later(weeks=1)
    built.desk.run()
    built.desk.request(ask("r-2", respondent=CALLED))
    assert built.desk.run()["postponed"] == 0
    decision = built.desk.explain("r-2").ahead[0].decision
    assert isinstance(decision, At)
    assert "minimum gap" in {reason.rule for event in built.desk.history("r-2") for reason in event.because}


def test_an_answer_strikes_the_call() -> None:
    """Who has answered is not called: the next look releases the booking."""
    built = asked([Call(WEEK)]).later(weeks=1)
    built.desk.run()
    built.desk.give(KEY, {"overall": 5})
    built.later(days=1).desk.run()
    assert statuses(built) == [ContactStatus.RELEASED]
    assert built.desk.get(KEY).state is State.GIVEN


def test_a_wish_strikes_the_call() -> None:
    """Who does not want to be contacted any more is not called either, and the request falls silent."""
    built = asked([Call(WEEK)]).later(weeks=1)
    built.desk.run()
    built.desk.opt_out(CALLED)
    built.later(days=1).desk.run()
    assert statuses(built) == [ContactStatus.RELEASED]
    built.later(weeks=3).desk.run()
    assert (built.desk.get(KEY).state, len(calls(built))) == (State.EXPIRED, 1)


def test_a_call_waits_over_nights_and_weekends() -> None:
    """What rules only put off is left to whoever calls: the call stays on the sheet."""
    built = asked([Call(WEEK)]).later(weeks=1)
    built.desk.run()
    for _ in range(6):
        built.later(days=1, hours=9).desk.run()
    assert statuses(built) == [ContactStatus.BOOKED]


def test_a_call_of_which_nobody_said_anything_is_unknown() -> None:
    """When the next step comes it may have been made: it counts, and the request comes to its end."""
    built = asked([Call(WEEK)]).later(weeks=1)
    built.desk.run()
    built.later(weeks=2).desk.run()
    assert statuses(built) == [ContactStatus.UNKNOWN]
    assert built.desk.get(KEY).state is State.EXPIRED


def test_a_call_is_noted_as_made() -> None:
    """It counts as sent; noted twice it counts once."""
    built = asked([Call(WEEK)]).later(weeks=1)
    built.desk.run()
    [call] = calls(built)
    for _ in range(2):
        drive(note_call(built.desk._desk._context, call.contact.id, note="nobody answered"))
    [noted] = calls(built)
    assert (noted.status, noted.reason, noted.tries) == (ContactStatus.SENT, "nobody answered", 1)


def test_a_call_that_was_struck_cannot_be_noted() -> None:
    """Its booking is released: what was done all the same is a contact made elsewhere."""
    built = asked([Call(WEEK)]).later(weeks=1)
    built.desk.run()
    built.desk.decline(KEY)
    built.later(days=1).desk.run()
    context = built.desk._desk._context
    with pytest.raises(NotAllowed, match="struck"):
        drive(note_call(context, f"{KEY}#2"))
    with pytest.raises(NotFound):
        drive(note_call(context, f"{KEY}#1"))


def test_an_answer_in_a_call_is_given_on_the_providers_word() -> None:
    """What was said on the telephone is written down by whoever called."""
    built = asked([Call(WEEK)]).later(weeks=1)
    built.desk.run()
    answer = built.desk.give(KEY, {"overall": 4}, by=Actor("staff-7"), form="phone")
    assert (answer.form, answer.party) == ("phone", "provider")


def test_without_a_number_the_ladder_rests() -> None:
    """Nobody can be called: the request is left in silence and expires."""
    built = asked([Call(WEEK)], respondent=WEBER).later(weeks=1)
    assert built.desk.run()["silenced"] == 1
    built.later(weeks=2).desk.run()
    assert (built.desk.get(KEY).state, calls(built)) == (State.EXPIRED, [])


def test_a_call_and_a_letter_to_one_person_do_not_meet() -> None:
    """What is worth more goes first, and the gap keeps the other away from it."""
    built = asked([Call(WEEK)]).later(weeks=1)
    built.desk.request(ask("r-2", respondent=CALLED, value=90))
    built.desk.run()
    assert [message.lines[0].request for message in built.sent] == [KEY, "r-2"]
    assert calls(built) == []
    built.later(weeks=1).desk.run()
    [call] = calls(built)
    assert [line.request for line in call.contact.lines] == ["r-2", KEY]  # by then both are due, and one call does


def test_no_channel_is_named_like_the_call_sheet() -> None:
    """Its contacts would be taken for calls."""
    with pytest.raises(SetupError, match="call sheet"):
        house(channel=MailboxChannel(name=CALL_SHEET))


# The nudge


def test_a_nudge_is_a_request_to_the_subject() -> None:
    """The subject is asked to speak to the respondent, who hears nothing of it."""
    built = asked([Nudge(WEEK)], subject=NUDGED).later(weeks=1)
    assert built.desk.run()["nudged"] == 1
    nudge = built.sent[-1]
    assert (nudge.to.id, nudge.lines[0].kind, nudge.lines[0].subject.id) == (BRANDT.id, ContactKind.NUDGE, WEBER.id)
    assert [event.kind for event in built.desk.history(KEY)][-1] is EventKind.NUDGED
    assert len(built.desk.contacts(WEBER)) == 1


def test_a_nudge_obeys_the_subjects_own_rules() -> None:
    """A subject without a basis hears nothing, and their wish stands as any other's."""
    built = asked([Nudge(WEEK)], subject=attrs.evolve(NUDGED, basis=None)).later(weeks=1)
    built.desk.run()
    assert len(built.sent) == 1
    assert built.desk.get(f"{KEY}/nudge").state is State.WITHDRAWN


def test_a_nudge_opens_nothing_and_is_never_repeated() -> None:
    """It asks for no answer: one contact, no reminder, and no slot of the subject's is taken."""
    built = asked([Nudge(WEEK)], subject=NUDGED).later(weeks=1)
    built.desk.run()
    for key in ("s-1", "s-2", "s-3"):
        built.desk.request(ask(key, respondent=NUDGED, subject=NUDGED))
    for _ in range(30):
        built.later(days=1).desk.run()
    assert sum(line.kind is ContactKind.NUDGE for message in built.sent for line in message.lines) == 1
    assert built.desk.get(f"{KEY}/nudge").state is State.EXPIRED
    assert "held" not in {event.reason for event in built.desk.history("s-3")}
    with pytest.raises(NotAllowed, match="asks for no answer"):
        built.desk.give(f"{KEY}/nudge", {"overall": 5})


def test_nobody_is_nudged_about_an_answer_that_has_come() -> None:
    """The rules let the nudge wait; meanwhile the answer comes, and it does not go."""
    built = house(cadence=Cadence(reminders=(), then=[Nudge(WEEK)]))
    built.desk.request(ask(KEY, subject=NUDGED))
    built.desk.run()
    built.later(days=6).desk.record_contact(NUDGED)  # the gap moves the nudge
    built.later(days=1).desk.run()
    assert built.desk.get(f"{KEY}/nudge").state is State.PLANNED
    built.desk.give(KEY, {"overall": 5})
    built.later(days=4).desk.run()
    assert built.desk.get(f"{KEY}/nudge").state is State.EXPIRED
    assert len(built.sent) == 1


def test_an_answer_right_before_a_nudge_goes_keeps_it_back() -> None:
    """The last look sees that the request it is about was answered after the decision."""
    built = house(cadence=Cadence(reminders=(), then=[Nudge(WEEK)]), channel=MailboxChannel())
    built.desk.request(ask(KEY, subject=NUDGED))
    built.desk.run()
    built.later(weeks=1)
    store, write = built.store, built.store.write
    answered: list[bool] = []

    def answering(changes: Any) -> Any:
        results = write(changes)
        if not answered and any(put.key == f"{KEY}/nudge#1" for change in changes for put in change.writes):
            answered.append(True)
            built.worker("web").give(KEY, {"overall": 5})
        return results

    store.write = answering
    built.desk.run()
    assert answered
    assert len(built.sent) == 1


def test_who_speaks_of_themselves_is_not_nudged() -> None:
    """A self-assessment has nobody else to ask: the rung passes."""
    built = asked([Nudge(WEEK)], subject=NUDGED, respondent=NUDGED).later(weeks=1)
    built.desk.run()
    with pytest.raises(NotFound):
        built.desk.get(f"{KEY}/nudge")
    built.later(weeks=2).desk.run()
    assert built.desk.get(KEY).state is State.EXPIRED


# What is told ahead


def test_the_rungs_are_told_ahead() -> None:
    """The whole ladder can be printed in advance, escalation included."""
    built = house(cadence=Cadence(reminders=[WEEK], then=[Nudge(WEEK), Call(WEEK)]))
    built.desk.request(ask(KEY, respondent=CALLED, subject=NUDGED))
    explanation = built.desk.explain(KEY)
    assert [step.kind for step in explanation.ahead] == [
        StepKind.ASK,
        StepKind.REMINDER,
        StepKind.NUDGE,
        StepKind.CALL,
        StepKind.EXPIRE,
    ]
    assert "ask the subject to speak to them" in str(explanation)


# What comes back after a nudge


def nudged(**parts: Any) -> House:
    """The ask went out, and a week later the subject was asked to speak to the respondent."""
    built = asked([Nudge(WEEK)], subject=NUDGED, **parts).later(weeks=1)
    assert built.desk.run()["nudged"] == 1
    return built


def test_a_bounce_after_a_nudge_makes_the_request_undeliverable() -> None:
    """The ask reached nobody after all: its owner is told, and a better address is needed."""
    built = nudged()
    built.desk.bounced(f"{KEY}#1")
    assert built.desk.get(KEY).state is State.UNDELIVERABLE
    assert [alert.kind for alert in built.desk.alerts()] == [AlertKind.UNDELIVERABLE]
    assert built.desk.person(CALLED).email is None
    assert wrong_in(built.store) == []


def test_after_a_bounce_and_a_nudge_a_better_address_is_asked_from_the_beginning() -> None:
    """The ask goes there; when its time comes the nudge's rung passes, for the subject was told already."""
    built = nudged()
    built.desk.bounced(f"{KEY}#1")
    built.later(days=1).desk.readdress(CALLED, "anna@nordwerk.example")
    built.desk.run()
    assert (built.desk.get(KEY).state, built.desk.get(KEY).progress.step) == (State.REQUESTED, 1)
    assert (built.sent[-1].to.email, built.sent[-1].lines[0].step) == ("anna@nordwerk.example", 1)
    built.later(weeks=1).desk.run()
    assert built.desk.get(KEY).progress.step == 2
    assert [message.lines[0].kind for message in built.sent].count(ContactKind.NUDGE) == 1
    assert wrong_in(built.store) == []


def test_a_nudge_that_waits_is_not_sent_for_what_is_undeliverable() -> None:
    """Whoever cannot be reached cannot be spoken to for an answer either; another address is needed first."""
    built = asked([Nudge(WEEK)], subject=NUDGED).later(days=5)
    built.desk.record_contact(NUDGED)  # the gap moves the nudge
    built.later(days=2).desk.run()
    built.desk.bounced(f"{KEY}#1")
    built.later(days=10).desk.run()
    assert built.desk.get(f"{KEY}/nudge").state is State.EXPIRED
    assert [message.lines[0].kind for message in built.sent] == [ContactKind.ASK]


def test_a_mail_that_is_given_up_for_now_after_a_nudge_is_sent_again() -> None:
    """The mailbox was full: three days later the ask goes again, and the nudge is not repeated."""
    built = nudged(channel=Mailer())
    token = built.sent[0].token
    built.desk.receive(delivery_report("failed", "4.2.2", to=f"b+{token}@interim.example"))
    assert (built.desk.get(KEY).state, built.desk.get(KEY).progress.step) == (State.PLANNED, 0)
    built.later(days=3).desk.run()
    assert [(message.lines[0].kind, message.to.id) for message in built.sent] == [
        (ContactKind.ASK, "P-weber"),
        (ContactKind.NUDGE, "P-brandt"),
        (ContactKind.ASK, "P-weber"),
    ]
    assert wrong_in(built.store) == []


def test_a_reply_after_a_nudge_waits_for_its_reader() -> None:
    """The subject spoke to them, and they replied by mail: nobody calls before somebody has read it."""
    built = asked([Nudge(WEEK), Call(WEEK)], subject=NUDGED, channel=Mailer()).later(weeks=1)
    built.desk.run()
    built.later(days=6).desk.receive(reply(to=f"b+{built.sent[0].token}@interim.example"))
    built.later(days=2).desk.run()
    assert built.desk.calls() == []
    built.later(days=6).desk.run()
    assert len(built.desk.calls()) == 1
