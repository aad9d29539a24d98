"""Whole batches on SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.sqlite import insert

from feedbackkit.stores.sql.bulk import ListBulk, Rows, dicts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from feedbackkit.stores.sql.tables import Tables

__all__ = ["SQLiteBulk"]


@final
class SQLiteBulk(ListBulk):
    """A statement is prepared once and run for each row, inside of the process."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        record, body = tables.record, tables.body
        self._overwrite: Final = (
            update(record)
            .where(record.c.name == bindparam("its_name"), record.c.version == bindparam("its_version"))
            .values(version=record.c.version + 1, tries=0, retry_at=None)
        )
        put = insert(body)
        self._put_body: Final = put.on_conflict_do_update(
            index_elements=[body.c.name], set_={"body": put.excluded.body}, where=body.c.body != put.excluded.body
        )
        self._insert_lease: Final = insert(tables.lease).on_conflict_do_nothing()

    def insert_leases(self, conn: Connection, groups: Sequence[str]) -> None:
        """See `Bulk.insert_leases`."""
        if groups:
            conn.execute(self._insert_lease, dicts(self.tables.lease, ["group_id"], [(group,) for group in groups]))

    def overwrite(self, conn: Connection, names: Sequence[str], rows: Rows) -> bool:
        """See `Bulk.overwrite`."""
        if not rows:
            return True
        given = dicts(self.tables.record, names, rows)
        for row in given:
            row["its_name"], row["its_version"] = row.pop("name"), row.pop("version")
        written = names[2:]
        statement = self._overwrite.values({name: bindparam(name) for name in written})
        return conn.execute(statement, given).rowcount == len(rows)

    def put_bodies(self, conn: Connection, rows: Rows) -> None:
        """See `Bulk.put_bodies`."""
        if rows:
            conn.execute(self._put_body, dicts(self.tables.body, ["name", "body"], rows))
