"""What respondents wish for themselves: none of it is a decline, none uses up a reminder."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from feedbackkit.domain.basis import Consent, Contract, PresumedConsent
from feedbackkit.domain.contact import CALL_SHEET
from feedbackkit.domain.decision import At
from feedbackkit.domain.ledger import Scope
from feedbackkit.domain.people import Organisation
from feedbackkit.domain.request import Occasion, State
from feedbackkit.domain.times import DAY_US
from feedbackkit.errors import InvalidValue, NotAllowed, NotFound
from feedbackkit.policies import Cadence, Call
from feedbackkit.ports import Outcome
from tests.desk.house import BRANDT, HUBER, WEBER, House, Post, ask, house

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message

KEY = "r-1"
OTHER = attrs.evolve(BRANDT, id="P-other", name="Eva Lang")
REACHABLE = attrs.evolve(
    WEBER, phone="+49 30 7654321", phone_basis=PresumedConsent("the mandate there", since="2025-01-15")
)


def asking(*, at: str = "2026-03-02T10:00:00Z") -> House:
    """A house in which one request is about to be asked."""
    built = house(at=at)
    built.desk.request(ask(KEY, respondent=REACHABLE))
    return built


def state(built: House, key: str = KEY) -> State:
    """How far a request has come."""
    return built.desk.get(key).state


# Pause


def test_a_pause_moves_everything_and_declines_nothing() -> None:
    """What is due waits until the date, and then the ladder is where it was."""
    built = asking()
    built.desk.run()
    built.desk.pause(WEBER, until="2026-06-01")
    built.later(weeks=1).desk.run()
    assert len(built.sent) == 1
    built.run_on("2026-06-01T10:00:00Z")
    assert (len(built.sent), built.sent[-1].lines[0].step, state(built)) == (2, 2, State.REMINDED)


def test_a_pause_taken_back_brings_what_waits_forward() -> None:
    """It was a mistake: the reminder goes when the ladder has it, not when the pause would have ended."""
    built = asking()
    built.desk.run()
    built.desk.pause(WEBER, until="2026-06-01")
    built.later(weeks=1).desk.run()
    built.later(days=1).desk.undo_opt_out(WEBER)
    built.desk.run()
    assert (len(built.sent), state(built)) == (2, State.REMINDED)


def test_a_pause_taken_back_brings_back_an_ask_that_had_no_time_left_for_its_sake() -> None:
    """It expired because the pause ended after its time, which its history says; without the pause it is made."""
    built = house()
    until_us = built.clock.now_us() + 30 * DAY_US
    built.desk.request(ask(KEY, respondent=REACHABLE, until_us=until_us))
    built.desk.pause(WEBER, until="2026-06-01")
    built.desk.run()
    assert state(built) is State.EXPIRED
    assert "opt-out" in {reason.rule for reason in built.desk.history(KEY)[-1].because}
    built.later(days=1).desk.undo_opt_out(WEBER)
    built.desk.run()
    assert (len(built.sent), state(built)) == (1, State.REQUESTED)


# Never again


def test_never_again_about_a_subject() -> None:
    """Nothing about that subject any more; about others the person may be asked."""
    built = asking()
    built.desk.request(ask("r-2", respondent=WEBER, subject=OTHER))
    built.desk.opt_out(WEBER, about=BRANDT)
    built.desk.run()
    assert [line.request for message in built.sent for line in message.lines] == ["r-2"]
    assert state(built) is State.WITHDRAWN


def test_never_again_on_an_occasion() -> None:
    """Naming the occasion is enough to say that the wish is about it."""
    built = asking()
    built.desk.opt_out(WEBER, occasion="reference")
    built.desk.run()
    assert (built.sent, state(built)) == ([], State.WITHDRAWN)


def test_a_scope_needs_what_it_is_about() -> None:
    """A wish about a subject names one."""
    with pytest.raises(InvalidValue, match="subject"):
        asking().desk.opt_out(WEBER, scope="subject")


# Undo


def test_an_opt_out_taken_back_takes_up_what_was_left_in_peace() -> None:
    """The ask that was withdrawn for the wish's sake is made after all."""
    built = asking()
    built.desk.opt_out(WEBER)
    built.desk.run()
    assert state(built) is State.WITHDRAWN
    built.later(days=1).desk.undo_opt_out(WEBER)
    built.desk.run()
    assert (len(built.sent), state(built)) == (1, State.REQUESTED)


