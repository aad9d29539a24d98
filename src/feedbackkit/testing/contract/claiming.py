"""What `claim` promises: what is due, oldest first, one owner at a time for each group, and no wrong clock for ever."""

# ruff: noqa: S101 — a contract asserts

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.testing.contract.frame import Frame, keys_of
from feedbackkit.testing.records import MINUTE, NOON, change, create, name, put, stored, update

if TYPE_CHECKING:
    from feedbackkit.ports import Store

__all__ = ["Claiming"]


class Claiming(Frame):
    """The part of the contract about claiming."""

    @staticmethod
    def claimed(
        store: Store, owner: str = "one", *, now: int = NOON, kind: str = "request", limit: int = 100
    ) -> list[str]:
        """The keys that an owner gets for a lease of a minute."""
        return keys_of(store.claim(kind, now=now, lease=MINUTE, owner=owner, limit=limit))

    def test_nothing_is_due_in_an_unknown_kind(self, store: Store) -> None:
        """A kind that nobody has written yet has nothing to do."""
        assert self.claimed(store, kind="never_written") == []

    def test_what_is_due_by_now_is_claimed(self, store: Store) -> None:
        """Due before or exactly now; not a microsecond later, and not without a due time."""
        puts = [put("before", due=NOON - 1), put("now", due=NOON), put("later", due=NOON + 1), put("never", due=None)]
        self.made(store, create(*puts))
        assert self.claimed(store) == ["before", "now"]
        assert self.claimed(store, now=NOON + 1) == ["before", "now", "later"]

    def test_a_record_is_claimed_whole(self, store: Store) -> None:
        """Nothing has to be read after it."""
        due = put("a", due=NOON, refs=("r", "s"), body=b"body")
        self.made(store, create(due))
        assert store.claim("request", now=NOON, lease=MINUTE, owner="one", limit=1) == [stored(due)]

    def test_the_oldest_come_first(self, store: Store) -> None:
        """By due time, then by key; instants before 1970 are older still."""
        dues = {"c": NOON - 5, "a": NOON, "b": NOON, "z": -3, "y": 0}
        self.made(store, create(*(put(key, due=due) for key, due in dues.items())))
        assert self.claimed(store) == ["z", "y", "c", "a", "b"]

    def test_no_more_than_the_limit_is_claimed(self, store: Store) -> None:
        """The oldest of them, and none for a limit of 0."""
        self.made(store, create(*(put(key, due=NOON) for key in "abc")))
        assert self.claimed(store, limit=0) == []
        assert self.claimed(store, limit=2) == ["a", "b"]

    def test_what_is_due_of_a_group_comes_together(self, store: Store) -> None:
        """Groups in order of their oldest record; of each all that is due, oldest first."""
        dues = {"b1": 1, "a2": 2, "b3": 3, "c4": 4, "a5": 5, "b6": NOON + 1}
        self.made(store, create(*(put(key, due=due, group=key[0]) for key, due in dues.items())))
        assert self.claimed(store) == ["b1", "b3", "a2", "a5", "c4"]

    def test_few_groups_with_much_to_do_are_shared(self, store: Store) -> None:
        """A claim takes no more groups than it needs to fill its limit."""
        keys = [f"{at}{group}" for at in range(3) for group in "abc"]
        self.made(store, create(*(put(key, due=NOON, group=key[1]) for key in keys)))
        assert self.claimed(store, "one", limit=3) == ["0a", "1a", "2a"]
        assert self.claimed(store, "two", limit=4) == ["0b", "1b", "2b", "0c"]
        assert self.claimed(store, "three") == []

    def test_claiming_changes_no_record(self, store: Store) -> None:
        """The version stays: a change made from what was claimed fits."""
        self.made(store, create(put("a", due=NOON)))
        self.claimed(store)
        assert store.read([name("a")]) == [stored(put("a", due=NOON))]

    def test_a_leased_group_is_passed_over_for_others(self, store: Store) -> None:
        """All its records, those that were not given out too; other groups are free."""
        self.made(
            store,
            create(put("a1", due=NOON, group="a"), put("a2", due=NOON, group="a"), put("b1", due=NOON, group="b")),
        )
        assert self.claimed(store, "one", limit=1) == ["a1"]
        assert self.claimed(store, "two") == ["b1"]

    def test_an_owner_gets_what_it_holds_again_at_once(self, store: Store) -> None:
        """After a crash it goes on without waiting for its own lease."""
        self.made(store, create(put("a", due=NOON), put("b", due=NOON)))
        assert self.claimed(store) == ["a", "b"]
        assert self.claimed(store) == ["a", "b"]

    def test_what_is_passed_over_does_not_count(self, store: Store) -> None:
        """The limit is filled with what can be given out."""
        self.made(
            store, create(*(put(f"{at}", due=NOON, group="big") for at in range(5)), put("z", due=NOON, group="small"))
        )
        assert self.claimed(store, "one", limit=5) == ["0", "1", "2", "3", "4"]
        assert self.claimed(store, "two", limit=1) == ["z"]

    def test_only_groups_that_were_given_out_are_leased(self, store: Store) -> None:
        """What was beyond the limit is free for others."""
        self.made(store, create(put("a", due=NOON, group="a"), put("b", due=NOON, group="b")))
        assert self.claimed(store, "one", limit=1) == ["a"]
        assert self.claimed(store, "two") == ["b"]

    def test_a_lease_holds_until_its_end(self, store: Store) -> None:
        """A microsecond before the end it still holds; at the end it is void."""
        self.made(store, create(put("a", due=NOON)))
        assert self.claimed(store, "one") == ["a"]
        assert self.claimed(store, "two", now=NOON + MINUTE - 1) == []
        assert self.claimed(store, "two", now=NOON + MINUTE) == ["a"]
        assert self.claimed(store, "one", now=NOON + MINUTE) == []

    def test_claiming_again_prolongs_the_lease(self, store: Store) -> None:
        """The end counts from the last claim."""
        self.made(store, create(put("a", due=NOON)))
        self.claimed(store, "one")
        assert self.claimed(store, "one", now=NOON + MINUTE // 2) == ["a"]
        assert self.claimed(store, "two", now=NOON + MINUTE) == []

    def test_claiming_again_may_shorten_the_lease(self, store: Store) -> None:
        """The last claim alone says when it ends, by its lease and its clock."""
        self.made(store, create(put("a", due=0)))
        store.claim("request", now=NOON, lease=2 * MINUTE, owner="one", limit=1)
        assert self.claimed(store, "one", now=NOON - MINUTE) == ["a"]
        assert self.claimed(store, "two", now=NOON - 1) == []
        assert self.claimed(store, "two") == ["a"]

    def test_a_lease_from_a_wrong_clock_is_void(self, store: Store) -> None:
        """One that ends later than twice the lease from now cannot have been meant: the clock was ahead."""
        self.made(store, create(put("a", due=0)))
        assert self.claimed(store, "one", now=NOON + MINUTE) == ["a"]
        assert self.claimed(store, "two", now=NOON) == []
        assert self.claimed(store, "two", now=NOON - 1) == ["a"]

    def test_a_lease_covers_all_kinds_of_the_group(self, store: Store) -> None:
        """The group is leased, not the records."""
        self.made(store, create(put("a", due=NOON), put("m", kind="message", due=NOON)))
        assert self.claimed(store, "one") == ["a"]
        assert self.claimed(store, "two", kind="message") == []
        assert self.claimed(store, "one", kind="message") == ["m"]

    def test_records_without_a_group_are_a_group(self, store: Store) -> None:
        """An empty name leases them together."""
        self.made(store, create(put("a", due=NOON, group=""), put("b", due=NOON, group=""), put("c", due=NOON)))
        assert self.claimed(store, "one", limit=1) == ["a"]
        assert self.claimed(store, "two") == ["c"]

    def test_many_are_claimed_and_released_at_once(self, store: Store) -> None:
        """As many as are asked for, of as many groups, and all of them are free again."""
        keys = [f"{at:04}" for at in range(1_300)]
        self.made(store, create(*(put(key, due=NOON, group=f"g{key}") for key in keys)))
        assert self.claimed(store, "one", limit=1_200) == keys[:1_200]
        assert self.claimed(store, "two", limit=1_200) == keys[1_200:]
        store.release([name(key) for key in keys], owner="one")
        assert self.claimed(store, "two", limit=1_200) == keys[:1_200]

    def test_a_lease_stops_no_write(self, store: Store) -> None:
        """Leases keep workers out of each other's way; versions keep records right."""
        self.made(store, create(put("a", due=NOON)))
        self.claimed(store, "one")
        self.made(store, [change("u", update("a", 1, due=None))])
        assert self.claimed(store, "one") == []

    def test_what_was_written_is_claimed_by_its_new_due_time(self, store: Store) -> None:
        """Later, earlier, or not at all, by update and by put."""
        self.made(store, create(put("a", due=NOON), put("b", due=None), put("c", due=NOON + 5), put("d", due=NOON)))
        changes = [
            change("a", update("a", 1, due=NOON + 1)),
            change("b", update("b", 1, due=NOON)),
            change("c", put("c", 1, due=NOON - 1)),
            change("d", put("d", 1, due=None)),
        ]
        self.made(store, changes)
        assert self.claimed(store) == ["c", "b"]

    def test_groups_are_taken_from_the_records_of_now(self, store: Store) -> None:
        """A record that moved to another group is leased with that."""
        self.made(store, create(put("a", due=NOON, group="old")))
        self.claimed(store, "one")
        self.made(store, [change("move", put("a", 1, due=NOON, group="new"))])
        assert self.claimed(store, "two") == ["a"]
