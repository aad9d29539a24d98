"""How the stores of these tests are opened: one way for each database and driver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.stores.sql import AsyncSQLStore, SQLStore
from feedbackkit.testing import DrivenStore
from tests.servers import MARIADB, OTHER_POSTGRESQL, POSTGRESQL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from feedbackkit.ports import Store
    from tests.servers import Server

__all__ = ["OPENERS"]


def _on_sqlite(folder: Path) -> SQLStore:
    return SQLStore(f"sqlite:///{folder / 'feedback.db'}")


def _on_sqlite_awaited(folder: Path) -> DrivenStore:
    return DrivenStore(AsyncSQLStore(f"sqlite+aiosqlite:///{folder / 'feedback.db'}"))


def _plain(server: Server) -> Callable[[Path], Store]:
    return lambda folder: SQLStore(server.url(), prefix=server.prefix(folder))


def _awaited(server: Server, driver: str) -> Callable[[Path], Store]:
    return lambda folder: DrivenStore(AsyncSQLStore(server.url(driver), prefix=server.prefix(folder)))


OPENERS: Final[Mapping[str, Callable[[Path], Store]]] = {
    "sqlite": _on_sqlite,
    "sqlite by aiosqlite": _on_sqlite_awaited,
    "postgresql by psycopg": _plain(POSTGRESQL),
    "postgresql by psycopg, awaited": _awaited(POSTGRESQL, "psycopg"),
    "postgresql by asyncpg": _awaited(POSTGRESQL, "asyncpg"),
    "another postgresql": _plain(OTHER_POSTGRESQL),
    "mariadb by pymysql": _plain(MARIADB),
    "mariadb by asyncmy": _awaited(MARIADB, "asyncmy"),
}
"""Each opens the store that stands for a folder; where its server does not answer, the test is skipped or fails."""
