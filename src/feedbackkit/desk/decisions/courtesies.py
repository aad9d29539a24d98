"""Courtesies: contacts about a request that ask for nothing, to whoever was asked.

Thanks for an answer, the word that none is needed any more, the invitation to an appointment and its calling off.
Each is a request of its own in the respondent's group, so that it is decided, booked and sent like any other contact.
It goes once, and waits for the rules for a while only. It begins in the change by which its occasion came, and goes
only while it is still true: that is looked at when it is decided, and again right before it goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from feedbackkit.codec.values import decode_as, encode
from feedbackkit.desk.decisions.slots import close
from feedbackkit.desk.files import RequestFile
from feedbackkit.desk.kinds import APPOINTMENT, CONTACT, REQUEST
from feedbackkit.domain.appointment import AgreedAppointment
from feedbackkit.domain.checks import ID_LIMIT
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import Courtesy, CourtesyKind, EventKind, Request
from feedbackkit.ports import Put, RecordKey
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.ports import AsyncStore, Record

__all__ = [
    "appointment_put",
    "begin_courtesies",
    "begin_courtesy",
    "call_off_moot",
    "courtesy_key",
    "invitation_key",
    "stored_appointment",
    "take_off_the_calendar",
]

_NOT_OUT: Final = frozenset({ContactStatus.BOOKED, ContactStatus.RELEASED, ContactStatus.FAILED})


def courtesy_key(key: str, kind: CourtesyKind) -> str:
    """The key of the request by which a last word is said about another."""
    return f"{key}/{kind.value}"


def invitation_key(key: str, sequence: int) -> str:
    """The key of the request that invites to one version of an appointment."""
    return f"{courtesy_key(key, CourtesyKind.INVITATION)}-{sequence}"


async def begin_courtesies(store: AsyncStore, cabinets: Sequence[Cabinet], wait_us: int) -> None:
    """Make the request of each courtesy that something in these changes calls for, once for each request.

    `wait_us`: for how long it may wait for the rules. A request whose key leaves no room for another one gets none.
    """
    wanted = [(cabinet, *each) for cabinet in cabinets for each in cabinet.courtesies_due]
    if not wanted:
        return
    taken = await store.read([RecordKey(REQUEST, courtesy_key(file.key, kind)) for _, file, kind in wanted])
    for (cabinet, file, kind), before in zip(wanted, taken, strict=True):
        key = courtesy_key(file.key, kind)
        if before is None and len(key) <= ID_LIMIT:
            begin_courtesy(cabinet, file.request, kind, key, until_us=cabinet.now_us + wait_us)
    for cabinet in cabinets:
        cabinet.courtesies_due.clear()


def begin_courtesy(cabinet: Cabinet, about: Request, kind: CourtesyKind, key: str, *, until_us: int) -> None:
    """Make the request of one, which must not be there yet."""
    request = Request(
        key=key,
        respondent=about.respondent,
        organisation=about.organisation,
        subject=about.subject,
        occasion=about.occasion,
        form=about.form,
        value=0,  # whoever is still to be asked goes first
        planned_us=cabinet.now_us,
        until_us=until_us,
        courtesy=Courtesy(kind=kind, request=about.key),
        owner=about.owner,
    )
    file = cabinet.requests[request.key] = RequestFile.new(request)
    cabinet.happen(file, EventKind.PLANNED, due_us=cabinet.now_us, ref=about.key, party=Party.RULES)


def appointment_put(file: RequestFile, agreed: AgreedAppointment, version: int) -> Put:
    """The write of an appointment."""
    state, refs = "called off" if agreed.called_off else "agreed", (file.respondent, agreed.host)
    return Put(APPOINTMENT, agreed.request, version, None, file.group, refs, state, b"[1]", encode(agreed))


async def stored_appointment(store: AsyncStore, key: str) -> tuple[Record | None, AgreedAppointment | None]:
    """The appointment of a request as it is stored, also one that was called off."""
    [record] = await store.read([RecordKey(APPOINTMENT, key)])
    return record, None if record is None else decode_as(AgreedAppointment, record.body)


async def call_off_moot(store: AsyncStore, cabinets: Sequence[Cabinet]) -> None:
    """Call off the appointments that are still ahead of requests that were closed with these changes."""
    for cabinet in cabinets:
        for file in cabinet.put_off_and_closed:
            [record] = await store.read([RecordKey(APPOINTMENT, file.key)])
            if record is None:
                continue
            agreed = decode_as(AgreedAppointment, record.body)
            if not agreed.called_off and agreed.starts_us > cabinet.now_us and file.progress.state not in OPEN:
                await take_off_the_calendar(store, cabinet, file, agreed, version=record.version)
        cabinet.put_off_and_closed.clear()


async def take_off_the_calendar(
    store: AsyncStore, cabinet: Cabinet, file: RequestFile, agreed: AgreedAppointment, *, version: int | None = None
) -> None:
    """Let no invitation to an appointment as it was go any more.

    With the `version` of its record it is called off, and whoever was invited is told.
    """
    keys = [invitation_key(file.key, number) for number in range(agreed.sequence + 1)]
    records = [record for record in await store.read([RecordKey(REQUEST, key) for key in keys]) if record is not None]
    cabinet.file(record for record in records if record.key not in cabinet.requests)
    was_invited = False
    for record in records:
        invitation = cabinet.requests[record.key]
        if await _is_out(store, invitation):
            was_invited = True
        elif invitation.progress.state in OPEN:
            cabinet.happen(invitation, EventKind.WITHDRAWN, party=Party.PROVIDER, reason="the appointment has changed")
            close(cabinet, invitation)
    if version is None:
        return
    off = attrs.evolve(agreed, called_off=True, sequence=agreed.sequence + 1)
    cabinet.others.append(appointment_put(file, off, version))
    if was_invited:
        key = f"{courtesy_key(file.key, CourtesyKind.CANCELLATION)}-{off.sequence}"
        begin_courtesy(cabinet, file.request, CourtesyKind.CANCELLATION, key, until_us=agreed.starts_us)


async def _is_out(store: AsyncStore, invitation: RequestFile) -> bool:
    """Whether an invitation may have reached its guest."""
    contact = invitation.progress.contact
    if contact is None:
        return False
    [record] = await store.read([RecordKey(CONTACT, contact)])
    return record is not None and ContactStatus(record.state) not in _NOT_OUT
