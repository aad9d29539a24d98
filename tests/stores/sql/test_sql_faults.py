from __future__ import annotations

import pickle
import sqlite3
import traceback
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pytest
from sqlalchemy import Connection, Engine, create_engine, event

from feedbackkit.errors import InvalidInput, StoreBusy, StoreError, StoreUnusable
from feedbackkit.ports import AlreadyApplied, Applied
from feedbackkit.stores.sql import SQLStore
from feedbackkit.stores.sql.life import TRIES
from feedbackkit.stores.sql.tables import metadata
from feedbackkit.testing.records import MINUTE, NOON, change, create, entry, name, put, update
from tests.servers import MARIADB, OTHER_POSTGRESQL, POSTGRESQL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers import Server

SECRET: Final = "<anna's words>"  # noqa: S105 - no password

# How a database says of itself what went wrong: an error of its own, from whatever statement is under way.
RAISED: Final = {
    "postgresql": "DO $$ BEGIN RAISE EXCEPTION 'told' USING ERRCODE = '{}'; END $$",
    "mysql": "SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = {}",
}


def no_pause() -> float:
    """Every pause is shortened to nothing."""
    return 0.0


class Saboteur:
    """Lets the next statements of an engine that begin with some word fail, so many times."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.plan: list[Callable[[Connection], str | None]] = []
        self.word = "INSERT"
        self.seen = 0
        event.listen(engine, "before_cursor_execute", self._before, retval=True)

    def raises(self, code: str | int, times: int = 1) -> None:
        """Errors with this code."""
        self.plan += [lambda conn: RAISED[conn.dialect.name].format(code)] * times

    def cut(self, server: Server, times: int = 1) -> None:
        """The server hangs up on whoever asks."""
        self.plan += [partial(_hang_up, server)] * times

    def _before(
        self, conn: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
    ) -> tuple[str, Any]:
        if not statement.startswith(self.word):
            return statement, parameters
        self.seen += 1
        if not self.plan:
            return statement, parameters
        instead = self.plan.pop(0)(conn)
        return (statement, parameters) if instead is None else (instead, ())


def _hang_up(server: Server, conn: Connection) -> None:
    """End the session of this connection while it is in use."""
    server.end(server.session_of(conn.connection.cursor()))


@pytest.fixture(params=[POSTGRESQL, OTHER_POSTGRESQL, MARIADB], ids=lambda server: server.name)
def server(request: pytest.FixtureRequest) -> Server:
    """Each server."""
    found: Server = request.param
    return found


@pytest.fixture
def engine(server: Server) -> Iterator[Engine]:
    """An engine that a test may spoil."""
    engine = create_engine(server.url())
    yield engine
    engine.dispose()


@pytest.fixture
def store(server: Server, engine: Engine, tmp_path: Path) -> Iterator[SQLStore]:
    """A store over that engine, which does not pause."""
    with closing(SQLStore(engine, prefix=server.prefix(tmp_path), jitter=no_pause)) as store:
        yield store


@pytest.fixture
def saboteur(engine: Engine, store: SQLStore) -> Saboteur:
    """Listens from now on."""
    del store
    return Saboteur(engine)


CROSSED: Final[dict[str, list[str | int]]] = {
    "postgresql": ["40001", "40P01", "55P03"],
    "mysql": [1213, 1205, 1020],
}


@pytest.mark.parametrize("which", range(3))
def test_what_crossed_another_transaction_is_begun_again(store: SQLStore, saboteur: Saboteur, which: int) -> None:
    """A serialization failure, a deadlock, a lock that was not to be had: the caller notices nothing."""
    code = CROSSED[saboteur.engine.dialect.name][which]
    saboteur.raises(code, times=3)
    assert store.write([*create(put("a")), change("u", update("a", 1))]) == [Applied(), Applied()]
    saboteur.word = "UPDATE"
    saboteur.raises(code)
    assert store.write([change("v", update("a", 2))]) == [Applied()]
    assert [head and head.version for head in store.heads([name("a")])] == [3]


def test_every_call_is_begun_again(store: SQLStore, saboteur: Saboteur, server: Server) -> None:
    """Reading, claiming, releasing and erasing as well as writing."""
    store.write([change("c", put("a", due=NOON), entries=(entry("a", 1),))])
    code = CROSSED[saboteur.engine.dialect.name][0]
    ids = iter("ef")
    calls: list[tuple[str, Callable[[], object]]] = [
        ("SELECT", lambda: store.read([name("a")])),
        ("SELECT", lambda: store.heads([name("a")])),
        ("SELECT", lambda: store.find("request", limit=9)),
        ("SELECT", lambda: store.history("a", limit=9)),
        ("SELECT", lambda: store.dead_letters("request", limit=9)),
        ("UPDATE", lambda: store.claim("request", now=NOON, lease=MINUTE, owner="one", limit=9)),
        ("UPDATE", lambda: store.release([name("a")], owner="one", retry_at=NOON)),
        ("UPDATE", lambda: store.erase(change(next(ids)), [("a", 1)])),
    ]
    for word, call in calls:
        for fail in (partial(saboteur.raises, code), partial(saboteur.cut, server)):
            store.claim("request", now=NOON, lease=MINUTE, owner="one", limit=9)
            saboteur.word = word
            fail()
            call()
            assert saboteur.plan == []


def test_a_failed_try_leaves_nothing(store: SQLStore, saboteur: Saboteur) -> None:
    """A release that was begun again counts one failure, not two."""
    store.write(create(put("a", due=NOON)))
    for turn in range(10):
        assert store.claim("request", now=NOON + turn, lease=MINUTE, owner="one", limit=1)
        saboteur.word = "UPDATE"
        saboteur.plan += [lambda _: None]  # the lease is let go …
        saboteur.raises(CROSSED[saboteur.engine.dialect.name][0])  # … and the record cannot be put off
        assert store.dead_letters("request", limit=1) == []
        store.release([name("a")], owner="one", retry_at=NOON + turn)
    assert [one.key for one in store.dead_letters("request", limit=9)] == ["a"]


def test_after_some_tries_it_is_busy(store: SQLStore, saboteur: Saboteur) -> None:
    """One typed error says that the same call may be repeated, and nothing of it was made."""
    saboteur.raises(CROSSED[saboteur.engine.dialect.name][0], times=TRIES)
    with pytest.raises(StoreBusy, match="repeat the call"):
        store.write(create(put("a")))
    assert saboteur.seen == TRIES
    assert store.read([name("a")]) == [None]
    assert store.write(create(put("a"))) == [Applied()]


def test_pauses_grow_and_are_shortened_by_chance(store: SQLStore, saboteur: Saboteur) -> None:
    """The jitter is handed in, and so every run can be repeated."""
    paused: list[float] = []
    store._runner.sleep = paused.append  # type: ignore[union-attr]
    store._runner._jitter = lambda: 0.5  # type: ignore[union-attr, misc]
    saboteur.raises(CROSSED[saboteur.engine.dialect.name][0], times=4)
    store.write(create(put("a")))
    assert paused == [0.005, 0.01, 0.02, 0.04]


def test_a_session_that_was_ended_is_replaced(store: SQLStore, saboteur: Saboteur, server: Server) -> None:
    """In the middle of a batch: all of it is made once, on another connection."""
    saboteur.plan += [lambda _: None]
    saboteur.cut(server)
    assert store.write([change("c", put("a"), entries=(entry("a", 1),))]) == [Applied()]
    assert store.history("a", limit=9) == [entry("a", 1)]


def test_stale_connections_of_the_pool_are_replaced(store: SQLStore, engine: Engine, server: Server) -> None:
    """After a restart of the server, which ends all of them."""
    store.write(create(put("a")))
    with engine.connect() as conn:
        session = server.session_of(conn.connection.cursor())
    server.end(session)
    assert [one and one.key for one in store.read([name("a")])] == ["a"]


def test_a_connection_lost_before_the_commit_is_no_commit(store: SQLStore, engine: Engine, server: Server) -> None:
    """The call is repeated, and makes it then."""
    lost: list[int] = []

    def lose(conn: Connection) -> None:
        if not lost:
            lost.append(1)
            _hang_up(server, conn)

    event.listen(engine, "commit", lose)
    assert store.write([change("c", put("a"), entries=(entry("a", 1),))]) == [Applied()]
    assert lost == [1]


def test_a_connection_lost_after_the_commit_makes_it_once(
    store: SQLStore, engine: Engine, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody was told, so the call is repeated, and its ids are known."""
    commit = engine.dialect.do_commit
    lost: list[int] = []

    def commit_and_hang_up(connection: Any) -> None:
        commit(connection)
        if not lost:
            lost.append(1)
            server.end(server.session_of(connection.cursor()))
            connection.cursor().execute("SELECT 1")

    monkeypatch.setattr(engine.dialect, "do_commit", commit_and_hang_up)
    changes = [change("c", put("a"), entries=(entry("a", 1),)), change("u", update("a", 1))]
    assert store.write(changes) == [AlreadyApplied(), AlreadyApplied()]
    assert [head and head.version for head in store.heads([name("a")])] == [2]
    assert store.history("a", limit=9) == [entry("a", 1)]
    lost.clear()
    assert len(store.claim("request", now=NOON, lease=MINUTE, owner="one", limit=1)) == 0


