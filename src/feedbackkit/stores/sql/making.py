"""The tables made and brought up to date: by two processes at once as by one, and whole wherever it is cut off."""

from __future__ import annotations

import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from feedbackkit.errors import StoreBusy, StoreUnusable
from feedbackkit.stores.sql import layouts
from feedbackkit.stores.sql.tables import is_mysql

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from feedbackkit.stores.sql.tables import Tables

__all__ = ["check_layout", "is_old", "layout_of", "upgrade"]

_PATIENCE: Final = 60  # seconds that one process waits for another that upgrades


def layout_of(conn: Connection, tables: Tables) -> int:
    """The layout that the tables have now; 0 where there are none."""
    if not inspect(conn).has_table(tables.layout.name):
        return 0
    return conn.execute(select(tables.layout.c.version).where(tables.layout.c.id == 1)).scalar() or 0


def is_old(layout: int) -> bool:
    """Whether there is something to upgrade."""
    return layout < layouts.LAYOUT


def check_layout(layout: int, where: str, *, dialect: str) -> None:
    """Refuse a layout that this code does not know how to use."""
    known = layouts.LAYOUT
    if layout > known:
        raise StoreUnusable(f"the store {where} has layout {layout}, newer than {known}: upgrade feedbackkit")
    if is_old(layout):
        command = f"python -m feedbackkit schema --dialect {dialect} --from {layout}"
        raise StoreUnusable(
            f"the store {where} has layout {layout}, and this code needs {known}: `{command}` prints how"
        )


def upgrade(conn: Connection, tables: Tables, where: str) -> int:
    """Make the tables what this code needs, from whatever layout they have; the layout they have then.

    On PostgreSQL and SQLite all of it is one transaction. MariaDB and MySQL commit every change of a table at once, so
    there each step is marked when it is done, and begun again if it was cut off.
    """
    _lock(conn, tables, where)
    try:
        start = layout_of(conn, tables)  # somebody else may have done it meanwhile
        for _, statements in layouts.steps(conn.dialect.name, start, layouts.LAYOUT, tables.prefix):
            for statement in statements:
                conn.exec_driver_sql(statement)
        return layout_of(conn, tables)
    finally:
        if is_mysql(conn.dialect):
            with suppress(SQLAlchemyError):  # a connection that was cut off holds no lock any more
                conn.execute(select(func.release_lock(_lock_name(conn, tables))))


def _lock(conn: Connection, tables: Tables, where: str) -> None:
    """One upgrades at a time. SQLite has begun a transaction that writes; the others have locks of any name."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(_lock_number(conn, tables))))
    elif is_mysql(conn.dialect):
        got = conn.execute(select(func.get_lock(_lock_name(conn, tables), _PATIENCE))).scalar()
        if got != 1:
            raise StoreBusy(f"the store {where} is being upgraded by another process: repeat the call")


def _lock_number(conn: Connection, tables: Tables) -> int:
    return zlib.crc32(f"feedbackkit {conn.engine.url.database} {tables.prefix}".encode())


def _lock_name(conn: Connection, tables: Tables) -> str:
    return f"feedbackkit {_lock_number(conn, tables)}"
