"""Bodies: round trips, strictness, and what this code does not know."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedbackkit.codec import text
from feedbackkit.codec.values import Unknown, decode, decode_as, encode
from feedbackkit.domain.answer import Answer
from feedbackkit.domain.basis import Consent
from feedbackkit.domain.people import Organisation, Party, Person
from feedbackkit.domain.request import Form, Occasion, Request
from feedbackkit.errors import Unreadable
from tests.codec.examples import BODIES

ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,20}[A-Za-z0-9]", fullmatch=True)
times = st.integers(min_value=0, max_value=4_000_000_000_000_000)
names = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40)
said = st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | names
maybe_id = st.none() | ids
days = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))

people = st.builds(
    Person,
    id=ids.map(lambda key: f"p{key}"),
    name=names,
    organisation=st.none() | st.builds(Organisation, name=names, id=st.none() | ids.map(lambda key: f"o{key}")),
    country=st.sampled_from([None, "DE", "JP"]),
    timezone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu"]),
    basis=st.none() | st.builds(Consent, names, since=days, until=st.none() | days),
)
requests = st.builds(
    Request,
    key=ids,
    respondent=ids,
    organisation=maybe_id,
    subject=ids,
    occasion=st.sampled_from(Occasion),
    form=st.sampled_from(Form),
    engagement=maybe_id,
    value=st.integers(0, 100),
    planned_us=st.none() | times,
    until_us=st.none() | times,
    delegated_from=maybe_id,
    owner=ids,
)
answers = st.builds(
    Answer,
    request=ids,
    revision=st.integers(1, 1000),
    at_us=times,
    form=st.sampled_from(Form),
    party=st.sampled_from(Party),
    items=st.dictionaries(ids, said, min_size=1, max_size=5),
)


@given(people | requests | answers)
def test_what_is_encoded_comes_back_equal(value: object) -> None:
    """For any value, of any of the types."""
    assert decode(encode(value)) == value


@settings(max_examples=200)
@given(people | requests | answers)
def test_what_comes_back_is_encoded_to_the_same_bytes(value: object) -> None:
    """One value has one spelling, so that bytes can be compared instead of values."""
    assert encode(decode(encode(value))) == encode(value)


@settings(max_examples=200)
@given(people | requests | answers)
def test_each_json_library_reads_what_the_other_writes(value: object) -> None:
    """A store may be written with orjson and read without, and the other way round."""
    data = encode(value)
    content = json.loads(data)
    assert text.loads(text._dumps_standard(content)) == content
    assert text.loads(data) == content


@pytest.mark.parametrize("data", [b'{"type":"person","v":2,"data":{"x" : 1}}', b'{"type":"poem","v":1,"data":{ }}'])
def test_what_is_unknown_is_kept_byte_for_byte(data: bytes) -> None:
    """A newer version or another type is written again as it came, spaces and all."""
    value = decode(data)
    assert isinstance(value, Unknown)
    assert encode(value) == data
    assert "x" not in repr(value).replace("Unknown", "")


def test_what_is_unknown_is_not_taken_for_something_else() -> None:
    """Where a person is needed, a newer one is unreadable, and the error says so."""
    with pytest.raises(Unreadable, match="person of version 2"):
        decode_as(Person, b'{"type":"person","v":2,"data":{}}')


WRONG: list[tuple[str, str, Any]] = [
    ("request", "value", "5"),
    ("request", "value", 5.0),
    ("request", "value", True),
    ("request", "key", 5),
    ("request", "occasion", "nonsense"),
    ("request", "occasion", None),
    ("answer", "revision", "2"),
    ("answer", "items", [1]),
    ("person", "name", None),
    ("person", "organisation", "Nordwerk"),
    ("person", "basis", {"kind": "rumour", "proof": "x", "since": "2026-01-15"}),
    ("engagement", "starts", "2026-02-30"),
    ("engagement", "starts", 20260302),
]


@pytest.mark.parametrize(("name", "field", "value"), WRONG)
def test_a_field_of_a_wrong_type_is_unreadable(name: str, field: str, value: Any) -> None:
    """Nothing is coerced, and the error repeats nothing that was stored."""
    envelope = json.loads(encode(BODIES[name]))
    envelope["data"][field] = value
    with pytest.raises(Unreadable) as caught:
        decode(json.dumps(envelope).encode())
    assert "Weber" not in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff",
        b"[" * 100_000,
        b'{"type":"person","v":1}',
        b'{"type":"person","v":"1","data":{}}',
        b'{"type":"person","v":null,"data":{}}',
        b'{"type":"person","v":0,"data":{}}',
        b'{"type":"person","v":true,"data":{}}',
        b'{"type":[],"v":1,"data":{}}',
        b'{"type":"person","v":1,"data":[]}',
    ],
    ids=repr,
)
def test_what_is_no_envelope_is_unreadable(data: bytes) -> None:
    """One error for every way of being broken."""
    with pytest.raises(Unreadable):
        decode(data)


def test_an_unknown_field_of_stored_data_does_no_harm() -> None:
    """A field that a later version added is passed over."""
    data = b'{"type":"organisation","v":1,"data":{"name":"Nordwerk","id":"O-1","colour":"red"}}'
    assert decode(data) == Organisation(name="Nordwerk", id="O-1")
