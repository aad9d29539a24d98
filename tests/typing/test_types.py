"""Types, tested both ways: what must pass a type checker, and what must not.

The type checkers read this file as the tests run it. A line that must not pass carries an ignore that names the error;
both checkers report an ignore that suppresses nothing.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import assert_never, assert_type

import attrs
import pendulum
import pytest

from feedbackkit.domain.answer import Answer, Given
from feedbackkit.domain.basis import Basis, Consent
from feedbackkit.domain.contact import Contact
from feedbackkit.domain.decision import At, Decision, Held, Never, Reason
from feedbackkit.domain.engagement import Engagement, Extension, Milestone
from feedbackkit.domain.ledger import Ledger, OptOut, Scope
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.domain.request import Event, EventKind, Form, Occasion, Progress, Request, State
from feedbackkit.domain.times import day, face, instant, span, zone
from feedbackkit.errors import InvalidValue
from feedbackkit.workflow import TABLE, apply, legal_events, mermaid

BRANDT = Person(id="P-2", name="Thomas Brandt")
PROGRESS = Progress(state=State.PLANNED)
REQUEST = Request(key="k", respondent="P-1", subject="P-2", occasion=Occasion.REFERENCE)


# What must pass


def test_what_a_program_writes_is_what_a_field_takes() -> None:
    """Text stands for dates, organisations and words of the trade, where it is turned into them."""
    person = Person(email="a@nordwerk.example", name="Anna Weber", organisation="Nordwerk")
    assert_type(person.organisation, Organisation | None)
    mandate = Engagement(id="M", subject=BRANDT, sponsor=person, starts="2026-03-02", ends=dt.date(2026, 11, 27))
    assert_type(mandate.starts, dt.date)
    prolonged = attrs.evolve(mandate, extensions=[Extension(agreed="2026-09-01", ends="2027-05-28")])
    assert_type(prolonged.extensions, tuple[Extension, ...])
    assert_type(prolonged.milestones, tuple[Milestone, ...])
    request = Request(key="k", respondent="P-1", subject="P-2", occasion="reference", form="talk")
    assert_type(request.occasion, Occasion)
    assert_type(request.form, Form)
    assert_type(OptOut(scope="all", since_us=5).scope, Scope)
    assert request.occasion is Occasion.REFERENCE


def test_the_face_of_an_instant_is_a_pendulum_datetime() -> None:
    """Every property that shows an instant has that type, and says where there may be none."""
    answer = Answer(request="k", at_us=5, items={"overall": 5})
    assert_type(answer.at, pendulum.DateTime)
    assert_type(answer.items, Mapping[str, Given])
    assert_type(REQUEST.until, pendulum.DateTime | None)
    assert_type(PROGRESS.due, pendulum.DateTime | None)
    assert_type(Event(kind=EventKind.EXPIRED, at_us=5).at, pendulum.DateTime)
    assert_type(At(5).at, pendulum.DateTime)
    assert_type(Reason("quiet", None, "it is late").until, pendulum.DateTime | None)
    contact = Contact(id="c1", person="P-1", channel="mail", booked_us=5)
    assert_type(contact.booked, pendulum.DateTime)
    assert answer.at == contact.booked == attrs.evolve(REQUEST, until_us=5).until == face(5)
    assert REQUEST.until is None


def test_the_border_of_time_has_plain_types() -> None:
    """Instants and spans are whole numbers, dates plain dates."""
    assert_type(instant("2026-03-02T08:00Z"), int)
    assert_type(day("2026-03-02"), dt.date)
    assert_type(span(pendulum.duration(days=1)), int)
    assert_type(zone("Europe/Berlin").key, str)
    assert instant(face(5)) == 5


def test_the_law_has_types() -> None:
    """The law goes from progress to progress, and its table can be read."""
    assert_type(apply(PROGRESS, Event(kind=EventKind.EXPIRED, at_us=5)), Progress)
    assert_type(legal_events(State.NEW), tuple[EventKind, ...])
    assert_type(TABLE[State.NEW][EventKind.PLANNED].target, State | None)
    assert_type(mermaid(), str)
    assert_type(Ledger().booked(5, keep_us=5), Ledger)


def said(decision: Decision) -> str:
    """What a program makes of a decision: the checkers see that no case is missing."""
    match decision:
        case At(at_us):
            return f"at {at_us}"
        case Held(until):
            return f"until {until}"
        case Never():
            return "never"
        case _:
            assert_never(decision)


def test_a_decision_is_one_of_three() -> None:
    """At, held and never are all there is."""
    assert [said(each) for each in (At(5), Held("an answer"), Never(()))] == ["at 5", "until an answer", "never"]


def test_a_basis_is_one_of_three() -> None:
    """A basis can be told apart by its class."""
    basis: Basis = Consent("form 5", since="2026-01-15")
    assert isinstance(basis, Consent)


# What must not pass


def test_names_must_be_given() -> None:
    """Nouns take their fields by name, and need those without a default."""
    with pytest.raises(TypeError):
        Person("Anna Weber")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Engagement(id="M", subject=BRANDT)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Person(id="P-1", name="Anna Weber", nickname="Anni")  # type: ignore[call-arg]


def test_wrong_types_are_seen_before_the_program_runs() -> None:
    """What is refused at the border is refused by the checkers too."""
    with pytest.raises(InvalidValue):
        Person(id=5, name="Anna Weber")  # type: ignore[arg-type]
    with pytest.raises(InvalidValue):
        Person(id="P-1", name="Anna Weber", basis="consent")  # type: ignore[arg-type]
    with pytest.raises(InvalidValue):
        Milestone(id="m", on=5)  # type: ignore[arg-type]
    with pytest.raises(InvalidValue):
        Request(key="k", respondent="P-1", subject="P-2", occasion="reference", value="much")  # type: ignore[arg-type]
    with pytest.raises(InvalidValue):
        Answer(request="k", at_us=5, items=["good"])  # type: ignore[arg-type]
    with pytest.raises(InvalidValue):
        Request(key="k", respondent="P-1", subject="P-2", occasion=5)  # type: ignore[arg-type]
    with pytest.raises(InvalidValue):
        instant(5)  # type: ignore[arg-type]


def test_a_noun_cannot_be_assigned_to() -> None:
    """The checkers know that nouns are frozen."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        PROGRESS.step = 5  # type: ignore[misc]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        BRANDT.name = "Tom"  # type: ignore[misc]


def test_a_decision_is_none_of_what_it_replaces() -> None:
    """No policy can answer with nothing or a bare yes."""
    nothing: Decision = None  # type: ignore[assignment]
    bare: Decision = True  # type: ignore[assignment]
    with pytest.raises(AssertionError):
        said(nothing)
    with pytest.raises(AssertionError):
        said(bare)


def test_an_instant_is_no_datetime_inside() -> None:
    """Inside, a datetime cannot take the place of microseconds, nor a state that of an event."""
    with pytest.raises(TypeError):
        _ = face(dt.datetime(2026, 3, 2, tzinfo=dt.UTC))  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        _ = TABLE[State.PLANNED][State.NEW]  # type: ignore[index]
