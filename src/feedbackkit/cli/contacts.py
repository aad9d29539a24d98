"""The commands about contacts: those of a person, calls that are to be made, and appointments."""

from __future__ import annotations

from email.utils import parseaddr
from typing import TYPE_CHECKING

from feedbackkit.cli.opening import open_desk
from feedbackkit.cli.render import json_line, minute, utc
from feedbackkit.cli.terminal import show, show_table
from feedbackkit.domain.people import Person

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from feedbackkit.desk import ContactView
    from feedbackkit.desk.views import AppointmentView, DueCall

__all__ = ["appoint", "call_off", "calls", "contacts"]


def calls(options: argparse.Namespace) -> int:
    """List the calls that wait to be made, or note that one was."""
    with open_desk(options.store) as desk:
        if options.made is not None:
            desk.note_call(options.made, note=options.note or "")
            return 0
        sheet, agreed = desk.calls(), desk.appointments()
    if options.json:
        for call in sheet:
            print(json_line(_call_fields(call)))
        for each in agreed:
            print(json_line(_agreed_fields(each)))
    else:
        show("\n\n".join(map(str, [*sheet, *agreed])) or "no call waits to be made, and nothing was agreed on")
    return 0


def appoint(options: argparse.Namespace) -> int:
    """Note that a talk or a call was agreed on, or that it has moved."""
    name, address = parseaddr(options.host)
    host = Person(name=name or address, email=address) if "@" in address else options.host
    with open_desk(options.store) as desk:
        agreed = desk.appoint(options.request, at=options.at, minutes=options.minutes, place=options.place, host=host)
        view = next(each for each in desk.appointments() if each.appointment == agreed)
    print(json_line(_agreed_fields(view))) if options.json else show(str(view))
    return 0


def call_off(options: argparse.Namespace) -> int:
    """Call the appointment of a request off."""
    with open_desk(options.store) as desk:
        desk.call_off(options.request, reason=options.reason)
    return 0


def _agreed_fields(view: AppointmentView) -> dict[str, object]:
    agreed = view.appointment
    return {
        "appointment": view.view.key,
        "starts": utc(agreed.starts_us),
        "minutes": agreed.minutes,
        "place": agreed.place,
        "person": view.person.id,
        "name": view.person.name,
        "phone": view.person.phone,
        "host": view.host.id,
        "about": view.subject.name,
    }


def _call_fields(call: DueCall) -> dict[str, object]:
    return {
        "call": call.contact.id,
        "person": call.person.id,
        "name": call.person.name,
        "phone": call.person.phone,
        "allowed": utc(call.allowed_us),
        "because": [{"rule": reason.rule, "until": utc(reason.until_us)} for reason in call.because],
        "requests": [
            {"request": line.view.key, "occasion": line.view.occasion.value, "about": line.subject.name}
            for line in call.lines
        ],
    }


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
