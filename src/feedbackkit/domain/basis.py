"""Why a person may be contacted, with proof and date."""

from __future__ import annotations

import datetime as dt
from typing import TypeAlias, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.fields import checked
from feedbackkit.domain.times import day

__all__ = ["BASES", "Basis", "Consent", "Contract", "ExistingCustomer", "PresumedConsent"]


def _since(value: dt.date | str) -> dt.date:
    return day(value, field="basis.since")


def _until(value: dt.date | str | None) -> dt.date | None:
    return None if value is None else day(value, field="basis.until")


_PROOF = checked(checks.line, "basis.proof", limit=checks.NOTE_LIMIT)


@final
@attrs.frozen
class Consent:
    """The person said yes beforehand."""

    proof: str = attrs.field(repr=False, validator=_PROOF)
    """Where the yes can be looked up."""
    since: dt.date = attrs.field(kw_only=True, converter=_since)
    """The day from which it holds."""
    until: dt.date | None = attrs.field(default=None, kw_only=True, converter=_until)
    """The first day on which it no longer holds; `None` while it was not withdrawn."""


@final
@attrs.frozen
class Contract:
    """A contract with the person's organisation provides for the contact."""

    proof: str = attrs.field(repr=False, validator=_PROOF)
    """The contract and its clause."""
    since: dt.date = attrs.field(kw_only=True, converter=_since)
    """The day from which it holds."""
    until: dt.date | None = attrs.field(default=None, kw_only=True, converter=_until)
    """The first day on which it no longer holds."""


@final
@attrs.frozen
class ExistingCustomer:
    """The person is a customer already; German law (§ 7 (3) UWG) asks for all four conditions together."""

    proof: str = attrs.field(repr=False, validator=_PROOF)
    """The sale at which the address was obtained."""
    since: dt.date = attrs.field(kw_only=True, converter=_since)
    """The day from which it holds."""
    until: dt.date | None = attrs.field(default=None, kw_only=True, converter=_until)
    """The first day on which it no longer holds."""
    obtained_in_sale: bool = attrs.field(kw_only=True, validator=checked(checks.yes_or_no, "basis.obtained_in_sale"))
    """The address came from the customer in connection with a sale."""
    own_similar_services: bool = attrs.field(
        kw_only=True, validator=checked(checks.yes_or_no, "basis.own_similar_services")
    )
    """It is used for the provider's own similar services only."""
    no_objection: bool = attrs.field(kw_only=True, validator=checked(checks.yes_or_no, "basis.no_objection"))
    """The customer has not objected."""
    notice_given: bool = attrs.field(kw_only=True, validator=checked(checks.yes_or_no, "basis.notice_given"))
    """The right to object was pointed out at collection, and is at every use."""

    @property
    def complete(self) -> bool:
        """Whether all four conditions are on record."""
        return self.obtained_in_sale and self.own_similar_services and self.no_objection and self.notice_given


@final
@attrs.frozen
class PresumedConsent:
    """A business is presumed to be glad of a call (§ 7 (2) no. 1 UWG); it is a basis for calls to a business alone."""

    proof: str = attrs.field(repr=False, validator=_PROOF)
    """From what it is presumed, such as the engagement that runs there."""
    since: dt.date = attrs.field(kw_only=True, converter=_since)
    """The day from which it holds."""
    until: dt.date | None = attrs.field(default=None, kw_only=True, converter=_until)
    """The first day on which it no longer holds."""


Basis: TypeAlias = Consent | Contract | ExistingCustomer | PresumedConsent
"""Why a person may be contacted, with its proof and the days on which it holds."""


BASES = (Consent, Contract, ExistingCustomer, PresumedConsent)
"""The classes of which a basis is one."""
