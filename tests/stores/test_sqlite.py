from __future__ import annotations

import os
import pickle
import random
import re
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pendulum
import pytest

from feedbackkit.domain.times import HOUR_US
from feedbackkit.errors import InvalidInput, InvalidValue, StoreBusy, StoreClosed, StoreUnusable
from feedbackkit.ports import Applied, RecordKey, Refused
from feedbackkit.stores import SQLiteStore
from feedbackkit.stores.sqlite import schema
from feedbackkit.testing import StoreContract
from feedbackkit.testing.records import MINUTE, NOON, change, create, entry, name, put, update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from feedbackkit.ports import Put, Update

NO_WAIT = timedelta(0)
RACES = 20


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a store may be made."""
    return tmp_path / "feedback.db"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    """A fresh store that waits for nobody."""
    store = SQLiteStore(path, timeout=NO_WAIT)
    yield store
    store.close()


class TestSQLiteStore(StoreContract):
    """The embedded default passes the contract."""

    def make_store(self, folder: Path) -> SQLiteStore:
        """A store in one file of the folder."""
        return SQLiteStore(folder / "feedback.db")


class TestOpening:
    """A file is used only if it is ours, and left as it is if not."""

    @pytest.mark.parametrize("content", [b"x", b"no database " * 99, b"SQLite format 3\0" + b"x" * 4080])
    def test_a_file_that_is_no_database_is_refused(self, path: Path, content: bytes) -> None:
        """Whatever it is, it stays what it is."""
        path.write_bytes(content)
        with pytest.raises(StoreUnusable, match=r"feedback\.db"):
            SQLiteStore(path)
        assert path.read_bytes() == content

    @pytest.mark.parametrize(
        "statement", ["CREATE TABLE thing (a)", "PRAGMA application_id = 7", "PRAGMA user_version = 3"]
    )
    def test_the_database_of_another_program_is_refused(self, path: Path, statement: str) -> None:
        """Its tables, its mark or its version alone say that it is not ours; not a byte of it changes."""
        with closing(sqlite3.connect(path)) as db:
            db.execute(statement)
        before = path.read_bytes()
        with pytest.raises(StoreUnusable, match="another program"):
            SQLiteStore(path)
        assert path.read_bytes() == before
        assert [one.name for one in path.parent.iterdir()] == ["feedback.db"]

    def test_a_newer_layout_is_refused(self, path: Path) -> None:
        """Who does not know a layout must not write it; the error says what to do."""
        SQLiteStore(path).close()
        with closing(sqlite3.connect(path)) as db:
            db.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION + 1}")
        with pytest.raises(StoreUnusable, match="upgrade feedbackkit"):
            SQLiteStore(path)

    def test_an_empty_file_becomes_a_store(self, path: Path) -> None:
        """As `tempfile` or ``touch`` make it."""
        path.touch()
        with closing(SQLiteStore(path)) as store:
            assert store.write(create(put("a"))) == [Applied()]

    def test_a_folder_that_is_not_there_is_not_made(self, tmp_path: Path) -> None:
        """A mistyped path is an error, not a second store."""
        with pytest.raises(StoreUnusable, match="cannot be opened"):
            SQLiteStore(tmp_path / "missing" / "feedback.db")
        with pytest.raises(StoreUnusable, match="cannot be opened"):
            SQLiteStore(tmp_path)

    @pytest.mark.parametrize("path", ["", ":memory:", "a\0b", b"bytes"])
    def test_what_names_no_file_is_refused(self, path: str) -> None:
        """A store that is gone with its process is `MemoryStore`."""
        with pytest.raises(InvalidValue, match="MemoryStore"):
            SQLiteStore(path)

    @pytest.mark.parametrize("timeout", [timedelta(seconds=-1), pendulum.duration(months=1), 5])
    def test_a_timeout_is_a_duration(self, path: Path, timeout: timedelta) -> None:
        """Not negative, not a month, and not a bare number."""
        with pytest.raises(InvalidValue, match="timeout"):
            SQLiteStore(path, timeout=timeout)
        assert not path.exists()

    def test_a_relative_path_stays_where_it_was(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A program that changes its directory keeps its store."""
        monkeypatch.chdir(path.parent)
        with closing(SQLiteStore("feedback.db")) as store:
            monkeypatch.chdir("/")
            store.write(create(put("a")))
        assert path.exists()

    def test_it_shows_its_file(self, path: Path, store: SQLiteStore) -> None:
        """And nothing of what is in it."""
        assert store.path == path
        assert repr(store) == f"SQLiteStore({str(path)!r})"

    def test_two_may_make_the_same_store_at_once(self, path: Path) -> None:
        """Whoever comes first makes the tables, and the others use them."""
        for attempt in range(RACES):
            file = path.with_name(f"{attempt}.db")

            def make(key: str, file: Path = file) -> object:
                with closing(SQLiteStore(file)) as store:
                    return store.write(create(put(key)))

            assert _at_once(make, "a", "b") == [[Applied()], [Applied()]]

    def test_it_waits_for_others_to_make_their_file(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """SQLite does not wait by itself before it switches to the log, so the store does, for as long as told."""
        with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusy):
                SQLiteStore(path, timeout=NO_WAIT)
            monkeypatch.setattr(time, "sleep", lambda _: other.execute("ROLLBACK"))
            with closing(SQLiteStore(path)) as store:
                assert store.write(create(put("a"))) == [Applied()]

    def test_a_place_without_a_log_is_refused(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Some network drives cannot share memory: nothing would be durable there as promised."""

        class NoLog(sqlite3.Connection):
            def execute(self, sql: str, parameters: object = (), /) -> sqlite3.Cursor:
                return super().execute("SELECT 'delete'" if "journal_mode" in sql else sql, parameters)  # type: ignore[arg-type]

        monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=NoLog))
        with pytest.raises(StoreUnusable, match="local disk"):
            SQLiteStore(path)

    def test_it_is_durable_and_erases_for_good(self, store: SQLiteStore) -> None:
        """The settings that the promises rest on are in force, and so they are after a claim."""
        store.claim("request", now=NOON, lease=MINUTE, owner="one", limit=1)
        with store._connection.reading() as db:
            settings = {
                setting: db.execute(f"PRAGMA {setting}").fetchone()[0]
                for setting in ("journal_mode", "synchronous", "secure_delete", "temp_store")
            }
        assert settings == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "temp_store": 2}


class TestDamage:
    """What goes wrong below is told in our words, and never half done."""

    def test_a_damaged_file_says_so(self, path: Path) -> None:
        """Where SQLite notices it; the error asks for the backup."""
        with closing(SQLiteStore(path)) as store:
            store.write(create(*(put(f"{at:04}", body=b"b" * 600) for at in range(500))))
        content = bytearray(path.read_bytes())
        content[4096:] = random.Random(7).randbytes(len(content) - 4096)  # noqa: S311 — damage, not a secret
        path.write_bytes(content)
        with pytest.raises(StoreUnusable, match="damaged"), closing(SQLiteStore(path)) as store:
            store.find("request", limit=1_000)

    def test_a_read_only_file_says_so(self, store: SQLiteStore) -> None:
        """Reading goes on, writing is refused."""
        store.write(create(put("a")))
        store._connection._db.execute("PRAGMA query_only = ON")  # type: ignore[union-attr]
        with pytest.raises(StoreUnusable, match="read-only"):
            store.write([change("u", update("a", 1))])
        assert [head and head.version for head in store.heads([name("a")])] == [1]

    def test_a_full_disk_says_so_and_leaves_nothing(self, store: SQLiteStore) -> None:
        """The call that did not fit was not made, and smaller ones go on."""
        store.write(create(put("a")))
        db = store._connection._db
        assert db is not None
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreUnusable, match="make room"):
            store.write([change("u", update("a", 1)), *create(put("b", body=b"b" * 100_000))])
        assert store.write([change("u", update("a", 1))]) == [Applied()]
        assert store.read([name("b")]) == [None]

    def test_a_failed_commit_says_that_the_outcome_is_unknown(self, store: SQLiteStore) -> None:
        """Then the same call is repeated, and made once."""
        store.write(create(put("a")))
        db = store._connection._db
        assert db is not None
        db.executescript("""
            PRAGMA foreign_keys = ON;
            CREATE TABLE parent (id INTEGER PRIMARY KEY);
            CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
            CREATE TRIGGER fail_at_commit AFTER INSERT ON change BEGIN INSERT INTO child VALUES (7); END""")
        changes = [change("u", update("a", 1))]
        with pytest.raises(StoreUnusable, match="outcome is unknown: repeat the call"):
            store.write(changes)
        db.execute("DROP TRIGGER fail_at_commit")
        assert _sorted([store.write(changes)]) == ["Applied"]

    def test_a_file_that_contradicts_itself_says_so(self, store: SQLiteStore) -> None:
        """What was found fit and then cannot be written is no stale version: nothing is made."""
        store.write(create(put("a")))
        db = store._connection._db
        assert db is not None
        db.execute("CREATE TRIGGER ignore BEFORE UPDATE ON record_request BEGIN SELECT RAISE(IGNORE); END")
        with pytest.raises(StoreUnusable, match="contradicts itself"):
            store.write([*create(put("b")), change("u", update("a", 1))])
        assert store.read([name("b")]) == [None]

    def test_errors_survive_pickle_and_tell_no_values(self, store: SQLiteStore) -> None:
        """They may cross to another process, and into a log."""
        with pytest.raises(InvalidInput) as caught:
            store.write([change("c", put("anna\ud800"))])
        assert "anna" not in str(caught.value)
        assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 — our own bytes


class TestLetters:
    """What SQLite might mangle."""

    def test_values_are_bound_by_position_or_by_name(self) -> None:
        """Python 3.12 and later take a numbered placeholder for a name, and warn or raise."""
        statements = [*vars(schema.Statements("request")).values(), *vars(schema).values()]
        assert [one for one in statements if isinstance(one, str) and re.search(r"\?\d", one)] == []

    def test_a_value_of_no_column_type_is_refused(self, store: SQLiteStore) -> None:
        """As whatever else cannot be bound."""
        with pytest.raises(InvalidInput, match="type"):
            store.write(create(put("a", head=object())))  # type: ignore[arg-type]


class TestSharing:
    """Threads and processes take turns."""

    def test_it_waits_no_longer_than_told(self, path: Path, store: SQLiteStore) -> None:
        """Locked by another connection, it is busy; afterwards the same call is made."""
        store.write(create(put("a")))
        changes = [change("u", update("a", 1))]
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusy, match="repeat the call"):
                store.write(changes)
            with pytest.raises(StoreBusy):
                store.claim("request", now=NOON, lease=MINUTE, owner="one", limit=1)
            assert [head and head.version for head in store.heads([name("a")])] == [1]
            other.execute("ROLLBACK")
        assert store.write(changes) == [Applied()]

    def test_one_of_two_threads_wins_a_version(self, store: SQLiteStore) -> None:
        """They start together from the same version, and exactly one is applied, every time."""
        store.write(create(put("a")))
        for version in range(1, RACES + 1):

            def race(racer: str, version: int = version) -> object:
                return store.write([change(f"{racer}{version}", update("a", version))])

            assert _sorted(_at_once(race, "x", "y")) == ["Applied", "Refused"]

    def test_one_of_two_stores_wins_a_version(self, path: Path) -> None:
        """As two processes would, each with a connection of its own."""
        with closing(SQLiteStore(path)) as one, closing(SQLiteStore(path)) as two:
            one.write(create(put("a")))
            stores = {"one": one, "two": two}
            for version in range(1, RACES + 1):

                def race(racer: str, version: int = version) -> object:
                    return stores[racer].write([change(f"{racer}{version}", update("a", version))])

                assert _sorted(_at_once(race, "one", "two")) == ["Applied", "Refused"]

    def test_a_change_is_made_by_one_of_two(self, path: Path) -> None:
        """Two that repeat the same change together make it once."""
        with closing(SQLiteStore(path)) as one, closing(SQLiteStore(path)) as two:
            stores = {"one": one, "two": two}
            for turn in range(RACES):

                def race(racer: str, turn: int = turn) -> object:
                    return stores[racer].write([change(f"{turn}", put(f"{turn}"), entries=(entry(f"{turn}", 1),))])

                assert _sorted(_at_once(race, "one", "two")) == ["AlreadyApplied", "Applied"]

    def test_one_of_two_gets_the_lease(self, path: Path) -> None:
        """A group is worked on by one owner at a time."""
        with closing(SQLiteStore(path)) as one, closing(SQLiteStore(path)) as two:
            stores = {"one": one, "two": two}
            one.write(create(*(put(f"{turn}", due=NOON + turn * HOUR_US, group=f"{turn}") for turn in range(RACES))))
            for turn in range(RACES):

                def race(racer: str, now: int = NOON + turn * HOUR_US) -> object:
                    claimed = stores[racer].claim("request", now=now, lease=MINUTE, owner=racer, limit=99)
                    return [record.key for record in claimed if record.due == now]

                assert sorted(_at_once(race, "one", "two"), key=str) == [[f"{turn}"], []]

    def test_another_process_sees_what_was_written(self, path: Path, store: SQLiteStore) -> None:
        """And writes itself, new kinds too."""
        store.write(create(put("a", body=b"parent")))
        program = (
            "import sys; from feedbackkit.stores import SQLiteStore; from feedbackkit.testing.records import *\n"
            "store = SQLiteStore(sys.argv[1]); print(store.read([name('a')])[0].body)\n"
            "print(store.write(create(put('b', kind='other', body=b'child')))); store.close()"
        )
        ended = subprocess.run(
            [sys.executable, "-c", program, path], check=True, capture_output=True, text=True, timeout=60
        )
        assert ended.stdout.split() == ["b'parent'", "[Applied()]"]
        [record] = store.read([RecordKey("other", "b")])
        assert record is not None
        assert record.body == b"child"

    def test_what_was_answered_outlives_the_process(self, path: Path) -> None:
        """A process that dies at once after a write, without closing anything, has lost nothing of it."""
        program = (
            "import os, sys; from feedbackkit.stores import SQLiteStore; from feedbackkit.testing.records import *\n"
            "store = SQLiteStore(sys.argv[1])\n"
            "store.write([change('c', put('a'), entries=(entry('a', 1),)), change('u', update('a', 1))])\n"
            "os.kill(os.getpid(), 9)"
        )
        ended = subprocess.run([sys.executable, "-c", program, path], check=False, timeout=60)
        assert ended.returncode == -9
        with closing(SQLiteStore(path)) as store:
            assert [head and head.version for head in store.heads([name("a")])] == [2]
            assert store.history("a", limit=9) == [entry("a", 1)]

    def test_another_process_is_told_by_its_number(self, store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
        """Every use raises `StoreClosed` there, and closing leaves the parent's connection alone."""
        with monkeypatch.context() as child:
            child.setattr(os, "getpid", lambda: -1)
            with pytest.raises(StoreClosed, match="forked"):
                store.history("a", limit=1)
            store.close()
        assert store.history("a", limit=1) == []

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
    def test_a_forked_process_has_to_open_its_own(self, store: SQLiteStore) -> None:
        """In the child every use raises `StoreClosed` and closing does nothing; the parent goes on."""
        store.write(create(put("a")))
        program = (
            "import os, sys; from feedbackkit.errors import StoreClosed\n"
            "from feedbackkit.stores import SQLiteStore; from feedbackkit.testing.records import *\n"
            "store = SQLiteStore(sys.argv[1])\n"
            "store._connection._lock.acquire()\n"  # as another thread might hold it just then
            "if os.fork() == 0:\n"
            "    try:\n        store.read([name('a')])\n"
            "    except StoreClosed as error:\n        print(error, flush=True)\n"
            "    store.close()\n    os._exit(0)\n"
            "os.wait(); store._connection._lock.release()\n"
            "print(store.write([change('u', update('a', 1))])); store.close()"
        )
        ended = subprocess.run(
            [sys.executable, "-c", program, store._connection.path],
            check=True, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        child, parent = ended.stdout.splitlines()
        assert "forked" in child
        assert parent == "[Applied()]"


class TestErasing:
    """What was erased is in no file any more."""

    def test_erased_bytes_are_gone_from_the_files(self, path: Path, store: SQLiteStore) -> None:
        """From the database and its log: payloads and salts, replaced bodies and heads, refs."""
        keys = [f"{at:03}" for at in range(200)]
        for key in keys:
            secret = f"<secret {key}>".encode()
            first = change(
                f"c{key}",
                put(key, body=secret * 40, refs=(f"<secret {key}>",)),
                entries=(entry(key, 1, payload=secret * 9),),
            )
            store.write([first])
            store.write([change(f"u{key}", update(key, 1, head=secret), entries=(entry(key, 2, payload=secret),))])
        erased = random.Random(3).sample(keys, 100)  # noqa: S311 — any hundred
        for key in erased:
            stub = put(key, 2, state="erased", head=b"", body=b"")
            assert store.erase(change(f"e{key}", stub), [(key, 1), (key, 2)]) == Applied()
        content = b"".join(one.read_bytes() for one in path.parent.iterdir())
        left = {key for key in keys if f"<secret {key}>".encode() in content}
        assert left == set(keys) - set(erased)

    def test_what_was_replaced_before_is_gone_as_well(self, path: Path, store: SQLiteStore) -> None:
        """An older version of a body stays nowhere in free space."""
        for version in range(30):
            store.write([change(f"{version}", put("a", version, body=b"<words %d>" % version * (30 - version)))])
        store.erase(change("e", put("a", 30, body=b"")), [])
        assert b"<words" not in b"".join(one.read_bytes() for one in path.parent.iterdir())

    def test_a_reader_delays_the_sweeping_alone(self, path: Path, store: SQLiteStore) -> None:
        """The erasure is made; repeated when nobody reads any more, it cleans the log."""
        store.write([change("c", put("a", body=b"<words>"))])
        erasure = change("e", put("a", 1, body=b""))
        log = path.with_name("feedback.db-wal")
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM body_request").fetchall()
            assert store.erase(erasure, []) == Applied()
            assert log.stat().st_size > 0
        store.erase(erasure, [])
        assert log.stat().st_size == 0


class TestSpeed:
    """Costs that must not grow."""

    def test_claiming_goes_by_the_index_of_what_is_due(self, store: SQLiteStore) -> None:
        """However many records are open or due, only the oldest are looked at, in order."""
        store.write(create(put("a", due=NOON)))
        values = {"now": 0, "owner": "", "latest": 0, "limit": 1, "ahead": 2}
        plan = _plan(store, store._of("request").ahead, values)
        assert plan[0] == "SEARCH r USING INDEX due_request (due>? AND due<?)"
        assert not any("TEMP B-TREE" in step or "SCAN" in step for step in plan)
        assert not any("SCAN r" in step for step in _plan(store, store._of("request").claim, values))

    def test_dead_letters_leave_the_index_of_what_is_due(self, store: SQLiteStore) -> None:
        """They cost the living nothing."""
        store.write(create(put("a", due=NOON)))
        for at in range(10):
            store.claim("request", now=NOON + at, lease=MINUTE, owner="one", limit=1)
            store.release([name("a")], owner="one", retry_at=NOON + at)
        with store._connection.reading() as db:
            count = "SELECT count(*) FROM record_request INDEXED BY due_request WHERE due IS NOT NULL AND tries < 10"
            assert db.execute(count).fetchone() == (0,)

    def test_finding_by_ref_goes_by_the_ref(self, store: SQLiteStore) -> None:
        """A page begins where the last one ended."""
        store.write(create(put("a", refs=("r",))))
        statement = store._of("request").find_by_ref + " WHERE f.ref = ? AND f.key > ? ORDER BY f.key LIMIT 5"
        plan = _plan(store, statement, ("r", "a"))
        assert plan[0] == "SEARCH f USING PRIMARY KEY (ref=? AND key>?)"
        assert not any("TEMP B-TREE" in step or "SCAN" in step for step in plan)

    @pytest.mark.parametrize("stale", [update("a", 9), put("a", 9)])
    def test_a_stale_change_makes_the_next_calls_look_first(self, store: SQLiteStore, stale: Put | Update) -> None:
        """Where one was found, more are likely: they are sorted out before anything is written in vain."""
        store.write(create(put("a")))
        begun: list[str] = []
        store._connection._db.set_trace_callback(begun.append)  # type: ignore[union-attr]
        for turn in range(3):
            assert store.write([change(f"{turn}", stale)]) == [Refused((name("a"),))]
        assert [statement for statement in begun if statement == "ROLLBACK"] == ["ROLLBACK"]


def _plan(store: SQLiteStore, statement: str, values: object) -> list[str]:
    with store._connection.reading() as db:
        return [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}", values)]  # type: ignore[arg-type]


def _at_once(call: Callable[[str], object], *racers: str) -> list[object]:
    """What the racers get who start together at a barrier, in their order."""
    barrier = threading.Barrier(len(racers))

    def run(racer: str) -> object:
        barrier.wait(timeout=10)
        return call(racer)

    with ThreadPoolExecutor(len(racers)) as pool:
        return list(pool.map(run, racers))


def _sorted(results: list[object]) -> list[str]:
    """The names of the single results of several calls."""
    return sorted(type(result[0]).__name__ if isinstance(result, list) else repr(result) for result in results)
