from __future__ import annotations

import io
from typing import TYPE_CHECKING

import attrs

from feedbackkit.channels import ConsoleChannel, Letters
from feedbackkit.ports import Channel, Outcome
from tests.channels.messages import WEBER, message

if TYPE_CHECKING:
    import pytest


def test_a_message_is_printed_readably() -> None:
    """To whom, the subject and the text appear on the stream that was given."""
    stream = io.StringIO()
    receipt = ConsoleChannel(stream).send(message())
    assert receipt.outcome is Outcome.SENT
    printed = stream.getvalue()
    assert "To:      Dr. Anna Weber <anna.weber@nordwerk.example>\n" in printed
    assert f"Subject: {Letters().write(message()).subject}\n\nGuten Tag" in printed


def test_standard_output_is_looked_up_when_a_message_goes_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a stream it prints to what is standard output by then."""
    ConsoleChannel().send(message())
    assert "Guten Tag" in capsys.readouterr().out


def test_a_person_without_an_address_is_shown_by_name() -> None:
    """Who sends by hand knows where: the name is enough."""
    stream = io.StringIO()
    ConsoleChannel(stream).send(message(to=attrs.evolve(WEBER, email=None)))
    assert "To:      Dr. Anna Weber\n" in stream.getvalue()


def test_a_poor_terminal_is_no_failure() -> None:
    """What a stream cannot write becomes a question mark."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    receipt = ConsoleChannel(stream).send(message(to=attrs.evolve(WEBER, name="Zoë 🎉")))
    stream.flush()
    assert receipt.outcome is Outcome.SENT
    assert b"Guten Tag Zo? ?," in raw.getvalue()


def test_what_is_printed_twice_is_read_twice() -> None:
    """It says of itself that it is not idempotent, and is a channel."""
    channel = ConsoleChannel(name="screen")
    assert not channel.idempotent
    assert channel.name == "screen"
    assert isinstance(channel, Channel)
