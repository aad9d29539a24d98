"""A request's story for people: with names, in sentences, in the respondent's zone; asked for by name alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.domain.decision import At, Held
from feedbackkit.domain.times import face
from feedbackkit.policies import StepKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedbackkit.desk.views import Explanation, StepAhead
    from feedbackkit.domain.decision import Reason
    from feedbackkit.domain.request import Event

__all__ = ["story"]

_STEPS = {
    StepKind.ASK: "Ask",
    StepKind.REMINDER: "Reminder",
    StepKind.CALL: "Call",
    StepKind.NUDGE: "Word to the subject",
    StepKind.EXPIRE: "End, if there is no answer",
}


def story(explanation: Explanation) -> str:
    """Heading, past and future, a paragraph for each event and step."""
    request, name = explanation.view.request, explanation.named
    house = "" if request.organisation is None else f" ({name(request.organisation)})"
    lines = [
        f"{request.occasion.replace('_', ' ').capitalize()} about {name(request.subject)}: {explanation.view.state}",
        f"  asked of {name(request.respondent)}{house}, {request.form}; {explanation.view.key}",
        f"  times in {explanation.timezone}",
        *_appointment(explanation),
        "",
        "What happened",
    ]
    for event in explanation.past:
        lines += _event(explanation, event)
    lines += ["", "What is to come"]
    for number, step in enumerate(explanation.ahead):
        lines += _step(explanation, step, first=number == 0)
    if not explanation.ahead:
        lines.append("  nothing: nobody is contacted about it")
    return "\n".join(lines)


def _appointment(explanation: Explanation) -> Iterator[str]:
    agreed = explanation.appointment
    if agreed is not None:
        when, host = _at(agreed.starts_us, explanation.timezone), explanation.named(agreed.host)
        yield f"  appointment: {when}, {agreed.minutes} minutes, with {host}"


def _at(at_us: int, timezone: str, *, year: bool = True) -> str:
    """An instant as one says it: ``Saturday 3 October 2026 08:00``."""
    local = face(at_us).in_timezone(timezone)
    day = f"{local:%A} {local.day} {local:%B}"
    return f"{day} {local:%Y %H:%M}" if year else f"{day} {local:%H:%M}"


def _event(explanation: Explanation, event: Event) -> Iterator[str]:
    said = f": {event.reason}" if event.reason else ""
    yield f"  {_at(event.at_us, explanation.timezone)}  {event.kind}{said}"
    moves = [_reason(explanation, reason) for reason in event.because]
    if moves:
        yield f"      {'; '.join(moves)}"


def _step(explanation: Explanation, step: StepAhead, *, first: bool) -> Iterator[str]:
    decision, zone = step.decision, explanation.timezone
    wanted_us, because = _from_the_start(explanation, step) if first else (step.wanted_us, decision.because)
    if isinstance(decision, At):
        yield f"  {_STEPS[step.kind]}: {_at(decision.at_us, zone)} {zone}"
    elif isinstance(decision, Held):
        yield f"  {_STEPS[step.kind]}: as soon as {decision.until}"
    else:
        yield f"  {_STEPS[step.kind]}: never, as things stand"
    if because:
        parts = [f"due {_at(wanted_us, zone)}", *(_reason(explanation, reason) for reason in because)]
        yield f"      {'; '.join(parts)}"


def _from_the_start(explanation: Explanation, step: StepAhead) -> tuple[int, tuple[Reason, ...]]:
    """When the next step was due at first, with every move since, also those made when it was last decided."""
    wanted_us, because = step.wanted_us, step.decision.because
    last = explanation.past[-1] if explanation.past else None
    if last is None or last.due_us is None or last.due_us != wanted_us or not last.because:
        return wanted_us, because
    planned_us = explanation.view.request.planned_us
    if step.kind is StepKind.ASK and planned_us is not None:
        wanted_us = planned_us
    elif explanation.ladder_us is not None:
        wanted_us = explanation.ladder_us
    return wanted_us, (*last.because, *because)


def _reason(explanation: Explanation, reason: Reason) -> str:
    """One rule's part: ``budget of Nordwerk used up until Monday 12 October 09:00``, or its own words and where to."""
    house = explanation.view.request.organisation
    moment = None if reason.until_us is None else _at(reason.until_us, explanation.timezone, year=False)
    if reason.rule in explanation.shared and house is not None:
        return f"budget of {explanation.named(house)} used up" + (f" until {moment}" if moment else "")
    return reason.text if moment is None else f"{reason.text}: {moment}"
