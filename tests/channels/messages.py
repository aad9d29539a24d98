"""Messages to test channels with."""

from __future__ import annotations

from typing import Any, Final

from feedbackkit.domain.contact import ContactKind, Message, MessageLine
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import Form, Occasion
from feedbackkit.domain.times import instant

BOOKED_US: Final = instant("2026-03-02T10:00:00Z")
WEBER: Final = Person(id="R-101", email="anna.weber@nordwerk.example", name="Dr. Anna Weber", locale="de")
BRANDT: Final = Person(id="P-017", name="Thomas Brandt")
HUBER: Final = Person(id="P-018", name="Maria Huber")


def line(occasion: Occasion = Occasion.REFERENCE, **fields: Any) -> MessageLine:
    """One line of a message: an ask for a written reference about Thomas Brandt, if nothing else is said."""
    given: dict[str, Any] = {"kind": ContactKind.ASK, "step": 1, "form": Form.WRITTEN, "subject": BRANDT, **fields}
    return MessageLine(request=f"M-1/{occasion}/start/1", occasion=occasion, **given)


def message(*lines: MessageLine, **fields: Any) -> Message:
    """A message from Interim AG to Anna Weber, with one line if none is given."""
    given: dict[str, Any] = {
        "id": "M-1/reference/start/1#1",
        "to": WEBER,
        "sender": "Interim AG",
        "booked_us": BOOKED_US,
        **fields,
    }
    return Message(lines=lines or (line(),), **given)


def person(**fields: Any) -> Person:
    """A person that only looks valid: what the border refuses is put in behind its back."""
    made = Person(id="R-1", name="somebody", email="somebody@example.org")
    for name, value in fields.items():
        object.__setattr__(made, name, value)
    return made
