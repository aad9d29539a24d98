"""Short names for what a store is fed with: records, changes and history entries with every field filled."""

from __future__ import annotations

from typing import Final

from feedbackkit.ports import Change, HistoryEntry, Put, Record, RecordKey, Update

__all__ = ["KIND", "MINUTE", "NOON", "change", "create", "entry", "name", "put", "stored", "update"]

KIND: Final = "request"
"""The kind that is written unless a test says another."""

NOON: Final = 1_772_452_800_000_000
"""2026-03-02T12:00Z, in microseconds since the epoch."""

MINUTE: Final = 60_000_000
"""In microseconds."""


def name(key: str, *, kind: str = KIND) -> RecordKey:
    """The name of a record."""
    return RecordKey(kind, key)


def put(  # noqa: PLR0913 — a record has so many columns
    key: str,
    version: int = 0,
    *,
    kind: str = KIND,
    due: int | None = None,
    group: str = "nordwerk",
    refs: tuple[str, ...] = (),
    state: str = "planned",
    head: bytes = b"head",
    body: bytes = b"body",
) -> Put:
    """A whole record to be written; a new one, unless it is given a version."""
    return Put(kind, key, version, due, group, refs, state, head, body)


def update(
    key: str,
    version: int,
    *,
    kind: str = KIND,
    due: int | None = None,
    state: str = "requested",
    head: bytes = b"next head",
) -> Update:
    """The changing part of a record to be written over the given version."""
    return Update(kind, key, version, due, state, head)


def entry(key: str, seq: int, *, change_id: str = "c", payload: bytes = b"payload") -> HistoryEntry:
    """One link of a chain, with bytes that are different for each."""
    mark = f"{key}/{seq}/".encode()
    return HistoryEntry(
        key,
        seq,
        NOON + seq,
        "anna",
        "reminded",
        change_id,
        salt=mark + b"salt",
        commitment=mark + b"commitment",
        previous=mark + b"previous",
        payload=mark + payload,
    )


def change(id_: str, *writes: Put | Update, entries: tuple[HistoryEntry, ...] = ()) -> Change:
    """A change of these writes and entries."""
    return Change(id_, NOON, writes, entries)


def create(*puts: Put) -> list[Change]:
    """One change for each new record, under an id made from its name."""
    return [change(f"create {put.kind} {put.key}", put) for put in puts]


def stored(written: Put, *, version: int | None = None) -> Record:
    """The record that a store gives out after this was written."""
    return Record._make(written)._replace(version=written.version + 1 if version is None else version)
