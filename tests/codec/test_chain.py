"""The chain of a history: whole or broken."""

from __future__ import annotations

from typing import Any

import pytest

from feedbackkit.codec.chain import Broken, event_of, verify
from feedbackkit.codec.heads import NO_CHAIN, ChainEnd
from tests.codec.examples import EVENTS, history


def test_a_whole_chain_passes() -> None:
    """Every entry tells its event, and the chain ends where it says."""
    entries, end = history()
    verify(entries, end=end)
    assert tuple(event_of(entry) for entry in entries) == EVENTS


def test_no_entries_are_a_chain_of_none() -> None:
    """The empty chain ends at its beginning."""
    verify([], end=NO_CHAIN)


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", "s"),
        ("seq", 9),
        ("at", 6),
        ("actor", "nobody"),
        ("event", "given"),
        ("change_id", "another"),
        ("salt", b"x" * 16),
        ("commitment", b"x" * 32),
        ("previous", b"x" * 32),
        ("payload", b'{"v":1,"party":"subject"}'),
    ],
)
def test_a_field_that_was_changed_breaks_the_chain(place: int, field: str, value: Any) -> None:
    """Whichever entry and whichever field it is."""
    entries, end = history()
    entries[place] = entries[place]._replace(**{field: value})
    with pytest.raises(Broken):
        verify(entries, end=end)


@pytest.mark.parametrize("place", range(3))
def test_an_entry_left_out_breaks_the_chain(place: int) -> None:
    """The first, the last, or one in between."""
    entries, end = history()
    del entries[place]
    with pytest.raises(Broken):
        verify(entries, end=end)


def test_entries_in_another_order_break_the_chain() -> None:
    """Two entries that changed places."""
    entries, end = history()
    entries[0], entries[1] = entries[1], entries[0]
    with pytest.raises(Broken):
        verify(entries, end=end)


def test_an_end_with_another_digest_breaks_the_chain() -> None:
    """The request's own record says where its history ends."""
    entries, end = history()
    with pytest.raises(Broken):
        verify(entries, end=ChainEnd(end.seq, "00" * 32))


@pytest.mark.parametrize("place", range(3))
def test_an_erased_entry_still_verifies_and_keeps_what_when_and_who(place: int) -> None:
    """Without salt and payload the commitment stands."""
    entries, end = history()
    entries[place] = entries[place]._replace(salt=b"", payload=b"")
    verify(entries, end=end)
    event = event_of(entries[place])
    assert (event.kind, event.at_us, event.actor) == (EVENTS[place].kind, EVENTS[place].at_us, EVENTS[place].actor)
    assert event.reason is None


@pytest.mark.parametrize("moved", [-16, -15, -1, 1, 2])
@pytest.mark.parametrize("place", range(3))
def test_a_border_between_salt_and_payload_that_was_moved_breaks_the_chain(place: int, moved: int) -> None:
    """The commitment is the same, for it is of both together; the length of the salt is not."""
    entries, end = history()
    entry = entries[place]
    both, border = entry.salt + entry.payload, len(entry.salt) + moved
    entries[place] = entry._replace(salt=both[:border], payload=both[border:])
    with pytest.raises(Broken, match=f"entry {place + 1} of the history of 'r' is not what was written"):
        verify(entries, end=end)


@pytest.mark.parametrize("field", ["salt", "payload"])
def test_an_entry_erased_by_half_breaks_the_chain(field: str) -> None:
    """Salt and payload go together."""
    entries, end = history()
    kept = entries[0]
    entries[0] = kept._replace(salt=b"") if field == "salt" else kept._replace(payload=b"")
    with pytest.raises(Broken):
        verify(entries, end=end)