def test_only_what_the_wish_held_up_is_taken_up_again() -> None:
    """What somebody withdrew, or another wish stopped, stays as it is."""
    built = asking()
    built.desk.request(ask("r-2", respondent=WEBER))
    built.desk.withdraw("r-2")
    built.desk.opt_out(WEBER)
    built.desk.opt_out(WEBER, about=BRANDT)
    built.desk.run()
    built.desk.undo_opt_out(WEBER)
    built.desk.run()
    assert (built.sent, state(built), state(built, "r-2")) == ([], State.WITHDRAWN, State.WITHDRAWN)


def test_a_silenced_reminder_goes_after_the_wish_was_taken_back() -> None:
    """Who said "no reminders" by mistake is reminded when the ladder has it."""
    built = asking()
    built.desk.run()
    built.desk.opt_out(WEBER, scope=Scope.REMINDERS)
    built.later(weeks=1).desk.run()
    assert len(built.sent) == 1
    built.later(days=1).desk.undo_opt_out(WEBER, scope="reminders")
    built.desk.run()
    assert len(built.sent) == 2


def test_a_wish_stands_after_its_window() -> None:
    """After two weeks it was no mistake: asking again takes a new basis."""
    built = asking()
    built.desk.opt_out(WEBER)
    with pytest.raises(NotAllowed, match="14 days"):
        built.later(days=14, hours=1).desk.undo_opt_out(WEBER)


def test_taking_back_what_was_not_said_does_nothing() -> None:
    """Repeated, or never said: the store is as it was."""
    built = asking()
    built.desk.undo_opt_out(WEBER)
    built.desk.run()
    assert state(built) is State.REQUESTED


def test_a_wish_holds_for_what_is_booked_and_not_sent() -> None:
    """A pause that comes while the message before it goes out keeps the rest back."""

    def pausing(_message: Message) -> None:
        built.worker("web").pause(HUBER, until="2026-06-01")

    post = Post(Outcome.SENT, Outcome.SENT, during=pausing, idempotent=False)
    built = house(channel=post)
    built.desk.request_all([ask("a", respondent=WEBER), ask("b", respondent=HUBER)])
    built.desk.run()
    assert [message.to.id for message in post.messages] == [WEBER.id]
    assert state(built, "b") is State.PLANNED


# A term of a contract


def test_a_term_of_a_contract_holds_within_its_dates() -> None:
    """Everybody at the organisation is left in peace from its first day until its last."""
    built = asking()
    built.desk.do_not_contact("O-nordwerk", contract="agreement §9", since="2026-03-04", until="2026-05-01")
    built.desk.run()
    assert len(built.sent) == 1
    built.later(weeks=1).desk.run()
    assert len(built.sent) == 1
    built.run_on("2026-05-04T10:00:00Z")
    assert len(built.sent) == 2


def test_a_term_is_not_a_wish_to_be_taken_back() -> None:
    """What a contract says is not undone by a click."""
    built = asking()
    built.desk.do_not_contact(WEBER, contract="agreement §9", since="2026-01-01")
    built.desk.undo_opt_out(WEBER)
    built.desk.run()
    assert built.sent == []


def test_a_term_needs_somebody_known() -> None:
    """Neither a person nor an organisation has that id."""
    with pytest.raises(NotFound):
        asking().desk.do_not_contact("O-nobody", contract="§9", since="2026-01-01")


# Rather by telephone


def test_who_would_rather_be_called_is_called() -> None:
    """The ask stands on the call sheet, and no mail goes."""
    built = asking()
    built.desk.prefer_phone(WEBER)
    built.desk.run()
    [call] = built.desk.contacts()
    assert (built.sent, call.contact.channel, state(built)) == ([], CALL_SHEET, State.REQUESTED)


def test_they_may_change_their_mind() -> None:
    """Written to again, with the ladder where it was."""
    built = asking()
    built.desk.prefer_phone(WEBER)
    built.desk.run()
    built.desk.prefer_phone(WEBER, preferred=False)
    built.later(weeks=1).desk.run()
    assert built.sent[0].lines[0].step == 2


def test_without_a_number_nobody_can_be_called() -> None:
    """The number comes with the wish, or is known; otherwise the wish is refused."""
    built = house()
    built.desk.register(WEBER)
    with pytest.raises(InvalidValue, match="phone"):
        built.desk.prefer_phone(WEBER)
    built.desk.prefer_phone(WEBER, number="+49 30 1234567")
    assert built.desk.person(WEBER).phone == "+49 30 1234567"


