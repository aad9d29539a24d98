"""Changes applied to the tables, inside of a transaction that is begun and ended elsewhere.

`apply` is the hopeful way: it writes whole batches, and where anything does not fit it raises `Mismatch`, so that all
of it is rolled back. `judge_and_apply` is the careful way: it looks first, locks what it looks at, and says for each
change what becomes of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from sqlalchemy import func, select

from feedbackkit.ports import Applied, Put
from feedbackkit.stores.changes import APPLIED, judge, pack_refs, runs, unpack_refs
from feedbackkit.stores.sql.bulk import CREATED, REPLACED, UPDATED
from feedbackkit.stores.sql.values import in_columns, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from feedbackkit.ports import Change, HistoryEntry, Result, Update
    from feedbackkit.stores.sql.bulk import Bulk

__all__ = ["Batches", "Mismatch"]

_ENTRY: Final = ("record_key", "seq", "at", "actor", "event", "change_id", "salt", "commitment", "previous", "payload")


class Mismatch(Exception):
    """Something does not fit, and what was written has to be rolled back."""


@final
class Batches:
    """Applies changes in few statements, each in order of its key, so that two batches do not lock each other out."""

    def __init__(self, bulk: Bulk) -> None:
        self._bulk: Final = bulk
        tables = bulk.tables
        record, change, history = tables.record.c, tables.change.c, tables.history.c
        named = bulk.among(record.name)
        self._known: Final = select(change.id).where(bulk.among(change.id))
        self._versions: Final = select(record.name, record.version).where(named).order_by(record.name).with_for_update()
        self._refs: Final = select(record.name, record.refs).where(named).order_by(record.name).with_for_update()
        self._ends: Final = (
            select(history.record_key, func.max(history.seq))
            .where(bulk.among(history.record_key))
            .group_by(history.record_key)
        )

    def apply(self, conn: Connection, changes: Sequence[Change]) -> list[Result]:
        """Make all changes."""
        for run in runs(changes):
            self._apply_run(conn, run)
        return [APPLIED] * len(changes)

    def judge_and_apply(self, conn: Connection, changes: Sequence[Change]) -> list[Result]:
        """Make those changes that can be made; raises `Mismatch` only where somebody writes at the same time."""
        fetch = self._bulk.fetch
        names = {name_of(write.kind, write.key): write[:2] for change in changes for write in change.writes}
        versions = {names[name]: version for name, version in fetch(conn, self._versions, sorted(names))}
        chains = {entry.key for change in changes for entry in change.entries}
        ends = {key: end for key, end in fetch(conn, self._ends, chains)}  # noqa: C416 - a row is no pair to `dict`
        # The ids come last: whoever has made one of these changes meanwhile is then known, and not taken for a rival.
        known = {id_ for (id_,) in fetch(conn, self._known, (change.id for change in changes))}
        passed, results = judge(changes, known, versions, ends)
        self.apply(conn, passed)
        return results

    def erase(self, conn: Connection, change: Change, forget: Sequence[tuple[str, int]]) -> Result:
        """Make a change and, with it, empty entries."""
        [result] = self.judge_and_apply(conn, [change])
        if isinstance(result, Applied) and forget:
            history = self._bulk.tables.history.c
            in_columns([history.record_key, history.seq], forget)
            self._bulk.forget(conn, sorted(set(forget)))
        return result

    def _apply_run(self, conn: Connection, changes: Sequence[Change]) -> None:
        creations: list[Put] = []
        replacements: list[Put] = []
        updates: list[Update] = []
        for change in changes:
            for write in change.writes:
                if isinstance(write, Put):
                    (replacements if write.version else creations).append(write)
                else:
                    updates.append(write)
        tables = self._bulk.tables
        self._bulk.insert(conn, tables.change, ("id", "at"), sorted((change.id, change.at) for change in changes))
        stored = self._held(conn, replacements, updates)
        self._update(conn, updates)
        self._replace(conn, _in_order(replacements), stored)
        self._create(conn, _in_order(creations))
        self._bulk.insert_leases(conn, sorted({put.group for put in (*replacements, *creations)}))
        self._append(conn, [entry for change in changes for entry in change.entries])

    def _update(self, conn: Connection, updates: Iterable[Update]) -> None:
        rows = [(name_of(kind, key), version, due, state, head) for kind, key, version, due, state, head in updates]
        if not self._bulk.overwrite(conn, UPDATED, sorted(rows, key=_first)):
            raise Mismatch

    def _create(self, conn: Connection, puts: Sequence[Put]) -> None:
        tables = self._bulk.tables
        rows = [
            (name_of(put.kind, put.key), put.kind, 1, put.due, put.group, put.state, pack_refs(put.refs), put.head)
            for put in puts
        ]
        self._bulk.insert(conn, tables.record, CREATED, rows)
        bodies = [(name_of(put.kind, put.key), put.body) for put in puts if put.body]
        self._bulk.insert(conn, tables.body, ("name", "body"), bodies)
        self._add_refs(conn, {(ref, name_of(put.kind, put.key)) for put in puts for ref in put.refs})

    def _held(self, conn: Connection, replacements: Sequence[Put], updates: Sequence[Update]) -> dict[str, str]:
        """The packed refs of what is to be replaced, by name; nobody else can change them now.

        What is to be updated is held with it, all in one order, for two statements that wait in turn may meet another
        two that wait the other way round.
        """
        if not replacements:
            return {}
        written: list[Put | Update] = [*replacements, *updates]
        names = sorted(name_of(write.kind, write.key) for write in written)
        return {name: refs for name, refs in self._bulk.fetch(conn, self._refs, names)}  # noqa: C416 - a row is no pair

    def _replace(self, conn: Connection, puts: Sequence[Put], stored: dict[str, str]) -> None:
        rows = [
            (name_of(put.kind, put.key), put.version, put.due, put.state, put.head, put.group, pack_refs(put.refs))
            for put in puts
        ]
        if any(row[0] not in stored for row in rows) or not self._bulk.overwrite(conn, REPLACED, rows):
            raise Mismatch
        self._bulk.put_bodies(conn, [(row[0], put.body) for row, put in zip(rows, puts, strict=True) if put.body])
        self._bulk.delete_bodies(conn, [row[0] for row, put in zip(rows, puts, strict=True) if not put.body])
        before = {(ref, row[0]) for row in rows for ref in unpack_refs(stored[row[0]])}
        after = {(ref, row[0]) for row, put in zip(rows, puts, strict=True) for ref in put.refs}
        self._bulk.delete_refs(conn, sorted(before - after))
        self._add_refs(conn, after - before)

    def _add_refs(self, conn: Connection, pairs: Iterable[tuple[str, str]]) -> None:
        self._bulk.insert(conn, self._bulk.tables.ref, ("ref", "name"), sorted(pairs))

    def _append(self, conn: Connection, entries: Sequence[HistoryEntry]) -> None:
        ends: dict[str, int] = {}
        before: list[tuple[str, int]] = []  # what must be there already, for chains that go on
        for entry in entries:
            if entry.key in ends:
                if entry.seq != ends[entry.key] + 1:
                    raise Mismatch
            elif entry.seq != 1:
                before.append((entry.key, entry.seq - 1))
            ends[entry.key] = entry.seq
        if self._bulk.count_entries(conn, sorted(before)) != len(before):
            raise Mismatch
        self._bulk.insert(conn, self._bulk.tables.history, _ENTRY, sorted(entries))


def _in_order(puts: Iterable[Put]) -> list[Put]:
    return sorted(puts, key=lambda put: (put.kind, put.key))


def _first(row: tuple[str, *tuple[object, ...]]) -> str:
    return row[0]
