"""What must not come in: hostile values through every field of every noun that a program makes itself."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.domain.answer import Answer
from feedbackkit.domain.basis import Consent, Contract, ExistingCustomer, PresumedConsent
from feedbackkit.domain.benefit import Benefit
from feedbackkit.domain.checks import shape
from feedbackkit.domain.engagement import EarlyEnd, Engagement, Extension, Milestone, Referee
from feedbackkit.domain.ledger import OptOut
from feedbackkit.domain.people import Absence, Actor, Organisation, Person
from feedbackkit.domain.request import Courtesy, Request, Siblings
from feedbackkit.domain.source import Source
from feedbackkit.errors import InvalidValue
from tests.domain.values import EXAMPLES, example

MADE_BY_PROGRAMS: Final = (
    Absence,
    Actor,
    Answer,
    Benefit,
    Consent,
    Contract,
    Courtesy,
    EarlyEnd,
    Engagement,
    ExistingCustomer,
    Extension,
    Milestone,
    OptOut,
    Organisation,
    Person,
    PresumedConsent,
    Request,
    Referee,
    Siblings,
    Source,
)

NAMES: Final = {
    Consent: "basis",
    PresumedConsent: "basis",
    Contract: "basis",
    ExistingCustomer: "basis",
    EarlyEnd: "early end",
    OptOut: "opt-out",
}


class Secret:
    """A thing of a strange type, whose words must not be repeated."""

    def __repr__(self) -> str:
        return "Geheim"

    __str__ = __repr__


# Refused in every field. Each text holds a word that no error may repeat.
HOSTILE: Final[dict[str, object]] = {
    "NUL": "Geheim\0x",
    "NUL at the end": "Geheim\0",
    "lone high surrogate": "Geheim\ud800x",
    "lone low surrogate": "Geheim\udfffx",
    "C0 control": "Geheim\x01x",
    "carriage return": "Geheim\rx",
    "vertical tab": "Geheim\x0bx",
    "escape": "Geheim\x1b[31mx",
    "delete": "Geheim\x7fx",
    "C1 control": "Geheim\x9bx",
    "next line": "Geheim\x85x",
    "line separator": "Geheim\u2028x",
    "paragraph separator": "Geheim\u2029x",
    "newline": "Geheim\nx",
    "too long": "Geheim" * 5000,
    "not a number": math.nan,
    "infinity": math.inf,
    "minus infinity": -math.inf,
    "a number beyond doubles": 10**400,
    "a number beyond printing": 10**5000,
    "a number below printing": -(10**5000),
    "a fraction": 2.5,
    "a complex number": 1j,
    "bytes": b"Geheim",
    "a list": ["Geheim"],
    "a tuple": ("Geheim",),
    "a set": {"Geheim"},
    "a naive time": dt.datetime(2026, 3, 2),  # noqa: DTZ001 - that is the claim
    "an aware time": dt.datetime(2026, 3, 2, tzinfo=dt.UTC),
    "a time of day": dt.time(12),
    "a span": dt.timedelta(1),
    "an object": Secret(),
    "a class": Secret,
    "a function": len,
}
_LISTS: Final = ("milestones", "extensions", "referees", "signals")
# Right in some fields, wrong in all others.
BOOLEAN_FIELDS: Final = {
    (ExistingCustomer, name) for name in ("obtained_in_sale", "own_similar_services", "no_objection", "notice_given")
} | {(Person, "by_phone"), (Person, "informal"), (Source, "independent")}
SOMETIMES: Final[dict[str, tuple[object, set[tuple[type[Any], str]]]]] = {
    "a boolean": (True, BOOLEAN_FIELDS),
    "a mapping": ({"overall": 5}, {(Answer, "items")}),
    "an empty mapping": ({}, {(Engagement, name) for name in _LISTS}),
    "nothing": (
        None,
        {(kind, field.name) for kind in MADE_BY_PROGRAMS for field in attrs.fields(kind) if field.default is None},
    ),
    "an empty text": ("", {(Milestone, "name"), *((Engagement, name) for name in _LISTS)}),
    "a blank text": ("   ", {(Milestone, "name")}),
    "a small number": (
        7,
        {(Request, "value"), (Request, "planned_us"), (Request, "until_us"), (Answer, "revision"), (Answer, "at_us")}
        | {(OptOut, "since_us"), (OptOut, "until_us"), (OptOut, "begins_us"), (Benefit, "days")}
        | {(Request, "anonymity"), (Siblings, "enough"), (Source, "days")},
    ),
    "an address": (
        "anna.geheim@nordwerk.example",
        {(Person, "email"), (Person, "name"), (Person, "organisation"), (Organisation, "name"), (Milestone, "name")}
        | {(kind, "proof") for kind in (Consent, Contract, ExistingCustomer, PresumedConsent)}
        | {(Benefit, "what"), (OptOut, "contract")}
        | {(Source, "conflict")}
        # Ids of a program's own things may hold an at sign; ids of people may not.
        | {(Actor, "id"), (Answer, "request"), (Milestone, "id"), (Engagement, "id")}
        | {(Request, name) for name in ("key", "engagement", "delegated_from", "nudges", "owner", "approval")}
        | {(Engagement, "playbook"), (Siblings, "name"), (Courtesy, "request")},
    ),
}

FIELDS: Final = [(kind, name) for kind in MADE_BY_PROGRAMS for name in EXAMPLES[kind]]


def hostile_to(kind: type[Any], name: str) -> dict[str, object]:
    """What a field must refuse."""
    unbounded = {"a number beyond doubles", "a number beyond printing"} if (kind, name) == (Answer, "revision") else ()
    wrong = {what: value for what, (value, right) in SOMETIMES.items() if (kind, name) not in right}
    return {what: value for what, value in HOSTILE.items() if what not in unbounded} | wrong


def test_every_field_is_under_attack() -> None:
    """The examples give a value to every field of these nouns, so that none is forgotten."""
    for kind in MADE_BY_PROGRAMS:
        assert set(EXAMPLES[kind]) == set(attrs.fields_dict(kind))


def refused(kind: type[Any], name: str, value: object) -> InvalidValue | None:
    """How a field refuses a value; `None` where it lets it in."""
    try:
        example(kind, **{name: value})
    except InvalidValue as error:
        return error
    return None


@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=lambda each: each if isinstance(each, str) else each.__name__)
def test_a_hostile_value_is_refused_by_name_and_shape(kind: type[Any], name: str) -> None:
    """Each is refused as an `InvalidValue` that names the noun's field, its rule and a shape, and repeats nothing."""
    noun = NAMES.get(kind, kind.__name__.lower())
    for what, value in hostile_to(kind, name).items():
        error = refused(kind, name, value)
        assert error is not None, what
        assert error.field.startswith((noun, "organisation.name" if name == "organisation" else noun)), what
        assert error.rule.startswith("must "), what
        assert error.got, what
        assert str(error) == f"{error.field} {error.rule}, got {error.got}", what
        assert "geheim" not in f"{error} {error!r} {error.__cause__!r}".lower(), what
        assert len(str(error)) < 250, what


