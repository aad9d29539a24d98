"""The candidates of four workers, each in a copy of a database in which everything is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, final

import attrs

from benchmarks.child import children
from benchmarks.harness import WALL, Candidate, Fact, Outcome, Target, Work, alternate, tell
from benchmarks.lifecycle import story
from benchmarks.postgresql.workers import ours, peers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.child import Reports
    from benchmarks.postgresql.server import Server

WORKERS = 4
MANY_TO_A_HOUSE = 50
LIMIT = "limit: by hand, batches of 500, SKIP LOCKED"
PGQUEUER = "pgqueuer, batches of 100, 5 connections each"
PROCRASTINATE = "procrastinate, 10 jobs at a time"

TEXT = """
One unit is one due request handled by one of four worker processes, which begin at once and go on until nothing is due.
By hand that is a reminder: objects, the law, state, history and message, in batches of 500 that pass over what others
have locked. feedbackkit's is an ask: it is decided under all default rules and booked in the ledgers of the person and
the organisation, looked at a last time, sent and settled; only the organisations' budget is wide enough for all. The
requests of the organisations become due in turn, or, in the row that says so, one organisation after the other. What a
worker of feedbackkit's finds leased to others it waits for, 10 ms at a time. With the queues a reminder is a job, and a
transaction of its own; they do fewer.
"""


@final
@attrs.define
class Seen:
    """What the workers of one candidate reported, over all rounds."""

    doubles: int = 0
    made: int = 0
    kept: int = 0

    def note(self, reports: Reports, requests: int) -> None:
        """Take in the reports of one round; stops where a request was not sent."""
        sent = Counter(key for one in reports for key in one["sent"])
        assert len(sent) == requests
        self.doubles += sent.total() - requests
        self.made += sum(one["made"] for one in reports)
        self.kept += sum(one["kept"] for one in reports)


@final
@attrs.define
class Queued:
    """Workers on the hand-written tables."""

    name: str
    module: str
    requests: int
    enqueue: Callable[[str, int], None] | None = None
    settings: tuple[int, ...] = ()
    doubles: int = 0

    def candidate(self, server: Server) -> Candidate:
        """The candidate that they are."""
        return Candidate(name=self.name, prepare=lambda: self._prepare(server))

    @contextmanager
    def _prepare(self, server: Server) -> Iterator[Work]:
        with server.database() as url:
            peers.fill(url, self.requests)
            if self.enqueue is not None:
                self.enqueue(url, self.requests)
            workers = [(url, *self.settings)] * WORKERS
            with children(f"benchmarks.postgresql.workers.{self.module}", *workers) as work:

                def done() -> int:
                    work()
                    return self.requests

                yield done
            self.doubles += peers.check(url, self.requests)


def measure(*, rounds: int, requests: int, server: Server) -> Outcome:
    """What handling one due request costs each candidate."""
    tell(f"making {requests:,} requests that are due, three times")
    few, many = MANY_TO_A_HOUSE, requests // story.PEOPLE_PER_ORGANISATION
    ours_many = f"feedbackkit, {many:,} organisations"
    ours_few = f"feedbackkit, {few} organisations"
    with ExitStack() as stack:
        desks = {
            name: stack.enter_context(_filled(server, requests, houses, mixed=mixed))
            for name, houses, mixed in (
                (ours_many, many, True),
                (ours_few, few, True),
                (f"{ours_few}, one after the other", few, False),
            )
        }
        seen = {name: Seen() for name in desks}
        by_hand = Queued(LIMIT, "by_hand", requests)
        queued = [
            by_hand,
            Queued(PGQUEUER, "queued", requests // 10, peers.enqueue, (100, 5)),
            Queued("pgqueuer, batches of 10, 1 connection each", "queued", requests // 20, peers.enqueue, (10, 1)),
            Queued(PROCRASTINATE, "deferred", requests // 20, peers.defer, (10,)),
            Queued("procrastinate, one at a time", "deferred", requests // 20, peers.defer, (1,)),
        ]
        candidates = [
            by_hand.candidate(server),
            *(_desk(name, server, url, requests, seen[name]) for name, url in desks.items()),
            *(one.candidate(server) for one in queued[1:]),
        ]
        return Outcome(
            title="Four workers, on PostgreSQL",
            text=TEXT,
            clock="wall time",
            limit=LIMIT,
            measurements=alternate(candidates, clock=WALL, rounds=rounds),
            targets=[
                Target(candidate=ours_many, against=LIMIT, at_most=6),
                Target(candidate=PGQUEUER, against=ours_many, at_least=10),
                Target(candidate=PROCRASTINATE, against=ours_many, at_least=10),
                Target(candidate=ours_few, against=ours_many, at_most=1.3),
            ],
            facts=[
                *(
                    Fact(name=f"{name}: decisions made per decision kept", figure=one.made / one.kept, at_most=1.2)
                    for name, one in seen.items()
                ),
                Fact(
                    name="feedbackkit: requests sent twice", figure=sum(one.doubles for one in seen.values()), at_most=0
                ),
                Fact(name="the others: requests reminded twice", figure=sum(one.doubles for one in queued)),
            ],
        )


@contextmanager
def _filled(server: Server, requests: int, houses: int, *, mixed: bool) -> Iterator[str]:
    with server.database() as url:
        ours.fill(url, requests=requests, houses=houses, mixed=mixed)
        yield url


def _desk(name: str, server: Server, filled: str, requests: int, seen: Seen) -> Candidate:
    @contextmanager
    def prepare() -> Iterator[Work]:
        with server.database(filled) as url:
            workers = [(url, f"worker-{number}") for number in range(WORKERS)]
            with children("benchmarks.postgresql.workers.ours", *workers) as work:

                def work_and_note() -> int:
                    reports.extend(work())
                    return requests

                reports: Reports = []
                yield work_and_note
            seen.note(reports, requests)

    return Candidate(name=name, prepare=prepare)
