from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.stores.sql import AsyncSQLStore, SQLStore
from feedbackkit.testing import DrivenStore, StoreContract
from tests.servers import MARIADB, OTHER_POSTGRESQL, POSTGRESQL

if TYPE_CHECKING:
    from pathlib import Path


class TestSQLite(StoreContract):
    """On SQLite through SQLAlchemy."""

    def make_store(self, folder: Path) -> SQLStore:
        """In a file of the folder."""
        return SQLStore(f"sqlite:///{folder / 'feedback.db'}")


class TestPostgreSQL(StoreContract):
    """On the PostgreSQL that comes as a package."""

    def make_store(self, folder: Path) -> SQLStore:
        """In tables that stand for the folder."""
        return SQLStore(POSTGRESQL.url(), prefix=POSTGRESQL.prefix(folder))


class TestOtherPostgreSQL(StoreContract):
    """On an older PostgreSQL, where one answers."""

    def make_store(self, folder: Path) -> SQLStore:
        """In tables that stand for the folder."""
        return SQLStore(OTHER_POSTGRESQL.url(), prefix=OTHER_POSTGRESQL.prefix(folder))


class TestMariaDB(StoreContract):
    """On MariaDB, where one answers."""

    def make_store(self, folder: Path) -> SQLStore:
        """In tables that stand for the folder."""
        return SQLStore(MARIADB.url(), prefix=MARIADB.prefix(folder))


class TestSQLiteAwaited(StoreContract):
    """On SQLite, awaited."""

    def make_store(self, folder: Path) -> DrivenStore:
        """In a file of the folder."""
        return DrivenStore(AsyncSQLStore(f"sqlite+aiosqlite:///{folder / 'feedback.db'}"))


class TestPostgreSQLAwaited(StoreContract):
    """On PostgreSQL by psycopg, awaited."""

    def make_store(self, folder: Path) -> DrivenStore:
        """In tables that stand for the folder."""
        return DrivenStore(AsyncSQLStore(POSTGRESQL.url(), prefix=POSTGRESQL.prefix(folder)))


class TestAsyncpg(StoreContract):
    """On PostgreSQL by asyncpg."""

    def make_store(self, folder: Path) -> DrivenStore:
        """In tables that stand for the folder."""
        return DrivenStore(AsyncSQLStore(POSTGRESQL.url("asyncpg"), prefix=POSTGRESQL.prefix(folder)))


class TestMariaDBAwaited(StoreContract):
    """On MariaDB by asyncmy, where one answers."""

    def make_store(self, folder: Path) -> DrivenStore:
        """In tables that stand for the folder."""
        return DrivenStore(AsyncSQLStore(MARIADB.url("asyncmy"), prefix=MARIADB.prefix(folder)))