@pytest.mark.parametrize(("what", "right"), [(what, right) for what, (_, right) in SOMETIMES.items()])
def test_what_is_right_somewhere_is_let_in_there(what: str, right: set[tuple[type[Any], str]]) -> None:
    """The exceptions of these tests are exceptions: there the value is let in."""
    for kind, name in right:
        if (kind, name, what) != (OptOut, "occasion", "nothing"):  # alone, without its scope
            example(kind, **{name: SOMETIMES[what][0]})


NUMBERS: Final = [math.nan, math.inf, -math.inf, 10**400, -(10**400), 10**5000, 2**53 + 1, 1e300]
WORDS: Final = ["", "  ", "\0", "\ud800", "\u2028", "x" * 20_001]


@pytest.mark.parametrize("said", [*NUMBERS, *WORDS, None, b"x", [5], {"x": 1}, 1j], ids=shape)
def test_no_answer_holds_what_a_store_cannot_keep(said: object) -> None:
    """An item that is no finite number, boolean or text is refused under its question's name."""
    with pytest.raises(InvalidValue, match=r"^answer to overall must ") as caught:
        example(Answer, items={"overall": said})
    assert "1000000" not in str(caught.value)


@pytest.mark.parametrize("question", ["", " ", "a b", "ä", "\0", "x" * 81, None, 5, b"x", True, ("x",)])
def test_no_answer_speaks_to_a_question_without_an_id(question: object) -> None:
    """A question's name is an id."""
    with pytest.raises(InvalidValue, match=r"^answer question must be an id"):
        example(Answer, items={question: 1})


