"""What databases and drivers might mangle: letters, numbers, bytes, and lists of any of them."""

from __future__ import annotations

from contextlib import closing
from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event

from feedbackkit.errors import InvalidInput
from feedbackkit.ports import Applied, RecordKey
from feedbackkit.stores.sql import SQLStore
from feedbackkit.stores.sql.layouts import LONG, NAME, SHORT
from feedbackkit.testing.records import MINUTE, NOON, change, create, entry, name, put, stored, update
from tests.servers import MARIADB
from tests.stores.sql.opening import OPENERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from feedbackkit.ports import Put, Store

EACH: Final = sorted(OPENERS)
FEW: Final = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS: Final = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


@pytest.fixture(params=EACH)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """On every database, by every driver."""
    with closing(OPENERS[request.param](tmp_path)) as store:
        yield store


@st.composite
def puts(draw: st.DrawFn, key: str) -> Put:
    """A record with anything in it."""
    return put(
        key,
        due=draw(st.none() | st.integers(-(2**63), 2**63 - 1)),
        group=draw(TEXTS),
        refs=draw(st.lists(TEXTS, max_size=3).map(tuple)),
        state=draw(TEXTS),
        head=draw(st.binary(max_size=20)),
        body=draw(st.binary(max_size=20)),
    )


RUNS: Final = count()


@FEW
@given(data=st.data(), keys=st.lists(TEXTS, min_size=1, max_size=6, unique=True))
def test_whatever_is_written_is_read(store: Store, data: st.DataObject, keys: list[str]) -> None:
    """Any letters but a NUL, any 64-bit numbers, any bytes: many together, created and then replaced."""
    run = next(RUNS)  # in the store of the runs before
    keys = [f"{run} {key}" for key in keys]
    created = [data.draw(puts(key)) for key in keys]
    changes = [change(f"c {one.key}", one, entries=(entry(one.key, 1),)) for one in created]
    assert store.write(changes) == [Applied()] * len(keys)
    assert store.read([name(key) for key in keys]) == [stored(one) for one in created]
    replaced = [data.draw(puts(key))._replace(version=1) for key in keys]
    assert store.write([change(f"r {one.key}", one) for one in replaced]) == [Applied()] * len(keys)
    assert store.read([name(key) for key in keys]) == [stored(one) for one in replaced]
    for one in replaced:
        assert store.history(one.key, limit=9) == [entry(one.key, 1)]
        for ref in one.refs:
            assert one.key in [record.key for record in store.find("request", ref=ref, limit=99_999)]


ODD: Final = [
    '"',
    "\\",
    "{",
    "}",
    ",",
    "NULL",
    "null",
    "'",
    '\\"',
    "{a,b}",
    "\\x41",
    "%s",
    ":a",
    "?",
    "\n",
    "\t",
    "a,",
    "",
]


def test_signs_that_mean_something_elsewhere_mean_nothing(store: Store) -> None:
    """In arrays, in statements, in drivers."""
    written = [put(f"k{odd}", group=odd, state=odd, refs=(odd, f"{odd}{odd}")) for odd in ODD]
    assert store.write(create(*written)) == [Applied()] * len(written)
    assert store.read([name(one.key) for one in written]) == [stored(one) for one in written]
    for odd in ODD:
        assert [one.key for one in store.find("request", ref=odd, state=odd, limit=9)] == [f"k{odd}"]


def test_keys_of_one_kind_stay_apart_from_those_of_another(store: Store) -> None:
    """Also where a kind begins like another, and a key has a slash."""
    named = [("x", "a/b"), ("x_a", "b"), ("xa", "x/a"), ("x", ""), ("x", "/")]
    store.write(create(*(put(key, kind=kind) for kind, key in named)))
    found = {kind: [one.key for one in store.find(kind, limit=9)] for kind in ("x", "x_a", "xa", "a")}
    assert found == {"x": ["", "/", "a/b"], "x_a": ["b"], "xa": ["x/a"], "a": []}


class State(StrEnum):
    """A state as a program may have it."""

    PLANNED = "planned"


def test_a_member_of_a_text_enum_is_its_text(store: Store) -> None:
    """Written and asked for."""
    store.write(create(put("a", state=State.PLANNED, group=State.PLANNED, refs=(State.PLANNED,))))
    assert [one.state for one in store.find("request", state=State.PLANNED, ref=State.PLANNED, limit=9)] == ["planned"]
    assert [one and one.state for one in store.read([RecordKey("request", "a")])] == ["planned"]


