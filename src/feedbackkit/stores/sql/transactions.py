"""Work done in a transaction: in one of the store's own, or in the caller's.

A piece of work is a function of a connection. It begins and ends no transaction, so it serves sync and async stores,
and both kinds of transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from sqlalchemy import Connection, exc, text

from feedbackkit.errors import SetupError
from feedbackkit.stores.sql.batch import Mismatch
from feedbackkit.stores.sql.faults import CommitFailed, is_duplicate
from feedbackkit.stores.sql.making import check_layout, layout_of
from feedbackkit.stores.sql.targets import READ_COMMITTED

if TYPE_CHECKING:
    from feedbackkit.stores.sql.tables import Tables

__all__ = ["FAILURES", "Mode", "Piece", "check_callers", "in_callers_transaction", "in_own_transaction", "sweep"]

T = TypeVar("T")

Piece: TypeAlias = Callable[[Connection], T]
"""A piece of work."""

FAILURES: Final = (
    *(exc.StatementError, exc.TimeoutError, exc.InvalidRequestError, CommitFailed, OSError),
    sqlite3.ProgrammingError,  # of a closed connection that is asked whether it is in a transaction
)
"""What SQLAlchemy, drivers and the network raise; an error of ours may be an `OSError` too, and must be let through."""

PLANNING: Final = text(
    "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),"
    " set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)"
)
"""What PostgreSQL's planner has to be told: each row is looked up by its key, or gone to in the order of an index.

A plan is made early in the life of a connection, when tables may be small or unknown, and is kept when they have grown.
"""

_NOTING: Final = text(f"{PLANNING.text}, set_config('synchronous_commit', 'off', true)")


class Mode(Enum):
    """What a piece of work does to the database."""

    LOOK = auto()
    """It is one statement that reads a little."""
    READ = auto()
    WRITE = auto()
    NOTE = auto()
    """It writes what is worth no wait for the disk: leases and retries may be lost by a power cut."""


READING: Final = frozenset({Mode.LOOK, Mode.READ})
"""The modes in which nothing is written."""


def in_own_transaction(conn: Connection, mode: Mode, piece: Piece[T]) -> T:
    """Do the work in a transaction of its own, all of it or nothing."""
    if mode is Mode.LOOK and conn.dialect.name == "postgresql":
        return piece(conn)  # on a connection that commits each statement: to begin and to end would be two more to send
    transaction = conn.begin()
    try:
        _settle(conn, mode)
        result = _done(conn, piece)
    except BaseException:
        transaction.rollback()
        raise
    try:
        transaction.commit()
    except FAILURES as error:
        raise CommitFailed from error
    return result


def in_callers_transaction(conn: Connection, mode: Mode, piece: Piece[T]) -> T:
    """Do the work as a part of the transaction that the connection is in; what fails is undone, and nothing else."""
    if conn.dialect.name == "sqlite":
        _begin_sqlite(conn, "BEGIN")  # or the savepoint would be the transaction, and its end a commit
    if mode in READING:
        return piece(conn)
    savepoint = conn.begin_nested()
    try:
        result = _done(conn, piece)
    except BaseException:
        with suppress(exc.SQLAlchemyError):  # after a deadlock, for one, the database has undone all of it already
            savepoint.rollback()
        raise
    savepoint.commit()
    return result


def sweep(conn: Connection) -> None:
    """Empty SQLite's log, which may hold erased bytes; a reader may prevent it, and then the next erasure does it."""
    with suppress(exc.DBAPIError):
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def check_callers(conn: Connection, tables: Tables, where: str) -> None:
    """Refuse a connection on which nothing could be rolled back, or to a database without the tables."""
    if conn.dialect.name != "sqlite" and _is_autocommit(conn):
        raise SetupError("this connection is in autocommit and has no transaction to take part in: hand in the engine")
    check_layout(layout_of(conn, tables), where, dialect=conn.dialect.name)


def _is_autocommit(conn: Connection) -> bool:
    """Whether it commits every statement, as far as SQLAlchemy or, before its release 2.1, the driver tells."""
    if conn.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
        return True
    detect = getattr(conn.dialect, "detect_autocommit_setting", None)
    if detect is not None:
        return bool(detect(conn.connection.dbapi_connection))
    driver = conn.connection.driver_connection
    told: object = getattr(driver, "get_autocommit", None) or getattr(driver, "autocommit", False)
    return bool(told()) if callable(told) else told is True


def _done(conn: Connection, piece: Piece[T]) -> T:
    try:
        return piece(conn)
    except exc.IntegrityError as error:
        if is_duplicate(error):
            raise Mismatch from None
        raise


def _settle(conn: Connection, mode: Mode) -> None:
    """What holds for one transaction of the store's own."""
    name = conn.dialect.name
    if name == "sqlite":
        if mode not in READING and "feedbackkit" not in conn.info:
            conn.exec_driver_sql("PRAGMA secure_delete = ON")  # what is erased or replaced leaves no bytes behind
            conn.info["feedbackkit"] = True
        _begin_sqlite(conn, "BEGIN" if mode in READING else "BEGIN IMMEDIATE")
    elif name == "postgresql":
        conn.execute(_NOTING if mode is Mode.NOTE else PLANNING)
    elif _is_autocommit(conn):
        raise SetupError("this engine is in autocommit, and a store needs transactions: hand in another one")
    elif mode not in READING:
        conn.exec_driver_sql(f"SET TRANSACTION ISOLATION LEVEL {READ_COMMITTED}")


def _begin_sqlite(conn: Connection, statement: str) -> None:
    """Begin before anything is read: the driver would wait for the first statement that writes, too late to wait."""
    driver = conn.connection.driver_connection
    if driver is not None and not driver.in_transaction:
        conn.exec_driver_sql(statement)
