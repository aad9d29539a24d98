"""The lifecycle written by hand: frozen objects, SQL, one transaction a batch of 1,000.

What a skilled engineer writes who needs one worker, no contact rules and no proof: the due requests of a batch are
loaded, become objects, are evolved, and are written back with their history and their message in the same transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, final

import attrs

from benchmarks.lifecycle import story

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SCHEMA = """
CREATE TABLE request (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    due_us INTEGER,
    body TEXT NOT NULL
);
CREATE INDEX request_due ON request (due_us) WHERE due_us IS NOT NULL;
CREATE TABLE history (
    request INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at_us INTEGER NOT NULL,
    actor TEXT NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (request, seq)
) WITHOUT ROWID;
CREATE TABLE outbox (id INTEGER PRIMARY KEY, request INTEGER NOT NULL, payload TEXT NOT NULL);
CREATE TABLE answer (request INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, body TEXT NOT NULL);
"""
INSERT_REQUEST = "INSERT INTO request (id, key, state, due_us, body) VALUES (?, ?, ?, ?, ?)"
INSERT_HISTORY = "INSERT INTO history (request, seq, at_us, actor, event) VALUES (?, ?, ?, ?, ?)"
INSERT_MESSAGE = "INSERT INTO outbox (request, payload) VALUES (?, ?)"
INSERT_ANSWER = "INSERT INTO answer (request, at_us, body) VALUES (?, ?, ?)"
UPDATE_REQUEST = "UPDATE request SET state = ?, due_us = ?, body = ? WHERE id = ?"
SELECT_DUE = "SELECT id, body FROM request WHERE due_us <= ? ORDER BY due_us LIMIT ?"
SELECT_ONE = "SELECT id, body FROM request WHERE key = ?"


@final
@attrs.frozen(kw_only=True)
class Request:
    """One ask."""

    key: str
    version: int
    subject: str
    respondent: str
    organisation: str
    client: str
    owner: str
    occasion: str
    form: str
    channel: str
    locale: str
    zone: str
    state: str
    reminders: int
    asked_us: int
    due_us: int | None
    introduction: str


FIELDS = tuple(field.name for field in attrs.fields(Request))


def as_dict(request: Request) -> dict[str, Any]:
    """The request as its body."""
    return {name: getattr(request, name) for name in FIELDS}


def remind(request: Request, now_us: int) -> Request:
    """The request, reminded once more; refused where that is illegal."""
    if request.state not in {"requested", "reminded"} or request.reminders >= 2:
        raise ValueError(f"request {request.key} is {request.state}: it cannot be reminded")
    return attrs.evolve(
        request,
        version=request.version + 1,
        state="reminded",
        reminders=request.reminders + 1,
        due_us=now_us + story.WAIT_US,
    )


def give(request: Request) -> Request:
    """The request, answered; refused where that is illegal."""
    if request.state not in {"requested", "reminded"}:
        raise ValueError(f"request {request.key} is {request.state}: it cannot be given")
    return attrs.evolve(request, version=request.version + 1, state="given", due_us=None)


def connect(path: Path) -> sqlite3.Connection:
    """A connection with the durability that all candidates are measured at."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    return db


@final
@attrs.frozen
class ByHand:
    """The four acts of the story."""

    db: sqlite3.Connection
    dump: Callable[[Any], str | bytes]
    load: Callable[[str | bytes], Any]

    def create(self, numbers: Iterable[int]) -> None:
        """Insert one batch."""
        requests = [Request(**story.request_fields(number)) for number in numbers]
        rows = [
            (number, request.key, request.state, request.due_us, self.dump(as_dict(request)))
            for number, request in zip(numbers, requests, strict=True)
        ]
        with self.db:
            self.db.execute("BEGIN IMMEDIATE")
            self.db.executemany(INSERT_REQUEST, rows)
            self.db.executemany(
                INSERT_HISTORY, [(number, 1, story.START_US, "planner", "requested") for number in numbers]
            )

    def remind(self, now_us: int) -> int:
        """Remind one batch of what is due; the number of requests in it."""
        with self.db:
            self.db.execute("BEGIN IMMEDIATE")
            found = self.db.execute(SELECT_DUE, (now_us, story.BATCH)).fetchall()
            updates, entries, messages = [], [], []
            for number, body in found:
                request = remind(Request(**self.load(body)), now_us)
                updates.append((request.state, request.due_us, self.dump(as_dict(request)), number))
                entries.append((number, request.version, now_us, "worker", "reminded"))
                message = story.message_fields(request.key, request.respondent, request.version)
                messages.append((number, self.dump(message)))
            self.db.executemany(UPDATE_REQUEST, updates)
            self.db.executemany(INSERT_HISTORY, entries)
            self.db.executemany(INSERT_MESSAGE, messages)
        return len(found)

    def give(self, answers: Iterable[tuple[str, dict[str, Any]]], now_us: int) -> None:
        """Take one batch of answers."""
        with self.db:
            self.db.execute("BEGIN IMMEDIATE")
            updates, entries, given = [], [], []
            for key, answer in answers:
                number, body = self.db.execute(SELECT_ONE, (key,)).fetchone()
                request = give(Request(**self.load(body)))
                updates.append((request.state, request.due_us, self.dump(as_dict(request)), number))
                entries.append((number, request.version, now_us, request.respondent, "given"))
                given.append((number, now_us, self.dump(answer)))
            self.db.executemany(UPDATE_REQUEST, updates)
            self.db.executemany(INSERT_HISTORY, entries)
            self.db.executemany(INSERT_ANSWER, given)


def play(by_hand: ByHand, count: int) -> int:
    """The whole story for this many requests."""
    for numbers in story.batches(count):
        by_hand.create(numbers)
    now_us = story.START_US
    for _ in range(2):
        now_us += story.WAIT_US
        while by_hand.remind(now_us):
            pass
    now_us += story.DAY_US
    for numbers in story.batches(count):
        by_hand.give([(story.request_fields(n)["key"], story.answer_fields(n)) for n in numbers], now_us)
    return count


def check(db: sqlite3.Connection, count: int) -> None:
    """Stop if the story did not come out as told."""
    assert db.execute("SELECT count(*) FROM request WHERE state = 'given'").fetchone() == (count,)
    assert db.execute("SELECT count(*) FROM history").fetchone() == (4 * count,)
    assert db.execute("SELECT count(*) FROM outbox").fetchone() == (2 * count,)
    assert db.execute("SELECT count(*) FROM answer").fetchone() == (count,)
