"""The kinds of records that a desk keeps."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ADDRESS",
    "ALERT",
    "ANSWER",
    "APPOINTMENT",
    "BENEFIT",
    "CONTACT",
    "DISCLOSURE",
    "ENGAGEMENT",
    "MAIL",
    "NOTICE",
    "ORGANISATION",
    "PERSON",
    "QUESTIONNAIRE",
    "REFERENCE",
    "REPLY",
    "REQUEST",
    "RESOLUTION",
    "SIGNAL",
    "SUBSCRIBER",
    "UNREAD",
    "VERIFICATION",
]

REQUEST: Final = "request"
CONTACT: Final = "contact"
ANSWER: Final = "answer"
APPOINTMENT: Final = "appointment"
"""A talk or a call that was agreed on, by the key of its request."""
PERSON: Final = "person"
ORGANISATION: Final = "organisation"
ADDRESS: Final = "address"
"""To whom an address or a name of a house leads, by its digest."""
ENGAGEMENT: Final = "engagement"
SIGNAL: Final = "signal"
"""Something came back about an engagement, or never will: due until its plan has followed."""
QUESTIONNAIRE: Final = "questionnaire"
BENEFIT: Final = "benefit"
"""What is owed for an answer."""
ALERT: Final = "alert"
UNREAD: Final = "open"
"""The state of an alert that nobody has acknowledged."""
RESOLUTION: Final = "resolution"
"""What was decided about a flag."""
REFERENCE: Final = "reference"
VERIFICATION: Final = "verification"
REPLY: Final = "reply"
"""What a subject says to a reference."""
DISCLOSURE: Final = "disclosure"
MAIL: Final = "mail"
"""That a mail has come in."""
NOTICE: Final = "notice"
"""What a subscriber is still to be told, or has been."""
SUBSCRIBER: Final = "subscriber"
