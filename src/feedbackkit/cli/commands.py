"""The commands, each a function of its options; what it gives is the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from feedbackkit.cli.ahead import forecast, show_rich, whatif
from feedbackkit.cli.calls import calls
from feedbackkit.cli.dossiers import disclosures, dossier
from feedbackkit.cli.exchange import export, import_recommendations
from feedbackkit.cli.mail import readdress, receive
from feedbackkit.cli.mandates_csv import read_mandates
from feedbackkit.cli.opening import channel_of, check_there, open_desk
from feedbackkit.cli.persons import alerts, approve
from feedbackkit.cli.planning import DEFAULT, plan, plan_all
from feedbackkit.cli.progress import ProgressBar
from feedbackkit.cli.render import json_line, minute, utc
from feedbackkit.cli.report import report
from feedbackkit.cli.respondents_toml import read_respondents
from feedbackkit.cli.terminal import show, show_table
from feedbackkit.cli.wishes import deliver, opt_out, owed, pause, prefer_phone, refusals
from feedbackkit.cli.worker import failed, resume, work
from feedbackkit.cli.worth import flags, questionnaire, reference, references, resolve
from feedbackkit.desk import Desk, ManualClock
from feedbackkit.desk.simulator import SilentPost, Simulator
from feedbackkit.domain.times import day
from feedbackkit.errors import InvalidValue, NotFound
from feedbackkit.stores import SQLiteStore
from feedbackkit.stores.sql import schema_sql
from feedbackkit.stores.sql.layouts import LAYOUT
from feedbackkit.workflow import mermaid, reference_mermaid

if TYPE_CHECKING:
    import argparse
    import datetime as dt
    from collections.abc import Iterator, Sequence, Sized

    from feedbackkit.desk import ContactView, RequestView
    from feedbackkit.domain.request import Event

__all__ = [
    "alerts",
    "approve",
    "calls",
    "contacts",
    "deliver",
    "diagram",
    "disclosures",
    "dossier",
    "explain",
    "export",
    "failed",
    "find",
    "flags",
    "forecast",
    "history",
    "import_mandates",
    "opt_out",
    "owed",
    "pause",
    "plan",
    "play",
    "prefer_phone",
    "questionnaire",
    "readdress",
    "receive",
    "reference",
    "references",
    "refusals",
    "resolve",
    "resume",
    "run",
    "schema",
    "whatif",
    "work",
]

_FIRST_YEAR: Final = 1990
_LAST_YEAR: Final = 2199


def import_mandates(options: argparse.Namespace) -> int:
    """Store the mandates of a file, all or none; or draft references of recommendations."""
    if options.linkedin_of is not None:
        return import_recommendations(options)
    mandates = read_mandates(options.file)
    engagements = [attrs.evolve(each, playbook=options.playbook) for each in mandates.engagements]
    with open_desk(options.store, new=True) as desk:
        changed = set(desk.add(*engagements, opt_outs=mandates.opt_outs))
    same = len(mandates.engagements) - len(changed)
    if options.json:
        for engagement in mandates.engagements:
            print(json_line({"mandate": engagement.id, "changed": engagement.id in changed}))
    else:
        people = {person.id for each in mandates.engagements for person in (each.sponsor,)}
        houses = {each.sponsor.organisation for each in mandates.engagements}
        counts = (_count(mandates.engagements, "mandate"), _count(people, "sponsor"), _count(houses, "client"))
        print("{}: {} with {} at {}".format(options.file, *counts))
        print(f"{len(changed)} new or changed, {same} known already")
    return 0


def _count(things: Sized, name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


def play(options: argparse.Namespace) -> int:
    """Play a stretch of time on a clock of its own, and tell what it came to."""
    first, last = _date(options.first, "--from"), _date(options.last, "--until")
    if last < first:
        raise InvalidValue("--until", "must not be before --from", "an earlier date")
    script = read_respondents(options.respondents)
    check_there(options.store)
    clock, post, store = ManualClock(f"{first}T00:00:00+00:00"), SilentPost(), SQLiteStore(options.store)
    # No watermark: whoever plays may begin again on an older copy of the store.
    with Desk(store, channels=[post], clock=clock, owner="play", watermark=False) as desk:
        bar = ProgressBar(first, last)
        try:
            simulator = Simulator(store, desk, clock, post, script=script, playbook=DEFAULT)
            simulator.play(first, last, each_day=bar)
        finally:
            bar.end()
        clock.set(f"{last}T23:00:00+00:00")
        for block in report(desk):
            show(block)
    return 0


def _date(text: str, option: str) -> dt.date:
    try:
        date = day(text)
    except InvalidValue as wrong:
        raise InvalidValue(option, "must be a date such as 2026-01-01", wrong.got) from None
    if not _FIRST_YEAR <= date.year <= _LAST_YEAR:
        raise InvalidValue(option, f"must lie in the years {_FIRST_YEAR} to {_LAST_YEAR}", "a date outside of them")
    return date


def run(options: argparse.Namespace) -> int:
    """Plan what is known by now, and send what is due by now."""
    with open_desk(options.store, channel_of(options), sender=options.sender) as desk:
        if not desk.needs_resume():  # or else the run says so, and nothing is changed
            plan_all(desk)
        counts = desk.run().counts
    if options.json:
        print(json_line(dict(sorted(counts.items()))))
    else:
        print(", ".join(f"{count} {what}" for what, count in sorted(counts.items())) or "nothing was due")
    return 0


def find(options: argparse.Namespace) -> int:
    """List requests."""
    with open_desk(options.store) as desk:
        about, person = _known(desk, options.about, "--about"), _known(desk, options.person, "--person")
        views = desk.find(state=options.state, about=about, person=person)
        if options.json:
            for view in views:
                print(json_line(_request_fields(view)))
        else:
            rows = [_request_row(desk, view) for view in views]
            show_table(("request", "state", "next step (UTC)", "respondent", "about"), rows, flexible=(3, 4))
    return 0


def _known(desk: Desk, who: str | None, option: str) -> str | None:
    """The id of somebody who is stored, as an option names it."""
    try:
        return None if who is None else desk.person(who).id
    except InvalidValue as wrong:
        raise InvalidValue(option, wrong.rule, wrong.got) from None
    except NotFound:
        raise InvalidValue(option, "must be the id of somebody who is stored", "another one") from None


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
        "because": [
            {"rule": reason.rule, "until": utc(reason.until_us), "text": reason.text} for reason in event.because
        ],
    }


def _event_rows(number: int, event: Event) -> Iterator[tuple[object, ...]]:
    """One row for each reason, and one where there is none."""
    reasons = [event.reason] if event.reason else []
    reasons += [f"{reason.rule}: {reason.text}" for reason in event.because]
    yield number, minute(event.at_us), event.actor, event.kind.value, reasons[0] if reasons else ""
    for reason in reasons[1:]:
        yield "", "", "", "", reason


def contacts(options: argparse.Namespace) -> int:
    """List the contacts of a person."""
    with open_desk(options.store) as desk:
        desk.person(options.person)
        views = desk.contacts(options.person)
    if options.json:
        for view in views:
            print(json_line(_contact_fields(view)))
    else:
        rows = [row for view in views for row in _contact_rows(view)]
        show_table(("when (UTC)", "status", "channel", "contact", "what"), rows)
    return 0


def _contact_fields(view: ContactView) -> dict[str, object]:
    contact = view.contact
    return {
        "contact": contact.id,
        "person": contact.person,
        "organisation": contact.organisation,
        "status": view.status.value,
        "channel": contact.channel,
        "booked": utc(contact.booked_us),
        "settled": utc(view.settled_us),
        "tries": view.tries,
        "reason": view.reason,
        "lines": [{"request": line.request, "kind": line.kind.value, "step": line.step} for line in contact.lines],
    }


def _contact_rows(view: ContactView) -> Iterator[Sequence[str]]:
    """One row for each request that it speaks for, and one where there is none."""
    contact = view.contact
    first, *rest = [f"{line.kind.value} {line.step}" for line in contact.lines] or ["elsewhere"]
    yield minute(contact.booked_us), view.status.value, contact.channel, contact.id, first
    for what in rest:
        yield "", "", "", "", what


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
                "because": [
                    {"rule": reason.rule, "until": utc(reason.until_us), "text": reason.text}
                    for reason in decision.because
                ],
            }
            print(json_line(fields))
    else:
        show_rich(explanation)
    return 0


def diagram(options: argparse.Namespace) -> int:
    """Print the law of a request, or of a reference, as a Mermaid diagram."""
    print(reference_mermaid() if options.law == "reference" else mermaid())
    return 0


def schema(options: argparse.Namespace) -> int:
    """Print the SQL that leads from one layout of a store's tables to another."""
    end = LAYOUT if options.end is None else options.end
    print(schema_sql(options.dialect, start=options.start, end=end, prefix=options.prefix), end="")
    return 0