def test_without_a_basis_for_calls_nobody_is_called() -> None:
    """A consent to mail is none to a call: the ask is not made."""
    built = house()
    built.desk.request(ask(KEY, respondent=attrs.evolve(WEBER, phone="+49 30 7654321")))
    built.desk.prefer_phone(WEBER)
    built.desk.run()
    assert (built.desk.contacts(), state(built)) == ([], State.WITHDRAWN)


def test_a_contract_is_a_basis_for_both() -> None:
    """It provides for the contact, whatever the channel."""
    built = house()
    person = attrs.evolve(WEBER, phone="+49 30 7654321", basis=Contract("§7", since="2025-01-15"))
    built.desk.request(ask(KEY, respondent=person))
    built.desk.prefer_phone(WEBER)
    built.desk.run()
    assert len(built.desk.contacts()) == 1


# What was declined


def test_a_no_is_remembered() -> None:
    """The same question about the same person waits for a year; another occasion does not."""
    built = asking()
    built.desk.run()
    built.desk.decline(KEY, reason="no time")
    built.later(weeks=2).desk.request_all([ask("r-2"), ask("r-3", occasion=Occasion.CLOSING_REVIEW)])
    built.desk.run()
    assert [line.request for message in built.sent for line in message.lines] == [KEY, "r-3"]
    [no] = built.desk.refusals(WEBER)
    assert (no.subject, no.occasion, no.request) == (BRANDT.id, Occasion.REFERENCE, KEY)
    decision = built.desk.explain("r-2").ahead[0].decision
    assert isinstance(decision, At)
    assert decision.at.isoformat() >= "2027-03-02"


def test_whoever_declined_is_not_reminded_of_the_same_by_another_request() -> None:
    """What was open already falls silent, and leaves its slot; it is not reminded of a year later."""
    built = asking()
    built.desk.request(ask("r-2"))
    built.desk.run()
    built.desk.decline(KEY)
    for _ in range(5):
        built.later(weeks=1).desk.run()
    assert (len(built.sent), state(built, "r-2")) == (1, State.EXPIRED)


def test_a_no_that_is_lifted_lets_what_waited_go() -> None:
    """Somebody spoke with them: the ask is made, and the refusal is gone."""
    built = asking()
    built.desk.run()
    built.desk.decline(KEY, reason="no time")
    built.later(weeks=2).desk.request(ask("r-2"))
    built.desk.run()
    assert len(built.desk.lift_refusals(WEBER, about=BRANDT)) == 1
    built.desk.run()
    assert (len(built.sent), built.desk.refusals(WEBER)) == (2, ())
    assert built.desk.lift_refusals(WEBER) == ()


@pytest.mark.parametrize("way", ["undone", "answered"])
def test_a_no_that_was_none_is_forgotten(way: str) -> None:
    """A decline that was undone, or followed by an answer, holds nothing back."""
    built = asking()
    built.desk.run()
    built.desk.decline(KEY)
    if way == "undone":
        built.desk.undo_decline(KEY)
    else:
        built.desk.give(KEY, {"overall": 5})
    assert built.desk.refusals(WEBER) == ()


# Behind nobody's back


def test_no_reference_check_without_the_subjects_consent() -> None:
    """The check waits, takes no slot, and goes when the consent comes."""
    built = house()
    built.desk.request(ask(KEY, occasion=Occasion.REFERENCE_CHECK))
    assert built.desk.run()["held"] == 1
    assert (built.sent, state(built)) == ([], State.PLANNED)
    built.later(days=1).desk.register(
        attrs.evolve(BRANDT, reference_consent=Consent("mail of 3 March", since="2026-03-01"))
    )
    built.desk.run()
    assert len(built.sent) == 1


def test_a_consent_that_ended_stops_the_reminders_too() -> None:
    """A subject who took the consent back is not asked about any more."""
    built = house()
    consenting = attrs.evolve(BRANDT, reference_consent=Consent("mail", since="2026-03-01"))
    built.desk.request(ask(KEY, occasion=Occasion.REFERENCE_CHECK, subject=consenting))
    built.desk.run()
    built.desk.register(attrs.evolve(BRANDT, reference_consent=Consent("mail", since="2026-03-01", until="2026-03-03")))
    built.later(weeks=1).desk.run()
    assert len(built.sent) == 1
    built.later(weeks=2).desk.run()
    assert state(built) is State.EXPIRED


def test_nothing_is_sold() -> None:
    """An ask with another purpose is refused at the border."""
    with pytest.raises(InvalidValue, match="purpose"):
        ask(KEY, purpose="sales")


