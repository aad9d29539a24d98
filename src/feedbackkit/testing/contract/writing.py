"""What `write` promises: whole or not at all, in order, against the versions it was made from, harmless to repeat."""

# ruff: noqa: S101, PLR2004 — a contract asserts, in the numbers of its examples

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.ports import AlreadyApplied, Applied, Refused
from feedbackkit.testing.contract.frame import Frame, told
from feedbackkit.testing.records import NOON, change, create, entry, name, put, stored, update

if TYPE_CHECKING:
    from feedbackkit.ports import Store

__all__ = ["Writing"]


class Writing(Frame):
    """The part of the contract about writing records."""

    def test_no_changes_no_results(self, store: Store) -> None:
        """Asked for nothing, it does nothing."""
        assert told(store.write([])) == told([])

    def test_a_record_is_created_with_version_1(self, store: Store) -> None:
        """The first version is 1."""
        assert told(store.write([change("c", put("a"))])) == told([Applied()])
        assert store.read([name("a")]) == [stored(put("a"), version=1)]

    def test_an_update_writes_the_changing_part_alone(self, store: Store) -> None:
        """Version, due, state and head are new; group, refs and body stay."""
        before = put("a", due=NOON, group="g", refs=("r", "s"), body=b"kept")
        self.made(store, create(before))
        self.made(store, [change("u", update("a", 1, due=NOON + 5, state="reminded", head=b"new"))])
        after = stored(before, version=2)._replace(due=NOON + 5, state="reminded", head=b"new")
        assert store.read([name("a")]) == [after]

    def test_an_update_may_take_the_due_time_away(self, store: Store) -> None:
        """`None` is written like any other due time."""
        self.made(store, create(put("a", due=NOON)))
        self.made(store, [change("u", update("a", 1, due=None))])
        [record] = store.read([name("a")])
        assert record is not None
        assert record.due is None

    def test_a_put_replaces_the_whole_record(self, store: Store) -> None:
        """Over its version now, everything is written anew."""
        self.made(store, create(put("a", due=NOON, group="g", refs=("r",), body=b"old")))
        new = put("a", 1, due=None, group="h", refs=("s", "t"), state="given", head=b"", body=b"new")
        self.made(store, [change("p", new)])
        assert store.read([name("a")]) == [stored(new, version=2)]

    def test_a_body_may_be_empty_and_come_and_go(self, store: Store) -> None:
        """An empty one is a body like others: written, kept by an update, replaced, and written over another."""
        self.made(store, create(put("a", body=b"")))
        self.made(store, [change("u", update("a", 1))])
        for version, body in ((2, b"words"), (3, b""), (4, b"other words"), (5, b"")):
            self.made(store, [change(f"{version}", put("a", version, body=body))])
            assert store.read([name("a")]) == [stored(put("a", version, body=body))]
        assert [one.body for one in store.find("request", limit=9)] == [b""]

    def test_each_write_counts_one_version(self, store: Store) -> None:
        """Versions go up by one with every change."""
        self.made(store, create(put("a")))
        for version in range(1, 12):
            self.made(store, [change(f"u{version}", update("a", version))])
        [head] = store.heads([name("a")])
        assert head is not None
        assert head.version == 12

    def test_creating_what_exists_is_refused(self, store: Store) -> None:
        """Version 0 means that it must not be there."""
        self.made(store, create(put("a", body=b"first")))
        assert told(store.write([change("again", put("a", body=b"second"))])) == told([Refused((name("a"),))])
        assert store.read([name("a")]) == [stored(put("a", body=b"first"))]

    def test_an_older_version_is_refused(self, store: Store) -> None:
        """Who has not seen the last write cannot write over it."""
        self.made(store, create(put("a")))
        self.made(store, [change("u", update("a", 1, head=b"seen"))])
        stale = [change("late update", update("a", 1)), change("late put", put("a", 1))]
        assert told(store.write(stale)) == told([Refused((name("a"),))] * 2)
        assert [head and head.head for head in store.heads([name("a")])] == [b"seen"]

    def test_a_version_to_come_is_refused(self, store: Store) -> None:
        """Nobody can have seen a version that does not exist yet."""
        self.made(store, create(put("a")))
        early = [change("early update", update("a", 2)), change("early put", put("a", 2))]
        assert told(store.write(early)) == told([Refused((name("a"),))] * 2)

    def test_writing_over_what_is_not_there_is_refused(self, store: Store) -> None:
        """A record without a version has nothing to be updated or replaced."""
        changes = [change("1", update("a", 1)), change("2", update("a", 0)), change("3", put("a", 1))]
        assert told(store.write(changes)) == told([Refused((name("a"),))] * 3)
        assert store.read([name("a")]) == [None]

    def test_a_refusal_names_the_stale_records(self, store: Store) -> None:
        """All of them, and no others, in the order in which they were to be written."""
        self.made(store, create(put("a"), put("b"), put("c"), put("a", kind="person")))
        mixed = change("m", put("c"), update("a", 1), update("a", 7, kind="person"), update("b", 1), update("d", 1))
        assert told(store.write([mixed])) == told([Refused((name("c"), name("a", kind="person"), name("d")))])

    def test_a_refused_change_leaves_nothing_behind(self, store: Store) -> None:
        """Neither its good writes nor its entries are made."""
        self.made(store, create(put("a"), put("b")))
        bad = change("bad", update("a", 1), put("new", refs=("r",), due=NOON), update("b", 9), entries=(entry("a", 1),))
        assert told(store.write([bad])) == told([Refused((name("b"),))])
        assert store.read([name("a"), name("b"), name("new")]) == [stored(put("a")), stored(put("b")), None]
        assert store.history("a", limit=9) == []
        assert store.find("request", ref="r", limit=9) == []
        assert store.claim("request", now=NOON, lease=1, owner="w", limit=9) == []

    def test_a_refused_change_may_be_made_later_under_its_id(self, store: Store) -> None:
        """A refusal does not use up the id."""
        assert told(store.write([change("c", update("a", 1))])) == told([Refused((name("a"),))])
        self.made(store, create(put("a")))
        assert told(store.write([change("c", update("a", 1))])) == told([Applied()])

    def test_a_refusal_touches_no_other_change_of_the_call(self, store: Store) -> None:
        """One stale change is refused alone."""
        self.made(store, create(put("a"), put("b"), put("c")))
        changes = [change("1", update("a", 1)), change("2", update("b", 9)), change("3", update("c", 1))]
        assert told(store.write(changes)) == told([Applied(), Refused((name("b"),)), Applied()])
        assert [head and head.version for head in store.heads([name("a"), name("b"), name("c")])] == [2, 1, 2]

    def test_one_in_a_hundred_is_stale(self, store: Store) -> None:
        """In two large calls one after the other, exactly the stale changes are refused."""
        names = [name(f"{at:04}") for at in range(1_000)]
        self.made(store, create(*(put(key) for _, key in names)))
        for version in (1, 2):
            wrong = {at for at in range(1_000) if at % 100 == version}
            changes = [
                change(f"{version}/{key}", update(key, 77 if at in wrong else version))
                for at, (_, key) in enumerate(names)
            ]
            expected = [Refused((names[at],)) if at in wrong else Applied() for at in range(1_000)]
            assert told(store.write(changes)) == told(expected)
            self.made(store, [change(f"mend {version}/{at}", update(names[at].key, version)) for at in sorted(wrong)])
        assert {head and head.version for head in store.heads(names)} == {3}

    def test_a_known_id_is_looked_at_before_any_version(self, store: Store) -> None:
        """A change that was made before is `AlreadyApplied`, however stale it is by now."""
        first = change("c", put("a"))
        assert told(store.write([first])) == told([Applied()])
        self.made(store, [change("d", update("a", 1, head=b"since"))])
        assert told(store.write([first])) == told([AlreadyApplied()])
        assert [head and (head.version, head.head) for head in store.heads([name("a")])] == [(2, b"since")]

    def test_a_known_id_does_nothing(self, store: Store) -> None:
        """Not even what would fit is written under an id that was used."""
        self.made(store, [change("c", put("a"))])
        assert told(store.write([change("c", put("b"), entries=(entry("b", 1),))])) == told([AlreadyApplied()])
        assert store.read([name("b")]) == [None]
        assert store.history("b", limit=9) == []

    def test_an_id_twice_in_one_call_is_made_once(self, store: Store) -> None:
        """The second of two changes with one id is known already."""
        assert told(store.write([change("c", put("a")), change("c", put("a"))])) == told([Applied(), AlreadyApplied()])
        assert store.read([name("a")]) == [stored(put("a"))]

    def test_a_whole_call_may_be_repeated(self, store: Store) -> None:
        """After an unknown outcome the same call again does what is missing, and no more."""
        changes = [change("1", put("a"), entries=(entry("a", 1),)), change("2", update("a", 1)), change("3", put("b"))]
        assert told(store.write(changes[:2])) == told([Applied(), Applied()])
        assert told(store.write(changes)) == told([AlreadyApplied(), AlreadyApplied(), Applied()])
        assert told(store.write(changes)) == told([AlreadyApplied()] * 3)
        assert [head and head.version for head in store.heads([name("a"), name("b")])] == [2, 1]
        assert store.history("a", limit=9) == [entry("a", 1)]

    def test_a_change_without_writes_is_made_too(self, store: Store) -> None:
        """Its id is known afterwards."""
        assert told(store.write([change("empty")])) == told([Applied()])
        assert told(store.write([change("empty")])) == told([AlreadyApplied()])

    def test_a_later_change_sees_the_earlier_ones(self, store: Store) -> None:
        """Within one call a record may be created, updated and replaced by one change after the other."""
        self.made(
            store,
            [
                change("1", put("a", refs=("r",), body=b"1")),
                change("2", update("a", 1, head=b"2")),
                change("3", put("a", 2, refs=("s",), body=b"3")),
                change("4", put("b")),
                change("5", update("a", 3, head=b"5")),
                change("6", update("a", 4, head=b"6")),
            ],
        )
        after = stored(put("a", refs=("s",), body=b"3"), version=5)._replace(state="requested", head=b"6")
        assert store.read([name("a"), name("b")]) == [after, stored(put("b"))]

    def test_a_later_change_does_not_see_a_refused_one(self, store: Store) -> None:
        """What builds on a refused change is refused as well."""
        self.made(store, create(put("a"), put("b")))
        changes = [
            change("1", update("a", 1), update("b", 9)),
            change("2", update("a", 2)),
            change("3", update("a", 1)),
        ]
        assert told(store.write(changes)) == told([Refused((name("b"),)), Refused((name("a"),)), Applied()])

    def test_the_first_of_two_rivals_in_one_call_wins(self, store: Store) -> None:
        """Two changes made from the same version cannot both be made."""
        self.made(store, create(put("a")))
        rivals = [change("1", update("a", 1, head=b"1")), change("2", update("a", 1, head=b"2"))]
        assert told(store.write(rivals)) == told([Applied(), Refused((name("a"),))])
        assert [head and head.head for head in store.heads([name("a")])] == [b"1"]

    def test_one_change_may_write_several_kinds(self, store: Store) -> None:
        """Records of different kinds are written together or not at all."""
        both = change("c", put("a"), put("p", kind="person"), put("o", kind="organisation"))
        assert told(store.write([both])) == told([Applied()])
        stale = change("d", update("a", 1), update("p", 1, kind="person"), update("o", 5, kind="organisation"))
        assert told(store.write([stale])) == told([Refused((name("o", kind="organisation"),))])
        versions = store.heads([name("a"), name("p", kind="person"), name("o", kind="organisation")])
        assert [head and head.version for head in versions] == [1, 1, 1]

    def test_a_large_call_is_made_whole(self, store: Store) -> None:
        """Thousands of creations and then thousands of updates, each in one call."""
        keys = [f"{at:05}" for at in range(3_000)]
        self.made(store, create(*(put(key, refs=(f"p{key}",)) for key in keys)))
        self.made(store, [change(f"u {key}", update(key, 1)) for key in keys])
        assert {head and head.version for head in store.heads([name(key) for key in keys])} == {2}
