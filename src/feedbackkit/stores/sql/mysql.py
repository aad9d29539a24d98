"""Whole batches on MariaDB and MySQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, final

from sqlalchemy import func, literal_column, null, select
from sqlalchemy.dialects.mysql import insert

from feedbackkit.stores.sql.bulk import REPLACED, UPDATED, ListBulk, Rows, dicts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection
    from sqlalchemy.dialects.mysql import Insert

    from feedbackkit.stores.sql.tables import Tables

__all__ = ["MySQLBulk"]

_UNUSED: Final = {"kind": "", "group_id": "", "refs": ""}


@final
class MySQLBulk(ListBulk):
    """Drivers send the rows of an insert together and those of an update one by one, so records are inserted over.

    A row over one that is there counts two if it changes something and at most one if not; a new row counts one. So all
    were at their version if and only if two are counted for each; otherwise the caller rolls all of it back.
    """

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        lease, body = tables.lease, tables.body
        self._overwrite: Final = {names: self._over(names) for names in (UPDATED, REPLACED)}
        put = insert(body)
        self._put_body: Final = put.on_duplicate_key_update(body=put.inserted.body)
        self._leased: Final = select(lease.c.group_id).where(self.among(lease.c.group_id))
        self._insert_lease: Final = insert(lease).prefix_with("IGNORE")

    def _over(self, names: Sequence[str]) -> Insert:
        record = self.tables.record
        statement = insert(record)
        fits = record.c.version == statement.inserted.version
        given: dict[str, ColumnElement[Any]] = {
            name: statement.inserted[name] for name in names if name not in {"name", "version"}
        }
        # Without values of their own, for drivers send many rows only together; the version last, for `fits` reads it.
        more: dict[str, ColumnElement[Any]] = {
            "tries": literal_column("0"),
            "retry_at": null(),
            "version": record.c.version + literal_column("1"),
        }
        return statement.on_duplicate_key_update(
            [(name, func.if_(fits, value, record.c[name])) for name, value in {**given, **more}.items()]
        )

    def insert_leases(self, conn: Connection, groups: Sequence[str]) -> None:
        """See `Bulk.insert_leases`; what is there is not even tried, for that would wait for whoever claims it."""
        there = {group for (group,) in self.fetch(conn, self._leased, groups)}
        missing = [(group,) for group in groups if group not in there]
        if missing:
            conn.execute(self._insert_lease, dicts(self.tables.lease, ["group_id"], missing))

    def overwrite(self, conn: Connection, names: Sequence[str], rows: Rows) -> bool:
        """See `Bulk.overwrite`."""
        if not rows:
            return True
        given = [{**_UNUSED, **row} for row in dicts(self.tables.record, names, rows)]
        return conn.execute(self._overwrite[tuple(names)], given).rowcount == 2 * len(rows)

    def put_bodies(self, conn: Connection, rows: Rows) -> None:
        """See `Bulk.put_bodies`."""
        if rows:
            conn.execute(self._put_body, dicts(self.tables.body, ["name", "body"], rows))
