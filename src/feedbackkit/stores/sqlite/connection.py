"""One connection to one file of ours: opened with care, guarded by a lock, its errors put into our words."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

from feedbackkit.domain.checks import shape
from feedbackkit.domain.times import span
from feedbackkit.errors import InvalidValue, StoreBusy, StoreClosed, StoreUnusable
from feedbackkit.stores.sqlite import schema
from feedbackkit.stores.sqlite.faults import UNSTORABLE, fault, unstorable

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from datetime import timedelta

__all__ = ["Connection"]

_SETTINGS: Final = (
    "PRAGMA synchronous = FULL",  # with NORMAL a power cut loses what was acknowledged
    "PRAGMA secure_delete = ON",  # what is erased or replaced leaves no bytes behind in free space
    "PRAGMA temp_store = MEMORY",  # nor in temporary files
    "PRAGMA cache_size = -32768",
    # Pages keep their usual size: four times as large they make a batch cheaper by a twentieth, and whoever looks for
    # what is due in a large file reads four times as much.
    "PRAGMA wal_autocheckpoint = 4000",  # a batch may be more than the default of 1,000 pages
)
_STATEMENTS_KEPT: Final = 512
_PAUSE: Final = 0.01
_SMALLEST: Final = 512  # bytes of the smallest page


@final
class Connection:
    """One connection for all threads: SQLite writes one at a time anyway, and one is closed for certain.

    Between processes SQLite's own locks keep order. A process that is forked has to open its own.
    """

    def __init__(self, path: str | os.PathLike[str], timeout: timedelta) -> None:
        self.path: Final = _checked_path(path)
        self._timeout: Final = span(timeout, field="timeout") / 1_000_000  # in seconds
        # Re-entrant, for an interrupt may leave it taken, and the thread that was interrupted has to close the store.
        self._lock: Final = threading.RLock()
        self._process: Final = os.getpid()
        self._db: sqlite3.Connection | None = None
        with self._translated():
            db = sqlite3.connect(
                self.path,
                timeout=self._timeout,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=_STATEMENTS_KEPT,
            )
            try:
                self._prepare(db)
            except BaseException:
                db.close()
                raise
            self._db = db

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """All that is read inside is of one moment."""
        with self._guarded("BEGIN") as db:
            yield db

    @contextmanager
    def glancing(self) -> Generator[sqlite3.Connection]:
        """For one statement that reads, which is of one moment by itself; it must be read to its end inside."""
        with self._taken() as db:
            yield db

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection]:
        """What is written inside is durable afterwards, all of it or nothing."""
        with self._guarded("BEGIN IMMEDIATE") as db:
            yield db

    @contextmanager
    def noting(self) -> Generator[sqlite3.Connection]:
        """As `writing`, but a power cut may undo it: for what is worth no wait for the disk."""
        with self._guarded("PRAGMA synchronous = NORMAL", "BEGIN IMMEDIATE", after="PRAGMA synchronous = FULL") as db:
            yield db

    def create(self, statements: Iterable[str]) -> None:
        """Run statements that create what may be there already."""
        with self.writing() as db:
            for statement in statements:
                db.execute(statement)

    def sweep(self) -> None:
        """Move the log into the file and cut it off, so that it keeps no erased bytes; readers may prevent it."""
        with self._taken() as db, self._uncertain():
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file; a forked process leaves it alone, for it must not even close what its parent opened."""
        if os.getpid() == self._process:
            with self._lock, self._translated():
                db, self._db = self._db, None
                if db is not None:
                    db.close()

    @contextmanager
    def _guarded(self, *before: str, after: str | None = None) -> Generator[sqlite3.Connection]:
        with self._taken() as db:
            try:
                for statement in before:
                    db.execute(statement)
                yield db
                with self._uncertain():
                    db.execute("COMMIT")
            finally:
                _roll_back(db)
                if after:
                    db.execute(after)

    @contextmanager
    def _taken(self) -> Generator[sqlite3.Connection]:
        if os.getpid() != self._process:  # asked before the lock, which somebody may have held in the parent
            raise StoreClosed(f"the store {self.path} was opened before this process was forked: open it anew in here")
        with self._lock, self._translated():
            if self._db is None:
                raise StoreClosed(f"the store {self.path} was closed: open it again")
            yield self._db

    @contextmanager
    def _uncertain(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            known = fault(error, self.path)
            raise type(known)(f"{known}; the outcome is unknown: repeat the call") from error

    @contextmanager
    def _translated(self) -> Generator[None]:
        try:
            yield
        except UNSTORABLE as error:
            raise unstorable(error) from error
        except sqlite3.Error as error:
            raise fault(error, self.path) from error

    def _prepare(self, db: sqlite3.Connection) -> None:
        """Nothing is changed in a file before it is known to be ours, or empty."""
        db.execute("BEGIN")
        empty = self._is_empty(db)
        db.execute("COMMIT")
        self._log_ahead(db)
        if empty:
            db.execute("BEGIN IMMEDIATE")
            if self._is_empty(db):
                db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
                db.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION}")
                for statement in schema.COMMON:
                    db.execute(statement)
            db.execute("COMMIT")
        for setting in _SETTINGS:
            db.execute(setting)

    def _is_empty(self, db: sqlite3.Connection) -> bool:
        """Whether nobody has used the file yet; asked inside a transaction, since others may be about to."""
        owner, version, things = (
            _number(db, statement)
            for statement in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
        )
        if owner == version == things == 0:
            if 0 < Path(self.path).stat().st_size < _SMALLEST:  # SQLite would take it for empty and write over it
                raise StoreUnusable(f"{self.path} is not an SQLite database: name another file")
            return True
        if owner != schema.APPLICATION_ID:
            raise StoreUnusable(f"{self.path} is the database of another program: name another file")
        if version > schema.SCHEMA_VERSION:
            raise StoreUnusable(
                f"the store {self.path} has layout {version}, newer than {schema.SCHEMA_VERSION}: upgrade feedbackkit"
            )
        return False

    def _log_ahead(self, db: sqlite3.Connection) -> None:
        """Switch to the write-ahead log; SQLite does not wait by itself while others make the same switch."""
        deadline = time.monotonic() + self._timeout
        while True:
            try:
                [mode] = db.execute("PRAGMA journal_mode = WAL").fetchone()
            except sqlite3.OperationalError as error:
                if not isinstance(fault(error, self.path), StoreBusy) or time.monotonic() >= deadline:
                    raise
                time.sleep(_PAUSE)
            else:
                if mode != "wal":
                    raise StoreUnusable(f"the store {self.path} cannot have a write-ahead log there: use a local disk")
                return


def _checked_path(path: str | os.PathLike[str]) -> str:
    name = os.fspath(path)
    if not isinstance(name, str) or name in {"", ":memory:"} or "\0" in name:
        raise InvalidValue("path", "must name a file (MemoryStore keeps records without one)", shape(name))
    return str(Path(name).absolute())


def _number(db: sqlite3.Connection, statement: str) -> int:
    return int(db.execute(statement).fetchone()[0])


def _roll_back(db: sqlite3.Connection) -> None:
    with suppress(sqlite3.ProgrammingError):  # closed already, after an interrupt: nothing is left to be rolled back
        if db.in_transaction:  # some errors have rolled back already
            db.execute("ROLLBACK")
