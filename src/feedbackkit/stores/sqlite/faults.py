"""What SQLite complains of, in the words of `feedbackkit.errors`: the one table."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from feedbackkit.errors import InvalidInput, StoreBusy, StoreUnusable

if TYPE_CHECKING:
    from feedbackkit.errors import FeedbackKitError, StoreError

__all__ = ["UNSTORABLE", "fault", "unstorable"]

_PRIMARY: Final = 0xFF  # the low byte of an extended result code is its family

_FAULTS: Final[dict[int, tuple[type[StoreError], str]]] = {
    sqlite3.SQLITE_BUSY: (StoreBusy, "is locked by another connection: repeat the call"),
    sqlite3.SQLITE_LOCKED: (StoreBusy, "is locked by another connection: repeat the call"),
    sqlite3.SQLITE_PROTOCOL: (StoreBusy, "is being opened by too many at once: repeat the call"),
    sqlite3.SQLITE_INTERRUPT: (StoreBusy, "was interrupted: repeat the call"),
    sqlite3.SQLITE_NOTADB: (StoreUnusable, "is not an SQLite database: name another file"),
    sqlite3.SQLITE_CORRUPT: (StoreUnusable, "is damaged: restore it from a backup"),
    sqlite3.SQLITE_READONLY: (StoreUnusable, "is read-only: allow writing to the file and its folder"),
    sqlite3.SQLITE_FULL: (StoreUnusable, "cannot grow: make room on the disk"),
    sqlite3.SQLITE_CANTOPEN: (StoreUnusable, "cannot be opened: see that the folder exists and may be written to"),
    sqlite3.SQLITE_IOERR: (StoreUnusable, "cannot be read or written: look at the disk"),
}

UNSTORABLE: Final = (OverflowError, UnicodeEncodeError, sqlite3.ProgrammingError, sqlite3.InterfaceError)
"""What the driver raises for a value that it cannot hand on."""


def fault(error: sqlite3.Error, path: str) -> StoreError:
    """The error of ours that says what an error of SQLite means for the file at `path`."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    kind, advice = _FAULTS.get(code & _PRIMARY, (StoreUnusable, f"failed with SQLite's error {code}: look at the file"))
    return kind(f"the store {path} {advice}")


def unstorable(error: Exception) -> FeedbackKitError:
    """The error of ours for a value that no column can hold; the value itself is not told."""
    if isinstance(error, OverflowError):
        return InvalidInput("a whole number does not fit into 64 bits")
    if isinstance(error, UnicodeEncodeError):
        return InvalidInput("a text has lone surrogates, which UTF-8 cannot carry")
    return InvalidInput("a value has a type that cannot be stored")
