from __future__ import annotations

import os
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.channels import EmlFolderChannel, Letters
from feedbackkit.domain.people import Person
from feedbackkit.errors import InvalidValue
from feedbackkit.ports import Channel, Outcome
from tests.channels.messages import WEBER, line, message, person

if TYPE_CHECKING:
    from pathlib import Path

    from feedbackkit.domain.contact import Message

HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"]


@pytest.fixture
def channel(tmp_path: Path) -> EmlFolderChannel:
    """A channel into a folder of its own."""
    return EmlFolderChannel(tmp_path / "out", sender="feedback@interim.example")


def mails(folder: Path) -> list[EmailMessage]:
    """The mails in a folder, in order of their names, read as a mail program reads them."""
    found = [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.iterdir())]
    assert all(isinstance(mail, EmailMessage) for mail in found)
    return found


def sent(channel: EmlFolderChannel, tmp_path: Path, what: Message) -> EmailMessage:
    """The one mail that a message makes."""
    assert channel.send(what).outcome is Outcome.SENT
    [mail] = mails(tmp_path / "out")
    return mail


def plain(mail: EmailMessage) -> str:
    """The text of a mail, for those who show no pages."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_mail_has_proper_headers(channel: EmlFolderChannel, tmp_path: Path) -> None:
    """Sender, reader, subject, the date of the booking, a stable id, and that no person wrote it."""
    mail = sent(channel, tmp_path, message())
    assert mail["From"] == "Interim AG <feedback@interim.example>"
    assert mail["To"] == '"Dr. Anna Weber" <anna.weber@nordwerk.example>'
    assert mail["Subject"] == Letters().write(message()).subject
    assert mail["Date"] == "Mon, 02 Mar 2026 10:00:00 +0000"
    assert mail["Message-ID"].startswith("<M-1-reference-start-1-1.")
    assert mail["Message-ID"].endswith("@interim.example>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "de"
    assert plain(mail).replace("\r\n", "\n") == Letters().write(message()).text
    assert not mail.defects


def test_the_language_is_that_of_the_words(channel: EmlFolderChannel, tmp_path: Path) -> None:
    """A reader in Japan gets English, and the mail says so."""
    mail = sent(channel, tmp_path, message(to=attrs.evolve(WEBER, locale="ja")))
    assert mail["Content-Language"] == "en"


def test_sending_twice_leaves_one_file(channel: EmlFolderChannel, tmp_path: Path) -> None:
    """The same message again replaces the file by the same bytes: it is idempotent, and says so."""
    channel.send(message())
    [path] = (tmp_path / "out").iterdir()
    before = path.read_bytes()
    channel.send(message())
    assert [path] == list((tmp_path / "out").iterdir())
    assert path.read_bytes() == before
    assert channel.idempotent
    assert isinstance(channel, Channel)


@pytest.mark.parametrize(
    ("one", "other"),
    [("a/b", "a-b"), ("A", "a"), ("x" * 200, "x" * 199 + "y"), ("é", "è"), ("../../etc", "etc"), ("", "-")],
)
def test_different_messages_never_share_a_file(channel: EmlFolderChannel, tmp_path: Path, one: str, other: str) -> None:
    """Ids that look alike, or alike to a file system, get files of their own, inside the folder."""
    channel.send(message(id=one))
    channel.send(message(id=other))
    names = [path.name for path in (tmp_path / "out").iterdir()]
    assert len({name.lower() for name in names}) == 2
    assert all(len(name) < 255 and name.isascii() and name.endswith(".eml") for name in names)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=200).filter(
    lambda name: name.strip() != ""
)


@given(reader=NAMES, subject=NAMES)
def test_every_valid_name_makes_a_mail_with_the_same_headers(
    tmp_path_factory: pytest.TempPathFactory, reader: str, subject: str
) -> None:
    """Whatever the border lets through goes into a mail that reads back with these headers, each once."""
    folder = tmp_path_factory.mktemp("eml")
    channel = EmlFolderChannel(folder, sender="feedback@interim.example")
    to, about = attrs.evolve(WEBER, name=reader), Person(id="P-1", name=subject)
    assert channel.send(message(line(subject=about), to=to)).outcome is Outcome.SENT
    [mail] = mails(folder)
    assert sorted(mail.keys()) == sorted([*HEADERS, "Content-Type", "MIME-Version"])
    assert [address.addr_spec for address in mail["To"].addresses] == ["anna.weber@nordwerk.example"]


@pytest.mark.parametrize(
    "name", ["אנה ובר", "森 鷗外", "Zoë 🎉", "Ä" * 200, 'Anna "die" Weber, Dr.', "<b@example.org>"]
)
def test_names_arrive_as_they_are(channel: EmlFolderChannel, tmp_path: Path, name: str) -> None:
    """A name of any script, length or punctuation is one display name before one address."""
    mail = sent(channel, tmp_path, message(to=attrs.evolve(WEBER, name=name)))
    [address] = mail["To"].addresses
    # The reader of the standard library puts a blank between two encoded words, which others do not.
    assert address.display_name.replace(" ", "") == name.replace(" ", "")
    assert address.addr_spec == "anna.weber@nordwerk.example"


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\0", "\ud800"])
@pytest.mark.parametrize("field", ["name", "sender", "subject", "email"])
def test_no_header_can_be_injected(channel: EmlFolderChannel, tmp_path: Path, field: str, break_: str) -> None:
    """A message that got past the border with a line break is given up, and nothing is written."""
    naughty = f"x{break_}Bcc: all@example.org"
    messages: dict[str, Any] = {
        "name": message(to=person(name=naughty)),
        "sender": message(sender=naughty),
        "subject": message(line(subject=person(name=naughty))),
        "email": message(to=person(email=f"a{break_}b@example.org")),
    }
    receipt = channel.send(messages[field])
    assert receipt.outcome is Outcome.GIVE_UP
    assert "Bcc" not in receipt.reason
    assert list((tmp_path / "out").iterdir()) == []


def test_an_international_domain_is_written_as_the_name_system_has_it(
    channel: EmlFolderChannel, tmp_path: Path
) -> None:
    """The reader's domain goes out in ASCII, so every mail server knows it."""
    mail = sent(channel, tmp_path, message(to=attrs.evolve(WEBER, email="weber@bücher.example")))
    assert mail["To"].addresses[0].addr_spec == "weber@xn--bcher-kva.example"
    [path] = (tmp_path / "out").iterdir()
    assert path.read_bytes().isascii()


