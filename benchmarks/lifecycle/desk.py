"""What every workload with a desk shares: who is asked about whom, and a channel that only counts."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from benchmarks.lifecycle import story
from feedbackkit import Ask, Contract, Desk, ManualClock, Organisation, Person, Reply, SQLiteStore
from feedbackkit.ports import Outcome, Receipt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from feedbackkit.domain.contact import Message
    from feedbackkit.ports import Store

SECRET: Final = bytes(range(32))
START: Final = "2026-01-05T08:00:00+00:00"
BASIS: Final = Contract("framework agreement §7", since="2025-01-15")


class Counting:
    """A channel that counts, so that what is measured is the desk and not the sending."""

    name = "count"
    idempotent = True

    def __init__(self) -> None:
        self.sent = 0
        self._receipt = Receipt(Outcome.SENT)

    def send(self, message: Message) -> Receipt:
        """Count the message."""
        del message
        self.sent += 1
        return self._receipt


def store_at(place: str) -> Store:
    """The SQLite store in a file, or the SQL store at the URL of a database."""
    if "://" not in place:
        return SQLiteStore(place)
    from feedbackkit.stores.sql import SQLStore

    return SQLStore(place)


@lru_cache(maxsize=64)
def _house(house: int) -> tuple[Organisation, Person]:
    """An organisation, and the one about whom its people are asked."""
    subject = Person(name=f"Subject {house:06d}", email=f"subject.{house:06d}@people.example")
    return Organisation(name=f"House {house:06d}"), subject


def ask_of(number: int, house: int, due_us: int | None = None) -> Ask:
    """The ask of one person, who is asked nothing else, at a house."""
    organisation, subject = _house(house)
    respondent = Person(
        name=f"Respondent {number:06d}",
        email=f"respondent.{number:06d}@house{house:06d}.example",
        organisation=organisation,
        country="DE",
        timezone="Europe/Berlin",
        locale="de",
        basis=BASIS,
    )
    return Ask(
        key=key_of(number),
        respondent=respondent,
        subject=subject,
        occasion="reference",
        engagement=f"M-{house:06d}",
        due_us=due_us,
    )


def key_of(number: int) -> str:
    """The key of a request."""
    return f"reference/{number:07d}"


def asks_of(numbers: Iterable[int]) -> Iterator[Ask]:
    """An ask for each, a few in a row at one house."""
    return (ask_of(number, number // story.PEOPLE_PER_ORGANISATION) for number in numbers)


def replies_to(numbers: Iterable[int]) -> Iterator[Reply]:
    """The answer to each request."""
    return (Reply(key_of(number), story.answer_fields(number)) for number in numbers)


def register(desk: Desk, clock: ManualClock, asks: Iterable[Ask]) -> None:
    """Let the desk know the people of some asks, the day before, a batch a second."""
    waiting = iter(asks)
    now_us = story.START_US - story.DAY_US
    while some := list(islice(waiting, story.BATCH)):
        clock.set_us(now_us)
        desk.register(*[person for ask in some for person in (ask.respondent, ask.subject)])
        now_us += 1_000_000
