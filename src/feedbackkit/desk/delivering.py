"""From a booked contact to a sent one: the last look, the sending, and what became of it.

Each send is marked before and settled after: one at a time, so that a crash leaves at most one unknown, which is
repeated once under the same id; some at a time where the channel takes the same message twice without harm. What may
be out counts as sent, whatever its repetition comes to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.codec.heads import Delivery
from feedbackkit.codec.values import decode_person
from feedbackkit.desk.cabinet import PERSON, change_id_of
from feedbackkit.desk.context import until_applied
from feedbackkit.desk.deciding import CONTACT, close
from feedbackkit.desk.last_look import last_look
from feedbackkit.desk.parcel import Parcel
from feedbackkit.domain.contact import ContactStatus, Message, MessageLine
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import EventKind
from feedbackkit.domain.times import MINUTE_US
from feedbackkit.errors import SetupError
from feedbackkit.ports import Change, Outcome, RecordKey, Refused
from feedbackkit.workflow import legal_events

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.desk.counting import RunCount
    from feedbackkit.desk.deciding import Tally
    from feedbackkit.domain.people import Person
    from feedbackkit.ports import AsyncChannel, Receipt, Update

__all__ = ["deliver", "deliver_leftovers"]

LOOK_HOLDS_US: Final = 1_000_000
"""For how long a last look is fresh enough to send by."""

_AT_A_TIME: Final = 250
"""How many are settled in one transaction; so many are sent a second time after a crash, at most."""

_RETRY_US: Final = 5 * MINUTE_US
_MOST_DOUBLINGS: Final = 5
_UNKNOWN_TRIES: Final = 2


async def deliver_leftovers(context: Context, count: RunCount, tally: Tally) -> None:
    """Send what was booked earlier and has not gone out, oldest first."""
    while True:
        records = await context.store.claim(
            CONTACT, now=context.clock.now_us(), lease=context.lease_us, owner=context.owner, limit=context.batch
        )
        if not records:
            return
        await count.work()
        await deliver(context, [Parcel.stored(record) for record in records], tally)
        await context.store.release([RecordKey(CONTACT, record.key) for record in records], owner=context.owner)


async def deliver(context: Context, parcels: Sequence[Parcel], tally: Tally) -> None:
    """Look a last time, send what still holds, and settle what became of it."""
    channels = {channel.name: channel for channel in context.channels}
    for parcel in parcels:
        channel = channels.get(parcel.contact.channel)
        if channel is None:
            raise SetupError(
                f"contact {parcel.contact.id!r} needs channel {parcel.contact.channel!r}: the desk has none"
            )
        parcel.harmless = channel.idempotent
    together = [parcel for parcel in parcels if parcel.harmless]
    while together:
        together = await _send_together(context, channels, together, tally)
    for parcel in parcels:
        if not parcel.harmless:
            await _send_alone(context, channels[parcel.contact.channel], parcel, tally)


async def _send_together(
    context: Context, channels: Mapping[str, AsyncChannel], parcels: Sequence[Parcel], tally: Tally
) -> list[Parcel]:
    """Send as many as one look is good for; the rest comes back, to be looked at again."""
    looked_us = context.clock.now_us()
    going = await last_look(context, parcels, tally)
    done = 0
    while done < len(going):
        if done and abs(context.clock.now_us() - looked_us) > LOOK_HOLDS_US:
            break
        await _send_some(context, channels, going[done : done + _AT_A_TIME], tally)
        done += _AT_A_TIME
    return going[done:]


async def _send_some(
    context: Context, channels: Mapping[str, AsyncChannel], parcels: Sequence[Parcel], tally: Tally
) -> None:
    """Send some contacts, and settle them in one transaction; what is not in hand yet is marked before."""
    marked = [parcel for parcel in parcels if parcel.status is ContactStatus.SENDING]
    marked += await _mark(context, [parcel for parcel in parcels if parcel.status is not ContactStatus.SENDING])
    messages = await _messages(context, marked)
    notes: dict[str, list[Update]] = {}
    tried = 0
    try:
        for parcel, message in zip(marked, messages, strict=True):
            tried += 1
            receipt = await channels[parcel.contact.channel].send(message)
            note = await _settle(context, parcel, receipt, tally)
            if note is not None:
                notes.setdefault(parcel.group, []).append(note)
    finally:
        for parcel in marked[tried:]:
            status = ContactStatus.SENDING if parcel.may_be_out else ContactStatus.BOOKED
            back = parcel.settled(status, parcel.delivery, context.clock.now_us())
            notes.setdefault(parcel.group, []).append(back)
        if notes:
            await context.store.write([_noted(context, of_group) for of_group in notes.values()])


async def _mark(context: Context, parcels: Sequence[Parcel]) -> list[Parcel]:
    """Note that these are about to be handed over; those that somebody else has in hand are left out."""
    if not parcels:
        return []
    now_us = context.clock.now_us()
    groups: dict[str, list[Parcel]] = {}
    for parcel in parcels:
        groups.setdefault(parcel.group, []).append(parcel)
    marks: list[Change] = []
    for members in groups.values():
        for parcel in members:
            parcel.delivery = Delivery(parcel.delivery.tries + 1)
        marks.append(_noted(context, [each.settled(ContactStatus.SENDING, each.delivery, now_us) for each in members]))
    outcomes = await context.store.write(marks)
    marked: list[Parcel] = []
    for members, outcome in zip(groups.values(), outcomes, strict=True):
        if isinstance(outcome, Refused):
            continue
        for parcel in members:
            parcel.version += 1
            parcel.status = ContactStatus.SENDING
            marked.append(parcel)
    return marked


async def _send_alone(context: Context, channel: AsyncChannel, parcel: Parcel, tally: Tally) -> None:
    """Mark, send, settle: whatever dies in between leaves this one unknown and no other."""
    if parcel.may_be_out and parcel.delivery.tries >= _UNKNOWN_TRIES:
        await context.store.write([_noted(context, [parcel.settled(ContactStatus.UNKNOWN, parcel.delivery)])])
        tally.counts["unknown"] += 1
        return
    going = await last_look(context, [parcel], tally)
    for marked in await _mark(context, going):
        [message] = await _messages(context, [marked])
        receipt = await channel.send(message)
        note = await _settle(context, marked, receipt, tally)
        if note is not None:
            await context.store.write([_noted(context, [note])])


def _noted(context: Context, notes: Sequence[Update]) -> Change:
    """The change of some notes, which are of one group: nothing but what became of its contacts."""
    now_us = context.clock.now_us()
    return Change(change_id_of(now_us, context.owner, notes[0], context.ids.salt()), now_us, tuple(notes))


async def _messages(context: Context, parcels: Sequence[Parcel]) -> list[Message]:
    """What each channel gets, in the order of the parcels."""
    subjects = {
        RecordKey(PERSON, _in_hand(parcel).requests[line.request].request.subject)
        for parcel in parcels
        for line in parcel.contact.lines
    }
    keys = sorted(subjects)
    records = await context.store.read(keys) if keys else []
    people = {key.key: decode_person(record.body) for key, record in zip(keys, records, strict=True) if record}
    return [_message(context, parcel, people) for parcel in parcels]


def _in_hand(parcel: Parcel) -> Cabinet:
    if parcel.cabinet is None:  # pragma: no cover - what passed the last look has been read
        raise SetupError(f"contact {parcel.contact.id!r} was not looked at")
    return parcel.cabinet


def _message(context: Context, parcel: Parcel, people: Mapping[str, Person]) -> Message:
    cabinet = _in_hand(parcel)
    contact = parcel.contact
    lines: list[MessageLine] = []
    for line in contact.lines:
        request = cabinet.requests[line.request].request
        lines.append(
            MessageLine(
                request=line.request,
                kind=line.kind,
                step=line.step,
                occasion=request.occasion,
                form=request.form,
                subject=people[request.subject],
            )
        )
    return Message(
        id=contact.id,
        to=cabinet.person(contact.person).person,
        lines=tuple(lines),
        sender=context.sender,
        booked_us=contact.booked_us,
    )


async def _settle(context: Context, parcel: Parcel, receipt: Receipt, tally: Tally) -> Update | None:
    """The note of what the channel said; a refusal for good is written at once, for it closes requests."""
    now_us = context.clock.now_us()
    tries = parcel.delivery.tries
    outcome, reason = receipt
    tally.counts[outcome.value] += 1
    if outcome is Outcome.SENT:
        return parcel.settled(ContactStatus.SENT, Delivery(tries, now_us, reason))
    again_us = now_us + (_RETRY_US << min(tries - 1, _MOST_DOUBLINGS))
    if parcel.may_be_out or outcome is Outcome.UNKNOWN:
        patient = parcel.harmless and outcome is Outcome.TRY_AGAIN
        due_us = again_us if patient or tries < _UNKNOWN_TRIES else None
        return parcel.settled(ContactStatus.UNKNOWN, Delivery(tries, now_us, reason), due_us)
    if outcome is Outcome.TRY_AGAIN:
        return parcel.settled(ContactStatus.BOOKED, Delivery(tries, None, reason), again_us)
    await _give_up(context, parcel, Delivery(tries, now_us, reason))
    return None


async def _give_up(context: Context, parcel: Parcel, delivery: Delivery) -> None:
    """The address does not work: the steps are taken back, the booking released, the requests undeliverable."""
    contact = parcel.contact

    async def attempt(cabinet: Cabinet) -> None:
        [own] = await context.store.heads([RecordKey(CONTACT, contact.id)])
        if own is None or own.version != parcel.version:
            return  # somebody else has settled it meanwhile
        cabinet.file(await context.store.read(parcel.keys))
        for line in contact.lines:
            file = cabinet.requests[line.request]
            if file.progress.contact == contact.id and EventKind.BOUNCED in legal_events(file.progress.state):
                cabinet.happen(file, EventKind.BOUNCED, ref=contact.id, reason=delivery.reason, party=Party.PROVIDER)
                close(cabinet, file)
        cabinet.uncount(contact.person, contact.organisation, contact.booked_us)
        cabinet.others.append(parcel.settled(ContactStatus.RELEASED, delivery))

    await until_applied(context, f"contact {contact.id!r}", attempt)
