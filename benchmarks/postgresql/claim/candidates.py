"""The candidates of the due scan; the tables are filled once, before the rounds."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

from benchmarks.child import children
from benchmarks.harness import WALL, Candidate, Fact, Outcome, Target, Work, alternate, tell
from benchmarks.postgresql.claim import limit
from benchmarks.postgresql.claim.loading import DUE, DUE_LATER, NOW_US, bytes_each, load
from feedbackkit.ports import RecordKey
from feedbackkit.stores.sql import SQLStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.postgresql.server import Server

FEW = 100_000
WORKERS = 4
LEASE_US = 600_000_000
LIMIT = f"limit: by hand, UPDATE … SKIP LOCKED, {FEW:,} open"

TEXT = f"""
One unit is one due request found, with its body, and taken, when 1,000 of them are due among so many open ones, spread
over the whole table. The tables were filled by COPY with what a desk leaves of a request that was asked: the request
with its body, its refs and a history of two entries, its contact, and its share of changes and leases. The bytes are
those of all these rows with their indexes.

Then {WORKERS} workers share the {DUE_LATER + DUE:,} that are due an hour later among the many, 500 at a time: what a
worker has claimed it moves on, one update each, and releases.
"""


def measure(*, rounds: int, many: int, server: Server) -> Outcome:
    """What claiming 1,000 due requests costs among few and among many."""
    few, large = f"feedbackkit, {FEW:,} open", f"feedbackkit, {many:,} open"
    with ExitStack() as stack:
        by_hand, ours_few, ours_many = (stack.enter_context(server.database()) for _ in range(3))
        limit.fill(by_hand, FEW)
        load(ours_few, FEW)
        load(ours_many, many)
        candidates = [
            Candidate(name=LIMIT, prepare=lambda: limit.taking(by_hand)),
            Candidate(name=few, prepare=lambda: _claiming(ours_few)),
            Candidate(name=large, prepare=lambda: _claiming(ours_many)),
        ]
        return Outcome(
            title="What is due, on PostgreSQL",
            text=TEXT,
            clock="wall time",
            limit=LIMIT,
            measurements=alternate(candidates, clock=WALL, rounds=rounds),
            targets=[Target(candidate=large, against=few, at_most=2)],
            facts=[*_sizes(ours_many, many), *_rate(ours_many, many)],
        )


@contextmanager
def _claiming(url: str) -> Iterator[Work]:
    """One claim of all that is due; the leases are given back afterwards, untimed."""
    with closing(SQLStore(url)) as store:
        keys: list[RecordKey] = []

        def work() -> int:
            claimed = store.claim("request", now=NOW_US, lease=LEASE_US, owner="worker", limit=DUE)
            keys.extend(RecordKey("request", record.key) for record in claimed)
            assert len(keys) == DUE
            return len(keys)

        yield work
        store.release(keys, owner="worker")


def _sizes(url: str, count: int) -> list[Fact]:
    sizes = bytes_each(url, count)
    return [
        Fact(name=f"on disk, each of {count:,} requests", figure=sum(sizes.values()), unit="bytes"),
        *(Fact(name=f"of them in the table {table}", figure=size, unit="bytes") for table, size in sizes.items()),
    ]


def _rate(url: str, count: int) -> list[Fact]:
    tell(f"{WORKERS} workers claim")
    workers = [(url, f"worker-{number}") for number in range(WORKERS)]
    with children("benchmarks.postgresql.claim.worker", *workers) as work:
        started = time.perf_counter()
        reports = work()
        seconds = time.perf_counter() - started
    claimed = sum(one["claimed"] for one in reports)
    assert claimed == DUE + DUE_LATER
    claiming = sum(one["seconds"] for one in reports)
    among = f"{WORKERS} workers among {count:,}"
    return [
        Fact(name=f"{among}: claimed, moved on, released", figure=claimed / seconds, unit="a second"),
        Fact(name=f"{among}: share of the time spent claiming", figure=100 * claiming / WORKERS / seconds, unit="%"),
    ]
