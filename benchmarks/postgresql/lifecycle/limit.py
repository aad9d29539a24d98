"""The lifecycle written by hand with psycopg: frozen objects, SQL, one transaction a batch of 1,000.

As on SQLite, by one who needs one worker, no contact rules and no proof. Many rows go by the driver's `executemany`,
which sends them in a pipeline; COPY, and arrays for the updates, turned out to be no faster over the whole story.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, final

import attrs
from psycopg import Connection

from benchmarks.lifecycle import story
from benchmarks.lifecycle.limit import Request, as_dict, give, remind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from psycopg import Cursor

Rows: TypeAlias = "list[tuple[Any, ...]]"

SCHEMA = """
CREATE TABLE request (
    id bigint PRIMARY KEY,
    key text NOT NULL UNIQUE,
    state text NOT NULL,
    due_us bigint,
    body text NOT NULL
);
CREATE INDEX request_due ON request (due_us) WHERE due_us IS NOT NULL;
CREATE TABLE history (
    request bigint NOT NULL,
    seq integer NOT NULL,
    at_us bigint NOT NULL,
    actor text NOT NULL,
    event text NOT NULL,
    PRIMARY KEY (request, seq)
);
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, request bigint NOT NULL, payload text NOT NULL
);
CREATE TABLE answer (request bigint PRIMARY KEY, at_us bigint NOT NULL, body text NOT NULL);
"""
INSERT_REQUEST = "INSERT INTO request (id, key, state, due_us, body) VALUES (%s, %s, %s, %s, %s)"
INSERT_HISTORY = "INSERT INTO history (request, seq, at_us, actor, event) VALUES (%s, %s, %s, %s, %s)"
INSERT_MESSAGE = "INSERT INTO outbox (request, payload) VALUES (%s, %s)"
INSERT_ANSWER = "INSERT INTO answer (request, at_us, body) VALUES (%s, %s, %s)"
SELECT_DUE = "SELECT id, body FROM request WHERE due_us <= %s ORDER BY due_us LIMIT %s"
SELECT_SOME = "SELECT id, body FROM request WHERE key = ANY(%s)"
UPDATE_REQUEST = "UPDATE request SET state = %s, due_us = %s, body = %s WHERE id = %s"


@final
@attrs.frozen
class ByHand:
    """The acts of the story, a batch and a transaction each."""

    db: Connection
    batch: int = story.BATCH

    def create(self, numbers: Sequence[int]) -> None:
        """Insert one batch."""
        new = creations(numbers)
        with self.db.transaction(), self.db.cursor() as cursor:
            cursor.executemany(INSERT_REQUEST, new.requests)
            cursor.executemany(INSERT_HISTORY, new.entries)

    def remind(self, now_us: int) -> int:
        """Remind one batch of what is due; the number of requests in it."""
        with self.db.transaction(), self.db.cursor() as cursor:
            found = cursor.execute(SELECT_DUE, (now_us, self.batch)).fetchall()
            if found:
                store_reminders(cursor, found, now_us)
        return len(found)

    def give(self, answers: Mapping[str, dict[str, Any]], now_us: int) -> None:
        """Take one batch of answers, by the keys of their requests."""
        with self.db.transaction(), self.db.cursor() as cursor:
            store_answers(cursor, answers, now_us)


@final
class Creations(NamedTuple):
    """What some new requests write."""

    requests: Rows
    entries: Rows


def creations(numbers: Sequence[int]) -> Creations:
    """New requests, each with the first entry of its history."""
    requests = [Request(**story.request_fields(number)) for number in numbers]
    rows: Rows = [
        (number, request.key, request.state, request.due_us, json.dumps(as_dict(request)))
        for number, request in zip(numbers, requests, strict=True)
    ]
    return Creations(rows, [(number, 1, story.START_US, "planner", "requested") for number in numbers])


@final
class Reminders(NamedTuple):
    """What some reminders write."""

    updates: Rows
    entries: Rows
    messages: Rows


def reminders(found: Iterable[tuple[Any, ...]], now_us: int) -> Reminders:
    """Remind requests, given by id and body: objects are made, the law is asked, and rows come out."""
    written = Reminders([], [], [])
    for number, body in found:
        request = remind(Request(**json.loads(body)), now_us)
        written.updates.append((request.state, request.due_us, json.dumps(as_dict(request)), number))
        written.entries.append((number, request.version, now_us, "worker", "reminded"))
        message = story.message_fields(request.key, request.respondent, request.version)
        written.messages.append((number, json.dumps(message)))
    return written


def store_reminders(cursor: Cursor, found: Iterable[tuple[Any, ...]], now_us: int) -> None:
    """Remind requests, given by id and body: state, history and message of each are written."""
    written = reminders(found, now_us)
    cursor.executemany(UPDATE_REQUEST, written.updates)
    cursor.executemany(INSERT_HISTORY, written.entries)
    cursor.executemany(INSERT_MESSAGE, written.messages)


def store_answers(cursor: Cursor, answers: Mapping[str, dict[str, Any]], now_us: int) -> None:
    """Take answers by the keys of their requests: state, history and answer of each are written."""
    updates, entries, given = [], [], []
    for number, body in cursor.execute(SELECT_SOME, [list(answers)]).fetchall():
        request = give(Request(**json.loads(body)))
        updates.append((request.state, request.due_us, json.dumps(as_dict(request)), number))
        entries.append((number, request.version, now_us, request.respondent, "given"))
        given.append((number, now_us, json.dumps(answers[request.key])))
    cursor.executemany(UPDATE_REQUEST, updates)
    cursor.executemany(INSERT_HISTORY, entries)
    cursor.executemany(INSERT_ANSWER, given)


def answers_of(numbers: Iterable[int]) -> dict[str, dict[str, Any]]:
    """The answers to some requests, by their keys."""
    return {story.request_fields(number)["key"]: story.answer_fields(number) for number in numbers}


def play(by_hand: ByHand, count: int) -> int:
    """The whole story for this many requests."""
    for numbers in story.batches(count, by_hand.batch):
        by_hand.create(numbers)
    now_us = story.START_US
    for _ in range(2):
        now_us += story.WAIT_US
        while by_hand.remind(now_us):
            pass
    now_us += story.DAY_US
    for numbers in story.batches(count, by_hand.batch):
        by_hand.give(answers_of(numbers), now_us)
    return count


def check(db: Connection, count: int) -> None:
    """Stop if the story did not come out as told."""
    for question, expected in (
        ("SELECT count(*) FROM request WHERE state = 'given'", count),
        ("SELECT count(*) FROM history", 4 * count),
        ("SELECT count(*) FROM outbox", 2 * count),
        ("SELECT count(*) FROM answer", count),
    ):
        assert db.execute(question.encode()).fetchone() == (expected,), question
