"""Many rows in few statements: what every database has to do, and what all of them do in the same way.

What is given for a row is compared by the database itself, and whether a whole batch fits is seen from a count.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import bindparam, delete, func, insert, select, tuple_, update

from feedbackkit.stores.sql.values import check_texts, in_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import BindParameter, Column, ColumnElement, Connection, Executable, Table

    from feedbackkit.stores.sql.tables import Tables

__all__ = ["AMONG", "CREATED", "REPLACED", "UPDATED", "Bulk", "ListBulk", "Rows"]

Rows: TypeAlias = Sequence[tuple[Any, ...]]

AMONG: Final = "among"
"""The value of a statement that is a list of any length."""

CREATED: Final = ("name", "kind", "version", "due", "group_id", "state", "refs", "head")
"""What is given for a new record."""

UPDATED: Final[tuple[str, ...]] = ("name", "version", "due", "state", "head")
"""What is given for an updated record; the version is the one that it must have."""

REPLACED: Final[tuple[str, ...]] = (*UPDATED, "group_id", "refs")
"""What is given for a record that is replaced."""

_WIDEST: Final = 500  # items in a list: SQLite allows 32,766 values in a statement, and planning a long one takes long


class Bulk(ABC):
    """The statements for whole batches, on one set of tables in one kind of database."""

    def __init__(self, tables: Tables) -> None:
        self.tables: Final = tables
        ref, history = tables.ref.c, tables.history.c
        pairs: BindParameter[Any] = bindparam(AMONG, expanding=True)
        self._entries: Final = tuple_(history.record_key, history.seq).in_(pairs)
        self._delete_refs: Final = delete(tables.ref).where(tuple_(ref.ref, ref.name).in_(pairs))
        self._delete_bodies: Final = delete(tables.body).where(self.among(tables.body.c.name))
        self._forget: Final = update(tables.history).where(self._entries).values(salt=b"", payload=b"")

    @abstractmethod
    def among(self, column: Column[Any]) -> ColumnElement[bool]:
        """The condition that a text is in the list that is given as `AMONG`."""

    @abstractmethod
    def fetch(self, conn: Connection, statement: Executable, texts: Iterable[str], **values: object) -> Iterator[Any]:
        """The rows of a statement with that condition, for a list of any length and other values."""

    @abstractmethod
    def execute(self, conn: Connection, statement: Executable, texts: Sequence[str], **values: object) -> None:
        """Run a statement with that condition, for a list of any length and other values."""

    @abstractmethod
    def insert(self, conn: Connection, table: Table, names: Sequence[str], rows: Rows) -> None:
        """Insert rows; where one is there already, the database raises."""

    @abstractmethod
    def insert_leases(self, conn: Connection, groups: Sequence[str]) -> None:
        """Give each group that has none a lease that nobody holds."""

    @abstractmethod
    def overwrite(self, conn: Connection, names: Sequence[str], rows: Rows) -> bool:
        """Write over records, as `UPDATED` or `REPLACED`; whether each of them had the version that is given."""

    @abstractmethod
    def put_bodies(self, conn: Connection, rows: Rows) -> None:
        """Write bodies, whether their records had one or not."""

    @abstractmethod
    def count_entries(self, conn: Connection, pairs: Rows) -> int:
        """How many of the entries named by key and seq are there."""

    def delete_bodies(self, conn: Connection, names: Sequence[str]) -> None:
        """Take the bodies of records away."""
        self.execute(conn, self._delete_bodies, names)

    def delete_refs(self, conn: Connection, pairs: Rows) -> None:
        """Find records by a ref no longer, each named by the ref and its name."""
        for some in chunks(pairs):
            conn.execute(self._delete_refs, {AMONG: some})

    def forget(self, conn: Connection, pairs: Rows) -> None:
        """Empty payload and salt of the entries named by key and seq."""
        for some in chunks(pairs):
            conn.execute(self._forget, {AMONG: some})


class ListBulk(Bulk):
    """For databases without arrays: many rows for one statement, and lists of values, cut to a width."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self._count: Final = select(func.count()).select_from(tables.history).where(self._entries)

    def among(self, column: Column[Any]) -> ColumnElement[bool]:
        """See `Bulk.among`."""
        return column.in_(bindparam(AMONG, expanding=True))

    def fetch(self, conn: Connection, statement: Executable, texts: Iterable[str], **values: object) -> Iterator[Any]:
        """See `Bulk.fetch`."""
        distinct = list(dict.fromkeys(texts))
        check_texts(distinct)
        for some in chunks(distinct):
            yield from conn.execute(statement, {AMONG: some, **values})

    def execute(self, conn: Connection, statement: Executable, texts: Sequence[str], **values: object) -> None:
        """See `Bulk.execute`."""
        for some in chunks(texts):
            conn.execute(statement, {AMONG: some, **values})

    def insert(self, conn: Connection, table: Table, names: Sequence[str], rows: Rows) -> None:
        """See `Bulk.insert`."""
        if rows:
            conn.execute(insert(table), dicts(table, names, rows))

    def count_entries(self, conn: Connection, pairs: Rows) -> int:
        """See `Bulk.count_entries`."""
        return sum(conn.execute(self._count, {AMONG: some}).scalar_one() for some in chunks(pairs))


def dicts(table: Table, names: Sequence[str], rows: Rows) -> list[dict[str, Any]]:
    """Rows as a statement for many takes them, with what cannot be kept refused."""
    in_columns([table.c[name] for name in names], rows)
    return [dict(zip(names, row, strict=True)) for row in rows]


def chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The items, as many at a time as a list in a statement may have."""
    for start in range(0, len(items), _WIDEST):
        yield items[start : start + _WIDEST]
