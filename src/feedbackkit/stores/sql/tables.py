"""The tables as SQLAlchemy knows them: for the statements, and for whoever runs migrations with Alembic.

One set of tables holds the records of all kinds: a kind that is written for the first time then needs no new table,
which a program's database user may not make, and which would end the caller's transaction on MariaDB. A record goes by
one text, its *name* (``request/M-17/1``): rows are found by one column faster than by two. Its body lies in a table of
its own, so that an update rewrites a short row, and an empty body lies nowhere.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
    and_,
    literal_column,
    text,
)
from sqlalchemy.dialects.mysql import LONGBLOB, VARBINARY
from sqlalchemy.dialects.postgresql import TEXT

from feedbackkit.stores.checks import DEAD_AFTER
from feedbackkit.stores.sql.layouts import LONG, NAME, SHORT, check_prefix

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Dialect
    from sqlalchemy.types import TypeEngine

__all__ = ["Bytes", "Exact", "Tables", "is_mysql", "metadata", "tables"]

_KIND: Final = 40
_DEAD: Final[ColumnElement[int]] = literal_column(str(DEAD_AFTER))


def is_mysql(dialect: Dialect) -> bool:
    """Whether it is MySQL or MariaDB."""
    return dialect.name in {"mysql", "mariadb"}


@final
class Exact(TypeDecorator[str]):
    """Text that is compared byte by byte, of at most `limit` characters."""

    impl = Text
    cache_ok = True

    def __init__(self, limit: int | None = None) -> None:
        super().__init__()
        self.limit = limit

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Bytes on MySQL and MariaDB, whose own text is not exact."""
        if is_mysql(dialect):
            return LONGBLOB() if self.limit is None else VARBINARY(4 * self.limit)
        return TEXT(collation="C") if dialect.name == "postgresql" else Text()

    def bind_processor(self, dialect: Dialect) -> Callable[..., Any] | None:
        """None where the driver takes text as it is."""
        return _encoded if is_mysql(dialect) else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[..., Any] | None:
        """None where the driver gives text as it is."""
        del coltype
        return _decoded if is_mysql(dialect) else None


def _encoded(value: str | None) -> bytes | None:
    return None if value is None else value.encode()


def _decoded(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


@final
class Bytes(TypeDecorator[bytes]):
    """Bytes that every driver takes and gives as they are."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The one without a limit."""
        return LONGBLOB() if is_mysql(dialect) else LargeBinary()

    def bind_processor(self, dialect: Dialect) -> None:
        """Nothing to do."""
        del dialect

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """Nothing to do."""
        del dialect, coltype


def _text(name: str, limit: int | None, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, Exact(limit), primary_key=key, nullable=null)


def _bytes(name: str) -> Column[bytes]:
    return Column(name, Bytes, nullable=False)


def _whole(name: str, *, key: bool = False, null: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, nullable=null, autoincrement=False)


@final
class Tables:
    """The tables whose names begin with a prefix."""

    def __init__(self, prefix: str) -> None:
        self.prefix: Final = check_prefix(prefix)
        self.metadata: Final = MetaData()
        self.layout: Final = self._table(
            "layout",
            Column("id", Integer, primary_key=True, autoincrement=False),
            Column("version", Integer, nullable=False),
        )
        self.record: Final = self._table(
            "record",
            _whole("version"),
            _whole("due", null=True),
            _whole("retry_at", null=True),
            Column("tries", Integer, nullable=False, server_default=text("0")),
            _text("name", NAME, key=True),
            _text("kind", _KIND),
            _text("group_id", SHORT),
            _text("state", SHORT),
            _text("refs", None),
            _bytes("head"),
        )
        self.body: Final = self._table("body", _text("name", NAME, key=True), _bytes("body"))
        self.ref: Final = self._table("ref", _text("ref", SHORT, key=True), _text("name", NAME, key=True))
        self.change: Final = self._table("change", _text("id", LONG, key=True), _whole("at"))
        self.history: Final = self._table(
            "history",
            _whole("seq"),
            _whole("at"),
            _text("record_key", NAME),
            _text("actor", SHORT),
            _text("event", SHORT),
            _text("change_id", LONG),
            _bytes("salt"),
            _bytes("commitment"),
            _bytes("previous"),
            _bytes("payload"),
            PrimaryKeyConstraint("record_key", "seq"),
        )
        self.lease: Final = self._table(
            "lease", _whole("ends_at", null=True), _text("group_id", SHORT, key=True), _text("owner", SHORT, null=True)
        )
        record = self.record.c
        self.alive: Final = and_(record.due.is_not(None), record.tries < _DEAD)
        """What is due some day and was not given up, in the very words of the index."""
        self.dead: Final = record.tries == _DEAD
        """What was given up, in the very words of the index."""
        self._index("due", self.alive, record.kind, record.due, record.name)
        self._index("dead", self.dead, record.tries, record.name)

    def _index(self, name: str, only: ColumnElement[bool], *columns: Column[Any]) -> None:
        Index(f"{self.prefix}{name}", *columns, postgresql_where=only, sqlite_where=only)

    def _table(self, name: str, *columns: Column[Any] | PrimaryKeyConstraint) -> Table:
        return Table(f"{self.prefix}{name}", self.metadata, *columns)


@lru_cache(maxsize=64)
def tables(prefix: str) -> Tables:
    """The tables of a prefix, the same ones each time."""
    return Tables(prefix)


def metadata(prefix: str = "feedbackkit_") -> MetaData:
    """The tables as SQLAlchemy's `MetaData`, for comparing and for migrations with Alembic.

    Tables are made by `schema_sql`, which knows what SQLAlchemy does not, and never from this.
    """
    return tables(prefix).metadata
