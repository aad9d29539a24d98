from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from feedbackkit.desk import Received
from feedbackkit.domain.alerts import AlertKind
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.happenings import CameBack, Happening
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import EventKind, State
from feedbackkit.errors import InvalidValue, NotFound
from feedbackkit.inbox import What
from feedbackkit.ports import Outcome, Receipt
from tests.desk.house import HUBER, WEBER, ask, house
from tests.inbox.mails import complaint, delivery_report, mail, reply

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message
    from tests.desk.house import House

ANSWER: dict[str, Any] = {"overall": 5}


class Mailer:
    """A channel by which things come back; it answers as it is told, then takes everything."""

    name = "email"
    idempotent = False
    traced = True

    def __init__(self, *receipts: Receipt) -> None:
        self.receipts = list(receipts)
        self.messages: list[Message] = []

    def send(self, message: Message) -> Receipt:
        """Take one."""
        self.messages.append(message)
        return self.receipts.pop(0) if self.receipts else Receipt(Outcome.SENT)


class Ear:
    """Hears what comes back."""

    def __init__(self) -> None:
        self.heard: list[CameBack] = []

    def observe(self, happening: Happening) -> None:
        """Note it."""
        if isinstance(happening, CameBack):
            self.heard.append(happening)


def asked(*receipts: Receipt, **parts: Any) -> House:
    """A house in which Weber was asked for one word, by mail."""
    built = house(channel=Mailer(*receipts), **parts)
    built.desk.request(ask("k"))
    built.desk.run()
    return built


def token(built: House, number: int = -1) -> str:
    """The token of a message that went out, the latest if none is said."""
    found = built.sent[number].token
    assert found is not None
    return found


def bounce(built: House, status: str = "5.1.1", number: int = -1, action: str = "failed") -> bytes:
    """The report that such a message came back."""
    return delivery_report(action, status, to=f"b+{token(built, number)}@interim.example")


def state(built: House, key: str = "k") -> State:
    """Where a request stands."""
    return built.desk.get(key).state


def kinds(built: House, key: str = "k") -> list[EventKind]:
    """What happened to a request."""
    return [event.kind for event in built.desk.history(key)]


def test_an_address_that_does_not_work_makes_a_request_undeliverable() -> None:
    """The step is taken back, the contact does not count, and nothing goes to that address any more."""
    ear = Ear()
    built = asked(observers=[ear])
    received = built.desk.receive(bounce(built))
    assert received == Received(what=What.DEAD_ADDRESS, contact="k#1", person="P-weber", requests=("k",))
    assert state(built) is State.UNDELIVERABLE
    [view] = built.desk.contacts("P-weber")
    assert view.status is ContactStatus.RELEASED
    assert view.reason == "the mail came back: dead address 5.1.1"
    assert built.desk.person("P-weber").email is None
    [heard] = ear.heard
    assert (heard.contact, heard.what, heard.repeated) == ("k#1", "dead address", False)


def test_nothing_else_goes_to_that_address_either() -> None:
    """A second request to the same person waits until an address is known, also when described with the dead one."""
    built = asked()
    built.desk.receive(bounce(built))
    built.desk.request(ask("other"))
    built.later(days=30).desk.run()
    assert len(built.sent) == 1
    assert built.desk.person("P-weber").email is None
    built.desk.register(Person(id="P-weber", name="Dr. Anna Weber", email="a.weber@nordwerk.example"))
    built.desk.run()
    assert {line.request for message in built.sent[1:] for line in message.lines} == {"k", "other"}


def test_a_better_address_lets_the_ladder_go_on() -> None:
    """By a new contact, under an id of its own, to the new address; and the history says why."""
    built = asked()
    built.desk.receive(bounce(built))
    known = built.desk.readdress("P-weber", "weber@nordwerk.example")
    assert known.email == "weber@nordwerk.example"
    built.later(days=3).desk.run()
    assert [message.id for message in built.sent] == ["k#1", "k#2"]
    assert built.sent[-1].to.email == "weber@nordwerk.example"
    assert state(built) is State.REQUESTED
    assert kinds(built)[-3:] == [EventKind.BOUNCED, EventKind.READDRESSED, EventKind.REQUESTED]


def test_the_same_address_is_believed_when_somebody_says_so() -> None:
    """What `register` does not believe, `readdress` does; said twice it counts once."""
    built = asked()
    built.desk.receive(bounce(built))
    built.desk.register(WEBER)
    assert state(built) is State.UNDELIVERABLE
    for _ in range(2):
        built.desk.readdress(WEBER, "anna.weber@nordwerk.example")
    built.later(days=3).desk.run()
    assert len(built.sent) == 2
    assert kinds(built).count(EventKind.READDRESSED) == 1


