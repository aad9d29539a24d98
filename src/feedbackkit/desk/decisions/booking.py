"""How a contact is booked: the ledgers, the steps of its requests and the outgoing message, together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from feedbackkit.codec.heads import Delivery, encode_contact
from feedbackkit.desk.decisions.proposing import next_due
from feedbackkit.desk.kinds import CONTACT
from feedbackkit.domain.contact import CALL_SHEET, Contact, ContactStatus
from feedbackkit.domain.request import EventKind
from feedbackkit.domain.times import DAY_US
from feedbackkit.ports import Put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.files import RequestFile
    from feedbackkit.desk.policy import Policy
    from feedbackkit.desk.runs.tally import Tally
    from feedbackkit.domain.contact import ContactLine
    from feedbackkit.domain.decision import At

__all__ = ["CALL_LOOK_US", "Booking", "book", "booked_as", "contact_put", "take_step"]


CALL_LOOK_US: Final = DAY_US
"""How often a call that waits is looked at: whether it must still be made."""


_TOGETHER: Final = "it was due soon, and goes together with what is due now"


class Booking(NamedTuple):
    """How a contact is booked in writing: the channel that carries it, and as what it is stored."""

    channel: str
    status: ContactStatus
    delivery: Delivery
    reason: str | None = None
    """What history says of the steps that are made with it."""


def booked_as(*, harmless: bool) -> tuple[ContactStatus, Delivery]:
    """How a contact is stored that is to be sent at once.

    Where its channel may be handed it twice it is marked as in hand together with its booking. Whoever finds it after
    a crash cannot tell whether it went out, and need not: it is sent again, under its id.
    """
    return (ContactStatus.SENDING, Delivery(1)) if harmless else (ContactStatus.BOOKED, Delivery())


def contact_put(
    contact: Contact,
    version: int,
    due_us: int | None,
    status: ContactStatus,
    delivery: Delivery,
    *,
    refs: tuple[str, ...] = (),
) -> Put:
    """The write of a whole contact, which is leased by its organisation, or by the person without one.

    `refs`: by what else it can be found, its token for instance.
    """
    group, head = contact.organisation or contact.person, encode_contact(contact, delivery)
    return Put(CONTACT, contact.id, version, due_us, group, (contact.person, *refs), status.value, head, b"")


def take_step(
    cabinet: Cabinet, policy: Policy, file: RequestFile, line: ContactLine, contact: str, *, reason: str | None = None
) -> At:
    """Let the step of a line happen with a contact of now; when the next one will be looked at."""
    kind = EventKind.REQUESTED if line.step == 1 else EventKind.REMINDED
    step = policy.ladder(file.request).step_after(line.step, cabinet.now_us)
    following = next_due(cabinet, policy, file, step.at_us, step.kind)
    cabinet.happen(file, kind, ref=contact, due_us=following.at_us, because=following.because, reason=reason)
    return following


def book(
    cabinet: Cabinet,
    policy: Policy,
    lines: Sequence[tuple[RequestFile, ContactLine]],
    *,
    booking: Booking,
    tally: Tally,
) -> Contact:
    """Book one contact for some requests of one person: ledgers, transitions and the outgoing message, together."""
    now_us = cabinet.now_us
    first = lines[0][0]
    contact = Contact(
        id=f"{first.key}#{first.progress.attempt + 1}",
        person=first.respondent,
        organisation=first.organisation,
        lines=tuple(line for _, line in lines),
        channel=booking.channel,
        booked_us=now_us,
    )
    cabinet.count(contact.person, contact.organisation, now_us, keep_us=policy.keep_us)
    for file, line in lines:
        early = (file.progress.due_us or 0) > now_us
        reason = _TOGETHER if early else booking.reason
        following = take_step(cabinet, policy, file, line, contact.id, reason=reason)
        tally.blame("moved", following.because)
        tally.counts[file.progress.state.value] += 1
    due_us = None if booking.status is ContactStatus.UNKNOWN else now_us
    if due_us is not None and booking.channel == CALL_SHEET:
        due_us = now_us + CALL_LOOK_US
    cabinet.others.append(contact_put(contact, 0, due_us, booking.status, booking.delivery))
    return contact
