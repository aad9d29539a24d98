"""The lifecycle with a desk, as a child: ``python -m benchmarks.lifecycle.ours PLACE COUNT [--json]``.

PLACE is a file for the SQLite store, or the URL of a database for the SQL store. The people are registered before the
work begins, and after it the story is checked to have come out as told.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

from benchmarks.child import report, wait_to_be_told
from benchmarks.lifecycle import story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedbackkit import Ask, Reply
    from feedbackkit.domain.contact import Message
    from feedbackkit.ports import Receipt, Store

START = "2026-01-05T08:00:00+00:00"


class Counting:
    """A channel that counts, so that what is measured is the desk and not the sending."""

    name = "count"
    idempotent = True

    def __init__(self) -> None:
        from feedbackkit.ports import Outcome, Receipt

        self.sent = 0
        self._receipt = Receipt(Outcome.SENT)

    def send(self, message: Message) -> Receipt:
        """Count the message."""
        del message
        self.sent += 1
        return self._receipt


def _key(number: int) -> str:
    return f"reference/{number // story.PEOPLE_PER_ORGANISATION:06d}/{number % story.PEOPLE_PER_ORGANISATION}"


def _asks(numbers: range) -> Iterator[Ask]:
    """One ask for each person; the people of an organisation are asked about one subject."""
    from feedbackkit import Ask, Contract, Organisation, Person

    size = story.PEOPLE_PER_ORGANISATION
    basis = Contract("framework agreement §7", since="2025-01-15")
    for house in range(numbers.start // size, numbers.stop // size):
        organisation = Organisation(name=f"House {house:06d}")
        subject = Person(name=f"Subject {house:06d}", email=f"subject.{house:06d}@people.example")
        for number in range(house * size, (house + 1) * size):
            respondent = Person(
                name=f"Respondent {number:06d}",
                email=f"respondent.{number:06d}@house{house:06d}.example",
                organisation=organisation,
                country="DE",
                timezone="Europe/Berlin",
                locale="de",
                basis=basis,
            )
            yield Ask(
                key=_key(number),
                respondent=respondent,
                subject=subject,
                occasion="reference",
                engagement=f"M-{house:06d}",
            )


def _replies(numbers: range) -> Iterator[Reply]:
    from feedbackkit import Reply

    for number in numbers:
        yield Reply(_key(number), story.answer_fields(number))


def _store(place: str) -> Store:
    from feedbackkit import SQLiteStore

    if "://" not in place:
        return SQLiteStore(place)
    from feedbackkit.stores.sql import SQLStore

    return SQLStore(place)


def main() -> None:
    """Play the story once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("place")
    parser.add_argument("count", type=int)
    parser.add_argument("--json", action="store_true", help="with the standard library's json, as without orjson")
    parser.add_argument("--contested", action="store_true", help="another writer is faster with one group in a hundred")
    options = parser.parse_args()
    if options.json:
        sys.modules["orjson"] = None  # type: ignore[assignment]  # how an absent module is made known to the importer
    _play(options)


def _play(options: argparse.Namespace) -> None:
    from benchmarks.lifecycle.contested import Contested
    from feedbackkit import Desk, ManualClock
    from feedbackkit.codec import text

    assert (text.dumps.__module__ == text.__name__) == options.json
    plain = _store(options.place)
    store: Any = Contested(plain, _store(options.place)) if options.contested else plain
    clock, channel, count = ManualClock(START), Counting(), options.count
    with closing(Desk(store, channels=[channel], clock=clock, secret=bytes(range(32)))) as desk:
        for second, numbers in enumerate(story.batches(count)):
            clock.set_us(story.START_US - story.DAY_US + second * 1_000_000)
            desk.register(*[person for ask in _asks(numbers) for person in (ask.respondent, ask.subject)])
        wait_to_be_told()
        for second, numbers in enumerate(story.batches(count)):
            clock.set_us(story.START_US + second * 1_000_000)
            desk.request_all(_asks(numbers))
        for day in (0, 7, 14):
            clock.set_us(story.START_US + day * story.DAY_US + 3_600_000_000)
            desk.run()
        clock.set_us(story.START_US + 15 * story.DAY_US)
        for numbers in story.batches(count):
            desk.give_all(_replies(numbers))
        report()
        assert channel.sent == 3 * count
        assert len(plain.find("request", state="given", limit=count + 1)) == count
        if options.contested:
            assert store.disturbed


if __name__ == "__main__":
    main()
