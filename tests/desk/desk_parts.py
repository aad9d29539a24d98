"""Desks, people and stores for the desk's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedbackkit.channels import MailboxChannel
from feedbackkit.desk import Ask, Desk, ManualClock, SeededIds
from feedbackkit.domain.people import Contract, Organisation, Person
from feedbackkit.ports import Outcome, Receipt
from feedbackkit.stores import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedbackkit.domain.contact import Message
    from feedbackkit.ports import Store

SECRET = bytes(range(32))
MONDAY = "2026-03-02T09:00:00+00:00"
SUBJECT = Person(id="S-1", name="Thomas Brandt", email="t.brandt@people.example")


def respondent(number: int = 1, *, house: str | None = "H-1", **fields: Any) -> Person:
    """A person who may be asked."""
    organisation = None if house is None else Organisation(id=house, name=f"House {house}")
    described: dict[str, Any] = {
        "id": f"R-{number}",
        "name": f"Respondent {number}",
        "email": f"respondent.{number}@house.example",
        "organisation": organisation,
        "timezone": "Europe/Berlin",
        "basis": Contract("framework agreement", since="2025-01-01"),
    }
    return Person(**(described | fields))


def ask(key: str = "A-1", *, of: Person | None = None, **fields: Any) -> Ask:
    """An ask that is due at once."""
    asked: dict[str, Any] = {"key": key, "respondent": of or respondent(), "subject": SUBJECT, "occasion": "reference"}
    return Ask(**(asked | fields))


class Setting:
    """A desk with all that belongs to it."""

    def __init__(
        self, store: Any = None, *, channel: Any = None, at: str = MONDAY, owner: str = "desk", **parts: Any
    ) -> None:
        self.store = MemoryStore() if store is None else store
        self.channel = MailboxChannel() if channel is None else channel
        self.clock = ManualClock(at)
        self.desk = Desk(
            self.store, channels=[self.channel], clock=self.clock, ids=SeededIds(1), secret=SECRET, owner=owner, **parts
        )

    def run_on(self, *instants: str) -> None:
        """Run at each instant in turn."""
        for at in instants:
            self.clock.set(at)
            self.desk.run()


class Crash(Exception):
    """The process dies here."""


class DyingStore:
    """A store that dies at its n-th call, before the call or after it was done."""

    ephemeral = True

    def __init__(self, store: Store, *, at: int, after: bool = False) -> None:
        self._store = store
        self._left = at
        self._after = after
        self.calls = 0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._store, name)

        def call(*arguments: Any, **options: Any) -> Any:
            self.calls += 1
            self._left -= 1
            if self._left == 0 and not self._after:
                raise Crash
            result = method(*arguments, **options)
            if self._left == 0:
                raise Crash
            return result

        return call


class OddChannel:
    """A channel that says what it is told to say, and is not idempotent unless told so."""

    name = "odd"

    def __init__(self, *outcomes: Outcome | type[Exception], idempotent: bool = False) -> None:
        self.idempotent = idempotent
        self.messages: list[Message] = []
        self._outcomes = list(outcomes)

    def send(self, message: Message) -> Receipt:
        """Say the next thing; "sent" when nothing is left to say."""
        self.messages.append(message)
        outcome = self._outcomes.pop(0) if self._outcomes else Outcome.SENT
        if isinstance(outcome, Outcome):
            return Receipt(outcome, "as told")
        raise outcome
