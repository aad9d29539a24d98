"""The commands that look at requests: which there are, what happened to one, and what is ahead of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.cli.ahead import show_rich
from feedbackkit.cli.opening import known, open_desk
from feedbackkit.cli.render import json_line, minute, utc
from feedbackkit.cli.terminal import show_table

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from feedbackkit.desk import Desk, RequestView
    from feedbackkit.domain.decision import Reason
    from feedbackkit.domain.request import Event

__all__ = ["explain", "find", "history"]


def find(options: argparse.Namespace) -> int:
    """List requests."""
    with open_desk(options.store) as desk:
        about = options.about and known(desk, options.about, "--about")
        person = options.person and known(desk, options.person, "--person")
        views = desk.find(state=options.state, about=about, person=person)
        if options.json:
            for view in views:
                print(json_line(_request_fields(view)))
        else:
            rows = [_request_row(desk, view) for view in views]
            show_table(("request", "state", "next step (UTC)", "respondent", "about"), rows, flexible=(3, 4))
    return 0


def _request_fields(view: RequestView) -> dict[str, object]:
    request, progress = view.request, view.progress
    return {
        "request": view.key,
        "state": view.state.value,
        "occasion": request.occasion.value,
        "form": request.form.value,
        "engagement": request.engagement,
        "respondent": request.respondent,
        "organisation": request.organisation,
        "subject": request.subject,
        "contacts": progress.step,
        "due": utc(progress.due_us),
        "until": utc(request.until_us),
        "answers": progress.revision,
        "delegated_from": request.delegated_from,
    }


def _request_row(desk: Desk, view: RequestView) -> tuple[str, ...]:
    request = view.request
    due = "" if view.progress.due_us is None else minute(view.progress.due_us)
    return view.key, view.state.value, due, desk.person(request.respondent).name, desk.person(request.subject).name


def history(options: argparse.Namespace) -> int:
    """Tell what happened to a request."""
    with open_desk(options.store) as desk:
        events = desk.history(options.request)
    if options.json:
        for number, event in enumerate(events, start=1):
            print(json_line(_event_fields(number, event)))
    else:
        rows = [row for number, event in enumerate(events, start=1) for row in _event_rows(number, event)]
        show_table(("no", "when (UTC)", "who", "what", "why"), rows, right=[0])
    return 0


def _event_fields(number: int, event: Event) -> dict[str, object]:
    return {
        "seq": number,
        "at": utc(event.at_us),
        "actor": event.actor,
        "event": event.kind.value,
        "party": event.party.value,
        "due": utc(event.due_us),
        "ref": event.ref,
        "reason": event.reason,
        "because": [_reason_fields(reason) for reason in event.because],
    }


def _reason_fields(reason: Reason) -> dict[str, object]:
    return {"rule": reason.rule, "until": utc(reason.until_us), "text": reason.text}


def _event_rows(number: int, event: Event) -> Iterator[tuple[object, ...]]:
    """One row for each reason, and one where there is none."""
    reasons = [event.reason] if event.reason else []
    reasons += [f"{reason.rule}: {reason.text}" for reason in event.because]
    yield number, minute(event.at_us), event.actor, event.kind.value, reasons[0] if reasons else ""
    for reason in reasons[1:]:
        yield "", "", "", "", reason


def explain(options: argparse.Namespace) -> int:
    """Tell the past and the future of a request, with the reasons."""
    with open_desk(options.store) as desk:
        explanation = desk.explain(options.request)
    if options.json:
        for number, event in enumerate(explanation.past, start=1):
            print(json_line({"when": "past", **_event_fields(number, event)}))
        for step in explanation.ahead:
            decision = step.decision
            fields = {
                "when": "ahead",
                "step": step.kind.value,
                "wanted": utc(step.wanted_us),
                "decision": type(decision).__name__.lower(),
                "at": utc(getattr(decision, "at_us", None)),
                "until": getattr(decision, "until", None),
                "because": [_reason_fields(reason) for reason in decision.because],
            }
            print(json_line(fields))
    else:
        show_rich(explanation)
    return 0
