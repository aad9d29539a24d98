"""What becomes of a step that is due, as things stand in hand; nothing is changed by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import attrs

from feedbackkit.desk.decisions.proposing import earliest, kind_of, proposal, unreachable
from feedbackkit.desk.decisions.turns import those_before
from feedbackkit.domain.decision import At, Held, Reason
from feedbackkit.domain.request import Occasion
from feedbackkit.policies import StepKind
from feedbackkit.policies.consent import consents
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.files import RequestFile
    from feedbackkit.desk.policy import Policy
    from feedbackkit.domain.decision import Decision

__all__ = ["APPROVAL", "Expiry", "Judge", "awaits_consent", "is_vain", "judge"]

APPROVAL: Final = "approval"
"""The name under which reasons speak of a missing approval."""


class Expiry(NamedTuple):
    """The request ends in silence instead of a contact."""

    reason: str
    because: tuple[Reason, ...] = ()
    """What the rules had to do with it."""


Judge: TypeAlias = "Callable[[Cabinet, Policy, RequestFile, StepKind, int], Decision | Expiry]"


def judge(cabinet: Cabinet, policy: Policy, file: RequestFile, kind: StepKind, at_us: int) -> Decision | Expiry:
    """What becomes of a step that is looked at at an instant, as things stand in hand; nothing is changed."""
    if kind is StepKind.EXPIRE:
        asks = file.request.about_request is None
        return Expiry("no answer after the last reminder" if asks else "it needs no answer")
    if kind is StepKind.NUDGE:
        return At(at_us)
    if is_vain(cabinet, file):
        return Expiry("the request that it is about has moved on")
    until_us = file.request.until_us if kind is StepKind.ASK else None
    if until_us is not None and at_us >= until_us:
        return Expiry("its time had passed before anybody was asked")
    asking = proposal(cabinet, file, kind_of(file.request, kind), rank_by=policy)
    decision = _unapproved(file, kind) or unreachable(asking) or earliest(policy, at_us, asking)
    if asking.organisation.line and isinstance(decision, At) and decision.at_us == at_us:
        asking = attrs.evolve(asking, organisation=those_before(cabinet, policy, file, asking.organisation))
        decision = earliest(policy, at_us, asking)
    return decision if until_us is None else _in_time(file, decision, until_us)


def _in_time(file: RequestFile, decision: Decision, until_us: int) -> Decision | Expiry:
    """The end, where no time is left for an ask; a courtesy does not wait for something to happen."""
    if isinstance(decision, At) and decision.at_us >= until_us:
        return Expiry(f"no time was left for it: {decision.because[-1].text}", decision.because)
    if isinstance(decision, Held) and file.request.courtesy is not None:
        return Expiry(f"it does not wait: {decision.because[-1].text}", decision.because)
    return decision


def _unapproved(file: RequestFile, kind: StepKind) -> Held | None:
    """Held, where nobody may be asked before a person of the provider's approves it."""
    if kind is not StepKind.ASK or not file.awaits_approval:
        return None
    return Held("somebody approves it", (Reason(APPROVAL, None, file.request.approval or ""),))


def is_vain(cabinet: Cabinet, file: RequestFile) -> bool:
    """Whether it is a nudge about a request that is closed by now, or a courtesy that is not true any more.

    The request that it is about must have been read, where it is there.
    """
    original = file.request.about_request
    if original is None:
        return False
    about = cabinet.requests.get(original)
    if about is None:
        return True
    courtesy = file.request.courtesy
    return about.progress.state not in OPEN if courtesy is None else not courtesy.holds(about.progress)


def awaits_consent(cabinet: Cabinet, file: RequestFile) -> bool:
    """Whether it is a reference check that its subject has not consented to."""
    if file.request.occasion is not Occasion.REFERENCE_CHECK:
        return False
    subject = cabinet.people.get(file.request.subject)
    return subject is None or not consents(subject.person, cabinet.now_us)
