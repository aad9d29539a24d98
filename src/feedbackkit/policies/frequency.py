"""How often: gaps, budgets, open requests and the rest after an answer.

Contacts and answers may lie in the future of the instant asked about, after a clock jumped back. They count there as
well: what happened is not undone by a clock.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, final

import attrs

from feedbackkit.domain.checks import line, shape, whole
from feedbackkit.domain.contact import ContactKind
from feedbackkit.domain.decision import Held
from feedbackkit.domain.fields import checked
from feedbackkit.domain.ledger import POINT_US
from feedbackkit.errors import InvalidValue
from feedbackkit.policies.spans import checked_span, in_words, microseconds

if TYPE_CHECKING:
    from feedbackkit.domain.ledger import Ledger
    from feedbackkit.policies.proposal import Proposal, Verdict

__all__ = ["Budget", "BudgetOf", "CoolDown", "MinimumGap", "OpenLimit"]

BudgetOf: TypeAlias = Literal["person", "organisation"]
"""Whose contacts a budget counts."""

_ASK: Final = ContactKind.ASK


def _gap(value: dt.timedelta) -> dt.timedelta:
    return checked_span(value, "minimum gap.gap")


def _window(value: dt.timedelta) -> dt.timedelta:
    return checked_span(value, "budget.window")


def _rest(value: dt.timedelta) -> dt.timedelta:
    return checked_span(value, "cool-down.rest")


def _ledger(field: str, value: object) -> None:
    if value not in {"person", "organisation"}:
        raise InvalidValue(field, 'must be "person" or "organisation"', shape(value))


@final
@attrs.frozen
class MinimumGap:
    """Two contacts of one person are at least so far apart, whichever requests they are for.

    Allowed is every instant that is the gap or more away from each contact in the person's ledger, before or after it.
    """

    gap: dt.timedelta = attrs.field(converter=_gap)
    """How far apart, as elapsed time."""
    name: str = attrs.field(default="minimum gap", kw_only=True, validator=checked(line, "rule.name"))
    """What people call the rule."""
    lookback_us: int = attrs.field(
        default=attrs.Factory(lambda rule: microseconds(rule.gap), takes_self=True), init=False, repr=False
    )
    """The gap in microseconds: older contacts do not matter."""

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:
        """The first instant that is far enough from all contacts."""
        contacts = proposal.ledger.contacts
        gap_us = self.lookback_us
        if not contacts or contacts[-1] <= at_us - gap_us:
            return at_us
        for place in range(bisect_right(contacts, at_us - gap_us), len(contacts)):
            contact = contacts[place]
            if contact - gap_us >= at_us:
                break
            at_us = contact + gap_us
        return at_us

    def because(self, at_us: int, proposal: Proposal) -> str:  # noqa: ARG002 - the protocol's signature
        """The gap that is not kept."""
        return f"another contact with the person is less than {in_words(self.gap)} away"


@final
@attrs.frozen
class Budget:
    """At most so many contacts within any window of that length, of a person or of a whole organisation.

    Every contact counts: asks, reminders, and those made elsewhere. Allowed is every instant at which one more contact
    leaves no window ``[x, x + window)`` around it with more than the limit. What is over budget is postponed.
    """

    limit: int = attrs.field(validator=checked(whole, "budget.limit", least=1))
    """How many contacts."""
    window: dt.timedelta = attrs.field(converter=_window)
    """Within which time; a contact of exactly that age no longer counts."""
    of: BudgetOf = attrs.field(default="person", kw_only=True, validator=checked(_ledger, "budget.of"))
    """Whose contacts are counted."""
    name: str = attrs.field(
        default=attrs.Factory(lambda rule: f"{rule.of} budget", takes_self=True),
        kw_only=True,
        validator=checked(line, "rule.name"),
    )
    """What people call the rule."""
    lookback_us: int = attrs.field(
        default=attrs.Factory(lambda rule: microseconds(rule.window), takes_self=True), init=False, repr=False
    )
    """The window in microseconds."""

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:
        """The first instant at which one more contact is within budget."""
        contacts = (proposal.ledger if self.of == "person" else proposal.organisation).contacts
        limit = self.limit
        if len(contacts) < limit:
            return at_us
        window_us = self.lookback_us
        # Neighbours that fill a window of their own forbid what lies less than a window from both their ends. These
        # spans are in order of both their ends, so one pass finds the first instant outside of all.
        for place in range(bisect_right(contacts, at_us - window_us), len(contacts) - limit + 1):
            first, last = contacts[place], contacts[place + limit - 1]
            if last - window_us >= at_us:
                break
            if last - first < window_us:
                at_us = first + window_us
        return at_us

    def because(self, at_us: int, proposal: Proposal) -> str:  # noqa: ARG002 - the protocol's signature
        """The budget that is used up."""
        contacts = "1 contact" if self.limit == 1 else f"{self.limit} contacts"
        return f"the budget of {contacts} in {in_words(self.window)} per {self.of} is used up"


@final
@attrs.frozen
class OpenLimit:
    """Nobody is asked for more while so many requests to them are open.

    It holds asks alone: a reminder opens nothing, and a request that is open already does not wait for itself. What is
    held has no time; it waits until one of the open requests is closed. What has been woken and not asked yet has a
    slot, which an ask that is worth less does not get.
    """

    limit: int = attrs.field(validator=checked(whole, "open limit.limit", least=1))
    """How many requests may be open."""
    name: str = attrs.field(default="open requests", kw_only=True, validator=checked(line, "rule.name"))
    """What people call the rule."""
    lookback_us: int = attrs.field(default=0, init=False, repr=False)
    """It looks at no contact."""

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:
        """The instant itself, or held while the limit is reached."""
        still_open = proposal.ledger.open
        if proposal.kind is not _ASK or proposal.request.key in still_open:
            return at_us
        before = _before(proposal)
        if len(still_open) + before < self.limit:
            return at_us
        if before:
            return Held(f"one of {len(still_open) + before} requests that are open or come before it is closed")
        return Held(f"one of {len(still_open)} open requests is closed")

    def slots(self, ledger: Ledger) -> int:
        """How many more requests may be woken; 0 where the limit is reached or exceeded."""
        return max(0, self.limit - len(ledger.open) - len(ledger.woken))

    def because(self, at_us: int, proposal: Proposal) -> str:  # noqa: ARG002 - the protocol's signature
        """How many are open, or have a slot before it."""
        before = _before(proposal)
        taken = f"{len(proposal.ledger.open) + before} requests to the person are open"
        return f"{taken} or come before it" if before else taken


def _before(proposal: Proposal) -> int:
    """How many other woken requests have a slot before the one proposed, for they are worth more."""
    woken = proposal.ledger.woken
    if not woken:
        return 0
    request, rank_us = proposal.request, proposal.rank_us
    if rank_us is None:
        rank_us = -request.value * POINT_US
    return sum(each.key != request.key and (each.rank_us, each.key) < (rank_us, request.key) for each in woken)


@final
@attrs.frozen
class CoolDown:
    """Who has just answered is not asked for the next thing at once.

    It moves asks alone: a reminder speaks of a request that the person has had before, and the minimum gap keeps it
    away from other contacts. Allowed is every instant that is the rest or more away from the latest answer.
    """

    rest: dt.timedelta = attrs.field(converter=_rest)
    """How long they are left in peace, as elapsed time."""
    name: str = attrs.field(default="cool-down", kw_only=True, validator=checked(line, "rule.name"))
    """What people call the rule."""
    lookback_us: int = attrs.field(
        default=attrs.Factory(lambda rule: microseconds(rule.rest), takes_self=True), init=False, repr=False
    )
    """The rest in microseconds."""

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:
        """The first instant that is far enough from the latest answer."""
        answered_us = proposal.ledger.answered_us
        if answered_us is None or proposal.kind is not _ASK or abs(at_us - answered_us) >= self.lookback_us:
            return at_us
        return answered_us + self.lookback_us

    def because(self, at_us: int, proposal: Proposal) -> str:  # noqa: ARG002 - the protocol's signature
        """The rest that is not over."""
        return f"the person gave an answer less than {in_words(self.rest)} away"
