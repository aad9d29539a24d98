"""The command for whoever makes calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.cli.opening import open_desk
from feedbackkit.cli.render import json_line, utc
from feedbackkit.cli.terminal import show

if TYPE_CHECKING:
    import argparse

    from feedbackkit.desk.views import DueCall

__all__ = ["calls"]


def calls(options: argparse.Namespace) -> int:
    """List the calls that wait to be made, or note that one was."""
    with open_desk(options.store) as desk:
        if options.made is not None:
            desk.note_call(options.made, note=options.note or "")
            return 0
        sheet = desk.calls()
    if options.json:
        for call in sheet:
            print(json_line(_fields(call)))
    else:
        show("\n\n".join(map(str, sheet)) or "no call waits to be made")
    return 0


def _fields(call: DueCall) -> dict[str, object]:
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
