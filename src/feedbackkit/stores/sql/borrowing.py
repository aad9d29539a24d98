"""A driver's connection that somebody else opened, commits and closes, as SQLAlchemy takes it."""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache
from operator import attrgetter, methodcaller
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, exc

from feedbackkit.domain.checks import shape
from feedbackkit.errors import SetupError, StoreClosed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["borrowed"]


class _Driver(NamedTuple):
    name: str
    """As SQLAlchemy's URLs have it."""
    is_closed: Callable[[Any], bool]
    commits_each: Callable[[Any], bool]
    """Whether a connection would commit each statement by itself, so that there is nothing to take part in."""


def _sqlite_commits_each(connection: Any) -> bool:  # noqa: ANN401 - the types of drivers that may not be installed
    by_itself = connection.isolation_level is None or getattr(connection, "autocommit", None) is True
    return by_itself and not connection.in_transaction


def _sqlite_is_closed(connection: Any) -> bool:  # noqa: ANN401 - as above
    try:
        connection.total_changes  # noqa: B018 - it says so by an error
    except Exception:  # noqa: BLE001 - of a driver that may be another one than Python's own
        return True
    return False


def _is_not_open(connection: Any) -> bool:  # noqa: ANN401 - as above
    return not connection.open


_DRIVERS: Final[Mapping[str, _Driver]] = {
    "sqlite3": _Driver("sqlite", _sqlite_is_closed, _sqlite_commits_each),
    "psycopg": _Driver("postgresql+psycopg", attrgetter("closed"), attrgetter("autocommit")),
    "pymysql": _Driver("mysql+pymysql", _is_not_open, methodcaller("get_autocommit")),
}

_lent: ContextVar[_Lent] = ContextVar("feedbackkit_lent")


def borrowed(connection: object) -> Connection:
    """A driver's own open connection, for `SQLStore` to take part in the transaction that it is in.

    Whoever opened it, such as Django, goes on to use it, and ends the transaction: SQLAlchemy can neither commit nor
    roll back nor close it. What is returned lives as long as that transaction.

    `connection`: one of sqlite3, psycopg or PyMySQL. Anything else, or one that would commit each statement by itself,
    raises `SetupError`; one that is closed raises `StoreClosed`.
    """
    driver = _driver_of(connection)
    if driver.is_closed(connection):
        raise StoreClosed("this connection is closed: borrow an open one")
    if driver.commits_each(connection):
        raise SetupError("this connection is in autocommit and has no transaction to take part in: begin one first")
    token = _lent.set(_Lent(connection))
    try:
        return _engine(driver.name).connect()
    finally:
        _lent.reset(token)


def _driver_of(connection: object) -> _Driver:
    for kind in type(connection).__mro__:  # a program may have made a class of its own from a driver's
        module = kind.__module__.partition(".")[0]
        if kind.__name__ == "Connection" and module in _DRIVERS:
            return _DRIVERS[module]
    raise SetupError(f"borrowed takes a connection of {', '.join(_DRIVERS)}, got {shape(connection)}")


@lru_cache(maxsize=len(_DRIVERS))
def _engine(driver: str) -> Engine:
    """The engine that knows the dialect and keeps what it has compiled; it has no connection of its own."""
    url = URL.create(driver, database="borrowed")
    options = {"use_native_hstore": False} if driver.startswith("postgresql") else {}  # or it asks for its type
    return create_engine(url, creator=_lent_now, poolclass=NullPool, hide_parameters=True, **options)


def _lent_now() -> _Lent:
    try:
        return _lent.get()
    except LookupError:
        raise exc.ResourceClosedError("what was lent is gone, and nothing is connected in secret") from None


@final
class _Lent:
    """What SQLAlchemy gets in hand: good for work, but not for ending a transaction or setting anything up."""

    def __init__(self, connection: object) -> None:
        self._connection: Final = connection

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the driver has under that name
        return getattr(self._connection, name)

    def commit(self) -> None:
        """Leave that to the lender."""

    rollback = close = commit

    def create_function(self, *_: object, **__: object) -> None:
        """Leave the lender's SQL functions in SQLite as they are."""

    def add_notice_handler(self, _: object) -> None:
        """Let psycopg's notices go where the lender wants them."""
