"""What `find` promises: order of key, filters, and pages that lose and double nothing while others write."""

# ruff: noqa: S101 — a contract asserts

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.testing.contract.frame import Frame, keys_of
from feedbackkit.testing.records import NOON, change, create, put, stored, update

if TYPE_CHECKING:
    from feedbackkit.ports import Store

__all__ = ["Finding"]


class Finding(Frame):
    """The part of the contract about finding."""

    def test_nothing_is_found_in_an_unknown_kind(self, store: Store) -> None:
        """A kind that nobody has written yet has no records."""
        assert store.find("never_written", ref="r", state="s", due_until=NOON, after="a", limit=9) == []

    def test_records_are_found_whole(self, store: Store) -> None:
        """Nothing has to be read after it."""
        found = put("a", due=NOON, refs=("r", "s"))
        self.made(store, create(found, put("a", kind="person")))
        assert store.find("request", limit=9) == [stored(found)]
        assert store.find("request", ref="s", limit=9) == [stored(found)]

    def test_keys_are_in_order_of_their_code_points(self, store: Store) -> None:
        """Capitals before small letters, accents after both, whatever the language of the machine."""
        keys = [
            "",
            "10",
            "2",
            "A",
            "Z",
            "a",
            "a ",
            "a-",
            "aa",
            "z",
            "ä",
            "\N{HIRAGANA LETTER A}",
            "\ufffd",
            "\U0001f600",
        ]
        self.made(store, create(*(put(key) for key in reversed(keys))))
        assert keys_of(store.find("request", limit=99)) == keys

    def test_no_more_than_the_limit_is_found(self, store: Store) -> None:
        """The first of them, and none for a limit of 0."""
        self.made(store, create(*(put(key) for key in "cab")))
        assert keys_of(store.find("request", limit=2)) == ["a", "b"]
        assert store.find("request", limit=0) == []

    def test_a_page_begins_after_a_key(self, store: Store) -> None:
        """After it, not with it; it need not exist."""
        self.made(store, create(*(put(key) for key in "abd")))
        assert keys_of(store.find("request", after="b", limit=9)) == ["d"]
        assert keys_of(store.find("request", after="c", limit=9)) == ["d"]
        assert keys_of(store.find("request", after="", limit=9)) == ["a", "b", "d"]
        assert store.find("request", after="d", limit=9) == []

    def test_it_is_found_by_each_of_its_refs(self, store: Store) -> None:
        """By the whole ref alone, at any place, and once."""
        self.made(
            store, create(put("a", refs=("p-1", "p-2", "p-1")), put("b", refs=("p-10",)), put("c", refs=("P-1", "p-2")))
        )
        assert keys_of(store.find("request", ref="p-1", limit=9)) == ["a"]
        assert keys_of(store.find("request", ref="p-2", limit=9)) == ["a", "c"]
        assert store.find("request", ref="p", limit=9) == []
        assert store.find("request", ref="", limit=9) == []

    def test_it_is_found_by_any_of_several_refs_once(self, store: Store) -> None:
        """With the other filters, page by page; by none of none."""
        self.made(
            store,
            create(put("a", refs=("p-1", "p-2"), due=NOON), put("b", refs=("p-2",)), put("c", refs=("p-3",), due=NOON)),
        )
        assert keys_of(store.find("request", ref=("p-2", "p-1", "p-2", "x"), limit=9)) == ["a", "b"]
        assert keys_of(store.find("request", ref=("p-1", "p-2", "p-3"), due_until=NOON, limit=9)) == ["a", "c"]
        assert keys_of(store.find("request", ref=("p-1", "p-2", "p-3"), after="a", limit=1)) == ["b"]
        assert keys_of(store.find("request", ref=("p-3",), limit=9)) == ["c"]
        assert store.find("request", ref=(), limit=9) == []
        assert store.find("never_written", ref=("p-1", "p-2"), limit=9) == []

    def test_refs_that_were_replaced_are_forgotten(self, store: Store) -> None:
        """A put writes its refs anew; what stays is still found."""
        self.made(store, create(put("a", refs=("old", "both")), put("b", refs=("old",))))
        self.made(store, [change("p", put("a", 1, refs=("both", "new")))])
        found = {ref: keys_of(store.find("request", ref=ref, limit=9)) for ref in ("old", "both", "new")}
        assert found == {"old": ["b"], "both": ["a"], "new": ["a"]}

    def test_refs_outlive_an_update(self, store: Store) -> None:
        """An update leaves them as they are."""
        self.made(store, create(put("a", refs=("r",))))
        self.made(store, [change("u", update("a", 1))])
        assert keys_of(store.find("request", ref="r", limit=9)) == ["a"]

    def test_it_is_found_by_its_state_of_now(self, store: Store) -> None:
        """To the letter, and not by one it had."""
        self.made(store, create(put("a", state="planned"), put("b", state="Planned"), put("c", state="planned")))
        self.made(store, [change("u", update("c", 1, state="given"))])
        assert keys_of(store.find("request", state="planned", limit=9)) == ["a"]
        assert keys_of(store.find("request", state="given", limit=9)) == ["c"]

    def test_it_is_found_by_its_due_time(self, store: Store) -> None:
        """At or before an instant; what has none is not due. The order is that of the keys."""
        self.made(store, create(put("a", due=NOON), put("b", due=None), put("c", due=NOON + 1), put("d", due=-1)))
        assert keys_of(store.find("request", due_until=NOON, limit=9)) == ["a", "d"]
        assert keys_of(store.find("request", due_until=0, limit=9)) == ["d"]

    def test_filters_are_joined_by_and(self, store: Store) -> None:
        """Only what passes all of them is found."""
        puts = [
            put("a", refs=("r",), state="s", due=1),
            put("b", refs=("r",), state="s", due=1),
            put("c", refs=("q",), state="s", due=1),
            put("d", refs=("r",), state="t", due=1),
            put("e", refs=("r",), state="s", due=9),
            put("f", refs=("r",), state="s", due=1),
        ]
        self.made(store, create(*puts))
        assert keys_of(store.find("request", ref="r", state="s", due_until=5, after="a", limit=9)) == ["b", "f"]
        assert keys_of(store.find("request", ref="r", state="s", due_until=5, limit=2)) == ["a", "b"]

    def test_pages_without_a_filter_lose_and_double_nothing_either(self, store: Store) -> None:
        """Records that are added before and behind the page, and those that change, do not move the others."""
        there = [f"{at:03}" for at in range(0, 60, 2)]
        self.made(store, create(*(put(key) for key in there)))
        seen: list[str] = []
        for turn in range(60):
            page = store.find("request", after=seen[-1] if seen else None, limit=2)
            seen += keys_of(page)
            self.made(store, create(put(f"{turn * 37 % 60:03}+")))
            self.made(store, [change(f"put {turn}", put(one.key, one.version)) for one in page[:1]])
        assert [key for key in seen if key in there] == there
        assert seen == sorted(set(seen))

    def test_pages_lose_and_double_nothing_while_others_write(self, store: Store) -> None:
        """What was there throughout comes exactly once, though records are added and changed between the pages."""
        there = [f"{at:03}" for at in range(0, 100, 2)]
        self.made(store, create(*(put(key, refs=("r",)) for key in there)))
        seen: list[str] = []
        for turn in range(80):
            page = store.find("request", ref="r", after=seen[-1] if seen else None, limit=3)
            seen += keys_of(page)
            new = [put(f"{turn * 37 % 100:03}+", refs=("r",)), put(f"{turn * 53 % 100:03}-", refs=("r",))]
            self.made(store, create(*new))
            self.made(store, [change(f"update {turn}", update(one.key, one.version)) for one in page[:1]])
        assert len(seen) == len(set(seen)) > len(there)
        assert [key for key in seen if key in there] == there
        assert seen == sorted(set(seen))
