"""What a store is given: the URL of a database, an engine, or the caller's own connection or session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, exc, make_url
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_scoped_session,
    create_async_engine,
)
from sqlalchemy.orm import Session, scoped_session

from feedbackkit.domain.checks import shape
from feedbackkit.errors import MissingExtra, SetupError
from feedbackkit.stores.sql.layouts import DIALECTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Dialect

__all__ = [
    "READ_COMMITTED",
    "AsyncDatabase",
    "AsyncJoined",
    "Database",
    "Joined",
    "Place",
    "async_engine_of",
    "async_joined",
    "engine_of",
    "joined",
    "looking",
    "place_of",
]

Joined: TypeAlias = "Connection | Session | scoped_session[Any]"
"""What brings the caller's transaction along."""

Database: TypeAlias = "str | URL | Engine | Connection | Session | scoped_session[Any]"
"""What `SQLStore` is given."""

AsyncJoined: TypeAlias = "AsyncConnection | AsyncSession | async_scoped_session[Any]"
"""As `Joined`."""

AsyncDatabase: TypeAlias = "str | URL | AsyncEngine | AsyncConnection | AsyncSession | async_scoped_session[Any]"
"""What `AsyncSQLStore` is given."""

E = TypeVar("E", Engine, AsyncEngine)

READ_COMMITTED: Final = "READ COMMITTED"
"""How the store's own transactions are isolated: versions keep order, and locked ranges would only hold others up."""


class Place(NamedTuple):
    """Which database it is."""

    dialect: str
    where: str
    """For messages: without user, password and host."""


def place_of(bound: Engine | AsyncEngine | Joined | AsyncJoined) -> Place:
    """Which database it is; one of a kind that is not known is refused."""
    if isinstance(bound, (Session, scoped_session, AsyncSession, async_scoped_session)):
        try:
            bound = bound.get_bind()
        except exc.UnboundExecutionError:
            raise SetupError("this session has no engine of its own: hand in session.connection()") from None
    dialect: Dialect = bound.dialect
    if dialect.name not in DIALECTS:
        raise SetupError(f"SQLStore knows {', '.join(DIALECTS)}, and not {dialect.name}")
    engine = bound if isinstance(bound, (Engine, AsyncEngine)) else bound.engine
    return Place(dialect.name, f"{dialect.name}:{engine.url.database}")


def engine_of(database: Database) -> tuple[Engine, bool] | None:
    """The engine, and whether the store has to dispose of it; `None` where none was given."""
    if isinstance(database, Engine):
        return _isolated(database), False
    return (_isolated(_made(database, create_engine)), True) if isinstance(database, (str, URL)) else None


def async_engine_of(database: AsyncDatabase) -> tuple[AsyncEngine, bool] | None:
    """As `engine_of`."""
    if isinstance(database, AsyncEngine):
        return _isolated(database), False
    return (_isolated(_made(database, create_async_engine)), True) if isinstance(database, (str, URL)) else None


def joined(database: Database) -> Joined:
    """The caller's connection or session; anything else is refused."""
    if isinstance(database, (Connection, Session, scoped_session)):
        return database
    needed = (
        "SQLStore needs a URL, or an Engine, a Connection or a Session of SQLAlchemy (AsyncSQLStore takes async ones)"
    )
    raise SetupError(f"{needed}, got {shape(database)}")


def async_joined(database: AsyncDatabase) -> AsyncJoined:
    """As `joined`."""
    if isinstance(database, (AsyncConnection, AsyncSession, async_scoped_session)):
        return database
    needed = "AsyncSQLStore needs a URL, or an AsyncEngine, an AsyncConnection or an AsyncSession of SQLAlchemy"
    raise SetupError(f"{needed}, got {shape(database)}")


def _made(database: str | URL, create: Callable[..., E]) -> E:
    try:
        url = make_url(database)
    except exc.ArgumentError:
        raise SetupError("the URL of a database must look like postgresql://user:password@host/database") from None
    if url.drivername == "postgresql":  # whose driver depends on the release of SQLAlchemy
        url = url.set(drivername="postgresql+psycopg")
    try:
        return create(url, hide_parameters=True)
    except exc.NoSuchModuleError:
        raise SetupError(f"SQLAlchemy knows no database {url.drivername!r}") from None
    except exc.InvalidRequestError:
        raise SetupError(f"{url.drivername} cannot be awaited: name an async driver, or use SQLStore") from None
    except ModuleNotFoundError as error:
        what = "'feedbackkit[sql]'" if error.name == "psycopg" else error.name
        raise MissingExtra(f"a database {url.drivername} needs {error.name}: pip install {what}") from None


def _isolated(engine: E) -> E:
    """The same pool; only on PostgreSQL is the isolation a matter of the connection, and set without asking it."""
    return engine.execution_options(isolation_level=READ_COMMITTED) if engine.dialect.name == "postgresql" else engine


def looking(engine: E) -> E:
    """The same pool, for single statements that read; on PostgreSQL each is a transaction by itself."""
    return engine.execution_options(isolation_level="AUTOCOMMIT") if engine.dialect.name == "postgresql" else engine
