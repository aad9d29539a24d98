"""What the figures were measured on, as far as it matters for reading them."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import time
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from benchmarks.files import folder

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = (
    "attrs", "cattrs", "pendulum", "orjson", "SQLAlchemy", "psycopg", "asyncpg", "transitions", "python-statemachine",
    "eventsourcing", "procrastinate", "pgqueuer", "dbos",
)  # fmt: skip


def description(directory: Path) -> list[str]:
    """Lines that say the machine, the versions, and how dear a durable commit is where the stores' files are."""
    return [
        f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}",
        f"{platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        ", ".join(f"{name} {_version(name)}" for name in PACKAGES),
        f"one durable SQLite commit of one row: {_commit_micros(directory):,.0f} µs",
    ]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _commit_micros(directory: Path) -> float:
    seconds = []
    with (
        folder(directory) as place,
        closing(sqlite3.connect(place / "commit.db", isolation_level=None)) as db,
    ):
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("CREATE TABLE t (n INTEGER PRIMARY KEY)")
        for _ in range(200):
            started = time.perf_counter()
            db.execute("INSERT INTO t DEFAULT VALUES")
            seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1e6
