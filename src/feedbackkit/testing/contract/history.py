"""What chains promise: entries are appended at the end, without gaps, together with their change, and read in order."""

# ruff: noqa: S101, PLR2004 — a contract asserts, in the numbers of its examples

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feedbackkit.ports import Applied, Refused
from feedbackkit.testing.contract.frame import Frame, told
from feedbackkit.testing.records import change, create, entry, name, put, stored, update

if TYPE_CHECKING:
    from feedbackkit.ports import Store

__all__ = ["History"]


class History(Frame):
    """The part of the contract about chains."""

    def test_an_unknown_chain_is_empty(self, store: Store) -> None:
        """A key that nobody wrote about has no history."""
        assert store.history("a", limit=9) == []

    def test_every_field_of_an_entry_comes_back(self, store: Store) -> None:
        """What was sealed is given out byte for byte."""
        written = entry("a", 1, payload=bytes(range(256)))
        self.made(store, [change("c", entries=(written,))])
        assert store.history("a", limit=9) == [written]

    def test_a_chain_needs_no_record(self, store: Store) -> None:
        """Entries may be written by a change without writes, and about a key without a record."""
        self.made(store, [change("c", entries=(entry("nobody", 1),))])
        assert store.read([name("nobody")]) == [None]
        assert store.history("nobody", limit=9) == [entry("nobody", 1)]

    @pytest.mark.parametrize("seq", [-1, 0, 2, 3])
    def test_a_chain_begins_with_1(self, store: Store, seq: int) -> None:
        """A first entry with another number is refused."""
        bad = change("c", put("a"), entries=(entry("a", seq),))
        assert told(store.write([bad])) == told([Refused((name("a", kind="history"),))])
        assert store.read([name("a")]) == [None]
        assert store.history("a", after=-5, limit=9) == []

    @pytest.mark.parametrize("seq", [1, 2, 4])
    def test_a_chain_goes_on_at_its_end(self, store: Store, seq: int) -> None:
        """An entry that doubles one or leaves a gap is refused, with all that its change would have written."""
        self.made(store, [change("c", put("a"), entries=(entry("a", 1), entry("a", 2)))])
        bad = change("d", update("a", 1), entries=(entry("a", seq, payload=b"other"),))
        assert told(store.write([bad])) == told([Refused((name("a", kind="history"),))])
        assert store.read([name("a")]) == [stored(put("a"))]
        assert store.history("a", limit=9) == [entry("a", 1), entry("a", 2)]

    def test_a_refusal_names_stale_records_before_broken_chains(self, store: Store) -> None:
        """Both are told, records first; a chain goes by the kind ``history``."""
        self.made(store, create(put("a"), put("b")))
        bad = change("d", update("b", 4), update("a", 1), entries=(entry("b", 1), entry("a", 3)))
        assert told(store.write([bad])) == told([Refused((name("b"), name("a", kind="history")))])

    def test_one_change_may_add_several_entries_to_one_chain(self, store: Store) -> None:
        """As long as they follow one upon the other."""
        self.made(store, [change("c", entries=(entry("a", 1), entry("a", 2)))])
        gap = change("d", entries=(entry("a", 3), entry("a", 5)))
        assert told(store.write([gap])) == told([Refused((name("a", kind="history"),))])
        self.made(store, [change("e", entries=(entry("a", 3), entry("a", 4)))])
        assert [one.seq for one in store.history("a", limit=9)] == [1, 2, 3, 4]

    def test_one_change_may_go_on_with_several_chains(self, store: Store) -> None:
        """Each chain has its own numbers."""
        self.made(store, [change("c", entries=(entry("a", 1), entry("b", 1), entry("a", 2)))])
        assert store.history("a", limit=9) == [entry("a", 1), entry("a", 2)]
        assert store.history("b", limit=9) == [entry("b", 1)]

    def test_a_later_change_goes_on_where_an_earlier_one_ended(self, store: Store) -> None:
        """Within one call a chain grows change by change, and a refused one adds nothing."""
        changes = [
            change("1", put("a"), entries=(entry("a", 1),)),
            change("2", update("a", 8), entries=(entry("a", 2, payload=b"refused"),)),
            change("3", update("a", 1), entries=(entry("a", 2),)),
        ]
        assert told(store.write(changes)) == told([Applied(), Refused((name("a"),)), Applied()])
        assert store.history("a", limit=9) == [entry("a", 1), entry("a", 2)]

    def test_a_chain_comes_in_order_of_its_numbers(self, store: Store) -> None:
        """The tenth entry comes after the ninth, whatever they look like as text."""
        for seq in range(1, 13):
            self.made(store, [change(f"c{seq}", entries=(entry("a", seq),))])
        assert [one.seq for one in store.history("a", limit=99)] == list(range(1, 13))

    def test_pages_of_a_chain_lose_and_double_nothing_while_it_grows(self, store: Store) -> None:
        """Each page begins after the last number seen."""
        self.made(store, [change("c", entries=tuple(entry("a", seq) for seq in range(1, 6)))])
        seen: list[int] = []
        for seq in range(6, 20):
            seen += [one.seq for one in store.history("a", after=seen[-1] if seen else 0, limit=2)]
            self.made(store, [change(f"c{seq}", entries=(entry("a", seq),))])
        assert seen == list(range(1, len(seen) + 1))
        assert len(seen) > 9

    def test_a_chain_is_read_in_pages(self, store: Store) -> None:
        """`after` and `limit` cut it without loss."""
        self.made(store, [change("c", entries=tuple(entry("a", seq) for seq in range(1, 6)))])
        assert [one.seq for one in store.history("a", limit=2)] == [1, 2]
        assert [one.seq for one in store.history("a", after=2, limit=2)] == [3, 4]
        assert [one.seq for one in store.history("a", after=4, limit=2)] == [5]
        assert store.history("a", after=5, limit=2) == []
        assert store.history("a", limit=0) == []
