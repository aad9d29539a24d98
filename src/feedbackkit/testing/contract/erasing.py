"""What `erase` promises: the words go, the chain stays, together with a change or not at all."""

# ruff: noqa: S101 — a contract asserts

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.ports import AlreadyApplied, Applied, Refused
from feedbackkit.testing.contract.frame import Frame, told
from feedbackkit.testing.records import change, create, entry, name, put, stored

if TYPE_CHECKING:
    from feedbackkit.ports import Store

__all__ = ["Erasing"]


class Erasing(Frame):
    """The part of the contract about erasing."""

    def test_payload_and_salt_are_emptied(self, store: Store) -> None:
        """Everything else of the entry stays, and so do the entries that were not named."""
        self.made(store, [change("c", entries=(entry("a", 1), entry("a", 2), entry("b", 1)))])
        assert told([store.erase(change("e"), [("a", 2), ("b", 1)])]) == told([Applied()])
        assert store.history("a", limit=9) == [entry("a", 1), entry("a", 2)._replace(payload=b"", salt=b"")]
        assert store.history("b", limit=9) == [entry("b", 1)._replace(payload=b"", salt=b"")]

    def test_the_change_is_made_with_it(self, store: Store) -> None:
        """Records are replaced by stubs, and the chain says so, in the same act."""
        self.made(store, [change("c", put("a", refs=("p",), body=b"words"), entries=(entry("a", 1),))])
        stub = put("a", 1, refs=(), state="erased", head=b"", body=b"")
        assert told([store.erase(change("e", stub, entries=(entry("a", 2),)), [("a", 1)])]) == told([Applied()])
        assert store.read([name("a")]) == [stored(stub)]
        assert store.history("a", limit=9) == [entry("a", 1)._replace(payload=b"", salt=b""), entry("a", 2)]
        assert store.find("request", ref="p", limit=9) == []

    def test_a_stale_change_forgets_nothing(self, store: Store) -> None:
        """Refused means that nothing was done."""
        self.made(store, [change("c", put("a"), entries=(entry("a", 1),))])
        assert told([store.erase(change("e", put("a", 9)), [("a", 1)])]) == told([Refused((name("a"),))])
        assert store.history("a", limit=9) == [entry("a", 1)]

    def test_a_broken_chain_forgets_nothing(self, store: Store) -> None:
        """The change's own entries have to fit as in `write`."""
        self.made(store, [change("c", entries=(entry("a", 1),))])
        result = store.erase(change("e", entries=(entry("a", 5),)), [("a", 1)])
        assert told([result]) == told([Refused((name("a", kind="history"),))])
        assert store.history("a", limit=9) == [entry("a", 1)]

    def test_erasing_again_is_harmless(self, store: Store) -> None:
        """The id is known, as in `write`."""
        self.made(store, [change("c", entries=(entry("a", 1),))])
        erasure = change("e", put("stub"))
        assert told([store.erase(erasure, [("a", 1)])]) == told([Applied()])
        assert told([store.erase(erasure, [("a", 1)])]) == told([AlreadyApplied()])
        assert told(store.write([erasure])) == told([AlreadyApplied()])
        assert store.history("a", limit=9) == [entry("a", 1)._replace(payload=b"", salt=b"")]

    def test_an_entry_that_is_not_there_is_no_fault(self, store: Store) -> None:
        """What is not there is forgotten already."""
        self.made(store, [change("c", entries=(entry("a", 1),))])
        assert told([store.erase(change("e"), [("a", 2), ("a", 0), ("nobody", 1)])]) == told([Applied()])
        assert store.history("a", limit=9) == [entry("a", 1)]

    def test_what_is_forgotten_may_be_forgotten_again(self, store: Store) -> None:
        """By another erasure, which names it too, or names it twice."""
        self.made(store, [change("c", entries=(entry("a", 1), entry("a", 2)))])
        assert told([store.erase(change("e"), [("a", 1)])]) == told([Applied()])
        assert told([store.erase(change("f"), [("a", 1), ("a", 2), ("a", 1)])]) == told([Applied()])
        assert [(one.payload, one.salt) for one in store.history("a", limit=9)] == [(b"", b"")] * 2

    def test_many_entries_are_forgotten_at_once(self, store: Store) -> None:
        """A long life is forgotten as a short one."""
        keys = [f"{at:04}" for at in range(1_200)]
        self.made(store, [change(f"c{key}", entries=(entry(key, 1),)) for key in keys])
        assert told([store.erase(change("e"), [(key, 1) for key in keys])]) == told([Applied()])
        assert {one.payload for key in keys for one in store.history(key, limit=1)} == {b""}

    def test_the_entries_of_the_change_itself_may_be_forgotten(self, store: Store) -> None:
        """The change comes first, the forgetting after it."""
        assert told([store.erase(change("e", entries=(entry("a", 1),)), [("a", 1)])]) == told([Applied()])
        assert store.history("a", limit=9) == [entry("a", 1)._replace(payload=b"", salt=b"")]

    def test_the_chain_goes_on_after_an_erasure(self, store: Store) -> None:
        """An emptied entry is still the end of its chain."""
        self.made(store, [change("c", entries=(entry("a", 1),))])
        store.erase(change("e"), [("a", 1)])
        self.made(store, [change("d", entries=(entry("a", 2),))])
        assert [one.seq for one in store.history("a", limit=9)] == [1, 2]

    def test_an_erasure_of_nothing_is_a_write(self, store: Store) -> None:
        """It makes its change, and other records stay as they are."""
        self.made(store, create(put("a")))
        assert told([store.erase(change("e", put("b")), [])]) == told([Applied()])
        assert store.read([name("a"), name("b")]) == [stored(put("a")), stored(put("b"))]
