"""Calls that are to be made, contacts made elsewhere, and all contacts that were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk import call_sheet, calling, looking
from feedbackkit.desk.awaiting import drive
from feedbackkit.desk.faces.base import AsyncFace, Face
from feedbackkit.desk.recording import book_elsewhere
from feedbackkit.desk.registering import known_id
from feedbackkit.domain import checks
from feedbackkit.domain.times import instant
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    import datetime as dt

    from feedbackkit.desk.views import ContactView, DueCall
    from feedbackkit.domain.people import Actor, Person

__all__ = ["AsyncContacts", "Contacts"]


class AsyncContacts(AsyncFace):
    """Calls that are to be made, contacts made elsewhere, and all contacts that were; awaited."""

    async def calls(self) -> list[DueCall]:
        """The calls that wait to be made: whom, from when, what to ask and what was before.

        Those that may be made first come first. What must not be spoken of any more, or not yet, is left out.
        """
        return await call_sheet.calls(await self._ready())

    async def note_call(self, call: str, *, note: str = "", by: Actor | None = None) -> None:
        """Note that a call of the call sheet was made, whether or not somebody was reached; said twice it counts once.

        What was said in it comes in by `give`. One that was struck meanwhile raises `NotAllowed`.
        """
        await calling.note_call(await self._ready(), call, note=note, actor=None if by is None else by.id)

    async def record_contact(
        self,
        person: Person | str,
        *,
        at: dt.datetime | str | None = None,
        channel: str = "elsewhere",
        key: str | None = None,
    ) -> str:
        """Book a contact that was made elsewhere, a private call or another tool's mail, so that it counts; its id.

        `at`: when it was made, not ahead of now. `key`: the program's idempotency key; a key that is booked already
        books nothing.
        """
        context = await self._ready()
        person_id = await known_id(context, person)
        at_us = context.clock.now_us() if at is None else instant(at, field="contact.at")
        if at_us > context.clock.now_us():
            raise InvalidValue("contact.at", "must not lie ahead", "a later instant")
        contact_id = checks.identifier("contact.key", key or f"elsewhere-{context.ids.new(at_us)}")
        if "#" in contact_id:
            raise InvalidValue(
                "contact.key", "must not contain #, which names the desk's own contacts", "a key with one"
            )
        return await book_elsewhere(
            context, person_id, at_us, checks.identifier("contact.channel", channel), contact_id
        )

    async def contacts(self, person: Person | str | None = None) -> list[ContactView]:
        """The contacts of a person, or of everybody, and what became of them, in order of booking."""
        context = await self._ready()
        return await looking.contacts(context, None if person is None else await known_id(context, person))


class Contacts(Face):
    """Calls that are to be made, contacts made elsewhere, and all contacts that were."""

    def calls(self) -> list[DueCall]:
        """See `AsyncDesk.calls`."""
        return drive(self._desk.calls())

    def note_call(self, call: str, *, note: str = "", by: Actor | None = None) -> None:
        """See `AsyncDesk.note_call`."""
        return drive(self._desk.note_call(call, note=note, by=by))

    def record_contact(
        self,
        person: Person | str,
        *,
        at: dt.datetime | str | None = None,
        channel: str = "elsewhere",
        key: str | None = None,
    ) -> str:
        """See `AsyncDesk.record_contact`."""
        return drive(self._desk.record_contact(person, at=at, channel=channel, key=key))

    def contacts(self, person: Person | str | None = None) -> list[ContactView]:
        """See `AsyncDesk.contacts`."""
        return drive(self._desk.contacts(person))
