from __future__ import annotations

import asyncio
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.channels.letters import Letters
from feedbackkit.channels.mime import Dress, address, mail_of
from feedbackkit.channels.smtp import AsyncSmtpChannel, MailServer, SmtpChannel
from feedbackkit.desk import AsyncDesk, Desk, ManualClock
from feedbackkit.errors import InvalidValue
from feedbackkit.stores import MemoryStore
from tests.channels.messages import line, message, person
from tests.channels.smtp.both import SENDER, plain_server
from tests.channels.smtp.real import real_server
from tests.channels.smtp.scripted import ScriptedServer
from tests.desk.house import HUBER, MONDAY, SECRET, WEBER, ask

if TYPE_CHECKING:
    from email.message import EmailMessage

    from feedbackkit.domain.contact import Message

TOKEN = "abcdefghijklmnop"  # noqa: S105 - a made-up one
EARLIER = "ponmlkjihgfedcba"


def mail(what: Message, **dress: Any) -> EmailMessage:
    """The mail of a message, as a mail program reads it."""
    parsed = message_from_bytes(
        mail_of(what, Letters().write(what), Dress(sender=SENDER, **dress)).content, policy=default
    )
    assert not parsed.defects
    return parsed


def test_a_reminder_answers_the_contact_before_it() -> None:
    """In-Reply-To and References name its Message-ID, so that mail programs show both together."""
    ask_mail = mail(message(token=EARLIER))
    reminder = mail(message(line(earlier=EARLIER), token=TOKEN))
    assert reminder["In-Reply-To"] == reminder["References"] == ask_mail["Message-ID"]
    assert reminder["Message-ID"] != ask_mail["Message-ID"]
    assert ask_mail["In-Reply-To"] is None


def test_replies_go_where_they_shall() -> None:
    """To an address of their own, if there is one."""
    assert mail(message(), reply_to="team@interim.example")["Reply-To"] == "team@interim.example"
    assert mail(message())["Reply-To"] is None


def test_each_mail_has_a_return_path_of_its_own() -> None:
    """With a mailbox for bounces, its token stands in the return path, and a mail to it is a way to be left alone."""
    made = mail_of(
        message(token=TOKEN), Letters().write(message()), Dress(sender=SENDER, return_path="back@interim.example")
    )
    assert made.sender == f"back+{TOKEN}@interim.example"
    unsubscribe = message_from_bytes(made.content, policy=default)["List-Unsubscribe"]
    assert unsubscribe == f"<mailto:back+{TOKEN}@interim.example?subject=unsubscribe>"
    assert mail_of(message(token=TOKEN), Letters().write(message()), Dress(sender=SENDER)).sender == SENDER


@pytest.mark.parametrize("dress", [{"reply_to": "jürgen@interim.example"}, {"sender": "jürgen@interim.example"}])
def test_an_address_beyond_ascii_in_a_header_needs_a_server_that_takes_it(dress: dict[str, Any]) -> None:
    """Also where the mail goes back to, and comes from, plain addresses."""
    given: dict[str, Any] = {"sender": SENDER, "return_path": "back@interim.example", **dress}
    letter = Letters().write(message())
    assert mail_of(message(token=TOKEN), letter, Dress(**given)).is_international
    assert not mail_of(message(token=TOKEN), letter, Dress(sender=SENDER)).is_international


@pytest.mark.parametrize(
    "box", ["back+x@interim.example", "nobody", "bäck@interim.example", f"{'x' * 41}@interim.example"]
)
def test_a_mailbox_for_bounces_must_be_able_to_carry_a_token(box: str) -> None:
    """What could not, or is no address, is refused when the channel is made."""
    with pytest.raises(InvalidValue, match=r"^channel\.return_path must "):
        SmtpChannel(MailServer(host="mail.example"), sender=SENDER, return_path=box)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("weber@bücher.example", "weber@xn--bcher-kva.example"),
        ("weber@faß.example", "weber@xn--fa-hia.example"),
        ("weber@БГ.example", "weber@xn--90ae.example"),
    ],
)
def test_domains_are_written_as_the_name_system_has_them(written: str, sent: str) -> None:
    """Also where the rules of 2003 would have led to the mailbox of somebody else."""
    assert address("person.email", written) == sent


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\0", "\ud800"])
@pytest.mark.parametrize("field", ["name", "sender", "subject", "email"])
def test_nothing_hostile_reaches_the_server(field: str, break_: str) -> None:
    """What got past the border is given up with its reason, and the next message goes."""
    naughty = f"x{break_}Bcc: all@example.org"
    messages: dict[str, Any] = {
        "name": message(to=person(name=naughty)),
        "sender": message(sender=naughty),
        "subject": message(line(subject=person(name=naughty))),
        "email": message(to=person(email=f"a{break_}b@example.org")),
    }
    with ScriptedServer() as server, SmtpChannel(plain_server(server.port), sender=SENDER) as channel:
        receipt = channel.send(messages[field])
        assert (receipt.outcome, channel.send(message()).outcome) == ("give up", "sent")
    assert "Bcc" not in receipt.reason
    assert len(server.mails) == 1


def test_a_desk_and_a_real_server_speak_with_each_other() -> None:
    """An ask and its reminder arrive, each with a return path of its own, and the second answers the first."""
    clock = ManualClock(MONDAY)
    with real_server() as (port, taken):
        channel = SmtpChannel(
            plain_server(port, timeout=5), sender=SENDER, return_path="b@interim.example", clock=clock
        )
        with channel, Desk(MemoryStore(), channels=[channel], clock=clock, secret=SECRET) as desk:
            desk.request(ask("k"))
            desk.run()
            clock.set("2026-04-14T10:00:00Z")
            desk.run()
    first, second = taken.envelopes
    asked, reminded = (message_from_bytes(each.content, policy=default) for each in (first, second))
    assert reminded["In-Reply-To"] == asked["Message-ID"]
    assert len({first.mail_from, second.mail_from}) == 2
    assert all(each.mail_from.startswith("b+") for each in (first, second))
    assert first.rcpt_tos == ["anna.weber@nordwerk.example"]


def test_an_async_desk_sends_over_an_awaited_line() -> None:
    """The same mail, while the event loop goes on."""

    async def run(port: int) -> int:
        clock = ManualClock(MONDAY)
        async with AsyncSmtpChannel(plain_server(port, timeout=5), sender=SENDER, clock=clock) as channel:
            desk = AsyncDesk(MemoryStore(), channels=[channel], clock=clock, secret=SECRET)
            await desk.request_all([ask("a"), ask("b", respondent=HUBER)])
            report = await desk.run()
            await desk.close()
            return report["sent"]

    with real_server() as (port, taken):
        assert asyncio.run(run(port)) == 2
    assert {each.rcpt_tos[0] for each in taken.envelopes} == {WEBER.email, HUBER.email}
