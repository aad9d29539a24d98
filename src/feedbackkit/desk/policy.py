"""The opinions that a desk holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain.times import DAY_US
from feedbackkit.policies import Cadence, ContactRules, Valuation, default_value

if TYPE_CHECKING:
    from feedbackkit.domain.request import Request

__all__ = ["Policy"]

_KEEP_LEAST_US: Final = 400 * DAY_US


@final
@attrs.frozen
class Policy:
    """The opinions that a desk holds."""

    rules: ContactRules
    cadence: Cadence
    value: Valuation = default_value

    def ladder(self, request: Request) -> Cadence:
        """The ladder of a request: for a nudge and a courtesy one contact, and nothing after it."""
        return self.cadence if request.about_request is None else Cadence(reminders=(), rest=self.cadence.rest)

    @property
    def slot_kept_us(self) -> int:
        """For how long an ask that is moved keeps its slot: as long as the contacts of others may make it wait.

        What is moved further, by a wish against its occasion for instance, would only stand in the way of the others.
        """
        return self.rules.lookback_us + 7 * DAY_US

    @property
    def keep_us(self) -> int:
        """How long a ledger remembers a contact, at least."""
        return max(_KEEP_LEAST_US, self.rules.lookback_us)
