"""A contact that one would like to make, with all that a contact rule may look at."""

from __future__ import annotations

from typing import Protocol, TypeAlias, final

import attrs

from feedbackkit.domain.contact import ContactKind
from feedbackkit.domain.decision import Held, Never
from feedbackkit.domain.ledger import Ledger
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import ContactPurpose, Request

__all__ = ["ContactRule", "Proposal", "Verdict"]

NOTHING = Ledger()


@final
@attrs.frozen(kw_only=True)
class Proposal:
    """One request's next contact, before it is booked."""

    request: Request
    kind: ContactKind
    person: Person
    """The respondent."""
    ledger: Ledger = NOTHING
    """The respondent's ledger, without the contact that is being judged."""
    organisation: Ledger = NOTHING
    """The ledger of the respondent's organisation, likewise; empty without one."""
    subject: Person | None = None
    """Whom the request is about, where a rule needs to know them; `None` where nobody looked."""
    purpose: ContactPurpose = ContactPurpose.FEEDBACK
    """What the contact serves."""
    rank_us: int | None = None
    """Where it stands among what waits for a slot; `None` as if it had just begun to wait where nothing waits."""
    by_phone: bool = False
    """Whether it is a call; otherwise it is written."""


Verdict: TypeAlias = int | Held | Never
"""A rule's answer: the earliest instant that it allows, or why there is none."""


class ContactRule(Protocol):
    """A rule of contact: which instants it allows, as a pure function.

    A rule stands for a set of allowed instants and answers with the first of them that is not before the one asked
    about. So it is monotone: asked about a later instant, it never answers with an earlier one.
    """

    @property
    def name(self) -> str:
        """What people call it, such as ``office hours``."""
        ...

    @property
    def lookback_us(self) -> int:
        """How old a contact or answer can be and still matter to it; 0 if it looks at none."""
        ...

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:
        """The first allowed instant at or after `at_us`; `at_us` itself when that is allowed."""
        ...

    def because(self, at_us: int, proposal: Proposal) -> str:
        """Why `at_us` is not allowed, in a sentence without personal data; only asked where it is not."""
        ...
