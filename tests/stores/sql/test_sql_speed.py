"""Costs that must not grow: statements for a batch, and what a statement has to look at."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event

from feedbackkit.ports import Refused
from feedbackkit.stores.sql import SQLStore, metadata
from feedbackkit.stores.sql.transactions import PLANNING
from feedbackkit.testing.records import MINUTE, NOON, change, create, entry, name, put, update
from tests.servers import MARIADB, POSTGRESQL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from feedbackkit.ports import Put, Update


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """On each database."""
    servers = {"postgresql": POSTGRESQL, "mariadb": MARIADB}
    engine = create_engine(
        f"sqlite:///{tmp_path / 'feedback.db'}" if request.param == "sqlite" else servers[request.param].url()
    )
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> Iterator[SQLStore]:
    """A store in tables that no test has used before: a planner knows nothing of them."""
    with closing(SQLStore(engine, prefix="speed_")) as store:
        yield store
    metadata("speed_").drop_all(engine)


class Overheard:
    """The statements of an engine, with their values, from now on."""

    def __init__(self, engine: Engine) -> None:
        self.statements: list[tuple[str, Any]] = []
        self.rollbacks = 0
        event.listen(engine, "before_cursor_execute", self._hear)
        event.listen(engine, "rollback", self._roll_back)

    def _hear(self, _conn: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        self.statements.append((statement, parameters))

    def _roll_back(self, _conn: Connection) -> None:
        self.rollbacks += 1

    def during(self, call: Callable[[], object]) -> list[str]:
        """The statements of one call."""
        before = len(self.statements)
        call()
        return [statement for statement, _ in self.statements[before:]]


def test_a_large_batch_has_as_many_statements_as_a_small_one(engine: Engine, store: SQLStore) -> None:
    """Creating, updating and continuing chains: a few for all of it, whatever its size."""
    store.write(create(put("a")))  # and the group, which is written once
    overheard = Overheard(engine)
    made: dict[int, list[int]] = {}
    for size in (2, 400):
        keys = [f"{size}/{at:04}" for at in range(size)]
        creating = [change(f"c{key}", put(key, refs=("r", key)), entries=(entry(key, 1),)) for key in keys]
        updating = [change(f"u{key}", update(key, 1), entries=(entry(key, 2),)) for key in keys]
        made[size] = [len(overheard.during(lambda some=some: store.write(some))) for some in (creating, updating)]  # type: ignore[misc]
    assert made[2] == made[400]
    assert max(made[400]) <= 9


@pytest.mark.parametrize("stale", [update("a", 9), put("a", 9), put("a")], ids=["update", "replacement", "creation"])
def test_a_stale_change_makes_the_next_calls_look_first(engine: Engine, store: SQLStore, stale: Put | Update) -> None:
    """Where one was found, more are likely: they are sorted out before anything is written in vain."""
    store.write(create(put("a")))
    overheard = Overheard(engine)
    for turn in range(3):
        assert store.write([change(f"{turn}", stale)]) == [Refused((name("a"),))]
    assert overheard.rollbacks == 1


def _plan(engine: Engine, overheard: Overheard, word: str) -> str:
    """How the database goes about the last statement with a word in it."""
    statement, parameters = next(one for one in reversed(overheard.statements) if word in one[0])
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.begin() as conn:
        if engine.dialect.name == "postgresql":
            conn.execute(PLANNING)
        rows = conn.exec_driver_sql(explain + statement, parameters).fetchall()
    return "\n".join(" ".join(map(str, row)) for row in rows)


def test_a_claim_goes_by_the_index_of_what_is_due(engine: Engine, store: SQLStore) -> None:
    """However many records there are, only the oldest of those that are due are looked at, in order."""
    store.write(create(*(put(f"{at:04}", due=NOON + at, group=f"g{at}") for at in range(400))))
    overheard = Overheard(engine)
    store.claim("request", now=NOON + 5, lease=MINUTE, owner="one", limit=3)
    plan = _plan(engine, overheard, "retry_at IS NULL")
    assert "speed_due" in plan
    assert not {"Sort", "filesort", "TEMP B-TREE", "Seq Scan", "SCAN"} & set(plan.replace("(", " ").split())


def test_finding_by_ref_goes_by_the_ref(engine: Engine, store: SQLStore) -> None:
    """A page begins where the last one ended."""
    store.write(create(*(put(f"{at:04}", refs=(f"r{at % 40}",)) for at in range(800))))
    overheard = Overheard(engine)
    store.find("request", ref="r7", after="0100", limit=5)
    plan = _plan(engine, overheard, "speed_ref.ref =")
    index = {
        "postgresql": "speed_ref_pkey",
        "mysql": "speed_ref range PRIMARY",
        "sqlite": "speed_ref USING PRIMARY KEY",
    }
    assert index[engine.dialect.name] in plan
    assert "filesort" not in plan
    assert "TEMP B-TREE" not in plan


def test_dead_letters_are_found_by_an_index_of_their_own(engine: Engine, store: SQLStore) -> None:
    """A worker may ask for them whenever it likes."""
    store.write(create(*(put(f"{at:04}") for at in range(400))))
    overheard = Overheard(engine)
    store.dead_letters("request", limit=5)
    assert "speed_dead" in _plan(engine, overheard, "tries =")


def test_an_update_that_moves_no_due_time_touches_no_index() -> None:
    """A ledger is written again and again: PostgreSQL keeps its versions on one page."""
    SQLStore(POSTGRESQL.url(), prefix="hot_").close()
    with POSTGRESQL.engine.connect() as conn:
        store = SQLStore(conn, prefix="hot_")
        store.write(create(put("a", kind="person")))
        for version in range(1, 11):
            store.write([change(f"{version}", update("a", version, kind="person"))])
        hot = "SELECT pg_stat_get_xact_tuples_hot_updated('hot_record'::regclass)"
        assert conn.exec_driver_sql(hot).scalar() == 10
        conn.rollback()
