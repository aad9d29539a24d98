"""What comes back by mail, and what it does: an address that does not work, a complaint, a reply that somebody reads.

Each mail counts once, by its bytes, and is noted in the same change as what it does. It acts only where it names a
contact by its token. An address that does not work is struck from its person's profile and remembered by its digest, so
that nothing goes there again, whoever describes the person with it, until somebody says that it works (`readdress`).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.desk.context import until_applied
from feedbackkit.desk.decisions.slots import close
from feedbackkit.desk.kinds import CONTACT, MAIL, ORGANISATION, PERSON
from feedbackkit.desk.looks.looking import history
from feedbackkit.desk.people.registering import go_on, register
from feedbackkit.desk.sending.parcel import Parcel
from feedbackkit.desk.sending.undelivered import come_back, latest, release
from feedbackkit.domain.alerts import AlertKind
from feedbackkit.domain.checks import presentable
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.decision import Reason
from feedbackkit.domain.happenings import CameBack
from feedbackkit.domain.ledger import OptOut, Scope
from feedbackkit.domain.request import EventKind
from feedbackkit.domain.times import DAY_US
from feedbackkit.errors import NotFound
from feedbackkit.inbox import Arrival, What, read_arrival
from feedbackkit.ports import Put, RecordKey
from feedbackkit.workflow import legal_events
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.domain.people import Person
    from feedbackkit.domain.request import Event
    from feedbackkit.ports import Record

__all__ = ["Received", "bounced", "put_off_by_mail", "readdress", "receive"]


_AGAIN_US: Final = 3 * DAY_US
"""After a mail was given up for a passing reason, its step comes again so much later."""
_MOST_PASSING: Final = 2
"""So often in the life of a request; then it does not pass."""
_PATIENCE_US: Final = 7 * DAY_US
"""For how long a reply that somebody has to read keeps reminders back."""
_WITH_ADDRESS: Final = 3
"""How many refs a contact has that knows the digest of its address: the person, the token, and that."""
_RULE: Final = "mail"
"""By this name the reasons are told that a mail gave."""


@final
@attrs.frozen(kw_only=True)
class Received:
    """What a mail was that came in, and whose it is, by ids."""

    what: What
    """What it tells."""
    contact: str | None = None
    """The id of the contact that it speaks of; `None` where it names none, and then nothing was done."""
    person: str | None = None
    """The id of the person who was contacted."""
    requests: tuple[str, ...] = ()
    """The keys of the requests that the contact spoke for."""
    repeated: bool = False
    """Whether the very same bytes came in before; then nothing was done now."""


async def receive(context: Context, raw: bytes) -> Received:
    """Take note of a mail that came in, and do what it calls for."""
    arrival = read_arrival(raw)
    mark = RecordKey(MAIL, sha256(raw).hexdigest())
    found = await _contact_of(context, arrival)
    if found is None:
        return Received(what=arrival.what)
    received: Received | None = None

    async def attempt(cabinet: Cabinet) -> None:
        nonlocal received
        marked, record = await context.store.read([mark, RecordKey(CONTACT, found)])
        if record is None:  # pragma: no cover - contacts stay
            raise NotFound(CONTACT, found)
        parcel = Parcel.stored(record)
        contact = parcel.contact
        received = Received(
            what=arrival.what,
            contact=contact.id,
            person=contact.person,
            requests=tuple(line.request for line in contact.lines),
            repeated=marked is not None,
        )
        if marked is not None:
            return
        await _take_in_hand(context, cabinet, parcel)
        await _act(context, cabinet, parcel, record, arrival, mark.key)
        refs = (contact.person, contact.id)
        cabinet.others.append(Put(*mark, 0, None, parcel.group, refs, arrival.what.value, b"[1]", b""))

    await until_applied(context, "what a mail speaks of", attempt)
    if received is None:  # pragma: no cover - it was tried
        raise NotFound(CONTACT, found)
    told = CameBack(
        at_us=context.clock.now_us(),
        owner=context.owner,
        contact=found,
        what=received.what.value,
        repeated=received.repeated,
    )
    context.tell(told)
    return received


async def bounced(context: Context, contact: str, *, why: str) -> None:
    """A contact did not reach anybody, for its address does not work; told twice it counts once."""

    async def attempt(cabinet: Cabinet) -> None:
        [record] = await context.store.read([RecordKey(CONTACT, contact)])
        if record is None:
            raise NotFound(CONTACT, presentable(contact))
        parcel = Parcel.stored(record)
        if parcel.status is ContactStatus.RELEASED:
            return  # it is known to have reached nobody; the address may work again by now
        await _take_in_hand(context, cabinet, parcel)
        await come_back(context, cabinet, parcel, why, dead=True, address=_address_of(record))

    await until_applied(context, f"contact {contact!r}", attempt)


async def readdress(context: Context, person: str, email: str) -> Person:
    """Note an address that works, and let what could not be delivered go on; also the same one, if it works again."""
    known: list[Person] = []

    async def attempt(cabinet: Cabinet) -> None:
        known.clear()
        [record] = await context.store.read([RecordKey(PERSON, person)])
        if record is None:
            raise NotFound(PERSON, presentable(person))
        cabinet.file([record])
        described = attrs.evolve(cabinet.person(person).person, email=email)
        known.append((await register(context, cabinet, [described], trusted=True))[described])
        await go_on(context, cabinet, [person])

    await until_applied(context, f"person {person!r}", attempt)
    return known[0]


async def _contact_of(context: Context, arrival: Arrival) -> str | None:
    """The id of the contact that a mail speaks of."""
    for token in arrival.tokens:
        for record in await context.store.find(CONTACT, ref=token, limit=2):
            if context.fingerprints.token(record.key) == token:  # a person's id may look like a token
                return record.key
    return None


async def _take_in_hand(context: Context, cabinet: Cabinet, parcel: Parcel) -> None:
    contact = parcel.contact
    records = await context.store.read(parcel.keys)
    cabinet.file(records)
    person = cabinet.person(contact.person)
    house = person.group
    if house not in {contact.person, contact.organisation}:  # the person works elsewhere by now
        cabinet.file(await context.store.read([RecordKey(ORGANISATION, house)]))


async def _act(context: Context, cabinet: Cabinet, parcel: Parcel, record: Record, arrival: Arrival, mail: str) -> None:
    """What a mail does to the requests and the person that its contact is about."""
    what, why = arrival.what, f"the mail came back: {arrival.what.value} {arrival.status}".rstrip()
    if what is What.NOT_NOW and not await _comes_again(context, parcel):
        what, why = What.REFUSED, f"{why}, again and again"
    if what in {What.DEAD_ADDRESS, What.REFUSED}:
        dead = what is What.DEAD_ADDRESS
        await come_back(context, cabinet, parcel, why, dead=dead, address=_address_of(record))
    elif what is What.NOT_NOW:
        _take_back(cabinet, parcel, why)
    elif what in {What.COMPLAINT, What.UNSUBSCRIBE}:
        _leave_in_peace(cabinet, parcel.contact.person)
    elif what is What.REPLY:
        _wait_for_a_reader(cabinet, parcel, mail)


def _address_of(record: Record) -> str | None:
    """The digest of the address that a contact went to, where it is known."""
    return record.refs[2] if len(record.refs) == _WITH_ADDRESS else None


async def _comes_again(context: Context, parcel: Parcel) -> bool:
    """Whether what was given up for a passing reason is tried again, for none of its requests too often."""
    for line in parcel.contact.lines:
        events = await history(context, line.request)
        passing = [each for each in events if each.kind is EventKind.UNSENT and _by_mail(each.because)]
        if len(passing) >= _MOST_PASSING:
            return False
    return True


def _by_mail(because: tuple[Reason, ...]) -> bool:
    return any(reason.rule == _RULE for reason in because)


def put_off_by_mail(events: Iterable[Event]) -> int | None:
    """Until when a mail has put off the next step of a request, unless something else has moved it since."""
    put_off_us: int | None = None
    for event in events:
        if event.due_us is not None and event.kind is not EventKind.DEFERRED:
            put_off_us = event.due_us if _by_mail(event.because) else None
    return put_off_us


def _take_back(cabinet: Cabinet, parcel: Parcel, why: str) -> None:
    """It reached nobody, and may later: its steps come again."""
    again_us = cabinet.now_us + _AGAIN_US
    for file in latest(cabinet, parcel):
        if EventKind.UNSENT in legal_events(file.progress.state):
            because = (Reason(_RULE, again_us, why),)
            cabinet.happen(file, EventKind.UNSENT, ref=parcel.contact.id, due_us=again_us, because=because)
            if file.progress.step == 0 and file.progress.state in OPEN:
                close(cabinet, file)
    release(cabinet, parcel, why)


def _leave_in_peace(cabinet: Cabinet, person: str) -> None:
    """The respondent wants no more mails: nothing goes to them any more, whatever it is about."""
    file = cabinet.person(person)
    if not any(wish.scope is Scope.ALL and wish.until_us is None for wish in file.ledger.opt_outs):
        wish = OptOut(since_us=cabinet.now_us)
        file.ledger = attrs.evolve(file.ledger, opt_outs=(*file.ledger.opt_outs, wish))


def _wait_for_a_reader(cabinet: Cabinet, parcel: Parcel, mail: str) -> None:
    """Nobody is reminded who has just replied: a person reads it first, and may write down an answer or a no."""
    until_us = cabinet.now_us + _PATIENCE_US
    because = (Reason(_RULE, until_us, "a reply came by mail, which somebody has to read"),)
    for file in latest(cabinet, parcel):
        cabinet.alert(
            file, AlertKind.REPLY, f"reply-{mail[:12]}", f"somebody replied by mail about {file.key}: please read it"
        )
        due_us = file.progress.due_us
        if file.progress.state in OPEN and due_us is not None and due_us < until_us:
            cabinet.happen(file, EventKind.RESCHEDULED, due_us=until_us, because=because)
