"""A contact reached nobody: what its channel says at once, and what a mail or a person says later, do the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.codec.heads import Delivery
from feedbackkit.desk.decisions.slots import close
from feedbackkit.desk.people.registering import go_on, strike_address
from feedbackkit.domain.alerts import AlertKind
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import EventKind
from feedbackkit.workflow import legal_events

if TYPE_CHECKING:
    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.desk.files import RequestFile
    from feedbackkit.desk.sending.parcel import Parcel

__all__ = ["come_back", "latest", "release"]

_NEEDED: Final = "a better address is needed"
_REFUSED: Final = "somebody should see why, and say which address to use"


def latest(cabinet: Cabinet, parcel: Parcel) -> list[RequestFile]:
    """The requests that still stand where this contact took them."""
    files = [cabinet.requests[line.request] for line in parcel.contact.lines if line.request in cabinet.requests]
    return [file for file in files if file.progress.contact == parcel.contact.id]


async def come_back(
    context: Context, cabinet: Cabinet, parcel: Parcel, why: str, *, dead: bool, address: str | None
) -> None:
    """Take its steps back: its requests are undeliverable, or go on at once where another address is known by now.

    `dead`: the address does not work, by its digest, or the one of now; nothing is sent there any more.
    """
    contact = parcel.contact
    person = cabinet.person(contact.person)
    if dead:
        await strike_address(context, cabinet, person, address)
    for file in latest(cabinet, parcel):
        if EventKind.BOUNCED in legal_events(file.progress.state):
            cabinet.happen(file, EventKind.BOUNCED, ref=contact.id, reason=why, party=Party.PROVIDER)
            close(cabinet, file)
            about, what = f"undeliverable-{file.progress.attempt}", _NEEDED if dead else _REFUSED
            cabinet.alert(file, AlertKind.UNDELIVERABLE, about, f"{file.key} reached nobody: {what}")
    release(cabinet, parcel, why)
    if dead and person.person.email is not None:
        await go_on(context, cabinet, [contact.person])


def release(cabinet: Cabinet, parcel: Parcel, why: str) -> None:
    """Count the contact no longer, once; why, its record tells."""
    contact = parcel.contact
    if parcel.status is not ContactStatus.RELEASED:
        cabinet.uncount(contact.person, contact.organisation, contact.booked_us)
        delivery = Delivery(parcel.delivery.tries, cabinet.now_us, why)
        cabinet.others.append(parcel.settled(ContactStatus.RELEASED, delivery))
