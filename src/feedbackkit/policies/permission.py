"""Whether at all: a basis for the contact, and no wish against it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain.checks import line
from feedbackkit.domain.contact import ContactKind
from feedbackkit.domain.decision import Never, Reason
from feedbackkit.domain.fields import checked
from feedbackkit.domain.ledger import OptOut, Scope
from feedbackkit.domain.people import ExistingCustomer
from feedbackkit.domain.times import local_midnight

if TYPE_CHECKING:
    from feedbackkit.policies.proposal import Proposal, Verdict

__all__ = ["BasisRule", "OptOutRule"]

_midnight = lru_cache(maxsize=4096)(local_midnight)

_WISHES: Final = {
    Scope.ALL: "no contact at all is wanted",
    Scope.REMINDERS: "no reminders are wanted",
    Scope.OCCASION: "no contact on this occasion is wanted",
}


@final
@attrs.frozen(kw_only=True)
class BasisRule:
    """Nobody is contacted without a basis that holds then.

    It holds from the first instant of its day in the respondent's zone until right before the first instant of the day
    on which it ends. An existing customer is a basis only with all four conditions on record.
    """

    name: str = attrs.field(default="basis", validator=checked(line, "rule.name"))
    """What people call the rule."""
    lookback_us: int = attrs.field(default=0, init=False, repr=False)
    """It looks at no contact."""

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:
        """The first instant at which the basis holds; never without one, or after its end."""
        person = proposal.person
        basis = person.basis
        if basis is None:
            return self._never("the person has given no basis for a contact")
        if isinstance(basis, ExistingCustomer) and not basis.complete:
            return self._never("the basis of an existing customer lacks one of its four conditions")
        since_us = _midnight(basis.since, person.timezone)
        first_us = max(at_us, since_us)
        if basis.until is not None and first_us >= _midnight(basis.until, person.timezone):
            return self._never("the basis for a contact has ended by then")
        return first_us

    def because(self, at_us: int, proposal: Proposal) -> str:  # noqa: ARG002 - the protocol's signature
        """Why it has to wait."""
        return "the basis for a contact does not hold yet"

    def _never(self, text: str) -> Never:
        return Never((Reason(self.name, None, text),))


@final
@attrs.frozen(kw_only=True)
class OptOutRule:
    """Whoever does not want to be contacted is not contacted, nor is anybody at an organisation that does not.

    A wish holds from the moment it is in the ledger, whatever a clock says; one with an end moves the contact there.
    """

    name: str = attrs.field(default="opt-out", validator=checked(line, "rule.name"))
    """What people call the rule."""
    lookback_us: int = attrs.field(default=0, init=False, repr=False)
    """It looks at no contact."""

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:
        """The first instant after all wishes against it have ended; never against one for good."""
        of_person, of_organisation = proposal.ledger.opt_outs, proposal.organisation.opt_outs
        if not of_person and not of_organisation:
            return at_us
        for opt_out in (*of_person, *of_organisation):
            if not _concerns(opt_out, proposal):
                continue
            if opt_out.until_us is None:
                return Never((Reason(self.name, None, _WISHES[opt_out.scope]),))
            at_us = max(at_us, opt_out.until_us)
        return at_us

    def because(self, at_us: int, proposal: Proposal) -> str:
        """The first wish that is against it then."""
        in_the_way = (
            opt_out.scope
            for opt_out in (*proposal.ledger.opt_outs, *proposal.organisation.opt_outs)
            if _concerns(opt_out, proposal) and (opt_out.until_us is None or at_us < opt_out.until_us)
        )
        return _WISHES[next(in_the_way, Scope.ALL)]


def _concerns(opt_out: OptOut, proposal: Proposal) -> bool:
    """Whether a wish is about a contact of this kind."""
    if opt_out.scope is Scope.REMINDERS:
        return proposal.kind is ContactKind.REMINDER
    if opt_out.scope is Scope.OCCASION:
        return proposal.request.occasion is opt_out.occasion
    return True
