"""What is read: records by name, by ref and in order of key; chains; and what was given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from sqlalchemy import bindparam, select

from feedbackkit.ports import Head, HistoryEntry, Record
from feedbackkit.stores.changes import unpack_refs
from feedbackkit.stores.checks import check_kind
from feedbackkit.stores.sql.transactions import Mode
from feedbackkit.stores.sql.values import check_values, key_in, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection

    from feedbackkit.ports import RecordKey
    from feedbackkit.stores.sql.bulk import Bulk

__all__ = ["Page", "Reader", "mode_of"]

_FEW: Final = 50
"""So many records are read by one statement that needs no transaction."""
_AFTER_SLASH: Final = "0"  # the character that follows the slash: what is before it comes after all keys of a kind


class Page(NamedTuple):
    """Which records of a kind are wanted, in order of key."""

    kind: str
    after: str | None
    limit: int
    ref: str | tuple[str, ...] | None = None
    state: str | None = None
    due_until: int | None = None

    @property
    def mode(self) -> Mode:
        """How it is read: by several refs it may be much."""
        return Mode.READ if isinstance(self.ref, tuple) else Mode.LOOK

    def checked(self) -> Page:
        """Itself, unless a value of it can be in no store; a limit below 0 is one of 0."""
        refs = (self.ref,) if isinstance(self.ref, str) else self.ref or ()
        check_values(check_kind(self.kind), self.after, self.limit, self.state, self.due_until, *refs)
        return self._replace(limit=max(self.limit, 0))


@final
class Reader:
    """Reads, inside of a transaction that is begun and ended elsewhere."""

    def __init__(self, bulk: Bulk) -> None:
        self._bulk: Final = bulk
        tables = bulk.tables
        record, body, history = tables.record.c, tables.body.c, tables.history.c
        columns = (
            record.kind, record.name, record.version, record.due, record.group_id, record.refs, record.state,
            record.head, body.body,
        )  # fmt: skip
        whole = tables.record.outerjoin(tables.body, record.name == body.name)
        by_ref = tables.ref.join(tables.record, tables.ref.c.name == record.name)
        self._all: Final = select(*columns).select_from(whole)
        self._by_ref: Final = select(*columns).select_from(by_ref.outerjoin(tables.body, record.name == body.name))
        self._read: Final = self._all.where(bulk.among(record.name))
        self._heads: Final = select(record.name, record.version, record.state, record.head).where(
            bulk.among(record.name)
        )
        # In words of their own, for a driver keeps the plan of a statement, and theirs is made by an untold planner.
        self._read_few: Final = self._read.prefix_with("ALL")
        self._few_heads: Final = self._heads.prefix_with("ALL")
        self._history: Final = (
            select(
                history.record_key, history.seq, history.at, history.actor, history.event, history.change_id,
                history.salt, history.commitment, history.previous, history.payload,
            )
            .where(history.record_key == bindparam("of"), history.seq > bindparam("after"))
            .order_by(history.seq)
            .limit(bindparam("most"))
        )  # fmt: skip

    def read(self, conn: Connection, keys: Sequence[RecordKey]) -> list[Record | None]:
        """See `feedbackkit.ports.Store.read`."""
        names = [name_of(kind, key) for kind, key in keys]
        rows = self._bulk.fetch(conn, self._read if mode_of(keys) is Mode.READ else self._read_few, names)
        found = _by_name(rows)
        return [found.get(name) for name in names]

    def named(self, conn: Connection, names: Iterable[str]) -> dict[str, Record]:
        """Those records that are there, by their names."""
        return _by_name(self._bulk.fetch(conn, self._read, names))

    def heads(self, conn: Connection, keys: Sequence[RecordKey]) -> list[Head | None]:
        """See `feedbackkit.ports.Store.heads`."""
        names = [name_of(kind, key) for kind, key in keys]
        rows = self._bulk.fetch(conn, self._heads if mode_of(keys) is Mode.READ else self._few_heads, names)
        found = {name: Head(version, state, head) for name, version, state, head in rows}
        return [found.get(name) for name in names]

    def find(self, conn: Connection, page: Page) -> list[Record]:
        """See `feedbackkit.ports.Store.find`."""
        tables = self._bulk.tables
        record, ref = tables.record.c, tables.ref.c
        name, wanted = record.name, self._all
        if isinstance(page.ref, str):  # then the other table is gone through in order
            name, wanted = ref.name, self._by_ref.where(ref.ref == page.ref)
        elif page.ref is not None:
            named = select(ref.name).where(self._bulk.among(ref.ref), *_within(ref.name, page))
            wanted = self._all.where(record.name.in_(named))
        if page.state is not None:
            wanted = wanted.where(record.state == page.state)
        if page.due_until is not None:
            wanted = wanted.where(record.due <= page.due_until)
        wanted = wanted.where(*_within(name, page)).order_by(name).limit(page.limit)
        if not isinstance(page.ref, tuple):
            return _records(conn.execute(wanted))
        found = _by_name(self._bulk.fetch(conn, wanted, page.ref))  # a list that is long may go in parts
        return [found[name] for name in sorted(found)][: page.limit]

    def dead_letters(self, conn: Connection, page: Page) -> list[Record]:
        """See `feedbackkit.ports.Store.dead_letters`."""
        name = self._bulk.tables.record.c.name
        dead = self._all.where(self._bulk.tables.dead, *_within(name, page))
        return _records(conn.execute(dead.order_by(name).limit(page.limit)))

    def history(self, conn: Connection, key: str, after: int, limit: int) -> list[HistoryEntry]:
        """See `feedbackkit.ports.Store.history`."""
        rows = conn.execute(self._history, {"of": key, "after": after, "most": limit})
        return [HistoryEntry._make(row) for row in rows]


def _within(name: ColumnElement[str], page: Page) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    first = name >= name_of(page.kind, "") if page.after is None else name > name_of(page.kind, page.after)
    return first, name < f"{page.kind}{_AFTER_SLASH}"


def mode_of(keys: Sequence[RecordKey]) -> Mode:
    """How so many records are read."""
    return Mode.READ if len(keys) > _FEW else Mode.LOOK


def _by_name(rows: Iterable[Any]) -> dict[str, Record]:
    return {name_of(record.kind, record.key): record for record in _records(rows)}


def _records(rows: Iterable[Any]) -> list[Record]:
    """Records of what was selected; one without a body has an empty one."""
    return [
        Record(kind, key_in(name), version, due, group, unpack_refs(refs), state, head, body or b"")
        for kind, name, version, due, group, refs, state, head, body in rows
    ]
