"""From a booked contact to a sent one: the last look, the sending, and what became of it.

Each send is marked before and settled after: one at a time, so that a crash leaves at most one unknown, which is
repeated once under the same id; some at a time where the channel takes the same message twice without harm. What may
be out counts as sent, whatever its repetition comes to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from feedbackkit.codec.heads import Delivery
from feedbackkit.codec.values import decode_person
from feedbackkit.desk.cabinet import change_id_of
from feedbackkit.desk.calls.calling import look_after
from feedbackkit.desk.calls.enclosing import NOTHING, enclosed_with
from feedbackkit.desk.context import until_applied
from feedbackkit.desk.keys import original_key
from feedbackkit.desk.kinds import CONTACT, PERSON
from feedbackkit.desk.looks.looking import history, standing_contacts
from feedbackkit.desk.runs.tally import Tally
from feedbackkit.desk.sending.handing_over import RAISED, Handover
from feedbackkit.desk.sending.last_look import last_look
from feedbackkit.desk.sending.parcel import Parcel
from feedbackkit.desk.sending.undelivered import come_back
from feedbackkit.domain.contact import CALL_SHEET, COURTESIES, ContactKind, ContactStatus, Message, MessageLine
from feedbackkit.domain.happenings import SetAside
from feedbackkit.domain.times import DAY_US, MINUTE_US
from feedbackkit.errors import FeedbackKitError, NotFound, SetupError, StoreError, Unreadable
from feedbackkit.ports import Change, Outcome, RecordKey, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.calls.enclosing import Enclosed
    from feedbackkit.desk.context import Context
    from feedbackkit.desk.runs.aside import Aside
    from feedbackkit.ports import AsyncChannel, Put, Receipt, Record, Update, Writer

__all__ = ["deliver", "deliver_stored"]

LOOK_HOLDS_US: Final = 1_000_000
"""For how long a last look is fresh enough to send by."""

_AT_A_TIME: Final = 250
"""How many are settled in one transaction; so many are sent a second time after a crash, at most."""

_RETRY_US: Final = 5 * MINUTE_US
_MOST_DOUBLINGS: Final = 5
_UNKNOWN_TRIES: Final = 2
_RAISED_TRIES: Final = 10
"""How often a message at which its channel raises is handed over where that does no harm."""


async def deliver_stored(context: Context, records: Sequence[Record], tally: Tally, aside: Aside) -> None:
    """Send what was booked earlier and has not gone out; what cannot be read is set aside."""
    parcels: list[Parcel] = []
    for record in records:
        try:
            parcels.append(Parcel.stored(record))
        except Unreadable as error:
            key, why = RecordKey(CONTACT, record.key), type(error).__name__
            aside.put(key, group=record.group, due_us=record.due or 0, why=why)
    await deliver(context, parcels, tally, aside)


async def deliver(context: Context, parcels: Sequence[Parcel], tally: Tally, aside: Aside) -> None:
    """Look a last time, send what still holds, and settle what became of it; what fails on its own is set aside.

    What stands on the call sheet is looked after, for a person to make the call.
    """
    calls = [parcel for parcel in parcels if parcel.contact.channel == CALL_SHEET]
    if calls:
        await look_after(context, calls, tally)
        parcels = [parcel for parcel in parcels if parcel.contact.channel != CALL_SHEET]
    channels = {channel.name: channel for channel in context.channels}
    for parcel in parcels:
        channel = channels.get(parcel.contact.channel)
        if channel is None:
            raise SetupError(
                f"contact {parcel.contact.id!r} needs channel {parcel.contact.channel!r}: the desk has none"
            )
        parcel.harmless = channel.idempotent
        if getattr(channel, "traced", False) is True:
            parcel.token = context.fingerprints.token(parcel.contact.id)
    together = [parcel for parcel in parcels if parcel.harmless]
    while together:
        together = await _send_together(context, channels, together, tally, aside)
    await _send_one_by_one(context, channels, [parcel for parcel in parcels if not parcel.harmless], tally, aside)


async def _look(context: Context, parcels: Sequence[Parcel], tally: Tally, aside: Aside) -> list[Parcel]:
    """The last look; one at which it fails is found by halves and set aside, and the others go on."""
    looked = Tally()
    try:
        going = await last_look(context, parcels, looked)
    except (StoreError, SetupError):
        raise
    except FeedbackKitError as error:
        if len(parcels) == 1:
            _fail(parcels[0], error, aside)
            return []
        half = len(parcels) // 2
        going = await _look(context, parcels[:half], tally, aside)
        return [*going, *await _look(context, parcels[half:], tally, aside)]
    tally.add(looked)
    return going


def _fail(parcel: Parcel, error: Exception, aside: Aside) -> None:
    contact = parcel.contact
    key, why = RecordKey(CONTACT, contact.id), type(error).__name__
    aside.put(key, group=parcel.group, due_us=contact.booked_us, why=why)


async def _send_together(
    context: Context, channels: Mapping[str, AsyncChannel], parcels: Sequence[Parcel], tally: Tally, aside: Aside
) -> list[Parcel]:
    """Send as many as one look is good for; the rest comes back, to be looked at again."""
    looked_us = context.clock.now_us()
    going = await _look(context, parcels, tally, aside)
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
    messages = await _messages(context, parcels, tally)
    handover = Handover()
    ready = [parcel for parcel in parcels if parcel.contact.id in messages]
    marked = [parcel for parcel in ready if parcel.status is ContactStatus.SENDING]
    marked += await _mark(context, [parcel for parcel in ready if parcel.status is not ContactStatus.SENDING])
    notes: dict[str, list[Update]] = {}
    tried = 0
    try:
        for parcel in marked:
            tried += 1
            receipt = await handover.send(channels[parcel.contact.channel], messages[parcel.contact.id])
            note = await _settle(context, parcel, receipt, tally)
            if note is not None:
                notes.setdefault(parcel.group, []).append(note)
    finally:
        for parcel in marked[tried:]:
            status = ContactStatus.SENDING if parcel.may_be_out else ContactStatus.BOOKED
            back = parcel.settled(status, Delivery(parcel.tried), context.clock.now_us())
            notes.setdefault(parcel.group, []).append(back)
        if notes:
            await context.store.write([_noted(context, of_group) for of_group in notes.values()])


async def _mark(context: Context, parcels: Sequence[Parcel], before: Sequence[Change] = ()) -> list[Parcel]:
    """Note that these are about to be handed over; those that somebody else has in hand are left out.

    `before`: what else is stored with the marks.
    """
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
        marks.append(_noted(context, [_marked(context, each, now_us) for each in members]))
    outcomes = await context.store.write([*before, *marks])
    marked: list[Parcel] = []
    for members, outcome in zip(groups.values(), outcomes[len(before) :], strict=True):
        if isinstance(outcome, Refused):
            continue
        for parcel in members:
            parcel.version += 1
            parcel.status = ContactStatus.SENDING
            marked.append(parcel)
    return marked


def _marked(context: Context, parcel: Parcel, now_us: int) -> Put | Update:
    """The write that marks a contact; one that may come back is known by its token and its address from then on."""
    if parcel.token is None:
        return parcel.settled(ContactStatus.SENDING, parcel.delivery, now_us)
    return parcel.marked(now_us, parcel.token, _digest(context, parcel))


def _digest(context: Context, parcel: Parcel) -> str:
    """The digest of the address that a contact goes to."""
    email = _in_hand(parcel).person(parcel.contact.person).person.email
    return context.fingerprints.email(email or "")


async def _send_one_by_one(
    context: Context, channels: Mapping[str, AsyncChannel], parcels: Sequence[Parcel], tally: Tally, aside: Aside
) -> None:
    """Send each on its own. What became of one is stored with the mark of the next, before that is handed over.

    So there is one durable write for each, and whatever dies leaves one unknown at most.
    """
    series = _Series()
    try:
        for parcel in parcels:
            await _send_alone(context, channels[parcel.contact.channel], parcel, tally, aside, series)
    finally:
        if series.unstored:
            await context.store.write(series.unstored)


class _Series:
    """What is kept from one send to the next."""

    def __init__(self) -> None:
        self.handover = Handover()
        self.unstored: list[Change] = []
        """What became of those before, as far as it is not stored yet."""
        self.subjects: dict[RecordKey, bytes] = {}
        """Whom they are about, read once."""


async def _send_alone(
    context: Context, channel: AsyncChannel, parcel: Parcel, tally: Tally, aside: Aside, series: _Series
) -> None:
    """Mark, send, settle: whatever dies in between leaves this one unknown and no other."""
    if parcel.may_be_out and parcel.delivery.tries >= _UNKNOWN_TRIES:
        await context.store.write([_noted(context, [parcel.settled(ContactStatus.UNKNOWN, parcel.delivery)])])
        tally.counts["unknown"] += 1
        tally.unknown.append(parcel.contact.id)
        return
    going = await _look(context, [parcel], tally, aside)
    messages = await _messages(context, going, tally, series.subjects)
    ready = [each for each in going if each.contact.id in messages]
    marked = await _mark(context, ready, series.unstored)
    if ready:
        series.unstored.clear()
    for each in marked:
        receipt = await series.handover.send(channel, messages[each.contact.id])
        note = await _settle(context, each, receipt, tally)
        if note is not None:
            series.unstored.append(_noted(context, [note]))


def _noted(context: Context, notes: Sequence[Put | Update]) -> Change:
    """The change of some notes, which are of one group: nothing but what became of its contacts."""
    now_us = context.clock.now_us()
    return Change(change_id_of(now_us, context.owner, notes[0], context.ids.salt()), now_us, tuple(notes))


async def _messages(
    context: Context, parcels: Sequence[Parcel], tally: Tally, known: dict[RecordKey, bytes] | None = None
) -> dict[str, Message]:
    """What each channel gets, by the contact's id; a contact whose message cannot be made is tried again later."""
    subjects = {
        RecordKey(PERSON, _in_hand(parcel).requests[line.request].request.subject)
        for parcel in parcels
        for line in parcel.contact.lines
    }
    bodies = {} if known is None else known
    keys = sorted(subjects - bodies.keys())
    records = await context.store.read(keys) if keys else []
    bodies.update({key: record.body for key, record in zip(keys, records, strict=True) if record})
    people = {key.key: bodies[key] for key in subjects if key in bodies}
    writers: dict[str, Writer | None] = {channel.name: getattr(channel, "writer", None) for channel in context.channels}
    messages: dict[str, Message] = {}
    for parcel in parcels:
        try:
            earlier = await _earlier(context, parcel)
            enclosed = await enclosed_with(context.store, parcel.contact.lines)
            message = _message(context, parcel, people, earlier, enclosed)
        except StoreError:
            raise
        except FeedbackKitError as error:
            await _put_off(context, parcel, error, tally)
            continue
        try:
            messages[message.id] = _in_words(writers.get(parcel.contact.channel), message)
        except Exception as error:  # noqa: BLE001 - a writer of the program's own may raise anything
            await _put_off(context, parcel, error, tally)
    return messages


