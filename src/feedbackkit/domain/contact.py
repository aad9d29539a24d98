"""Contacts and messages: a touch of a person that is booked, and what goes out for it."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain.appointment import AgreedAppointment
from feedbackkit.domain.benefit import Benefit
from feedbackkit.domain.letter import Letter
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import Form, Occasion
from feedbackkit.domain.times import face

if TYPE_CHECKING:
    import pendulum

__all__ = [
    "AGREED",
    "CALL_SHEET",
    "COURTESIES",
    "Contact",
    "ContactKind",
    "ContactLine",
    "ContactStatus",
    "Message",
    "MessageLine",
]

CALL_SHEET: Final = "phone"
"""The channel of every contact that a person of the provider's makes on the telephone.

No channel of a desk carries it and none may have its name: such a contact is *booked* when it is due, stands on the
call sheet while it is (the stored contacts of this channel and that status), and counts in the ledgers all the while.
"""


class ContactKind(enum.StrEnum):
    """What a contact is for."""

    ASK = "ask"
    """The first word about a request."""
    REMINDER = "reminder"
    """A further word about the same request."""
    CALL = "call"
    """A further word about the same request, on the telephone: somebody of the provider's calls the respondent."""
    NUDGE = "nudge"
    """A word to the subject of a request, to speak to its respondent, who has stayed silent."""
    THANKS = "thanks"
    """A word of thanks for an answer; it asks for nothing."""
    WITHDRAWAL = "withdrawal"
    """The word that an answer is not needed any more, to somebody who was asked."""
    INVITATION = "invitation"
    """The invitation to an appointment, for a calendar; again when it has moved."""
    CANCELLATION = "cancellation"
    """The word that an appointment does not take place, for a calendar."""
    ELSEWHERE = "elsewhere"
    """A contact made outside of this desk, booked so that it counts."""


AGREED: Final = frozenset({ContactKind.INVITATION, ContactKind.CANCELLATION})
"""Contacts about an appointment that was agreed on with the person."""

COURTESIES: Final = AGREED | {ContactKind.THANKS, ContactKind.WITHDRAWAL}
"""Contacts that ask for nothing."""


class ContactStatus(enum.StrEnum):
    """What became of a contact."""

    BOOKED = "booked"
    """Decided; it counts, and goes out next."""
    SENDING = "sending"
    """In hand: handed to its channel, or about to be; nobody knows yet whether it went."""
    SENT = "sent"
    """It went out."""
    RELEASED = "released"
    """It did not go out and does not count."""
    UNKNOWN = "unknown"
    """It may have gone out, and counts as if it had."""
    FAILED = "failed"
    """It could not be sent again and again, and does not count; it waits for somebody to bring it back."""


@final
@attrs.frozen
class ContactLine:
    """One request that a contact speaks for, and the step of its ladder."""

    request: str
    kind: ContactKind
    step: int
    """1 for the ask, 2 for the first reminder."""


@final
@attrs.frozen(kw_only=True)
class Contact:
    """One outgoing touch of one person; it may speak for several requests."""

    id: str
    """Derived from its first request and that request's attempt; the message carries it."""
    person: str
    """The id of the person who is touched."""
    organisation: str | None = None
    """The id of the person's organisation, where it was booked too."""
    lines: tuple[ContactLine, ...] = ()
    """What it speaks for, the most valuable first; empty for a contact made elsewhere."""
    channel: str
    """The name of the channel that carries it; `CALL_SHEET` for what is to be said on the telephone."""
    booked_us: int
    """When it was booked: the instant that counts in the ledgers."""

    @property
    def booked(self) -> pendulum.DateTime:
        """When it was booked, in UTC."""
        return face(self.booked_us)


@final
@attrs.frozen(kw_only=True)
class MessageLine:
    """One request within a message, with what its text needs to know."""

    request: str
    kind: ContactKind
    step: int
    occasion: Occasion
    form: Form
    subject: Person
    """Whom it is about; for a nudge, who has stayed silent and is to be spoken to."""
    benefit: Benefit | None = None
    """What the respondent is promised for an answer, whatever it says; it is shown with the ask. With a word of thanks:
    what they are owed."""
    owed_until_us: int | None = None
    """With a word of thanks: until when they have it, where something is owed."""
    appointment: AgreedAppointment | None = None
    """With an invitation and a cancellation: what was agreed on."""
    host: Person | None = None
    """With an appointment: who speaks for the provider."""
    revision: int = 0
    """How many different answers are on record already."""
    earlier: str | None = None
    """The token of the contact before it about the same request, where its channel is traced."""


@final
@attrs.frozen(kw_only=True)
class Message:
    """What a channel gets to send: to whom, about what, under a stable id; the channel puts it into words."""

    id: str
    """The contact's id, the same on every try."""
    to: Person
    """The respondent, with the address of now."""
    lines: tuple[MessageLine, ...]
    """What it speaks for; at least one."""
    sender: str = attrs.field(repr=False)
    """Who asks, as the reader shall see it."""
    booked_us: int
    """When the contact was booked."""
    token: str | None = None
    """What the desk knows it by when something comes back: sixteen letters and digits that nobody can guess; `None`
    where its channel is not traced."""
    letter: Letter | None = None
    """Its words, where the desk had the channel's writer write them; else the channel has it written."""

    @property
    def booked(self) -> pendulum.DateTime:
        """When the contact was booked, in UTC."""
        return face(self.booked_us)