@pytest.mark.parametrize(
    "bad",
    [
        put("a\0b"),
        put("a", group="\0"),
        put("a", refs=("\0",)),
        put("a", state="\0"),
        put("a" * NAME),
        put("a", group="g" * (SHORT + 1)),
        put("a", refs=("r" * (SHORT + 1),)),
        put("a", state="s" * (SHORT + 1)),
        put("a", head="text"),  # type: ignore[arg-type]
        put("a", body=7),  # type: ignore[arg-type]
        put("a", state=7),  # type: ignore[arg-type]
        put("a", due="soon"),  # type: ignore[arg-type]
        update("b", 1, due=2**63),
        update("b", 1, state="s\ud800"),
    ],
)
def test_what_not_every_database_keeps_is_refused_by_all(store: Store, bad: Any) -> None:
    """With all other changes of the call, and with no word of it in the error."""
    store.write(create(put("b")))
    with pytest.raises(InvalidInput):
        store.write([*create(put("fine")), change("bad", bad)])
    assert [one and one.version for one in store.read([name("fine"), name("b")])] == [None, 1]


@pytest.mark.parametrize(
    "ask",
    [
        lambda store: store.read([name("a\0")]),
        lambda store: store.heads([name("a\ud800")]),
        lambda store: store.find("request", ref="\0", limit=1),
        lambda store: store.find("request", state="\ud800", limit=1),
        lambda store: store.find("request", after="\0", limit=1),
        lambda store: store.find("request", due_until=2**63, limit=1),
        lambda store: store.history("\0", limit=1),
        lambda store: store.history("a", after=2**63, limit=1),
        lambda store: store.dead_letters("request", after="\0", limit=1),
        lambda store: store.claim("request", now=2**63 - 1, lease=MINUTE, owner="one", limit=1),
        lambda store: store.claim("request", now=NOON, lease=MINUTE, owner="\0", limit=1),
        lambda store: store.release([name("a")], owner="one", retry_at=2**63),
        lambda store: store.release([name("a\0")], owner="one"),
        lambda store: store.erase(change("e"), [("a\0", 1)]),
        lambda store: store.erase(change("e"), [("a", 2**63)]),
        lambda store: store.write([change("c", entries=(entry("a\0", 1),))]),
        lambda store: store.write([change("c\0")]),
        lambda store: store.write([change("c" * (LONG + 1))]),
    ],
)
def test_what_cannot_be_stored_cannot_be_asked_for(store: Store, ask: Callable[[Store], object]) -> None:
    """It is a mistake, not an empty answer."""
    with pytest.raises(InvalidInput):
        ask(store)
    assert store.write([change("c")]) == [Applied()]


def test_the_longest_are_kept(store: Store) -> None:
    """In letters of four bytes each, where the database counts bytes."""
    grin = "\N{GRINNING FACE}"
    longest = put(grin * (NAME - len("request/")), group=grin * SHORT, state=grin * SHORT)
    if "postgresql" in repr(store) or "DrivenStore" in repr(store):  # whose index takes 2,704 bytes
        longest = put("k" * (NAME - len("request/")), group="g" * SHORT, state="s" * SHORT, refs=("r" * SHORT,))
    assert store.write([change("c" * LONG, longest, entries=(entry(longest.key, 1, change_id="c" * LONG),))]) == [
        Applied()
    ]
    assert store.read([name(longest.key)]) == [stored(longest)]
    assert len(store.claim("request", now=NOON, lease=MINUTE, owner="o" * SHORT, limit=1)) == 0


def test_a_lenient_mode_of_mariadb_cuts_nothing_short(tmp_path: Path) -> None:
    """Some servers store what does not fit as far as it fits; then what was asked for would be something else."""
    engine = create_engine(MARIADB.url())

    def lenient(connection: Any, _record: Any) -> None:
        connection.cursor().execute("SET SESSION sql_mode = ''")

    event.listen(engine, "connect", lenient)
    with closing(SQLStore(engine, prefix=MARIADB.prefix(tmp_path))) as store:
        for bad in (put("a" * NAME), put("a", due=2**63), put("a", group="g" * 999), put("a", head=None)):  # type: ignore[arg-type]
            with pytest.raises(InvalidInput):
                store.write(create(bad))
        assert store.write(create(put("a", due=2**63 - 1))) == [Applied()]
        assert [one.due for one in store.find("request", limit=9)] == [2**63 - 1]
    engine.dispose()
