from __future__ import annotations

from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import compat32, default
from typing import TYPE_CHECKING

import pytest

from feedbackkit.channels import EmlFolderChannel
from feedbackkit.domain.contact import ContactKind, Message, MessageLine
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import Form, Occasion
from feedbackkit.ports import Outcome

if TYPE_CHECKING:
    from pathlib import Path

HEADERS = {
    "from", "to", "subject", "date", "message-id", "auto-submitted", "content-language",
    "content-type", "mime-version",
}  # fmt: skip
NAMES = [
    "=?utf-8?q?a=0d=0aBcc:_e@e.com?=",
    "Ab, " * 49 + "Ab",
    "a@b.com, " * 22 + "a",
    "\U0001f600" * 200,
    'Weber, "Anna" <x@y.de>',
    "w" * 200,
]


def mail_for(name: str, *, role: str, folder: Path) -> bytes:
    """The bytes of a mail in which somebody has that name."""
    names = {"to": "Anna Weber", "subject": "Max Brandt", "sender": "Nord", role: name}
    line = MessageLine(
        request="r", kind=ContactKind.ASK, step=1, occasion=Occasion.REFERENCE, form=Form.WRITTEN,
        subject=Person(id="s", name=names["subject"]),
    )  # fmt: skip
    to = Person(id="p", name=names["to"], email="anna@example.com")
    message = Message(id="c", to=to, lines=(line,), sender=names["sender"], booked_us=1_780_000_000_000_000)
    assert EmlFolderChannel(folder, sender="hr@example.com").send(message).outcome is Outcome.SENT
    return next(folder.glob("*.eml")).read_bytes()


@pytest.mark.parametrize("role", ["to", "sender", "subject"])
@pytest.mark.parametrize("name", NAMES)
def test_no_name_adds_a_header_or_a_recipient(name: str, role: str, tmp_path: Path) -> None:
    """Whatever somebody is called, a mail has its own headers only, one sender and one recipient."""
    mail = message_from_bytes(mail_for(name, role=role, folder=tmp_path), policy=default)
    assert {key.lower() for key in mail} == HEADERS
    assert [each.addr_spec for each in mail["To"].addresses] == ["anna@example.com"]
    assert [each.addr_spec for each in mail["From"].addresses] == ["hr@example.com"]


@pytest.mark.parametrize("name", NAMES)
def test_names_arrive_as_written(name: str, tmp_path: Path) -> None:
    """The name in the mail is the respondent's, character by character."""
    mail = message_from_bytes(mail_for(name, role="to", folder=tmp_path), policy=compat32)
    assert str(make_header(decode_header(mail["To"]))).removesuffix("<anna@example.com>").strip() == name
