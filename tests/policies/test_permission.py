"""Whether at all: a basis, and no wish against it."""

from __future__ import annotations

import pytest

from feedbackkit.domain.basis import Basis, Consent, Contract, ExistingCustomer
from feedbackkit.domain.decision import Never, Reason
from feedbackkit.domain.ledger import Ledger, OptOut, Scope
from feedbackkit.domain.request import Occasion
from feedbackkit.domain.times import instant
from feedbackkit.policies import BasisRule, OptOutRule
from tests.policies.proposals import NOON, REMINDER, after, person, proposal


def basis_at(at_us: int, basis: Basis | None, timezone: str = "UTC") -> object:
    """What the rule says then."""
    return BasisRule().earliest(at_us, proposal(respondent=person(basis=basis, timezone=timezone)))


def never(text: str) -> Never:
    """The basis rule's refusal."""
    return Never((Reason("basis", None, text),))


def customer(*, obtained: bool = True, similar: bool = True, silent: bool = True, told: bool = True) -> Basis:
    """An existing customer with some of the four conditions."""
    return ExistingCustomer(
        "order 1",
        since="2026-01-01",
        obtained_in_sale=obtained,
        own_similar_services=similar,
        no_objection=silent,
        notice_given=told,
    )


def test_without_a_basis() -> None:
    """Nobody is contacted without a basis."""
    assert basis_at(NOON, None) == never("the person has given no basis for a contact")


@pytest.mark.parametrize(
    "basis", [Consent("a box", since="2026-01-01"), Contract("clause 7", since="2026-01-01"), customer()]
)
def test_a_basis_that_holds(basis: Basis) -> None:
    """Each kind of basis allows contacts while it holds."""
    assert basis_at(NOON, basis) == NOON


@pytest.mark.parametrize("missing", ["obtained", "similar", "silent", "told"])
def test_a_customer_without_all_four_conditions(missing: str) -> None:
    """An existing customer with one condition missing is no basis."""
    expected = never("the basis of an existing customer lacks one of its four conditions")
    assert basis_at(NOON, customer(**{missing: False})) == expected


def test_a_basis_that_begins_later() -> None:
    """Before the first day the contact is moved to that day's midnight where the respondent is."""
    basis = Consent("a box", since="2026-07-01")
    assert basis_at(NOON, basis, "Asia/Tokyo") == instant("2026-07-01T00:00:00+09:00")


def test_a_basis_that_has_ended() -> None:
    """On the day of its end a basis no longer holds, from midnight on where the respondent is."""
    basis = Consent("a box", since="2026-01-01", until="2026-07-01")
    midnight = instant("2026-07-01T00:00:00+09:00")
    assert basis_at(midnight - 1, basis, "Asia/Tokyo") == midnight - 1
    assert basis_at(midnight, basis, "Asia/Tokyo") == never("the basis for a contact has ended by then")


def test_a_basis_that_never_begins() -> None:
    """A basis that ends before it begins allows nothing."""
    basis = Consent("a box", since="2026-07-01", until="2026-07-01")
    assert basis_at(NOON, basis) == never("the basis for a contact has ended by then")


def test_the_basis_says_why() -> None:
    """The sentence does not tell what the basis is."""
    assert BasisRule().because(NOON, proposal()) == "the basis for a contact does not hold yet"


def opted_out(scope: Scope, until_us: int | None = None, occasion: Occasion | None = None) -> Ledger:
    """A ledger with one wish."""
    return Ledger(opt_outs=(OptOut(scope=scope, occasion=occasion, since_us=after(-1), until_us=until_us),))


def refused(text: str) -> Never:
    """The opt-out rule's refusal."""
    return Never((Reason("opt-out", None, text),))


def test_no_wish() -> None:
    """Who has said nothing may be contacted."""
    assert OptOutRule().earliest(NOON, proposal()) == NOON


def test_nothing_at_all() -> None:
    """Who wants no contact gets none."""
    assert OptOutRule().earliest(NOON, proposal(opted_out(Scope.ALL))) == refused("no contact at all is wanted")


def test_no_reminders() -> None:
    """Who wants no reminders gets none."""
    asked = proposal(opted_out(Scope.REMINDERS), kind=REMINDER)
    assert OptOutRule().earliest(NOON, asked) == refused("no reminders are wanted")


def test_no_reminders_but_asks() -> None:
    """Who wants no reminders may still be asked."""
    assert OptOutRule().earliest(NOON, proposal(opted_out(Scope.REMINDERS))) == NOON


def test_not_on_this_occasion() -> None:
    """Who wants nothing on one occasion gets nothing on it."""
    asked = proposal(opted_out(Scope.OCCASION, occasion=Occasion.REFERENCE))
    assert OptOutRule().earliest(NOON, asked) == refused("no contact on this occasion is wanted")


def test_on_another_occasion() -> None:
    """Other occasions are free."""
    asked = proposal(opted_out(Scope.OCCASION, occasion=Occasion.VERIFICATION))
    assert OptOutRule().earliest(NOON, asked) == NOON


def test_a_wish_with_an_end() -> None:
    """A wish with an end moves the contact there, and not beyond."""
    asked = proposal(opted_out(Scope.ALL, until_us=after(30)))
    assert OptOutRule().earliest(NOON, asked) == after(30)
    assert OptOutRule().earliest(after(30), asked) == after(30)


def test_the_organisations_wish() -> None:
    """What an organisation does not want holds for everybody there."""
    asked = proposal(organisation=opted_out(Scope.ALL))
    assert OptOutRule().earliest(NOON, asked) == refused("no contact at all is wanted")


def test_the_longer_wish_counts() -> None:
    """Of two wishes with an end the later end counts."""
    asked = proposal(opted_out(Scope.ALL, until_us=after(30)), organisation=opted_out(Scope.ALL, until_us=after(10)))
    assert OptOutRule().earliest(NOON, asked) == after(30)


def test_a_wish_of_the_future_holds() -> None:
    """A wish holds once it is in the ledger, also for a clock that has jumped back to before it was said."""
    assert OptOutRule().earliest(after(-100), proposal(opted_out(Scope.ALL))) == refused("no contact at all is wanted")


def test_the_wish_says_why() -> None:
    """The sentence tells which wish is in the way."""
    asked = proposal(
        opted_out(Scope.OCCASION, until_us=after(3), occasion=Occasion.REFERENCE),
        organisation=opted_out(Scope.ALL, until_us=after(9)),
    )
    assert OptOutRule().because(NOON, asked) == "no contact on this occasion is wanted"
    assert OptOutRule().because(after(3), asked) == "no contact at all is wanted"
