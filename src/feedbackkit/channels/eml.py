"""Messages as files: one ``.eml`` each, which any mail program opens and sends."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from feedbackkit.channels.letters import Letters
from feedbackkit.channels.mime import Dress, address, mail_of, stem
from feedbackkit.errors import InvalidValue
from feedbackkit.ports import Outcome, Receipt

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message
    from feedbackkit.ports import Writer

__all__ = ["EmlFolderChannel"]


class EmlFolderChannel:
    """Writes each message into a folder as a file of its own; lives as long as the desk.

    The file appears whole or not at all, under a name that follows from the message's id: sending a message again
    replaces the file. A folder that cannot be written raises; a message that makes no mail is given up.
    """

    idempotent = True

    def __init__(
        self, folder: str | os.PathLike[str], *, sender: str, writer: Writer | None = None, name: str = "eml"
    ) -> None:
        """`folder` is made where it is not there; `sender` is the address that asks, which answers go to.

        `writer`: who puts messages into words; `Letters()` if nobody is named.
        """
        self.name = name
        self.writer: Writer = writer or Letters()
        self._folder = Path(folder)
        self._dress = Dress(sender=address("channel.sender", sender))
        self._folder.mkdir(parents=True, exist_ok=True)

    def send(self, message: Message) -> Receipt:
        """Write one message."""
        try:
            mail = mail_of(message, message.letter or self.writer.write(message), self._dress)
        except InvalidValue as wrong:
            return Receipt(Outcome.GIVE_UP, str(wrong))
        self._write(f"{stem(message.id)}.eml", mail.content)
        return Receipt(Outcome.SENT)

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
