"""A program whose workers race: ``python -m tests.faults.raced FOLDER PLACE [--workers N] [--races N] [--threads]``.

Each race has one slot and more who want it: a house whose budget is nearly used up, with requests to several of its
people, or a person with several requests. All workers, be they processes or threads, begin each race together. Without
leases to keep them apart they all decide, each about another request first, and wait for each other again before they
write. One line of JSON tells what came of it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import os
import sys
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from feedbackkit.desk import Desk, ManualClock
from feedbackkit.domain.request import EventKind
from feedbackkit.policies import BasisRule, Budget, ContactRules
from tests.desk.books import events_of, ledgers_in, wrong_in
from tests.desk.house import SECRET, Wrapped, ask, respondent
from tests.faults.story import Postbox, store_at

if TYPE_CHECKING:
    from feedbackkit.desk import Ask
    from feedbackkit.ports import Record

WAIT_S: Final = 60
START: Final = "2026-03-02T10:00:00Z"
START_US: Final = ManualClock(START).now_us()
WANTING: Final = 3
LIMIT: Final = 2
RULES: Final = ContactRules(
    (
        BasisRule(),
        Budget(LIMIT, dt.timedelta(days=30)),
        Budget(LIMIT, dt.timedelta(days=30), of="organisation"),
    )
)


def race_us(race: int) -> int:
    """When a race is run: each at a second of its own."""
    return START_US + race * 1_000_000


def wishes(race: int) -> list[Ask]:
    """Who wants the one slot: three people of one house, or three requests to one person of none."""
    of_house = race % 2 == 0
    people = [
        respondent(race * WANTING + (number if of_house else 0), house=f"H-{race}" if of_house else None)
        for number in range(WANTING)
    ]
    return [
        ask(f"race-{race}/{number}", respondent=person, due_us=race_us(race)) for number, person in enumerate(people)
    ]


def desk_of(store: Any, postbox: Postbox, owner: str, clock: ManualClock) -> Desk:
    """A worker's desk, which takes one request at a time."""
    return Desk(
        store,
        channels=[postbox],
        clock=clock,
        secret=SECRET,
        rules=RULES,
        owner=owner,
        batch=1,
        watermark=False,
    )


def prepare(store: Any, postbox: Postbox, races: int) -> None:
    """All slots but one of each race are used up by calls that were made yesterday."""
    clock = ManualClock(START)
    desk = desk_of(store, postbox, "preparing", clock)
    for race in range(races):
        clock.set_us(race_us(race) - 86_400_000_000)
        asks = wishes(race)
        desk.request_all(asks)
        desk.record_contact(asks[0].respondent)


class Unleased(Wrapped):
    """A store that gives the same requests to every worker, to each another one first, and lets them write together."""

    def __init__(self, inner: Any, worker: int, meet: Any) -> None:
        super().__init__(inner)
        self.fresh = True
        """Whether this worker has not written yet in this race."""
        self._worker = worker
        self._meet = meet

    def claim(self, kind: str, *, now: int, limit: int, **named: Any) -> list[Record]:
        """What is due; contacts on their way out are leased as ever."""
        if kind != "request":
            claimed: list[Record] = self.inner.claim(kind, now=now, limit=limit, **named)
            return claimed
        found = self.inner.find(kind, due_until=now, limit=100)
        turn = self._worker % max(len(found), 1)
        return [*found[turn:], *found[:turn]][:limit]

    def release(self, keys: Any, **named: Any) -> Any:
        """Given back as ever."""
        return self.inner.release(keys, **named)

    def write(self, changes: Any) -> Any:
        """Meet all others before the first one."""
        if self.fresh:
            self.fresh = False
            self._meet.wait(WAIT_S)
        return self.inner.write(changes)


def work(place: str, postbox: Postbox, worker: int, meet: Any, options: argparse.Namespace, shared: Any = None) -> None:
    """Run every race."""
    plain = store_at(place) if shared is None else shared
    store = plain if options.leases else Unleased(plain, worker, meet)
    clock = ManualClock(START)
    desk = desk_of(store, postbox, f"worker-{worker}", clock)
    for race in range(options.races):
        clock.set_us(race_us(race))
        if isinstance(store, Unleased):
            store.fresh = True
        meet.wait(WAIT_S)
        desk.run()
    if shared is None:
        plain.close()


def in_processes(place: str, postbox: Postbox, options: argparse.Namespace) -> None:
    """Each worker is a process."""
    fork = multiprocessing.get_context("fork")
    meet = fork.Barrier(options.workers)
    workers = [
        fork.Process(target=work, args=(place, postbox, number, meet, options)) for number in range(options.workers)
    ]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    if any(each.exitcode for each in workers):
        sys.exit("a worker has failed")


def in_threads(place: str, postbox: Postbox, options: argparse.Namespace) -> None:
    """Each worker is a thread, and all share one store."""
    meet = threading.Barrier(options.workers)
    failed: list[BaseException] = []
    with closing(store_at(place)) as store:

        def run(number: int) -> None:
            try:
                work(place, postbox, number, meet, options, store)
            except BaseException as error:
                failed.append(error)
                meet.abort()
                raise

        workers = [threading.Thread(target=run, args=(number,)) for number in range(options.workers)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()
    if failed:
        sys.exit(f"a worker has failed: {failed[0]!r}")


def told(place: str, postbox: Postbox, races: int) -> dict[str, Any]:
    """What came of it."""
    with closing(store_at(place)) as store:
        ledgers = [*ledgers_in(store, "person").values(), *ledgers_in(store, "organisation").values()]
        asked = Counter(
            record.key.partition("/")[0]
            for record in store.find("request", limit=100_000)
            for event in events_of(store, record.key)
            if event.kind is EventKind.REQUESTED
        )
        return {
            "wrong": wrong_in(store),
            "over budget": sum(len(ledger.contacts) > LIMIT for ledger in ledgers),
            "asked": [asked[f"race-{race}"] for race in range(races)],
            "delivered": Counter(id_.partition("/")[0] for id_ in postbox.delivered),
        }


def main() -> None:
    """Race, and tell what came of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("place")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--races", type=int, default=20)
    parser.add_argument("--threads", action="store_true")
    parser.add_argument("--leases", action="store_true")
    options = parser.parse_args()
    place = options.place if "://" in options.place else str(options.folder / "feedback.db")
    postbox = Postbox(options.folder / "delivered.txt", idempotent=False)
    if (pid := os.fork()) == 0:  # whoever forks later must not have opened a database
        with closing(store_at(place)) as store:
            prepare(store, postbox, options.races)
        os._exit(0)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
        sys.exit("nothing could be prepared")
    (in_threads if options.threads else in_processes)(place, postbox, options)
    sys.stdout.write(json.dumps(told(place, postbox, options.races)))


if __name__ == "__main__":
    main()
