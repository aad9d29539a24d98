from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from feedbackkit.errors import StoreBusy
from feedbackkit.ports import AlreadyApplied, Applied
from feedbackkit.stores.sql import AsyncSQLStore
from feedbackkit.stores.sql.tables import tables
from feedbackkit.testing.records import MINUTE, NOON, change, create, entry, name, put, update
from tests.servers import MARIADB, POSTGRESQL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.servers import Server

DRIVERS: Final = [(POSTGRESQL, "psycopg"), (POSTGRESQL, "asyncpg"), (MARIADB, "asyncmy")]
on_each_driver = pytest.mark.parametrize(("server", "driver"), DRIVERS, ids=[driver for _, driver in DRIVERS])


def no_pause() -> float:
    """Every pause is shortened to nothing."""
    return 0.0


async def _with_store(
    server: Server, driver: str, folder: Path, story: Callable[[AsyncSQLStore, AsyncEngine], Awaitable[None]]
) -> None:
    engine = create_async_engine(server.url(driver))
    store = AsyncSQLStore(engine, prefix=server.prefix(folder), jitter=no_pause)
    try:
        await story(store, engine)
    finally:
        await store.close()
        await engine.dispose()


async def _session(server: Server, engine: AsyncEngine) -> int:
    """The session of the connection that the pool gives out next."""
    async with engine.connect() as conn:
        return await conn.run_sync(lambda plain: server.session_of(plain.connection.cursor()))


@on_each_driver
def test_many_tasks_share_a_store(server: Server, driver: str, tmp_path: Path) -> None:
    """Each call has its own connection, and all are made; the first ones make the tables, once."""

    async def story(store: AsyncSQLStore, _engine: AsyncEngine) -> None:
        results = await asyncio.gather(*(store.write(create(put(f"{n}"))) for n in range(30)))
        assert results == [[Applied()]] * 30
        assert len(await store.find("request", limit=99)) == 30

    asyncio.run(_with_store(server, driver, tmp_path, story))


@on_each_driver
def test_a_session_that_was_ended_is_replaced(server: Server, driver: str, tmp_path: Path) -> None:
    """The pool's stale connections are noticed when they are used."""

    async def story(store: AsyncSQLStore, engine: AsyncEngine) -> None:
        await store.write(create(put("a")))
        server.end(await _session(server, engine))
        assert await store.write([change("u", update("a", 1))]) == [Applied()]

    asyncio.run(_with_store(server, driver, tmp_path, story))


@on_each_driver
def test_a_connection_lost_after_the_commit_makes_it_once(
    server: Server, driver: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody was told, so the call is repeated, and its id is known."""

    async def story(store: AsyncSQLStore, engine: AsyncEngine) -> None:
        await store.read([])
        commit = engine.dialect.do_commit
        lost: list[int] = []

        def commit_and_hang_up(connection: Any) -> None:
            commit(connection)
            if not lost:
                lost.append(1)
                server.end(server.session_of(connection.cursor()))
                connection.cursor().execute("SELECT 1")

        monkeypatch.setattr(engine.dialect, "do_commit", commit_and_hang_up)
        written = await store.write([change("c", put("a"), entries=(entry("a", 1),))])
        assert (lost, written) == ([1], [AlreadyApplied()])
        assert await store.history("a", limit=9) == [entry("a", 1)]

    asyncio.run(_with_store(server, driver, tmp_path, story))


@on_each_driver
def test_a_cancelled_call_is_made_whole_or_not_at_all(server: Server, driver: str, tmp_path: Path) -> None:
    """Cancelled while it waits for somebody else's lock; the store goes on, and so does the call when repeated."""
    record = tables(server.prefix(tmp_path)).record

    async def story(store: AsyncSQLStore, engine: AsyncEngine) -> None:
        await store.write(create(put("a"), put("z")))
        changes = [change("u", update("a", 1), entries=(entry("a", 1),)), change("v", update("z", 1))]
        waiting = asyncio.Event()
        async with engine.connect() as other:
            await other.execute(select(record).where(record.c.name == "request/z").with_for_update())
            event.listen(engine.sync_engine, "before_cursor_execute", lambda *_: waiting.set())
            task = asyncio.create_task(store.write(changes))
            await waiting.wait()
            await _until_blocked(server)
            assert task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert [head and head.version for head in await store.heads([name("a"), name("z")])] == [1, 1]
        assert await store.history("a", limit=9) == []
        assert await store.write(changes) == [Applied(), Applied()]

    asyncio.run(_with_store(server, driver, tmp_path, story))


async def _until_blocked(server: Server) -> None:
    """Until somebody waits for a lock in the run's database."""
    blocked = {
        "postgresql": "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = :name",
        "mysql": "SELECT count(*) FROM information_schema.processlist WHERE state = 'Update' AND db = :name",
    }[server.engine.dialect.name]
    with server.engine.connect() as conn:
        while not conn.execute(text(blocked), {"name": server.engine.url.database}).scalar():
            conn.rollback()
            await asyncio.sleep(0.01)


def test_a_server_that_is_not_there_is_busy() -> None:
    """By whichever driver, and without its error."""

    async def story(url: str) -> None:
        store = AsyncSQLStore(url, jitter=no_pause)
        with pytest.raises(StoreBusy, match="cannot be reached"):
            await store.read([name("a")])
        await store.close()

    for driver in ("postgresql+psycopg", "postgresql+asyncpg", "mysql+asyncmy"):
        asyncio.run(story(f"{driver}://anna@127.0.0.1:1/feedback"))


def test_pauses_are_awaited() -> None:
    """Other tasks go on meanwhile; the pauses grow, and end."""
    paused: list[float] = []

    async def sleep(seconds: float) -> None:
        paused.append(seconds)

    async def story() -> None:
        store = AsyncSQLStore("postgresql+asyncpg://anna@127.0.0.1:1/feedback", jitter=lambda: 1.0)
        store._runner.sleep = sleep  # type: ignore[union-attr]
        with pytest.raises(StoreBusy):
            await store.claim("request", now=NOON, lease=MINUTE, owner="one", limit=1)
        await store.close()

    asyncio.run(story())
    assert paused[:4] == [0.01, 0.02, 0.04, 0.08]
    assert len(paused) == 9
