from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.desk import ManualClock
from feedbackkit.domain.people import Person
from feedbackkit.domain.times import MINUTE_US, instant
from feedbackkit.ports import Outcome
from tests.channels.messages import WEBER, message
from tests.channels.smtp.both import KINDS, NOON, channel, plain_server
from tests.channels.smtp.scripted import CLOSE, DRIP, HALF, SILENCE, ScriptedServer

if TYPE_CHECKING:
    from feedbackkit.ports import Receipt

NOON_US = instant(NOON)
SENT, AGAIN, NEVER, UNKNOWN = Outcome.SENT, Outcome.TRY_AGAIN, Outcome.GIVE_UP, Outcome.UNKNOWN


@pytest.fixture(params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    """Which of the two channels."""
    return str(request.param)


def sent_to(server: ScriptedServer, kind: str, **parts: Any) -> Receipt:
    """The receipt of one message."""
    post = channel(kind, plain_server(server.port), **parts)
    try:
        receipt: Receipt = post.send(message())
    finally:
        post.close()
    return receipt


@pytest.mark.parametrize(
    ("script", "outcome", "taken"),
    [
        ({}, SENT, 1),
        ({"greeting": ["421 too busy"]}, AGAIN, 0),
        ({"greeting": ["554 go away"]}, AGAIN, 0),
        ({"greeting": [CLOSE]}, AGAIN, 0),
        ({"greeting": [SILENCE]}, AGAIN, 0),
        ({"greeting": [DRIP]}, AGAIN, 0),
        ({"greeting": [HALF]}, AGAIN, 0),
        ({"greeting": ["HTTP/1.1 400 Bad Request"]}, AGAIN, 0),
        ({"EHLO": ["421 too busy"]}, AGAIN, 0),
        ({"EHLO": [CLOSE]}, AGAIN, 0),
        ({"EHLO": [SILENCE]}, AGAIN, 0),
        ({"EHLO": [DRIP]}, AGAIN, 0),
        ({"MAIL": ["451 4.3.0 later"]}, AGAIN, 0),
        ({"MAIL": ["550 5.7.1 we do not know you"]}, AGAIN, 0),
        ({"MAIL": ["530 5.7.0 log in first"]}, AGAIN, 0),
        ({"MAIL": ["552 5.3.4 too large"]}, NEVER, 0),
        ({"MAIL": ["421 closing"]}, AGAIN, 0),
        ({"MAIL": [CLOSE]}, AGAIN, 0),
        ({"MAIL": [SILENCE]}, AGAIN, 0),
        ({"MAIL": [DRIP]}, AGAIN, 0),
        ({"MAIL": [HALF]}, AGAIN, 0),
        ({"MAIL": ["nonsense"]}, AGAIN, 0),
        ({"RCPT": ["250 2.1.5 ok"]}, SENT, 1),
        ({"RCPT": ["251 2.1.5 forwarded"]}, SENT, 1),
        ({"RCPT": ["450 4.2.1 grey"]}, AGAIN, 0),
        ({"RCPT": ["550 5.1.1 nobody here"]}, NEVER, 0),
        ({"RCPT": ["535 5.7.8 log in"]}, AGAIN, 0),
        ({"RCPT": ["421 closing"]}, AGAIN, 0),
        ({"RCPT": [CLOSE]}, AGAIN, 0),
        ({"RCPT": [SILENCE]}, AGAIN, 0),
        ({"RCPT": [DRIP]}, AGAIN, 0),
        ({"RCPT": [HALF]}, AGAIN, 0),
        ({"DATA": ["451 4.3.2 later"]}, AGAIN, 0),
        ({"DATA": ["554 5.5.1 no"]}, NEVER, 0),
        ({"DATA": ["250 what"]}, AGAIN, 0),
        ({"DATA": [CLOSE]}, AGAIN, 0),
        ({"DATA": [SILENCE]}, AGAIN, 0),
        ({"DATA": [DRIP]}, AGAIN, 0),
        ({"within": [True]}, UNKNOWN, 0),
        ({"dot": ["450 4.2.0 later"]}, AGAIN, 0),
        ({"dot": ["421 4.3.2 closing"]}, AGAIN, 0),
        ({"dot": ["554 5.7.1 spam"]}, NEVER, 0),
        ({"dot": [CLOSE]}, UNKNOWN, 1),
        ({"dot": [SILENCE]}, UNKNOWN, 1),
        ({"dot": [DRIP]}, UNKNOWN, 1),
        ({"dot": [HALF]}, UNKNOWN, 1),
        ({"dot": ["nonsense"]}, UNKNOWN, 1),
        ({"dot": ["354 more"]}, UNKNOWN, 1),
        ({"QUIT": [CLOSE]}, SENT, 1),
        ({"QUIT": [SILENCE]}, SENT, 1),
        ({"QUIT": [DRIP]}, SENT, 1),
        ({"QUIT": ["554 no"]}, SENT, 1),
    ],
)
def test_each_stage_has_its_outcome(kind: str, script: dict[str, Any], outcome: Outcome, taken: int) -> None:
    """Before the final dot nothing was taken; after it only the reply tells; at the farewell it is delivered."""
    with ScriptedServer(**script) as server:
        receipt = sent_to(server, kind)
    assert receipt.outcome is outcome
    assert len(server.mails) == taken
    assert "@" not in receipt.reason
    assert (receipt.retry_us is not None) == (outcome is AGAIN)


def test_a_server_that_is_not_there_is_tried_later(kind: str) -> None:
    """Nobody listens: the first pause is a minute."""
    with ScriptedServer() as server:
        pass
    receipt = sent_to(server, kind)
    assert receipt.outcome is AGAIN
    assert receipt.retry_us == NOON_US + MINUTE_US


def test_one_connection_carries_all(kind: str) -> None:
    """The greeting is said once, and the farewell when the channel is closed."""
    with ScriptedServer() as server:
        post = channel(kind, plain_server(server.port))
        for number in range(3):
            assert post.send(message(id=f"c{number}")).outcome is SENT
        post.close()
    assert server.connections == 1
    assert [each[:4].upper() for each in server.said] == ["EHLO", *["MAIL", "RCPT", "DATA"] * 3, "QUIT"]


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("how", [CLOSE, "421 you were idle", HALF])
def test_a_line_that_was_idle_is_opened_anew(kind: str, stage: str, how: str) -> None:
    """A server that hangs up between two mails costs nothing: the second one goes over a new connection."""
    usual = {"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on"}
    with ScriptedServer(**{stage: [usual[stage], how]}) as server:
        post = channel(kind, plain_server(server.port))
        assert [post.send(message(id=each)).outcome for each in ("a", "b")] == [SENT, SENT]
        post.close()
    assert server.connections == 2
    assert len(server.mails) == 2


def test_after_a_refusal_the_line_goes_on(kind: str) -> None:
    """A recipient who is refused is forgotten by RSET, and the next mail goes over the same connection."""
    with ScriptedServer(RCPT=["550 5.1.1 nobody"]) as server:
        post = channel(kind, plain_server(server.port))
        assert [post.send(message(id=each)).outcome for each in ("a", "b")] == [NEVER, SENT]
        post.close()
    assert server.connections == 1
    assert server.said.count("RSET") == 1


@pytest.mark.parametrize("how", [CLOSE, SILENCE, "500 no"])
def test_a_reset_that_fails_costs_the_line_only(kind: str, how: str) -> None:
    """The next mail goes over a connection of its own."""
    with ScriptedServer(RCPT=["550 5.1.1 nobody"], RSET=[how]) as server:
        post = channel(kind, plain_server(server.port))
        assert [post.send(message(id=each)).outcome for each in ("a", "b")] == [NEVER, SENT]
        post.close()
    assert server.connections == 2


def test_a_repeated_mail_is_the_same(kind: str) -> None:
    """After an unknown, the second mail has the same Message-ID, and the same bytes."""
    with ScriptedServer(dot=[CLOSE]) as server:
        post = channel(kind, plain_server(server.port))
        assert post.send(message()).outcome is UNKNOWN
        assert post.send(message()).outcome is SENT
        post.close()
    first, second = server.mails
    assert first == second
    assert b"\r\nMessage-ID: <" in first


def test_lines_that_begin_with_a_dot_arrive_whole(kind: str) -> None:
    """What looks like the end of a mail is not its end."""
    with ScriptedServer() as server:
        post = channel(kind, plain_server(server.port))
        assert post.send(message(sender=".\u2003.hidden. " + "." * 60)).outcome is SENT
        post.close()
    assert len(server.mails) == 1


def test_an_address_beyond_ascii_needs_a_server_that_takes_it(kind: str) -> None:
    """Without SMTPUTF8 it is given up, with the reason; with it, the command says so."""
    to = Person(id="R-1", email="jürgen@nordwerk.example", name="Jürgen")
    with ScriptedServer() as server:
        post = channel(kind, plain_server(server.port))
        receipt = post.send(message(to=to))
        assert receipt.outcome is NEVER
        assert "SMTPUTF8" in receipt.reason
        assert post.send(message(id="b")).outcome is SENT
        post.close()
    with ScriptedServer(EHLO=["250-mail.example\r\n250-8BITMIME\r\n250 SMTPUTF8"]) as server:
        post = channel(kind, plain_server(server.port))
        assert post.send(message(to=to)).outcome is SENT
        post.close()
    assert "RCPT TO:<jürgen@nordwerk.example>" in server.said
    assert any(each.endswith("SMTPUTF8 BODY=8BITMIME") for each in server.said)


def test_what_is_too_large_for_the_server_is_not_begun(kind: str) -> None:
    """The server said how much it takes; the receipt says how much it was."""
    with ScriptedServer(EHLO=["250-mail.example\r\n250 SIZE 100"]) as server:
        receipt = sent_to(server, kind)
    assert receipt.outcome is NEVER
    assert receipt.reason.endswith("bytes, more than the mail server takes")
    assert not any(each.startswith("MAIL") for each in server.said)


# --- who has to wait --------------------------------------------------------------------------------------------------


def test_while_the_server_is_away_nothing_is_tried(kind: str) -> None:
    """All wait until the pause is over; the next try doubles it, and a success ends it."""
    clock = ManualClock(NOON)
    with ScriptedServer(greeting=["421 busy", "421 busy"]) as server:
        post = channel(kind, plain_server(server.port), clock=clock)
        waits = [post.send(message(id=each)).retry_us for each in ("a", "b", "c")]
        assert waits == [NOON_US + MINUTE_US] * 3
        assert server.connections == 1
        clock.set_us(NOON_US + MINUTE_US)
        assert post.send(message(id="a")).retry_us == NOON_US + 3 * MINUTE_US
        clock.set_us(NOON_US + 3 * MINUTE_US)
        assert [post.send(message(id=each)).outcome for each in ("a", "b", "c")] == [SENT] * 3
        post.close()
    assert server.connections == 3


def test_a_domain_that_puts_off_makes_its_own_people_wait(kind: str) -> None:
    """Others are sent meanwhile."""
    other = Person(id="R-9", email="max@suedwerk.example", name="Max Huber")
    with ScriptedServer(RCPT=["450 4.7.1 grey"]) as server:
        post = channel(kind, plain_server(server.port))
        first = post.send(message(id="a"))
        second = post.send(message(id="b"))
        assert first.retry_us == second.retry_us == NOON_US + 5 * MINUTE_US
        assert post.send(message(id="c", to=other)).outcome is SENT
        post.close()
    assert sum(each.startswith("RCPT") for each in server.said) == 2
    assert WEBER.email is not None
    assert WEBER.email not in first.reason


def test_a_server_that_refuses_everybody_refuses_us(kind: str) -> None:
    """After ten refusals in a row the channel stops for a quarter of an hour, before it costs more people."""
    with ScriptedServer(RCPT=["554 5.7.1 listed"] * 50) as server:
        post = channel(kind, plain_server(server.port))
        outcomes = [post.send(message(id=f"c{number}")).outcome for number in range(15)]
        post.close()
    assert outcomes == [NEVER] * 10 + [AGAIN] * 5


@pytest.mark.parametrize(
    ("script", "dead"),
    [
        ({"RCPT": ["550 5.1.1 nobody here"]}, True),
        ({"RCPT": ["550 5.2.1 switched off"]}, True),
        ({"RCPT": ["550 Invalid recipient"]}, False),
        ({"RCPT": ["554 5.7.1 relaying denied"]}, False),
        ({"dot": ["550 5.1.1 what"]}, False),
    ],
)
def test_an_address_is_dead_where_the_server_says_so(kind: str, script: dict[str, Any], dead: bool) -> None:
    """By an enhanced status at the recipient; a bare refusal may mean us, and costs nobody an address."""
    with ScriptedServer(**script) as server:
        assert sent_to(server, kind).dead is dead


def test_no_faster_than_it_may(kind: str) -> None:
    """Each message that comes too early is given a slot of its own, and goes when it comes back for it."""
    clock = ManualClock(NOON)
    with ScriptedServer() as server:
        post = channel(kind, plain_server(server.port), clock=clock, per_minute=6)
        receipts = {each: post.send(message(id=each)) for each in "abcd"}
        slots = {each: receipt.retry_us for each, receipt in receipts.items()}
        assert slots == {"a": None, **{each: NOON_US + 10_000_000 * n for n, each in enumerate("bcd", start=1)}}
        assert post.send(message(id="d")).retry_us == slots["d"]
        for each in "bcd":
            clock.set_us(slots[each] or 0)
            assert post.send(message(id=each)).outcome is SENT
        post.close()
    assert len(server.mails) == 4
