"""The same open requests as records of feedbackkit's SQLite store, and its claim."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.due.limit import DUE, NOW_US, due_us
from benchmarks.lifecycle import story
from feedbackkit.ports import Change, Put, RecordKey
from feedbackkit.stores.sqlite import SQLiteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.harness import Work

KIND = "request"
OWNER = "worker"
LEASE_US = 600_000_000


def fill(path: Path, count: int) -> SQLiteStore:
    """A store with so many open requests, in changes of 1,000."""
    store = SQLiteStore(path)
    for numbers in story.batches(count):
        puts = tuple(_put(number, count) for number in numbers)
        store.write([Change(f"load/{numbers.start:09d}", story.START_US, puts)])
    return store


def _put(number: int, count: int) -> Put:
    fields = story.request_fields(number)
    refs = (fields["respondent"], fields["subject"], f"M-{number:06d}")
    head = b'[1,1,"' + b"ab" * 32 + b'",1,1,1767600000000000,null,0,null,null]'
    body = json.dumps(fields).encode()
    due = due_us(number, count)
    return Put(KIND, fields["key"], 0, due, fields["organisation"], refs, "requested", head, body)


@contextmanager
def claiming(store: SQLiteStore) -> Iterator[Work]:
    """One claim of all that is due; the leases are given back afterwards, untimed."""
    claimed = []

    def work() -> int:
        claimed.extend(store.claim(KIND, now=NOW_US, lease=LEASE_US, owner=OWNER, limit=DUE))
        assert len(claimed) == DUE
        return len(claimed)

    yield work
    store.release([RecordKey(KIND, record.key) for record in claimed], owner=OWNER)