ZONES: Final = ["Europe", "../..", "/etc/localtime", "Europe/Berlin\0", "Mars/Base", "europe/berlin", "Europe/"]
OTHER_CLOCKS: Final = ["localtime", "posixrules", "Factory", "right/Europe/Berlin", "posix/Europe/Berlin", "tzdata.zi"]


@pytest.mark.parametrize("name", [*ZONES, *OTHER_CLOCKS, "A" * 5000, "\ud800", "GMT+5:30", "", " UTC", "UTC "])
def test_an_unknown_zone_is_refused(name: str) -> None:
    """A zone is one that IANA names: no folder, no path, no other clock, not the machine's own."""
    with pytest.raises(InvalidValue, match=r"^person.timezone must be "):
        example(Person, timezone=name)


INVISIBLE: Final = ["\u200b", "\u202e", "\ufeff", "\u00ad", "\u2066", "\U000e0041"]


@pytest.mark.parametrize("character", INVISIBLE)
def test_an_address_has_no_invisible_characters(character: str) -> None:
    """What cannot be seen, or turns the reading direction, is in no e-mail address."""
    for address in (f"anna{character}@nordwerk.example", f"anna@nordwerk{character}.example"):
        with pytest.raises(InvalidValue, match=r"^person.email must be a plain e-mail address"):
            example(Person, email=address)


DATES: Final = [
    (kind, name)
    for kind, names in {
        Consent: ("since", "until"),
        Contract: ("since", "until"),
        ExistingCustomer: ("since", "until"),
        Milestone: ("on",),
        Extension: ("agreed", "ends"),
        EarlyEnd: ("known", "ends"),
        Engagement: ("starts", "ends"),
    }.items()
    for name in names
]


@pytest.mark.parametrize(
    "date", ["2026-02-30", "2026-3-2", "20260302", "2026-W10-1", "02.03.2026", "2026-03-02T00:00Z", "0026-03-02", 0]
)
@pytest.mark.parametrize(("kind", "name"), DATES)
def test_a_date_is_one_of_the_calendar(kind: type[Any], name: str, date: object) -> None:
    """A date field takes a date or YYYY-MM-DD of an imaginable year, and nothing like it."""
    with pytest.raises(InvalidValue, match=r"(since|until|on|agreed|ends|known|starts) must be "):
        example(kind, **{name: date})


@given(value=st.text() | st.binary() | st.integers() | st.floats() | st.lists(st.text()) | st.none() | st.booleans())
@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=lambda each: each if isinstance(each, str) else each.__name__)
def test_anything_is_taken_or_refused_politely(kind: type[Any], name: str, value: object) -> None:
    """Whatever comes, a field takes it or refuses it with `InvalidValue`: no other error gets out."""
    try:
        made = example(kind, **{name: value})
    except InvalidValue as error:
        assert str(error)  # noqa: PT017 - either outcome is right
    else:
        hash(made)
