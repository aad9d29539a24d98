"""Messages on a screen: for trying things out, and for those who send by hand."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, TextIO

from feedbackkit.channels.letters import Letters
from feedbackkit.channels.letters.parts import shown
from feedbackkit.channels.letters.plain import WIDTH
from feedbackkit.ports import Outcome, Receipt

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message
    from feedbackkit.ports import Writer

__all__ = ["ConsoleChannel"]

_RULE: Final = "─" * WIDTH


class ConsoleChannel:
    """Prints each message to a text stream, standard output by default; lives as long as the desk.

    A message printed twice is read twice, so it is not idempotent.
    """

    idempotent = False

    def __init__(self, stream: TextIO | None = None, *, writer: Writer | None = None, name: str = "console") -> None:
        """`writer`: who puts messages into words; `Letters()` if nobody is named."""
        self.name = name
        self.writer: Writer = writer or Letters()
        self._stream = stream

    def send(self, message: Message) -> Receipt:
        """Print one message; a stream that cannot be written raises."""
        stream = sys.stdout if self._stream is None else self._stream
        letter = message.letter or self.writer.write(message)
        to = shown(message.to.name) if message.to.email is None else f"{shown(message.to.name)} <{message.to.email}>"
        text = "\n".join([_RULE, f"To:      {to}", f"Subject: {letter.subject}", "", letter.text])
        print(_writable(text, stream.encoding), file=stream, flush=True)
        return Receipt(Outcome.SENT)


def _writable(text: str, encoding: str | None) -> str:
    """The text with a question mark for each character that a stream cannot write."""
    return text.encode(encoding, errors="replace").decode(encoding) if encoding else text