def test_a_preference_taken_back_brings_back_what_had_no_basis_for_a_call() -> None:
    """An ask that was left in peace for the sake of the preference alone is made in writing."""
    built = house()
    built.desk.request(ask(KEY, respondent=attrs.evolve(REACHABLE, phone_basis=None)))
    built.desk.prefer_phone(WEBER, number="+49 30 7654321")
    built.desk.run()
    assert state(built) is State.WITHDRAWN
    built.desk.prefer_phone(WEBER, preferred=False)
    built.desk.run()
    assert (len(built.sent), state(built)) == (1, State.REQUESTED)


NO_CALLS = attrs.evolve(REACHABLE, phone_basis=None, by_phone=True)
FOR_CALLS = attrs.evolve(NO_CALLS, phone_basis=PresumedConsent("the mandate there", since="2025-01-15"))


def test_a_basis_for_calls_that_is_known_later_brings_back_what_lacked_it() -> None:
    """An ask that was left in peace for want of it stands on the call sheet after all."""
    built = house()
    built.desk.request(ask(KEY, respondent=NO_CALLS))
    built.desk.run()
    assert state(built) is State.WITHDRAWN
    built.later(days=1).desk.register(FOR_CALLS)
    built.desk.run()
    assert (state(built), len(built.desk.calls())) == (State.REQUESTED, 1)


def test_a_basis_that_is_known_later_brings_back_what_lacked_it() -> None:
    """The same in writing, and to whoever works elsewhere by now; what has no time left stays as it is."""
    built = house()
    nothing = attrs.evolve(WEBER, basis=None)
    built.desk.request_all([ask(KEY, respondent=nothing), ask("late", respondent=nothing, until_us=in_days(built, 3))])
    built.desk.run()
    assert (state(built), state(built, "late")) == (State.WITHDRAWN, State.WITHDRAWN)
    built.desk.register(attrs.evolve(nothing, organisation=Organisation(id="O-other", name="Other")))
    built.later(days=3).desk.register(attrs.evolve(nothing, basis=Contract("§7", since="2025-01-15")))
    built.desk.run()
    assert (state(built), state(built, "late")) == (State.REQUESTED, State.WITHDRAWN)


def in_days(built: House, days: int) -> int:
    """An instant ahead."""
    return built.clock.now_us() + days * DAY_US


def test_a_reminder_that_lacked_a_basis_comes_when_there_is_one() -> None:
    """The request had fallen silent; its ladder goes on."""
    built = asking()
    built.desk.run()
    built.desk.register(attrs.evolve(REACHABLE, basis=Consent("signed form", since="2025-01-15", until="2026-03-03")))
    built.later(weeks=1).desk.run()
    assert len(built.sent) == 1
    built.later(days=1).desk.register(attrs.evolve(REACHABLE, basis=Consent("renewed", since="2026-03-10")))
    built.desk.run()
    assert (len(built.sent), state(built)) == (2, State.REMINDED)


def test_a_number_that_is_known_later_brings_the_call() -> None:
    """The ladder had a call and no number: it rested, and goes on with the call when there is one."""
    built = house(cadence=Cadence(reminders=(), then=[Call(dt.timedelta(days=7))]))
    built.desk.request(ask(KEY, respondent=attrs.evolve(REACHABLE, phone=None)))
    built.desk.run()
    built.later(days=8).desk.run()
    assert built.desk.calls() == []
    built.desk.register(REACHABLE)
    built.desk.run()
    assert [line.view.key for call in built.desk.calls() for line in call.lines] == [KEY]


def test_what_a_person_says_anew_of_themselves_brings_nothing_back_that_ended_otherwise() -> None:
    """Declined or withdrawn by the provider it stays so."""
    built = house()
    built.desk.request_all([ask(KEY, respondent=NO_CALLS), ask("r-2", respondent=NO_CALLS, subject=OTHER)])
    built.desk.decline(KEY)
    built.desk.withdraw("r-2")
    built.desk.register(FOR_CALLS)
    built.desk.run()
    assert (state(built), state(built, "r-2")) == (State.DECLINED, State.WITHDRAWN)


@pytest.mark.parametrize("who", [None, 5, b"P-weber", ["P-weber"]])
def test_who_is_no_person_and_no_id_is_refused(who: Any) -> None:
    """By an error of ours, that tells a shape."""
    desk = asking().desk
    for use in (desk.prefer_phone, desk.refusals, desk.lift_refusals, desk.undo_opt_out, desk.opt_out):
        with pytest.raises(InvalidValue, match="person must be a Person or an id"):
            use(who)
