"""What databases and their drivers complain of, in the words of `feedbackkit.errors`: the one table.

An original error may repeat the values of a statement, so it is neither told nor kept; its code or its class is.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import exc

from feedbackkit.errors import FeedbackKitError, InvalidInput, StoreBusy, StoreClosed, StoreUnusable
from feedbackkit.stores.sqlite.faults import fault as sqlite_fault

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CommitFailed", "Fault", "fault_of", "is_duplicate"]


class CommitFailed(Exception):
    """A commit failed by its cause, and nobody knows whether it was made."""


class Fault(NamedTuple):
    """What an error means, and whether it passes by itself, so that the same may soon be tried again."""

    error: FeedbackKitError
    passing: bool


class _Meaning(NamedTuple):
    kind: type[FeedbackKitError]
    text: str
    passing: bool = False


_CROSSED: Final = _Meaning(
    StoreBusy, "the store {} was changed by others at the same time: repeat the call", passing=True
)
_CUT_OFF: Final = _Meaning(StoreBusy, "the store {} cannot be reached, or hung up: repeat the call", passing=True)
_CROWDED: Final = _Meaning(StoreBusy, "the store {} has no room for one more connection: repeat the call", passing=True)
_ENDED: Final = _Meaning(StoreClosed, "the store {} was given a connection that is closed by now: hand in an open one")
_TOO_LONG: Final = _Meaning(StoreBusy, "the store {} was told to stop, or took too long: repeat the call")
_READ_ONLY: Final = _Meaning(StoreUnusable, "the store {} is read-only: connect to the server that may write")
_FULL: Final = _Meaning(StoreUnusable, "the store {} cannot grow: make room on the disk")
_SHUT: Final = _Meaning(StoreUnusable, "the store {} does not let this program in: look at the user and the password")
_FORBIDDEN: Final = _Meaning(
    StoreUnusable, "the store {} refuses this user: grant the right to read and write its tables"
)
_NO_DATABASE: Final = _Meaning(StoreUnusable, "the store {} is not there: create the database")
_NO_TABLES: Final = _Meaning(
    StoreUnusable, "the store {} has not the tables it needs: `python -m feedbackkit schema` prints how to make them"
)
_DAMAGED: Final = _Meaning(StoreUnusable, "the store {} is damaged: restore it from a backup")
_UNSTORABLE: Final = _Meaning(InvalidInput, "a value is of a type or size that the database does not keep")

_BY_STATE: Final[Mapping[str, _Meaning]] = {  # PostgreSQL's, by SQLSTATE or its first letters
    "08": _CUT_OFF,
    "22": _UNSTORABLE,
    "23": _UNSTORABLE,
    "25006": _READ_ONLY,
    "25P03": _CUT_OFF,
    "28": _SHUT,
    "3D000": _NO_DATABASE,
    "3F000": _NO_TABLES,
    "40": _CROSSED,
    "42501": _FORBIDDEN,
    "42703": _NO_TABLES,
    "42P01": _NO_TABLES,
    "53100": _FULL,
    "53300": _CROWDED,
    "54": _UNSTORABLE,
    "55P03": _CROSSED,
    "57014": _TOO_LONG,
    "57P": _CUT_OFF,
    "XX": _DAMAGED,
}
_BY_NUMBER: Final[Mapping[int, _Meaning]] = {  # MariaDB's and MySQL's
    **dict.fromkeys((1020, 1205, 1213), _CROSSED),
    **dict.fromkeys((1053, 1927, 2002, 2003, 2006, 2013, 2014, 2055, 4031), _CUT_OFF),
    **dict.fromkeys((1040, 1203), _CROWDED),
    **dict.fromkeys((1317, 1969, 3024), _TOO_LONG),
    **dict.fromkeys((1290, 1792, 1836), _READ_ONLY),
    **dict.fromkeys((1021, 1114), _FULL),
    **dict.fromkeys((1044, 1045, 1698), _SHUT),
    **dict.fromkeys((1142, 1143, 1227), _FORBIDDEN),
    1049: _NO_DATABASE,
    **dict.fromkeys((1054, 1146), _NO_TABLES),
    **dict.fromkeys((1048, 1153, 1264, 1366, 1406), _UNSTORABLE),
}
_DUPLICATE_ENTRY: Final = 1062
_UNIQUE_VIOLATION: Final = "23505"
_SQLITE_DUPLICATES: Final = frozenset({sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE})


def is_duplicate(error: exc.IntegrityError) -> bool:
    """Whether a row was there already."""
    original: Any = error.orig
    if isinstance(original, sqlite3.Error):
        return original.sqlite_errorcode in _SQLITE_DUPLICATES
    number, state = _codes(original)
    return number == _DUPLICATE_ENTRY or state == _UNIQUE_VIOLATION


def fault_of(error: BaseException, where: str) -> Fault:
    """What an error of SQLAlchemy, of a driver or of the network means for the store at `where`."""
    original: Any = getattr(error, "orig", None) or error
    if isinstance(original, exc.ResourceClosedError) or _is_of_closed_file(original):
        return Fault(_ENDED.kind(_ENDED.text.format(where)), passing=False)
    if isinstance(original, exc.PendingRollbackError):  # of a transaction that was cut off before
        return Fault(_CUT_OFF.kind(_CUT_OFF.text.format(where)), passing=False)
    if isinstance(original, sqlite3.Error):  # it has waited as long as its connection was told to
        return Fault(sqlite_fault(original, where), passing=False)
    if isinstance(error, exc.TimeoutError):  # so has the pool
        return Fault(_CROWDED.kind(_CROWDED.text.format(where)), passing=False)
    number, state = _codes(original)
    meaning = _BY_NUMBER.get(number) or _by_state(state)
    if meaning is None and _is_cut_off(error, original, coded=bool(number or state)):
        meaning = _CUT_OFF
    if meaning is None:
        told = number or state or type(original).__name__
        return Fault(
            StoreUnusable(f"the store {where} failed with {told}: look at the server, or the connection"), passing=False
        )
    return Fault(meaning.kind(meaning.text.format(where)), meaning.passing)


def _is_of_closed_file(original: object) -> bool:
    """Whether SQLite's driver was told to use a connection that is closed; it has no code for it."""
    return isinstance(original, sqlite3.ProgrammingError) and "closed" in str(original)


def _codes(original: Any) -> tuple[int, str]:  # noqa: ANN401 - an error of any driver
    """The number that MariaDB gave an error, and the state that PostgreSQL did; 0 and nothing where there is none."""
    first = original.args[0] if original.args else None
    return first if isinstance(first, int) else 0, getattr(original, "sqlstate", None) or ""


def _by_state(state: str) -> _Meaning | None:
    return next((_BY_STATE[state[:length]] for length in (5, 3, 2) if state[:length] in _BY_STATE), None)


def _is_cut_off(error: BaseException, original: BaseException, *, coded: bool) -> bool:
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return True
    # Without a code an operational error of a driver is one of connecting.
    return isinstance(original, OSError) or (isinstance(error, exc.OperationalError) and not coded)
