"""One of some workers with a desk, as a child: ``python -m benchmarks.postgresql.workers.ours URL NAME``.

It runs until nothing is due any more, and reports how many decisions it made, how many of them were kept, and what it
sent, by the keys of the requests.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from benchmarks.child import report, wait_to_be_told
from benchmarks.lifecycle import story
from benchmarks.lifecycle.desk import SECRET, START, ask_of, register
from feedbackkit import Desk, ManualClock
from feedbackkit.policies import Budget, ContactRules, default_rules
from feedbackkit.ports import Applied, Outcome, Receipt
from feedbackkit.stores.sql import SQLStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.domain.contact import Message
    from feedbackkit.ports import Change, Result

HOUR_US: Final = 3_600_000_000
POLL: Final = 0.01  # seconds


class Remembering:
    """A channel that remembers what it was handed, so that nothing handed over twice goes unseen."""

    name = "memory"
    idempotent = True

    def __init__(self) -> None:
        self.sent: list[str] = []
        self._receipt = Receipt(Outcome.SENT)

    def send(self, message: Message) -> Receipt:
        """Remember the requests that it is about."""
        self.sent += [line.request for line in message.lines]
        return self._receipt


class Watched:
    """Passes everything on, and counts the decisions: the changes that leave something in a history."""

    def __init__(self, store: SQLStore) -> None:
        self._store = store
        self.made = 0
        self.kept = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        return getattr(self._store, name)

    def write(self, changes: Sequence[Change]) -> list[Result]:
        """Write, and count."""
        results = self._store.write(changes)
        decided = [result for change, result in zip(changes, results, strict=True) if change.entries]
        self.made += len(decided)
        self.kept += sum(isinstance(result, Applied) for result in decided)
        return results


def rules() -> ContactRules:
    """The default rules, but a house may be asked as often as it has people."""
    wide = Budget(100_000, dt.timedelta(days=30), of="organisation")
    return ContactRules(
        tuple(
            wide if isinstance(rule, Budget) and rule.of == "organisation" else rule for rule in default_rules().rules
        )
    )


def fill(url: str, *, requests: int, houses: int, mixed: bool) -> None:
    """A store with so many requests, due a millisecond after each other, at houses in turn or one after the other."""
    each = requests // houses
    asks = [
        ask_of(number, number % houses if mixed else number // each, story.START_US + number * 1_000)
        for number in range(requests)
    ]
    clock = ManualClock(START)
    with closing(Desk(SQLStore(url), clock=clock, secret=SECRET, rules=rules(), batch=1_000)) as desk:
        register(desk, clock, asks)
        clock.set_us(story.START_US)
        desk.request_all(asks)


def main() -> None:
    """Work."""
    url, name = sys.argv[1:]
    clock, channel, store = ManualClock(START), Remembering(), Watched(SQLStore(url))
    clock.set_us(story.START_US + HOUR_US)
    with closing(Desk(store, channels=[channel], clock=clock, secret=SECRET, rules=rules(), owner=name)) as desk:
        wait_to_be_told()
        desk.run()
        while store.find("request", due_until=clock.now_us(), limit=1):
            time.sleep(POLL)  # what is due is in the hands of others
            desk.run()
        report({"made": store.made, "kept": store.kept, "sent": channel.sent})


if __name__ == "__main__":
    main()
