from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from feedbackkit.errors import InvalidValue, MissingExtra, SetupError, StoreClosed
from feedbackkit.ports import Applied, AsyncStore, Refused, Store
from feedbackkit.stores import sql
from feedbackkit.stores.sql import AsyncSQLStore, SQLStore
from feedbackkit.testing.records import change, create, name, put, update
from tests.servers import MARIADB, POSTGRESQL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def url(tmp_path: Path) -> URL:
    """A database in a file."""
    return make_url(f"sqlite:///{tmp_path / 'feedback.db'}")


@pytest.fixture
def engine(url: URL) -> Iterator[Engine]:
    """An engine on it."""
    engine = create_engine(url)
    yield engine
    engine.dispose()


def test_a_url_an_engine_and_their_text_are_all_taken(url: URL, engine: Engine) -> None:
    """Each opens the same store."""
    databases: list[Any] = [url, str(url), engine]
    for number, database in enumerate(databases):
        with closing(SQLStore(database)) as store:
            assert isinstance(store, Store)
            store.write(create(put(f"{number}")))
    with closing(SQLStore(url)) as store:
        assert [one.key for one in store.find("request", limit=9)] == ["0", "1", "2"]


def test_an_async_store_is_one_too(url: URL) -> None:
    """It has all the methods of the port."""
    assert isinstance(AsyncSQLStore(url.set(drivername="sqlite+aiosqlite")), AsyncStore)


def test_postgresql_means_the_driver_of_the_extra() -> None:
    """Whatever the release of SQLAlchemy takes the bare name for."""
    with closing(SQLStore(POSTGRESQL.url().set(drivername="postgresql"), prefix="bare_")) as store:
        assert store.read([name("a")]) == [None]


def test_two_prefixes_are_two_stores(engine: Engine) -> None:
    """In one database, which belongs to somebody else anyway."""
    with closing(SQLStore(engine, prefix="one_")) as one, closing(SQLStore(engine, prefix="two_")) as two:
        one.write(create(put("a")))
        assert two.write(create(put("a"))) == [Applied()]
        assert two.find("request", limit=9) == one.find("request", limit=9)


@pytest.mark.parametrize("prefix", ["", "Feedback_", "1_", "a-b", "x" * 31, 'x"; DROP TABLE y; --', b"bytes", None])
def test_a_prefix_needs_no_quotes(url: URL, prefix: Any) -> None:
    """It stands in names of tables."""
    with pytest.raises(InvalidValue, match="prefix"):
        SQLStore(url, prefix=prefix)


@pytest.mark.parametrize("database", [None, 7, b"sqlite://", object()])
def test_what_is_no_database_is_refused(database: Any) -> None:
    """In one sentence that says what is."""
    with pytest.raises(SetupError, match="SQLStore needs a URL, or an Engine"):
        SQLStore(database)
    with pytest.raises(SetupError, match="AsyncSQLStore needs a URL, or an AsyncEngine"):
        AsyncSQLStore(database)


def test_plain_and_awaited_are_not_mixed_up(url: URL, engine: Engine) -> None:
    """The error says which of the two to take."""
    awaited: Any = create_async_engine(url.set(drivername="sqlite+aiosqlite"))
    plain: Any = engine
    with pytest.raises(SetupError, match=r"AsyncSQLStore takes async ones"):
        SQLStore(awaited)
    with pytest.raises(SetupError, match="AsyncEngine"):
        AsyncSQLStore(plain)
    with pytest.raises(SetupError, match="cannot be awaited"):
        AsyncSQLStore(url)


def test_a_malformed_url_is_not_repeated() -> None:
    """It may have a password in it."""
    with pytest.raises(SetupError, match="must look like") as caught:
        SQLStore("postgresql//anna:geheim@host/db")
    assert "geheim" not in str(caught.value)


def test_other_databases_are_refused() -> None:
    """Known to SQLAlchemy or not."""
    with pytest.raises(SetupError, match="knows no database 'cobol'"):
        SQLStore("cobol://host/db")
    with pytest.raises(SetupError, match="and not mssql"):
        SQLStore(create_engine("mssql+pymssql://host/db", module=MagicMock(__version__="2.3.1")))


def test_a_missing_driver_is_named(url: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra, match=r"pip install 'feedbackkit\[sql\]'"):
        SQLStore("postgresql://host/db")
    monkeypatch.setitem(sys.modules, "aiosqlite", None)
    with pytest.raises(MissingExtra, match="pip install aiosqlite"):
        AsyncSQLStore(url.set(drivername="sqlite+aiosqlite"))


