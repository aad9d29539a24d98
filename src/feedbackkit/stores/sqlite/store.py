"""The store itself: each promise of the port, in statements."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

from feedbackkit.errors import StoreUnusable
from feedbackkit.ports import Applied, Head, HistoryEntry, Record
from feedbackkit.stores.changes import APPLIED, unpack_refs
from feedbackkit.stores.checks import check_kind
from feedbackkit.stores.sqlite import batch, schema
from feedbackkit.stores.sqlite.connection import Connection

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from feedbackkit.ports import Change, RecordKey, Result

__all__ = ["SQLiteStore"]

_FEW: Final = 8
"""So few heads are read in one statement; more of them would make a statement of each number."""
_WARY_FOR: Final = 32  # calls of `write` that look first, after one that found something stale


@final
class SQLiteStore:
    """A store in one SQLite file, created if it is not there; lives as long as the program.

    For several threads and several processes at once; they take turns, and wait for each other up to `timeout`, then
    raise `StoreBusy`. A forked process has to open its own. Durable: in WAL mode with ``synchronous=FULL``; leases and
    retries alone do not wait for the disk, a power cut may undo them. What is erased or replaced is overwritten, and
    after `erase` the log is emptied, unless somebody is still reading it; then the next `erase` or the last `close`
    does it. A file that is not ours, newer than this code or damaged raises `StoreUnusable` and is left as it is.
    """

    def __init__(self, path: str | os.PathLike[str], *, timeout: timedelta = timedelta(seconds=10)) -> None:
        self._connection: Final = Connection(path, timeout)
        self._statements: Final[dict[str, schema.Statements]] = {}
        self._wary = 0

    @property
    def path(self) -> Path:
        """Where the file is; a desk keeps its secret beside it."""
        return Path(self._connection.path)

    def __repr__(self) -> str:
        return f"SQLiteStore({self._connection.path!r})"

    def read(self, keys: Sequence[RecordKey]) -> list[Record | None]:
        """See `feedbackkit.ports.Store.read`."""
        found: dict[tuple[str, str], Record] = {}
        wanted = self._by_kind(keys)
        with self._connection.reading() as db:
            for kind, some in wanted.items():
                if statements := self._existing(db, kind):
                    for record in _records(kind, batch.fetch_among(db, statements.read, some)):
                        found[kind, record.key] = record
        return [found.get(name) for name in keys]

    def heads(self, keys: Sequence[RecordKey]) -> list[Head | None]:
        """See `feedbackkit.ports.Store.heads`."""
        found: dict[tuple[str, str], Head] = {}
        wanted = self._by_kind(keys)
        if 0 < len(keys) <= _FEW and all(kind in self._statements for kind in wanted):
            return self._few_heads(keys, wanted)
        with self._connection.reading() as db:
            for kind, some in wanted.items():
                if statements := self._existing(db, kind):
                    for key, version, state, head in batch.fetch_among(db, statements.heads, some):
                        found[kind, key] = Head(version, state, head)
        return [found.get(name) for name in keys]

    def _few_heads(self, keys: Sequence[RecordKey], wanted: Mapping[str, list[str]]) -> list[Head | None]:
        """The heads of a few records in one statement, which needs no transaction: the look before every send."""
        statement = schema.heads_of(*[(kind, len(some)) for kind, some in wanted.items()])
        with self._connection.glancing() as db:
            rows = db.execute(statement, [key for some in wanted.values() for key in some]).fetchall()
        found = {(kind, key): Head(version, state, head) for kind, key, version, state, head in rows}
        return [found.get(name) for name in keys]

    def write(self, changes: Sequence[Change]) -> list[Result]:
        """See `feedbackkit.ports.Store.write`."""
        self._prepare(changes)
        with self._connection.writing() as db:
            if self._wary:
                self._wary -= 1
            elif batch.apply(db, changes, self._of):
                return [APPLIED] * len(changes)
            else:
                self._wary = _WARY_FOR
                _begin_again(db)
            passed, results = batch.judge(db, changes, self._of, thoroughly=False)
            if batch.apply(db, passed, self._of):
                return results
            _begin_again(db)
            return self._judged(db, changes)

    def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        """See `feedbackkit.ports.Store.claim`."""
        check_kind(kind)
        with self._connection.noting() as db:
            if not (statements := self._existing(db, kind)):
                return []
            most = max(limit, 0)
            ahead = max(2 * most, schema.LEAST_AHEAD)
            wanted = {"now": now, "owner": owner, "latest": now + 2 * lease, "limit": most, "ahead": ahead}
            claimed = _records(kind, db.execute(statements.claim, wanted))
            groups = sorted({record.group for record in claimed})
            db.executemany(schema.INSERT_LEASE, [(group, owner, now + lease) for group in groups])
            return claimed

    def release(self, keys: Sequence[RecordKey], *, owner: str, retry_at: int | None = None) -> None:
        """See `feedbackkit.ports.Store.release`."""
        wanted = self._by_kind(keys)
        with self._connection.noting() as db:
            ours = {row[0] for row in db.execute(schema.LEASES_OF, (owner,))}
            ended: set[str] = set()
            for kind, some in wanted.items():
                if statements := self._existing(db, kind):
                    groups = dict(batch.fetch_among(db, statements.groups, some))
                    held = [key for key, group in groups.items() if group in ours]
                    ended.update(groups[key] for key in held)
                    if retry_at is not None:
                        db.executemany(statements.retry, [(retry_at, key) for key in held])
            db.executemany(schema.DELETE_LEASE, [(group,) for group in ended])

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
        check_kind(kind)
        one = ref if isinstance(ref, str) else None
        several = ref if isinstance(ref, tuple) else ()
        first = "r" if one is None else "f"  # the table that is gone through in order of key
        conditions = {"f.ref = ?": one, f"{first}.key > ?": after, "r.state = ?": state, "r.due <= ?": due_until}
        given = {condition: value for condition, value in conditions.items() if value is not None}
        where = f" {'AND' if isinstance(ref, tuple) else 'WHERE'} {' AND '.join(given)}" if given else ""
        with self._connection.reading() as db:
            if not (statements := self._existing(db, kind)):
                return []
            select = statements.find if ref is None else statements.find_by_ref
            if isinstance(ref, tuple):
                select = schema.among(statements.find_by_refs, len(ref))
            values = (*several, *given.values(), max(limit, 0))
            rows = db.execute(f"{select}{where} ORDER BY {first}.key LIMIT ?", values)
            return _records(kind, rows)

    def history(self, key: str, *, after: int = 0, limit: int) -> list[HistoryEntry]:
        """See `feedbackkit.ports.Store.history`."""
        with self._connection.reading() as db:
            return [HistoryEntry._make(row) for row in db.execute(schema.READ_CHAIN, (key, after, max(limit, 0)))]

    def dead_letters(self, kind: str, *, after: str | None = None, limit: int) -> list[Record]:
        """See `feedbackkit.ports.Store.dead_letters`."""
        check_kind(kind)
        with self._connection.reading() as db:
            if not (statements := self._existing(db, kind)):
                return []
            return _records(kind, db.execute(statements.dead, {"after": after, "limit": max(limit, 0)}))

    def erase(self, change: Change, forget: Sequence[tuple[str, int]]) -> Result:
        """See `feedbackkit.ports.Store.erase`."""
        self._prepare([change])
        with self._connection.writing() as db:
            [result] = self._judged(db, [change])
            if isinstance(result, Applied):
                db.executemany(schema.FORGET_ENTRY, forget)
        self._connection.sweep()
        return result

    def close(self) -> None:
        """See `feedbackkit.ports.Store.close`."""
        self._connection.close()

    def _judged(self, db: sqlite3.Connection, changes: Sequence[Change]) -> list[Result]:
        passed, results = batch.judge(db, changes, self._of, thoroughly=True)
        if not batch.apply(db, passed, self._of):
            raise StoreUnusable(f"the store {self._connection.path} contradicts itself: restore it from a backup")
        return results

    def _prepare(self, changes: Sequence[Change]) -> None:
        """Create the tables of kinds that are written for the first time."""
        for kind in {write.kind for change in changes for write in change.writes}:
            if kind not in self._statements:
                statements = schema.Statements(check_kind(kind))
                self._connection.create(statements.create)
                self._statements[kind] = statements

    def _of(self, kind: str) -> schema.Statements:
        return self._statements[kind]

    def _existing(self, db: sqlite3.Connection, kind: str) -> schema.Statements | None:
        """The statements of a kind, if anybody has written it yet."""
        if kind not in self._statements:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (f"record_{kind}",)).fetchone():
                return None
            self._statements[kind] = schema.Statements(kind)
        return self._statements[kind]

    @staticmethod
    def _by_kind(keys: Sequence[RecordKey]) -> dict[str, list[str]]:
        wanted: defaultdict[str, list[str]] = defaultdict(list)
        for kind, key in keys:
            wanted[kind].append(key)
        for kind in wanted:
            check_kind(kind)
        return wanted


def _begin_again(db: sqlite3.Connection) -> None:
    db.execute("ROLLBACK")
    db.execute("BEGIN IMMEDIATE")


def _records(kind: str, rows: Iterable[Any]) -> list[Record]:
    return [
        Record(kind, key, version, due, group, unpack_refs(refs), state, head, body)
        for key, version, due, group, refs, state, head, body in rows
    ]
