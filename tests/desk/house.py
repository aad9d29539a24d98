"""A small house to test in: people, a desk on a clock moved by hand, and stores and channels that misbehave."""

from __future__ import annotations

import copy
import datetime as dt
import threading
from typing import TYPE_CHECKING, Any, Final

import attrs

from feedbackkit.channels import MailboxChannel
from feedbackkit.desk import Ask, Desk, ManualClock, SeededIds
from feedbackkit.domain.basis import Consent
from feedbackkit.domain.engagement import Engagement
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.domain.request import Occasion
from feedbackkit.ports import Outcome, Receipt
from feedbackkit.stores import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedbackkit.domain.contact import Message
    from feedbackkit.ports import Channel, Store

SECRET: Final = b"a secret of thirty-two bytes ..."
MONDAY: Final = "2026-03-02T10:00:00Z"
"""An instant in office hours in UTC and in Berlin."""

WEBER: Final = Person(
    id="P-weber",
    email="anna.weber@nordwerk.example",
    name="Dr. Anna Weber",
    organisation=Organisation(id="O-nordwerk", name="Nordwerk"),
    basis=Consent("signed form", since="2025-01-15"),
)
HUBER: Final = Person(
    id="P-huber",
    email="huber@nordwerk.example",
    name="Max Huber",
    organisation=Organisation(id="O-nordwerk", name="Nordwerk"),
    basis=Consent("signed form", since="2025-01-15"),
)
BRANDT: Final = Person(id="P-brandt", name="Thomas Brandt")


def respondent(number: int, *, house: str | None = "H-1", **fields: Any) -> Person:
    """One of many people, at a house of that id or at none."""
    described: dict[str, Any] = {
        "id": f"R-{number}",
        "name": f"Respondent {number}",
        "email": f"respondent.{number}@house.example",
        "organisation": None if house is None else Organisation(id=house, name=f"House {house}"),
    }
    return attrs.evolve(WEBER, **(described | fields))


STORE_METHODS: Final = (
    "read",
    "heads",
    "write",
    "claim",
    "release",
    "find",
    "history",
    "dead_letters",
    "erase",
    "close",
)


class Died(BaseException):
    """The process is killed here: no code of the desk may catch it."""


@attrs.define
class House:
    """A desk and what it was put together from."""

    store: Any
    clock: ManualClock
    channel: Any
    desk: Desk

    @property
    def sent(self) -> list[Message]:
        """What the channel took, in order."""
        return list(self.channel.messages)

    def later(self, **span: float) -> House:
        """The same house after some time, which may be negative."""
        self.clock.advance(dt.timedelta(**span))
        return self

    def run_on(self, *instants: str) -> None:
        """Run at each instant in turn."""
        for at in instants:
            self.clock.set(at)
            self.desk.run()

    def worker(self, owner: str, *, store: Store | None = None, channel: Channel | None = None, **parts: Any) -> Desk:
        """One more desk over the same store, clock and channel."""
        return Desk(
            self.store if store is None else store,
            channels=[self.channel if channel is None else channel],
            secret=SECRET,
            clock=self.clock,
            ids=SeededIds(sum(owner.encode())),
            owner=owner,
            **parts,
        )


def house(store: Any = None, *, at: str = MONDAY, channel: Any = None, owner: str = "first", **parts: Any) -> House:
    """A desk over a store, in memory unless said otherwise."""
    built = House(
        MemoryStore() if store is None else store,
        ManualClock(at),
        MailboxChannel() if channel is None else channel,
        None,  # type: ignore[arg-type]  # the desk is built from the other three, right below
    )
    built.desk = built.worker(owner, **parts)
    return built


def ask(key: str, *, respondent: Person = WEBER, **fields: Any) -> Ask:
    """A wish to ask somebody about Brandt."""
    values: dict[str, Any] = {"respondent": respondent, "subject": BRANDT, "occasion": Occasion.REFERENCE}
    return Ask(key=key, **{**values, **fields})


