"""What `close` promises, and what is there again when a durable store is opened once more."""

# ruff: noqa: S101 — a contract asserts

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from feedbackkit.errors import StoreClosed
from feedbackkit.ports import AlreadyApplied, Applied, Refused
from feedbackkit.testing.contract.frame import Frame, keys_of, told
from feedbackkit.testing.records import MINUTE, NOON, change, entry, name, put, stored, update

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from feedbackkit.ports import Store

__all__ = ["Closing"]

_USES: Final[dict[str, Callable[[Store], object]]] = {
    "read": lambda store: store.read([name("a")]),
    "heads": lambda store: store.heads([name("a")]),
    "write": lambda store: store.write([change("c", put("a"))]),
    "claim": lambda store: store.claim("request", now=NOON, lease=MINUTE, owner="one", limit=1),
    "release": lambda store: store.release([name("a")], owner="one"),
    "find": lambda store: store.find("request", limit=1),
    "history": lambda store: store.history("a", limit=1),
    "dead_letters": lambda store: store.dead_letters("request", limit=1),
    "erase": lambda store: store.erase(change("e"), []),
}


class Closing(Frame):
    """The part of the contract about closing and opening again."""

    def test_closing_twice_is_harmless(self, store: Store) -> None:
        """The second time does nothing."""
        store.close()
        store.close()

    @pytest.mark.parametrize("use", _USES.values(), ids=_USES.keys())
    def test_a_closed_store_says_so(self, store: Store, use: Callable[[Store], object]) -> None:
        """Every method raises `StoreClosed` after the end, also if it was used before."""
        use(store)
        store.close()
        with pytest.raises(StoreClosed):
            use(store)

    def test_records_and_chains_are_there_again(self, store: Store, tmp_path: Path) -> None:
        """With all their fields and versions."""
        self.made(store, [change("c", put("a", due=NOON, refs=("r",)), entries=(entry("a", 1),))])
        self.made(store, [change("d", update("a", 1, due=NOON))])
        with_update = stored(put("a", refs=("r",)), version=2)._replace(due=NOON, state="requested", head=b"next head")
        again = self.reopened(store, tmp_path)
        assert again.read([name("a")]) == [with_update]
        assert again.find("request", ref="r", limit=9) == [with_update]
        assert again.history("a", limit=9) == [entry("a", 1)]
        again.close()

    def test_change_ids_are_known_again(self, store: Store, tmp_path: Path) -> None:
        """A change is made once in the life of a store, not of a process; versions hold too."""
        self.made(store, [change("c", put("a"))])
        again = self.reopened(store, tmp_path)
        changes = [change("c", put("a")), change("d", put("a")), change("e", update("a", 1))]
        assert told(again.write(changes)) == told([AlreadyApplied(), Refused((name("a"),)), Applied()])
        again.close()

    def test_leases_hold_over_a_restart(self, store: Store, tmp_path: Path) -> None:
        """Another owner waits for their end; the owner itself goes on at once."""
        self.made(store, [change("c", put("a", due=NOON))])
        store.claim("request", now=NOON, lease=MINUTE, owner="one", limit=1)
        again = self.reopened(store, tmp_path)
        assert again.claim("request", now=NOON + 1, lease=MINUTE, owner="two", limit=1) == []
        assert keys_of(again.claim("request", now=NOON + 1, lease=MINUTE, owner="one", limit=1)) == ["a"]
        again.close()

    def test_failures_are_counted_over_a_restart(self, store: Store, tmp_path: Path) -> None:
        """Five before and five after make a dead letter."""
        self.made(store, [change("c", put("a", due=NOON))])
        for part in range(2):
            for at in range(NOON + 5 * part, NOON + 5 * part + 5):
                store.claim("request", now=at, lease=MINUTE, owner="one", limit=1)
                store.release([name("a")], owner="one", retry_at=at + 1)
            assert len(store.dead_letters("request", limit=1)) == part
            store = self.reopened(store, tmp_path)
        assert keys_of(store.dead_letters("request", limit=1)) == ["a"]
        store.close()

    def test_what_was_erased_stays_erased(self, store: Store, tmp_path: Path) -> None:
        """No copy of it comes back with the store."""
        self.made(store, [change("c", put("a", body=b"words"), entries=(entry("a", 1),))])
        store.erase(change("e", put("a", 1, body=b"")), [("a", 1)])
        again = self.reopened(store, tmp_path)
        assert again.history("a", limit=9) == [entry("a", 1)._replace(salt=b"", payload=b"")]
        assert again.read([name("a")]) == [stored(put("a", 1, body=b""))]
        again.close()
