"""Many asks handed to a desk at once, as a child: ``python -m benchmarks.postgresql.bulk.ours URL COUNT``.

The people are known to the store already.
"""

from __future__ import annotations

import sys
from contextlib import closing

from benchmarks.child import report, wait_to_be_told
from benchmarks.lifecycle.desk import SECRET, START, asks_of
from feedbackkit import Desk, ManualClock
from feedbackkit.stores.sql import SQLStore


def main() -> None:
    """Make the requests."""
    url, count = sys.argv[1], int(sys.argv[2])
    asks = list(asks_of(range(count)))
    with closing(Desk(SQLStore(url), clock=ManualClock(START), secret=SECRET)) as desk:
        wait_to_be_told()
        made = desk.request_all(asks)
        report()
        assert len(made) == count


if __name__ == "__main__":
    main()
