"""The lifecycle with a desk, as a child: ``python -m benchmarks.lifecycle.ours PLACE COUNT [--json]``.

PLACE is a file for the SQLite store, or the URL of a database for the SQL store. The people are registered before the
work begins, and after it the story is checked to have come out as told.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from typing import Any

from benchmarks.child import report, wait_to_be_told
from benchmarks.lifecycle import story


def main() -> None:
    """Play the story once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("place")
    parser.add_argument("count", type=int)
    parser.add_argument("--json", action="store_true", help="with the standard library's json, as without orjson")
    parser.add_argument("--contested", action="store_true", help="another writer is faster with one group in a hundred")
    options = parser.parse_args()
    if options.json:
        sys.modules["orjson"] = None  # type: ignore[assignment]  # how an absent module is made known to the importer
    _play(options)


def _play(options: argparse.Namespace) -> None:
    from benchmarks.lifecycle.contested import Contested
    from benchmarks.lifecycle.desk import SECRET, START, Counting, asks_of, register, replies_to, store_at
    from feedbackkit import Desk, ManualClock
    from feedbackkit.codec import text

    assert (text.dumps.__module__ == text.__name__) == options.json
    plain = store_at(options.place)
    store: Any = Contested(plain, store_at(options.place)) if options.contested else plain
    clock, channel, count = ManualClock(START), Counting(), options.count
    with closing(Desk(store, channels=[channel], clock=clock, secret=SECRET)) as desk:
        register(desk, clock, asks_of(range(count)))
        wait_to_be_told()
        for second, numbers in enumerate(story.batches(count)):
            clock.set_us(story.START_US + second * 1_000_000)
            desk.request_all(asks_of(numbers))
        for day in (0, 7, 14):
            clock.set_us(story.START_US + day * story.DAY_US + 3_600_000_000)
            desk.run()
        clock.set_us(story.START_US + 15 * story.DAY_US)
        for numbers in story.batches(count):
            desk.give_all(replies_to(numbers))
        report()
        assert channel.sent == 3 * count
        assert len(plain.find("request", state="given", limit=count + 1)) == count
        if options.contested:
            assert store.disturbed


if __name__ == "__main__":
    main()
