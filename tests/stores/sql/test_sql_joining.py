from __future__ import annotations

import asyncio
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, create_engine, event, select
from sqlalchemy.ext.asyncio import (
    AsyncSession,
    async_scoped_session,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from feedbackkit.channels import MailboxChannel
from feedbackkit.desk import AsyncDesk, Desk, ManualClock
from feedbackkit.domain.request import State
from feedbackkit.errors import InvalidInput, SetupError, StoreBusy, StoreClosed, StoreUnusable
from feedbackkit.ports import AlreadyApplied, Applied, RecordKey, Refused
from feedbackkit.stores.sql import AsyncSQLStore, SQLStore
from feedbackkit.testing.contract.erasing import Erasing
from feedbackkit.testing.contract.finding import Finding
from feedbackkit.testing.contract.history import History
from feedbackkit.testing.contract.reading import Reading
from feedbackkit.testing.contract.writing import Writing
from feedbackkit.testing.records import MINUTE, NOON, change, create, name, put, update
from tests.desk.house import MONDAY, SECRET, WEBER, ask
from tests.servers import MARIADB, POSTGRESQL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import URL

    from feedbackkit.ports import Store

PREFIX = "joined_"
ALL = ["sqlite", "postgresql", "mariadb"]


def _url(database: str, folder: Path) -> URL:
    if database == "sqlite":
        return create_engine(f"sqlite:///{folder / 'feedback.db'}").url
    return {"postgresql": POSTGRESQL, "mariadb": MARIADB}[database].url()


def _prefix(database: str, folder: Path) -> str:
    return PREFIX if database == "sqlite" else {"postgresql": POSTGRESQL, "mariadb": MARIADB}[database].prefix(folder)


class App:
    """A program with a table of its own in a database where the store's tables are too."""

    def __init__(self, database: str, folder: Path) -> None:
        self.engine = create_engine(_url(database, folder))
        self.prefix = _prefix(database, folder)
        self.orders = Table(f"{self.prefix}orders", MetaData(), Column("id", Integer, primary_key=True))
        self.orders.create(self.engine)
        SQLStore(self.engine, prefix=self.prefix).close()

    def order(self, conn: Connection | Session, number: int) -> None:
        """What the program itself writes."""
        conn.execute(self.orders.insert(), {"id": number})

    def joined(self, database: Any) -> SQLStore:
        """The store in the program's transaction."""
        return SQLStore(database, prefix=self.prefix)

    def seen(self) -> tuple[list[int], list[str]]:
        """What everybody sees: the program's rows, and the keys of records."""
        with self.engine.connect() as conn:
            orders = list(conn.scalars(select(self.orders.c.id).order_by(self.orders.c.id)))
        with closing(SQLStore(self.engine, prefix=self.prefix)) as store:
            return orders, [record.key for record in store.find("request", limit=99)]

    def close(self) -> None:
        """At the end."""
        self.orders.drop(self.engine)
        self.engine.dispose()


@pytest.fixture(params=ALL)
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[App]:
    """On each database."""
    app = App(request.param, tmp_path)
    yield app
    app.close()


class TestConnection:
    """The caller's connection."""

    def test_what_is_written_is_committed_with_the_rest(self, app: App) -> None:
        """Nobody sees any of it before."""
        with app.engine.connect() as conn:
            app.order(conn, 1)
            assert app.joined(conn).write(create(put("a"))) == [Applied()]
            if app.engine.dialect.name != "sqlite":  # which lets nobody read meanwhile
                assert app.seen() == ([], [])
            conn.commit()
        assert app.seen() == ([1], ["a"])

    def test_what_is_written_is_rolled_back_with_the_rest(self, app: App) -> None:
        """Whether the store or the program wrote first."""
        with app.engine.connect() as conn:
            app.joined(conn).write(create(put("a")))
            app.order(conn, 1)
            conn.rollback()
            app.order(conn, 2)
            app.joined(conn).write(create(put("b")))
            conn.rollback()
        assert app.seen() == ([], [])

    def test_a_transaction_that_was_begun_is_joined(self, app: App) -> None:
        """By the block that the program opened."""
        with app.engine.begin() as conn:
            app.joined(conn).write(create(put("a")))
            app.order(conn, 1)
        assert app.seen() == ([1], ["a"])
        with suppress(KeyError), app.engine.begin() as conn:
            app.joined(conn).write(create(put("b")))
            raise KeyError
        assert app.seen() == ([1], ["a"])

    def test_a_conflict_is_told_and_undoes_nothing_else(self, app: App) -> None:
        """Refused as ever; the change that was made before it and the program's own rows stay."""
        with app.engine.connect() as conn:
            store = app.joined(conn)
            app.order(conn, 1)
            assert store.write(create(put("a"))) == [Applied()]
            results = store.write([change("u", update("a", 9)), change("v", update("a", 1)), *create(put("a"))])
            assert results == [Refused((name("a"),)), Applied(), AlreadyApplied()]
            assert store.write([change("w", put("a"))]) == [Refused((name("a"),))]
            conn.commit()
        assert app.seen() == ([1], ["a"])

    def test_a_call_that_fails_is_undone_alone(self, app: App) -> None:
        """The program may go on in its transaction."""
        with app.engine.connect() as conn:
            store = app.joined(conn)
            app.order(conn, 1)
            store.write(create(put("a")))
            with pytest.raises(InvalidInput):
                store.write([*create(put("b")), change("c", put("c", state="s" * 999))])
            app.order(conn, 2)
            conn.commit()
        assert app.seen() == ([1, 2], ["a"])

    def test_it_sees_what_it_wrote(self, app: App) -> None:
        """Before the commit too."""
        with app.engine.connect() as conn:
            store = app.joined(conn)
            store.write(create(put("a", refs=("r",))))
            assert [one and one.key for one in store.read([name("a")])] == ["a"]
            assert [one.key for one in store.find("request", ref="r", limit=9)] == ["a"]

    def test_leases_are_refused(self, app: App) -> None:
        """Nobody else would see them in time."""
        with app.engine.connect() as conn:
            store = app.joined(conn)
            with pytest.raises(SetupError, match="claim needs a store over an engine"):
                store.claim("request", now=NOON, lease=MINUTE, owner="one", limit=1)
            with pytest.raises(SetupError, match="release needs a store over an engine"):
                store.release([name("a")], owner="one")

    def test_closing_it_leaves_the_connection_open(self, app: App) -> None:
        """And the transaction as it is."""
        with app.engine.connect() as conn:
            store = app.joined(conn)
            store.write(create(put("a")))
            store.close()
            with pytest.raises(StoreClosed):
                store.read([name("a")])
            app.order(conn, 1)
            conn.commit()
        assert app.seen() == ([1], ["a"])

    def test_an_erasure_is_the_callers_to_commit(self, app: App) -> None:
        """It is undone with the rest, too."""
        with app.engine.begin() as conn:
            app.joined(conn).write(create(put("a", body=b"words")))
        with app.engine.connect() as conn:
            assert app.joined(conn).erase(change("e", put("a", 1, body=b"")), []) == Applied()
            conn.rollback()
            [record] = app.joined(conn).read([name("a")])
        assert record is not None
        assert record.body == b"words"

    @pytest.mark.parametrize("app", ["postgresql", "mariadb"], indirect=True)
    def test_nothing_is_begun_again(self, app: App) -> None:
        """What crossed others ends the transaction of the caller, who has to begin it again."""
        raised = {
            "postgresql": "DO $$ BEGIN RAISE EXCEPTION 'told' USING ERRCODE = '40001'; END $$",
            "mysql": "SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213",
        }
        tries: list[int] = []

        def cross(conn: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
            if not statement.startswith("INSERT") or "_orders" in statement:
                return statement, parameters
            tries.append(1)
            return raised[conn.dialect.name], ()

        with app.engine.connect() as conn:
            store = app.joined(conn)
            store.read([name("a")])
            event.listen(conn, "before_cursor_execute", cross, retval=True)
            with pytest.raises(StoreBusy, match="repeat the call"):
                store.write(create(put("a")))
            conn.rollback()
        assert tries == [1]

    def test_a_connection_that_is_closed_is_told(self, app: App) -> None:
        """By an error of ours."""
        with app.engine.connect() as conn:
            store = app.joined(conn)
        for use in (lambda: store.read([name("a")]), lambda: store.write(create(put("a")))):
            with pytest.raises(StoreClosed, match="is closed by now: hand in an open one"):
                use()

    def test_missing_tables_are_not_made(self, app: App) -> None:
        """A change of tables would be the end of the transaction on some databases."""
        with app.engine.connect() as conn:
            store = SQLStore(conn, prefix="absent_")
            app.order(conn, 1)
            with pytest.raises(StoreUnusable, match="python -m feedbackkit schema"):
                store.write(create(put("a")))
            conn.commit()
        assert app.seen() == ([1], [])

    def test_autocommit_is_refused(self, app: App) -> None:
        """There is no transaction to take part in; on SQLite the store begins one, whoever ends it."""
        with app.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            if app.engine.dialect.name == "sqlite":
                app.joined(conn).write(create(put("a")))
                conn.rollback()
            else:
                with pytest.raises(SetupError, match="autocommit"):
                    app.joined(conn).write(create(put("a")))
        assert app.seen() == ([], [])

    def test_a_desk_asks_and_takes_answers_in_it(self, app: App) -> None:
        """Together with the program's own rows, or not at all."""
        for number, end in ((1, "rollback"), (2, "commit")):
            with app.engine.connect() as conn:
                desk = Desk(app.joined(conn), secret=SECRET, clock=ManualClock(MONDAY))
                app.order(conn, number)
                assert desk.request(ask("A-1")).key == "A-1"
                desk.give("A-1", {"overall": 5}, by=WEBER)
                getattr(conn, end)()
            assert app.seen() == {"rollback": ([], []), "commit": ([2], ["A-1"])}[end]
        with closing(SQLStore(app.engine, prefix=app.prefix)) as store:
            assert Desk(store, secret=SECRET).get("A-1").state is State.GIVEN

    def test_a_desk_in_it_writes_no_ledger_that_others_share(self, app: App) -> None:
        """Whoever has to do with the same person does not wait for the caller; the next run notes it."""
        mailbox = MailboxChannel()
        with closing(SQLStore(app.engine, prefix=app.prefix)) as store:
            desk = Desk(store, secret=SECRET, clock=ManualClock(MONDAY), channels=[mailbox])
            desk.request(ask("A-1"))
            desk.run()
            before = store.read([RecordKey("person", WEBER.id or "")])
            with app.engine.begin() as conn:
                Desk(app.joined(conn), secret=SECRET, clock=ManualClock(MONDAY)).give("A-1", {"overall": 5})
            assert store.read([RecordKey("person", WEBER.id or "")]) == before
            desk.run()
            assert store.read([RecordKey("person", WEBER.id or "")]) != before
        assert len(mailbox.messages) == 1


class TestSession:
    """The caller's session of SQLAlchemy's ORM."""

    @pytest.mark.parametrize("scoped", [False, True])
    def test_it_is_joined(self, app: App, scoped: bool) -> None:
        """Committed and rolled back with it; a scoped one, too."""
        maker = sessionmaker(app.engine)
        session: Any = scoped_session(maker) if scoped else maker()
        app.order(session, 1)
        app.joined(session).write(create(put("a")))
        session.rollback()
        app.joined(session).write(create(put("b")))
        app.order(session, 2)
        session.commit()
        session.close()
        assert app.seen() == ([2], ["b"])

    def test_it_is_joined_again_after_its_end(self, app: App) -> None:
        """A session begins its next transaction by itself, and the store is in that then."""
        with Session(app.engine) as session:
            store = app.joined(session)
            for key in "ab":
                store.write(create(put(key)))
                session.commit()
        assert app.seen() == ([], ["a", "b"])


class TestSQLiteRecipe:
    """SQLite where the program begins its transactions itself, as SQLAlchemy's manual advises."""

    def test_it_is_joined_just_the_same(self, tmp_path: Path) -> None:
        """The store begins none where there is one."""
        app = App("sqlite", tmp_path)

        def no_begin(connection: Any, _record: Any) -> None:
            connection.isolation_level = None

        event.listen(app.engine, "connect", no_begin)
        event.listen(app.engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN"))
        app.engine.dispose()
        for end in ("rollback", "commit"):
            with app.engine.connect() as conn:
                app.joined(conn).write(create(put("a")))
                app.order(conn, 1)
                getattr(conn, end)()
            assert app.seen() == {"rollback": ([], []), "commit": ([1], ["a"])}[end]
        with closing(SQLStore(app.engine, prefix=app.prefix)) as store:
            assert store.write(create(put("b"))) == [Applied()]
        app.close()


AWAITED = [("sqlite", "aiosqlite"), ("postgresql", "psycopg"), ("postgresql", "asyncpg"), ("mariadb", "asyncmy")]


@pytest.mark.parametrize(("database", "driver"), AWAITED, ids=[driver for _, driver in AWAITED])
@pytest.mark.parametrize("kind", ["connection", "session", "scoped session"])
def test_what_is_awaited_is_joined_too(database: str, driver: str, kind: str, tmp_path: Path) -> None:
    """Connections and sessions, with a desk on top."""
    app = App(database, tmp_path)
    url = app.engine.url.set(drivername=f"{app.engine.url.get_backend_name()}+{driver}")

    async def story() -> None:
        engine = create_async_engine(url)
        for number, end in ((1, "rollback"), (2, "commit")):
            bound: Any
            if kind == "connection":
                bound = await engine.connect()
            elif kind == "session":
                bound = AsyncSession(engine)
            else:
                bound = async_scoped_session(async_sessionmaker(engine), scopefunc=asyncio.current_task)
            store = AsyncSQLStore(bound, prefix=app.prefix)
            assert store.joined  # by which a desk knows
            await bound.execute(app.orders.insert(), {"id": number})
            with pytest.raises(SetupError, match="claim needs"):
                await store.claim("request", now=NOON, lease=MINUTE, owner="one", limit=1)
            desk = AsyncDesk(store, secret=SECRET, clock=ManualClock(MONDAY))
            await desk.request(ask("A-1"))
            await desk.give("A-1", {"overall": 5}, by=WEBER)
            assert await store.write([change("stale", update("A-1", 99))]) == [Refused((name("A-1"),))]
            assert await store.erase(change("e"), [("A-1", 1)]) == Applied()
            await getattr(bound, end)()
            await desk.close()
            with pytest.raises(StoreClosed):
                await store.read([RecordKey("request", "A-1")])
            await bound.close()
        await engine.dispose()

    asyncio.run(story())
    assert app.seen() == ([2], ["A-1"])
    app.close()


class _Joined(Reading, Writing, History, Finding, Erasing):
    """What the contract says of reading and writing holds within a transaction of the caller, too."""

    database: ClassVar[str]

    test_a_refused_change_leaves_nothing_behind = None  # type: ignore[assignment] # it claims, which is refused here

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        """In a transaction that is rolled back in the end."""
        engine = create_engine(_url(self.database, tmp_path))
        prefix = _prefix(self.database, tmp_path)
        SQLStore(engine, prefix=prefix).close()
        with engine.connect() as conn:
            yield SQLStore(conn, prefix=prefix)
            conn.rollback()
        engine.dispose()


class TestJoinedSQLite(_Joined):
    """On SQLite."""

    database = "sqlite"


class TestJoinedPostgreSQL(_Joined):
    """On PostgreSQL."""

    database = "postgresql"


class TestJoinedMariaDB(_Joined):
    """On MariaDB."""

    database = "mariadb"
