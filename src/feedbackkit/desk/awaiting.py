"""The bridge between sync and async: plain stores and channels awaited, and coroutines that never wait driven.

The use-cases are written once, as coroutines. Over a plain store nothing ever suspends, so the coroutine runs to its
end in one go: no thread, no event loop, and none in the way where one is running already.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Final, TypeVar, cast

from feedbackkit.domain.checks import identifier, shape
from feedbackkit.errors import SetupError
from feedbackkit.ports import Store

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence
    from typing import Any

    from feedbackkit.domain.contact import Message
    from feedbackkit.domain.notice import Notice
    from feedbackkit.ports import (
        AsyncChannel,
        AsyncStore,
        AsyncSubscriber,
        Change,
        Channel,
        Head,
        HistoryEntry,
        Receipt,
        Record,
        RecordKey,
        Result,
        Subscriber,
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
_CHANNEL_PARTS: Final = ("name", "idempotent", "send")


def is_plain(thing: object, method: str) -> bool:
    """Whether a store or channel answers at once, instead of being awaited."""
    return not inspect.iscoroutinefunction(getattr(thing, method))


def awaited_store(store: Store | AsyncStore) -> AsyncStore:
    """The store, so that it can be awaited; what is none, or plain in one half and async in the other, is refused."""
    name = type(store).__name__
    missing = [method for method in _STORE_METHODS if not callable(getattr(store, method, None))]
    if missing:
        raise SetupError(f"{name} is no store: it has no {', '.join(missing)}")
    to_await = [method for method in _STORE_METHODS if not is_plain(store, method)]
    if not to_await:
        return _AwaitedStore(cast("Store", store))
    if len(to_await) < len(_STORE_METHODS):
        raise SetupError(
            f"{name} is half a store: {', '.join(to_await)} must be awaited, the rest not; "
            "all of it must be plain, or all of it awaited for AsyncDesk"
        )
    return cast("AsyncStore", store)


def awaited_channel(channel: Channel | AsyncChannel) -> AsyncChannel:
    """The channel, so that it can be awaited; what is none is refused."""
    name = type(channel).__name__
    missing = [part for part in _CHANNEL_PARTS if not hasattr(channel, part)]
    if missing:
        raise SetupError(f"{name} is no channel: it has no {', '.join(missing)}")
    if not (isinstance(channel.name, str) and channel.name):
        raise SetupError(f"{name} is no channel: its name must be a text, got {shape(channel.name)}")
    return _AwaitedChannel(cast("Channel", channel)) if is_plain(channel, "send") else cast("AsyncChannel", channel)


def awaited_subscribers(subscribers: Sequence[Subscriber | AsyncSubscriber]) -> tuple[AsyncSubscriber, ...]:
    """The subscribers, so that they can be awaited; what is none, or has the name of another one, is refused."""
    names: set[str] = set()
    for subscriber in subscribers:
        if not all(callable(getattr(subscriber, method, None)) for method in ("wants", "tell")):
            raise SetupError(f"{type(subscriber).__name__} is no subscriber: it needs a name, wants and tell")
        name = identifier("subscriber.name", getattr(subscriber, "name", None), limit=60)
        if "/" in name or name in names:
            raise SetupError(f"subscribers must have a name of their own each, without a slash: {name}")
        names.add(name)
    return tuple(
        _AwaitedSubscriber(cast("Subscriber", each)) if is_plain(each, "tell") else cast("AsyncSubscriber", each)
        for each in subscribers
    )


def _at_once(thing: object, method: str, result: T) -> T:
    """What a plain method gave; something that would have to be awaited is refused."""
    if inspect.isawaitable(result):
        if inspect.iscoroutine(result):
            result.close()
        raise SetupError(
            f"{type(thing).__name__}.{method} gave something to be awaited: "
            "declare it with async def, and use AsyncDesk"
        )
    return result


class _AwaitedStore:
    """A plain store behind awaitable methods that never suspend."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def _plain(self, method: str, result: T) -> T:
        return _at_once(self._store, method, result)

    async def read(self, keys: Sequence[RecordKey]) -> list[Record | None]:
        return self._plain("read", self._store.read(keys))

    async def heads(self, keys: Sequence[RecordKey]) -> list[Head | None]:
        return self._plain("heads", self._store.heads(keys))

    async def write(self, changes: Sequence[Change]) -> list[Result]:
        return self._plain("write", self._store.write(changes))

    async def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        return self._plain("claim", self._store.claim(kind, now=now, lease=lease, owner=owner, limit=limit))

    async def release(self, keys: Sequence[RecordKey], *, owner: str, retry_at: int | None = None) -> None:
        self._store.release(keys, owner=owner, retry_at=retry_at)

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
        return self._plain(
            "find", self._store.find(kind, ref=ref, state=state, due_until=due_until, after=after, limit=limit)
        )

    async def history(self, key: str, *, after: int = 0, limit: int) -> list[HistoryEntry]:
        return self._plain("history", self._store.history(key, after=after, limit=limit))

    async def dead_letters(self, kind: str, *, after: str | None = None, limit: int) -> list[Record]:
        return self._plain("dead_letters", self._store.dead_letters(kind, after=after, limit=limit))

    async def erase(self, change: Change, forget: Sequence[tuple[str, int]]) -> Result:
        return self._plain("erase", self._store.erase(change, forget))

    async def close(self) -> None:
        self._store.close()


class _AwaitedSubscriber:
    """A plain subscriber behind an awaitable method that never suspends."""

    def __init__(self, subscriber: Subscriber) -> None:
        self._subscriber = subscriber
        self.name = subscriber.name
        self.wants = subscriber.wants

    async def tell(self, notice: Notice) -> Receipt:
        return _at_once(self._subscriber, "tell", self._subscriber.tell(notice))


class _AwaitedChannel:
    """A plain channel behind an awaitable method that never suspends."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.name = channel.name
        self.idempotent = channel.idempotent
        self.traced = getattr(channel, "traced", False)
        self.writer = getattr(channel, "writer", None)

    async def send(self, message: Message) -> Receipt:
        return _at_once(self._channel, "send", self._channel.send(message))
