"""The store for programs that do not await: each promise of the port, done in a transaction."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final, TypeVar, final

from feedbackkit.errors import SetupError
from feedbackkit.stores.checks import check_change
from feedbackkit.stores.sql.batch import Mismatch
from feedbackkit.stores.sql.claiming import Claim
from feedbackkit.stores.sql.life import TRIES, Life, Wariness
from feedbackkit.stores.sql.reading import Page, mode_of
from feedbackkit.stores.sql.runner import CallersTransaction, OwnTransactions
from feedbackkit.stores.sql.targets import engine_of, joined, place_of
from feedbackkit.stores.sql.transactions import Mode
from feedbackkit.stores.sql.values import check_keys, check_values
from feedbackkit.stores.sql.work import work_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.ports import Change, Head, HistoryEntry, Record, RecordKey, Result
    from feedbackkit.stores.sql.life import Jitter
    from feedbackkit.stores.sql.targets import Database
    from feedbackkit.stores.sql.transactions import Piece

__all__ = ["SQLStore"]

T = TypeVar("T")


@final
class SQLStore:
    """A store in a database of SQLAlchemy's: PostgreSQL, MariaDB, MySQL or SQLite.

    `database` is the URL of one (the store makes an engine, and disposes of it when it is closed), an `Engine`, or the
    caller's own open `Connection` or `Session`. Its tables have names that begin with `prefix`; they are made and
    brought up to date when the store is opened, unless `create` is false: then they have to be there.

    With a URL or an engine the store may be shared by threads and lives as long as the program. What crosses other
    transactions or loses its connection is begun again as a whole, up to ten times within some seconds, at pauses that
    `jitter` (from 0 to 1) shortens; then it raises `StoreBusy`. A forked process has to open its own.

    With a connection or session the store takes part in the caller's transaction and lives no longer: it commits
    nothing and begins nothing again, a change that fails is undone alone, and `claim` and `release` raise `SetupError`.
    The tables have to be there.

    PostgreSQL, MariaDB and MySQL keep old versions of rows for a while, and logs and backups for longer: what was
    erased is gone from there when they have swept up.
    """

    def __init__(
        self,
        database: Database,
        *,
        prefix: str = "feedbackkit_",
        create: bool = True,
        jitter: Jitter = random.random,
    ) -> None:
        opened = engine_of(database)
        dialect, where = place_of(joined(database) if opened is None else opened[0])
        self.joined: Final = opened is None
        """Whether it takes part in the caller's transaction; a desk over it leaves the shared ledgers to a run."""
        self._life: Final = Life(where)
        self._prefix: Final = prefix
        self._work: Final = work_on(prefix, dialect)
        self._wariness: Final = Wariness(where)
        self._runner: OwnTransactions | CallersTransaction
        if opened is None:
            self._runner = CallersTransaction(joined(database), self._life, self._work.tables)
            return
        self._runner = OwnTransactions(opened[0], self._life, jitter, ours=opened[1])
        try:
            self._runner.prepare(self._work.tables, create=create)
        except BaseException:
            self._runner.close()
            raise

    def __repr__(self) -> str:
        return f"SQLStore({self._life.where!r}, prefix={self._prefix!r})"

    def read(self, keys: Sequence[RecordKey]) -> list[Record | None]:
        """See `feedbackkit.ports.Store.read`."""
        check_keys(keys)
        return self._runner.run(mode_of(keys), lambda conn: self._work.reader.read(conn, keys))

    def heads(self, keys: Sequence[RecordKey]) -> list[Head | None]:
        """See `feedbackkit.ports.Store.heads`."""
        check_keys(keys)
        return self._runner.run(mode_of(keys), lambda conn: self._work.reader.heads(conn, keys))

    def write(self, changes: Sequence[Change]) -> list[Result]:
        """See `feedbackkit.ports.Store.write`."""
        for change in changes:
            check_change(change)
        if self._wariness.hopeful():
            try:
                return self._runner.run(Mode.WRITE, lambda conn: self._work.batches.apply(conn, changes))
            except Mismatch:
                self._wariness.disappointed()
        return self._made_to_fit(lambda conn: self._work.batches.judge_and_apply(conn, changes))

    def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        """See `feedbackkit.ports.Store.claim`."""
        wanted = Claim(kind, now, lease, owner, max(limit, 0)).checked()
        self._refuse_callers("claim")
        return self._runner.run(Mode.NOTE, lambda conn: self._work.claims.claim(conn, wanted))

    def release(self, keys: Sequence[RecordKey], *, owner: str, retry_at: int | None = None) -> None:
        """See `feedbackkit.ports.Store.release`."""
        check_keys(keys)
        check_values(owner, retry_at)
        self._refuse_callers("release")
        self._runner.run(Mode.NOTE, lambda conn: self._work.claims.release(conn, keys, owner, retry_at))

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
        page = Page(kind, after, limit, ref, state, due_until).checked()
        return self._runner.run(page.mode, lambda conn: self._work.reader.find(conn, page))

    def history(self, key: str, *, after: int = 0, limit: int) -> list[HistoryEntry]:
        """See `feedbackkit.ports.Store.history`."""
        check_values(key, after, limit)
        most = max(limit, 0)
        return self._runner.run(Mode.LOOK, lambda conn: self._work.reader.history(conn, key, after, most))

    def dead_letters(self, kind: str, *, after: str | None = None, limit: int) -> list[Record]:
        """See `feedbackkit.ports.Store.dead_letters`."""
        page = Page(kind, after, limit).checked()
        return self._runner.run(Mode.LOOK, lambda conn: self._work.reader.dead_letters(conn, page))

    def erase(self, change: Change, forget: Sequence[tuple[str, int]]) -> Result:
        """See `feedbackkit.ports.Store.erase`."""
        check_change(change)
        result = self._made_to_fit(lambda conn: self._work.batches.erase(conn, change, forget))
        self._runner.sweep()
        return result

    def close(self) -> None:
        """See `feedbackkit.ports.Store.close`; the caller's engine, connection or session stays open."""
        self._runner.close()

    def _made_to_fit(self, piece: Piece[T]) -> T:
        """Look and then write, again if somebody wrote in between."""
        for _ in range(TRIES):
            try:
                return self._runner.run(Mode.WRITE, piece)
            except Mismatch:
                continue
        raise self._wariness.give_up()

    def _refuse_callers(self, what: str) -> None:
        if isinstance(self._runner, CallersTransaction):
            raise SetupError(f"{what} needs a store over an engine: it holds leases, which others must see at once")
