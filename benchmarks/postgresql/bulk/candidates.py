"""The candidates of bulk creation, each in a copy of one database that knows the people."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import column, create_engine, insert, table

from benchmarks.child import one_child
from benchmarks.harness import WALL, Candidate, Outcome, Target, Work, alternate, tell
from benchmarks.lifecycle.desk import SECRET, START, asks_of, register
from benchmarks.postgresql.lifecycle import limit
from feedbackkit import Desk, ManualClock
from feedbackkit.stores.sql import SQLStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.postgresql.server import Server

LIMIT = "limit: SQLAlchemy Core, the same rows"
OURS = "feedbackkit, request_all"
OURS_MODULE = "benchmarks.postgresql.bulk.ours"
ROWS_MODULE = "benchmarks.postgresql.bulk.rows"
REQUEST = table("request", *map(column, ("id", "key", "state", "due_us", "body")))
HISTORY = table("history", *map(column, ("request", "seq", "at_us", "actor", "event")))

TEXT = """
One unit is one request made, among many that are made at once. The people are known already. The limit inserts the very
rows that the desk makes into the same tables, with the same indexes, in one transaction: of each request its record,
its body, the refs it is found by, and the first entry of its history. That is more than somebody would write by hand
who needs neither, for which there is a row, too. The desk makes objects of all that it is asked, finds out who is who,
looks whether a request is there already, asks the rules, and commits every 250 requests.
"""


def measure(*, rounds: int, requests: int, server: Server) -> Outcome:
    """What making one of many requests costs each candidate."""
    tell(f"registering {requests:,} people, and making their requests once")
    with _known(server, requests) as people, server.database(people) as made:
        with one_child(OURS_MODULE, made, requests, units=requests) as work:
            work()
        candidates = [
            _child(LIMIT, server, people, ROWS_MODULE, made, "core", units=requests),
            _child(OURS, server, people, OURS_MODULE, requests, units=requests),
            _child("COPY, the same rows", server, people, ROWS_MODULE, made, "copy", units=requests),
            Candidate(
                name="SQLAlchemy Core, a row and a history entry each", prepare=lambda: _by_core(server, requests)
            ),
        ]
        return Outcome(
            title="Many requests at once, on PostgreSQL",
            text=TEXT,
            clock="wall time",
            limit=LIMIT,
            measurements=alternate(candidates, clock=WALL, rounds=rounds),
            targets=[Target(candidate=OURS, against=LIMIT, at_most=4)],
        )


@contextmanager
def _known(server: Server, count: int) -> Iterator[str]:
    """A database with a store that knows the people of so many asks."""
    with server.database() as url:
        clock = ManualClock(START)
        with closing(Desk(SQLStore(url), clock=clock, secret=SECRET)) as desk:
            register(desk, clock, asks_of(range(count)))
        yield url


def _child(name: str, server: Server, people: str, module: str, *arguments: object, units: int) -> Candidate:
    @contextmanager
    def prepare() -> Iterator[Work]:
        with server.database(people) as url, one_child(module, url, *arguments, units=units) as work:
            yield work

    return Candidate(name=name, prepare=prepare)


@contextmanager
def _by_core(server: Server, count: int) -> Iterator[Work]:
    """The hand-written tables of the lifecycle, filled by Core."""
    with server.database() as url, psycopg.connect(url, autocommit=True) as db:
        db.execute(limit.SCHEMA)
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))

        def work() -> int:
            new = limit.creations(range(count))
            with engine.begin() as conn:
                conn.execute(insert(REQUEST), [dict(zip(REQUEST.c.keys(), row, strict=True)) for row in new.requests])
                conn.execute(insert(HISTORY), [dict(zip(HISTORY.c.keys(), row, strict=True)) for row in new.entries])
            return count

        yield work
        engine.dispose()
