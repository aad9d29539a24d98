"""What a store keeps: records, the changes to them, and what became of a change."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias, final

import attrs

__all__ = [
    "AlreadyApplied",
    "Applied",
    "Change",
    "Head",
    "HistoryEntry",
    "Put",
    "Record",
    "RecordKey",
    "Refused",
    "Result",
    "Update",
]


class RecordKey(NamedTuple):
    """The name of one record: its kind and, within the kind, its key."""

    kind: str
    key: str


class Record(NamedTuple):
    """One stored record, as a store gives it out."""

    kind: str
    key: str
    version: int
    """1 when created, one more with every write."""
    due: int | None
    """Microseconds since the epoch; `None` when nothing is to be done."""
    group: str
    """What it is leased by: records of one group are worked on by one owner at a time."""
    refs: tuple[str, ...]
    """The ids of all whom it concerns, in the order in which they were written."""
    state: str
    head: bytes
    """Small and changing."""
    body: bytes
    """Written once, changed rarely."""


class Head(NamedTuple):
    """The changing part of a record: enough to see whether it is still what it was."""

    version: int
    state: str
    head: bytes


class Put(NamedTuple):
    """Write a whole record: create it where `version` is 0, replace it where that is its version now."""

    kind: str
    key: str
    version: int
    due: int | None
    group: str
    refs: tuple[str, ...]
    state: str
    head: bytes
    body: bytes


class Update(NamedTuple):
    """Write the changing part of a record that has that version now; group, refs and body stay."""

    kind: str
    key: str
    version: int
    due: int | None
    state: str
    head: bytes


class HistoryEntry(NamedTuple):
    """One link of a chain: who did what when, sealed against the entry before it.

    `payload` and `salt` can be erased (then both are empty); `commitment` binds them, and `previous` binds the entry
    before, so that the chain stays verifiable afterwards.
    """

    key: str
    """Whose chain: the key of a request."""
    seq: int
    """1 for the first, without gaps."""
    at: int
    """Microseconds since the epoch."""
    actor: str
    event: str
    change_id: str
    salt: bytes
    commitment: bytes
    previous: bytes
    payload: bytes


class Change(NamedTuple):
    """A few writes and history entries that happen together or not at all."""

    id: str
    """Its own id, never used for another change; looked at before any version."""
    at: int
    """Microseconds since the epoch."""
    writes: tuple[Put | Update, ...]
    """At most one for each record."""
    entries: tuple[HistoryEntry, ...] = ()


@final
@attrs.frozen
class Applied:
    """The change was made now; each record it wrote has the next version."""


@final
@attrs.frozen
class AlreadyApplied:
    """A change with that id was made before; nothing was done now."""


@final
@attrs.frozen
class Refused:
    """Nothing was done: these records are not at the version that the change was made from, or cannot be created."""

    keys: tuple[RecordKey, ...]


Result: TypeAlias = Applied | AlreadyApplied | Refused
"""What became of one change."""
