"""Answers given one by one, as a child: ``python -m benchmarks.postgresql.answers.giving URL COUNT WAY``.

WAY is ``threads`` or ``thread``, with a desk over psycopg, or the name of the driver of an async desk's store.
"""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Final

from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.child import report, wait_to_be_told
from benchmarks.lifecycle import story
from benchmarks.lifecycle.desk import SECRET, START, Counting, asks_of, key_of, register
from feedbackkit import AsyncDesk, Desk, ManualClock
from feedbackkit.stores.sql import AsyncSQLStore, SQLStore

if TYPE_CHECKING:
    from collections.abc import Iterator

THREADS: Final = 16
TASKS: Final = 100
CONNECTIONS: Final = 16
HOUR_US: Final = 3_600_000_000


def fill(url: str, count: int) -> None:
    """A store with so many requests that have been asked."""
    clock = ManualClock(START)
    with closing(Desk(SQLStore(url), channels=[Counting()], clock=clock, secret=SECRET)) as desk:
        register(desk, clock, asks_of(range(count)))
        clock.set_us(story.START_US)
        desk.request_all(asks_of(range(count)))
        clock.set_us(story.START_US + HOUR_US)
        desk.run()


def _clock() -> ManualClock:
    clock = ManualClock(START)
    clock.set_us(story.START_US + story.DAY_US)
    return clock


def _in_threads(url: str, count: int, threads: int) -> None:
    engine = create_engine(_url(url, "psycopg"), pool_size=CONNECTIONS, max_overflow=0)
    with (
        closing(Desk(SQLStore(engine), clock=_clock(), secret=SECRET)) as desk,
        ThreadPoolExecutor(threads) as pool,
    ):
        wait_to_be_told()
        given = list(pool.map(lambda number: desk.give(key_of(number), story.answer_fields(number)), range(count)))
        report()
        assert len(given) == count
    engine.dispose()


async def _in_tasks(url: str, count: int, driver: str) -> None:
    engine = create_async_engine(_url(url, driver), pool_size=CONNECTIONS, max_overflow=0)
    desk = AsyncDesk(AsyncSQLStore(engine), clock=_clock(), secret=SECRET)
    await desk.find(state="given")  # looks at the tables, as a plain store does when it is opened
    waiting = iter(range(count))

    async def give(numbers: Iterator[int]) -> None:
        for number in numbers:
            await desk.give(key_of(number), story.answer_fields(number))

    wait_to_be_told()
    async with asyncio.TaskGroup() as group:
        for _ in range(TASKS):
            group.create_task(give(waiting))
    report()
    assert len(await desk.find(state="given")) == count
    await desk.close()
    await engine.dispose()


def _url(url: str, driver: str) -> str:
    return url.replace("postgresql:", f"postgresql+{driver}:", 1)


def main() -> None:
    """Give them all."""
    url, count, way = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    if way in {"thread", "threads"}:
        _in_threads(url, count, THREADS if way == "threads" else 1)
    else:
        asyncio.run(_in_tasks(url, count, way))


if __name__ == "__main__":
    main()