def test_a_session_without_an_engine_is_refused() -> None:
    """It would only say so when it is used."""
    with pytest.raises(SetupError, match=r"session\.connection"):
        SQLStore(Session())
    with pytest.raises(SetupError, match=r"session\.connection"):
        AsyncSQLStore(AsyncSession())


def test_an_engine_in_autocommit_is_refused_where_it_cannot_be_helped(tmp_path: Path) -> None:
    """PostgreSQL's connections can be told otherwise; MariaDB's commit every statement."""
    engine = create_engine(MARIADB.url(), isolation_level="AUTOCOMMIT")
    with pytest.raises(SetupError, match="autocommit"):
        SQLStore(engine, prefix=MARIADB.prefix(tmp_path))
    engine.dispose()
    engine = create_engine(POSTGRESQL.url(), isolation_level="AUTOCOMMIT")
    with closing(SQLStore(engine, prefix=POSTGRESQL.prefix(tmp_path))) as store:
        store.write(create(put("a")))
        refused = change("u", update("a", 1), put("new"), update("a", 9, kind="person"))
        assert store.write([refused]) == [Refused((name("a", kind="person"),))]
        assert [one and one.version for one in store.read([name("a"), name("new")])] == [1, None]
    engine.dispose()


def test_it_shows_where_it_is_and_nothing_else(url: URL) -> None:
    """Neither user nor password nor host."""
    secret = POSTGRESQL.url().set(username="postgres", password="geheim")  # noqa: S106 - invented
    with closing(SQLStore(secret, prefix="shown_")) as store:
        assert repr(store) == f"SQLStore('postgresql:{secret.database}', prefix='shown_')"
    awaited = AsyncSQLStore(url.set(drivername="sqlite+aiosqlite"), prefix="x_")
    assert repr(awaited) == f"AsyncSQLStore('sqlite:{url.database}', prefix='x_')"


def test_the_callers_engine_outlives_the_store(engine: Engine) -> None:
    """What the store did not open it does not close."""
    store = SQLStore(engine)
    store.close()
    with engine.connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM feedbackkit_record").scalar() == 0
    with pytest.raises(StoreClosed):
        store.read([])


def test_the_callers_async_engine_outlives_the_store(url: URL) -> None:
    """As the plain one does."""

    async def story() -> None:
        engine = create_async_engine(url.set(drivername="sqlite+aiosqlite"))
        store = AsyncSQLStore(engine)
        assert await store.read([name("a")]) == [None]
        await store.close()
        async with engine.connect() as conn:
            assert (await conn.exec_driver_sql("SELECT count(*) FROM feedbackkit_record")).scalar() == 0
        await engine.dispose()

    asyncio.run(story())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_process_has_to_open_its_own() -> None:
    """In the child every use raises `StoreClosed` and closing leaves the parent's connections alone."""
    program = (
        "import os, sys\nfrom feedbackkit.errors import StoreClosed\n"
        "from feedbackkit.stores.sql import SQLStore\nfrom feedbackkit.testing.records import *\n"
        "store = SQLStore(sys.argv[1], prefix='forked_')\nstore.write(create(put('a')))\n"
        "if os.fork() == 0:\n"
        "    try:\n        store.read([name('a')])\n"
        "    except StoreClosed as error:\n        print(error, flush=True)\n"
        "    store.close()\n    os._exit(0)\n"
        "os.wait()\nprint(store.write([change('u', update('a', 1))]))\nstore.close()"
    )
    url = POSTGRESQL.url().render_as_string(hide_password=False)
    ended = subprocess.run([sys.executable, "-c", program, url], check=True, capture_output=True, text=True, timeout=60)
    child, parent = ended.stdout.splitlines()
    assert "forked" in child
    assert parent == "[Applied()]"


def test_threads_share_a_store(engine: Engine) -> None:
    """Each call has a connection of its own."""
    with closing(SQLStore(engine)) as store, ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda n: store.write(create(put(f"{n}"))), range(20)))
    assert results == [[Applied()]] * 20


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As of any module; and every name is listed."""
    with pytest.raises(AttributeError, match="SQLStoer"):
        _ = sql.SQLStoer
    assert set(sql.__all__) <= set(dir(sql))


def test_another_missing_module_is_no_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only SQLAlchemy is told to be installed."""
    monkeypatch.setitem(sql._HOMES, "Nothing", "feedbackkit.stores.sql.nothing")
    with pytest.raises(ModuleNotFoundError) as caught:
        _ = sql.Nothing
    assert not isinstance(caught.value, MissingExtra)
