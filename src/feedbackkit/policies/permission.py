"""Whether at all: a basis for the contact, and no wish against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain.basis import Basis, Consent, Contract, ExistingCustomer, PresumedConsent
from feedbackkit.domain.checks import line
from feedbackkit.domain.contact import AGREED, COURTESIES, ContactKind
from feedbackkit.domain.decision import Never, Reason
from feedbackkit.domain.fields import checked
from feedbackkit.domain.ledger import OptOut, Scope
from feedbackkit.policies.calendar import midnight

if TYPE_CHECKING:
    from feedbackkit.domain.people import Person
    from feedbackkit.policies.proposal import Proposal, Verdict

__all__ = ["BasisRule", "OptOutRule"]


_WISHES: Final = {
    Scope.ALL: "no contact at all is wanted",
    Scope.REMINDERS: "no reminders are wanted",
    Scope.OCCASION: "no contact on this occasion is wanted",
    Scope.SUBJECT: "no contact about this subject is wanted",
}
_AFTER_AN_ASK: Final = (COURTESIES - AGREED) | {ContactKind.REMINDER, ContactKind.CALL}
_CONTRACT: Final = "a contract forbids the contact"


@final
@attrs.frozen(kw_only=True)
class BasisRule:
    """Nobody is contacted without a basis for the channel that holds then.

    In writing: a consent, a contract, or an existing customer with all four conditions on record. By telephone: the
    person's `phone_basis`, or else a `basis` that is a contract or a presumed consent; the latter only for somebody who
    is called at an organisation. It holds from the first instant of its day in the respondent's zone until right before
    the first instant of the day on which it ends.
    """

    name: str = attrs.field(default="basis", validator=checked(line, "rule.name"))
    """What people call the rule."""
    lookback_us: int = attrs.field(default=0, init=False, repr=False)
    """It looks at no contact."""

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:
        """The first instant at which the basis holds; never without one, or after its end."""
        person = proposal.person
        basis = person.basis
        if proposal.by_phone:
            basis = person.phone_basis or basis
            lacking = _lacks_by_phone(person, basis)
        else:
            lacking = _lacks_in_writing(basis)
        if basis is None or lacking is not None:
            return self._never(lacking or _NO_BASIS)
        since_us = midnight(basis.since, person.timezone)
        first_us = max(at_us, since_us)
        if basis.until is not None and first_us >= midnight(basis.until, person.timezone):
            return self._never("the basis for a contact has ended by then")
        return first_us

    def because(self, at_us: int, proposal: Proposal) -> str:  # noqa: ARG002 - the protocol's signature
        """Why it has to wait."""
        return "the basis for a contact does not hold yet"

    def _never(self, text: str) -> Never:
        return Never((Reason(self.name, None, text),))


_NO_BASIS: Final = "the person has given no basis for a contact"


def _lacks_in_writing(basis: Basis | None) -> str | None:
    """Why a basis is none for what is written; `None` where it is one."""
    kind = basis.__class__
    if kind is Consent or kind is Contract:
        return None
    if isinstance(basis, ExistingCustomer):
        return None if basis.complete else "the basis of an existing customer lacks one of its four conditions"
    return _NO_BASIS if basis is None else "a presumed consent is a basis for calls, not for what is written"


def _lacks_by_phone(person: Person, basis: Basis | None) -> str | None:
    """Why a basis is none for a call; `None` where it is one."""
    if isinstance(basis, PresumedConsent):
        return None if person.organisation is not None else "consent to a call is presumed of businesses only"
    if isinstance(basis, Contract) or (basis is not None and basis is person.phone_basis):
        return None
    return "the person has given no basis for a call" if basis is None else "the basis is one for what is written only"


@final
@attrs.frozen(kw_only=True)
class OptOutRule:
    """Whoever does not want to be contacted is not contacted, nor is anybody at an organisation that does not.

    A wish holds from the moment it is in the ledger, whatever a clock says; one with an end moves the contact there. A
    term of a contract holds from the day that the contract names.
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
        while True:
            asked_us = at_us
            for opt_out in (*of_person, *of_organisation) if of_organisation else of_person:
                until_us = opt_out.until_us
                if until_us is not None and at_us >= until_us:
                    continue
                begins_us = opt_out.begins_us
                if (begins_us is not None and at_us < begins_us) or not _concerns(opt_out, proposal):
                    continue
                if until_us is None:
                    return Never((Reason(self.name, None, _text(opt_out)),))
                at_us = until_us
            if at_us == asked_us:
                return at_us

    def because(self, at_us: int, proposal: Proposal) -> str:
        """The first wish that is against it then."""
        in_the_way = (
            _text(opt_out)
            for opt_out in (*proposal.ledger.opt_outs, *proposal.organisation.opt_outs)
            if _concerns(opt_out, proposal)
            and (opt_out.until_us is None or at_us < opt_out.until_us)
            and (opt_out.begins_us is None or at_us >= opt_out.begins_us)
        )
        return next(in_the_way, _WISHES[Scope.ALL])


def _text(opt_out: OptOut) -> str:
    return _WISHES[opt_out.scope] if opt_out.contract is None else _CONTRACT


def _concerns(opt_out: OptOut, proposal: Proposal) -> bool:
    """Whether a wish is about such a contact."""
    scope = opt_out.scope
    if scope is Scope.ALL:
        return True
    if scope is Scope.OCCASION:
        return proposal.request.occasion is opt_out.occasion
    if scope is Scope.SUBJECT:
        return proposal.request.subject == opt_out.subject
    return proposal.kind in _AFTER_AN_ASK
