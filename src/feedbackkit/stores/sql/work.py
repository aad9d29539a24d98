"""All that a store can do inside of a transaction, for one set of tables in one kind of database."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, final

from feedbackkit.stores.sql.batch import Batches
from feedbackkit.stores.sql.claiming import Claims
from feedbackkit.stores.sql.layouts import family
from feedbackkit.stores.sql.mysql import MySQLBulk
from feedbackkit.stores.sql.postgresql import PostgreSQLBulk
from feedbackkit.stores.sql.reading import Reader
from feedbackkit.stores.sql.sqlite import SQLiteBulk
from feedbackkit.stores.sql.tables import tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedbackkit.stores.sql.bulk import Bulk
    from feedbackkit.stores.sql.tables import Tables

__all__ = ["Work", "work_on"]

_BULKS: Final[Mapping[str, type[Bulk]]] = {
    "mysql": MySQLBulk,
    "postgresql": PostgreSQLBulk,
    "sqlite": SQLiteBulk,
}


@final
class Work:
    """The tables and every statement on them; they hold no connection and no state, so all stores share them."""

    def __init__(self, bulk: Bulk) -> None:
        self.tables: Final[Tables] = bulk.tables
        self.batches: Final = Batches(bulk)
        self.reader: Final = Reader(bulk)
        self.claims: Final = Claims(bulk, self.reader)


def work_on(prefix: str, dialect: str) -> Work:
    """The work on the tables of a prefix, made once."""
    return _work_on(prefix, family(dialect))


@lru_cache(maxsize=64)
def _work_on(prefix: str, spoken: str) -> Work:
    return Work(_BULKS[spoken](tables(prefix)))
