"""Messages as files: one ``.eml`` each, which any mail program opens and sends."""

from __future__ import annotations

import os
from contextlib import suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from feedbackkit.channels.words import worded
from feedbackkit.domain import checks
from feedbackkit.ports import Outcome, Receipt

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message

__all__ = ["EmlFolderChannel"]


class EmlFolderChannel:
    """Writes each message into a folder as a file of its own; lives as long as the desk.

    The file appears whole or not at all, under a name that follows from the message's id: sending a message again
    replaces the file by the same one. A folder that cannot be written raises; a message that makes no mail is given up.
    """

    idempotent = True

    def __init__(self, folder: str | os.PathLike[str], *, sender: str, name: str = "eml") -> None:
        """`folder` is made where it is not there; `sender` is the address that asks, which answers go to."""
        self.name = name
        self._folder = Path(folder)
        self._sender = checks.email("channel.sender", sender)
        self._domain = self._sender.rpartition("@")[2]
        self._folder.mkdir(parents=True, exist_ok=True)

    def send(self, message: Message) -> Receipt:
        """Write one message."""
        try:
            content = self._mail(message).as_bytes(policy=SMTPUTF8)
        except (MessageError, ValueError, UnicodeError) as error:
            return Receipt(Outcome.GIVE_UP, f"the message makes no mail: {type(error).__name__}")
        self._write(f"{_stem(message.id)}.eml", content)
        return Receipt(Outcome.SENT)

    def _mail(self, message: Message) -> EmailMessage:
        words = worded(message)
        mail = EmailMessage(policy=SMTPUTF8)
        mail["From"] = Address(message.sender, addr_spec=self._sender)
        mail["To"] = Address(message.to.name, addr_spec=message.to.email or "")
        mail["Subject"] = words.subject
        mail["Date"] = format_datetime(message.booked)
        mail["Message-ID"] = f"<{_stem(message.id)}@{self._domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["Content-Language"] = message.to.locale
        mail.set_content(words.text, cte="quoted-printable")
        return mail

    def _write(self, name: str, content: bytes) -> None:
        draft = self._folder / f".{name}.{os.getpid()}"
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


def _stem(message_id: str) -> str:
    """A name for files and Message-IDs: readable, and no two ids share one."""
    readable = "".join(character if character.isalnum() else "-" for character in message_id)[:80]
    return f"{readable}.{sha256(message_id.encode()).hexdigest()[:16]}"
