"""One of some workers of `procrastinate`, as a child: ``python -m … URL CONCURRENCY``."""

from __future__ import annotations

import asyncio
import sys

from benchmarks.child import report, wait_to_be_told
from benchmarks.postgresql.lifecycle.jobs import QUEUES, Deferred


async def _work(deferred: Deferred, concurrency: int) -> None:
    async with deferred.app.open_async(), deferred.pool:
        wait_to_be_told()
        await deferred.app.run_worker_async(
            queues=[QUEUES[-1]],
            wait=False,
            concurrency=concurrency,
            delete_jobs="successful",
            install_signal_handlers=False,
        )
        report()


def main() -> None:
    """Remind, a job each, until there is no job."""
    url, concurrency = sys.argv[1], int(sys.argv[2])
    asyncio.run(_work(Deferred(url, concurrency), concurrency))


if __name__ == "__main__":
    main()
