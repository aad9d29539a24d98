"""What the tests of faults play: a few people at two houses, one run with something of everything in it."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, final

import attrs

from feedbackkit.codec.heads import decode_contact
from feedbackkit.desk import Desk, ManualClock, SeededIds
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.ports import Outcome, Receipt
from feedbackkit.stores import SQLiteStore
from tests.desk.books import ledgers_in, progress_of
from tests.desk.house import SECRET, ask, respondent

if TYPE_CHECKING:
    from pathlib import Path

    from feedbackkit.domain.contact import Message
    from feedbackkit.ports import Store

__all__ = ["NOW", "Postbox", "prepare", "run", "state_of", "store_at"]

EARLIER: Final = "2026-03-02T10:00:00Z"
NOW: Final = "2026-03-10T10:00:00Z"
"""When the first reminders and some asks are due."""
OWNER: Final = "worker"
PEOPLE: Final = (
    respondent(1),
    respondent(2),
    respondent(3, house="H-2"),
    respondent(4, house=None),
)
NEW: Final = (respondent(5), respondent(6, house=None), respondent(7, house="H-2"))


@final
class Postbox:
    """A channel that puts the id of each message into a file before it says so, as a real one would be out."""

    name = "postbox"

    def __init__(self, path: Path, *, idempotent: bool) -> None:
        self.path = path
        self.idempotent = idempotent

    def send(self, message: Message) -> Receipt:
        """Deliver it, for good."""
        with self.path.open("a", encoding="ascii") as file:
            file.write(f"{message.id}\n")
        return Receipt(Outcome.SENT)

    @property
    def delivered(self) -> list[str]:
        """The ids of what was delivered, in order."""
        return self.path.read_text(encoding="ascii").split() if self.path.exists() else []


def store_at(place: str) -> Store:
    """The store of SQLite's own module in a file, or the one of SQLAlchemy at a URL, with a prefix after a ``#``."""
    if "://" not in place:
        return SQLiteStore(place)
    from feedbackkit.stores.sql import SQLStore

    url, _, prefix = place.partition("#")
    return SQLStore(url, prefix=prefix or "feedbackkit_")


def _desk(store: Any, postbox: Postbox, at: str) -> Desk:
    return Desk(
        store,
        channels=[postbox],
        clock=ManualClock(at),
        ids=SeededIds(7),
        secret=SECRET,
        owner=OWNER,
        batch=3,
        watermark=False,
    )


def prepare(store: Store, postbox: Postbox) -> None:
    """Everybody was asked a week ago, one has answered; now more is due, and new people, too."""
    desk = _desk(store, postbox, EARLIER)
    desk.request_all([ask(f"first/{each.id}", respondent=each) for each in PEOPLE])
    desk.run()
    desk.give(f"first/{PEOPLE[1].id}", {"overall": 5})
    due_us = ManualClock(NOW).now_us()
    desk.request_all([ask(f"second/{each.id}", respondent=each, due_us=due_us) for each in PEOPLE])
    desk.request_all([ask(f"first/{each.id}", respondent=each, due_us=due_us) for each in NEW])
    desk.request(ask(f"third/{PEOPLE[0].id}", respondent=PEOPLE[0], due_us=due_us, occasion="quality_check"))


def run(store: Any, postbox: Postbox) -> None:
    """The run that is disturbed, and the one after it."""
    with closing(_desk(store, postbox, NOW)) as desk:
        desk.run()


def state_of(store: Store) -> dict[str, Any]:
    """What is stored, as far as it must be the same whatever happened on the way: all but chance and changes."""
    contacts = {}
    for record in store.find("contact", limit=1000):
        contact, _ = decode_contact(record)
        sent = record.state in {ContactStatus.SENT, ContactStatus.UNKNOWN}
        contacts[record.key] = (attrs.astuple(contact, recurse=False), sent or record.state)
    return {
        "requests": {record.key: progress_of(record) for record in store.find("request", limit=1000)},
        "contacts": contacts,
        "people": ledgers_in(store, "person"),
        "organisations": ledgers_in(store, "organisation"),
        "events": {
            record.key: [entry.event for entry in store.history(record.key, limit=1000)]
            for record in store.find("request", limit=1000)
        },
    }


def die() -> None:
    """End this process as an operator's ``kill -9`` does."""
    os.kill(os.getpid(), 9)
