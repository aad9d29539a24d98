"""What was declined is remembered: nobody is asked again at once for what they have said no to."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain.checks import line
from feedbackkit.domain.contact import COURTESIES, ContactKind
from feedbackkit.domain.decision import Never, Reason
from feedbackkit.domain.fields import checked
from feedbackkit.policies.spans import checked_span, in_words, microseconds

if TYPE_CHECKING:
    from feedbackkit.policies.proposal import Proposal, Verdict

__all__ = ["RefusalMemory"]


_ASKS_NOTHING: Final = COURTESIES | {ContactKind.NUDGE}


def _rest(value: dt.timedelta | None) -> dt.timedelta | None:
    return None if value is None else checked_span(value, "refusal memory.rest")


@final
@attrs.frozen
class RefusalMemory:
    """Whoever declined is not contacted about the same subject on the same occasion again, for long or for ever.

    The request that was declined is not held back by its own no, once that was undone. Allowed is every instant that
    is the rest or more after each such no; without a rest none is. A no counts from the moment it is in the ledger,
    whatever a clock says.
    """

    rest: dt.timedelta | None = attrs.field(default=dt.timedelta(days=365), converter=_rest)
    """How long, as elapsed time; `None` for ever, until it is lifted."""
    name: str = attrs.field(default="refusal memory", kw_only=True, validator=checked(line, "rule.name"))
    """What people call the rule."""
    lookback_us: int = attrs.field(default=0, init=False, repr=False)
    """It looks at no contact, and a ledger forgets no refusal."""
    _rest_us: int = attrs.field(
        default=attrs.Factory(lambda rule: 0 if rule.rest is None else microseconds(rule.rest), takes_self=True),
        init=False,
        repr=False,
        eq=False,
    )

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:
        """The first instant after the rest from every no that concerns it."""
        refusals = proposal.ledger.refusals
        if not refusals or proposal.kind in _ASKS_NOTHING:
            return at_us
        request = proposal.request
        said_us = [
            no.at_us
            for no in refusals
            if no.subject == request.subject and no.occasion is request.occasion and no.request != request.key
        ]
        if not said_us:
            return at_us
        if self.rest is None:
            return Never((Reason(self.name, None, "the person has declined this before"),))
        return max(at_us, max(said_us) + self._rest_us)

    def because(self, at_us: int, proposal: Proposal) -> str:  # noqa: ARG002 - the protocol's signature
        """How long a no is remembered."""
        return f"the person declined this less than {in_words(self.rest or dt.timedelta())} before"
