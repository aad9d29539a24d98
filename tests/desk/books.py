"""An auditor: reads a store from outside, and says where what is stored does not fit together."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from feedbackkit.codec.chain import event_of, verify
from feedbackkit.codec.heads import decode_contact, decode_ledger, decode_progress
from feedbackkit.codec.values import decode_as, decode_person
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.request import Event, EventKind, Occasion, Progress, Request, State
from feedbackkit.ports import RecordKey
from feedbackkit.workflow import apply
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedbackkit.domain.contact import Contact
    from feedbackkit.domain.ledger import Ledger
    from feedbackkit.ports import Record, Store

BOOKED = frozenset({EventKind.REQUESTED, EventKind.REMINDED})
TAKEN_BACK = frozenset({EventKind.UNSENT, EventKind.BOUNCED})
ALL = 100_000


NOT_OUT = frozenset({ContactStatus.RELEASED, ContactStatus.FAILED})
"""What is known not to have gone out, and does not count."""


def wrong_in(store: Store) -> list[str]:
    """A sentence for each thing that does not fit; empty where all is well."""
    return [*_wrong_in_ledgers(store), *_wrong_in_requests(store), *_wrong_in_contacts(store)]


def contacts_in(store: Store) -> list[tuple[Contact, ContactStatus]]:
    """Every contact, and what became of it."""
    found = store.find("contact", limit=ALL)
    return [(decode_contact(record)[0], ContactStatus(record.state)) for record in found]


def ledgers_in(store: Store, kind: str) -> dict[str, Ledger]:
    """The ledger of each person or organisation."""
    return {record.key: decode_ledger(record.head) for record in store.find(kind, limit=ALL)}


def events_of(store: Store, key: str) -> list[Event]:
    """What the history of a request says."""
    return [event_of(entry) for entry in store.history(key, limit=ALL)]


def progress_of(record: Record) -> Progress:
    """How far a stored request has come."""
    return decode_progress(record.state, record.due, record.head)[0]


def _wrong_in_ledgers(store: Store) -> Iterator[str]:
    """A ledger has each contact that was not released, each open request and each held one, and nothing else.

    What was woken is to be asked: planned and due, and neither open nor held.
    """
    yield from _wrong_contacts(store)
    is_open: dict[str, set[str]] = defaultdict(set)
    is_held: dict[str, set[str]] = defaultdict(set)
    may_be_woken: dict[str, set[str]] = defaultdict(set)
    for record in store.find("request", limit=ALL):
        progress = progress_of(record)
        asks = decode_as(Request, record.body).about_request is None
        if progress.state in OPEN and progress.step > 0 and asks:
            is_open[record.refs[0]].add(record.key)
        if progress.state in OPEN and progress.due_us is None and not _awaits_somebody(store, record, progress):
            is_held[record.refs[0]].add(record.key)
        if progress.state is State.PLANNED and progress.due_us is not None:
            may_be_woken[record.refs[0]].add(record.key)
    for key, ledger in ledgers_in(store, "person").items():
        if set(ledger.open) != is_open[key]:
            yield f"the ledger of {key} has {sorted(ledger.open)} open, which is {sorted(is_open[key])}"
        if {held.key for held in ledger.held} != is_held[key]:
            yield f"the ledger of {key} has {[held.key for held in ledger.held]} held, which is {sorted(is_held[key])}"
        woken = [each.key for each in ledger.woken]
        if len(set(woken)) != len(woken) or not set(woken) <= may_be_woken[key]:
            yield f"the ledger of {key} has {woken} woken, of which only {sorted(may_be_woken[key])} may be"


def _awaits_somebody(store: Store, record: Record, progress: Progress) -> bool:
    """What waits for an approval, the consent of its subject, or a contact brought back, waits for no slot."""
    if record.key in _given_up(store):
        return True
    if progress.step > 0:
        return False
    request = decode_as(Request, record.body)
    if request.awaits_approval(progress):
        return True
    if request.occasion is not Occasion.REFERENCE_CHECK:
        return False
    [subject] = store.read([RecordKey("person", request.subject)])
    consent = None if subject is None else decode_person(subject.body).reference_consent
    return consent is None or consent.until is not None


def _given_up(store: Store) -> set[str]:
    """What failed waits for somebody to bring it back."""
    failed = [contact for contact, status in contacts_in(store) if status is ContactStatus.FAILED]
    return {line.request for contact in failed for line in contact.lines}


def _wrong_contacts(store: Store) -> Iterator[str]:
    counting: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for contact, status in contacts_in(store):
        if status not in NOT_OUT:
            counting["person", contact.person].append(contact.booked_us)
            counting["organisation", contact.organisation].append(contact.booked_us)
    for kind in ("person", "organisation"):
        for key, ledger in ledgers_in(store, kind).items():
            if list(ledger.contacts) != sorted(counting[kind, key]):
                yield f"the ledger of {kind} {key} has other contacts than were booked and not released"


def _wrong_in_requests(store: Store) -> Iterator[str]:
    """A request is where its history leads, and each answer that it counts is there."""
    answers = {record.key for record in store.find("answer", limit=ALL)}
    for record in store.find("request", limit=ALL):
        progress, end = decode_progress(record.state, record.due, record.head)
        verify(store.history(record.key, limit=ALL), end=end)
        told = Progress()
        for event in events_of(store, record.key):
            told = apply(told, event, key=record.key)
        if told != progress:
            yield f"request {record.key} is {progress.state}, and its history leads to {told.state} or another time"
        wanted = {f"{record.key}/answer/{number}" for number in range(1, progress.revision + 1)}
        if not wanted <= answers:
            yield f"request {record.key} counts {progress.revision} answers, and not all are there"


def _wrong_in_contacts(store: Store) -> Iterator[str]:
    """Each line that was not taken back is in one contact that stands, and the other way round."""
    lines = {
        (contact.id, line.request)
        for contact, status in contacts_in(store)
        if status not in NOT_OUT
        for line in contact.lines
    }
    booked: set[tuple[str | None, str]] = set()
    for record in store.find("request", limit=ALL):
        for event in events_of(store, record.key):
            if event.kind in BOOKED:
                booked.add((event.ref, record.key))
            elif event.kind in TAKEN_BACK:
                booked.discard((event.ref, record.key))
    for contact, request in sorted(lines - booked):
        yield f"contact {contact} has a line for {request}, whose history knows nothing of it"
    for lost, request in booked - lines:
        yield f"the history of {request} has contact {lost}, which has no line for it"
