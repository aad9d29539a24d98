"""A forecast, as a child: ``python -m benchmarks.forecast.ours FILE COUNT DAYS``.

The store is made before the work begins: so many open requests, due over the days ahead, four people to a house.
"""

from __future__ import annotations

import argparse
import resource
import sys
from contextlib import closing

from benchmarks.child import report, wait_to_be_told
from benchmarks.lifecycle import story
from benchmarks.lifecycle.desk import SECRET, START, Counting, ask_of
from feedbackkit import Desk, ManualClock, SQLiteStore


def main() -> None:
    """Make the store, then play on."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("count", type=int)
    parser.add_argument("days", type=int)
    options = parser.parse_args()
    with closing(
        Desk(SQLiteStore(options.file), channels=[Counting()], clock=ManualClock(START), secret=SECRET)
    ) as desk:
        for numbers in story.batches(options.count):
            desk.request_all(
                ask_of(number, number // 4, story.START_US + number * 7919 % options.days * story.DAY_US)
                for number in numbers
            )
        wait_to_be_told()
        forecast = desk.forecast(options.days)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        report({"contacts": len(forecast.contacts), "peak": peak})
    assert len(forecast.contacts) > options.count
    assert sum(forecast.states.values()) == options.count


if __name__ == "__main__":
    main()
