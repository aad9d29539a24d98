"""The rows of many requests inserted as they are, as a child: ``python -m … URL SOURCE core|copy``.

SOURCE has what a desk has made: requests with their bodies, refs and histories, and changes. The rows are inserted into
the same tables, which have the same indexes and know the same people, in one transaction.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import create_engine, insert, select

from benchmarks.child import report, wait_to_be_told
from benchmarks.lifecycle import story
from feedbackkit.stores.sql.tables import tables

if TYPE_CHECKING:
    from sqlalchemy import Engine, Table

OURS = tables("feedbackkit_")
WHICH = {
    OURS.change: OURS.change.c.at >= story.START_US,
    OURS.record: OURS.record.c.kind == "request",
    OURS.body: OURS.body.c.name.startswith("request/"),
    OURS.ref: OURS.ref.c.name.startswith("request/"),
    OURS.history: OURS.history.c.seq > 0,
}


def _engine(url: str) -> Engine:
    return create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))


def _found(url: str) -> dict[Table, list[dict[str, Any]]]:
    engine = _engine(url)
    with engine.connect() as conn:
        found = {
            table: [dict(row) for row in conn.execute(select(table).where(of_requests)).mappings()]
            for table, of_requests in WHICH.items()
        }
    engine.dispose()
    return found


def _by_core(url: str, rows: dict[Table, list[dict[str, Any]]]) -> None:
    engine = _engine(url)
    with engine.connect():  # which asks the server what it is, as a store does that is open already
        wait_to_be_told()
    with engine.begin() as conn:
        for table, some in rows.items():
            conn.execute(insert(table), some)
    report()


def _by_copy(url: str, rows: dict[Table, list[dict[str, Any]]]) -> None:
    given = {table: [tuple(row.values()) for row in some] for table, some in rows.items()}
    with psycopg.connect(url) as db:
        wait_to_be_told()
        for table, some in given.items():
            columns = ", ".join(table.c.keys())
            with db.cursor().copy(f"COPY {table.name} ({columns}) FROM STDIN".encode()) as copy:
                for row in some:
                    copy.write_row(row)
        db.commit()
        report()


def main() -> None:
    """Insert them."""
    url, source, way = sys.argv[1:]
    {"core": _by_core, "copy": _by_copy}[way](url, _found(source))


if __name__ == "__main__":
    main()