def test_a_person_is_known_by_an_address_that_does_not_work() -> None:
    """It still leads to them, so that no second person comes into being."""
    built = asked()
    built.desk.receive(bounce(built))
    [known] = built.desk.register(Person(name="Anna Weber", email="anna.weber@nordwerk.example"))
    assert known.id == "P-weber"
    built.desk.register(HUBER)
    with pytest.raises(InvalidValue, match="must not belong to another person"):
        built.desk.readdress(HUBER, "anna.weber@nordwerk.example")


def test_a_bounce_that_comes_late_leaves_the_new_address_alone() -> None:
    """The old address is struck; the request, whose mail did not arrive, goes on to the one that is known by now."""
    built = asked()
    late = bounce(built)
    built.desk.readdress("P-weber", "weber@nordwerk.example")
    built.desk.receive(late)
    assert built.desk.person("P-weber").email == "weber@nordwerk.example"
    assert kinds(built)[-2:] == [EventKind.BOUNCED, EventKind.READDRESSED]
    built.later(days=3).desk.run()
    assert built.sent[-1].to.email == "weber@nordwerk.example"
    built.desk.register(WEBER)
    assert built.desk.person("P-weber").email == "weber@nordwerk.example"


@pytest.mark.parametrize("status", ["5.1.1", "5.7.1", "4.4.7"])
def test_an_answer_is_not_touched_by_a_bounce(status: str) -> None:
    """Somebody answered on the telephone meanwhile: given stays given."""
    built = asked()
    built.desk.give("k", ANSWER)
    built.desk.receive(bounce(built, status))
    assert state(built) is State.GIVEN


def test_what_is_refused_for_another_reason_costs_no_address() -> None:
    """A policy of the other side: the request is undeliverable, the address stays."""
    built = asked()
    built.desk.receive(bounce(built, "5.7.1"))
    assert state(built) is State.UNDELIVERABLE
    assert built.desk.person("P-weber").email == WEBER.email
    built.desk.readdress("P-weber", str(WEBER.email))
    assert state(built) is State.PLANNED


def test_what_passes_is_tried_again_twice() -> None:
    """Three days later each time; the third time it does not pass."""
    built = asked()
    built.desk.receive(bounce(built, "5.2.2"))
    assert state(built) is State.PLANNED
    assert built.desk.get("k").progress.due_us == built.clock.now_us() + 3 * 86_400_000_000
    for _ in range(2):
        built.later(days=4).desk.run()
        built.desk.receive(bounce(built, "4.4.7"))
    assert len(built.sent) == 3
    assert state(built) is State.UNDELIVERABLE
    assert built.desk.person("P-weber").email == WEBER.email


@pytest.mark.parametrize("what", ["delayed", "absent"])
def test_patience_with_what_is_on_its_way_and_with_the_absent(what: str) -> None:
    """A mail that is delayed may arrive, and an absence is no answer: the ladder stays as it is."""
    built = asked()
    before = built.desk.get("k")
    raw = bounce(built, "4.4.1", action="delayed")
    if what == "absent":
        raw = reply("Auto-Submitted: auto-replied", token=token(built))
    assert built.desk.receive(raw).contact == "k#1"
    assert built.desk.get("k") == before


@pytest.mark.parametrize("how", ["complaint", "unsubscribe"])
def test_who_complains_is_left_in_peace(how: str) -> None:
    """No reminder, and no ask about anything else."""
    built = asked()
    raw = complaint(token=token(built))
    if how == "unsubscribe":
        raw = reply(to=f"b+{token(built)}@interim.example", subject="unsubscribe")
    built.desk.receive(raw)
    built.desk.request(ask("other"))
    built.later(days=60).desk.run()
    assert len(built.sent) == 1
    assert state(built, "other") is State.WITHDRAWN


def test_who_replied_is_not_reminded_for_a_week() -> None:
    """A reply is no answer, but somebody should read it first; what comes later than that stays when it was."""
    built = asked()
    due = built.desk.get("k").due
    assert due is not None
    built.clock.set(due - dt.timedelta(hours=2))
    raw = reply(token=token(built))
    assert built.desk.receive(raw).what is What.REPLY
    assert built.desk.get("k").due == due - dt.timedelta(hours=2) + dt.timedelta(days=7)
    assert state(built) is State.REQUESTED
    [told] = built.desk.history("k")[-1].because
    assert told.text == "a reply came by mail, which somebody has to read"


