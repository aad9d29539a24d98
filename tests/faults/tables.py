"""Keeps what is in the tables of a store on a server, and puts it back."""

from __future__ import annotations

import pickle
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, insert, select

from feedbackkit.stores.sql.tables import tables

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from sqlalchemy import Connection, Table

__all__ = ["keep", "put_back"]


@contextmanager
def _opened(place: str) -> Generator[tuple[Connection, list[Table]]]:
    url, _, prefix = place.partition("#")
    engine = create_engine(url)
    with engine.begin() as conn:
        yield conn, tables(prefix).metadata.sorted_tables
    engine.dispose()


def keep(place: str, path: Path) -> None:
    """Write all rows into a file."""
    with _opened(place) as (conn, every):
        rows = [[dict(row) for row in conn.execute(select(table)).mappings()] for table in every]
    path.write_bytes(pickle.dumps(rows))


def put_back(place: str, path: Path) -> None:
    """Let the tables hold what a file has, and nothing else."""
    with _opened(place) as (conn, every):
        for table in reversed(every):
            conn.execute(table.delete())
        for table, rows in zip(every, pickle.loads(path.read_bytes()), strict=True):  # noqa: S301 - written by `keep`
            if rows:
                conn.execute(insert(table), rows)
