"""The lifecycle without objects: each act one statement over the whole batch. For scale; no law is asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.lifecycle import limit, story

if TYPE_CHECKING:
    import sqlite3

REMIND = """
UPDATE request SET state = 'reminded', due_us = :now + :wait
WHERE id IN (SELECT id FROM request WHERE due_us <= :now ORDER BY due_us LIMIT :limit)
RETURNING id
"""


def play(db: sqlite3.Connection, count: int) -> int:
    """The whole story for this many requests; the history's numbers are known from the act."""
    for numbers in story.batches(count):
        _create(db, numbers)
    now_us = story.START_US
    for step in (2, 3):
        now_us += story.WAIT_US
        while _remind(db, now_us, step):
            pass
    for numbers in story.batches(count):
        _give(db, numbers, now_us + story.DAY_US)
    return count


def _create(db: sqlite3.Connection, numbers: range) -> None:
    with db:
        db.execute("BEGIN IMMEDIATE")
        fields = [story.request_fields(number) for number in numbers]
        rows = [
            (n, one["key"], one["state"], one["due_us"], json.dumps(one))
            for n, one in zip(numbers, fields, strict=True)
        ]
        db.executemany(limit.INSERT_REQUEST, rows)
        db.executemany(limit.INSERT_HISTORY, [(n, 1, story.START_US, "planner", "requested") for n in numbers])


def _remind(db: sqlite3.Connection, now_us: int, step: int) -> int:
    with db:
        db.execute("BEGIN IMMEDIATE")
        parameters = {"now": now_us, "wait": story.WAIT_US, "limit": story.BATCH}
        found = db.execute(REMIND, parameters).fetchall()
        db.executemany(limit.INSERT_HISTORY, [(number, step, now_us, "worker", "reminded") for (number,) in found])
        db.executemany(limit.INSERT_MESSAGE, [(number, "reminder") for (number,) in found])
    return len(found)


def _give(db: sqlite3.Connection, numbers: range, now_us: int) -> None:
    with db:
        db.execute("BEGIN IMMEDIATE")
        db.execute(
            "UPDATE request SET state = 'given', due_us = NULL WHERE id BETWEEN ? AND ?", (numbers[0], numbers[-1])
        )
        db.executemany(limit.INSERT_HISTORY, [(number, 4, now_us, "respondent", "given") for number in numbers])
        db.executemany(
            limit.INSERT_ANSWER, [(number, now_us, json.dumps(story.answer_fields(number))) for number in numbers]
        )
