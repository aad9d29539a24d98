"""What version 0.1.0 wrote is readable for ever, and is written again byte for byte.

A file here is never changed. A type that changes gets a new version, an upcaster and files of its own.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from feedbackkit.channels import MailboxChannel
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
from feedbackkit.desk.files import RequestFile
from feedbackkit.desk.sending.noticing import notices_of
from feedbackkit.desk.sending.telling import notice_of
from feedbackkit.domain.request import Event, EventKind, Progress, Request, State
from feedbackkit.ports import HistoryEntry, Put, Record
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
    NUDGED,
    PROGRESS,
    WISHES,
    WOKEN,
    history,
)
from tests.desk.house import ask, house

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


def test_a_golden_progress_with_a_nudge_is_read_and_written_again() -> None:
    """The head of a request whose subject was asked to speak to the respondent."""
    data = (GOLDEN / "head-request-nudged.json").read_bytes()
    assert decode_progress("reminded", NUDGED.due_us, data) == (NUDGED, END)
    assert encode_progress(NUDGED, END) == data


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


def test_a_golden_notice_is_told_as_it_was_written_and_is_written_again() -> None:
    """What a subscriber is to hear: the body is handed on byte for byte, and what happens today is told the same."""
    data = (GOLDEN / "notice.json").read_bytes()
    record = Record("notice", "crm/M-17/reference/start/1@2", 1, 5, "subscriber-crm", (), "waiting", b"[1,0]", data)
    notice = notice_of(record)
    assert (notice.kind, notice.at_us, notice.body) == ("request.requested", 1_772_445_600_000_000, data)
    request = BODIES["request"]
    assert isinstance(request, Request)
    file = RequestFile.new(request)
    file.end = ChainEnd(2, "")
    event = Event(kind=EventKind.REQUESTED, at_us=1_772_445_600_000_000, due_us=1_773_050_400_000_000)
    file.progress = Progress(state=State.REQUESTED)
    [written] = notices_of([Hears()], file, event)
    assert written.body == data
    assert (written.key, written.group, written.head) == (record.key, record.group, record.head)


class Hears:
    """A subscriber to everything."""

    name = "crm"

    def wants(self, kind: str) -> bool:
        """Whatever it is."""
        return bool(kind)


def test_a_golden_mail_is_known_again() -> None:
    """A mail that came in long ago is not taken note of twice; the mark of it is still written the same."""
    golden = json.loads((GOLDEN / "mail.json").read_text("utf-8"))
    raw = golden["raw"].encode()
    built = house(channel=Traced())
    built.desk.request(ask("r-1"))
    built.desk.run()
    head = golden["head"].encode()
    mark = Put("mail", golden["key"], 0, None, "O-nordwerk", tuple(golden["refs"]), golden["state"], head, b"")
    token = built.sent[0].token or ""
    assert golden["token"] == token
    fresh = built.desk.receive(raw)
    assert fresh.repeated is False
    [written] = built.store.find("mail", limit=2)
    assert Put._make(written._replace(version=0)) == mark
    assert built.desk.receive(raw).repeated is True


class Traced(MailboxChannel):
    """A channel whose contacts may come back."""

    idempotent = False
    traced = True
