"""Where the work is done: in transactions of the store's own, begun again where that helps, or in the caller's."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, TypeVar, final

from sqlalchemy import Connection

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
    from collections.abc import Callable

    from sqlalchemy import Engine

    from feedbackkit.stores.sql.life import Jitter, Life
    from feedbackkit.stores.sql.tables import Tables
    from feedbackkit.stores.sql.targets import Joined
    from feedbackkit.stores.sql.transactions import Piece

__all__ = ["CallersTransaction", "OwnTransactions"]

T = TypeVar("T")


@final
class OwnTransactions:
    """A transaction for each piece of work, on a connection of an engine's pool."""

    def __init__(self, engine: Engine, life: Life, jitter: Jitter, *, ours: bool) -> None:
        self._engine: Final = engine
        self._looking: Final = looking(engine)
        self._life: Final = life
        self._jitter: Final = jitter
        self._ours: Final = ours
        self.sleep: Callable[[float], None] = time.sleep

    def prepare(self, tables: Tables, *, create: bool) -> None:
        """See that the tables are what this code needs, or make them so."""
        layout = self.run(Mode.READ, lambda conn: layout_of(conn, tables))
        if create and is_old(layout):
            layout = self.run(Mode.WRITE, lambda conn: upgrade(conn, tables, self._life.where))
        check_layout(layout, self._life.where, dialect=self._engine.dialect.name)

    def run(self, mode: Mode, piece: Piece[T]) -> T:
        """Do the work, all of it or nothing."""
        tries = Tries(self._life.where, self._jitter)
        while True:
            self._life.check()
            try:
                with (self._looking if mode is Mode.LOOK else self._engine).connect() as conn:
                    return in_own_transaction(conn, mode, piece)
            except FeedbackKitError:
                raise
            except FAILURES as error:
                failure = error
            self.sleep(tries.pause_after(failure))  # raised out here, an error of ours drags no other along

    def sweep(self) -> None:
        """Let erased bytes lie in no log, as far as it can be reached."""
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as conn:
                sweep(conn)

    def close(self) -> None:
        """Let go of the pool, if it is the store's own."""
        self._life.end()
        if self._ours and self._life.is_here:
            self._engine.dispose()


@final
class CallersTransaction:
    """The transaction that the caller's connection or session is in; nothing is begun again, committed or closed."""

    def __init__(self, database: Joined, life: Life, tables: Tables) -> None:
        self._database: Final = database
        self._life: Final = life
        self._tables: Final = tables
        self._checked = False

    def run(self, mode: Mode, piece: Piece[T]) -> T:
        """Do the work; what fails of it is undone, and the rest of the transaction stays as it is."""
        self._life.check()
        try:
            conn = self._database if isinstance(self._database, Connection) else self._database.connection()
            if not self._checked:
                check_callers(conn, self._tables, self._life.where)
                self._checked = True
            return in_callers_transaction(conn, mode, piece)
        except FeedbackKitError:
            raise
        except FAILURES as error:
            failure = error
        raise fault_of(failure, self._life.where).error

    def sweep(self) -> None:
        """Nothing yet: it is for the caller to end the transaction."""

    def close(self) -> None:
        """From now on the store may not be used; the caller's connection may."""
        self._life.end()
