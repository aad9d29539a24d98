from __future__ import annotations

import asyncio
import sqlite3
import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import create_engine

from feedbackkit.desk import Desk, ManualClock
from feedbackkit.domain.request import State
from feedbackkit.errors import SetupError, StoreBusy, StoreClosed
from feedbackkit.ports import Applied
from feedbackkit.stores.sql import SQLStore, borrowed
from feedbackkit.testing.records import create, name, put
from tests.desk.house import MONDAY, SECRET, WEBER, ask
from tests.servers import MARIADB, POSTGRESQL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DRIVERS = ["sqlite3", "sqlite3 that begins by itself", "psycopg", "pymysql"]
SERVERS = {"psycopg": POSTGRESQL, "pymysql": MARIADB}


def _dsn() -> str:
    """As psycopg itself wants it."""
    return POSTGRESQL.url().set(drivername="postgresql").render_as_string(hide_password=False)


class Program:
    """A program with a driver's own connection, and the store's tables in the same database."""

    def __init__(self, driver: str, folder: Path) -> None:
        self.driver = driver
        server = SERVERS.get(driver)
        self.path = folder / "program.db"
        self.url = server.url() if server else create_engine(f"sqlite:///{self.path}").url
        self.prefix = server.prefix(folder) if server else "t_"
        SQLStore(self.url, prefix=self.prefix).close()
        self.connection = self.opened()

    def opened(self, *, autocommit: bool = False) -> Any:
        """A new connection of the driver's."""
        url = self.url
        if self.driver == "psycopg":
            return psycopg.connect(_dsn(), autocommit=autocommit)
        if self.driver == "pymysql":
            connect = import_module("pymysql").connect  # which comes without types
            return connect(host=url.host, user=url.username, database=url.database, autocommit=autocommit)
        by_hand = autocommit or self.driver == "sqlite3"  # as Django has it
        return sqlite3.connect(self.path, isolation_level=None if by_hand else "DEFERRED")

    def begin(self) -> None:
        """Begin where the driver does not."""
        if self.driver == "sqlite3":
            self.connection.execute("BEGIN")

    def store(self) -> SQLStore:
        """A store in the program's transaction."""
        return SQLStore(borrowed(self.connection), prefix=self.prefix)

    def insert(self, key: str) -> None:
        """What the program writes by itself, here into the table of changes."""
        cursor = self.connection.cursor()
        cursor.execute(f"INSERT INTO {self.prefix}change (id, at) VALUES ('{key}', 1)")  # noqa: S608 - from the tests
        cursor.close()

    def seen(self) -> tuple[list[str], list[str]]:
        """What everybody sees: the program's rows, and the keys of records."""
        engine = create_engine(self.url)
        with engine.connect() as conn:
            found = conn.exec_driver_sql(f"SELECT id FROM {self.prefix}change")  # noqa: S608 - from the tests
            rows = [row if isinstance(row, str) else row.decode() for (row,) in found]
        engine.dispose()
        store = SQLStore(self.url, prefix=self.prefix)
        keys = [record.key for record in store.find("request", limit=9)]
        store.close()
        return sorted(row for row in rows if row.startswith("own-")), keys


@pytest.fixture(params=DRIVERS)
def program(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Program]:
    """With each driver."""
    program = Program(request.param, tmp_path)
    yield program
    program.connection.close()


def test_what_is_written_is_committed_with_the_rest(program: Program) -> None:
    """By the one who lent the connection, through the driver."""
    program.begin()
    program.insert("own-1")
    assert program.store().write(create(put("a"))) == [Applied()]
    program.connection.commit()
    assert program.seen() == (["own-1"], ["a"])


def test_what_is_written_is_rolled_back_with_the_rest(program: Program) -> None:
    """Whoever wrote first."""
    program.begin()
    assert program.store().write(create(put("a"))) == [Applied()]
    program.insert("own-1")
    program.connection.rollback()
    assert program.seen() == ([], [])


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_sqlalchemy_ends_nothing(program: Program, end: str) -> None:
    """Only the lender does, who may go on with the connection."""
    program.begin()
    conn = borrowed(program.connection)
    SQLStore(conn, prefix=program.prefix).write(create(put("a")))
    getattr(conn, end)()
    program.insert("own-1")
    program.connection.rollback()
    assert program.seen() == ([], [])