def test_an_international_mailbox_is_kept(channel: EmlFolderChannel, tmp_path: Path) -> None:
    """What stands before the @ cannot be written otherwise, and stays as it is."""
    sent(channel, tmp_path, message(to=attrs.evolve(WEBER, email="jürgen@nordwerk.example")))
    [path] = (tmp_path / "out").iterdir()
    assert "<jürgen@nordwerk.example>".encode() in path.read_bytes()


@pytest.mark.parametrize("email", [None, f"a@{'x' * 64}.example", "no address"])
def test_a_message_without_a_usable_address_is_given_up(channel: EmlFolderChannel, email: str | None) -> None:
    """The receipt names the field and what it must be, never the address."""
    receipt = channel.send(message(to=person(email=email)))
    assert receipt.outcome is Outcome.GIVE_UP
    assert receipt.reason.startswith("person.email must ")


def test_a_message_that_makes_no_mail_is_given_up(channel: EmlFolderChannel, tmp_path: Path) -> None:
    """An id that cannot be written costs its own message, not the run."""
    assert channel.send(message(id="C-\ud800")).outcome is Outcome.GIVE_UP
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("sender", ["", "nobody", "a@b.example\r\nBcc: c@d.example", f"a@{'x' * 64}.example"])
def test_the_sender_is_checked_when_the_channel_is_made(tmp_path: Path, sender: str) -> None:
    """A sender that is no address is refused before anything goes out."""
    with pytest.raises(InvalidValue, match=r"^channel\.sender must "):
        EmlFolderChannel(tmp_path, sender=sender)


def test_a_file_appears_whole_or_not_at_all(
    channel: EmlFolderChannel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk fails before the bytes are safe, the error is raised and no file is left, not even a draft."""

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        channel.send(message())
    assert list((tmp_path / "out").iterdir()) == []
