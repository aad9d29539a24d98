from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.testing import StoreContract
from tests.stores.sql.opening import OPENERS

if TYPE_CHECKING:
    from pathlib import Path

    from feedbackkit.ports import Store


class TestSQLite(StoreContract):
    """On SQLite through SQLAlchemy."""

    def make_store(self, folder: Path) -> Store:
        """In a file of the folder."""
        return OPENERS["sqlite"](folder)


class TestSQLiteAwaited(StoreContract):
    """On SQLite by aiosqlite."""

    def make_store(self, folder: Path) -> Store:
        """In a file of the folder."""
        return OPENERS["sqlite by aiosqlite"](folder)


class TestPostgreSQL(StoreContract):
    """On PostgreSQL by psycopg."""

    def make_store(self, folder: Path) -> Store:
        """In tables that stand for the folder."""
        return OPENERS["postgresql by psycopg"](folder)


class TestPostgreSQLAwaited(StoreContract):
    """On PostgreSQL by psycopg, awaited."""

    def make_store(self, folder: Path) -> Store:
        """In tables that stand for the folder."""
        return OPENERS["postgresql by psycopg, awaited"](folder)


class TestAsyncpg(StoreContract):
    """On PostgreSQL by asyncpg."""

    def make_store(self, folder: Path) -> Store:
        """In tables that stand for the folder."""
        return OPENERS["postgresql by asyncpg"](folder)


class TestOtherPostgreSQL(StoreContract):
    """On a PostgreSQL of another release, where one answers."""

    def make_store(self, folder: Path) -> Store:
        """In tables that stand for the folder."""
        return OPENERS["another postgresql"](folder)


class TestMariaDB(StoreContract):
    """On MariaDB by pymysql, where one answers."""

    def make_store(self, folder: Path) -> Store:
        """In tables that stand for the folder."""
        return OPENERS["mariadb by pymysql"](folder)


class TestMariaDBAwaited(StoreContract):
    """On MariaDB by asyncmy, where one answers."""

    def make_store(self, folder: Path) -> Store:
        """In tables that stand for the folder."""
        return OPENERS["mariadb by asyncmy"](folder)
