"""What was given up after it had failed again and again: listed, and brought back when the cause is mended.

Of records that cannot be worked on the store keeps count. A contact that never goes out, for its letter cannot be made
or its channel never takes it, is *failed*, and its requests wait; one at which its channel raises is *unknown*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.desk.cabinet import change_id_of
from feedbackkit.desk.context import until_applied
from feedbackkit.desk.decisions.slots import close
from feedbackkit.desk.kinds import CONTACT, REQUEST, SIGNAL
from feedbackkit.desk.paging import pages
from feedbackkit.desk.sending.handing_over import RAISED
from feedbackkit.desk.sending.last_look import BROUGHT_BACK
from feedbackkit.desk.sending.parcel import Parcel
from feedbackkit.domain.checks import presentable
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.decision import Reason
from feedbackkit.domain.request import EventKind
from feedbackkit.domain.times import face
from feedbackkit.errors import NotFound
from feedbackkit.ports import Change, RecordKey, Update
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    import pendulum

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.desk.files import RequestFile
    from feedbackkit.ports import Record

__all__ = ["DeadLetter", "dead_letters", "retry"]

_KINDS: Final = (CONTACT, REQUEST, SIGNAL)
"""What a run claims."""

_PAGE: Final = 500


@final
@attrs.frozen(kw_only=True)
class DeadLetter:
    """A request, a booked contact or a signal that runs gave up, until it is brought back or something changes it."""

    kind: str
    """``request``, ``contact`` or ``signal``."""
    key: str
    """Its key: a request's, a contact's id, or of a signal the key of its request, ``@`` and a number."""
    due_us: int
    """When it was due."""
    why: str = ""
    """What was wrong, where that is known."""

    @property
    def due(self) -> pendulum.DateTime:
        """When it was due, in UTC."""
        return face(self.due_us)


def _letter(record: Record) -> DeadLetter:
    return DeadLetter(kind=record.kind, key=record.key, due_us=record.due or 0)


async def _dead(context: Context) -> AsyncIterator[Record]:
    for kind in _KINDS:
        after: str | None = None
        while page := await context.store.dead_letters(kind, after=after, limit=_PAGE):
            for record in page:
                yield record
            after = page[-1].key


async def dead_letters(context: Context) -> list[DeadLetter]:
    """All that was given up, contacts first, in order of their keys."""
    stored = [_letter(record) async for record in _dead(context)]
    failed = [letter async for letter, _ in _given_up(context)]
    return sorted([*failed, *stored], key=lambda letter: (_KINDS.index(letter.kind), letter.key))


async def _given_up(context: Context) -> AsyncIterator[tuple[DeadLetter, Parcel]]:
    """The contacts that failed or were left unknown by an error, as far as a request still waits for them."""
    for status in (ContactStatus.FAILED, ContactStatus.UNKNOWN):
        async for record in pages(context, CONTACT, state=status.value):
            parcel = Parcel.stored(record)
            reason = parcel.delivery.reason
            if record.due is None and (status is ContactStatus.FAILED or reason.startswith(RAISED)):
                cabinet = context.cabinet()
                cabinet.file(await context.store.read(parcel.keys))
                if _waiting(cabinet, parcel):
                    due_us, key = parcel.contact.booked_us, parcel.contact.id
                    yield DeadLetter(kind=CONTACT, key=key, due_us=due_us, why=reason), parcel


def _waiting(cabinet: Cabinet, parcel: Parcel) -> list[RequestFile]:
    """The requests of a contact that was given up which nothing else has happened to."""
    files = [cabinet.requests[line.request] for line in parcel.contact.lines if line.request in cabinet.requests]
    latest = parcel.contact.id if parcel.status is ContactStatus.UNKNOWN else None
    return [
        file
        for file in files
        if file.progress.state in OPEN
        and file.progress.contact == latest
        and (latest is not None or (file.progress.due_us is None and not _is_held(cabinet, file)))
    ]


def _is_held(cabinet: Cabinet, file: RequestFile) -> bool:
    return any(held.key == file.key for held in cabinet.person(file.respondent).ledger.held)


async def retry(context: Context, keys: Sequence[str]) -> list[DeadLetter]:
    """Bring back those with one of these keys: whatever writes a record wipes its tries out, so it is written as it is.

    A key that is no dead letter's is left alone where it is stored, so that this may be repeated; otherwise it raises
    `NotFound`. What somebody else writes meanwhile is brought back by that.
    """
    wanted = dict.fromkeys(keys)
    given_up = [(letter, parcel) async for letter, parcel in _given_up(context) if letter.key in wanted]
    for _, parcel in given_up:
        await _bring_back(context, parcel)
    dead = [record async for record in _dead(context) if record.key in wanted]
    await _check_known(context, list(wanted.keys() - {record.key for record in dead}))
    for start in range(0, len(dead), context.batch):
        await context.store.write([_again(context, record) for record in dead[start : start + context.batch]])
    return [*(letter for letter, _ in given_up), *(_letter(record) for record in dead)]


async def _bring_back(context: Context, given_up: Parcel) -> None:
    """Let the requests of a contact that was given up be decided anew; it counts as not sent."""
    key = RecordKey(CONTACT, given_up.contact.id)

    async def attempt(cabinet: Cabinet) -> None:
        [record] = await context.store.read([key])
        if record is None or record.version != given_up.version:
            return  # somebody else was faster
        parcel = Parcel.stored(record)
        contact = parcel.contact
        cabinet.file(await context.store.read(parcel.keys))
        for file in _waiting(cabinet, parcel):
            if parcel.status is ContactStatus.UNKNOWN:
                because = (Reason("retry", None, BROUGHT_BACK),)
                cabinet.happen(file, EventKind.UNSENT, ref=contact.id, due_us=cabinet.now_us, because=because)
                if file.progress.step == 0:
                    close(cabinet, file)
            else:
                cabinet.happen(file, EventKind.RESCHEDULED, due_us=cabinet.now_us, reason=BROUGHT_BACK)
        if parcel.status is ContactStatus.UNKNOWN:
            cabinet.uncount(contact.person, contact.organisation, contact.booked_us)
        cabinet.others.append(parcel.settled(ContactStatus.RELEASED, parcel.delivery))

    await until_applied(context, f"contact {key.key!r}", attempt)


async def _check_known(context: Context, keys: Sequence[str]) -> None:
    names = [RecordKey(kind, key) for key in keys for kind in _KINDS]
    heads = dict(zip(names, await context.store.heads(names) if names else (), strict=True))
    for key in keys:
        if all(heads[RecordKey(kind, key)] is None for kind in _KINDS):
            raise NotFound("dead letter", presentable(key))


def _again(context: Context, record: Record) -> Change:
    now_us = context.clock.now_us()
    same = Update(record.kind, record.key, record.version, record.due, record.state, record.head)
    return Change(change_id_of(now_us, context.owner, same, context.ids.salt()), now_us, (same,))
