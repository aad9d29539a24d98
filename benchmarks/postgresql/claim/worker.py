"""One of some workers that claim what is due, as a child: ``python -m benchmarks.postgresql.claim.worker URL NAME``.

What it has claimed it moves on, as a decision would, and releases. It reports how much it claimed, in how many seconds
of claiming.
"""

from __future__ import annotations

import sys
import time
from contextlib import closing
from typing import Final

from benchmarks.child import report, wait_to_be_told
from benchmarks.postgresql.claim.loading import LATER_US
from feedbackkit.ports import Change, RecordKey, Update
from feedbackkit.stores.sql import SQLStore

BATCH: Final = 500
LEASE_US: Final = 600_000_000


def main() -> None:
    """Claim until nothing is due."""
    url, name = sys.argv[1:]
    claimed, seconds = 0, 0.0
    with closing(SQLStore(url)) as store:
        wait_to_be_told()
        while True:
            started = time.perf_counter()
            found = store.claim("request", now=LATER_US, lease=LEASE_US, owner=name, limit=BATCH)
            seconds += time.perf_counter() - started
            if not found:
                break
            updates = tuple(Update("request", one.key, one.version, None, one.state, one.head) for one in found)
            store.write([Change(f"{name}/{claimed}", LATER_US, updates)])
            store.release([RecordKey("request", one.key) for one in found], owner=name)
            claimed += len(found)
        report({"claimed": claimed, "seconds": seconds})


if __name__ == "__main__":
    main()
