"""What version 0.1.0 wrote is readable for ever, and is written again byte for byte.

A file here is never changed. A type that changes gets a new version, an upcaster and files of its own.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from feedbackkit.codec.chain import event_of, verify
from feedbackkit.codec.heads import (
    ChainEnd,
    decode_acknowledgement,
    decode_contact,
    decode_count,
    decode_ledger,
    decode_progress,
    decode_signal,
    encode_acknowledgement,
    encode_contact,
    encode_count,
    encode_ledger,
    encode_progress,
    encode_signal,
)
from feedbackkit.codec.values import TYPES, decode, encode
from feedbackkit.ports import HistoryEntry, Record
from tests.codec.examples import (
    APPROVED,
    BODIES,
    CONTACT,
    DEFERRED,
    DELIVERY,
    END,
    EVENTS,
    IN_VAIN,
    LEDGER,
    LINE,
    PROGRESS,
    WISHES,
    WOKEN,
    history,
)

GOLDEN = Path(__file__).parent / "golden" / "0.1.0"


def test_every_type_has_a_golden_file() -> None:
    """A new type is seen here."""
    assert set(TYPES) <= {path.stem for path in GOLDEN.iterdir()}


@pytest.mark.parametrize("name", BODIES)
def test_a_golden_body_still_means_the_same(name: str) -> None:
    """It decodes to the value that was written."""
    assert decode((GOLDEN / f"{name}.json").read_bytes()) == BODIES[name]


@pytest.mark.parametrize("name", BODIES)
def test_a_golden_body_is_written_again_byte_for_byte(name: str) -> None:
    """Encoding the value gives the bytes of the file."""
    assert encode(BODIES[name]) == (GOLDEN / f"{name}.json").read_bytes()


def test_a_golden_progress_is_read_and_written_again() -> None:
    """The head of a request."""
    data = (GOLDEN / "head-request.json").read_bytes()
    assert decode_progress("given", None, data) == (PROGRESS, END)
    assert encode_progress(PROGRESS, END) == data


def test_a_golden_progress_with_a_chosen_date_is_read_and_written_again() -> None:
    """The head of a request that its respondent deferred."""
    data = (GOLDEN / "head-request-deferred.json").read_bytes()
    assert decode_progress("planned", DEFERRED.due_us, data) == (DEFERRED, END)
    assert encode_progress(DEFERRED, END) == data


def test_a_golden_progress_that_was_approved_is_read_and_written_again() -> None:
    """The head of a request that somebody let go, and that was never put off."""
    data = (GOLDEN / "head-request-approved.json").read_bytes()
    assert decode_progress("planned", APPROVED.due_us, data) == (APPROVED, END)
    assert encode_progress(APPROVED, END) == data


def test_golden_heads_of_a_signal_and_of_alerts_are_read_and_written_again() -> None:
    """When something came back; and who took note of an alert, or that nobody has."""
    data = (GOLDEN / "head-signal.json").read_bytes()
    assert decode_signal(data) == 1_772_445_600_000_000
    assert encode_signal(1_772_445_600_000_000) == data
    data = (GOLDEN / "head-alert.json").read_bytes()
    assert decode_acknowledgement(data) == (1_772_445_600_000_000, "staff-7")
    assert encode_acknowledgement(1_772_445_600_000_000, "staff-7") == data
    assert decode_acknowledgement(b"[1]") == (None, None)


def test_a_golden_ledger_is_read_and_written_again() -> None:
    """The head of a person or an organisation."""
    data = (GOLDEN / "head-ledger.json").read_bytes()
    assert decode_ledger(data) == LEDGER
    assert encode_ledger(LEDGER) == data


def test_a_golden_ledger_with_woken_requests_is_read_and_written_again() -> None:
    """The head of a person to whom something is to be asked next."""
    data = (GOLDEN / "head-ledger-woken.json").read_bytes()
    assert decode_ledger(data) == WOKEN
    assert encode_ledger(WOKEN) == data


def test_a_golden_ledger_with_a_request_woken_in_vain_is_read_and_written_again() -> None:
    """The head of a person to whom the first in turn cannot go for a reason of its own."""
    data = (GOLDEN / "head-ledger-in-vain.json").read_bytes()
    assert decode_ledger(data) == IN_VAIN
    assert encode_ledger(IN_VAIN) == data


def test_a_golden_ledger_with_wishes_is_read_and_written_again() -> None:
    """The head of a person with a subject they want to hear nothing of, a term of a contract, and a no."""
    data = (GOLDEN / "head-ledger-wishes.json").read_bytes()
    assert decode_ledger(data) == WISHES
    assert encode_ledger(WISHES) == data


def test_a_golden_ledger_with_a_line_is_read_and_written_again() -> None:
    """An organisation's, after its woken requests, of which it has none."""
    golden = (GOLDEN / "head-ledger-line.json").read_bytes()
    assert decode_ledger(golden) == LINE
    assert encode_ledger(LINE) == golden


def test_a_golden_contact_is_read_and_written_again() -> None:
    """The head of a contact, with what stands in the columns of its record."""
    data = (GOLDEN / "head-contact.json").read_bytes()
    record = Record("contact", "M-17/reference/start/1#2", 1, None, "O-1", ("P-1",), "sent", data, b"")
    assert decode_contact(record) == (CONTACT, DELIVERY)
    assert encode_contact(CONTACT, DELIVERY) == data


def test_a_golden_count_is_read_and_written_again() -> None:
    """The head of the count of runs."""
    data = (GOLDEN / "head-count.json").read_bytes()
    assert decode_count(data) == 57
    assert encode_count(57) == data


def test_a_golden_history_still_verifies_and_tells_the_same_events() -> None:
    """Old chains hold, and what is appended today to the same events is the same chain."""
    stored = json.loads((GOLDEN / "history.json").read_text("utf-8"))
    entries = [
        HistoryEntry(*fields[:6], *(bytes.fromhex(field) for field in fields[6:])) for fields in stored["entries"]
    ]
    verify(entries, end=ChainEnd(*stored["end"]))
    assert tuple(event_of(entry) for entry in entries) == EVENTS
    assert history() == (entries, ChainEnd(*stored["end"]))
