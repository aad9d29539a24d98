"""A call in words, for whoever makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.domain.request import EventKind
from feedbackkit.domain.times import face

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedbackkit.desk.views import CallLine, DueCall
    from feedbackkit.domain.answer import Answer
    from feedbackkit.domain.request import Event

__all__ = ["told"]

_TOLD: Final = {
    EventKind.REQUESTED: "asked",
    EventKind.REMINDED: "reminded",
    EventKind.DEFERRED: "asked for a later date",
    EventKind.UNDEFERRED: "took that date back",
    EventKind.BOUNCED: "did not reach them",
    EventKind.DECLINED: "said no",
    EventKind.REOPENED: "may be asked again",
    EventKind.NUDGED: "the subject was asked to speak to them",
    EventKind.GIVEN: "answered",
    EventKind.REVISED: "answered anew",
}


def told(call: DueCall) -> str:
    """The whole call: whom, when, about what, and what was before."""
    person = call.person
    when = "now" if not call.because else f"from {call.allowed:%Y-%m-%d %H:%M} ({person.timezone})"
    lines = [
        f"{person.name}, {person.phone or 'no number'}",
        f"  call {when}; it is {call.contact.id}",
        *(f"  {reason.rule}: {reason.text}" for reason in call.because),
    ]
    for line in call.lines:
        lines += _line(line, call)
    return "\n".join(lines)


def _line(line: CallLine, call: DueCall) -> Iterator[str]:
    occasion = line.view.occasion.value.replace("_", " ")
    yield f"  {occasion} about {line.subject.name} ({line.view.key})"
    if line.questionnaire is not None:
        locale = call.person.locale
        yield f"    ask: {'; '.join(question.label.text(locale) for question in line.questionnaire.questions)}"
    for event in line.past:
        if event.kind in _TOLD and event.ref != call.contact.id:
            yield f"    {_day(event, call)} {_TOLD[event.kind]}{_reason(event)}"
    for answer in line.answers:
        yield f"    said to {answer.request}: {_said(answer)}"


def _day(event: Event, call: DueCall) -> str:
    return f"{face(event.at_us).in_timezone(call.person.timezone):%Y-%m-%d}"


def _reason(event: Event) -> str:
    return f": {event.reason}" if event.reason else ""


def _said(answer: Answer) -> str:
    return "; ".join(f"{question} {given}" for question, given in answer.items.items())
