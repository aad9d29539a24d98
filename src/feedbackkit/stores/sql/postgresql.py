"""Whole batches on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, final

from sqlalchemy import BigInteger, LargeBinary, Text, any_, bindparam, cast, column, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from feedbackkit.stores.sql.bulk import AMONG, REPLACED, UPDATED, Bulk, Rows
from feedbackkit.stores.sql.tables import Bytes, Exact
from feedbackkit.stores.sql.values import check_texts, in_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Column, ColumnElement, Connection, Executable, Table, Update
    from sqlalchemy.dialects.postgresql import Insert
    from sqlalchemy.sql.selectable import TableValuedAlias

    from feedbackkit.stores.sql.tables import Tables

__all__ = ["PostgreSQLBulk"]


@final
class PostgreSQLBulk(Bulk):
    """A batch is one statement, given an array for each column.

    An array is written out as text in here and cast by the database: drivers turn a list into an array one item at a
    time, in Python, which takes longer than all that the database does.
    """

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        body, history = tables.body, tables.history
        self._inserts: Final[dict[tuple[str, tuple[str, ...]], Insert]] = {}
        self._overwrite: Final = {names: _overwriting(tables.record, names) for names in (UPDATED, REPLACED)}
        put = _inserting(body, ("name", "body"))
        self._put_body: Final = put.on_conflict_do_update(
            index_elements=[body.c.name], set_={"body": put.excluded.body}, where=body.c.body != put.excluded.body
        )
        self._insert_lease: Final = _inserting(tables.lease, ("group_id",)).on_conflict_do_nothing()
        given = _given(history, ("record_key", "seq"))
        self._count: Final = (
            select(func.count())
            .select_from(given)
            .join(history, (history.c.record_key == given.c.record_key) & (history.c.seq == given.c.seq))
        )

    def among(self, column: Column[Any]) -> ColumnElement[bool]:
        """See `Bulk.among`."""
        # A subquery, as in `_given`; and a cast around it, or it would be one of rows.
        return column == any_(cast(select(_array(AMONG, Text())).scalar_subquery(), ARRAY(Text())))

    def fetch(self, conn: Connection, statement: Executable, texts: Iterable[str], **values: object) -> Iterator[Any]:
        """See `Bulk.fetch`."""
        distinct = list(dict.fromkeys(texts))
        if distinct:
            check_texts(distinct)
            yield from conn.execute(statement, {AMONG: _of_texts(distinct), **values})

    def execute(self, conn: Connection, statement: Executable, texts: Sequence[str], **values: object) -> None:
        """See `Bulk.execute`."""
        if texts:
            conn.execute(statement, {AMONG: _of_texts(texts), **values})

    def insert(self, conn: Connection, table: Table, names: Sequence[str], rows: Rows) -> None:
        """See `Bulk.insert`."""
        if rows:
            shape = (table.name, tuple(names))
            if shape not in self._inserts:
                self._inserts[shape] = _inserting(table, names)
            conn.execute(self._inserts[shape], _arrays(table, names, rows))

    def insert_leases(self, conn: Connection, groups: Sequence[str]) -> None:
        """See `Bulk.insert_leases`."""
        if groups:
            conn.execute(self._insert_lease, _arrays(self.tables.lease, ["group_id"], [(group,) for group in groups]))

    def overwrite(self, conn: Connection, names: Sequence[str], rows: Rows) -> bool:
        """See `Bulk.overwrite`."""
        if not rows:
            return True
        statement = self._overwrite[tuple(names)]
        return conn.execute(statement, _arrays(self.tables.record, names, rows)).rowcount == len(rows)

    def put_bodies(self, conn: Connection, rows: Rows) -> None:
        """See `Bulk.put_bodies`."""
        if rows:
            conn.execute(self._put_body, _arrays(self.tables.body, ["name", "body"], rows))

    def count_entries(self, conn: Connection, pairs: Rows) -> int:
        """See `Bulk.count_entries`."""
        if not pairs:
            return 0
        given = _arrays(self.tables.history, ["record_key", "seq"], pairs)
        return int(conn.execute(self._count, given).scalar_one())


def _inserting(table: Table, names: Sequence[str]) -> Insert:
    given = _given(table, names)
    return insert(table).from_select(list(names), select(*given.c))


def _overwriting(record: Table, names: Sequence[str]) -> Update:
    given = _given(record, names)
    return (
        update(record)
        .where(record.c.name == given.c.name, record.c.version == given.c.version)
        .values(version=record.c.version + 1, tries=0, retry_at=None, **{name: given.c[name] for name in names[2:]})
    )


def _given(table: Table, names: Sequence[str]) -> TableValuedAlias:
    """The rows that are given, as a table with these columns.

    Each array is a subquery, so that the planner knows nothing of its length: it looks each row up by its key, in the
    order of the arrays, whatever it thinks of the table, and two batches in order of key cannot lock each other out.
    """
    types = {name: _item_type(table.c[name]) for name in names}
    arrays = [select(_array(f"all_{name}", type_)).scalar_subquery() for name, type_ in types.items()]
    columns = [column(name, type_) for name, type_ in types.items()]
    return func.unnest(*arrays).table_valued(*columns, name="given").render_derived()


def _item_type(of: Column[Any]) -> Any:  # noqa: ANN401 - a type of SQLAlchemy, of text, bytes or numbers
    if isinstance(of.type, Exact):
        return Text()
    return LargeBinary() if isinstance(of.type, Bytes) else BigInteger()


def _array(name: str, item: Any) -> ColumnElement[Any]:  # noqa: ANN401 - as `_item_type`
    return cast(bindparam(name, type_=Text()), ARRAY(item))


def _arrays(table: Table, names: Sequence[str], rows: Rows) -> dict[str, str]:
    columns = [table.c[name] for name in names]
    return {
        f"all_{of.name}": _written_out(of, values)
        for of, values in zip(columns, in_columns(columns, rows), strict=True)
    }


def _written_out(of: Column[Any], values: Sequence[Any]) -> str:
    """An array as PostgreSQL reads it."""
    if isinstance(of.type, Exact):
        return _of_texts(values)
    if isinstance(of.type, Bytes):
        return '{"\\\\x' + '","\\\\x'.join([value.hex() for value in values]) + '"}'
    return "{" + ",".join(["NULL" if value is None else f"{value:d}" for value in values]) + "}"


def _of_texts(values: Sequence[str]) -> str:
    """None of them has a NUL, so the escaping can be done for all at once."""
    return '{"' + "\0".join(values).replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","') + '"}'
