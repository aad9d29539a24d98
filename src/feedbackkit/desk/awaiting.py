"""The bridge between sync and async: plain stores and channels awaited, and coroutines that never wait driven.

The use-cases are written once, as coroutines. Over a plain store nothing ever suspends, so the coroutine runs to its
end in one go: no thread, no event loop, and none in the way where one is running already.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Final, TypeVar, cast

from feedbackkit.errors import SetupError
from feedbackkit.ports import Store

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence
    from typing import Any

    from feedbackkit.domain.contact import Message
    from feedbackkit.ports import (
        AsyncChannel,
        AsyncStore,
        Change,
        Channel,
        Head,
        HistoryEntry,
        Receipt,
        Record,
        RecordKey,
        Result,
    )

__all__ = ["awaited_channel", "awaited_store", "drive", "is_plain"]

T = TypeVar("T")


def drive(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never suspends, and give its result."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return cast("T", stop.value)
    coroutine.close()
    raise SetupError("a store or channel of this desk waits for something: use AsyncDesk, and await it")


_STORE_METHODS: Final = tuple(name for name in vars(Store) if not name.startswith("_"))


def is_plain(thing: object, method: str) -> bool:
    """Whether a store or channel answers at once, instead of being awaited."""
    return not inspect.iscoroutinefunction(getattr(thing, method))


def awaited_store(store: Store | AsyncStore) -> AsyncStore:
    """The store, so that it can be awaited."""
    missing = [name for name in _STORE_METHODS if not callable(getattr(store, name, None))]
    if missing:
        raise SetupError(f"{type(store).__name__} is no store: it has no {', '.join(missing)}")
    return _AwaitedStore(cast("Store", store)) if is_plain(store, "read") else cast("AsyncStore", store)


def awaited_channel(channel: Channel | AsyncChannel) -> AsyncChannel:
    """The channel, so that it can be awaited."""
    missing = [name for name in ("name", "idempotent", "send") if not hasattr(channel, name)]
    if missing:
        raise SetupError(f"{type(channel).__name__} is no channel: it has no {', '.join(missing)}")
    return _AwaitedChannel(cast("Channel", channel)) if is_plain(channel, "send") else cast("AsyncChannel", channel)


class _AwaitedStore:
    """A plain store behind awaitable methods that never suspend."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def read(self, keys: Sequence[RecordKey]) -> list[Record | None]:
        return self._store.read(keys)

    async def heads(self, keys: Sequence[RecordKey]) -> list[Head | None]:
        return self._store.heads(keys)

    async def write(self, changes: Sequence[Change]) -> list[Result]:
        return self._store.write(changes)

    async def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        return self._store.claim(kind, now=now, lease=lease, owner=owner, limit=limit)

    async def release(self, keys: Sequence[RecordKey], *, owner: str, retry_at: int | None = None) -> None:
        self._store.release(keys, owner=owner, retry_at=retry_at)

    async def find(
        self,
        kind: str,
        *,
        ref: str | None = None,
        state: str | None = None,
        due_until: int | None = None,
        after: str | None = None,
        limit: int,
    ) -> list[Record]:
        return self._store.find(kind, ref=ref, state=state, due_until=due_until, after=after, limit=limit)

    async def history(self, key: str, *, after: int = 0, limit: int) -> list[HistoryEntry]:
        return self._store.history(key, after=after, limit=limit)

    async def dead_letters(self, kind: str, *, after: str | None = None, limit: int) -> list[Record]:
        return self._store.dead_letters(kind, after=after, limit=limit)

    async def erase(self, change: Change, forget: Sequence[tuple[str, int]]) -> Result:
        return self._store.erase(change, forget)

    async def close(self) -> None:
        self._store.close()


class _AwaitedChannel:
    """A plain channel behind an awaitable method that never suspends."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.name = channel.name
        self.idempotent = channel.idempotent

    async def send(self, message: Message) -> Receipt:
        return self._channel.send(message)
