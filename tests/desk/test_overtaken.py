"""I4: decided is not sent. Somebody acts at every moment of a run, and what they said before the last look holds."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from feedbackkit.domain.contact import ContactKind, ContactStatus
from feedbackkit.domain.decision import Held
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import EventKind, State
from feedbackkit.policies import ContactRules
from feedbackkit.ports import Outcome
from feedbackkit.stores import MemoryStore
from tests.desk.books import ledgers_in, wrong_in
from tests.desk.house import HUBER, WEBER, Died, House, Post, Wrapped, ask, house

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedbackkit.desk import Ask, Desk
    from feedbackkit.policies import Proposal
    from feedbackkit.policies.proposal import Verdict

ELSEWHERE = attrs.evolve(HUBER, id="P-else", email="else@suedwerk.example", organisation=None)

ACTS: dict[str, tuple[Callable[[Desk], object], State | None]] = {
    "given": (lambda other: other.give("r", {"overall": 5}), State.GIVEN),
    "declined": (lambda other: other.decline("r"), State.DECLINED),
    "deferred": (lambda other: other.defer("r", until="2026-06-01"), None),
    "delegated": (lambda other: other.delegate("r", to=ELSEWHERE), State.DELEGATED),
    "withdrawn": (lambda other: other.withdraw("r"), State.WITHDRAWN),
    "opted out": (lambda other: other.opt_out(WEBER), None),
    "phoned": (lambda other: other.record_contact(WEBER), None),
}


def overtaken(what: str, at_call: str, *, step: int, occurrence: int = 1) -> House:
    """A house in which somebody acts right before a call of the run that takes request `r` to a step."""
    act, _ = ACTS[what]
    left = occurrence
    armed = False

    def intrude(name: str, _arguments: tuple[Any, ...]) -> None:
        nonlocal left, armed
        if armed and name == at_call:
            left -= 1
            if left == 0:
                armed = False
                act(h.worker("other", store=inner))

    inner = MemoryStore()
    h = house(Wrapped(inner, before=intrude))
    h.desk.request(ask("r"))
    for _ in range(step - 1):
        h.desk.run()
        h.later(days=7)
    armed = True
    h.desk.run()
    assert not armed, "nobody acted"
    return h


@pytest.mark.parametrize("step", [1, 2, 3], ids=["ask", "first reminder", "second reminder"])
@pytest.mark.parametrize("what", ACTS)
def test_i4_what_was_said_right_before_the_last_look_holds(what: str, step: int) -> None:
    """The contact does not go: the step is taken back, the booking released, and the state is what was said."""
    h = overtaken(what, "heads", step=step)
    assert len([message for message in h.sent if message.to.id == WEBER.id]) == step - 1
    view = h.desk.get("r")
    assert view.progress.step == step - 1
    if ACTS[what][1] is not None:
        assert view.state is ACTS[what][1]
    unsent = [event.ref for event in h.desk.history("r") if event.kind is EventKind.UNSENT]
    assert unsent == [f"r#{step}"]
    booked = [each for each in h.desk.contacts(WEBER) if each.contact.id == f"r#{step}"]
    assert [(each.status, each.tries) for each in booked] == [(ContactStatus.RELEASED, 0)]
    assert wrong_in(h.store) == []


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("what", ["given", "declined", "delegated", "withdrawn", "opted out"])
def test_i4_whoever_was_overtaken_is_left_in_peace_afterwards(what: str, step: int) -> None:
    """Two months of runs later nothing more has reached the person."""
    h = overtaken(what, "heads", step=step)
    for _ in range(60):
        h.later(days=1).desk.run()
    assert len([message for message in h.sent if message.to.id == WEBER.id]) == step - 1


@pytest.mark.parametrize("step", [1, 2, 3])
def test_i4_the_date_that_was_chosen_meanwhile_is_the_next_step(step: int) -> None:
    """Taken back, it comes on that day: the same step under an id of its own."""
    h = overtaken("deferred", "heads", step=step)
    assert str(h.desk.get("r").due) == "2026-06-01 00:00:00+00:00"
    h.clock.set("2026-05-31T12:00:00Z")
    h.desk.run()
    assert len(h.sent) == step - 1
    h.clock.set("2026-06-01T12:00:00Z")
    h.desk.run()
    assert [line.step for message in h.sent for line in message.lines] == list(range(1, step + 1))
    assert h.sent[-1].id == f"r#{step + 1}"


@pytest.mark.parametrize("step", [1, 2])
def test_i4_a_call_made_meanwhile_moves_the_contact_and_loses_it_not(step: int) -> None:
    """The gap counts from the call; the step that was taken back comes after it, and counts once."""
    h = overtaken("phoned", "heads", step=step)
    for _ in range(7):
        h.later(days=1).desk.run()
    assert [line.step for message in h.sent for line in message.lines] == list(range(1, step + 1))
    called, contacted = ledgers_in(h.store, "person")[WEBER.id or ""].contacts[-2:]
    assert contacted - called >= 5 * 24 * 3600 * 1_000_000


@pytest.mark.parametrize("what", ACTS)
@pytest.mark.parametrize("call", ["read", "heads", "write", "claim", "release"])
@pytest.mark.parametrize("occurrence", [1, 2, 3])
def test_i4_whenever_somebody_acts_the_books_balance_and_one_message_goes_at_most(
    what: str, call: str, occurrence: int
) -> None:
    """Before, at and after the last look: no half a step, no second message."""
    try:
        h = overtaken(what, call, step=1, occurrence=occurrence)
    except AssertionError as error:
        assert "nobody acted" in str(error)  # noqa: PT017 - the run has fewer such calls
        return
    assert len([message for message in h.sent if message.to.id == WEBER.id]) <= 1
    assert wrong_in(h.store) == []
    kinds = [event.kind for event in h.desk.history("r")]
    out = bool(h.sent) and h.sent[0].to.id == WEBER.id
    assert kinds.count(EventKind.REQUESTED) - kinds.count(EventKind.UNSENT) == out


def test_i4_a_new_address_is_written_to_even_right_before_the_sending() -> None:
    """The message goes to where the person is now."""
    inner = MemoryStore()
    armed = False

    def move(name: str, _arguments: tuple[Any, ...]) -> None:
        nonlocal armed
        if armed and name == "heads":
            armed = False
            h.worker("other", store=inner).register(attrs.evolve(WEBER, email="new@nordwerk.example"))

    h = house(Wrapped(inner, before=move))
    h.desk.request(ask("r"))
    armed = True
    h.desk.run()
    assert [message.to.email for message in h.sent] == ["new@nordwerk.example"]


def test_i4_a_basis_that_was_taken_away_meanwhile_holds_the_contact_back() -> None:
    """The rules are asked again, not only the state."""
    inner = MemoryStore()
    armed = False
    ended = attrs.evolve(WEBER, basis=attrs.evolve(WEBER.basis, until="2026-03-01"))  # type: ignore[misc]  # Consent

    def revoke(name: str, _arguments: tuple[Any, ...]) -> None:
        nonlocal armed
        if armed and name == "heads":
            armed = False
            h.worker("other", store=inner).register(ended)

    h = house(Wrapped(inner, before=revoke))
    h.desk.request(ask("r"))
    armed = True
    h.desk.run()
    h.desk.run()
    assert h.sent == []
    assert h.desk.get("r").state is State.WITHDRAWN
    assert wrong_in(h.store) == []


@pytest.mark.parametrize("fallen", ["r1", "r2", "r3"])
def test_i4_a_bundle_drops_the_line_whichever_it_is(fallen: str) -> None:
    """The others go under the same id, even where the first line, which names the contact, is the one that fell."""
    inner = MemoryStore()
    armed = False

    def answer(name: str, _arguments: tuple[Any, ...]) -> None:
        nonlocal armed
        if armed and name == "heads":
            armed = False
            h.worker("other", store=inner).decline(fallen)

    h = house(Wrapped(inner, before=answer))
    occasions = ("reference", "quality_check", "closing_review")  # a no to one of them holds nothing else back
    h.desk.request_all([ask(f"r{n}", value=90 - n, occasion=each) for n, each in enumerate(occasions, start=1)])
    armed = True
    h.desk.run()
    [message] = h.sent
    assert message.id == "r1#1"
    assert [line.request for line in message.lines] == [key for key in ("r1", "r2", "r3") if key != fallen]
    assert wrong_in(h.store) == []


@pytest.mark.parametrize("idempotent", [True, False])
def test_i4_a_crash_among_many_leaves_the_others_to_go_once(idempotent: bool) -> None:
    """Each person gets one message; the one in doubt comes a second time under the same id, and no other does."""
    post = Post(*[Outcome.SENT] * 4, Died(), idempotent=idempotent)
    h = house(channel=post)
    people = [attrs.evolve(ELSEWHERE, id=f"P-{n}", email=f"p{n}@house.example") for n in range(10)]
    h.desk.request_all([ask(f"r{n}", respondent=person) for n, person in enumerate(people)])
    with pytest.raises(Died):
        h.desk.run()
    h.worker("first").run()
    ids = [message.id for message in post.messages]
    assert len(set(ids)) == 10
    assert sorted({i for i in ids if ids.count(i) > 1}) == [post.messages[4].id]
    assert {view.status for view in h.desk.contacts()} == {ContactStatus.SENT}
    assert wrong_in(h.store) == []


@pytest.mark.parametrize("idempotent", [True, False])
def test_i4_an_unknown_that_was_answered_meanwhile_is_not_repeated(idempotent: bool) -> None:
    """It counts as sent, and the answer stands."""
    post = Post(Outcome.UNKNOWN, idempotent=idempotent)
    h = house(channel=post)
    h.desk.request(ask("r"))
    h.desk.run()
    h.later(minutes=1).desk.give("r", {"overall": 5})
    h.later(minutes=10).desk.run()
    assert len(post.messages) == 1
    assert [view.status for view in h.desk.contacts()] == [ContactStatus.UNKNOWN]
    assert wrong_in(h.store) == []


@pytest.mark.parametrize("idempotent", [True, False])
def test_i4_an_address_that_fails_at_a_reminder_takes_back_that_step_alone(idempotent: bool) -> None:
    """The ask stands, and with a new address the reminder comes, not a second ask."""
    post = Post(Outcome.SENT, Outcome.GIVE_UP, idempotent=idempotent)
    h = house(channel=post)
    h.desk.request(ask("r"))
    h.desk.run()
    h.later(days=7).desk.run()
    assert h.desk.get("r").state is State.UNDELIVERABLE
    assert wrong_in(h.store) == []
    h.later(days=1).desk.register(attrs.evolve(WEBER, email="new@nordwerk.example"))
    h.desk.run()
    assert [(line.kind, line.step) for line in post.messages[-1].lines] == [(ContactKind.REMINDER, 2)]
    assert wrong_in(h.store) == []


@pytest.mark.parametrize("idempotent", [True, False])
def test_i4_a_channel_that_takes_nothing_for_weeks_sends_one_message_in_the_end(idempotent: bool) -> None:
    """Tried again and again, decided anew, and never a reminder of what nobody got."""
    post = Post(*[Outcome.TRY_AGAIN] * 60, idempotent=idempotent)
    h = house(channel=post)
    h.desk.request(ask("r"))
    taken = 0
    for _ in range(24 * 30):
        h.later(hours=1).desk.run()
        taken = len(post.messages) - 60
        if taken > 0:
            break
    assert taken == 1
    assert {line.step for message in post.messages for line in message.lines} == {1}
    assert wrong_in(h.store) == []
    assert len(ledgers_in(h.store, "person")[WEBER.id or ""].contacts) == 1


@pytest.mark.parametrize("idempotent", [True, False])
def test_i4_a_month_of_standstill_is_followed_by_one_contact(idempotent: bool) -> None:
    """The ask went, the worker was down; one reminder comes, and the next keeps its distance from it."""
    post = Post(idempotent=idempotent)
    h = house(channel=post)
    h.desk.request(ask("r"))
    h.desk.run()
    h.later(days=29)
    for _ in range(6):
        h.desk.run()
        h.later(days=1)
    assert [line.step for message in post.messages for line in message.lines] == [1, 2]
    h.later(days=1).desk.run()
    assert [line.step for message in post.messages for line in message.lines] == [1, 2, 3]


def died_before_the_last_look(*asks: Ask, idempotent: bool = True) -> House:
    """A house whose worker booked a contact at nine in the morning and died before it went out; a new one is there."""

    def die(name: str, _arguments: tuple[Any, ...]) -> None:
        if name == "heads":
            raise Died

    inner = MemoryStore()
    h = house(Wrapped(inner, before=die), at="2026-03-02T09:00:00Z", channel=Post(idempotent=idempotent))
    h.desk.request_all(asks or [ask("r")])
    with pytest.raises(Died):
        h.desk.run()
    h.store, h.desk = inner, h.worker("first", store=inner)
    return h


@pytest.mark.parametrize(
    ("hours", "idempotent", "sent"), [(3, True, "r#1"), (5, True, "r#1"), (3, False, "r#1"), (5, False, "r#2")]
)
def test_i4_a_contact_that_waited_too_long_is_decided_anew_so_that_its_booking_tells_the_time(
    hours: int, idempotent: bool, sent: str
) -> None:
    """After five hours the booking that counts is of the very moment of sending; the id stays if it may be out."""
    h = died_before_the_last_look(idempotent=idempotent)
    h.later(hours=hours).desk.run()
    assert [message.id for message in h.sent] == [sent]
    [booked] = ledgers_in(h.store, "person")[WEBER.id or ""].contacts
    assert booked == h.sent[0].booked_us
    assert wrong_in(h.store) == []


def test_i4_what_is_booked_anew_goes_within_office_hours_and_the_ladder_counts_from_it() -> None:
    """Found on Saturday it waits for Monday, and the reminder comes a week after that."""
    h = died_before_the_last_look()
    h.later(days=5).desk.run()
    assert h.sent == []
    h.later(days=2).desk.run()
    for _ in range(7):
        h.later(days=1).desk.run()
    assert [(message.id, message.booked.to_date_string()) for message in h.sent] == [
        ("r#1", "2026-03-09"),
        ("r#3", "2026-03-16"),
    ]
    assert wrong_in(h.store) == []


@pytest.mark.parametrize("answered", ["r", "s"])
def test_i4_what_may_be_out_and_is_partly_answered_is_not_repeated(answered: str) -> None:
    """A bundle that may have reached the person counts as sent as it was booked."""
    h = died_before_the_last_look(ask("r"), ask("s", occasion="verification"))
    h.later(hours=5).desk.give(answered, {"overall": 5})
    h.desk.run()
    assert h.sent == []
    assert [view.status for view in h.desk.contacts()] == [ContactStatus.UNKNOWN]
    assert wrong_in(h.store) == []


@pytest.mark.parametrize("first", [Outcome.UNKNOWN, Died()], ids=["unknown", "died"])
@pytest.mark.parametrize("then", [Outcome.TRY_AGAIN, Outcome.GIVE_UP])
@pytest.mark.parametrize("idempotent", [True, False])
def test_i4_what_may_be_out_stays_in_the_ledgers_whatever_its_repeat_comes_to(
    first: Outcome | BaseException, then: Outcome, idempotent: bool
) -> None:
    """Nobody knows whether the first try reached the person: it counts, and nothing else goes within the gap."""
    h = house(channel=Post(first, then, idempotent=idempotent))
    h.desk.request(ask("r"))
    with contextlib.suppress(Died):
        h.desk.run()
    h.later(minutes=6).desk.run()
    for _ in range(4):
        h.later(days=1).desk.run()
    assert {message.id for message in h.sent} == {"r#1"}
    assert ContactStatus.RELEASED not in {view.status for view in h.desk.contacts()}
    assert len(ledgers_in(h.store, "person")[WEBER.id or ""].contacts) == 1
    assert wrong_in(h.store) == []


def test_i4_a_channel_that_cannot_take_a_repetition_now_is_tried_until_it_can() -> None:
    """Where repeating does no harm, patience does none either."""
    h = house(channel=Post(Outcome.UNKNOWN, *[Outcome.TRY_AGAIN] * 3))
    h.desk.request(ask("r"))
    h.desk.run()
    for _ in range(8):
        h.later(minutes=20).desk.run()
    assert [message.id for message in h.sent] == ["r#1"] * 5
    assert [view.status for view in h.desk.contacts()] == [ContactStatus.SENT]


def test_i4_whoever_dies_between_decision_and_mark_leaves_the_contact_to_somebody_else() -> None:
    """Another owner sends it once the lease has ended."""

    def die(name: str, _arguments: tuple[Any, ...]) -> None:
        if name == "heads":
            raise Died

    inner = MemoryStore()
    h = house(Wrapped(inner, before=die))
    h.desk.request(ask("r"))
    with pytest.raises(Died):
        h.desk.run()
    other = h.worker("other", store=inner)
    other.run()
    assert h.sent == []
    h.later(minutes=6)
    other.run()
    assert [message.id for message in h.sent] == ["r#1"]
    assert wrong_in(inner) == []


def test_i4_a_person_without_an_address_by_now_is_not_written_to() -> None:
    """The channel is never handed a message to nobody."""
    h = house()
    h.desk.request(ask("r", respondent=Person(id="P-x", name="X", basis=WEBER.basis)))
    h.desk.run()
    assert h.sent == []
    assert h.desk.get("r").due is None
    assert wrong_in(h.store) == []


class Switch:
    """A rule of a program's own that holds everything while it is off."""

    name = "switch"
    lookback_us = 0

    def __init__(self) -> None:
        self.off = False

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:  # noqa: ARG002 - the protocol's signature
        """Now, or when somebody switches it on."""
        return Held("somebody switches it on") if self.off else at_us

    def because(self, at_us: int, proposal: Proposal) -> str:  # noqa: ARG002 - the protocol's signature
        """That it is off."""
        return "it is switched off"


@pytest.mark.parametrize("step", [1, 2])
def test_i4_what_a_rule_holds_by_now_is_taken_back_and_waits_among_the_held(step: int) -> None:
    """Between decision and sending a rule of the program's own changed its mind."""
    switch, inner, armed = Switch(), MemoryStore(), False

    def turn(name: str, _arguments: tuple[Any, ...]) -> None:
        if armed and name == "heads":
            switch.off = True
            h.worker("other", store=inner).register(attrs.evolve(WEBER, locale="de"))

    h = house(Wrapped(inner, before=turn), rules=ContactRules((switch,)))
    h.desk.request(ask("r"))
    for _ in range(step - 1):
        h.desk.run()
        h.later(days=7)
    armed = True
    h.desk.run()
    view = h.desk.get("r")
    assert (view.progress.step, view.due) == (step - 1, None)
    assert [held.key for held in ledgers_in(inner, "person")[WEBER.id or ""].held] == ["r"]
    assert len(h.sent) == step - 1
    assert wrong_in(inner) == []
