"""The candidates of the lifecycle on PostgreSQL, each in a fresh database."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from benchmarks.child import one_child
from benchmarks.harness import WALL, Candidate, Outcome, Target, Work, alternate
from benchmarks.lifecycle import peers
from benchmarks.postgresql.lifecycle import limit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.postgresql.server import Server

OURS = "feedbackkit, json"
OURS_ORJSON = "feedbackkit, orjson"
LIMIT = "limit: by hand, batches of 1,000"

TEXT = """
The same life of a request as on SQLite, each candidate in a fresh database of one server. By hand it is psycopg, with
its `executemany`, and objects that the law is asked about. What takes long plays it for fewer requests.

eventsourcing need not look for what is due: the ids are known to it, its events are the history and its notification
log the outbox. With procrastinate a reminder is a job, with DBOS a request's life is a workflow whose sleeps are over
at once; their acts are the hand-written ones, a transaction each.
"""


def measure(*, rounds: int, requests: int, server: Server) -> Outcome:
    """What one request's life costs each candidate."""

    def ours(name: str, *flags: str) -> Candidate:
        return _child(name, server, "benchmarks.lifecycle.ours", requests, *flags)

    def peer(name: str, module: str, share: int, *settings: object) -> Candidate:
        count = max(requests // share, 20)
        return _child(name, server, f"benchmarks.postgresql.lifecycle.{module}", count, *settings)

    candidates = [
        Candidate(name=LIMIT, prepare=lambda: _by_hand(requests, server, 1_000)),
        ours(OURS, "--json"),
        ours(OURS_ORJSON),
        ours("feedbackkit, json, 1 % conflicts", "--json", "--contested"),
        Candidate(name="by hand, a transaction each", prepare=lambda: _by_hand(max(requests // 20, 20), server, 1)),
        peer("eventsourcing, batches of 500, functions", "eventsourced", 5, 500, "--functions"),
        peer("eventsourcing, a transaction each", "eventsourced", 20, 1),
        Candidate(
            name="transitions + SQLAlchemy ORM, a commit per 100",
            prepare=lambda: _orm(max(requests // 5, 20), server, 100),
        ),
        Candidate(
            name="transitions + SQLAlchemy ORM, a commit each",
            prepare=lambda: _orm(max(requests // 20, 20), server, 1),
        ),
        peer("procrastinate, batches of 100, 20 jobs at a time", "deferred", 20, 100, 20),
        peer("procrastinate, one at a time", "deferred", 100, 1, 1),
        peer("DBOS, 100 workflows at a time", "durable", 50, 100),
        peer("DBOS, one at a time", "durable", 200, 1),
    ]
    return Outcome(
        title="A request's life, on PostgreSQL",
        text=TEXT,
        clock="wall time",
        limit=LIMIT,
        measurements=alternate(candidates, clock=WALL, rounds=rounds),
        targets=[
            Target(candidate=OURS, against=LIMIT, at_most=5),
            Target(candidate=OURS_ORJSON, against=LIMIT, at_most=5),
        ],
    )


def _child(name: str, server: Server, module: str, count: int, *settings: object) -> Candidate:
    @contextmanager
    def prepare() -> Iterator[Work]:
        with server.database() as url, one_child(module, url, count, *settings, units=count) as work:
            yield work

    return Candidate(name=name, prepare=prepare)


@contextmanager
def _by_hand(requests: int, server: Server, batch: int) -> Iterator[Work]:
    with server.database() as url, psycopg.connect(url, autocommit=True) as db:
        db.execute(limit.SCHEMA)
        yield lambda: limit.play(limit.ByHand(db, batch), requests)
        limit.check(db, requests)


@contextmanager
def _orm(requests: int, server: Server, commit_every: int) -> Iterator[Work]:
    with server.database() as url:
        bound = peers.engine(url.replace("postgresql:", "postgresql+psycopg:", 1))
        yield lambda: peers.play(bound, requests, commit_every)
        bound.dispose()
        with psycopg.connect(url) as db:
            limit.check(db, requests)
