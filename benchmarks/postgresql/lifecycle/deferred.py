"""The lifecycle with `procrastinate`, as a child: ``python -m … URL COUNT BATCH CONCURRENCY``.

What creates requests, so many in a transaction as BATCH says, defers their first reminders with them; a reminder is a
transaction of its own, and defers the second one. The two waits are two queues: a worker empties the first, and then
another one the second. The answers come in by hand.
"""

from __future__ import annotations

import argparse
import asyncio

import psycopg

from benchmarks.child import report, wait_to_be_told
from benchmarks.lifecycle import story
from benchmarks.postgresql.lifecycle import limit
from benchmarks.postgresql.lifecycle.jobs import QUEUES, Deferred


async def _play(options: argparse.Namespace) -> None:
    deferred = Deferred(options.url, options.concurrency)
    async with deferred.app.open_async(), deferred.pool:
        await deferred.app.schema_manager.apply_schema_async()
        wait_to_be_told()
        for numbers in story.batches(options.count, options.batch):
            await deferred.create(numbers)
        for queue in QUEUES:
            await deferred.app.run_worker_async(
                queues=[queue], wait=False, concurrency=options.concurrency, install_signal_handlers=False
            )
    with psycopg.connect(options.url, autocommit=True) as db:
        by_hand = limit.ByHand(db, options.batch)
        for numbers in story.batches(options.count, options.batch):
            by_hand.give(limit.answers_of(numbers), story.START_US + 2 * story.WAIT_US + story.DAY_US)
        report()
        limit.check(db, options.count)


def main() -> None:
    """Play the story once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("count", type=int)
    parser.add_argument("batch", type=int, help="requests that are created, or answered, in one transaction")
    parser.add_argument("concurrency", type=int, help="jobs that a worker runs at a time")
    options = parser.parse_args()
    with psycopg.connect(options.url, autocommit=True) as db:
        db.execute(limit.SCHEMA)
    asyncio.run(_play(options))


if __name__ == "__main__":
    main()
