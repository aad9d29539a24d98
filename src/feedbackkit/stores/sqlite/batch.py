"""Many changes in few statements, inside one transaction.

`apply` is the hopeful way: it groups all writes by statement and compares how many rows were written with how many
should have been. `judge` is the careful way: it reads first, and says for each change what becomes of it. What `judge`
lets pass, `apply` can write.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Protocol

from feedbackkit.ports import Put
from feedbackkit.stores.changes import APPLIED, outdated, pack_refs, runs, unpack_refs
from feedbackkit.stores.changes import judge as judge_changes
from feedbackkit.stores.checks import check_change
from feedbackkit.stores.sqlite import schema

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from feedbackkit.ports import Change, HistoryEntry, Result, Update

__all__ = ["apply", "fetch_among", "judge"]


class _StatementsOf(Protocol):
    def __call__(self, kind: str) -> schema.Statements: ...


def fetch_among(db: sqlite3.Connection, statement: str, keys: Iterable[str]) -> Iterator[Any]:
    """The rows of a statement for a list of keys of any length, in no order; no row twice."""
    distinct = list(dict.fromkeys(keys))
    for start in range(0, len(distinct), schema.WIDEST):
        some = distinct[start : start + schema.WIDEST]
        width = 1 << (len(some) - 1).bit_length()  # a few widths only, so that the driver finds its statements again
        some += some[-1:] * (width - len(some))
        yield from db.execute(schema.among(statement, width), some)


def apply(db: sqlite3.Connection, changes: Sequence[Change], statements_of: _StatementsOf) -> bool:
    """Write all of it, or say that something does not fit; then what was written has to be rolled back."""
    work = _Work(changes)
    if not work.writes_again():
        return work.written(db, statements_of)
    for change in changes:
        check_change(change)
    return all(_Work(run).written(db, statements_of) for run in runs(changes))


def judge(
    db: sqlite3.Connection, changes: Sequence[Change], statements_of: _StatementsOf, *, thoroughly: bool
) -> tuple[list[Change], list[Result]]:
    """The changes that can be made, one after the other, and the result of each; nothing is written.

    Unless thoroughly, only those are looked into that change a record which somebody else has written meanwhile: what
    goes wrong most often. Those that create a record which exists, or were made before, may then be among the others.
    """
    versions = _versions(db, changes, statements_of, created=thoroughly)
    suspects = changes if thoroughly else outdated(changes, versions)
    if not suspects:
        return list(changes), [APPLIED] * len(changes)
    known = {row[0] for row in fetch_among(db, schema.KNOWN_CHANGES, (change.id for change in suspects))}
    versions |= _versions(db, suspects, statements_of, created=True)
    chained = (entry.key for change in suspects for entry in change.entries)
    ends: dict[str, int] = dict(fetch_among(db, schema.CHAIN_ENDS, chained))
    return judge_changes(changes, known, versions, ends, suspects=suspects)


class _Work:
    """What some changes write, by statement and by kind."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._ids: list[tuple[str, int]] = []
        self._entries: list[HistoryEntry] = []
        self._creations: defaultdict[str, list[Put]] = defaultdict(list)
        self._replacements: defaultdict[str, list[Put]] = defaultdict(list)
        self._updates: defaultdict[str, list[Update]] = defaultdict(list)
        for id_, at, writes, chain in changes:
            self._ids.append((id_, at))
            self._entries += chain
            for write in writes:
                if isinstance(write, Put):
                    (self._replacements if write.version else self._creations)[write.kind].append(write)
                else:
                    self._updates[write.kind].append(write)

    def writes_again(self) -> bool:
        """Whether any record is written more than once."""
        keys: defaultdict[str, list[str]] = defaultdict(list)
        for writes in (self._creations, self._replacements, self._updates):
            for kind, some in writes.items():
                keys[kind] += [write.key for write in some]
        return any(len(set(some)) < len(some) for some in keys.values())

    def written(self, db: sqlite3.Connection, statements_of: _StatementsOf) -> bool:
        """Write it; whether all of it could be."""
        return (
            _count(db, schema.INSERT_CHANGE, self._ids)
            and all(_update(db, statements_of(kind), some) for kind, some in self._updates.items())
            and all(_replace(db, statements_of(kind), some) for kind, some in self._replacements.items())
            and all(_create(db, statements_of(kind), some) for kind, some in self._creations.items())
            and _append(db, self._entries)
        )


def _count(db: sqlite3.Connection, statement: str, rows: Sequence[Sequence[object]]) -> bool:
    return not rows or db.executemany(statement, rows).rowcount == len(rows)


def _update(db: sqlite3.Connection, statements: schema.Statements, updates: list[Update]) -> bool:
    rows = [(due, state, head, key, version) for _, key, version, due, state, head in updates]
    return _count(db, statements.update, rows)


def _create(db: sqlite3.Connection, statements: schema.Statements, puts: list[Put]) -> bool:
    rows = [(key, due, group, pack_refs(refs), state, head) for _, key, _, due, group, refs, state, head, _ in puts]
    if not _count(db, statements.insert, rows):
        return False
    db.executemany(statements.insert_body, [(put.key, put.body) for put in puts if put.body])
    db.executemany(statements.insert_ref, sorted((ref, put.key) for put in puts for ref in put.refs))
    return True


def _replace(db: sqlite3.Connection, statements: schema.Statements, puts: list[Put]) -> bool:
    before = dict(fetch_among(db, statements.refs, (put.key for put in puts)))
    rows = [
        (due, group, pack_refs(refs), state, head, key, version)
        for _, key, version, due, group, refs, state, head, _ in puts
    ]
    if not _count(db, statements.replace, rows):
        return False
    bodies = [(put.key, put.body) for put in puts if put.body]
    if bodies:
        db.executemany(statements.replace_body, bodies)
    if len(bodies) < len(puts):
        db.executemany(statements.delete_body, [(put.key,) for put in puts if not put.body])
    left: list[tuple[str, str]] = []
    joined: list[tuple[str, str]] = []
    for put in puts:
        earlier = unpack_refs(before[put.key])
        if earlier != put.refs:
            left += [(ref, put.key) for ref in earlier if ref not in put.refs]
            joined += [(ref, put.key) for ref in put.refs if ref not in earlier]
    if left:
        db.executemany(statements.delete_ref, left)
    if joined:
        db.executemany(statements.insert_ref, sorted(joined))
    return True


def _append(db: sqlite3.Connection, entries: list[HistoryEntry]) -> bool:
    first = [entry for entry in entries if entry.seq == 1]
    following = [(entry.key, *entry) for entry in entries if entry.seq != 1]
    return _count(db, schema.INSERT_FIRST_ENTRY, first) and _count(db, schema.INSERT_NEXT_ENTRY, following)


def _versions(
    db: sqlite3.Connection, changes: Sequence[Change], statements_of: _StatementsOf, *, created: bool
) -> dict[tuple[str, str], int]:
    """The versions of the records that are written, with those that are created or without."""
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for change in changes:
        for write in change.writes:
            if write.version or created:
                keys[write.kind].append(write.key)
    return {
        (kind, key): version
        for kind, some in keys.items()
        for key, version in fetch_among(db, statements_of(kind).versions, some)
    }
