"""What is not to go now: it goes later, when something happens, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk.decisions.judging import awaits_consent
from feedbackkit.desk.decisions.slots import close
from feedbackkit.desk.decisions.turns import leave_line, line_up, waiting
from feedbackkit.domain.alerts import AlertKind
from feedbackkit.domain.decision import At, Held
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import EventKind
from feedbackkit.policies import StepKind
from feedbackkit.policies.memory import RefusalMemory

if TYPE_CHECKING:
    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.files import RequestFile
    from feedbackkit.desk.policy import Policy
    from feedbackkit.desk.runs.tally import Tally
    from feedbackkit.domain.decision import Decision, Reason

__all__ = ["expire", "put_off", "silence_ends_us"]


def silence_ends_us(policy: Policy, file: RequestFile, at_us: int) -> int:
    """When a request expires whose respondent must not be reminded any more: an answer may still come until then."""
    anchor_us = file.progress.anchor_us
    return at_us if anchor_us is None else max(at_us, anchor_us + policy.cadence.rest_us)


def expire(cabinet: Cabinet, file: RequestFile, reason: str, tally: Tally, *, because: tuple[Reason, ...] = ()) -> None:
    """End a request in silence."""
    cabinet.happen(file, EventKind.EXPIRED, reason=reason, because=because, party=Party.RULES)
    close(cabinet, file)
    tally.counts["expired"] += 1


def put_off(
    cabinet: Cabinet, policy: Policy, file: RequestFile, kind: StepKind, decision: Decision, tally: Tally
) -> None:
    """What the rules do not allow now: later, when something happens, or not at all.

    Whoever has declined is not reminded of the same by another request a year later: that one falls silent.
    """
    if isinstance(decision, At) and not (kind is not StepKind.ASK and _was_refused(policy, decision)):
        _postpone(cabinet, policy, file, decision, tally)
    elif isinstance(decision, Held) and awaits_consent(cabinet, file):
        _await_consent(cabinet, policy, file, kind, decision, tally)
    elif isinstance(decision, Held) and kind is StepKind.ASK and file.awaits_approval:
        _await_approval(cabinet, file, decision, tally)
    elif isinstance(decision, Held):
        _hold(cabinet, policy, file, decision, tally)
    else:
        _leave_in_peace(cabinet, policy, file, kind, decision.because, tally)


def _postpone(cabinet: Cabinet, policy: Policy, file: RequestFile, decision: At, tally: Tally) -> None:
    """Look again when the rules allow it; where a budget of the house is used up, it waits in the line of the house."""
    tally.blame("moved", decision.because)
    if decision.at_us > cabinet.now_us + policy.slot_kept_us:
        person = cabinet.person(file.respondent)
        person.ledger = person.ledger.unheld(file.key)
    if any(reason.rule in policy.rules.shared for reason in decision.because):
        line_up(cabinet, policy, file, decision.at_us)
    else:
        leave_line(cabinet, file)
    cabinet.happen(file, EventKind.RESCHEDULED, due_us=decision.at_us, because=decision.because)
    tally.counts["postponed"] += 1


def _hold(cabinet: Cabinet, policy: Policy, file: RequestFile, decision: Held, tally: Tally) -> None:
    """Wait for something to happen, without a time."""
    tally.blame("held", decision.because)
    cabinet.happen(file, EventKind.RESCHEDULED, because=decision.because, reason=f"waits until {decision.until}")
    person = cabinet.person(file.respondent)
    person.ledger = person.ledger.holding(waiting(cabinet, policy, file))
    leave_line(cabinet, file)
    tally.counts["held"] += 1


def _was_refused(policy: Policy, decision: At) -> bool:
    names = {rule.name for rule in policy.rules.rules if isinstance(rule, RefusalMemory)}
    return any(reason.rule in names for reason in decision.because)


def _await_consent(
    cabinet: Cabinet, policy: Policy, file: RequestFile, kind: StepKind, decision: Held, tally: Tally
) -> None:
    """Wait for the subject's consent; after the ask, fall silent."""
    if kind is StepKind.ASK:
        _wait_in_no_slot(cabinet, file, decision, tally)
        tally.counts["held"] += 1
    else:
        _leave_in_peace(cabinet, policy, file, kind, decision.because, tally)


def _await_approval(cabinet: Cabinet, file: RequestFile, decision: Held, tally: Tally) -> None:
    """Wait for a person, who is alerted."""
    _wait_in_no_slot(cabinet, file, decision, tally)
    cabinet.alert(file, AlertKind.APPROVAL, f"approval-{file.next_version}", decision.because[-1].text)
    tally.counts["awaiting approval"] += 1


def _wait_in_no_slot(cabinet: Cabinet, file: RequestFile, decision: Held, tally: Tally) -> None:
    """Wait for something to happen until the time for asking has passed, in nobody's way meanwhile."""
    tally.blame("held", decision.because)
    person = cabinet.person(file.respondent)
    person.ledger = person.ledger.unheld(file.key)
    leave_line(cabinet, file)
    reason, due_us = f"waits until {decision.until}", file.request.until_us
    cabinet.happen(file, EventKind.RESCHEDULED, due_us=due_us, because=decision.because, reason=reason)


def _leave_in_peace(
    cabinet: Cabinet, policy: Policy, file: RequestFile, kind: StepKind, because: tuple[Reason, ...], tally: Tally
) -> None:
    """An ask that must not go is withdrawn; after one, the request only falls silent: an answer may still come."""
    tally.blame("stopped", because)
    text = "; ".join(reason.text for reason in because)
    ends_us = silence_ends_us(policy, file, cabinet.now_us)
    if kind is StepKind.ASK:
        cabinet.happen(file, EventKind.WITHDRAWN, party=Party.RULES, because=because, reason=text)
        close(cabinet, file)
        tally.counts["left in peace"] += 1
    elif ends_us > cabinet.now_us:
        cabinet.happen(file, EventKind.RESCHEDULED, due_us=ends_us, because=because)
        tally.counts["silenced"] += 1
    else:
        expire(cabinet, file, f"not reminded: {text}", tally)
