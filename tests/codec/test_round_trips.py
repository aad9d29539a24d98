"""Round trips of what the other pages leave out: engagements, every basis, heads, and histories of any length."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.codec.chain import Broken, event_of, verify
from feedbackkit.codec.heads import (
    ChainEnd,
    Delivery,
    decode_contact,
    decode_ledger,
    decode_progress,
    encode_ledger,
    encode_progress,
)
from feedbackkit.codec.values import TYPES, StoredEngagement, decode, encode
from feedbackkit.desk.decisions.booking import contact_put
from feedbackkit.domain.appointment import AgreedAppointment
from feedbackkit.domain.basis import Contract, ExistingCustomer
from feedbackkit.domain.contact import Contact, ContactKind, ContactLine, ContactStatus
from feedbackkit.domain.decision import Reason
from feedbackkit.domain.disclosure import Disclosure
from feedbackkit.domain.engagement import EarlyEnd, Engagement, Extension, Milestone, Referee
from feedbackkit.domain.ledger import HeldRequest, Ledger, OptOut, Place, Scope
from feedbackkit.domain.people import Actor, Organisation, Party, Person
from feedbackkit.domain.request import Event, EventKind, Occasion, Progress, State
from feedbackkit.domain.source import Relation
from feedbackkit.errors import Unreadable
from feedbackkit.ports import Record
from feedbackkit.workflow.states import OPEN
from tests.codec.examples import BODIES, history
from tests.domain.questionnaires import asked

if TYPE_CHECKING:
    from feedbackkit.domain.questionnaire import Questionnaire

ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,20}[A-Za-z0-9]", fullmatch=True)
names = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40)
times = st.integers(min_value=0, max_value=4_000_000_000_000_000)
days = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)

organisations = st.builds(Organisation, name=names, id=ids)
bases = st.builds(Contract, names, since=days, until=st.none() | days) | st.builds(
    ExistingCustomer,
    names,
    since=days,
    until=st.none() | days,
    obtained_in_sale=st.booleans(),
    own_similar_services=st.booleans(),
    no_objection=st.booleans(),
    notice_given=st.booleans(),
)
people = st.builds(Person, id=ids, name=names, basis=bases, email=st.none() | st.just("a@b.example"))


@st.composite
def engagements(draw: Any) -> Engagement:
    """Any engagement whose days are in order."""
    first, cut, last, later = sorted(draw(st.sets(days, min_size=4, max_size=4)))
    milestones = draw(st.lists(st.builds(Milestone, id=ids, on=days), max_size=3, unique_by=lambda each: each.id))
    subject, sponsor, *others = draw(st.lists(people, min_size=2, max_size=4, unique_by=lambda person: person.id))
    return Engagement(
        id=draw(ids),
        subject=subject,
        sponsor=sponsor,
        referees=[Referee(person=person, relation=draw(st.sampled_from(Relation))) for person in others],
        playbook=draw(st.none() | ids),
        starts=first,
        ends=last,
        milestones=milestones,
        extensions=draw(st.sampled_from([(), (Extension(agreed=first, ends=later),)])),
        early_end=draw(st.none() | st.just(EarlyEnd(known=first, ends=cut))),
        owner=Actor(draw(ids)),
    )


opt_outs = st.builds(
    OptOut, scope=st.sampled_from([Scope.ALL, Scope.REMINDERS]), since_us=times, until_us=st.none() | times
) | st.builds(OptOut, scope=st.just(Scope.OCCASION), occasion=st.sampled_from(Occasion), since_us=times)
ledgers = st.builds(
    Ledger,
    contacts=st.lists(times, max_size=5).map(sorted).map(tuple),
    open=st.lists(ids, max_size=3).map(tuple),
    held=st.lists(st.builds(HeldRequest, ids, st.integers(0, 100), times), max_size=3).map(tuple),
    woken=st.lists(st.builds(HeldRequest, ids, st.integers(0, 100), times), max_size=3).map(tuple),
    answered_us=st.none() | times,
    opt_outs=st.lists(opt_outs, max_size=3).map(tuple),
    line=st.lists(st.builds(Place, ids, ids, st.integers(0, 100), times, times), max_size=3).map(tuple),
)
progresses = st.builds(
    Progress,
    state=st.sampled_from(State),
    step=st.integers(0, 20),
    attempt=st.integers(0, 50),
    due_us=st.none() | times,
    anchor_us=st.none() | times,
    earlier_us=st.none() | times,
    chosen_us=st.none() | times,
    approved=st.none() | names,
    contact=st.none() | ids,
    revision=st.integers(0, 9),
    answer=st.none() | digests,
    closed_by=st.none() | st.sampled_from(Party),
)
events = st.builds(
    Event,
    kind=st.sampled_from(EventKind),
    at_us=times,
    actor=ids,
    party=st.sampled_from(Party),
    due_us=st.none() | times,
    ref=st.none() | ids,
    reason=st.none() | names,
    because=st.lists(st.builds(Reason, names, st.none() | times, names), max_size=2).map(tuple),
)


def test_every_type_has_a_round_trip() -> None:
    """A new type is seen here."""
    assert set(TYPES) == {
        "alert",
        "answer",
        "appointment",
        "benefit",
        "disclosure",
        "engagement",
        "organisation",
        "person",
        "questionnaire",
        "reference",
        "reference_reply",
        "request",
        "resolution",
        "verification",
    }


@given(
    st.builds(
        AgreedAppointment,
        request=ids,
        host=ids.filter(lambda key: "@" not in key),
        starts_us=times,
        minutes=st.integers(1, 1_440),
        place=st.none() | names,
        sequence=st.integers(0, 9),
        called_off=st.booleans(),
    )
)
def test_an_appointment_goes_round(agreed: AgreedAppointment) -> None:
    """Whatever was agreed on."""
    assert decode(encode(agreed)) == agreed


@given(
    st.builds(
        Disclosure,
        subject=ids,
        to=names,
        client=st.none() | ids,
        audience=names,
        version=digests,
        statements=st.lists(ids, max_size=4),
        at_us=times,
        purpose=st.none() | names,
    )
)
def test_disclosures_come_back_equal(disclosure: Disclosure) -> None:
    """And are written to the same bytes again."""
    data = encode(disclosure)
    assert decode(data) == disclosure
    assert encode(decode(data)) == data


@given(asked())
def test_questionnaires_of_every_kind_of_question_come_back_equal(questionnaire: Questionnaire) -> None:
    """And are written to the same bytes again."""
    data = encode(questionnaire)
    assert decode(data) == questionnaire
    assert encode(decode(data)) == data


@given(organisations | people)
def test_organisations_and_people_of_every_basis_come_back_equal(value: object) -> None:
    """And are written to the same bytes again."""
    data = encode(value)
    assert decode(data) == value
    assert encode(decode(data)) == data


@given(engagements())
def test_an_engagement_comes_back_whole_when_its_people_are_joined(engagement: Engagement) -> None:
    """Stored by the ids of its people, it is the same engagement with them."""
    stored = decode(encode(StoredEngagement.of(engagement)))
    assert stored == StoredEngagement.of(engagement)
    assert isinstance(stored, StoredEngagement)
    people = (engagement.subject, engagement.sponsor, *(referee.person for referee in engagement.referees))
    assert stored.joined({person.id or "": person for person in people}) == engagement


@given(progresses, st.integers(0, 999), digests)
def test_the_head_of_a_request_comes_back_equal(progress: Progress, seq: int, digest: str) -> None:
    """With the state and the due time that stand beside it, and the end of its history; what is closed is not due."""
    end = ChainEnd(seq, digest)
    told = progress if progress.state in OPEN else attrs.evolve(progress, due_us=None)
    assert decode_progress(progress.state.value, progress.due_us, encode_progress(progress, end)) == (told, end)


@given(ledgers)
def test_a_ledger_comes_back_equal(ledger: Ledger) -> None:
    """Contacts, open, held and woken requests, the latest answer, and every wish."""
    assert decode_ledger(encode_ledger(ledger)) == ledger


lines = st.builds(ContactLine, ids, st.sampled_from(ContactKind), st.integers(1, 9))
contacts = st.builds(
    Contact,
    id=ids,
    person=ids,
    organisation=st.none() | ids,
    lines=st.lists(lines, max_size=3).map(tuple),
    channel=names,
    booked_us=times,
).filter(lambda contact: contact.organisation != contact.person)


@given(contacts, st.builds(Delivery, st.integers(0, 20), st.none() | times, names))
def test_a_contact_comes_back_equal(contact: Contact, delivery: Delivery) -> None:
    """Whom, by what and for what, the tries, the instant, and what was said."""
    put = contact_put(contact, 0, None, ContactStatus.SENT, delivery)
    record = Record(put.kind, put.key, 1, put.due, put.group, put.refs, put.state, put.head, put.body)
    assert decode_contact(record) == (contact, delivery)


@given(st.lists(events, max_size=5))
def test_a_history_of_any_events_verifies_and_tells_them(told: list[Event]) -> None:
    """In order, and with all that was said of each."""
    entries, end = history(tuple(told))
    verify(entries, end=end)
    assert [event_of(entry) for entry in entries] == told


@given(st.lists(events, min_size=1, max_size=4), st.data())
def test_one_bit_that_was_turned_breaks_a_history(told: list[Event], data: st.DataObject) -> None:
    """In salt, commitment, link or payload of any entry."""
    entries, end = history(tuple(told))
    place = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from(["salt", "commitment", "previous", "payload"]))
    content = bytearray(getattr(entries[place], field) or b"\0")
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    turned: dict[str, Any] = {field: bytes(content)}
    entries[place] = entries[place]._replace(**turned)
    with pytest.raises(Broken):
        verify(entries, end=end)


@pytest.mark.parametrize(
    "payload",
    [b"{}", b"[]", b"nonsense", b'{"v":1,"party":"nobody"}', b'{"v":1,"party":"rules","because":[["x"]]}'],
    ids=repr,
)
def test_a_payload_that_says_nothing_known_is_unreadable(payload: bytes) -> None:
    """The error names the entry and repeats nothing of it."""
    entries, _end = history()
    with pytest.raises(Unreadable) as caught:
        event_of(entries[0]._replace(payload=payload))
    assert "nobody" not in str(caught.value)


@given(st.lists(events, min_size=2, max_size=5), st.data())
def test_a_history_that_ends_early_is_broken(told: list[Event], data: st.DataObject) -> None:
    """Its newest entries cannot be cut off."""
    entries, end = history(tuple(told))
    with pytest.raises(Broken):
        verify(entries[: data.draw(st.integers(0, len(entries) - 1))], end=end)


@given(st.sampled_from(sorted(BODIES)), st.binary(min_size=1, max_size=3), st.data())
def test_bytes_that_were_spoilt_are_read_or_refused(name: str, noise: bytes, data: st.DataObject) -> None:
    """Never another error than `Unreadable`, whatever part of a body was overwritten."""
    body = encode(BODIES[name])
    place = data.draw(st.integers(0, len(body) - 1))
    spoilt = body[:place] + noise + body[place + len(noise) :]
    with suppress(Unreadable):
        decode(spoilt)