async def _put_off(context: Context, parcel: Parcel, error: Exception, tally: Tally) -> None:
    """Try a contact whose message cannot be made again, after as long again as it waits already, and note why."""
    now_us, why = context.clock.now_us(), type(error).__name__
    until_us = now_us + min(max(now_us - parcel.contact.booked_us, MINUTE_US), DAY_US)
    status = ContactStatus.UNKNOWN if parcel.may_be_out else ContactStatus.BOOKED
    note = parcel.settled(status, Delivery(parcel.tried, None, f"no message can be made: {why}"), until_us)
    await context.store.write([_noted(context, [note])])
    tally.counts["failed"] += 1
    tally.expect(until_us)
    context.tell(
        SetAside(at_us=now_us, owner=context.owner, kind=CONTACT, key=parcel.contact.id, until_us=until_us, why=why)
    )


def _in_words(writer: Writer | None, message: Message) -> Message:
    """The message with its letter: what cannot be put into words is known before anything is marked."""
    return message if writer is None else attrs.evolve(message, letter=writer.write(message))


def _in_hand(parcel: Parcel) -> Cabinet:
    if parcel.cabinet is None:  # pragma: no cover - what passed the last look has been read
        raise SetupError(f"contact {parcel.contact.id!r} was not looked at")
    return parcel.cabinet


