"""Records in a database of the program's choice, through SQLAlchemy: PostgreSQL, MariaDB, MySQL, SQLite.

SQLAlchemy is an extra, so what needs it loads when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from feedbackkit.errors import MissingExtra
from feedbackkit.stores.sql.layouts import schema_sql

if TYPE_CHECKING:
    from feedbackkit.stores.sql.async_store import AsyncSQLStore
    from feedbackkit.stores.sql.borrowing import borrowed
    from feedbackkit.stores.sql.store import SQLStore
    from feedbackkit.stores.sql.tables import metadata

__all__ = ["AsyncSQLStore", "SQLStore", "borrowed", "metadata", "schema_sql"]

_HOMES: Final = {
    "AsyncSQLStore": "feedbackkit.stores.sql.async_store",
    "SQLStore": "feedbackkit.stores.sql.store",
    "borrowed": "feedbackkit.stores.sql.borrowing",
    "metadata": "feedbackkit.stores.sql.tables",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        home = import_module(_HOMES[name])
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "sqlalchemy":
            raise
        raise MissingExtra(f"feedbackkit.stores.sql.{name} needs SQLAlchemy: pip install 'feedbackkit[sql]'") from error
    return getattr(home, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
