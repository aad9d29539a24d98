"""People and organisations: who is asked, who is spoken of, where they work."""

from __future__ import annotations

import datetime as dt
import enum
from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.basis import BASES, Basis, Consent, Contract, PresumedConsent
from feedbackkit.domain.fields import checked, one_of
from feedbackkit.domain.times import day, zone
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Absence",
    "Actor",
    "Organisation",
    "Party",
    "Person",
]


class Party(enum.StrEnum):
    """On whose word something happened."""

    RESPONDENT = "respondent"
    """The person who is asked."""
    SUBJECT = "subject"
    """The person whom the feedback is about."""
    PROVIDER = "provider"
    """The organisation that asks, or a program of its."""
    PLAN = "plan"
    """The playbook, when the engagement changed."""
    RULES = "rules"
    """The contact rules, which left somebody in peace."""
    ERASURE = "erasure"
    """The erasure of a person."""


def _zone(field: str, value: str) -> None:
    zone(value, field=field)


def _first(value: dt.date | str) -> dt.date:
    return day(value, field="absence.since")


def _back(value: dt.date | str) -> dt.date:
    return day(value, field="absence.until")


@final
@attrs.frozen(order=True)
class Absence:
    """Days on which a person is away: a holiday, a leave."""

    since: dt.date = attrs.field(converter=_first)
    """The first day away, where the person is."""
    until: dt.date = attrs.field(converter=_back)
    """The first day back."""

    def __attrs_post_init__(self) -> None:
        if self.until <= self.since:
            raise InvalidValue("absence.until", "must be later than since: it is the first day back", "an earlier day")


def _absences(value: Iterable[Absence]) -> tuple[Absence, ...]:
    absences: tuple[object, ...] = tuple(value) if isinstance(value, (list, tuple)) else (value,)
    for absence in absences:
        if not isinstance(absence, Absence):
            raise InvalidValue("person.absences", "must be a list of Absence", checks.shape(absence))
    if len(absences) > _MOST_ABSENCES:
        raise InvalidValue("person.absences", f"must be at most {_MOST_ABSENCES}", f"{len(absences)}")
    return tuple(sorted(value))


_MOST_ABSENCES = 50


@final
@attrs.frozen(kw_only=True)
class Organisation:
    """Where respondents work; contact budgets hold for it too."""

    name: str = attrs.field(repr=False, validator=checked(checks.line, "organisation.name"))
    """What it is called."""
    id: str | None = attrs.field(default=None, validator=checked(checks.opaque, "organisation.id", optional=True))
    """Its opaque id; the desk assigns one where none is given."""


def _organisation(value: Organisation | str | None) -> Organisation | None:
    return Organisation(name=value) if isinstance(value, str) else value


@final
@attrs.frozen(kw_only=True)
class Person:
    """A respondent or a subject.

    What a program hands in is a description: the desk finds out by `id` or address whether it knows the person already.
    The `repr` shows the id alone.
    """

    email: str | None = attrs.field(
        default=None, repr=False, validator=checked(checks.email, "person.email", optional=True)
    )
    """Where mail reaches the person now."""
    name: str = attrs.field(repr=False, validator=checked(checks.line, "person.name"))
    """How the person is called in a message."""
    id: str | None = attrs.field(default=None, validator=checked(checks.opaque, "person.id", optional=True))
    """The opaque id, from the program's own records or assigned by the desk; never an address, a name, or the id of
    the person's organisation."""
    organisation: Organisation | None = attrs.field(
        default=None,
        repr=False,
        converter=_organisation,
        validator=one_of((Organisation,), "person.organisation", "must be an Organisation or its name"),
    )
    """Where the person works; a text is taken as its name."""
    phone: str | None = attrs.field(
        default=None, repr=False, validator=checked(checks.phone, "person.phone", optional=True)
    )
    """Where a call reaches the person."""
    country: str | None = attrs.field(
        default=None, repr=False, validator=checked(checks.country, "person.country", optional=True)
    )
    """The ISO 3166 code of the country whose customs hold."""
    region: str | None = attrs.field(
        default=None, repr=False, validator=checked(checks.region, "person.region", optional=True)
    )
    """The part of the country whose public holidays hold, by the code after the country's in ISO 3166-2: ``BY``."""
    timezone: str = attrs.field(default="UTC", repr=False, validator=checked(_zone, "person.timezone"))
    """The IANA name of the zone in which office hours are meant."""
    locale: str = attrs.field(default="en", repr=False, validator=checked(checks.locale, "person.locale"))
    """The language in which to write."""
    informal: bool = attrs.field(default=False, repr=False, validator=checked(checks.yes_or_no, "person.informal"))
    """Whether the person is on informal terms with the provider: in German, ``du``."""
    basis: Basis | None = attrs.field(
        default=None,
        repr=False,
        validator=one_of(BASES, "person.basis", "must be Consent, Contract, ExistingCustomer or PresumedConsent"),
    )
    """Why the person may be contacted; without one nobody is written to."""
    phone_basis: Basis | None = attrs.field(
        default=None,
        repr=False,
        validator=one_of(
            (Consent, Contract, PresumedConsent), "person.phone_basis", "must be Consent, Contract or PresumedConsent"
        ),
    )
    """Why the person may be called; without one, `basis` where that is a contract or a presumed consent."""
    reference_consent: Consent | None = attrs.field(
        default=None,
        repr=False,
        validator=one_of((Consent,), "person.reference_consent", "must be a Consent"),
    )
    """That others may be asked for a reference about the person, who is a subject: without it no reference check."""
    absences: tuple[Absence, ...] = attrs.field(default=(), repr=False, converter=_absences)
    """When the person is away, in order."""
    by_phone: bool = attrs.field(default=False, repr=False, validator=checked(checks.yes_or_no, "person.by_phone"))
    """Whether the person would rather be called than written to: every contact is then one for the call sheet."""

    def __attrs_post_init__(self) -> None:
        if self.email is None and self.id is None:
            raise InvalidValue("person", "must have an id or an e-mail address", "neither")
        if self.id is not None and self.organisation is not None and self.organisation.id == self.id:
            raise InvalidValue("person.id", "must not be the id of the person's organisation", "one id for both")


@final
@attrs.frozen
class Actor:
    """Somebody of the provider's staff, or one of its programs; history names the id."""

    id: str = attrs.field(validator=checked(checks.identifier, "actor.id", limit=100))
    """The provider's own id for them, never a name or an address."""
