"""What a backend must do: the protocols between the desk and the world, and what each of them promises.

A store holds *records*: opaque bytes under a key, with the few columns that finding and claiming need. It knows nothing
of requests, people or answers, so it can be written, wrapped and tested without them; `feedbackkit.testing` ships the
contract that every store passes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias, final, runtime_checkable

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.domain.contact import Message
    from feedbackkit.domain.happenings import Happening
    from feedbackkit.domain.letter import Letter
    from feedbackkit.domain.notice import Notice

__all__ = [
    "AlreadyApplied",
    "Applied",
    "AsyncChannel",
    "AsyncStore",
    "AsyncSubscriber",
    "Change",
    "Channel",
    "Clock",
    "Head",
    "HistoryEntry",
    "Ids",
    "Observer",
    "Outcome",
    "Put",
    "Receipt",
    "Record",
    "RecordKey",
    "Refused",
    "Result",
    "Signer",
    "Store",
    "Subscriber",
    "Update",
    "Watermark",
    "Writer",
]


class RecordKey(NamedTuple):
    """The name of one record: its kind and, within the kind, its key."""

    kind: str
    key: str


class Record(NamedTuple):
    """One stored record, as a store gives it out."""

    kind: str
    key: str
    version: int
    """1 when created, one more with every write."""
    due: int | None
    """Microseconds since the epoch; `None` when nothing is to be done."""
    group: str
    """What it is leased by: records of one group are worked on by one owner at a time."""
    refs: tuple[str, ...]
    """The ids of all whom it concerns, in the order in which they were written."""
    state: str
    head: bytes
    """Small and changing."""
    body: bytes
    """Written once, changed rarely."""


class Head(NamedTuple):
    """The changing part of a record: enough to see whether it is still what it was."""

    version: int
    state: str
    head: bytes


class Put(NamedTuple):
    """Write a whole record: create it where `version` is 0, replace it where that is its version now."""

    kind: str
    key: str
    version: int
    due: int | None
    group: str
    refs: tuple[str, ...]
    state: str
    head: bytes
    body: bytes


class Update(NamedTuple):
    """Write the changing part of a record that has that version now; group, refs and body stay."""

    kind: str
    key: str
    version: int
    due: int | None
    state: str
    head: bytes


class HistoryEntry(NamedTuple):
    """One link of a chain: who did what when, sealed against the entry before it.

    `payload` and `salt` can be erased (then both are empty); `commitment` binds them, and `previous` binds the entry
    before, so that the chain stays verifiable afterwards.
    """

    key: str
    """Whose chain: the key of a request."""
    seq: int
    """1 for the first, without gaps."""
    at: int
    """Microseconds since the epoch."""
    actor: str
    event: str
    change_id: str
    salt: bytes
    commitment: bytes
    previous: bytes
    payload: bytes


class Change(NamedTuple):
    """A few writes and history entries that happen together or not at all."""

    id: str
    """Its own id, never used for another change; looked at before any version."""
    at: int
    """Microseconds since the epoch."""
    writes: tuple[Put | Update, ...]
    """At most one for each record."""
    entries: tuple[HistoryEntry, ...] = ()


@final
@attrs.frozen
class Applied:
    """The change was made now; each record it wrote has the next version."""


@final
@attrs.frozen
class AlreadyApplied:
    """A change with that id was made before; nothing was done now."""


@final
@attrs.frozen
class Refused:
    """Nothing was done: these records are not at the version that the change was made from, or cannot be created."""

    keys: tuple[RecordKey, ...]


Result: TypeAlias = Applied | AlreadyApplied | Refused
"""What became of one change."""


@runtime_checkable
class Store(Protocol):
    """A place where records are kept; lives as long as the program, and is closed at its end.

    Every method is atomic and sees all that was written before it. What fails raises a `StoreError`; `StoreBusy`
    means that the same call may be repeated as a whole.

    Three attributes are optional. Two tell a desk where the secret behind its address digests is kept: a `path` (a
    `pathlib.Path`) of a store that is a file, beside which its watermark lies, too, `ephemeral` (true) of one that ends
    with the process. The third,
    `joined` (true), is of a store that takes part in a transaction of its caller's: then what it wrote is durable when
    the caller commits, and a desk over it begins nothing again and leaves the ledgers that others share to a later run.
    """

    def read(self, keys: Sequence[RecordKey]) -> list[Record | None]:
        """The records in the order of `keys`, `None` for each that is not there; a key given twice counts twice."""
        ...

    def heads(self, keys: Sequence[RecordKey]) -> list[Head | None]:
        """The changing parts in the order of `keys`, `None` for each that is not there; cheaper than `read`."""
        ...

    def write(self, changes: Sequence[Change]) -> list[Result]:
        """Make each change whole or not at all, in order, in one transaction; one result for each, in order.

        A change whose id is known is `AlreadyApplied`, whatever the versions are: repeating after an unknown outcome
        is harmless. A change that finds a record at another version, creates one that exists, or continues a chain
        elsewhere than at its end, is `Refused` and leaves nothing behind; the others are not touched by that. A
        broken chain is named last, as ``RecordKey("history", key)``. A later
        change of the same call sees what the earlier ones did. When the call returns, all of it is durable; when it
        raises, none of it was made, unless the error says that the outcome is unknown (then repeat it).
        """
        ...

    def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        """Up to `limit` records of `kind` with `due` at or before `now`, oldest first (then by key), leased by group.

        A record whose group is leased to another owner is passed over; the groups of those given out are leased to
        `owner` until `now + lease`, and an owner gets what it holds again at once. A lease that has ended is void, and
        so is one that ends later than ``now + 2 * lease``: its clock was wrong. Records that were released with a
        later `retry_at`, or are dead letters, are passed over. Claiming changes no version.
        """
        ...

    def release(self, keys: Sequence[RecordKey], *, owner: str, retry_at: int | None = None) -> None:
        """End the leases that `owner` holds on the groups of these records; what it does not hold is left alone.

        With `retry_at` the records could not be handled: each whose group `owner` holds is passed over by `claim`
        until then, and after the tenth time for good, as a dead letter. Whatever writes it wipes that out. Release all
        that failed in one call, for the lease ends with it. Repeating without `retry_at` is harmless.
        """
        ...

    def find(
        self,
        kind: str,
        *,
        ref: str | tuple[str, ...] | None = None,
        state: str | None = None,
        due_until: int | None = None,
        after: str | None = None,
        limit: int,
    ) -> list[Record]:
        """Up to `limit` records of `kind` in order of key, only those with a key greater than `after`.

        `ref` keeps those that name it among their refs, or any of several, each record once; `state` those in it,
        `due_until` those due at or before it.
        Paging by the last key seen gives every record that was there throughout exactly once.
        """
        ...

    def history(self, key: str, *, after: int = 0, limit: int) -> list[HistoryEntry]:
        """Up to `limit` entries of one chain with a `seq` greater than `after`, in order; empty for an unknown key."""
        ...

    def dead_letters(self, kind: str, *, after: str | None = None, limit: int) -> list[Record]:
        """Up to `limit` records of `kind` that were given up by `release`, in order of key, paged like `find`."""
        ...

    def erase(self, change: Change, forget: Sequence[tuple[str, int]]) -> Result:
        """Make a change as `write` does and, with it, empty payload and salt of the entries named by key and seq.

        What was erased is gone from the files of the store too, as far as the store can reach. Forgetting an entry
        that is not there is harmless. Repeat-safe by the id.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections; closing twice is harmless, using it afterwards raises `StoreClosed`."""
        ...


@runtime_checkable
class AsyncStore(Protocol):
    """`Store`, awaited: the same methods with the same promises. A cancelled call was made whole or not at all."""

    async def read(self, keys: Sequence[RecordKey]) -> list[Record | None]:
        """See `Store.read`."""
        ...

    async def heads(self, keys: Sequence[RecordKey]) -> list[Head | None]:
        """See `Store.heads`."""
        ...

    async def write(self, changes: Sequence[Change]) -> list[Result]:
        """See `Store.write`."""
        ...

    async def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        """See `Store.claim`."""
        ...

    async def release(self, keys: Sequence[RecordKey], *, owner: str, retry_at: int | None = None) -> None:
        """See `Store.release`."""
        ...

    async def find(
        self,
        kind: str,
        *,
        ref: str | tuple[str, ...] | None = None,
        state: str | None = None,
        due_until: int | None = None,
        after: str | None = None,
        limit: int,
    ) -> list[Record]:
        """See `Store.find`."""
        ...

    async def history(self, key: str, *, after: int = 0, limit: int) -> list[HistoryEntry]:
        """See `Store.history`."""
        ...

    async def dead_letters(self, kind: str, *, after: str | None = None, limit: int) -> list[Record]:
        """See `Store.dead_letters`."""
        ...

    async def erase(self, change: Change, forget: Sequence[tuple[str, int]]) -> Result:
        """See `Store.erase`."""
        ...

    async def close(self) -> None:
        """See `Store.close`."""
        ...


class Outcome(StrEnum):
    """What became of a message, as far as its channel can tell."""

    SENT = "sent"
    """It was taken for delivery."""
    TRY_AGAIN = "try again"
    """It was not taken, and may be later."""
    GIVE_UP = "give up"
    """It was not taken, and never will be at this address."""
    UNKNOWN = "unknown"
    """Nobody knows: it may have been taken."""


class Receipt(NamedTuple):
    """What a channel says of one message."""

    outcome: Outcome
    reason: str = ""
    """Why, without personal data."""
    retry_us: int | None = None
    """With *try again*: not before this instant, and what was tried does not count; `None` leaves it to the desk."""
    dead: bool = False
    """With *give up*: the address itself does not work, so that nothing is sent there any more."""


@runtime_checkable
class Channel(Protocol):
    """A way to reach people; lives as long as the desk.

    What fails for one message is told by its receipt. What makes the channel itself useless is raised, as an `OSError`
    or a `FeedbackKitError`: the run ends, and a worker tries again later. Any other error is taken for one of that
    message, of which nobody knows whether it went out; the others go on, unless three fail so in a row.

    Two attributes are optional. `writer` is the `Writer` of a channel that carries letters: the desk has it write
    before a message is marked as being sent, a message that cannot be put into words is set aside while the others go
    on, and the channel finds the words in `Message.letter`. `traced` (true) is of a channel, not idempotent, by which
    something may come back, such as a bounce. The desk gives its messages a token, by which it knows them again, and
    those of the contacts before.
    """

    name: str
    """Under which contacts name it, such as ``email``."""
    idempotent: bool
    """Whether sending a message of the same id twice reaches the person once."""

    def send(self, message: Message) -> Receipt:
        """Send one message now and say what became of it."""
        ...


@runtime_checkable
class AsyncChannel(Protocol):
    """`Channel`, awaited."""

    name: str
    """See `Channel.name`."""
    idempotent: bool
    """See `Channel.idempotent`."""

    async def send(self, message: Message) -> Receipt:
        """See `Channel.send`."""
        ...


@runtime_checkable
class Writer(Protocol):
    """Who puts messages into words for a channel; lives as long as it, and may be shared by channels."""

    def write(self, message: Message) -> Letter:
        """The letter of a message: the same one for the same message, so that a repeated mail is the same mail.

        What makes no letter raises a `FeedbackKitError` that repeats no personal data.
        """
        ...


@runtime_checkable
class Signer(Protocol):
    """Who signs what a provider seals; lives as long as the program wants it to."""

    key_id: str
    """By which whoever verifies finds the public key."""

    def sign(self, data: bytes) -> bytes:
        """The Ed25519 signature over `data`, 64 bytes."""
        ...


@runtime_checkable
class Subscriber(Protocol):
    """Another program that is told what happens to requests; lives as long as the desk."""

    name: str
    """Under which what it has not heard yet is kept."""

    def wants(self, kind: str) -> bool:
        """Whether it is told of that kind of thing, such as ``request.given``; asked when it happens."""
        ...

    def tell(self, notice: Notice) -> Receipt:
        """Tell it now: *sent*, *try again*, or *give up* where it wants to hear nothing more at all.

        It may hear a notice twice, under the same id. Nothing is raised for one that cannot be told.
        """
        ...


@runtime_checkable
class AsyncSubscriber(Protocol):
    """`Subscriber`, whose `tell` is awaited."""

    name: str
    """See `Subscriber.name`."""

    def wants(self, kind: str) -> bool:
        """See `Subscriber.wants`."""
        ...

    async def tell(self, notice: Notice) -> Receipt:
        """See `Subscriber.tell`."""
        ...


class Clock(Protocol):
    """Where the desk reads the time; never anywhere else."""

    def now_us(self) -> int:
        """Microseconds since the epoch, UTC. It may jump: nothing relies on its going forward."""
        ...


class Ids(Protocol):
    """Where ids and salts come from; never from anywhere else."""

    def new(self, now_us: int) -> str:
        """An id that was never given before and sorts by time."""
        ...

    def salt(self) -> bytes:
        """Sixteen bytes that nobody can guess."""
        ...


@runtime_checkable
class Observer(Protocol):
    """Whoever wants to know what a desk does: a log, a meter, a health check; lives as long as the desk."""

    def observe(self, happening: Happening) -> None:
        """Take note, quickly and without waiting, for the work stands still meanwhile.

        Each kind of happening is a class of its own; leave alone those you do not know, for there may be more. What
        is raised is named in the log of `feedbackkit` and otherwise ignored.
        """
        ...


@runtime_checkable
class Watermark(Protocol):
    """How far a store had come, noted outside of it: a store that is behind was restored from an older backup.

    It belongs to one store, and must not be restored with it. A desk reads it once in a run, and raises it at most
    twice; it does not await it. What fails raises a `StoreError`.
    """

    def read(self) -> int:
        """The highest number that was noted; 0 where nothing was, or where it was lost."""
        ...

    def raise_to(self, number: int) -> None:
        """Note a number; where a higher one is noted already, that stays.

        When it returns it is durable, for all processes that share it; several may call it at once.
        """
        ...