def test_the_owner_is_asked_for_a_better_address() -> None:
    """An alert says which request reached nobody; and one, which reply somebody has to read."""
    built = asked()
    for words in ("Gern", "Sehr gern"):
        built.desk.receive(reply(f"X-Words: {words}", token=token(built)))
    built.desk.receive(bounce(built))
    first, second, third = built.desk.alerts()
    assert (first.kind, second.kind, third.kind) == (AlertKind.REPLY, AlertKind.REPLY, AlertKind.UNDELIVERABLE)
    assert third.reason == "k reached nobody: a better address is needed"


def test_the_same_bytes_twice_count_once() -> None:
    """Whatever they are: also where the second time would do something."""
    built = asked()
    raw = bounce(built, "5.2.2")
    assert not built.desk.receive(raw).repeated
    built.later(days=4).desk.run()
    before = built.desk.history("k")
    second = built.desk.receive(raw)
    assert (second.repeated, second.what) == (True, What.NOT_NOW)
    assert built.desk.history("k") == before


@pytest.mark.parametrize(
    "raw",
    [b"", b"\0\xff", delivery_report(), complaint(), reply(), mail("To: b+P-weber@x.example", "Subject: unsubscribe")],
)
def test_what_names_no_contact_does_nothing(raw: bytes) -> None:
    """A mail that anybody could have written, or nothing that can be read: it is told what it was, and no more."""
    built = asked()
    before = built.desk.history("k")
    received = built.desk.receive(raw)
    assert received.contact is None
    assert built.desk.history("k") == before
    assert not built.desk.receive(raw).repeated


def test_an_id_that_looks_like_a_token_leads_nowhere() -> None:
    """Somebody may have the id of sixteen small letters; it is no secret."""
    built = house(channel=Mailer())
    built.desk.request(ask("k", respondent=attrs.evolve(WEBER, id="abcdefghijklmnop")))
    built.desk.run()
    assert built.desk.receive(delivery_report()).contact is None


def test_a_bounced_reminder_takes_back_one_step() -> None:
    """The ask stands: once an address is known, the ladder goes on from there."""
    built = asked()
    built.run_on("2026-04-14T10:00:00Z")
    assert state(built) is State.REMINDED
    built.desk.receive(bounce(built))
    assert (state(built), built.desk.get("k").progress.step) == (State.UNDELIVERABLE, 1)
    built.desk.readdress("P-weber", "weber@nordwerk.example")
    assert state(built) is State.REQUESTED


def test_a_bundle_comes_back_as_a_whole() -> None:
    """Every request that it spoke for is undeliverable."""
    built = house(channel=Mailer())
    built.desk.request_all([ask("a"), ask("b", subject=Person(id="P-9", name="Maria Stein"))])
    built.desk.run()
    assert len(built.sent) == 1
    assert built.desk.receive(bounce(built)).requests == ("a", "b")
    assert {state(built, key) for key in "ab"} == {State.UNDELIVERABLE}


def test_a_bounce_can_be_told_by_hand() -> None:
    """By the id of its contact; told twice it counts once, and an unknown one is an error."""
    built = asked()
    for _ in range(2):
        built.desk.bounced("k#1", why="the post office says so")
    assert state(built) is State.UNDELIVERABLE
    assert kinds(built).count(EventKind.BOUNCED) == 1
    built.desk.readdress(WEBER, str(WEBER.email))
    built.desk.bounced("k#1")
    assert built.desk.person("P-weber").email == WEBER.email
    with pytest.raises(NotFound):
        built.desk.bounced("k#9")


def test_a_server_that_knows_no_such_address_says_the_same_as_a_bounce() -> None:
    """Refused at once, with a receipt that says so, it is struck; for another reason it stays."""
    built = asked(Receipt(Outcome.GIVE_UP, "550 5.1.1", dead=True))
    assert state(built) is State.UNDELIVERABLE
    assert built.desk.person("P-weber").email is None
    built = asked(Receipt(Outcome.GIVE_UP, "554 5.7.1"))
    assert state(built) is State.UNDELIVERABLE
    assert built.desk.person("P-weber").email == WEBER.email


def test_nobody_is_told_what_was_in_a_mail() -> None:
    """What is shown of it, and what history says, names no address."""
    built = asked()
    received = built.desk.receive(bounce(built))
    told = [repr(received), *(repr(event) for event in built.desk.history("k"))]
    assert not any("nordwerk.example" in text for text in told)
