"""Requests whose reminders are jobs of `procrastinate`; the tables and the law are the hand-written ones."""

from __future__ import annotations

from typing import Final

import procrastinate
from psycopg_pool import AsyncConnectionPool

from benchmarks.lifecycle import story
from benchmarks.postgresql.lifecycle import limit

QUEUES: Final = ("first", "second")
SELECT_ONE: Final = "SELECT id, body FROM request WHERE id = %s FOR UPDATE"


class Deferred:
    """The acts of the story."""

    def __init__(self, url: str, concurrency: int) -> None:
        connector = procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=concurrency + 2)
        self.app: Final = procrastinate.App(connector=connector)
        self.pool: Final = AsyncConnectionPool(url, min_size=1, max_size=concurrency, open=False)
        self.task: Final = self.app.task(name="remind")(self.remind)

    async def create(self, numbers: range) -> None:
        """Insert some requests, and defer their first reminders."""
        new = limit.creations(numbers)
        async with self.pool.connection() as db, db.cursor() as cursor:
            await cursor.executemany(limit.INSERT_REQUEST, new.requests)
            await cursor.executemany(limit.INSERT_HISTORY, new.entries)
            jobs = self.task.configure(queue=QUEUES[0], connection=db)
            await jobs.batch_defer_async(*[{"number": number, "week": 1} for number in numbers])

    async def remind(self, number: int, week: int) -> None:
        """The job: remind one request, and defer its next reminder."""
        async with self.pool.connection() as db, db.cursor() as cursor:
            found = await (await cursor.execute(SELECT_ONE, [number])).fetchall()
            written = limit.reminders(found, story.START_US + week * story.WAIT_US)
            await cursor.execute(limit.UPDATE_REQUEST, written.updates[0])
            await cursor.execute(limit.INSERT_HISTORY, written.entries[0])
            await cursor.execute(limit.INSERT_MESSAGE, written.messages[0])
            if week < len(QUEUES):
                jobs = self.task.configure(queue=QUEUES[week], connection=db)
                await jobs.defer_async(number=number, week=week + 1)
