"""The commands for what people wish, and what they declined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.cli.opening import open_desk
from feedbackkit.cli.render import json_line, minute, utc
from feedbackkit.cli.terminal import show_table
from feedbackkit.domain.ledger import Scope

if TYPE_CHECKING:
    import argparse

__all__ = ["opt_out", "pause", "prefer_phone", "refusals"]


def _said(options: argparse.Namespace, what: str, text: str) -> int:
    """Print one thing that was done to a person."""
    print(json_line({"person": options.person, "done": what}) if options.json else f"{options.person}: {text}")
    return 0


def opt_out(options: argparse.Namespace) -> int:
    """Leave a person in peace, or take that back."""
    wish = {"occasion": options.occasion, "about": options.about}
    scope = Scope.REMINDERS if options.reminders else Scope.ALL
    with open_desk(options.store) as desk:
        if options.undo:
            desk.undo_opt_out(options.person, scope=scope, **wish)
            return _said(options, "undone", "the wish is taken back, and what it held up goes on")
        desk.opt_out(options.person, scope=scope, until=options.until, **wish)
    return _said(options, "left in peace", "left in peace from now on")


def pause(options: argparse.Namespace) -> int:
    """Leave a person altogether in peace until a date."""
    with open_desk(options.store) as desk:
        desk.pause(options.person, until=options.until)
    return _said(options, "paused", f"left in peace until {options.until}")


def prefer_phone(options: argparse.Namespace) -> int:
    """Call a person from now on instead of writing, or write again."""
    with open_desk(options.store) as desk:
        desk.prefer_phone(options.person, number=options.number, preferred=not options.undo)
    return _said(
        options, "written to" if options.undo else "called", "written to" if options.undo else "called instead"
    )


def refusals(options: argparse.Namespace) -> int:
    """List what a person has declined, or forget it."""
    with open_desk(options.store) as desk:
        if options.lift:
            found = desk.lift_refusals(options.person, about=options.about, occasion=options.occasion)
        else:
            found = tuple(
                no
                for no in desk.refusals(options.person)
                if options.about in {None, no.subject} and options.occasion in {None, no.occasion.value}
            )
    if options.json:
        for no in found:
            fields = {"request": no.request, "subject": no.subject, "occasion": no.occasion.value, "at": utc(no.at_us)}
            print(json_line({**fields, "lifted": options.lift}))
    else:
        rows = [(minute(no.at_us), no.occasion.value, no.subject, no.request) for no in found]
        show_table(("when (UTC)", "occasion", "about", "request"), rows)
    return 0
