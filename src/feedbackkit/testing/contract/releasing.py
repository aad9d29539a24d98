"""What `release` and `dead_letters` promise: leases end, failures come back later, and not for ever."""

# ruff: noqa: S101 — a contract asserts

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.testing.contract.frame import Frame, keys_of
from feedbackkit.testing.records import MINUTE, NOON, change, create, name, put, stored, update

if TYPE_CHECKING:
    from feedbackkit.ports import Store

__all__ = ["Releasing"]


class Releasing(Frame):
    """The part of the contract about releasing, retries and dead letters."""

    @staticmethod
    def _claimed(store: Store, owner: str = "one", *, now: int = NOON) -> list[str]:
        return keys_of(store.claim("request", now=now, lease=MINUTE, owner=owner, limit=100))

    @staticmethod
    def fail(store: Store, key: str, times: int, *, now: int = NOON) -> None:
        """Claim a record and release it for a retry a second later, so many times."""
        for at in range(now, now + times * 1_000_000, 1_000_000):
            assert key in keys_of(store.claim("request", now=at, lease=MINUTE, owner="one", limit=100))
            store.release([name(key)], owner="one", retry_at=at + 1_000_000)

    def test_what_was_released_is_free(self, store: Store) -> None:
        """Another owner gets it at once."""
        self.made(store, create(put("a", due=NOON)))
        self._claimed(store, "one")
        store.release([name("a")], owner="one")
        assert self._claimed(store, "two") == ["a"]

    def test_a_group_is_released_by_any_of_its_records(self, store: Store) -> None:
        """The lease is the group's."""
        self.made(store, create(put("a", due=NOON), put("b", due=NOON), put("p", kind="person")))
        self._claimed(store, "one")
        store.release([name("p", kind="person")], owner="one")
        assert self._claimed(store, "two") == ["a", "b"]

    def test_groups_that_are_not_named_stay_leased(self, store: Store) -> None:
        """A release ends the leases of its records' groups alone."""
        self.made(store, create(put("a", due=NOON, group="a"), put("b", due=NOON, group="b")))
        self._claimed(store, "one")
        store.release([name("a")], owner="one")
        assert self._claimed(store, "two") == ["a"]

    def test_what_another_holds_is_left_alone(self, store: Store) -> None:
        """Neither its lease ends, nor is its record put off."""
        self.made(store, create(put("a", due=NOON)))
        self._claimed(store, "one")
        store.release([name("a")], owner="two", retry_at=NOON + MINUTE)
        assert self._claimed(store, "two") == []
        assert self._claimed(store, "one") == ["a"]

    def test_what_nobody_holds_is_left_alone(self, store: Store) -> None:
        """A record is put off only by who holds it."""
        self.made(store, create(put("a", due=NOON)))
        store.release([name("a")], owner="one", retry_at=NOON + MINUTE)
        assert self._claimed(store, "one") == ["a"]

    def test_releasing_again_is_harmless(self, store: Store) -> None:
        """Also what is unknown, and nothing at all."""
        self.made(store, create(put("a", due=NOON)))
        self._claimed(store, "one")
        store.release([name("a"), name("a"), name("unknown"), name("a", kind="never_written")], owner="one")
        store.release([name("a")], owner="one")
        store.release([], owner="one")
        assert self._claimed(store, "two") == ["a"]

    def test_a_failure_comes_back_at_its_time(self, store: Store) -> None:
        """Passed over until then, for every owner; given out exactly then."""
        self.made(store, create(put("a", due=NOON)))
        self._claimed(store, "one")
        store.release([name("a")], owner="one", retry_at=NOON + 5)
        assert self._claimed(store, "one", now=NOON + 4) == []
        assert self._claimed(store, "two", now=NOON + 4) == []
        assert self._claimed(store, "two", now=NOON + 5) == ["a"]

    def test_a_failure_that_is_told_again_counts_once(self, store: Store) -> None:
        """After an unknown outcome the same call again changes nothing: the lease has ended with the first."""
        self.made(store, create(put("a", due=NOON)))
        for at in range(9):
            self._claimed(store, now=NOON + at)
            for _ in range(2):
                store.release([name("a")], owner="one", retry_at=NOON + at)
        assert store.dead_letters("request", limit=9) == []

    def test_a_failure_puts_off_itself_alone(self, store: Store) -> None:
        """Other records of its group are given out meanwhile."""
        self.made(store, create(put("a", due=NOON), put("b", due=NOON)))
        self._claimed(store, "one")
        store.release([name("a")], owner="one", retry_at=NOON + MINUTE)
        assert self._claimed(store, "two") == ["b"]

    def test_a_failure_changes_no_record(self, store: Store) -> None:
        """Due time and version stay what they were."""
        self.made(store, create(put("a", due=NOON)))
        self.fail(store, "a", 10)
        assert store.read([name("a")]) == [stored(put("a", due=NOON))]

    def test_a_write_ends_the_waiting(self, store: Store) -> None:
        """What was written since is a new thing to do."""
        self.made(store, create(put("a", due=NOON), put("b", due=NOON)))
        self._claimed(store, "one")
        store.release([name("a"), name("b")], owner="one", retry_at=NOON + MINUTE)
        self.made(store, [change("u", update("a", 1, due=NOON)), change("p", put("b", 1, due=NOON))])
        assert self._claimed(store, "one") == ["a", "b"]

    def test_a_refused_write_does_not_end_the_waiting(self, store: Store) -> None:
        """Only what was made counts."""
        self.made(store, create(put("a", due=NOON)))
        self._claimed(store, "one")
        store.release([name("a")], owner="one", retry_at=NOON + MINUTE)
        store.write([change("stale", update("a", 7, due=NOON))])
        assert self._claimed(store, "one") == []

    def test_the_tenth_failure_is_the_last(self, store: Store) -> None:
        """After nine it comes round again, after ten it does not."""
        self.made(store, create(put("a", due=NOON)))
        self.fail(store, "a", 9)
        assert store.dead_letters("request", limit=9) == []
        self.fail(store, "a", 1, now=NOON + MINUTE)
        assert self._claimed(store, "one", now=NOON + 60 * MINUTE) == []
        assert store.dead_letters("request", limit=9) == [stored(put("a", due=NOON))]

    def test_a_record_named_twice_has_failed_once(self, store: Store) -> None:
        """One release is one failure."""
        self.made(store, create(put("a", due=NOON)))
        for at in range(9):
            self._claimed(store, now=NOON + at)
            store.release([name("a"), name("a")], owner="one", retry_at=NOON + at)
        assert store.dead_letters("request", limit=9) == []

    def test_a_write_begins_the_count_anew(self, store: Store) -> None:
        """Ten failures in a row make a dead letter, with nothing written between."""
        self.made(store, create(put("a", due=NOON)))
        self.fail(store, "a", 9)
        self.made(store, [change("u", update("a", 1, due=NOON))])
        self.fail(store, "a", 9)
        assert store.dead_letters("request", limit=9) == []

    def test_a_write_revives_a_dead_letter(self, store: Store) -> None:
        """It is to be done again, and no dead letter any more."""
        self.made(store, create(put("a", due=NOON), put("b", due=NOON)))
        self.fail(store, "a", 10)
        self.fail(store, "b", 10)
        self.made(store, [change("u", update("a", 1, due=NOON)), change("p", put("b", 1, due=NOON))])
        assert store.dead_letters("request", limit=9) == []
        assert self._claimed(store, now=NOON) == ["a", "b"]

    def test_dead_letters_are_read_in_pages(self, store: Store) -> None:
        """In order of key, each once; an unknown kind has none."""
        self.made(store, create(*(put(key, due=NOON) for key in "cab")))
        for key in "bca":
            self.fail(store, key, 10)
        assert keys_of(store.dead_letters("request", limit=2)) == ["a", "b"]
        assert keys_of(store.dead_letters("request", after="b", limit=2)) == ["c"]
        assert store.dead_letters("request", after="c", limit=2) == []
        assert store.dead_letters("never_written", limit=2) == []

    def test_dead_letters_are_found_and_read_like_others(self, store: Store) -> None:
        """Only claiming passes them over."""
        self.made(store, create(put("a", due=NOON, refs=("r",))))
        self.fail(store, "a", 10)
        assert keys_of(store.find("request", ref="r", due_until=NOON, limit=9)) == ["a"]
