"""Fields of one row or table that a person wrote: taken one by one, each checked, what is wrong noted."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, TypeVar

from feedbackkit.domain import checks
from feedbackkit.domain.basis import Consent, Contract, ExistingCustomer
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.domain.times import day, zone
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from feedbackkit.domain.basis import Basis

__all__ = ["BASES", "Fields", "a_basis", "a_date", "a_zone", "take_basis", "take_person"]

T = TypeVar("T")

BASES: Final = ("consent", "contract", "existing_customer")


class Fields:
    """The fields of one row or table by name; lives while it is read.

    What is wrong is noted under the field's name, in order, and `None` stands for it.
    """

    def __init__(self, values: Mapping[str, object]) -> None:
        self.values = values
        self.wrong: list[tuple[str, str]] = []

    def take(self, name: str, check: Callable[..., T], **options: object) -> T | None:
        """The field's value as ``check(name, value, **options)`` gives it."""
        return self.attempt(lambda: check(name, self.values.get(name), **options), name)

    def attempt(self, make: Callable[[], T], name: str, *, fields: Mapping[str, str] | None = None) -> T | None:
        """What `make` gives; `fields` tells under which name to note an error of another field than `name`."""
        try:
            return make()
        except InvalidValue as wrong:
            note = f"{wrong.rule}, got {wrong.got}"
            self.note((fields or {}).get(wrong.field, name), note)
            return None

    def note(self, name: str, what: str) -> None:
        """Note that something is wrong with a field."""
        self.wrong.append((name, what))

    def is_good(self, name: str) -> bool:
        """Whether nothing was noted about a field so far."""
        return all(name != noted for noted, _what in self.wrong)


def a_date(field: str, value: object) -> dt.date:
    """A calendar date, as a date or as text."""
    return day(value if isinstance(value, dt.date) else checks.line(field, value), field=field)


def a_zone(field: str, value: object) -> str:
    """The name of a known time zone."""
    return zone(checks.line(field, value), field=field).key


def a_basis(field: str, value: object) -> str:
    """The name of a basis."""
    if value not in BASES:
        raise InvalidValue(field, f"must be one of {', '.join(BASES)}", checks.shape(value))
    return str(value)


def take_person(fields: Fields, organisation: Organisation | None, *, prefix: str = "") -> Person | None:
    """The person whose id, name and address stand under names with a prefix, with zone, language and basis."""
    taken = {
        "id": fields.take(f"{prefix}id", checks.opaque),
        "name": fields.take(f"{prefix}name", checks.line),
        "email": fields.take(f"{prefix}email", checks.email),
        "country": fields.take("country", checks.country),
        "timezone": fields.take("timezone", a_zone),
        "locale": fields.take("locale", checks.locale),
        "basis": take_basis(fields),
    }
    if any(value is None for value in taken.values()):
        return None
    details: dict[str, Any] = dict(taken)
    return fields.attempt(lambda: Person(organisation=organisation, **details), f"{prefix}id")


def take_basis(fields: Fields, *, prefix: str = "") -> Basis | None:
    """The basis whose name, proof and first day stand under names with a prefix."""
    kind = fields.take(f"{prefix}basis", a_basis)
    proof = fields.take(f"{prefix}basis_proof", checks.line, limit=checks.NOTE_LIMIT)
    since = fields.take(f"{prefix}basis_since", a_date)
    if kind is None or proof is None or since is None:
        return None
    if kind == "consent":
        return Consent(proof, since=since)
    if kind == "contract":
        return Contract(proof, since=since)
    return ExistingCustomer(
        proof, since=since, obtained_in_sale=True, own_similar_services=True, no_objection=True, notice_given=True
    )
