"""Heads: the small changing part of a record, as a list of fields that begins with its version.

State and due time stand in the record's own columns and are not repeated here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from feedbackkit.codec.text import dumps, loads
from feedbackkit.domain.contact import Contact, ContactKind, ContactLine
from feedbackkit.domain.ledger import HeldRequest, Ledger, OptOut, Place, Refusal, Scope
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import Occasion, Progress, State
from feedbackkit.errors import Unreadable

if TYPE_CHECKING:
    from typing import Any

    from feedbackkit.ports import Record

__all__ = [
    "NO_CHAIN",
    "ChainEnd",
    "Delivery",
    "decode_acknowledgement",
    "decode_contact",
    "decode_count",
    "decode_ledger",
    "decode_progress",
    "decode_signal",
    "encode_acknowledgement",
    "encode_contact",
    "encode_count",
    "encode_ledger",
    "encode_progress",
    "encode_signal",
]

_VERSION: Final = 1
_WRONG: Final = (ValueError, TypeError, AttributeError, LookupError)
"""What bytes that break the rules of their version may raise on the way."""

_FEW_HAVE: Final[tuple[Any, ...]] = (None, None, 0)
"""What a request has that was never deferred, approved or followed by a nudge."""
_STATES: Final = {state.value: state for state in State}  # a look-up costs a tenth of calling the class
_OPEN: Final = frozenset({State.PLANNED.value, State.REQUESTED.value, State.REMINDED.value})
_KINDS: Final = {kind.value: kind for kind in ContactKind}
_PARTIES: Final[dict[str | None, Party | None]] = {None: None, **{party.value: party for party in Party}}


class ChainEnd(NamedTuple):
    """Where a request's history ends: the number of its last entry and that entry's digest, in hexadecimal."""

    seq: int
    digest: str


NO_CHAIN: Final = ChainEnd(0, "")


class Delivery(NamedTuple):
    """What is known of a contact beyond its status."""

    tries: int = 0
    settled_us: int | None = None
    """When it was sent, released or given up."""
    reason: str = ""
    """What the channel or the last look said."""


def _fields(data: bytes, what: str, count: int) -> list[Any]:
    fields: list[Any] = loads(data)
    if fields.__class__ is not list or len(fields) < count or fields[0] != _VERSION:
        raise Unreadable(f"a stored head of a {what} is not of version {_VERSION}")
    return fields


def encode_progress(progress: Progress, end: ChainEnd) -> bytes:
    """The head of a request; at its end what few have: a date that was chosen, what was approved, nudges."""
    fields = [
        _VERSION,
        end.seq,
        end.digest,
        progress.step,
        progress.attempt,
        progress.anchor_us,
        progress.earlier_us,
        progress.contact,
        progress.revision,
        progress.answer,
        progress.closed_by,
    ]
    if progress.chosen_us is not None or progress.approved is not None or progress.nudges:
        fields.append(progress.chosen_us)
        if progress.approved is not None or progress.nudges:
            fields.append(progress.approved)
        if progress.nudges:
            fields.append(progress.nudges)
    return dumps(fields)


def _wrong(what: str) -> Unreadable:
    return Unreadable(f"a stored head of a {what} breaks the rules of its version")


def decode_progress(state: str, due: int | None, head: bytes) -> tuple[Progress, ChainEnd]:
    """What `encode_progress` wrote, with the record's state, and its due time where it is open.

    A closed request that is due waits for its closing to be noted in a ledger; that is not its own progress.
    """
    fields = _fields(head, "request", 11)
    try:
        _, seq, digest, step, attempt, anchor, earlier, contact, revision, answer, by, *rest = fields
        chosen, approved, nudges = (*rest, *_FEW_HAVE[len(rest) :]) if rest else _FEW_HAVE
        progress = Progress(
            state=_STATES[state],
            step=step,
            attempt=attempt,
            due_us=due if state in _OPEN else None,
            anchor_us=anchor,
            earlier_us=earlier,
            chosen_us=chosen,
            contact=contact,
            revision=revision,
            answer=answer,
            approved=approved,
            nudges=nudges,
            closed_by=_PARTIES[by],
        )
    except _WRONG as error:
        raise _wrong("request") from error
    return progress, ChainEnd(seq, digest)


def encode_ledger(ledger: Ledger) -> bytes:
    """The head of a person or an organisation; at the end what few have: woken requests, a line, refusals."""
    fields: list[object] = [
        _VERSION,
        ledger.contacts,
        ledger.open,
        ledger.held and [_waiting(held) for held in ledger.held],
        ledger.answered_us,
        ledger.opt_outs and [_wish(opt_out) for opt_out in ledger.opt_outs],
    ]
    if ledger.woken or ledger.line or ledger.refusals:
        fields.append([(woken.key, woken.value, woken.since_us) for woken in ledger.woken])
    if ledger.line or ledger.refusals:
        fields.append([(each.key, each.person, each.value, each.since_us, each.due_us) for each in ledger.line])
    if ledger.refusals:
        fields.append([(no.subject, no.occasion, no.at_us, no.request) for no in ledger.refusals])
    return dumps(fields)


def decode_ledger(head: bytes) -> Ledger:
    """What `encode_ledger` wrote."""
    fields = _fields(head, "ledger", 6)
    try:
        _, contacts, open_keys, held, answered, opt_outs, *rest = fields
        woken, line, refusals = rest + [()] * (3 - len(rest))
        return Ledger(
            contacts=tuple(contacts),
            open=tuple(open_keys),
            held=_held(held),
            woken=_held(woken),
            answered_us=answered,
            opt_outs=tuple([_opt_out(*wish) for wish in opt_outs]) if opt_outs else (),
            refusals=tuple([_refusal(*no) for no in refusals]) if refusals else (),
            line=tuple([Place(*place) for place in line]) if line else (),
        )
    except _WRONG as error:
        raise _wrong("ledger") from error


def _waiting(held: HeldRequest) -> tuple[object, ...]:
    fields = (held.key, held.value, held.since_us)
    return (*fields, held.in_vain) if held.in_vain else fields


def _held(held: list[Any]) -> tuple[HeldRequest, ...]:
    return tuple([HeldRequest(key, value, since_us, *rest) for key, value, since_us, *rest in held]) if held else ()


def _wish(opt_out: OptOut) -> tuple[object, ...]:
    """What is not wanted; what only some wishes have stands at the end, where there is any of it."""
    wish = (opt_out.scope, opt_out.occasion, opt_out.since_us, opt_out.until_us)
    more = (opt_out.subject, opt_out.begins_us, opt_out.contract)
    return wish if more == (None, None, None) else (*wish, *more)


def _opt_out(  # noqa: PLR0917 - the fields of a list, in their order
    scope: str,
    occasion: str | None,
    since_us: int,
    until_us: int | None,
    subject: str | None = None,
    begins_us: int | None = None,
    contract: str | None = None,
) -> OptOut:
    return OptOut(
        scope=Scope(scope),
        occasion=occasion,
        since_us=since_us,
        until_us=until_us,
        subject=subject,
        begins_us=begins_us,
        contract=contract,
    )


def _refusal(subject: str, occasion: str, at_us: int, request: str) -> Refusal:
    return Refusal(subject, Occasion(occasion), at_us, request)


def encode_contact(contact: Contact, delivery: Delivery) -> bytes:
    """The head of a contact, which is all of it: id, person and organisation are its record's key, ref and group."""
    return dumps(
        [
            _VERSION,
            delivery.tries,
            delivery.settled_us,
            delivery.reason,
            contact.channel,
            contact.booked_us,
            [(line.request, line.kind, line.step) for line in contact.lines],
        ]
    )


