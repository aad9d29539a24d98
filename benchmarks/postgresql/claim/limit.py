"""Open requests in one hand-written table, and what is due of them taken by one statement."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import psycopg

from benchmarks.lifecycle import story
from benchmarks.postgresql.claim.loading import DUE, NOW_US, due_us
from benchmarks.postgresql.lifecycle import limit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.harness import Work

TAKE: Final = """
UPDATE request SET owner = 'worker', taken_until = %(now)s + 600000000
WHERE id IN (
    SELECT id FROM request
    WHERE due_us <= %(now)s AND (owner IS NULL OR taken_until <= %(now)s)
    ORDER BY due_us LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
RETURNING id, body
"""


def fill(url: str, count: int) -> None:
    """A table with so many open requests."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(limit.SCHEMA)
        db.execute("ALTER TABLE request ADD COLUMN owner text, ADD COLUMN taken_until bigint")
        for numbers in story.batches(count, 50_000):
            new = limit.creations(numbers)
            with db.cursor().copy("COPY request (id, key, state, due_us, body) FROM STDIN") as copy:
                for number, key, state, _, body in new.requests:
                    copy.write_row((number, key, state, due_us(number, count), body))
        db.execute("VACUUM (ANALYZE) request")


@contextmanager
def taking(url: str) -> Iterator[Work]:
    """All that is due taken once, durably; it is given back afterwards, untimed."""
    with psycopg.connect(url, autocommit=True) as db:

        def work() -> int:
            found = db.execute(TAKE, {"now": NOW_US, "most": DUE}).fetchall()
            assert len(found) == DUE
            return len(found)

        yield work
        db.execute("UPDATE request SET owner = NULL, taken_until = NULL WHERE owner IS NOT NULL")
        db.execute("VACUUM request")
