"""What databases and their drivers complain of, in the words of `feedbackkit.errors`: the one table.

An original error may repeat the values of a statement, so it is neither told nor kept: codes and classes are.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import exc

from feedbackkit.errors import FeedbackKitError, InvalidInput, StoreBusy, StoreError, StoreUnusable
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
    kind: type[StoreError]
    advice: str
    passing: bool = False


_CROSSED: Final = _Meaning(StoreBusy, "was changed by others at the same time: repeat the call", passing=True)
_CUT_OFF: Final = _Meaning(StoreBusy, "cannot be reached, or hung up: repeat the call", passing=True)
_CROWDED: Final = _Meaning(StoreBusy, "has no room for one more connection: repeat the call", passing=True)
_TOO_LONG: Final = _Meaning(StoreBusy, "was told to stop, or took too long: repeat the call")
_READ_ONLY: Final = _Meaning(StoreUnusable, "is read-only: connect to the server that may write")
_FULL: Final = _Meaning(StoreUnusable, "cannot grow: make room on the disk")
_SHUT: Final = _Meaning(StoreUnusable, "does not let this program in: look at the user and the password")
_FORBIDDEN: Final = _Meaning(
    StoreUnusable, "does not let this user do that: grant the right to read and write its tables"
)
_NO_DATABASE: Final = _Meaning(StoreUnusable, "is not there: create the database")
_NO_TABLES: Final = _Meaning(
    StoreUnusable, "has not the tables of this layout: `python -m feedbackkit schema` prints how to make them"
)
_DAMAGED: Final = _Meaning(StoreUnusable, "is damaged: restore it from a backup")
_UNSTORABLE: Final = "a value is of a type or size that the database does not keep"

_POSTGRESQL: Final[Mapping[str, _Meaning | None]] = {  # by SQLSTATE, or its first two letters; `None`: cannot be stored
    "08": _CUT_OFF,
    "22": None,
    "23": None,
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
    "54": None,
    "55P03": _CROSSED,
    "57014": _TOO_LONG,
    "57P": _CUT_OFF,
    "XX": _DAMAGED,
}
_MYSQL: Final[Mapping[int, _Meaning | None]] = {
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
    **dict.fromkeys((1048, 1153, 1264, 1366, 1406), None),
}
_DUPLICATE_ENTRY: Final = 1062
_UNIQUE_VIOLATION: Final = "23505"
_SQLITE_DUPLICATES: Final = frozenset({sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE})


def is_duplicate(error: exc.IntegrityError) -> bool:
    """Whether a row was there already."""
    original: Any = error.orig
    if isinstance(original, sqlite3.Error):
        return original.sqlite_errorcode in _SQLITE_DUPLICATES
    return _number(original) == _DUPLICATE_ENTRY or getattr(original, "sqlstate", None) == _UNIQUE_VIOLATION


def fault_of(error: BaseException, where: str) -> Fault:
    """What an error of SQLAlchemy, of a driver or of the network means for the store at `where`."""
    if isinstance(error, exc.TimeoutError):  # of the pool, which has waited already
        return Fault(_CROWDED.kind(f"the store {where} {_CROWDED.advice}"), passing=False)
    original: Any = getattr(error, "orig", None) or error
    if isinstance(original, sqlite3.Error):
        return Fault(_of_sqlite(original, where), passing=False)
    code, known, meaning = _looked_up(original)
    if not known and _is_cut_off(error, original, code):
        known, meaning = True, _CUT_OFF
    if (known and meaning is None) or isinstance(original, (UnicodeEncodeError, OverflowError, TypeError)):
        return Fault(InvalidInput(_UNSTORABLE), passing=False)
    if meaning is None:
        meaning = _Meaning(StoreUnusable, f"failed with {code or type(original).__name__}: look at the server")
    return Fault(meaning.kind(f"the store {where} {meaning.advice}"), meaning.passing)


def _of_sqlite(error: sqlite3.Error, where: str) -> FeedbackKitError:
    if isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError)):
        return InvalidInput(_UNSTORABLE)
    return sqlite_fault(error, where)


def _looked_up(original: Any) -> tuple[object, bool, _Meaning | None]:  # noqa: ANN401 - an error of any driver
    """The code of an error, whether it is in a table, and what it means there."""
    number = _number(original)
    if number in _MYSQL:
        return number, True, _MYSQL[number]
    code = str(getattr(original, "sqlstate", None) or "")
    for length in (5, 3, 2):
        if code[:length] in _POSTGRESQL:
            return code, True, _POSTGRESQL[code[:length]]
    return number or code, False, None


def _number(original: Any) -> int:  # noqa: ANN401 - as above
    first = original.args[0] if original.args else None
    return first if isinstance(first, int) else 0


def _is_cut_off(error: BaseException, original: BaseException, code: object) -> bool:
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return True
    # Without a code an operational error of a driver is one of connecting.
    return isinstance(original, OSError) or (isinstance(error, exc.OperationalError) and not code)
