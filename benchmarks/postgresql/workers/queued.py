"""One of some workers of `pgqueuer`, as a child: ``python -m … URL BATCH CONNECTIONS``."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import sys
from typing import TYPE_CHECKING, Any, Final

import asyncpg
import uvloop
from pgqueuer import PgQueuer
from pgqueuer.types import QueueExecutionMode

from benchmarks.child import report, wait_to_be_told
from benchmarks.lifecycle import story
from benchmarks.postgresql.lifecycle import limit

if TYPE_CHECKING:
    from pgqueuer.models import Job

NOW_US: Final = story.START_US + story.WAIT_US
ENTRYPOINT: Final = "remind"
SOON: Final = dt.timedelta(seconds=0.1)


def _numbered(statement: str) -> str:
    """The statement with its parameters as asyncpg wants them."""
    numbers = itertools.count(1)
    return re.sub("%s", lambda _: f"${next(numbers)}", statement)


SELECT_ONE: Final = "SELECT id, body FROM request WHERE id = $1 FOR UPDATE"
UPDATE_REQUEST: Final = _numbered(limit.UPDATE_REQUEST)
INSERT_HISTORY: Final = _numbered(limit.INSERT_HISTORY)
INSERT_MESSAGE: Final = _numbered(limit.INSERT_MESSAGE)


async def _remind(db: Any, number: int) -> None:  # noqa: ANN401 - a connection of asyncpg's, from a pool
    async with db.transaction():
        written = limit.reminders(await db.fetch(SELECT_ONE, number), NOW_US)
        await db.execute(UPDATE_REQUEST, *written.updates[0])
        await db.execute(INSERT_HISTORY, *written.entries[0])
        await db.execute(INSERT_MESSAGE, *written.messages[0])


async def _work(url: str, batch: int, connections: int) -> None:
    async with (
        asyncpg.create_pool(url, min_size=connections, max_size=connections) as own,
        asyncpg.create_pool(url, min_size=2, max_size=4) as pool,
    ):
        queue = PgQueuer.from_asyncpg_pool(pool)

        @queue.entrypoint(ENTRYPOINT)
        async def remind(job: Job) -> None:
            async with own.acquire() as db:
                await _remind(db, int(job.payload or b""))

        wait_to_be_told()
        await queue.qm.run(dequeue_timeout=SOON, batch_size=batch, mode=QueueExecutionMode.drain)
        report()


def main() -> None:
    """Remind, a job each, until there is no job."""
    url, batch, connections = sys.argv[1:]
    uvloop.run(_work(url, int(batch), int(connections)))


if __name__ == "__main__":
    main()
