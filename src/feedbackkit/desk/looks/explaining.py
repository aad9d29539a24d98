"""A request's story in words: what happened and why, what is to come and why not earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.domain.decision import At, Held
from feedbackkit.domain.request import EventKind, State
from feedbackkit.domain.times import face
from feedbackkit.policies import StepKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedbackkit.desk.views import Explanation, StepAhead
    from feedbackkit.domain.decision import Reason
    from feedbackkit.domain.request import Event

__all__ = ["moment", "told"]

_STEPS = {
    StepKind.ASK: "ask",
    StepKind.REMINDER: "remind",
    StepKind.CALL: "call",
    StepKind.NUDGE: "ask the subject to speak to them",
    StepKind.EXPIRE: "expire, if there is no answer",
}


def moment(at_us: int, timezone: str) -> str:
    """An instant as a reader in a zone would write it, such as ``Mon 5 Oct 2026 09:00``."""
    local = face(at_us).in_timezone(timezone)
    return f"{local:%a} {local.day:>2} {local:%b %Y %H:%M}"


def told(explanation: Explanation) -> str:
    """The whole story, a line for each event and step, reasons below."""
    view = explanation.view
    request = view.request
    lines = [f"{view.key}: {view.state}", f"  {request.occasion} ({request.form}) of {request.respondent}"]
    lines[1] += f" about {request.subject}, times in {explanation.timezone}"
    if explanation.appointment is not None:
        agreed = explanation.appointment
        when = moment(agreed.starts_us, explanation.timezone)
        lines.append(f"  an appointment on {when}, {agreed.minutes} minutes, with {agreed.host}")
    lines += ["", "What happened"]
    for event in explanation.past:
        lines += _event_lines(event, explanation.timezone)
    lines += ["", "What is to come"]
    for step in explanation.ahead:
        lines += _step_lines(step, explanation.timezone)
    if not explanation.ahead:
        lines.append(f"  {_ended(view.state)}")
    return "\n".join(lines)


def _ended(state: State) -> str:
    if state is State.UNDELIVERABLE:
        return "nothing, until a working address is known"
    return "nothing: nobody is contacted about it any more"


def _event_lines(event: Event, timezone: str) -> list[str]:
    text = f"  {moment(event.at_us, timezone)}  {event.kind}"
    if event.kind in {EventKind.WITHDRAWN, EventKind.DECLINED, EventKind.EXPIRED, EventKind.GIVEN}:
        text += f" (on the word of the {event.party})"
    if event.ref is not None and event.kind not in {EventKind.GIVEN, EventKind.REVISED}:
        text += f" {event.ref}"
    if event.due_us is not None:
        text += f"; next step {moment(event.due_us, timezone)}"
    lines = [text]
    if event.reason is not None:
        lines.append(f"      {event.reason}")
    return lines + _reason_lines(event.because, timezone)


def _step_lines(step: StepAhead, timezone: str) -> list[str]:
    decision = step.decision
    name = _STEPS[step.kind]
    if isinstance(decision, At):
        lines = [f"  {moment(decision.at_us, timezone)}  {name}"]
        if decision.at_us != step.wanted_us:
            lines.append(f"      wanted for {moment(step.wanted_us, timezone)}")
    elif isinstance(decision, Held):
        lines = [f"  {'waits':<21}  {name}, as soon as {decision.until}"]
    else:
        lines = [f"  {'never':<21}  {name}"]
    return lines + _reason_lines(decision.because, timezone)


def _reason_lines(because: Iterable[Reason], timezone: str) -> list[str]:
    return [
        f"      {reason.rule}: {reason.text}"
        + (f" → {moment(reason.until_us, timezone)}" if reason.until_us is not None else "")
        for reason in because
    ]
