"""The store for programs that await: as `SQLStore`, from the same pieces of work."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final, TypeVar, final

from feedbackkit.errors import SetupError
from feedbackkit.stores.checks import check_change
from feedbackkit.stores.sql.async_runner import AsyncCallersTransaction, AsyncOwnTransactions
from feedbackkit.stores.sql.batch import Mismatch
from feedbackkit.stores.sql.claiming import Claim
from feedbackkit.stores.sql.life import TRIES, Life, Wariness
from feedbackkit.stores.sql.reading import Page, mode_of
from feedbackkit.stores.sql.targets import async_engine_of, async_joined, place_of
from feedbackkit.stores.sql.transactions import Mode
from feedbackkit.stores.sql.values import check_keys, check_values
from feedbackkit.stores.sql.work import work_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.ports import Change, Head, HistoryEntry, Record, RecordKey, Result
    from feedbackkit.stores.sql.life import Jitter
    from feedbackkit.stores.sql.targets import AsyncDatabase
    from feedbackkit.stores.sql.transactions import Piece

__all__ = ["AsyncSQLStore"]

T = TypeVar("T")


@final
class AsyncSQLStore:
    """`SQLStore`, awaited: the same tables, promises and arguments.

    `database` is a URL with an async driver (``postgresql+psycopg``, ``postgresql+asyncpg``, ``mysql+asyncmy``,
    ``sqlite+aiosqlite``), an `AsyncEngine`, or the caller's own open `AsyncConnection` or `AsyncSession`. The tables
    are made or looked at before the first call does anything. Many tasks of one event loop may share a store over a
    URL or an engine.
    """

    def __init__(
        self,
        database: AsyncDatabase,
        *,
        prefix: str = "feedbackkit_",
        create: bool = True,
        jitter: Jitter = random.random,
    ) -> None:
        opened = async_engine_of(database)
        dialect, where = place_of(async_joined(database) if opened is None else opened[0])
        self.joined: Final = opened is None
        """Whether it takes part in the caller's transaction; a desk over it leaves the shared ledgers to a run."""
        self._life: Final = Life(where)
        self._prefix: Final = prefix
        self._work: Final = work_on(prefix, dialect)
        self._wariness: Final = Wariness(where)
        self._runner: AsyncOwnTransactions | AsyncCallersTransaction
        tables = self._work.tables
        if opened is None:
            self._runner = AsyncCallersTransaction(async_joined(database), self._life, tables)
        else:
            self._runner = AsyncOwnTransactions(opened[0], self._life, jitter, tables, ours=opened[1], create=create)

    def __repr__(self) -> str:
        return f"AsyncSQLStore({self._life.where!r}, prefix={self._prefix!r})"

    async def read(self, keys: Sequence[RecordKey]) -> list[Record | None]:
        """See `feedbackkit.ports.Store.read`."""
        check_keys(keys)
        return await self._runner.run(mode_of(keys), lambda conn: self._work.reader.read(conn, keys))

    async def heads(self, keys: Sequence[RecordKey]) -> list[Head | None]:
        """See `feedbackkit.ports.Store.heads`."""
        check_keys(keys)
        return await self._runner.run(mode_of(keys), lambda conn: self._work.reader.heads(conn, keys))

    async def write(self, changes: Sequence[Change]) -> list[Result]:
        """See `feedbackkit.ports.Store.write`."""
        for change in changes:
            check_change(change)
        if self._wariness.hopeful():
            try:
                return await self._runner.run(Mode.WRITE, lambda conn: self._work.batches.apply(conn, changes))
            except Mismatch:
                self._wariness.disappointed()
        return await self._made_to_fit(lambda conn: self._work.batches.judge_and_apply(conn, changes))

    async def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        """See `feedbackkit.ports.Store.claim`."""
        wanted = Claim(kind, now, lease, owner, max(limit, 0)).checked()
        self._refuse_callers("claim")
        return await self._runner.run(Mode.NOTE, lambda conn: self._work.claims.claim(conn, wanted))

    async def release(self, keys: Sequence[RecordKey], *, owner: str, retry_at: int | None = None) -> None:
        """See `feedbackkit.ports.Store.release`."""
        check_keys(keys)
        check_values(owner, retry_at)
        self._refuse_callers("release")
        await self._runner.run(Mode.NOTE, lambda conn: self._work.claims.release(conn, keys, owner, retry_at))

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
        """See `feedbackkit.ports.Store.find`."""
        page = Page(kind, after, limit, ref, state, due_until).checked()
        return await self._runner.run(page.mode, lambda conn: self._work.reader.find(conn, page))

    async def history(self, key: str, *, after: int = 0, limit: int) -> list[HistoryEntry]:
        """See `feedbackkit.ports.Store.history`."""
        check_values(key, after, limit)
        return await self._runner.run(
            Mode.LOOK, lambda conn: self._work.reader.history(conn, key, after, max(limit, 0))
        )

    async def dead_letters(self, kind: str, *, after: str | None = None, limit: int) -> list[Record]:
        """See `feedbackkit.ports.Store.dead_letters`."""
        page = Page(kind, after, limit).checked()
        return await self._runner.run(Mode.LOOK, lambda conn: self._work.reader.dead_letters(conn, page))

    async def erase(self, change: Change, forget: Sequence[tuple[str, int]]) -> Result:
        """See `feedbackkit.ports.Store.erase`."""
        check_change(change)
        result = await self._made_to_fit(lambda conn: self._work.batches.erase(conn, change, forget))
        await self._runner.sweep()
        return result

    async def close(self) -> None:
        """See `feedbackkit.ports.Store.close`; the caller's engine, connection or session stays open."""
        await self._runner.close()

    async def _made_to_fit(self, piece: Piece[T]) -> T:
        """Look and then write, again if somebody wrote in between."""
        for _ in range(TRIES):
            try:
                return await self._runner.run(Mode.WRITE, piece)
            except Mismatch:
                continue
        raise self._wariness.give_up()

    def _refuse_callers(self, what: str) -> None:
        if isinstance(self._runner, AsyncCallersTransaction):
            raise SetupError(f"{what} needs a store over an engine: it holds leases, which others must see at once")
