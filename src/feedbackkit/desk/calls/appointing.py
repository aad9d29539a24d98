"""Appointments: agreed on, moved, called off; each time the respondent gets word of it for their calendar.

The word is a courtesy: a request of its own in the respondent's group, booked and sent like any contact. What the
rules only put off does not keep it back, for it was agreed with the person; a wish to be left in peace does. Until a
day after the appointment nobody is asked or reminded about its request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from feedbackkit.codec.values import decode_as, decode_person
from feedbackkit.desk.answers.answering import FURTHEST_DEFERRAL_US, as_before
from feedbackkit.desk.context import ledgers_of, until_applied
from feedbackkit.desk.decisions.courtesies import (
    appointment_put,
    begin_courtesy,
    invitation_key,
    stored_appointment,
    take_off_the_calendar,
)
from feedbackkit.desk.decisions.turns import leave_line
from feedbackkit.desk.kinds import APPOINTMENT, PERSON, REQUEST
from feedbackkit.desk.looks import looking
from feedbackkit.desk.paging import pages
from feedbackkit.desk.people.registering import register
from feedbackkit.desk.views import AppointmentView
from feedbackkit.domain.appointment import AgreedAppointment
from feedbackkit.domain.checks import NOTE_LIMIT, presentable, text
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import CourtesyKind, EventKind, Form
from feedbackkit.domain.times import DAY_US
from feedbackkit.errors import InvalidValue, NotAllowed, NotFound
from feedbackkit.ports import RecordKey
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.desk.files import RequestFile
    from feedbackkit.domain.people import Person

__all__ = ["appoint", "appointments", "call_off"]

_TO_WRITE_IT_DOWN_US: Final = DAY_US
"""How long after an appointment nobody is reminded: what was said in it has to be written down first."""


async def appoint(
    context: Context,
    key: str,
    *,
    starts_us: int,
    minutes: int,
    place: str | None,
    host: Person | str,
    actor: str | None = None,
) -> AgreedAppointment:
    """Store that a time was agreed on, or another one than before, and let the invitation go; once for each time."""
    stored: list[AgreedAppointment] = []

    async def attempt(cabinet: Cabinet) -> None:
        stored.clear()
        file = await _in_hand(context, cabinet, key)
        known = await _host(context, cabinet, host)
        agreed = AgreedAppointment(request=key, host=known.id or "", starts_us=starts_us, minutes=minutes, place=place)
        _check(cabinet, file, agreed, known)
        record, before = await stored_appointment(context.store, key)
        if before is not None and attrs.evolve(agreed, sequence=before.sequence) == before:
            stored.append(before)
            return
        sequence = 0 if before is None else before.sequence + 1
        now = attrs.evolve(agreed, sequence=sequence)
        if before is not None:
            await take_off_the_calendar(context.store, cabinet, file, before)
        cabinet.others.append(appointment_put(file, now, 0 if record is None else record.version))
        cabinet.happen(
            file,
            EventKind.DEFERRED,
            due_us=now.ends_us + _TO_WRITE_IT_DOWN_US,
            party=Party.RESPONDENT,
            reason="an appointment was agreed on",
        )
        person = cabinet.person(file.respondent)
        person.ledger = person.ledger.unheld(file.key)
        leave_line(cabinet, file)
        word = invitation_key(file.key, sequence)
        begin_courtesy(cabinet, file.request, CourtesyKind.INVITATION, word, until_us=now.starts_us)
        stored.append(now)

    await until_applied(context, f"request {key!r}", attempt, actor=actor)
    return stored[0]


async def _host(context: Context, cabinet: Cabinet, host: Person | str) -> Person:
    """Who speaks for the provider, stored with the appointment where nobody knows them yet."""
    if not isinstance(host, str):
        return (await register(context, cabinet, [host]))[host]
    [record] = await context.store.read([RecordKey(PERSON, host)])
    if record is None:
        raise NotFound(PERSON, presentable(host))
    return decode_person(record.body)


async def call_off(context: Context, key: str, *, reason: str | None, actor: str | None = None) -> None:
    """An appointment does not take place; whoever was invited is told, and the ladder goes on as if there were none."""
    words = None if reason is None else text("appointment.reason", reason, limit=NOTE_LIMIT)

    async def attempt(cabinet: Cabinet) -> None:
        file = await _in_hand(context, cabinet, key)
        record, agreed = await stored_appointment(context.store, key)
        if record is None or agreed is None:
            raise NotFound(APPOINTMENT, presentable(key))
        if agreed.called_off:
            return
        if agreed.starts_us <= cabinet.now_us:
            raise NotAllowed(f"the appointment of request {key!r} has begun: it cannot be called off any more")
        await take_off_the_calendar(context.store, cabinet, file, agreed, version=record.version)
        if file.progress.state in OPEN and file.progress.chosen_us is not None:
            before = attrs.evolve(file.progress, chosen_us=None)
            due = as_before(cabinet, context.policy, file, before)
            cabinet.happen(
                file, EventKind.UNDEFERRED, due_us=due.at_us, because=due.because, party=Party.PROVIDER, reason=words
            )

    await until_applied(context, f"request {key!r}", attempt, actor=actor)


async def _in_hand(context: Context, cabinet: Cabinet, key: str) -> RequestFile:
    [record] = await context.store.read([RecordKey(REQUEST, key)])
    if record is None:
        raise NotFound(REQUEST, presentable(key))
    cabinet.file([record])
    (await ledgers_of(context.store, [record])).file(cabinet, [record])
    return cabinet.requests[key]


def _check(cabinet: Cabinet, file: RequestFile, agreed: AgreedAppointment, host: Person) -> None:
    if file.request.form is Form.WRITTEN or file.request.about_request is not None:
        raise NotAllowed(f"request {file.key!r} asks for no talk: an appointment needs the form talk or phone")
    if file.progress.state not in OPEN:
        raise NotAllowed(f"request {file.key!r} is {file.progress.state}: there is nothing left to speak about")
    if not cabinet.now_us < agreed.starts_us <= cabinet.now_us + FURTHEST_DEFERRAL_US - 2 * DAY_US:
        raise InvalidValue("appointment.starts", "must lie ahead, within two years", "another time")
    if host.email is None:
        raise InvalidValue("appointment.host", "must have an e-mail address, to which a calendar replies", "none")


async def appointments(context: Context) -> list[AppointmentView]:
    """The appointments that are not over, in order of time."""
    now_us = context.clock.now_us()
    found = [decode_as(AgreedAppointment, record.body) async for record in pages(context, APPOINTMENT, state="agreed")]
    ahead = sorted((each for each in found if each.ends_us > now_us), key=lambda each: (each.starts_us, each.request))
    return [await _view(context, agreed) for agreed in ahead]


async def _view(context: Context, agreed: AgreedAppointment) -> AppointmentView:
    view = await looking.one(context, agreed.request)
    return AppointmentView(
        appointment=agreed,
        view=view,
        person=await looking.person(context, view.request.respondent),
        subject=await looking.person(context, view.request.subject),
        host=await looking.person(context, agreed.host),
    )
