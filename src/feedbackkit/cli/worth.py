"""The commands about what answers are worth: questionnaires, references, flags."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from feedbackkit.cli.opening import known, open_desk
from feedbackkit.cli.render import json_line, minute, utc
from feedbackkit.cli.terminal import show, show_table
from feedbackkit.domain.checks import presentable
from feedbackkit.domain.people import Actor
from feedbackkit.domain.questionnaire import Choice, MultipleChoice, Questionnaire, Rating, questionnaire_ref
from feedbackkit.errors import InvalidValue, NotFound
from feedbackkit.policies.questionnaires import ready_made

if TYPE_CHECKING:
    import argparse

    from feedbackkit.desk import Desk, FlagView, ReferenceView
    from feedbackkit.domain.questionnaire import Question

__all__ = ["flags", "questionnaire", "reference", "references", "resolve"]


def questionnaire(options: argparse.Namespace) -> int:
    """Show a questionnaire, or the JSON Schema of its answers, or its SurveyJS survey."""
    asked = _named(options)
    from feedbackkit.export import json_schema_of, surveyjs_of  # a dossier's page comes with it, and takes its time

    if options.json_schema:
        print(json.dumps(json_schema_of(asked, locale=options.locale), ensure_ascii=False, indent=2))
    elif options.surveyjs:
        print(json.dumps(surveyjs_of(asked), ensure_ascii=False, indent=2))
    else:
        show(f"{asked.title.text(options.locale)} ({asked.ref}, in {', '.join(asked.locales) or 'no language whole'})")
        rows = [_question_row(question, options.locale) for question in asked.questions]
        show_table(("question", "how it is asked", "what it takes", "must"), rows, flexible=(1, 2))
    return 0


def _named(options: argparse.Namespace) -> Questionnaire:
    try:
        ref = questionnaire_ref("NAME", options.name)
    except InvalidValue as wrong:
        known = ", ".join(ready_made())
        raise InvalidValue("NAME", f"must be an id and a version, such as one of {known}", wrong.got) from None
    if options.store is not None:
        with open_desk(options.store) as desk:
            return desk.questionnaire(ref)
    try:
        return ready_made()[ref]
    except KeyError:
        raise NotFound("questionnaire", ref) from None


def _question_row(question: Question, locale: str) -> tuple[str, ...]:
    if isinstance(question, Rating):
        ends = [mark for mark in question.marks if mark.at in {question.least, question.most}]
        told = ", ".join(f"{mark.at} {mark.label.text(locale)}" for mark in ends)
        takes = f"{question.least} to {question.most}{f' ({told})' if told else ''}"
    elif isinstance(question, Choice):
        takes = ", ".join(option.value for option in question.options)
    elif isinstance(question, MultipleChoice):
        most = len(question.options) if question.most is None else question.most
        how_many = f"{question.least}" if question.least == most else f"{question.least} to {most}"
        takes = f"{how_many} of {', '.join(option.value for option in question.options)}"
    else:
        takes = {"YesNo": "yes or no", "Words": "words"}[type(question).__name__]
    return question.name, question.label.text(locale), takes, "yes" if question.required else ""


def references(options: argparse.Namespace) -> int:
    """List references, the retracted ones, too."""
    with open_desk(options.store) as desk:
        about = options.about and known(desk, options.about, "--about")
        views = desk.references.find(about=about, state=options.state)
        if options.json:
            for view in views:
                print(json_line(_reference_fields(view)))
        else:
            rows = [_reference_row(desk, view) for view in views]
            head = ("reference", "state", "about", "source", "for", "calls", "until (UTC)")
            show_table(head, rows, flexible=(2, 3))
    return 0


def _reference_fields(view: ReferenceView) -> dict[str, object]:
    reference, standing = view.reference, view.standing
    return {
        "reference": view.key,
        "state": view.state.value,
        "subject": reference.subject,
        "source": reference.source,
        "request": reference.request,
        "audience": reference.audience.value,
        "clients": list(reference.clients),
        "quotable": reference.quotable,
        "valid_until": utc(reference.valid_until_us),
        "content": view.content,
        "sealed": utc(standing.sealed_us),
        "key_id": None if view.seal is None else view.seal.key_id,
        "confirmed": standing.confirmed,
        "disputed": standing.disputed,
        "replies": standing.replies,
        "successor": standing.successor,
    }


def _reference_row(desk: Desk, view: ReferenceView) -> tuple[str, ...]:
    reference, standing = view.reference, view.standing
    until = "" if reference.valid_until_us is None else minute(reference.valid_until_us)
    calls = ", ".join(
        f"{count} {what}"
        for count, what in ((standing.confirmed, "confirmed"), (standing.disputed, "disputed"))
        if count
    )
    names = desk.person(reference.subject).name, desk.person(reference.source).name
    return view.key, view.state.value, *names, reference.audience.value, calls, until


def reference(options: argparse.Namespace) -> int:
    """Show one reference with what calls found, what the subject replied, and its history; check that it is whole."""
    with open_desk(options.store) as desk:
        view, events = desk.references.get(options.reference), desk.references.history(options.reference)
        desk.references.verify(options.reference)
        names = desk.person(view.reference.source).name, desk.person(view.reference.subject).name
    if options.json:
        fields = _reference_fields(view)
        calls = [
            {
                "call": call.key,
                "at": utc(call.at_us),
                "caller": call.caller,
                "points": {
                    point: {"finding": found.finding.value, "words": found.words}
                    for point, found in call.points.items()
                },
            }
            for call in view.verifications
        ]
        replies = [{"at": utc(reply.at_us), "words": reply.words} for reply in view.replies]
        print(json_line({**fields, "text": view.reference.text, "calls": calls, "replied": replies}))
        return 0
    source, subject = names
    show(f"{source} about {subject}: {view.state.value}, for {view.reference.audience.value}")
    show("")
    show(view.reference.text)
    for call in view.verifications:
        show("")
        show(f"{minute(call.at_us)} UTC, call by {call.caller}: {call.finding.value}")
        for point, found in call.points.items():
            show(f"  {point} {found.finding.value}{f': {found.words}' if found.words else ''}")
    for reply in view.replies:
        show("")
        show(f"{minute(reply.at_us)} UTC, {subject} replied: {reply.words}")
    show("")
    rows = [(minute(event.at_us), event.actor, event.kind.value, event.reason or "") for event in events]
    show_table(("when (UTC)", "who", "what", "why"), rows, flexible=(3,))
    show("The history is whole, and the text is what it says.")
    return 0


def flags(options: argparse.Namespace) -> int:
    """List what looks odd about the answers on a subject."""
    with open_desk(options.store) as desk:
        views = desk.flags(known(desk, options.about, "SUBJECT"))
    if options.json:
        for view in views:
            print(json_line(_flag_fields(view)))
        return 0
    rows = [
        (
            view.flag.id,
            f"{view.flag.score:.2f}",
            view.flag.because,
            "" if view.resolution is None else f"{view.resolution.verdict.value} by {view.resolution.by}",
        )
        for view in views
    ]
    show_table(("flag", "score", "why", "decided"), rows, right=[1], flexible=(2,))
    return 0


def _flag_fields(view: FlagView) -> dict[str, object]:
    flag = view.flag
    decided = [
        {"verdict": each.verdict.value, "why": each.why, "by": each.by, "at": utc(each.at_us)}
        for each in view.resolutions
    ]
    return {
        "flag": flag.id,
        "kind": flag.kind.value,
        "request": flag.request,
        "other": flag.other,
        "score": flag.score,
        "because": flag.because,
        "decided": decided,
    }


def resolve(options: argparse.Namespace) -> int:
    """Record what somebody decided about a flag, and why."""
    with open_desk(options.store) as desk:
        about = known(desk, options.about, "SUBJECT")
        raised = {view.flag.id: view for view in desk.flags(about)}
        if options.flag not in raised:
            raise NotFound("flag", presentable(options.flag))
        verdict = "upheld" if options.upheld else "cleared"
        done = desk.resolve_flag(
            raised[options.flag], about=about, verdict=verdict, why=options.why, by=Actor(options.by)
        )
    if options.json:
        print(json_line({"flag": done.flag.id, "verdict": done.verdict.value, "by": done.by, "at": utc(done.at_us)}))
    else:
        show(f"{done.flag.id}: {done.verdict.value} by {done.by}")
    return 0
