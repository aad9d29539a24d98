"""Open requests in one table with a partial index on the due instant, and the plain query for what is due."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.lifecycle import limit, story

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

DUE = 1_000
NOW_US = story.START_US + story.WAIT_US


def due_us(number: int, count: int) -> int:
    """When a request of so many is due: 1,000 of them, spread over the whole table, by now."""
    return NOW_US - number % DUE if number % (count // DUE) == 0 else NOW_US + story.DAY_US + number


def fill(path: Path, count: int) -> sqlite3.Connection:
    """A file with so many open requests."""
    db = limit.connect(path)
    db.executescript(limit.SCHEMA)
    for numbers in story.batches(count, 50_000):
        with db:
            db.execute("BEGIN IMMEDIATE")
            db.executemany(limit.INSERT_REQUEST, (_row(number, count) for number in numbers))
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return db


def _row(number: int, count: int) -> tuple[int, str, str, int, str]:
    fields = story.request_fields(number)
    return number, fields["key"], fields["state"], due_us(number, count), json.dumps(fields)


def find(db: sqlite3.Connection) -> int:
    """Fetch what is due, oldest first."""
    found = db.execute(limit.SELECT_DUE, (NOW_US, DUE)).fetchall()
    assert len(found) == DUE
    return len(found)
