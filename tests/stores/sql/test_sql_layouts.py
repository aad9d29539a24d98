from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from sqlalchemy import MetaData, create_engine, event, inspect

from feedbackkit.errors import InvalidValue, StoreBusy, StoreUnusable
from feedbackkit.ports import Applied
from feedbackkit.stores.sql import SQLStore, layouts, making, metadata, schema_sql
from feedbackkit.stores.sql.tables import Bytes, Exact, is_mysql, tables
from feedbackkit.testing.records import change, create, name, put, update
from tests.servers import MARIADB, OTHER_POSTGRESQL, POSTGRESQL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

    from tests.servers import Server

GOLDEN: Final = Path(__file__).parent / "golden"
NEXT: Final = {  # what a later release might do
    "mysql": ("ALTER TABLE {p}record ADD COLUMN IF NOT EXISTS note whole",),
    "postgresql": ("ALTER TABLE {p}record ADD COLUMN IF NOT EXISTS note whole",),
    "sqlite": ("CREATE TABLE IF NOT EXISTS {p}note (id small NOT NULL, PRIMARY KEY (id))",),
}


@pytest.fixture(params=["sqlite", "postgresql", "another postgresql", "mariadb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with no table under the prefix "new_"."""
    servers: dict[str, Server] = {
        "postgresql": POSTGRESQL, "another postgresql": OTHER_POSTGRESQL, "mariadb": MARIADB,
    }  # fmt: skip
    found = servers.get(request.param)
    engine = create_engine(f"sqlite:///{tmp_path / 'feedback.db'}" if found is None else found.url())
    yield engine
    _drop(engine)
    engine.dispose()


def _names(engine: Engine) -> set[str]:
    """The tables under the prefix, whoever made them."""
    return {table for table in inspect(engine).get_table_names() if table.startswith("new_")}


def _drop(engine: Engine) -> None:
    found = MetaData()
    found.reflect(engine, only=sorted(_names(engine)))
    found.drop_all(engine)


@pytest.fixture
def a_later_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """One layout more than there is."""
    monkeypatch.setattr(layouts, "_LAYOUTS", (*layouts._LAYOUTS, NEXT))
    monkeypatch.setattr(layouts, "LAYOUT", layouts.LAYOUT + 1)


def _opened(engine: Engine, **options: Any) -> SQLStore:
    return SQLStore(engine, prefix="new_", jitter=lambda: 0.0, **options)


def _layout(engine: Engine) -> int:
    with engine.connect() as conn:
        return making.layout_of(conn, tables("new_"))


def test_a_store_makes_its_tables_and_says_which(engine: Engine) -> None:
    """With the number of the layout in a row of its own."""
    assert _layout(engine) == 0
    _opened(engine).close()
    assert _layout(engine) == layouts.LAYOUT
    assert _names(engine) == set(metadata("new_").tables)


def test_the_tables_are_what_the_statements_expect(engine: Engine) -> None:
    """Columns, types, keys and indexes are the same in plain SQL and in what Alembic is given."""
    _opened(engine).close()
    found = inspect(engine)
    for table in metadata("new_").sorted_tables:
        columns = {one["name"]: (_kind(one["type"]), one["nullable"]) for one in found.get_columns(table.name)}
        expected = {
            one.name: (_kind(one.type.dialect_impl(engine.dialect)), bool(one.nullable)) for one in table.columns
        }
        assert columns == expected
        keys = found.get_pk_constraint(table.name)["constrained_columns"]
        assert keys == [column.name for column in table.primary_key]
        indexes = {one["name"]: one["column_names"] for one in found.get_indexes(table.name)}
        assert indexes == {index.name: [column.name for column in index.columns] for index in table.indexes}


def _kind(type_: Any) -> str:
    """What kind of type it is: its exact name differs, and what it takes does not."""
    impl = getattr(type_, "impl", type_)
    names = {base.__name__.upper() for base in type(impl).__mro__}
    if names & {"VARBINARY", "LONGBLOB", "BYTEA", "BLOB", "LARGEBINARY", "_BINARY"}:
        return f"bytes {getattr(impl, 'length', None) or ''}"
    return "text" if "STRING" in names else "number"


def test_texts_are_compared_byte_by_byte() -> None:
    """By their collation in PostgreSQL, whatever the language of the database; in MariaDB they are bytes."""
    collations = (
        "SELECT DISTINCT collation_name FROM information_schema.columns"
        " WHERE table_name LIKE 'collated_%%' AND data_type = 'text'"
    )
    with closing(SQLStore(POSTGRESQL.url(), prefix="collated_")), POSTGRESQL.engine.connect() as conn:
        assert conn.exec_driver_sql(collations, ()).fetchall() == [("C",)]


def test_the_planned_indexes_are_partial() -> None:
    """What is not due, or was given up, is no burden to a claim."""
    with closing(SQLStore(POSTGRESQL.url(), prefix="partial_")), POSTGRESQL.engine.connect() as conn:
        told = conn.exec_driver_sql("SELECT indexdef FROM pg_indexes WHERE indexname = 'partial_due'").scalar()
    assert told is not None
    assert told.endswith("(kind, due, name) WHERE ((due IS NOT NULL) AND (tries < 10))")


def test_tables_that_are_there_are_not_touched(engine: Engine) -> None:
    """Opening a store again looks, and writes nothing."""
    with closing(_opened(engine)) as store:
        store.write(create(put("a")))
    told: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _conn, _cursor, statement, *_: told.append(statement))
    with closing(_opened(engine)):
        pass
    changing = [one for one in told if one.split()[0] in {"CREATE", "INSERT", "UPDATE", "DELETE", "ALTER", "DROP"}]
    assert changing == []


def test_a_store_that_may_not_create_says_what_is_missing(engine: Engine) -> None:
    """In one sentence with the command; and it changes nothing."""
    with pytest.raises(StoreUnusable, match=r"layout 0, and this code needs 1: `python -m feedbackkit .*--from 0"):
        _opened(engine, create=False)
    assert _names(engine) == set()
    _opened(engine).close()
    _opened(engine, create=False).close()


def test_a_newer_layout_is_refused(engine: Engine) -> None:
    """Who does not know a layout must not write it; nor upgrade it."""
    _opened(engine).close()
    with engine.begin() as conn:
        conn.execute(tables("new_").layout.update().values(version=layouts.LAYOUT + 1))
    for create_ in (True, False):
        with pytest.raises(StoreUnusable, match="newer than 1: upgrade feedbackkit"):
            _opened(engine, create=create_)
    with engine.connect() as conn, pytest.raises(StoreUnusable, match="newer than 1: upgrade feedbackkit"):
        SQLStore(conn, prefix="new_").read([name("a")])


@pytest.mark.usefixtures("a_later_release")
def test_an_older_layout_is_upgraded(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is stored stays, and the old release refuses it from then on."""
    with monkeypatch.context() as before:
        before.setattr(layouts, "LAYOUT", layouts.LAYOUT - 1)
        with closing(_opened(engine)) as store:
            store.write(create(put("a")))
        assert _layout(engine) == 1
    with pytest.raises(StoreUnusable, match="layout 1, and this code needs 2"):
        _opened(engine, create=False)
    with closing(_opened(engine)) as store:
        assert [one and one.key for one in store.read([name("a")])] == ["a"]
        assert store.write([change("u", update("a", 1))]) == [Applied()]
    assert _layout(engine) == 2
    with monkeypatch.context() as before:
        before.setattr(layouts, "LAYOUT", layouts.LAYOUT - 1)
        with pytest.raises(StoreUnusable, match="layout 2, newer than 1"):
            _opened(engine)


@pytest.mark.usefixtures("a_later_release")
def test_many_may_upgrade_at_once(engine: Engine) -> None:
    """One does it, the others wait and use it."""
    start = threading.Barrier(4)

    def make(key: int) -> object:
        start.wait(timeout=10)
        with closing(_opened(engine)) as store:
            return store.write(create(put(f"{key}")))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(make, range(4))) == [[Applied()]] * 4
    assert _layout(engine) == 2


def _statements(engine: Engine) -> int:
    """How many statements an upgrade has."""
    return sum(len(some) for _, some in layouts.steps(engine.dialect.name, 0, layouts.LAYOUT, "new_"))


@pytest.mark.usefixtures("a_later_release")
def test_an_upgrade_that_is_cut_off_is_done_again(engine: Engine) -> None:
    """Wherever it was killed there is the old layout or the new one, and the next start makes it whole."""
    for survived in range(_statements(engine)):
        left = [survived]

        def kill(_conn: Connection, _cursor: Any, statement: str, *_: Any, left: list[int] = left) -> None:
            if statement.startswith(("CREATE", "ALTER", "INSERT INTO new_layout")):
                if not left[0]:
                    raise Killed
                left[0] -= 1

        event.listen(engine, "before_cursor_execute", kill)
        with pytest.raises(Killed):
            _opened(engine)
        event.remove(engine, "before_cursor_execute", kill)
        assert _layout(engine) in {0, 1, 2}
        if not is_mysql(engine.dialect):  # which keeps each statement
            assert _names(engine) == set()
        with closing(_opened(engine)) as store:
            assert store.write(create(put("a"))) == [Applied()]
        assert _layout(engine) == 2
        _drop(engine)


class Killed(BaseException):
    """The process dies here."""


def test_a_process_waits_for_another_that_upgrades_and_then_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """MariaDB's lock has a time limit."""
    monkeypatch.setattr(making, "_PATIENCE", 0)
    engine = create_engine(MARIADB.url())
    with engine.connect() as other:
        other.exec_driver_sql(f"SELECT GET_LOCK('{making._lock_name(other, tables('slow_'))}', 0)")
        with pytest.raises(StoreBusy, match="being upgraded by another process"):
            SQLStore(engine, prefix="slow_", jitter=lambda: 0.0)
    engine.dispose()


@pytest.mark.parametrize("dialect", ["postgresql", "mariadb", "sqlite"])
def test_the_first_layout_is_never_changed(dialect: str) -> None:
    """There are databases that have it."""
    text = schema_sql(dialect, end=1)
    assert text == (GOLDEN / f"layout-1.{dialect}.sql").read_text("utf-8")


def test_the_plain_sql_makes_a_store(engine: Engine) -> None:
    """Run by whatever tool; twice is harmless."""
    for _ in range(2):
        with engine.begin() as conn:
            for statement in schema_sql(engine.dialect.name, prefix="new_").split(";\n"):
                lines = [line for line in statement.splitlines() if not line.startswith("--")]
                if lines and lines[0] not in {"BEGIN", "COMMIT"}:
                    conn.exec_driver_sql("\n".join(lines))
    with closing(_opened(engine, create=False)) as store:
        assert store.write(create(put("a"))) == [Applied()]


def test_it_can_be_run_as_it_is_printed(tmp_path: Path) -> None:
    """In one transaction where the database has such for tables."""
    path = tmp_path / "feedback.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(schema_sql("sqlite"))
    with closing(SQLStore(f"sqlite:///{path}", create=False)) as store:
        assert store.write(create(put("a"))) == [Applied()]


@pytest.mark.usefixtures("a_later_release")
def test_it_can_begin_anywhere() -> None:
    """From one layout to a later one; from one to itself there is nothing to do."""
    whole, first, second = (schema_sql("postgresql", start=a, end=b) for a, b in ((0, 2), (0, 1), (1, 2)))
    body = [text.partition("BEGIN;\n")[2].removesuffix("COMMIT;\n") for text in (whole, first, second)]
    assert body[0] == body[1] + body[2]
    assert schema_sql("mariadb", start=2, end=2) == "-- feedbackkit, layout 2 to 2, mariadb\n"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"dialect": "oracle"}, "dialect"),
        ({"start": -1}, "start"),
        ({"start": layouts.LAYOUT + 1}, "start"),
        ({"end": layouts.LAYOUT + 1}, "end"),
        ({"start": 1, "end": 0}, "end"),
        ({"prefix": "No-"}, "prefix"),
    ],
)
def test_what_cannot_be_made_is_refused(wrong: dict[str, Any], field: str) -> None:
    """Unknown databases, layouts that do not exist, and going back."""
    asked: dict[str, Any] = {"dialect": "postgresql", **wrong}
    with pytest.raises(InvalidValue, match=field):
        schema_sql(**asked)


def test_the_metadata_is_the_same_each_time() -> None:
    """So that it can be joined with others."""
    assert metadata("some_") is metadata("some_")
    assert min(metadata().tables) == "feedbackkit_body"
    assert {type(column.type) for column in metadata().tables["feedbackkit_body"].columns} == {Exact, Bytes}
