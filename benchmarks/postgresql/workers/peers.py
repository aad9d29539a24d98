"""The hand-written tables with requests that are due, and a job for each where a queue is to work on them."""

from __future__ import annotations

import asyncio

import asyncpg
import psycopg
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

from benchmarks.lifecycle import story
from benchmarks.postgresql.lifecycle import limit
from benchmarks.postgresql.lifecycle.jobs import QUEUES, Deferred
from benchmarks.postgresql.workers.queued import ENTRYPOINT


def fill(url: str, requests: int) -> None:
    """So many due requests in the hand-written tables."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(limit.SCHEMA)
        for numbers in story.batches(requests):
            limit.ByHand(db).create(numbers)
        db.execute("ANALYZE")


def defer(url: str, requests: int) -> None:
    """A job of procrastinate's for each."""

    async def work() -> None:
        deferred = Deferred(url, 1)
        async with deferred.app.open_async():
            await deferred.app.schema_manager.apply_schema_async()
            jobs = deferred.task.configure(queue=QUEUES[-1])
            for numbers in story.batches(requests):
                await jobs.batch_defer_async(*[{"number": number, "week": len(QUEUES)} for number in numbers])

    asyncio.run(work())


def enqueue(url: str, requests: int) -> None:
    """A job of pgqueuer's for each."""

    async def work() -> None:
        db = await asyncpg.connect(url)
        queries = Queries(AsyncpgDriver(db))
        await queries.install()
        for numbers in story.batches(requests):
            await queries.enqueue(
                [ENTRYPOINT] * len(numbers), [str(number).encode() for number in numbers], [0] * len(numbers)
            )
        await db.close()

    asyncio.run(work())


def check(url: str, requests: int) -> int:
    """How many were reminded twice; stops where one was not reminded."""
    with psycopg.connect(url) as db:
        [messages] = db.execute("SELECT count(*) FROM outbox").fetchone() or (0,)
        [reminded] = db.execute("SELECT count(DISTINCT request) FROM outbox").fetchone() or (0,)
        [states] = db.execute("SELECT count(*) FROM request WHERE state = 'reminded'").fetchone() or (0,)
    assert reminded == states == requests
    return int(messages) - int(reminded)
