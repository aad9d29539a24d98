from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feedbackkit.errors import InvalidInput, InvalidValue
from feedbackkit.stores import MemoryStore, SQLiteStore
from feedbackkit.testing.records import MINUTE, NOON, change, create, entry, name, put, update
from tests.servers import SERVERS
from tests.stores.sql.opening import OPENERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from feedbackkit.ports import Store


def _opened(name: str, folder: Path) -> Store:
    if name == "memory":
        return MemoryStore()
    return SQLiteStore(folder / "feedback.db") if name == "sqlite file" else OPENERS[name](folder)


@pytest.fixture(params=["memory", "sqlite file", *OPENERS])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each of the shipped stores, everywhere."""
    store = _opened(request.param, tmp_path)
    yield store
    store.close()
    for server in SERVERS:
        server.take_back()


@pytest.mark.parametrize(
    "write",
    [
        put("a\ud800"),
        put("a\0b"),
        put("a", group="\0"),
        put("a", refs=("r", "\0")),
        put("a", state="\0"),
        put("a", due=2**63),
        put("a", due=-(2**63) - 1),
        put("a", refs=("\udfff",)),
        put("a", kind="no kind"),
        put("a", kind="Request"),
        put("a", kind="x; DROP TABLE history"),
        put("a", kind=""),
    ],
)
def test_what_no_file_can_keep_is_refused(store: Store, write: object) -> None:
    """With all other changes of the call, by every shipped store, in memory too."""
    with pytest.raises(InvalidInput):
        store.write([*create(put("fine")), change("c", write)])  # type: ignore[arg-type]
    assert store.read([name("fine")]) == [None]


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.write([*create(put("fine")), change("c\0")]),
        lambda store: store.write([*create(put("fine")), change("c", entries=(entry("a\0", 1),))]),
        lambda store: store.claim("request", now=NOON, lease=MINUTE, owner="one\0", limit=1),
    ],
)
def test_no_nul_is_taken_anywhere(store: Store, use: Callable[[Store], object]) -> None:
    """Not every database keeps one, and what one store takes another one shall take."""
    with pytest.raises(InvalidInput, match="NUL"):
        use(store)
    assert store.read([name("fine")]) == [None]


def test_the_outermost_numbers_are_kept(store: Store) -> None:
    """64 bits, all of them."""
    store.write(create(put("a", due=2**63 - 1), put("b", due=-(2**63))))
    assert [one and one.due for one in store.read([name("a"), name("b")])] == [2**63 - 1, -(2**63)]


def test_a_change_that_writes_a_record_twice_is_refused(store: Store) -> None:
    """Which of the two were meant to hold?"""
    with pytest.raises(InvalidValue, match="at most once"):
        store.write([*create(put("fine")), change("c", put("a"), update("a", 1))])
    assert store.read([name("fine")]) == [None]


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.read([name("a", kind="No")]),
        lambda store: store.heads([name("a", kind="No")]),
        lambda store: store.find("No", limit=1),
        lambda store: store.dead_letters("No", limit=1),
        lambda store: store.claim("No", now=NOON, lease=MINUTE, owner="one", limit=1),
        lambda store: store.release([name("a", kind="No")], owner="one"),
        lambda store: store.erase(change("c", put("a", kind="No")), []),
    ],
)
def test_a_kind_is_a_plain_word(store: Store, use: Callable[[Store], object]) -> None:
    """Asking for an impossible kind is a mistake, not an empty answer."""
    with pytest.raises(InvalidValue, match="kind"):
        use(store)
