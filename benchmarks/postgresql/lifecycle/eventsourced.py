"""The lifecycle with `eventsourcing`, as a child: ``python -m … URL COUNT BATCH [--functions]``.

Each request is an aggregate; its events are its history, and the application's notification log is the outbox. So many
aggregates are saved in one transaction as BATCH says. There is no search for what is due: the ids are known, and the
repository makes each aggregate anew from its events.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, final
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from sqlalchemy import make_url

from benchmarks.child import report, wait_to_be_told
from benchmarks.lifecycle import story

if TYPE_CHECKING:
    from collections.abc import Callable


@final
class Request(Aggregate):
    """One ask."""

    @event("Requested")
    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields
        self.state = "requested"
        self.reminders = 0
        self.due_us: int | None = fields["due_us"]
        self.answer: dict[str, Any] | None = None

    @staticmethod
    def create_id(fields: dict[str, Any]) -> UUID:
        """The id that follows from the key."""
        return uuid5(NAMESPACE_URL, fields["key"])

    def remind(self, now_us: int) -> None:
        """Remind, where that is legal."""
        if self.state not in {"requested", "reminded"} or self.reminders >= 2:
            raise ValueError(f"request {self.id} is {self.state}: it cannot be reminded")
        self._remind(now_us + story.WAIT_US)

    @event("Reminded")
    def _remind(self, due_us: int) -> None:
        self.state = "reminded"
        self.reminders += 1
        self.due_us = due_us

    def give(self, answer: dict[str, Any]) -> None:
        """Take the answer, where that is legal."""
        if self.state not in {"requested", "reminded"}:
            raise ValueError(f"request {self.id} is {self.state}: it cannot be given")
        self._give(answer)

    @event("Given")
    def _give(self, answer: dict[str, Any]) -> None:
        self.state = "given"
        self.due_us = None
        self.answer = answer


@final
class Requests(Application[UUID]):
    """All of them."""

    def change(self, numbers: range, act: Callable[[Request, int], None]) -> None:
        """Load some, do something to each, and save them in one transaction."""
        found = [self.stored(number) for number in numbers]
        for number, request in zip(numbers, found, strict=True):
            act(request, number)
        self.save(*found)

    def stored(self, number: int) -> Request:
        """The request of that number."""
        found: Request = self.repository.get(Request.create_id(story.request_fields(number)))
        return found


def _opened(url: str, *, functions: bool) -> Requests:
    parts = make_url(url)
    return Requests(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": parts.database or "",
            "POSTGRES_HOST": parts.host or str(parts.query.get("host", "")),
            "POSTGRES_PORT": str(parts.port or 5432),
            "POSTGRES_USER": parts.username or "postgres",
            "POSTGRES_PASSWORD": parts.password or "none",
            "POSTGRES_ENABLE_DB_FUNCTIONS": "y" if functions else "n",
        }
    )


def _play(requests: Requests, count: int, batch: int) -> None:
    for numbers in story.batches(count, batch):
        requests.save(*[Request(story.request_fields(number)) for number in numbers])
    for week in (1, 2):
        now_us = story.START_US + week * story.WAIT_US
        for numbers in story.batches(count, batch):
            requests.change(numbers, lambda request, _, now_us=now_us: request.remind(now_us))
    for numbers in story.batches(count, batch):
        requests.change(numbers, lambda request, number: request.give(story.answer_fields(number)))


def main() -> None:
    """Play the story once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("count", type=int)
    parser.add_argument("batch", type=int)
    parser.add_argument("--functions", action="store_true", help="insert by functions in the database")
    options = parser.parse_args()
    with _opened(options.url, functions=options.functions) as requests:
        wait_to_be_told()
        _play(requests, options.count, options.batch)
        report()
        assert requests.recorder.max_notification_id() == 4 * options.count
        assert requests.stored(options.count - 1).state == "given"


if __name__ == "__main__":
    main()
