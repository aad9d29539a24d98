"""Heads that are not what they claim to be."""

from __future__ import annotations

import pytest

from feedbackkit.codec.heads import decode_contact, decode_count, decode_ledger, decode_progress
from feedbackkit.errors import Unreadable
from feedbackkit.ports import Record


@pytest.mark.parametrize(
    ("state", "head"),
    [
        ("nonsense", b'[1,0,"",0,0,null,null,null,0,null,null]'),
        ("planned", b'[1,0,"",0,0,null,null,null,0,null,"nobody"]'),
        ("planned", b'[2,0,"",0,0,null,null,null,0,null,null]'),
        ("planned", b'[1,0,"",0,0,null,null,null,0,null,null,7,"look first",8,9]'),
        ("planned", b"[1,0]"),
    ],
)
def test_the_head_of_a_request_that_says_nothing_known_is_unreadable(state: str, head: bytes) -> None:
    """An unknown state, party or version, or fields that are missing or too many."""
    with pytest.raises(Unreadable):
        decode_progress(state, None, head)


@pytest.mark.parametrize(
    "head",
    [
        b"[1,5,[],[],null,[]]",
        b"[1,[],[],[[1]],null,[]]",
        b"[1,[],[],[],null,[],[[1]]]",
        b"[1,[],[],[],null,[],[],[[1]]]",
        b"[1,[],[],[],null,[],[],[],[[1]]]",
        b"[1,[],[],[],null,[],[],[],[],[]]",
        b"{}",
        b"[]",
    ],
)
def test_a_ledger_of_a_wrong_shape_is_unreadable(head: bytes) -> None:
    """One error for every way of being broken."""
    with pytest.raises(Unreadable):
        decode_ledger(head)


@pytest.mark.parametrize("head", [b"[9,0,null,0]", b"[1]", b"null", b"", b'[1,1,null,"","mail",5,[["r","letter",1]]]'])
def test_the_head_of_a_contact_of_a_wrong_shape_is_unreadable(head: bytes) -> None:
    """Another version, fields that are missing, or a kind that is none."""
    with pytest.raises(Unreadable):
        decode_contact(Record("contact", "r#1", 1, None, "P-1", ("P-1",), "sent", head, b""))


@pytest.mark.parametrize("refs", [(), ("P-1", "P-2"), ("P-1", "token", "digest", "more")])
def test_a_contact_is_of_one_person(refs: tuple[str, ...]) -> None:
    """Whose id is its only ref, unless its token and the digest of its address stand beside it."""
    record = Record(
        "contact", "r#1", 1, None, "P-1", ("P-1", "token", "digest"), "sent", b'[1,1,null,"","m",5,[]]', b""
    )
    assert decode_contact(record)[0].person == "P-1"
    with pytest.raises(Unreadable):
        decode_contact(Record("contact", "r#1", 1, None, "P-1", refs, "sent", b'[1,1,null,"","mail",5,[]]', b""))


@pytest.mark.parametrize("head", [b"[2,57]", b"[1]", b'[1,"57"]', b"[1,null]", b"[1,5.7]", b"57", b""])
def test_a_count_of_a_wrong_shape_is_unreadable(head: bytes) -> None:
    """Another version, or no whole number."""
    with pytest.raises(Unreadable):
        decode_count(head)
