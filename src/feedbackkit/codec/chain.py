"""The chain of a history, of a request or a reference: each entry is sealed against the one before it.

``commitment`` is the SHA-256 of salt and payload; the digest of an entry is the SHA-256 of the previous digest, the
commitment and the entry's other fields. Salt and payload can be erased and the chain still verifies; who knows only
the commitment cannot guess the payload, for the salt is random.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from feedbackkit.codec.heads import NO_CHAIN, ChainEnd
from feedbackkit.codec.text import dumps, loads
from feedbackkit.domain.decision import Reason
from feedbackkit.domain.people import Party
from feedbackkit.domain.reference import ReferenceEvent, ReferenceEventKind
from feedbackkit.domain.request import Event, EventKind
from feedbackkit.errors import Unreadable
from feedbackkit.ports import HistoryEntry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedbackkit.domain.disclosure import Disclosed

__all__ = ["Broken", "append", "event_of", "reference_event_of", "verify"]

_VERSION = 1
_SALT_BYTES = 16


class Broken(Unreadable):
    """A chain does not hold: an entry was changed, left out or put in."""


def append(
    key: str, event: Event | ReferenceEvent | Disclosed, *, change_id: str, end: ChainEnd, salt: bytes
) -> tuple[HistoryEntry, ChainEnd]:
    """The entry for an event that continues a chain, and where the chain ends then."""
    payload = _payload(event)
    commitment = sha256(salt + payload).digest()
    previous = bytes.fromhex(end.digest)
    seq = end.seq + 1
    entry = HistoryEntry(
        key, seq, event.at_us, event.actor, event.kind.value, change_id, salt, commitment, previous, payload
    )
    return entry, ChainEnd(seq, _digest(entry))


def verify(entries: Iterable[HistoryEntry], *, end: ChainEnd) -> None:
    """Pass where the entries, from the first on, are one unbroken chain up to `end`; raise `Broken` otherwise.

    Erased entries count as long as their commitments stand.
    """
    reached = NO_CHAIN
    for entry in entries:
        if entry.seq != reached.seq + 1 or entry.previous.hex() != reached.digest:
            raise Broken(f"history of {entry.key!r} does not continue at entry {entry.seq}")
        erased = not entry.salt and not entry.payload
        if not erased and (
            len(entry.salt) != _SALT_BYTES or sha256(entry.salt + entry.payload).digest() != entry.commitment
        ):
            raise Broken(f"entry {entry.seq} of the history of {entry.key!r} is not what was written")
        reached = ChainEnd(entry.seq, _digest(entry))
    if reached != end:
        raise Broken(f"a history ends at entry {reached.seq}, not at entry {end.seq} as its request says")


def _digest(entry: HistoryEntry) -> str:
    key, seq, at, actor, event, change_id, _salt, commitment, previous, _payload = entry
    sealed = f"{key}\n{seq}\n{at}\n{actor}\n{event}\n{change_id}\n".encode()
    return sha256(previous + commitment + sealed).hexdigest()


def _payload(event: Event | ReferenceEvent | Disclosed) -> bytes:
    fields: dict[str, object] = {"v": _VERSION, "party": event.party}
    if isinstance(event, Event):
        if event.due_us is not None:
            fields["due"] = event.due_us
        if event.because:
            fields["because"] = [(reason.rule, reason.until_us, reason.text) for reason in event.because]
    if event.ref is not None:
        fields["ref"] = event.ref
    if event.reason is not None:
        fields["reason"] = event.reason
    return dumps(fields)


def event_of(entry: HistoryEntry) -> Event:
    """The event that an entry tells of; an erased one keeps what, when and who."""
    try:
        return _event_of(entry)
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"entry {entry.seq} of the history of {entry.key!r} is not what this version reads") from error


def _event_of(entry: HistoryEntry) -> Event:
    kind = EventKind(entry.event)
    if not entry.payload:
        return Event(kind=kind, at_us=entry.at, actor=entry.actor)
    fields = loads(entry.payload)
    return Event(
        kind=kind,
        at_us=entry.at,
        actor=entry.actor,
        party=Party(fields["party"]),
        due_us=fields.get("due"),
        because=tuple(Reason(rule, until, text) for rule, until, text in fields.get("because", ())),
        ref=fields.get("ref"),
        reason=fields.get("reason"),
    )


def reference_event_of(entry: HistoryEntry) -> ReferenceEvent:
    """`event_of` for the history of a reference."""
    try:
        kind = ReferenceEventKind(entry.event)
        if not entry.payload:
            return ReferenceEvent(kind=kind, at_us=entry.at, actor=entry.actor)
        fields = loads(entry.payload)
        return ReferenceEvent(
            kind=kind,
            at_us=entry.at,
            actor=entry.actor,
            party=Party(fields["party"]),
            ref=fields.get("ref"),
            reason=fields.get("reason"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"entry {entry.seq} of the history of {entry.key!r} is not what this version reads") from error
