"""What a store promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.ports.records import (
        Change,
        Head,
        HistoryEntry,
        Record,
        RecordKey,
        Result,
    )

__all__ = ["AsyncStore", "Store"]


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
        """Up to `limit` records of `kind` with `due` at or before `now`, leased by group: oldest first, group by group.

        First comes what is due of the group of the oldest record, oldest first (then by key), then what is due of the
        group of the oldest one that is left, and so on. So a claim leases no more groups than it needs, and leaves the
        others to others. A store may leave what is far from the oldest for another time: it need not look farther than
        at twice as many records as it may give out.
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
