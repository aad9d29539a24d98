"""Contacts made outside of the desk, booked so that they count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.codec.heads import Delivery
from feedbackkit.desk.context import until_applied
from feedbackkit.desk.decisions.booking import contact_put
from feedbackkit.desk.kinds import CONTACT, ORGANISATION, PERSON
from feedbackkit.domain.contact import Contact, ContactStatus
from feedbackkit.errors import NotFound
from feedbackkit.ports import RecordKey

if TYPE_CHECKING:
    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context

__all__ = ["book_elsewhere"]


async def book_elsewhere(context: Context, person_id: str, at_us: int, channel: str, contact_id: str) -> str:
    """Book a contact in the ledgers of a person and their organisation; an id that is booked already books nothing."""

    async def attempt(cabinet: Cabinet) -> None:
        own, record = await context.store.read([RecordKey(CONTACT, contact_id), RecordKey(PERSON, person_id)])
        if own is not None:
            return
        if record is None:
            raise NotFound(PERSON, person_id)
        organisation = None if record.group == person_id else record.group
        cabinet.file([record])
        if organisation is not None:
            cabinet.file(await context.store.read([RecordKey(ORGANISATION, organisation)]))
        cabinet.count(person_id, organisation, at_us, keep_us=context.policy.keep_us)
        contact = Contact(id=contact_id, person=person_id, organisation=organisation, channel=channel, booked_us=at_us)
        cabinet.others.append(contact_put(contact, 0, None, ContactStatus.SENT, Delivery(1, at_us)))

    await until_applied(context, f"the person of contact {contact_id!r}", attempt)
    return contact_id
