"""As `runner`, awaited: the same pieces of work, done beside the other tasks of an event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar, final

from sqlalchemy.ext.asyncio import AsyncConnection

from feedbackkit.errors import FeedbackKitError
from feedbackkit.stores.sql.faults import fault_of
from feedbackkit.stores.sql.life import Tries
from feedbackkit.stores.sql.making import check_layout, is_old, layout_of, upgrade
from feedbackkit.stores.sql.targets import looking
from feedbackkit.stores.sql.transactions import (
    FAILURES,
    Mode,
    check_callers,
    in_callers_transaction,
    in_own_transaction,
    sweep,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncEngine

    from feedbackkit.stores.sql.life import Jitter, Life
    from feedbackkit.stores.sql.tables import Tables
    from feedbackkit.stores.sql.targets import AsyncJoined
    from feedbackkit.stores.sql.transactions import Piece

__all__ = ["AsyncCallersTransaction", "AsyncOwnTransactions"]

T = TypeVar("T")


@final
class AsyncOwnTransactions:
    """See `feedbackkit.stores.sql.runner.OwnTransactions`; the tables are looked at before the first piece of work."""

    def __init__(
        self, engine: AsyncEngine, life: Life, jitter: Jitter, tables: Tables, *, ours: bool, create: bool
    ) -> None:
        self._engine: Final = engine
        self._looking: Final = looking(engine)
        self._life: Final = life
        self._jitter: Final = jitter
        self._tables: Final = tables
        self._ours: Final = ours
        self._create: Final = create
        self._prepared = False
        self._preparing: Final = asyncio.Lock()
        self.sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def run(self, mode: Mode, piece: Piece[T]) -> T:
        """Do the work, all of it or nothing."""
        self._life.check()
        if not self._prepared:
            async with self._preparing:
                await self._prepare()
        return await self._run(mode, piece)

    async def _prepare(self) -> None:
        if self._prepared:  # by another task, for which this one has waited
            return
        layout = await self._run(Mode.READ, lambda conn: layout_of(conn, self._tables))
        if self._create and is_old(layout):
            layout = await self._run(Mode.WRITE, lambda conn: upgrade(conn, self._tables, self._life.where))
        check_layout(layout, self._life.where, dialect=self._engine.dialect.name)
        self._prepared = True

    async def _run(self, mode: Mode, piece: Piece[T]) -> T:
        tries = Tries(self._life.where, self._jitter)
        while True:
            self._life.check()
            try:
                async with (self._looking if mode is Mode.LOOK else self._engine).connect() as conn:
                    return await conn.run_sync(lambda plain: in_own_transaction(plain, mode, piece))
            except FeedbackKitError:
                raise
            except FAILURES as error:
                failure = error
            await self.sleep(tries.pause_after(failure))

    async def sweep(self) -> None:
        """See `feedbackkit.stores.sql.runner.OwnTransactions.sweep`."""
        if self._engine.dialect.name == "sqlite":
            async with self._engine.connect() as conn:
                await conn.run_sync(sweep)

    async def close(self) -> None:
        """Let go of the pool, if it is the store's own."""
        self._life.end()
        if self._ours and self._life.is_here:
            await self._engine.dispose()


@final
class AsyncCallersTransaction:
    """See `feedbackkit.stores.sql.runner.CallersTransaction`."""

    def __init__(self, database: AsyncJoined, life: Life, tables: Tables) -> None:
        self._database: Final = database
        self._life: Final = life
        self._tables: Final = tables
        self._checked = False

    async def run(self, mode: Mode, piece: Piece[T]) -> T:
        """Do the work; what fails of it is undone, and the rest of the transaction stays as it is."""
        self._life.check()
        try:
            database = self._database
            conn = database if isinstance(database, AsyncConnection) else await database.connection()
            if not self._checked:
                await conn.run_sync(check_callers, self._tables, self._life.where)
                self._checked = True
            return await conn.run_sync(lambda plain: in_callers_transaction(plain, mode, piece))
        except FeedbackKitError:
            raise
        except FAILURES as error:
            failure = error
        raise fault_of(failure, self._life.where).error

    async def sweep(self) -> None:
        """Nothing yet: it is for the caller to end the transaction."""

    async def close(self) -> None:
        """From now on the store may not be used; the caller's connection may."""
        self._life.end()