def test_an_outcome_that_stays_unknown_is_told(store: SQLStore, engine: Engine, server: Server) -> None:
    """When every try was cut off while it was being committed, the caller has to repeat the call."""
    cut = partial(_hang_up, server)
    event.listen(engine, "commit", cut)
    with pytest.raises(StoreBusy, match="outcome is unknown: repeat the call"):
        store.write(create(put("a")))
    event.remove(engine, "commit", cut)
    assert store.write(create(put("a"))) == [Applied()]


MEANINGS: Final[list[tuple[str, int, type[Exception], str]]] = [
    ("57014", 1317, StoreBusy, "took too long"),
    ("25006", 1792, StoreUnusable, "read-only"),
    ("53100", 1114, StoreUnusable, "make room"),
    ("28P01", 1045, StoreUnusable, "password"),
    ("42501", 1142, StoreUnusable, "grant"),
    ("3D000", 1049, StoreUnusable, "create the database"),
    ("42P01", 1146, StoreUnusable, "python -m feedbackkit schema"),
    ("22003", 1264, InvalidInput, "does not keep"),
    ("23502", 1048, InvalidInput, "does not keep"),
    ("54000", 1153, InvalidInput, "does not keep"),
    ("P0001", 1105, StoreUnusable, "failed with"),
]


