"""An async store behind plain methods, so that the tests of stores are the same for both."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeVar, final

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from feedbackkit.ports import AsyncStore, Change, Head, HistoryEntry, Record, RecordKey, Result

__all__ = ["DrivenStore"]

T = TypeVar("T")


@final
class DrivenStore:
    """Does what an `AsyncStore` does, in one event loop of its own that lasts until it is closed.

    For tests: `make_store` of a `StoreContract`, or an opener of a `StoreAgreement`, returns ``DrivenStore(store)``.
    It cannot be used where an event loop is running already.
    """

    def __init__(self, store: AsyncStore) -> None:
        self._store: Final = store
        self._runner: asyncio.Runner | None = asyncio.Runner()

    def read(self, keys: Sequence[RecordKey]) -> list[Record | None]:
        """See `feedbackkit.ports.Store.read`."""
        return self._run(self._store.read(keys))

    def heads(self, keys: Sequence[RecordKey]) -> list[Head | None]:
        """See `feedbackkit.ports.Store.heads`."""
        return self._run(self._store.heads(keys))

    def write(self, changes: Sequence[Change]) -> list[Result]:
        """See `feedbackkit.ports.Store.write`."""
        return self._run(self._store.write(changes))

    def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        """See `feedbackkit.ports.Store.claim`."""
        return self._run(self._store.claim(kind, now=now, lease=lease, owner=owner, limit=limit))

    def release(self, keys: Sequence[RecordKey], *, owner: str, retry_at: int | None = None) -> None:
        """See `feedbackkit.ports.Store.release`."""
        self._run(self._store.release(keys, owner=owner, retry_at=retry_at))

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
        """See `feedbackkit.ports.Store.find`."""
        return self._run(self._store.find(kind, ref=ref, state=state, due_until=due_until, after=after, limit=limit))

    def history(self, key: str, *, after: int = 0, limit: int) -> list[HistoryEntry]:
        """See `feedbackkit.ports.Store.history`."""
        return self._run(self._store.history(key, after=after, limit=limit))

    def dead_letters(self, kind: str, *, after: str | None = None, limit: int) -> list[Record]:
        """See `feedbackkit.ports.Store.dead_letters`."""
        return self._run(self._store.dead_letters(kind, after=after, limit=limit))

    def erase(self, change: Change, forget: Sequence[tuple[str, int]]) -> Result:
        """See `feedbackkit.ports.Store.erase`."""
        return self._run(self._store.erase(change, forget))

    def close(self) -> None:
        """See `feedbackkit.ports.Store.close`; the event loop ends with it."""
        self._run(self._store.close())
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.close()

    def _run(self, call: Coroutine[Any, Any, T]) -> T:
        if self._runner is None:  # the store is closed, and shall say so itself
            return asyncio.run(call)
        return self._runner.run(call)
