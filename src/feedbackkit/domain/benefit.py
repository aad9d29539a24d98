"""Benefits: what a respondent personally gets for answering; promised in the ask, owed by the answer, delivered.

A benefit has no condition. There is no field and no function in which one could be put, least of all one on what an
answer says: whoever answers is owed it, whether they praise or complain.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.fields import checked, member
from feedbackkit.domain.times import DAY_US, face

if TYPE_CHECKING:
    import pendulum

__all__ = ["Benefit", "BenefitKind", "BenefitStatus", "OwedBenefit"]


class BenefitKind(enum.StrEnum):
    """What sort of thing a respondent gets."""

    MARKET_REPORT = "market_report"
    """A report on the market that the respondent works in."""
    DAY_RATES = "day_rates"
    """Insight into what others pay (Tagessätze)."""
    DONATION = "donation"
    """Money for a good cause."""
    RECIPROCAL_REFERENCE = "reciprocal_reference"
    """A reference for the respondent or their organisation in return."""
    OTHER = "other"
    """Anything else."""


def _kind(value: BenefitKind | str) -> BenefitKind:
    return member(BenefitKind, "benefit.kind", value)


@final
@attrs.frozen(kw_only=True)
class Benefit:
    """What is promised with an ask."""

    what: str = attrs.field(validator=checked(checks.line, "benefit.what"))
    """What the respondent gets, as a message shows it: ``our report on day rates in 2026``."""
    kind: BenefitKind = attrs.field(default=BenefitKind.OTHER, converter=_kind)
    """What sort of thing it is."""
    days: int = attrs.field(default=30, validator=checked(checks.whole, "benefit.days", least=1, most=365))
    """Within how many days of the answer it is delivered; a day is 24 hours. Later it is overdue."""


class BenefitStatus(enum.StrEnum):
    """What became of a benefit."""

    OWED = "owed"
    """The answer was given; the provider has to deliver."""
    DELIVERED = "delivered"
    """The respondent has it."""


@final
@attrs.frozen(kw_only=True)
class OwedBenefit:
    """A benefit that a respondent has a claim to; not validated, for the desk makes it."""

    request: str
    """The key of the request that was answered."""
    person: str
    """The id of the respondent."""
    benefit: Benefit
    """What was promised."""
    since_us: int
    """When the answer was accepted."""
    status: BenefitStatus = BenefitStatus.OWED
    delivered_us: int | None = None
    """When it was delivered."""
    note: str = attrs.field(default="", repr=False)
    """What was said about the delivery."""

    @property
    def due_us(self) -> int:
        """The instant from which on it is overdue."""
        return self.since_us + self.benefit.days * DAY_US

    @property
    def due(self) -> pendulum.DateTime:
        """The instant from which on it is overdue, in UTC."""
        return face(self.due_us)

    def overdue(self, now_us: int) -> bool:
        """Whether it should have been delivered by then."""
        return self.status is BenefitStatus.OWED and now_us >= self.due_us