async def _earlier(context: Context, parcel: Parcel) -> dict[str, str]:
    """By request, the token of the contact that a reminder or a courtesy follows, where its channel is traced."""
    if parcel.token is None:
        return {}
    found: dict[str, str] = {}
    for line in parcel.contact.lines:
        follows = line.request if line.kind is ContactKind.REMINDER else None
        if line.kind in COURTESIES:
            follows = original_key(line.request)
        if follows is not None:
            stood = standing_contacts(await history(context, follows))
            before = [contact for contact in stood if contact != parcel.contact.id]
            if before:
                found[line.request] = context.fingerprints.token(before[-1])
    return found


def _message(
    context: Context,
    parcel: Parcel,
    people: Mapping[str, bytes],
    earlier: Mapping[str, str],
    enclosed: Mapping[str, Enclosed],
) -> Message:
    cabinet = _in_hand(parcel)
    contact = parcel.contact
    lines: list[MessageLine] = []
    for line in contact.lines:
        file = cabinet.requests[line.request]
        request = file.request
        if request.subject not in people:
            raise NotFound(PERSON, request.subject)
        owed, appointment, host = enclosed.get(line.request, NOTHING)
        lines.append(
            MessageLine(
                request=line.request,
                kind=line.kind,
                step=line.step,
                occasion=request.occasion,
                form=request.form,
                subject=decode_person(people[request.subject]),
                benefit=request.benefit if owed is None else owed.benefit,
                owed_until_us=None if owed is None else owed.due_us,
                appointment=appointment,
                host=host,
                revision=file.progress.revision,
                earlier=earlier.get(line.request),
            )
        )
    return Message(
        id=contact.id,
        to=cabinet.person(contact.person).person,
        lines=tuple(lines),
        sender=context.sender,
        booked_us=contact.booked_us,
        token=parcel.token,
    )


