"""What `read` and `heads` promise: order, absence, duplicates, and that nothing is lost on the way."""

# ruff: noqa: S101, PLR2004 — a contract asserts, in the numbers of its examples

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.ports import Head, Record
from feedbackkit.testing.contract.frame import Frame
from feedbackkit.testing.records import NOON, change, create, name, put, stored, update

if TYPE_CHECKING:
    from feedbackkit.ports import Store

__all__ = ["Reading"]


class Reading(Frame):
    """The part of the contract about reading."""

    def test_an_unknown_key_reads_as_none(self, store: Store) -> None:
        """A record that is not there is `None`, not an error."""
        self.made(store, create(put("a")))
        assert store.read([name("b")]) == [None]
        assert store.heads([name("b")]) == [None]

    def test_an_unknown_kind_reads_as_none(self, store: Store) -> None:
        """A kind that nobody has written yet has no records."""
        assert store.read([name("a", kind="never_written")]) == [None]
        assert store.heads([name("a", kind="never_written")]) == [None]

    def test_no_keys_no_records(self, store: Store) -> None:
        """Asked for nothing, it answers nothing."""
        assert store.read([]) == []
        assert store.heads([]) == []

    def test_records_come_in_the_order_of_the_keys(self, store: Store) -> None:
        """The answer has the order of the question."""
        b, a, c = put("b"), put("a"), put("c")
        self.made(store, create(a, b, c))
        assert store.read([name("c"), name("a"), name("b")]) == [stored(c), stored(a), stored(b)]

    def test_a_key_given_twice_is_answered_twice(self, store: Store) -> None:
        """The answer is as long as the question."""
        a = put("a")
        self.made(store, create(a))
        assert store.read([name("a"), name("x"), name("a")]) == [stored(a), None, stored(a)]
        assert store.heads([name("a"), name("x"), name("a")]) == [head := Head(1, a.state, a.head), None, head]

    def test_kinds_are_worlds_of_their_own(self, store: Store) -> None:
        """The same key in two kinds names two records."""
        one, other = put("a", kind="request"), put("a", kind="person", body=b"other")
        self.made(store, create(one, other))
        names = [name("a", kind="person"), name("a", kind="request")]
        assert store.read(names) == [stored(other), stored(one)]

    def test_every_field_comes_back_as_it_was_written(self, store: Store) -> None:
        """A store keeps all columns apart and loses none."""
        full = put(
            "M-17/reference/start/1",
            due=NOON,
            group="org-7",
            refs=("p-2", "p-1", "o-7"),
            state="requested",
            head=b'{"n": 1}',
            body=b'{"words": "\xc3\xbc"}',
        )
        self.made(store, create(full))
        assert store.read([name(full.key)]) == [stored(full)]

    def test_every_field_has_its_type(self, store: Store) -> None:
        """Records and heads are what they are called, of plain numbers, texts, tuples and bytes."""
        full = put("a", due=NOON, refs=("r",))
        self.made(store, create(full))
        [record], [head] = store.read([name("a")]), store.heads([name("a")])
        assert isinstance(record, Record)
        assert isinstance(head, Head)
        assert [type(value) for value in record] == [type(value) for value in stored(full)]
        assert [type(value) for value in head] == [int, str, bytes]

    def test_bytes_are_opaque(self, store: Store) -> None:
        """Head and body may hold any bytes, none at all, and many."""
        every, none, many = bytes(range(256)), b"", b"\x00\xff" * 500_000
        puts = [put("every", head=every, body=every), put("none", head=none, body=none), put("many", body=many)]
        self.made(store, create(*puts))
        assert store.read([name(one.key) for one in puts]) == [stored(one) for one in puts]

    def test_text_is_kept_to_the_letter(self, store: Store) -> None:
        """No text is normalised, trimmed, or read as a number; an empty one stays empty."""
        texts = [
            "",
            " ",
            "a ",
            "é",
            "e\N{COMBINING ACUTE ACCENT}",
            "straße",
            "\N{GRINNING FACE}",
            "017",
            "1e3",
            "NULL",
            "'; --",
            "%",
        ]
        puts = [put(f"k{text}", group=text, state=text, refs=(text,)) for text in texts]
        self.made(store, create(*puts))
        assert store.read([name(one.key) for one in puts]) == [stored(one) for one in puts]

    def test_keys_are_compared_to_the_letter(self, store: Store) -> None:
        """Case, accents and trailing blanks make different keys."""
        keys = ["ann", "Ann", "ann ", "änn", "a\N{COMBINING DIAERESIS}nn"]
        self.made(store, create(*(put(key, body=str(at).encode()) for at, key in enumerate(keys))))
        assert [record and record.body for record in store.read([name(key) for key in keys])] == [
            b"0", b"1", b"2", b"3", b"4",
        ]  # fmt: skip

    def test_refs_keep_their_order_and_their_letters(self, store: Store) -> None:
        """Refs are a sequence of any texts: none, an empty one, one twice, one with a line break."""
        puts = [
            put("a", refs=()),
            put("b", refs=("",)),
            put("c", refs=("z", "a", "z")),
            put("d", refs=("x\ny", ",", "]")),
        ]
        self.made(store, create(*puts))
        assert store.read([name(one.key) for one in puts]) == [stored(one) for one in puts]

    def test_nothing_due_is_not_due_at_zero(self, store: Store) -> None:
        """`None`, the epoch itself, an instant before it and one far away are kept apart."""
        puts = [put("a", due=None), put("b", due=0), put("c", due=-1), put("d", due=4_102_444_800_000_000)]
        self.made(store, create(*puts))
        assert store.read([name(one.key) for one in puts]) == [stored(one) for one in puts]

    def test_many_keys_at_once(self, store: Store) -> None:
        """A question may be as long as it likes."""
        puts = [put(f"{at:05}", body=str(at).encode()) for at in range(2_500)]
        self.made(store, create(*puts))
        backwards = puts[::-1]
        assert store.read([name(one.key) for one in backwards]) == [stored(one) for one in backwards]
        assert len(store.heads([name(one.key) for one in backwards])) == 2_500

    def test_heads_are_the_changing_parts_of_records(self, store: Store) -> None:
        """A head has version, state and head bytes of now."""
        self.made(store, create(put("a"), put("b")))
        self.made(store, [*create(put("c")), change("later", update("a", 1))])
        assert store.heads([name("b"), name("a")]) == [Head(1, "planned", b"head"), Head(2, "requested", b"next head")]
