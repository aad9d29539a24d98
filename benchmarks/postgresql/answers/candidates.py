"""The candidates of answers given one by one, each in a copy of a database in which all are waited for."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.child import one_child
from benchmarks.harness import WALL, Candidate, Fact, Outcome, Target, Work, alternate, tell
from benchmarks.postgresql.answers.driving import micros_a_call
from benchmarks.postgresql.answers.giving import CONNECTIONS, TASKS, THREADS, fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.postgresql.server import Server

LIMIT = f"Desk, {THREADS} threads, psycopg"
PSYCOPG = f"AsyncDesk, {TASKS} at a time, psycopg"
ASYNCPG = f"AsyncDesk, {TASKS} at a time, asyncpg"
CALLS = 20_000

TEXT = f"""
One unit is one call of `give`, each a transaction of its own, to one process that takes many at a time: the plain desk
from {THREADS} threads, the async one from {TASKS} tasks. Each has {CONNECTIONS} connections to the database.

The cost of driving is what `Desk.get` takes, over a store in memory and in process CPU time, beyond the same body
written in plain calls.
"""


def measure(*, rounds: int, requests: int, server: Server) -> Outcome:
    """What one of many answers at a time costs each candidate."""
    driving = micros_a_call(rounds=rounds, calls=CALLS)
    tell(f"asking {requests:,} people")
    with server.database() as asked:
        fill(asked, requests)

        def candidate(name: str, way: str) -> Candidate:
            @contextmanager
            def prepare() -> Iterator[Work]:
                with (
                    server.database(asked) as url,
                    one_child("benchmarks.postgresql.answers.giving", url, requests, way, units=requests) as work,
                ):
                    yield work

            return Candidate(name=name, prepare=prepare)

        candidates = [
            candidate(LIMIT, "threads"),
            candidate(PSYCOPG, "psycopg"),
            candidate(ASYNCPG, "asyncpg"),
            candidate("Desk, 1 thread, psycopg", "thread"),
        ]
        return Outcome(
            title="Many answers at a time, on PostgreSQL",
            text=TEXT,
            clock="wall time",
            limit=LIMIT,
            measurements=alternate(candidates, clock=WALL, rounds=rounds),
            targets=[
                Target(candidate=PSYCOPG, against=LIMIT, at_most=1),
                Target(candidate=ASYNCPG, against=LIMIT, at_most=1),
            ],
            facts=[Fact(name="driving one call of the plain desk", figure=driving, unit="µs", at_most=5)],
        )
