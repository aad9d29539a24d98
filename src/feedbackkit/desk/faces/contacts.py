"""Calls that are to be made, appointments, contacts made elsewhere, and all contacts that were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk.awaiting import drive
from feedbackkit.desk.calls import appointing, call_sheet, calling
from feedbackkit.desk.calls.recording import book_elsewhere
from feedbackkit.desk.faces.base import AsyncFace, Face
from feedbackkit.desk.looks import looking
from feedbackkit.desk.people.addresses import known_id
from feedbackkit.domain import checks
from feedbackkit.domain.times import instant
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    import datetime as dt

    from feedbackkit.desk.views import AppointmentView, ContactView, DueCall
    from feedbackkit.domain.appointment import AgreedAppointment
    from feedbackkit.domain.people import Actor, Person

__all__ = ["AsyncContacts", "Contacts"]


class AsyncContacts(AsyncFace):
    """Calls that are to be made, appointments, contacts made elsewhere, and all contacts that were; awaited."""

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

    async def appoint(
        self,
        key: str,
        *,
        at: dt.datetime | str,
        host: Person | str,
        minutes: int = 15,
        place: str | None = None,
        by: Actor | None = None,
    ) -> AgreedAppointment:
        """Note that a talk or a call was agreed on with the respondent of a request, or that it has moved.

        `host`: who speaks for the provider, with an e-mail address. The next run sends the respondent an invitation for
        their calendar, at once, for they have agreed to it; only a missing basis and a wish to be left in peace are
        against it. Nobody is asked or reminded about the request until a day after the appointment. The same again is
        noted once. A request whose form is ``written``, or that is closed, raises `NotAllowed`.
        """
        context = await self._changing(key)
        starts_us = instant(at, field="appointment.at")
        return await appointing.appoint(
            context, key, starts_us=starts_us, minutes=minutes, place=place, host=host, actor=by and by.id
        )

    async def call_off(self, key: str, *, reason: str | None = None, by: Actor | None = None) -> None:
        """Call the appointment of a request off; whoever was invited is told, and the ladder goes on as before.

        Where the request is closed before its appointment, by an answer or a no for instance, that is done by itself.
        Said twice it counts once; without an appointment it raises `NotFound`, after it has begun `NotAllowed`.
        """
        await appointing.call_off(await self._changing(key), key, reason=reason, actor=by and by.id)

    async def appointments(self) -> list[AppointmentView]:
        """The appointments that are not over, in order of time; printed, each is a text for whoever makes them."""
        return await appointing.appointments(await self._ready())

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
    """Calls that are to be made, appointments, contacts made elsewhere, and all contacts that were."""

    def calls(self) -> list[DueCall]:
        """See `AsyncDesk.calls`."""
        return drive(self._desk.calls())

    def note_call(self, call: str, *, note: str = "", by: Actor | None = None) -> None:
        """See `AsyncDesk.note_call`."""
        return drive(self._desk.note_call(call, note=note, by=by))

    def appoint(
        self,
        key: str,
        *,
        at: dt.datetime | str,
        host: Person | str,
        minutes: int = 15,
        place: str | None = None,
        by: Actor | None = None,
    ) -> AgreedAppointment:
        """See `AsyncDesk.appoint`."""
        return drive(self._desk.appoint(key, at=at, host=host, minutes=minutes, place=place, by=by))

    def call_off(self, key: str, *, reason: str | None = None, by: Actor | None = None) -> None:
        """See `AsyncDesk.call_off`."""
        return drive(self._desk.call_off(key, reason=reason, by=by))

    def appointments(self) -> list[AppointmentView]:
        """See `AsyncDesk.appointments`."""
        return drive(self._desk.appointments())

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