def mandate(**fields: Any) -> Engagement:
    """Brandt at Nordwerk for nine months."""
    values: dict[str, Any] = {"subject": BRANDT, "sponsor": WEBER, "starts": "2026-03-02", "ends": "2026-11-27"}
    values = {"id": "M-17", **values, **fields}
    return Engagement(**values)


class Wrapped:
    """A store around a store; `before` and `after` see every call, and may raise or act."""

    ephemeral = True

    def __init__(
        self,
        inner: Store,
        *,
        before: Callable[[str, tuple[Any, ...]], None] = lambda _name, _arguments: None,
        after: Callable[[str, tuple[Any, ...]], None] = lambda _name, _arguments: None,
    ) -> None:
        self.inner = inner
        self.before = before
        self.after = after
        self.calls: list[str] = []

    def _call(self, name: str, *arguments: Any, **named: Any) -> Any:
        self.calls.append(name)
        self.before(name, arguments)
        result = getattr(self.inner, name)(*arguments, **named)
        self.after(name, arguments)
        return result


def _handed_on(name: str) -> Callable[..., Any]:
    def method(self: Wrapped, *arguments: Any, **named: Any) -> Any:
        return self._call(name, *arguments, **named)

    return method


for _name in STORE_METHODS:
    setattr(Wrapped, _name, _handed_on(_name))


def dying(inner: Store, at_call: int, *, afterwards: bool, error: BaseException | None = None) -> Wrapped:
    """A store whose n-th call, from 1 on, fails before or after it is made, and all later ones too: a dead process."""
    count = 0

    def check(_name: str, _arguments: tuple[Any, ...]) -> None:
        nonlocal count
        count += 1
        if count >= at_call:
            raise Died if error is None else error

    return Wrapped(inner, after=check) if afterwards else Wrapped(inner, before=check)


class Post:
    """A channel that answers as it is told, and can do something while it sends."""

    def __init__(
        self,
        *receipts: Outcome | BaseException,
        idempotent: bool = True,
        during: Callable[[Message], None] = lambda _message: None,
    ) -> None:
        self.name = "post"
        self.idempotent = idempotent
        self.during = during
        self.messages: list[Message] = []
        self._receipts = list(receipts)

    def send(self, message: Message) -> Receipt:
        """Take a message, and answer with the next receipt, or `SENT` when none is left."""
        self.during(message)
        self.messages.append(message)
        outcome = self._receipts.pop(0) if self._receipts else Outcome.SENT
        if isinstance(outcome, BaseException):
            raise outcome
        return Receipt(outcome, "as told")


class Mark:
    """A watermark that ends with the process; `before` sees every call, and may raise or act."""

    def __init__(self, before: Callable[[str], None] = lambda _name: None) -> None:
        self.before = before
        self._lock = threading.Lock()
        self._number = 0

    def read(self) -> int:
        """The number."""
        self.before("read mark")
        return self._number

    def raise_to(self, number: int) -> None:
        """Raise it."""
        self.before("raise mark")
        with self._lock:
            self._number = max(self._number, number)


def backup(store: MemoryStore) -> Callable[[], None]:
    """Copy all that is stored now; what comes back puts the copy in its place, as often as it is called."""
    content = copy.deepcopy(store._content)

    def restore() -> None:
        store._content = copy.deepcopy(content)

    return restore


def snapshot(store: Store, *keys: str) -> dict[str, Any]:
    """All that is stored, and the histories of some requests: to be compared before and after."""
    kinds = ("request", "person", "organisation", "contact", "answer", "engagement", "address")
    found: dict[str, Any] = {kind: store.find(kind, limit=10_000) for kind in kinds}
    found["history"] = {
        record.key: store.history(record.key, limit=10_000)
        for record in found["request"]
        if not keys or record.key in keys
    }
    return found
