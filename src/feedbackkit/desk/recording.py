"""Contacts made outside of the desk, booked so that they count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.codec.heads import Delivery, encode_delivery
from feedbackkit.codec.values import encode
from feedbackkit.desk.cabinet import ORGANISATION, PERSON
from feedbackkit.desk.context import TRIES, wake_others
from feedbackkit.desk.deciding import CONTACT
from feedbackkit.domain.contact import Contact, ContactStatus
from feedbackkit.errors import NotFound, StoreBusy
from feedbackkit.ports import Put, RecordKey, Refused

if TYPE_CHECKING:
    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context

__all__ = ["book_elsewhere"]


async def book_elsewhere(context: Context, person_id: str, at_us: int, channel: str, contact_id: str) -> str:
    """Book a contact in the ledgers of a person and their organisation; an id that is booked already books nothing."""
    for _ in range(TRIES):
        cabinet = context.cabinet()
        own, record = await context.store.read([RecordKey(CONTACT, contact_id), RecordKey(PERSON, person_id)])
        if own is not None:
            return contact_id
        if record is None:
            raise NotFound(PERSON, person_id)
        organisation = None if record.group == person_id else record.group
        cabinet.file([record])
        if organisation is not None:
            cabinet.file(await context.store.read([RecordKey(ORGANISATION, organisation)]))
        _count(cabinet, person_id, organisation, at_us, context.policy.keep_us)
        contact = Contact(id=contact_id, person=person_id, organisation=organisation, channel=channel, booked_us=at_us)
        sent = encode_delivery(Delivery(1, at_us))
        cabinet.others.append(
            Put(CONTACT, contact_id, 0, None, record.group, (person_id,), ContactStatus.SENT, sent, encode(contact))
        )
        await wake_others(context, [cabinet])
        change = cabinet.change(context.owner, context.ids.salt)
        if change is not None and not isinstance((await context.store.write([change]))[0], Refused):
            return contact_id
    raise StoreBusy(f"contact {contact_id!r} could not be booked: its person was changed again and again; try again")


def _count(cabinet: Cabinet, person_id: str, organisation: str | None, at_us: int, keep_us: int) -> None:
    person = cabinet.person(person_id)
    person.ledger = person.ledger.booked(at_us, keep_us=keep_us)
    if organisation is not None:
        file = cabinet.organisation(organisation)
        file.ledger = file.ledger.booked(at_us, keep_us=keep_us)
