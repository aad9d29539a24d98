"""A store in one text file, for a few hundred records and one process at a time."""

import os
import threading
from ast import literal_eval
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from feedbackkit.errors import StoreClosed, StoreUnusable
from feedbackkit.ports import AlreadyApplied, Applied, Change, Head, HistoryEntry, Put, Record, RecordKey, Refused

DEAD_AFTER, NEVER_FAILED = 10, (0, float("-inf"))


class FileStore:
    """Keeps everything in memory, and writes the whole file anew after each change.

    First beside the old one, then over it in one step: so it is always whole, and keeps nothing that was erased.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._lock, self._closed = path, threading.Lock(), False
        self._load()

    def read(self, keys: Sequence[RecordKey]) -> list[Record | None]:
        """One answer for each key, in their order."""
        with self._open():
            return [self._records.get(name) for name in keys]

    def heads(self, keys: Sequence[RecordKey]) -> list[Head | None]:
        """The same for the changing parts."""
        return [record and Head(record.version, record.state, record.head) for record in self.read(keys)]

    def write(self, changes: Sequence[Change]) -> list[Applied | AlreadyApplied | Refused]:
        """One after the other, so that a later change sees the earlier ones; then all of it is saved."""
        with self._open(save=True):
            return [self._apply(change) for change in changes]

    def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        """What is due and free, group by group, the one with the oldest first; its groups are leased."""
        with self._open(save=True):
            dated = [(one.due, one) for one in self._records.values() if one.kind == kind and one.due is not None]
            free = [one for at, one in sorted(dated) if at <= now and self._is_free(one, now, lease, owner)]
            claimed = sorted(free, key=lambda one: [each.group for each in free].index(one.group))[:limit]
            self._leases.update((record.group, (owner, now + lease)) for record in claimed)
            return claimed

    def release(self, keys: Sequence[RecordKey], *, owner: str, retry_at: int | None = None) -> None:
        """End the owner's own leases, and count one failure for each of its records."""
        with self._open(save=True):
            found = [self._records[name] for name in dict.fromkeys(keys) if name in self._records]
            for record in [one for one in found if self._leases.get(one.group, (None, 0))[0] == owner]:
                self._leases.pop(record.group, None)
                if retry_at is not None:
                    self._retries[record[:2]] = (self._retries.get(record[:2], NEVER_FAILED)[0] + 1, retry_at)

    def find(  # noqa: D102 — the names say it
        self, kind: str, *, ref: str | tuple[str, ...] | None = None, state: str | None = None,
        due_until: int | None = None, after: str | None = None, limit: int,
    ) -> list[Record]:  # fmt: skip
        def wanted(one: Record) -> bool:
            is_due = due_until is None or (one.due is not None and one.due <= due_until)
            concerns = ref is None or (ref in one.refs if isinstance(ref, str) else not set(ref).isdisjoint(one.refs))
            return is_due and concerns and state in {None, one.state}

        return self._page(kind, after, limit, wanted)

    def history(self, key: str, *, after: int = 0, limit: int) -> list[HistoryEntry]:
        """A chain is a list, in which the entry `seq` stands at `seq - 1`."""
        with self._open():
            return self._chains.get(key, [])[max(after, 0) :][:limit]

    def dead_letters(self, kind: str, *, after: str | None = None, limit: int) -> list[Record]:
        """What failed ten times, and was not written since."""
        return self._page(kind, after, limit, lambda one: self._retries.get(one[:2], NEVER_FAILED)[0] >= DEAD_AFTER)

    def erase(self, change: Change, forget: Sequence[tuple[str, int]]) -> Applied | AlreadyApplied | Refused:
        """The change and the forgetting are saved together; the old file is gone, and with it the words."""
        with self._open(save=True):
            result = self._apply(change)
            for key, seq in forget if isinstance(result, Applied) else ():
                chain = self._chains.get(key, [])
                chain[:] = [one._replace(salt=b"", payload=b"") if one.seq == seq else one for one in chain]
            return result

    def close(self) -> None:
        """Everything is saved already."""
        self._closed = True

    def _apply(self, change: Change) -> Applied | AlreadyApplied | Refused:
        if change.id in self._changes:
            return AlreadyApplied()
        found = {write[:2]: self._records[write[:2]].version for write in change.writes if write[:2] in self._records}
        none: dict[type, int] = {Put: 0}  # what is not there can be put, not updated
        stale = [RecordKey(*one[:2]) for one in change.writes if one.version != found.get(one[:2], none.get(type(one)))]
        new = {one.key: [entry for entry in change.entries if entry.key == one.key] for one in change.entries}
        chains = {key: self._chains.get(key, []) + entries for key, entries in new.items()}
        broken = [key for key, chain in chains.items() if [one.seq for one in chain] != [*range(1, len(chain) + 1)]]
        if stale or broken:
            return Refused((*stale, *(RecordKey("history", key) for key in broken)))
        for write in change.writes:
            old = write if isinstance(write, Put) else self._records[write[:2]]
            record = Record(*old)._replace(version=write.version + 1, due=write.due, state=write.state, head=write.head)
            self._records[write[:2]] = record
            self._retries.pop(write[:2], None)
        self._chains.update(chains)
        self._changes[change.id] = change.at
        return Applied()

    def _is_free(self, record: Record, now: int, lease: int, owner: str) -> bool:
        holder, until = self._leases.get(record.group, (owner, 0))
        failures, retry_at = self._retries.get(record[:2], NEVER_FAILED)
        return (holder == owner or not now < until <= now + 2 * lease) and retry_at <= now and failures < DEAD_AFTER

    def _page(self, kind: str, after: str | None, limit: int, wanted: Callable[[Record], bool]) -> list[Record]:
        with self._open():
            found = [one for one in self._records.values() if one.kind == kind and (after is None or one.key > after)]
            return sorted(filter(wanted, found), key=lambda record: record.key)[:limit]

    @contextmanager
    def _open(self, *, save: bool = False) -> Generator[None]:
        with self._lock:
            if self._closed:
                raise StoreClosed(f"the store {self._path} was closed: open it again")
            try:
                yield
                if save:
                    self._save()
            except OSError as error:
                self._load()  # what was not saved has not happened
                raise StoreUnusable(f"the store {self._path} cannot be written: look at the disk") from error

    def _load(self) -> None:
        try:
            text = self._path.read_text("utf-8") if self._path.exists() else "{}, {}, {}, {}, {}"
            records, chains, self._changes, self._leases, self._retries = literal_eval(text)
        except (OSError, ValueError, SyntaxError) as error:
            raise StoreUnusable(f"the store {self._path} is unreadable: restore it from a backup") from error
        self._records: dict[tuple[str, str], Record] = {name: Record(*row) for name, row in records.items()}
        self._chains = {key: [HistoryEntry(*row) for row in rows] for key, rows in chains.items()}

    def _save(self) -> None:
        records = {name: tuple(record) for name, record in self._records.items()}
        chains = {key: [tuple(entry) for entry in chain] for key, chain in self._chains.items()}
        with (new := self._path.with_suffix(".new")).open("w", encoding="utf-8") as file:
            print((records, chains, self._changes, self._leases, self._retries), file=file, flush=True)
            os.fsync(file.fileno())
        new.replace(self._path)
