"""Messages as files: one ``.eml`` each, which any mail program opens and sends."""

from __future__ import annotations

import os
import re
import threading
from contextlib import suppress
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from feedbackkit.channels.words import shown, worded
from feedbackkit.domain import checks
from feedbackkit.errors import InvalidValue
from feedbackkit.ports import Outcome, Receipt

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message

__all__ = ["EmlFolderChannel"]

_UNREADABLE: Final = re.compile(r"[^A-Za-z0-9]+")
_SUBJECT_LIMIT: Final = 500


class EmlFolderChannel:
    """Writes each message into a folder as a file of its own; lives as long as the desk.

    The file appears whole or not at all, under a name that follows from the message's id: sending a message again
    replaces the file. A folder that cannot be written raises; a message that makes no mail is given up.
    """

    idempotent = True

    def __init__(self, folder: str | os.PathLike[str], *, sender: str, name: str = "eml") -> None:
        """`folder` is made where it is not there; `sender` is the address that asks, which answers go to."""
        self.name = name
        self._folder = Path(folder)
        self._sender = _address("channel.sender", sender)
        self._folder.mkdir(parents=True, exist_ok=True)

    def send(self, message: Message) -> Receipt:
        """Write one message."""
        try:
            content = self._mail(message)
        except InvalidValue as wrong:
            return Receipt(Outcome.GIVE_UP, str(wrong))
        except (MessageError, ValueError) as error:
            return Receipt(Outcome.GIVE_UP, f"the message makes no mail: {type(error).__name__}")
        self._write(f"{_stem(message.id)}.eml", content)
        return Receipt(Outcome.SENT)

    def _mail(self, message: Message) -> bytes:
        words = worded(message)
        sender = checks.line("message.sender", shown(message.sender))
        name = checks.line("person.name", shown(message.to.name))
        to = _address("person.email", message.to.email)
        subject = checks.line("message.subject", words.subject, limit=_SUBJECT_LIMIT)
        # The header registry decodes encoded words within a name and folds long names without their quotes: a name
        # could add headers and recipients. So what people wrote is encoded here, and never parsed.
        written = [
            f"From: {_mailbox(sender, self._sender)}",
            f"To: {_mailbox(name, to)}",
            f"Subject: {_encoded(subject)}",
        ]
        # A local part beyond ASCII cannot be encoded, and stands as it is.
        mail = EmailMessage(policy=SMTP if to.isascii() and self._sender.isascii() else SMTPUTF8)
        mail["Date"] = format_datetime(message.booked)
        mail["Message-ID"] = f"<{_stem(message.id)}@{self._sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(words.text, cte="quoted-printable")
        mail["Content-Language"] = words.language
        return "\r\n".join([*written, ""]).encode() + mail.as_bytes()

    def _write(self, name: str, content: bytes) -> None:
        draft = self._folder / f".{name}.{os.getpid()}.{threading.get_ident()}"
        try:
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._folder / name)
        except OSError:
            with suppress(OSError):
                draft.unlink()
            raise
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _address(field: str, value: object) -> str:
    """An address with its domain as the name system writes it; one that it cannot write is an error."""
    email = checks.email(field, value)
    local, _, domain = email.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise InvalidValue(field, "must have a domain of the Internet", checks.shape(email)) from None


def _mailbox(name: str, email: str) -> str:
    local, _, domain = email.rpartition("@")
    return f"{_encoded(name)}\r\n <{Address('', local, domain).addr_spec}>"


def _encoded(text: str) -> str:
    """What a person wrote, as encoded words: nothing in it is read as mail."""
    return Header(text, "utf-8", maxlinelen=75).encode(linesep="\r\n")


def _stem(message_id: str) -> str:
    """A name for files and Message-IDs: readable, and no two ids share one, whatever a file system makes of case."""
    readable = _UNREADABLE.sub("-", message_id)[:80]
    return f"{readable}.{sha256(message_id.encode()).hexdigest()[:16]}"
