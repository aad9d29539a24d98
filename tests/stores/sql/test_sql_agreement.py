from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar

import pytest
from hypothesis import settings

from feedbackkit.stores import MemoryStore, SQLiteStore
from feedbackkit.testing import StoreAgreement
from feedbackkit.testing.agreement import BOUNDED
from tests.servers import SERVERS
from tests.stores.sql.opening import OPENERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from feedbackkit.ports import Store

pytestmark = pytest.mark.no_cover  # the contract measures the same stores


class _InDatabases(StoreAgreement):
    """What was lent is emptied between two runs of the machine, which are of one test."""

    def teardown(self) -> None:
        """As ever, and all servers take back their tables."""
        super().teardown()
        for server in SERVERS:
            server.take_back()


class Everywhere(_InDatabases):
    """A store gives the same answers and errors in a process, a file or a server, awaited or not."""

    openers: ClassVar[Mapping[str, Callable[[Path], Store]]] = {
        "memory": lambda _: MemoryStore(),
        "sqlite file": lambda folder: SQLiteStore(folder / "feedback.db"),
        **{
            name: OPENERS[name]
            for name in ("sqlite", "sqlite by aiosqlite", "postgresql by psycopg", "postgresql by asyncpg")
        },
    }


class OnThisMachine(_InDatabases):
    """And so it does in the servers that run here anyway."""

    openers: ClassVar[Mapping[str, Callable[[Path], Store]]] = {
        "memory": lambda _: MemoryStore(),
        **{name: OPENERS[name] for name in ("another postgresql", "mariadb by pymysql", "mariadb by asyncmy")},
    }


TestEverywhere = Everywhere.TestCase
TestOnThisMachine = OnThisMachine.TestCase

if os.environ.get("FEEDBACKKIT_AGREEMENT") != "long":
    # Six stores take their time; the machine itself is tried more often on the stores without a server.
    TestEverywhere.settings = TestOnThisMachine.settings = settings(BOUNDED, max_examples=15)