async def _settle(context: Context, parcel: Parcel, receipt: Receipt, tally: Tally) -> Update | None:
    """The note of what the channel said; a refusal for good is written at once, for it closes requests."""
    now_us = context.clock.now_us()
    outcome, reason, retry_us, dead = receipt
    tries = parcel.delivery.tries - (retry_us is not None)
    tally.counts[outcome.value] += 1
    if outcome is Outcome.SENT:
        return parcel.settled(ContactStatus.SENT, Delivery(tries, now_us, reason))
    again_us = retry_us or now_us + (_RETRY_US << min(tries - 1, _MOST_DOUBLINGS))
    tally.expect(again_us)
    if parcel.may_be_out or outcome is Outcome.UNKNOWN:
        raised = reason.startswith(RAISED) and tries < _RAISED_TRIES
        patient = parcel.harmless and (outcome is Outcome.TRY_AGAIN or raised)
        due_us = again_us if patient or tries < _UNKNOWN_TRIES else None
        tally.unknown.append(parcel.contact.id)
        return parcel.settled(ContactStatus.UNKNOWN, Delivery(tries, now_us, reason), due_us)
    if outcome is Outcome.TRY_AGAIN:
        return parcel.settled(ContactStatus.BOOKED, Delivery(tries, None, reason), again_us)
    await _give_up(context, parcel, reason, dead=dead)
    return None


async def _give_up(context: Context, parcel: Parcel, why: str, *, dead: bool) -> None:
    """It reached nobody and never will: the steps are taken back, the booking released, the requests undeliverable."""
    contact = parcel.contact
    address = _digest(context, parcel)

    async def attempt(cabinet: Cabinet) -> None:
        [own] = await context.store.heads([RecordKey(CONTACT, contact.id)])
        if own is None or own.version != parcel.version:
            return  # somebody else has settled it meanwhile
        cabinet.file(await context.store.read(parcel.keys))
        await come_back(context, cabinet, parcel, why, dead=dead, address=address)

    await until_applied(context, f"contact {contact.id!r}", attempt)
