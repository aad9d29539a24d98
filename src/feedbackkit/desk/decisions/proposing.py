"""The next contact about a request, as a proposal to the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.desk.decisions.turns import rank_us
from feedbackkit.domain.contact import AGREED, COURTESIES, ContactKind
from feedbackkit.domain.decision import At, Held, Never, Reason
from feedbackkit.domain.request import Occasion
from feedbackkit.policies import Proposal, StepKind

if TYPE_CHECKING:
    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.files import RequestFile
    from feedbackkit.desk.policy import Policy
    from feedbackkit.domain.decision import Decision
    from feedbackkit.domain.people import Person
    from feedbackkit.domain.request import Request

__all__ = [
    "NO_ADDRESS",
    "NO_CONTACT",
    "NO_WAY",
    "by_phone",
    "earliest",
    "kind_of",
    "next_due",
    "proposal",
    "unreachable",
]

NO_WAY: Final = "address"
"""The name under which reasons speak of a missing address or number."""


NO_ADDRESS: Final = Held("an address is known", (Reason(NO_WAY, None, "no address is known"),))


_NO_NUMBER: Final = Never((Reason(NO_WAY, None, "no telephone number is known"),))


_RATHER_CALLED: Final = Never((Reason("preference", None, "the person would rather be called than written to"),))


NO_CONTACT: Final = frozenset({StepKind.NUDGE, StepKind.EXPIRE})
"""Steps at which nobody is contacted in the respondent's group."""


def kind_of(request: Request, step: StepKind) -> ContactKind:
    """What the contact of a step is for."""
    if request.courtesy is not None:
        return ContactKind(request.courtesy.kind.value)
    return ContactKind(step.value) if request.nudges is None else ContactKind.NUDGE


def by_phone(person: Person, kind: ContactKind) -> bool:
    """Whether a contact is a call: where the ladder has one, and where the person would rather be called.

    Nobody is called for a courtesy.
    """
    return kind is ContactKind.CALL or (person.by_phone and person.phone is not None and kind not in COURTESIES)


def unreachable(asked: Proposal) -> Held | Never | None:
    """Why a contact cannot reach its person; `None` where it can."""
    if asked.by_phone:
        return _NO_NUMBER if asked.person.phone is None else None
    if asked.person.by_phone and asked.kind in COURTESIES:
        return _RATHER_CALLED
    return NO_ADDRESS if asked.person.email is None else None


def proposal(cabinet: Cabinet, file: RequestFile, kind: ContactKind, *, rank_by: Policy | None = None) -> Proposal:
    """The next contact about a request, against the ledgers as they are in hand; with its rank where that matters."""
    person, request = cabinet.person(file.respondent), file.request
    rank = None if rank_by is None or not person.ledger.woken else rank_us(cabinet, rank_by, file)
    about = cabinet.people.get(request.subject) if request.occasion is Occasion.REFERENCE_CHECK else None
    return Proposal(
        request=request,
        kind=kind,
        person=person.person,
        ledger=person.ledger,
        organisation=cabinet.organisation(file.organisation).ledger,
        subject=None if about is None else about.person,
        rank_us=rank,
        by_phone=by_phone(person.person, kind),
    )


def earliest(policy: Policy, at_us: int, asked: Proposal) -> Decision:
    """What the rules say of a contact; those about an appointment were agreed on with the person."""
    if asked.kind in AGREED:
        return policy.rules.earliest_agreed(at_us, asked)
    return policy.rules.earliest(at_us, asked)


def next_due(cabinet: Cabinet, policy: Policy, file: RequestFile, at_us: int, kind: StepKind) -> At:
    """When a step that the ladder has at `at_us` will be looked at: where the rules, as things stand, move it.

    What they hold or refuse then is left to the day itself, for things will have changed.
    """
    if kind in NO_CONTACT:
        return At(at_us)
    decision = policy.rules.earliest(at_us, proposal(cabinet, file, kind_of(file.request, kind), rank_by=policy))
    return decision if isinstance(decision, At) else At(at_us)
