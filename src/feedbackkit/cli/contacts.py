"""The commands about contacts: those of a person, and the calls that are to be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.cli.opening import open_desk
from feedbackkit.cli.render import json_line, minute, utc
from feedbackkit.cli.terminal import show, show_table

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from feedbackkit.desk import ContactView
    from feedbackkit.desk.views import DueCall

__all__ = ["calls", "contacts"]


def calls(options: argparse.Namespace) -> int:
    """List the calls that wait to be made, or note that one was."""
    with open_desk(options.store) as desk:
        if options.made is not None:
            desk.note_call(options.made, note=options.note or "")
            return 0
        sheet = desk.calls()
    if options.json:
        for call in sheet:
            print(json_line(_call_fields(call)))
    else:
        show("\n\n".join(map(str, sheet)) or "no call waits to be made")
    return 0


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
