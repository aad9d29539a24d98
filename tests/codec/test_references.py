"""References on the wire: what is sealed stays what was sealed, in every later version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from feedbackkit.codec.chain import append, reference_event_of
from feedbackkit.codec.heads import NO_CHAIN
from feedbackkit.codec.references import canonical_reference, decode_standing, encode_standing, reference_digest
from feedbackkit.domain.reference import Reference
from feedbackkit.domain.source import Source
from feedbackkit.errors import Unreadable
from tests.codec.examples import BODIES, END, SIGNED, STANDING, TOLD

GOLDEN = Path(__file__).parent / "golden" / "0.1.0"
REFERENCE: Reference = BODIES["reference"]
LEAST = Reference(key="Q-1", subject="P-2", source="P-1", text="Good.")


def test_the_canonical_bytes_are_what_they_were() -> None:
    """A seal of an old version holds for ever."""
    assert canonical_reference(REFERENCE) == (GOLDEN / "reference-canonical.json").read_bytes()


def test_what_is_left_out_of_the_canonical_bytes_is_what_holds_its_default() -> None:
    """So a field that comes later changes no digest; and what stands there is what is stored."""
    assert json.loads(canonical_reference(LEAST)) == {
        "type": "feedbackkit.reference",
        "v": 1,
        "key": "Q-1",
        "subject": "P-2",
        "source": "P-1",
        "text": "Good.",
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"key": "Q-9"},
        {"subject": "P-9"},
        {"source": "P-9"},
        {"text": "Good!"},
        {"locale": "de"},
        {"form": "talk"},
        {"stand": Source(days=1)},
        {"request": "r", "revision": 1},
        {"audience": "clients"},
        {"audience": "named", "clients": ["O-1"]},
        {"quotable": True},
        {"valid_until_us": 9},
        {"supersedes": "Q-0"},
    ],
)
def test_whatever_differs_has_another_digest(changed: dict[str, Any]) -> None:
    """Every field is sealed."""
    assert reference_digest(attrs.evolve(LEAST, **changed)) != reference_digest(LEAST)


@pytest.mark.parametrize(("name", "signed"), [("head-reference", None), ("head-reference-signed", SIGNED)])
def test_a_golden_standing_is_read_and_written_again(name: str, signed: object) -> None:
    """The head of a reference, signed or not."""
    data = (GOLDEN / f"{name}.json").read_bytes()
    assert decode_standing("superseded", data) == (STANDING, signed, END)
    assert encode_standing(STANDING, signed, END) == data  # type: ignore[arg-type]


@pytest.mark.parametrize("head", [b"[2]", b"[1]", b"{}", b'[1,"a"]', b"[1,1,1,1,1,1,1,1,1,1,5]"])
def test_a_head_that_is_none_is_refused(head: bytes) -> None:
    """Another version, fewer fields, or something else."""
    with pytest.raises(Unreadable):
        decode_standing("sealed", head)


def test_an_event_of_a_reference_comes_back_from_its_history() -> None:
    """And where it was erased, what and when and who."""
    entry, end = append("reference Q-1", TOLD, change_id="c", end=NO_CHAIN, salt=bytes(16))
    assert end.seq == 1
    assert reference_event_of(entry) == TOLD
    erased = reference_event_of(entry._replace(payload=b"", salt=b""))
    assert (erased.kind, erased.at_us, erased.actor, erased.reason) == (TOLD.kind, TOLD.at_us, TOLD.actor, None)
    with pytest.raises(Unreadable):
        reference_event_of(entry._replace(event="planned"))
