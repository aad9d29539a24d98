"""A consent or a basis that ends between the decision and the sending: the last look sees it, and nothing goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest

from feedbackkit.domain.basis import Consent, Contract
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.request import EventKind, Occasion, State
from feedbackkit.ports import Outcome
from feedbackkit.stores import MemoryStore
from tests.desk.books import wrong_in
from tests.desk.house import BRANDT, HUBER, WEBER, House, Post, Wrapped, ask, house

if TYPE_CHECKING:
    from feedbackkit.domain.people import Person

YES = attrs.evolve(BRANDT, reference_consent=Consent("mail", since="2025-01-15"))
NO = attrs.evolve(BRANDT, reference_consent=Consent("mail", since="2025-01-15", until="2026-03-02"))
ENDED = attrs.evolve(WEBER, basis=Consent("signed form", since="2025-01-15", until="2026-03-02"))
ENDS = pytest.mark.parametrize("harmless", [False, True], ids=["marked", "repeatable"])


def booked(harmless: bool, subject: Person = YES, occasion: str = "reference_check", **parts: Any) -> House:
    """An ask that was booked and that its channel could not take: it lies in the outbox."""
    built = house(channel=Post(Outcome.TRY_AGAIN, idempotent=harmless), **parts)
    built.desk.request(ask("r", subject=subject, occasion=occasion))
    built.desk.run()
    assert built.desk.get("r").state is State.REQUESTED
    return built


@ENDS
def test_a_check_in_the_outbox_goes_while_its_subject_consents(harmless: bool) -> None:
    """By the contact that was booked, not by another one."""
    built = booked(harmless)
    built.later(minutes=10).desk.run()
    assert [message.id for message in built.sent] == ["r#1", "r#1"]
    assert [event.kind for event in built.desk.history("r")] == [EventKind.PLANNED, EventKind.REQUESTED]


@ENDS
def test_a_check_in_the_outbox_does_not_go_when_the_subject_took_the_consent_back(harmless: bool) -> None:
    """The booking is released, the check waits in nobody's slot, and goes when the consent is there again."""
    built = booked(harmless)
    built.later(minutes=1).desk.register(NO)
    built.later(minutes=9).desk.run()
    assert len(built.sent) == 1  # the try before
    assert built.desk.get("r").state is State.PLANNED
    assert "consent" in built.desk.history("r")[-1].because[-1].text
    assert [view.status for view in built.desk.contacts()] == [ContactStatus.RELEASED]
    assert wrong_in(built.store) == []
    built.later(days=1).desk.register(YES)
    built.desk.run()
    assert (len(built.sent), built.desk.get("r").state) == (2, State.REQUESTED)


@ENDS
def test_a_consent_that_ends_by_the_clock_stops_what_lies_in_the_outbox(harmless: bool) -> None:
    """It was booked on its last day, and is to go on the day after."""
    until = attrs.evolve(BRANDT, reference_consent=Consent("mail", since="2025-01-15", until="2026-03-03"))
    built = booked(harmless, until)
    built.clock.set("2026-03-03T10:00:00Z")
    built.desk.run()
    assert (len(built.sent), built.desk.get("r").state) == (1, State.PLANNED)


def test_a_consent_taken_back_in_the_moment_before_the_sending_counts() -> None:
    """The decision is stored, and the subject takes the consent back before the last look."""
    inner = MemoryStore()
    decided = False

    def take_back(name: str, arguments: tuple[Any, ...]) -> None:
        nonlocal decided
        booked = name == "write" and any(entry.event == "requested" for each in arguments[0] for entry in each.entries)
        if booked and not decided:
            decided = True
            built.worker("other", store=inner).register(NO)

    built = house(Wrapped(inner, after=take_back))
    built.desk.request(ask("r", subject=YES, occasion="reference_check"))
    built.desk.run()
    assert decided
    assert (built.sent, built.desk.get("r").state) == ([], State.PLANNED)
    assert wrong_in(inner) == []


def test_a_consent_taken_back_while_others_are_being_sent_counts() -> None:
    """One by one, each is looked at right before it goes."""

    def take_back(_message: Any) -> None:
        built.worker("other").register(NO)

    built = house(channel=Post(idempotent=False, during=take_back))
    built.desk.request_all([ask(key, respondent=who, subject=YES, occasion="reference_check") for key, who in PAIR])
    built.desk.run()
    assert len(built.sent) == 1
    assert sorted(built.desk.get(key).state for key, _ in PAIR) == [State.PLANNED, State.REQUESTED]


PAIR = (("r", WEBER), ("s", HUBER))


def test_of_a_bundle_only_the_check_is_left_out() -> None:
    """What does not need the subject's consent goes."""
    built = house(channel=Post(Outcome.TRY_AGAIN))
    built.desk.request_all([ask("r", subject=YES, occasion="reference_check"), ask("s", subject=YES)])
    built.desk.run()
    built.desk.register(NO)
    built.later(minutes=10).desk.run()
    assert [line.request for line in built.sent[-1].lines] == ["s"]
    assert built.desk.get("r").state is State.PLANNED
    assert wrong_in(built.store) == []


@ENDS
def test_a_basis_that_ended_after_the_booking_stops_it(harmless: bool) -> None:
    """The respondent took it back: the ask is withdrawn, and nobody was contacted."""
    built = booked(harmless, occasion="reference")
    built.later(minutes=1).desk.register(ENDED)
    built.later(minutes=9).desk.run()
    assert (len(built.sent), built.desk.get("r").state) == (1, State.WITHDRAWN)
    assert [view.status for view in built.desk.contacts()] == [ContactStatus.RELEASED]
    assert "basis" in built.desk.history("r")[-1].because[-1].text
    assert wrong_in(built.store) == []


@ENDS
def test_a_basis_that_ended_before_a_reminder_went_stops_that(harmless: bool) -> None:
    """An answer to the ask may still come; the ladder ends in silence."""
    built = house(channel=Post(Outcome.SENT, Outcome.TRY_AGAIN, idempotent=harmless))
    built.desk.request(ask("r"))
    built.desk.run()
    built.later(weeks=1).desk.run()
    built.desk.register(attrs.evolve(ENDED, basis=Consent("signed form", since="2025-01-15", until="2026-03-09")))
    built.later(minutes=10).desk.run()
    assert len(built.sent) == 2  # the ask, and the try
    assert (built.desk.get("r").state, built.desk.get("r").progress.step) == (State.REQUESTED, 1)
    built.later(weeks=3).desk.run()
    assert (len(built.sent), built.desk.get("r").state) == (2, State.EXPIRED)


CALLED = attrs.evolve(
    WEBER, phone="+49 30 7654321", phone_basis=Contract("framework agreement", since="2025-01-15"), by_phone=True
)


def called() -> House:
    """A call for a reference check stands on the call sheet."""
    built = house()
    built.desk.request(ask("r", respondent=CALLED, subject=YES, occasion=Occasion.REFERENCE_CHECK))
    built.desk.run()
    return built


def test_a_call_for_a_reference_check_is_on_the_sheet() -> None:
    """Its subject consents, so it is to be made."""
    assert [line.view.key for call in called().desk.calls() for line in call.lines] == ["r"]


def test_a_call_for_a_reference_check_leaves_the_sheet_with_the_consent() -> None:
    """At once for whoever looks, and struck when it is looked after: the check waits."""
    built = called()
    built.desk.register(NO)
    assert built.desk.calls() == []
    built.later(days=1).desk.run()
    assert built.desk.get("r").state is State.PLANNED
    assert [view.status for view in built.desk.contacts()] == [ContactStatus.RELEASED]
    assert wrong_in(built.store) == []
