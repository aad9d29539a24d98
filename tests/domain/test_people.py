"""People and organisations: how they are described, and why they may be contacted."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import Final

import attrs
import pytest

from feedbackkit.domain.basis import Consent, Contract, ExistingCustomer
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.errors import InvalidValue

CONDITIONS: Final = ("obtained_in_sale", "own_similar_services", "no_objection", "notice_given")
COMPLETE: Final = ExistingCustomer(
    "order 5",
    since="2026-01-15",
    obtained_in_sale=True,
    own_similar_services=True,
    no_objection=True,
    notice_given=True,
)


def test_a_person_needs_a_name_and_an_id_or_an_address() -> None:
    """Either is enough to find out who it is; the rest has defaults that claim nothing."""
    known = Person(id="P-1", name="Anna Weber")
    described = Person(email="anna.weber@nordwerk.example", name="Anna Weber")
    assert (known.email, described.id) == (None, None)
    assert (known.timezone, known.locale, known.country, known.basis) == ("UTC", "en", None, None)
    with pytest.raises(InvalidValue, match=r"^person must have an id or an e-mail address, got neither$"):
        Person(name="Anna Weber")


def test_a_text_is_an_organisation_by_name() -> None:
    """The name alone describes an organisation, and the desk gives it an id."""
    person = Person(id="P-1", name="Anna Weber", organisation="Nordwerk")
    assert person.organisation == Organisation(name="Nordwerk")
    with pytest.raises(InvalidValue, match=r"^organisation\.name must "):
        Person(id="P-1", name="Anna Weber", organisation="")


def test_the_repr_of_a_person_is_the_id_alone() -> None:
    """Nothing but the opaque id is shown."""
    person = Person(id="P-1", name="Anna Weber", email="anna@nordwerk.example", organisation="Nordwerk")
    assert repr(person) == "Person(id='P-1')"


@pytest.mark.parametrize("kind", [Consent, Contract])
def test_a_basis_has_a_proof_and_a_day(kind: type[Consent | Contract]) -> None:
    """The proof comes first, as in a sentence; days may come as text."""
    basis = kind("framework agreement, clause 7", since="2026-01-15")
    assert (basis.since, basis.until) == (dt.date(2026, 1, 15), None)
    with pytest.raises(InvalidValue, match=r"^basis\.proof must not be empty"):
        kind("", since="2026-01-15")


@pytest.mark.parametrize("held", list(product([True, False], repeat=len(CONDITIONS))))
def test_an_existing_customer_needs_all_four_conditions(held: tuple[bool, ...]) -> None:
    """The basis is complete when all four are on record, and with three it is not."""
    conditions = dict(zip(CONDITIONS, held, strict=True))
    basis = attrs.evolve(COMPLETE, **conditions)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - each is a bool
    assert basis.complete is all(held)


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("claim", ["no", "yes", 1, None])
def test_a_condition_is_a_plain_yes_or_no(condition: str, claim: object) -> None:
    """A text that says "no" would be true: only a boolean is on record."""
    with pytest.raises(InvalidValue, match=rf"^basis\.{condition} must be true or false, got "):
        attrs.evolve(COMPLETE, **{condition: claim})  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - that is the claim


def test_a_person_and_their_organisation_are_two() -> None:
    """With one id for both nobody could tell whose budget a contact counts in; a description without ids is no case."""
    house = Organisation(id="X", name="X Works")
    with pytest.raises(InvalidValue, match=r"^person\.id must not be the id of the person's organisation, got one id"):
        Person(id="X", name="Anna Weber", organisation=house)
    assert Person(id="Y", name="Anna Weber", organisation=house).organisation == house
    assert Person(email="anna@nordwerk.example", name="Anna Weber", organisation="Nordwerk").id is None


@pytest.mark.parametrize("kind", [Person, Organisation])
def test_an_address_is_no_id(kind: type[Person | Organisation]) -> None:
    """Ids stand in keys and in history for ever, so that no address may pass for one."""
    with pytest.raises(
        InvalidValue, match=r"\.id must be an opaque id, never an address, got a text of 13 characters$"
    ):
        kind(id="anna@nw.example"[:13], name="Anna Weber")