def _person_of(refs: tuple[str, ...]) -> str:
    """Whose contact it is; beside the person stand its token and the digest of its address, or nothing."""
    person, *trace = refs
    if len(trace) not in {0, 2}:
        raise ValueError(refs)
    return person


def decode_contact(record: Record) -> tuple[Contact, Delivery]:
    """What `encode_contact` wrote, with what the record's own columns say."""
    fields = _fields(record.head, "contact", 7)
    try:
        _, tries, settled, reason, channel, booked_us, lines = fields
        person = _person_of(record.refs)
        contact = Contact(
            id=record.key,
            person=person,
            organisation=None if record.group == person else record.group,
            lines=tuple([ContactLine(request, _KINDS[kind], step) for request, kind, step in lines]),
            channel=channel,
            booked_us=booked_us,
        )
    except _WRONG as error:
        raise _wrong("contact") from error
    return contact, Delivery(tries, settled, reason)


def encode_count(number: int) -> bytes:
    """The head of the count of a desk's runs."""
    return dumps([_VERSION, number])


def decode_count(head: bytes) -> int:
    """What `encode_count` wrote."""
    number = _fields(head, "count", 2)[1]
    if number.__class__ is not int:
        raise _wrong("count")
    return int(number)


def encode_signal(at_us: int) -> bytes:
    """The head of a signal: when it came."""
    return dumps([_VERSION, at_us])


def decode_signal(head: bytes) -> int:
    """What `encode_signal` wrote."""
    at_us = _fields(head, "signal", 2)[1]
    if at_us.__class__ is not int:
        raise _wrong("signal")
    return int(at_us)


def encode_acknowledgement(at_us: int, by: str) -> bytes:
    """The head of an alert that somebody has acknowledged: when, and who."""
    return dumps([_VERSION, at_us, by])


def decode_acknowledgement(head: bytes) -> tuple[int | None, str | None]:
    """What `encode_acknowledgement` wrote; the head of an alert that nobody has acknowledged says nothing."""
    _, at_us, by = (*_fields(head, "alert", 1), None, None)[:3]
    if not isinstance(at_us, int | None) or not isinstance(by, str | None):
        raise _wrong("alert")
    return at_us, by
