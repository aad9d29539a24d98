"""A contact on its way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from feedbackkit.codec.heads import decode_contact, encode_contact
from feedbackkit.desk.decisions.booking import booked_as, contact_put
from feedbackkit.desk.keys import original_key
from feedbackkit.desk.kinds import CONTACT, ORGANISATION, PERSON, REQUEST
from feedbackkit.domain.contact import COURTESIES, Contact, ContactKind, ContactLine, ContactStatus
from feedbackkit.domain.request import Occasion
from feedbackkit.errors import Unreadable
from feedbackkit.ports import RecordKey, Update

if TYPE_CHECKING:
    from feedbackkit.codec.heads import Delivery
    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.ports import Put, Record

__all__ = ["Parcel"]

_IN_DOUBT: Final = frozenset({ContactStatus.SENDING, ContactStatus.UNKNOWN})


_ABOUT_ANOTHER: Final = COURTESIES | {ContactKind.NUDGE}


class Parcel:
    """A contact as it is stored, with the cabinet in which it was decided, if that was just now."""

    __slots__ = (
        "_keys",
        "cabinet",
        "contact",
        "delivery",
        "expected",
        "group",
        "harmless",
        "may_be_out",
        "status",
        "token",
        "version",
    )

    def __init__(self, contact: Contact, group: str, version: int, status: ContactStatus, delivery: Delivery) -> None:
        self.contact = contact
        self.group = group
        self.version = version
        self.status = status
        self.delivery = delivery
        self.harmless = False
        """Whether its channel may be handed it twice."""
        self.token: str | None = None
        """By what it is known again, where its channel is traced."""
        self.may_be_out = status in _IN_DOUBT
        """Whether an earlier try may have reached the person, although nobody knows."""
        self.cabinet: Cabinet | None = None
        self.expected: dict[RecordKey, int] = {}
        """The versions that its decision left behind, where that was just now."""
        self._keys: tuple[RecordKey, ...] = ()

    @classmethod
    def stored(cls, record: Record) -> Parcel:
        """The parcel of a contact that an earlier run left; what cannot be read raises `Unreadable`."""
        try:
            status = ContactStatus(record.state)
        except ValueError:
            raise Unreadable(f"the stored state of contact {record.key!r} is none that this code knows") from None
        contact, delivery = decode_contact(record)
        return cls(contact, record.group, record.version, status, delivery)

    @classmethod
    def fresh(cls, contact: Contact, group: str, cabinet: Cabinet, *, harmless: bool) -> Parcel:
        """The parcel of a contact booked just now: it expects the versions that its decision left behind."""
        parcel = cls(contact, group, 1, *booked_as(harmless=harmless))
        parcel.may_be_out = False  # whatever its status tells others: nobody has tried yet
        parcel.cabinet = cabinet
        requests = (key.key for key in parcel.keys if key.kind == REQUEST)
        versions = [cabinet.requests[request].next_version for request in requests]
        versions.append(cabinet.people[contact.person].next_version)
        if contact.organisation is not None:
            versions.append(cabinet.organisations[contact.organisation].next_version)
        parcel.expected = dict(zip(parcel.keys, versions, strict=True))
        for line in contact.lines:
            request = cabinet.requests[line.request].request
            if request.occasion is Occasion.REFERENCE_CHECK and request.subject in cabinet.people:
                # The subject may take the consent back.
                parcel.expected[RecordKey(PERSON, request.subject)] = cabinet.people[request.subject].next_version
        return parcel

    @property
    def tried(self) -> int:
        """How often it was handed over already: the mark of one that is in our own hand counts the try to come."""
        return self.delivery.tries - (self.status is ContactStatus.SENDING and not self.may_be_out)

    @property
    def keys(self) -> tuple[RecordKey, ...]:
        """The records that the last look looks at: requests, what they are about, the person, the organisation.

        And the subjects of reference checks, whom the requests tell.
        """
        if not self._keys:
            contact = self.contact
            keys = [RecordKey(REQUEST, line.request) for line in contact.lines]
            keys += [
                RecordKey(REQUEST, original_key(line.request) or "")
                for line in contact.lines
                if line.kind in _ABOUT_ANOTHER
            ]
            keys.append(RecordKey(PERSON, contact.person))
            if contact.organisation is not None:
                keys.append(RecordKey(ORGANISATION, contact.organisation))
            self._keys = tuple(keys)
        return self._keys

    def settled(self, status: ContactStatus, delivery: Delivery, due_us: int | None = None) -> Update:
        """The write that notes what became of it."""
        head = encode_contact(self.contact, delivery)
        return Update(CONTACT, self.contact.id, self.version, due_us, status.value, head)

    def marked(self, now_us: int, token: str, address: str) -> Put:
        """The write that notes that it is about to be handed over; from then on its token leads to it.

        `address`: the digest of the address that it goes to, for when it comes back.
        """
        status, refs = ContactStatus.SENDING, (token, address)
        return contact_put(self.contact, self.version, now_us, status, self.delivery, refs=refs)

    def shortened(self, lines: tuple[ContactLine, ...], now_us: int) -> Put:
        """The write that leaves some of its lines out."""
        return self._rewritten(attrs.evolve(self.contact, lines=lines), now_us)

    def rebooked(self, now_us: int) -> Put:
        """The write that books it anew, under its id."""
        return self._rewritten(attrs.evolve(self.contact, booked_us=now_us), now_us)

    def _rewritten(self, contact: Contact, now_us: int) -> Put:
        self.contact = contact
        return contact_put(contact, self.version, now_us, self.status, self.delivery)
