"""The reference: a store that keeps everything in this process, for tests, plays and forecasts."""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, final

from feedbackkit.errors import StoreClosed
from feedbackkit.ports import AlreadyApplied, Applied, Head, Put, Record, RecordKey, Refused
from feedbackkit.stores.checks import DEAD_AFTER, check_change, check_kind, check_storable

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from feedbackkit.ports import Change, HistoryEntry, Result, Update

__all__ = ["MemoryStore"]

_APPLIED: Final = Applied()
_ALREADY_APPLIED: Final = AlreadyApplied()


@dataclass(slots=True)
class _Lease:
    owner: str
    until: int


@dataclass(slots=True)
class _Retry:
    at: int
    times: int = 0


@dataclass(slots=True)
class _Content:
    """All that is kept."""

    records: defaultdict[str, dict[str, Record]] = field(default_factory=lambda: defaultdict(dict))
    chains: defaultdict[str, list[HistoryEntry]] = field(default_factory=lambda: defaultdict(list))
    changes: set[str] = field(default_factory=set[str])
    leases: dict[str, _Lease] = field(default_factory=dict[str, _Lease])
    retries: dict[RecordKey, _Retry] = field(default_factory=dict[RecordKey, _Retry])


@final
class MemoryStore:
    """A store without files: complete, safe to use from several threads, and gone when it is closed.

    It is written to be read, and is what the other stores are compared with. Finding and claiming look at every
    record of the kind.
    """

    ephemeral: Final = True
    """It ends with the process: a desk needs no lasting secret for it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # an interrupt may leave it taken, and the same thread closes the store
        self._content: _Content | None = _Content()

    def read(self, keys: Sequence[RecordKey]) -> list[Record | None]:
        """See `feedbackkit.ports.Store.read`."""
        with self._open() as content:
            return [content.records[check_kind(kind)].get(key) for kind, key in keys]

    def heads(self, keys: Sequence[RecordKey]) -> list[Head | None]:
        """See `feedbackkit.ports.Store.heads`."""
        return [record and Head(record.version, record.state, record.head) for record in self.read(keys)]

    def write(self, changes: Sequence[Change]) -> list[Result]:
        """See `feedbackkit.ports.Store.write`."""
        with self._open() as content:
            for change in changes:
                _check(change)
            return [_apply(content, change) for change in changes]

    def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        """See `feedbackkit.ports.Store.claim`."""
        check_storable((now, lease, now + 2 * lease, owner))
        with self._open() as content:
            ready = [
                (record.due, record.key, record)
                for record in content.records[check_kind(kind)].values()
                if record.due is not None and record.due <= now and _may_claim(content, record, now, lease, owner)
            ]
            groups: dict[str, list[Record]] = {}
            for _, _, record in sorted(ready):
                groups.setdefault(record.group, []).append(record)
            claimed = [record for records in groups.values() for record in records][: max(limit, 0)]
            for record in claimed:
                content.leases[record.group] = _Lease(owner, now + lease)
            return claimed

    def release(self, keys: Sequence[RecordKey], *, owner: str, retry_at: int | None = None) -> None:
        """See `feedbackkit.ports.Store.release`."""
        check_storable((owner, retry_at))
        with self._open() as content:
            found = {name: content.records[check_kind(name.kind)].get(name.key) for name in keys}
            held = {
                name: record
                for name, record in found.items()
                if record and (lease := content.leases.get(record.group)) and lease.owner == owner
            }
            for record in held.values():
                content.leases.pop(record.group, None)
            if retry_at is not None:
                for name in held:
                    retry = content.retries.setdefault(name, _Retry(retry_at))
                    retry.at = retry_at
                    retry.times += 1

    def find(
        self,
        kind: str,
        *,
        ref: str | tuple[str, ...] | None = None,
        state: str | None = None,
        due_until: int | None = None,
        after: str | None = None,
        limit: int,
    ) -> list[Record]:
        """See `feedbackkit.ports.Store.find`."""
        wanted = frozenset((ref,) if isinstance(ref, str) else ref or ())
        with self._open() as content:
            found = [
                record
                for record in content.records[check_kind(kind)].values()
                if (after is None or record.key > after)
                and (ref is None or not wanted.isdisjoint(record.refs))
                and (state is None or record.state == state)
                and (due_until is None or (record.due is not None and record.due <= due_until))
            ]
        return _page(found, limit)

    def history(self, key: str, *, after: int = 0, limit: int) -> list[HistoryEntry]:
        """See `feedbackkit.ports.Store.history`."""
        with self._open() as content:
            start = max(after, 0)
            return content.chains.get(key, [])[start : start + max(limit, 0)]

    def dead_letters(self, kind: str, *, after: str | None = None, limit: int) -> list[Record]:
        """See `feedbackkit.ports.Store.dead_letters`."""
        check_kind(kind)
        with self._open() as content:
            dead = [name for name, retry in content.retries.items() if retry.times >= DEAD_AFTER]
            found = [content.records[kind][key] for its_kind, key in dead if its_kind == kind]
        return _page([record for record in found if after is None or record.key > after], limit)

    def erase(self, change: Change, forget: Sequence[tuple[str, int]]) -> Result:
        """See `feedbackkit.ports.Store.erase`."""
        with self._open() as content:
            _check(change)
            result = _apply(content, change)
            if isinstance(result, Applied):
                for key, seq in forget:
                    chain = content.chains.get(key, [])
                    if 1 <= seq <= len(chain):
                        chain[seq - 1] = chain[seq - 1]._replace(salt=b"", payload=b"")
            return result

    def close(self) -> None:
        """See `feedbackkit.ports.Store.close`; what was stored is gone."""
        with self._lock:
            self._content = None

    @contextmanager
    def _open(self) -> Generator[_Content]:
        with self._lock:
            if self._content is None:
                raise StoreClosed("this MemoryStore was closed: make a new one")
            yield self._content


def _check(change: Change) -> None:
    check_change(change)
    check_storable(change)


def _apply(content: _Content, change: Change) -> Result:
    if change.id in content.changes:
        return _ALREADY_APPLIED
    stale = [RecordKey(write.kind, write.key) for write in change.writes if not _fits(content, write)]
    stale += [RecordKey("history", key) for key in _broken_chains(content, change.entries)]
    if stale:
        return Refused(tuple(stale))
    for write in change.writes:
        content.records[write.kind][write.key] = _written(content, write)
        content.retries.pop(RecordKey(write.kind, write.key), None)
    for entry in change.entries:
        content.chains[entry.key].append(entry)
    content.changes.add(change.id)
    return _APPLIED


def _fits(content: _Content, write: Put | Update) -> bool:
    record = content.records[write.kind].get(write.key)
    if record is None:
        return isinstance(write, Put) and write.version == 0
    return write.version == record.version


def _broken_chains(content: _Content, entries: Sequence[HistoryEntry]) -> list[str]:
    ends: dict[str, int] = {}
    broken: dict[str, None] = {}
    for entry in entries:
        end = ends.get(entry.key, len(content.chains.get(entry.key, ())))
        if entry.seq != end + 1:
            broken[entry.key] = None
        ends[entry.key] = entry.seq
    return list(broken)


def _written(content: _Content, write: Put | Update) -> Record:
    version = write.version + 1
    if isinstance(write, Put):
        return Record._make(write)._replace(version=version)
    record = content.records[write.kind][write.key]
    return record._replace(version=version, due=write.due, state=write.state, head=write.head)


def _may_claim(content: _Content, record: Record, now: int, lease: int, owner: str) -> bool:
    held = content.leases.get(record.group)
    if held and held.owner != owner and now < held.until <= now + 2 * lease:
        return False
    retry = content.retries.get(RecordKey(record.kind, record.key))
    return retry is None or (retry.times < DEAD_AFTER and retry.at <= now)


def _page(records: list[Record], limit: int) -> list[Record]:
    return sorted(records, key=lambda record: record.key)[: max(limit, 0)]