@pytest.mark.parametrize(("state", "number", "kind", "said"), MEANINGS, ids=[one[0] for one in MEANINGS])
def test_what_does_not_pass_is_told_at_once(
    store: SQLStore, saboteur: Saboteur, state: str, number: int, kind: type[Exception], said: str
) -> None:
    """Each error in our words, of a type that says whose fault it is; not tried again, and nothing is made."""
    saboteur.raises(state if saboteur.engine.dialect.name == "postgresql" else number)
    with pytest.raises(kind, match=said):
        store.write(create(put("a")))
    assert saboteur.seen == 1
    assert store.read([name("a")]) == [None]


def test_damage_says_so(tmp_path: Path) -> None:
    """PostgreSQL notices it by its checksums."""
    engine = create_engine(POSTGRESQL.url())
    with closing(SQLStore(engine, prefix=POSTGRESQL.prefix(tmp_path))) as store:
        Saboteur(engine).raises("XX001")
        with pytest.raises(StoreUnusable, match="damaged"):
            store.write(create(put("a")))
    engine.dispose()


def test_errors_tell_no_values(store: SQLStore, saboteur: Saboteur) -> None:
    """Neither in their text, nor in anything that a log prints with them; and they survive pickle."""
    table = store._work.tables.record.name
    refusing = {
        "postgresql": f"ALTER TABLE {table} ADD CONSTRAINT short CHECK (length(state) < 12)",
        "mysql": f"ALTER TABLE {table} ADD CONSTRAINT short CHECK (length(state) < 12)",
    }
    with saboteur.engine.begin() as conn:
        conn.exec_driver_sql(refusing[conn.dialect.name])
    try:
        with pytest.raises((StoreError, InvalidInput)) as caught:
            store.write([change("c", put("a", state=SECRET, head=SECRET.encode(), body=SECRET.encode()))])
    finally:
        with saboteur.engine.begin() as conn:
            conn.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT short")
    told = "".join(traceback.format_exception(caught.value))
    assert SECRET not in told
    assert SECRET.encode().hex() not in told
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - our own bytes


def test_a_server_that_is_not_there_is_busy() -> None:
    """It may come back, so it is tried for some seconds; the error names no user and no password."""
    for driver in ("postgresql+psycopg", "mysql+pymysql"):
        url = f"{driver}://anna:{SECRET.encode().hex()}@127.0.0.1:1/feedback"
        with pytest.raises(StoreBusy, match="cannot be reached") as caught:
            SQLStore(url, jitter=no_pause)
        assert "anna" not in str(caught.value)
        assert SECRET.encode().hex() not in "".join(traceback.format_exception(caught.value))


def test_a_pool_without_room_is_busy(server: Server, tmp_path: Path) -> None:
    """The pool has waited already, so it is not tried again."""
    engine = create_engine(server.url(), pool_size=1, max_overflow=0, pool_timeout=0)
    with closing(SQLStore(engine, prefix=server.prefix(tmp_path), jitter=no_pause)) as store:
        with engine.connect(), pytest.raises(StoreBusy, match="one more connection"):
            store.read([name("a")])
        assert store.read([name("a")]) == [None]
    engine.dispose()


def test_missing_tables_are_told(engine: Engine) -> None:
    """Should somebody drop them under a store that is open."""
    with closing(SQLStore(engine, prefix="gone_", jitter=no_pause)) as store:
        metadata("gone_").drop_all(engine)
        with pytest.raises(StoreUnusable, match="has not the tables"):
            store.read([name("a")])


def test_one_of_sqlites_errors_is_told_in_its_words(tmp_path: Path) -> None:
    """Locked by another connection it is busy, and says nothing of the statement."""
    path = tmp_path / "feedback.db"
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 0})
    with closing(SQLStore(engine, jitter=no_pause)) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="locked by another connection"):
            store.write(create(put("a", body=SECRET.encode())))
        other.rollback()
        assert store.write(create(put("a"))) == [Applied()]
    engine.dispose()
