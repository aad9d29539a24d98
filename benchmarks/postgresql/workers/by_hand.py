"""One of some hand-written workers, as a child: ``python -m benchmarks.postgresql.workers.by_hand URL``."""

from __future__ import annotations

import sys
from typing import Final

import psycopg

from benchmarks.child import report, wait_to_be_told
from benchmarks.lifecycle import story
from benchmarks.postgresql.lifecycle import limit

BATCH: Final = 500
NOW_US: Final = story.START_US + story.WAIT_US
SELECT_DUE: Final = f"{limit.SELECT_DUE} FOR UPDATE SKIP LOCKED"


def main() -> None:
    """Remind batches of what is due, until nothing is."""
    reminded = 0
    with psycopg.connect(sys.argv[1], autocommit=True) as db:
        wait_to_be_told()
        while True:
            with db.transaction(), db.cursor() as cursor:
                found = cursor.execute(SELECT_DUE, (NOW_US, BATCH)).fetchall()
                if not found:
                    break
                limit.store_reminders(cursor, found, NOW_US)
                reminded += len(found)
        report(reminded)


if __name__ == "__main__":
    main()