def test_a_desk_asks_and_takes_answers_in_it(program: Program) -> None:
    """And begins anew in the next transaction, with a store of its own."""
    for end in ("rollback", "commit"):
        program.begin()
        desk = Desk(program.store(), secret=SECRET, clock=ManualClock(MONDAY))
        desk.request(ask("A-1"))
        desk.give("A-1", {"overall": 5}, by=WEBER)
        getattr(program.connection, end)()
    program.begin()
    assert Desk(program.store(), secret=SECRET).get("A-1").state is State.GIVEN


def test_a_savepoint_of_the_lender_undoes_what_was_written_in_it(program: Program) -> None:
    """Its own savepoints lie within."""
    program.begin()
    store = program.store()
    store.write(create(put("a")))
    cursor = program.connection.cursor()
    cursor.execute("SAVEPOINT mine")
    store.write(create(put("b")))
    cursor.execute("ROLLBACK TO SAVEPOINT mine")
    program.connection.commit()
    assert program.seen() == ([], ["a"])


def test_a_connection_in_autocommit_is_refused(program: Program) -> None:
    """Nothing could be rolled back."""
    connection = program.opened(autocommit=True)
    with pytest.raises(SetupError, match="autocommit"):
        borrowed(connection)
    connection.close()


def test_sqlite_in_its_newer_autocommit_is_refused(tmp_path: Path) -> None:
    """Python 3.12 and later have an attribute for it."""

    class Newer(sqlite3.Connection):
        autocommit = True

    connection = sqlite3.connect(tmp_path / "a.db", factory=Newer)
    with pytest.raises(SetupError, match="autocommit"):
        borrowed(connection)
    connection.close()


def test_anything_else_is_refused(program: Program) -> None:
    """A connection of SQLAlchemy's needs no borrowing."""
    engine = create_engine(program.url)
    with engine.connect() as conn, pytest.raises(SetupError, match="sqlite3, psycopg, pymysql, got a Connection"):
        borrowed(conn)
    engine.dispose()


def test_a_connection_that_is_closed_is_refused(program: Program) -> None:
    """When it is lent, and not when it is used."""
    connection = program.opened()
    connection.close()
    with pytest.raises(StoreClosed, match="this connection is closed: borrow an open one"):
        borrowed(connection)


def test_a_connection_that_is_awaited_is_refused() -> None:
    """SQLAlchemy's own engines do that."""

    async def story() -> None:
        async with await psycopg.AsyncConnection.connect(_dsn()) as connection:
            with pytest.raises(SetupError, match="AsyncConnection"):
                borrowed(connection)

    asyncio.run(story())


def test_the_lenders_own_settings_stay(tmp_path: Path) -> None:
    """SQLAlchemy would bring SQL functions of its own, under names that the lender may have taken."""
    connection = sqlite3.connect(tmp_path / "a.db")
    connection.create_function("regexp", 2, lambda *_: "mine")
    borrowed(connection).close()
    assert connection.execute("SELECT 'a' REGEXP 'b'").fetchone() == ("mine",)
    connection.close()


def test_notices_go_where_they_went() -> None:
    """However often a connection is lent."""
    told: list[str | None] = []
    with psycopg.connect(_dsn()) as connection:
        connection.add_notice_handler(lambda notice: told.append(notice.message_primary))
        borrowed(connection).close()
        assert len(connection._notice_handlers) == 1
        connection.execute("DO $$ BEGIN RAISE NOTICE 'hear'; END $$")
    assert told == ["hear"]


def test_each_thread_gets_its_own(tmp_path: Path) -> None:
    """Two that borrow at the same time do not get each other's."""
    barrier = threading.Barrier(2)
    seen: dict[str, list[str]] = {}

    def work(name: str) -> None:
        path = tmp_path / f"{name}.db"
        SQLStore(f"sqlite:///{path}").close()
        connection = sqlite3.connect(path)
        barrier.wait(timeout=20)
        store = SQLStore(borrowed(connection))
        store.write(create(put(name)))
        barrier.wait(timeout=20)
        seen[name] = [record.key for record in store.find("request", limit=9)]
        connection.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert seen == {"a": ["a"], "b": ["b"]}


@pytest.mark.parametrize("used", [True, False])
def test_a_connection_that_was_cut_off_is_told(program: Program, used: bool) -> None:
    """By an error of ours, each time, and nothing is connected in secret."""
    program.begin()
    store = program.store()
    if used:
        store.read([name("a")])
    program.connection.close()
    told = "hung up|is closed by now" if program.driver in SERVERS else "is closed by now"
    for use in (lambda: store.read([name("a")]), lambda: store.write(create(put("a")))):
        with pytest.raises((StoreBusy, StoreClosed), match=told):
            use()
    program.connection = program.opened()
    assert program.seen() == ([], [])
