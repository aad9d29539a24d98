"""What a contact is for: feedback and nothing else, and no reference check behind a subject's back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain.checks import line
from feedbackkit.domain.contact import COURTESIES
from feedbackkit.domain.decision import Held, Never, Reason
from feedbackkit.domain.fields import checked
from feedbackkit.domain.request import ContactPurpose, Occasion
from feedbackkit.policies.calendar import midnight

if TYPE_CHECKING:
    from feedbackkit.domain.people import Person
    from feedbackkit.policies.proposal import Proposal, Verdict

__all__ = ["PurposeRule", "SubjectConsentRule", "consents"]

_UNTIL: Final = "the subject consents to reference checks"


def consents(subject: Person, at_us: int) -> bool:
    """Whether a subject's consent to reference checks holds then, or will hold later."""
    consent = subject.reference_consent
    return consent is not None and (consent.until is None or at_us < midnight(consent.until, subject.timezone))


@final
@attrs.frozen(kw_only=True)
class PurposeRule:
    """A contact that is to sell something is refused: who was sold to once under this name does not answer again."""

    name: str = attrs.field(default="purpose", validator=checked(line, "rule.name"))
    """What people call the rule."""
    lookback_us: int = attrs.field(default=0, init=False, repr=False)
    """It looks at no contact."""

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:
        """The instant itself for feedback; never for sales."""
        if proposal.purpose is ContactPurpose.FEEDBACK:
            return at_us
        return Never((Reason(self.name, None, "feedback is never asked for in order to sell"),))

    def because(self, at_us: int, proposal: Proposal) -> str:  # noqa: ARG002 - the protocol's signature
        """Never asked: it moves nothing."""
        return "feedback is never asked for in order to sell"


@final
@attrs.frozen(kw_only=True)
class SubjectConsentRule:
    """Nobody is asked for a reference check without the consent of whom it is about.

    It holds from the first instant of its day where the subject is, until right before the first instant of the day on
    which it ends. Without one, and after its end, a check waits for a new one.
    """

    name: str = attrs.field(default="subject's consent", validator=checked(line, "rule.name"))
    """What people call the rule."""
    lookback_us: int = attrs.field(default=0, init=False, repr=False)
    """It looks at no contact."""

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:
        """The first instant at which the subject's consent holds; held where there is none by then."""
        if proposal.request.occasion is not Occasion.REFERENCE_CHECK or proposal.kind in COURTESIES:
            return at_us
        subject = proposal.subject
        consent = None if subject is None else subject.reference_consent
        if subject is None or consent is None:
            return self._held("the subject has not consented to reference checks")
        first_us = max(at_us, midnight(consent.since, subject.timezone))
        if consent.until is not None and first_us >= midnight(consent.until, subject.timezone):
            return self._held("the subject's consent to reference checks has ended by then")
        return first_us

    def because(self, at_us: int, proposal: Proposal) -> str:  # noqa: ARG002 - the protocol's signature
        """Why it has to wait."""
        return "the subject's consent to reference checks does not hold yet"

    def _held(self, text: str) -> Held:
        return Held(_UNTIL, (Reason(self.name, None, text),))
