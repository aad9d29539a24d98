"""The commands that look ahead."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from feedbackkit.cli.opening import open_desk
from feedbackkit.cli.render import json_line, utc
from feedbackkit.cli.terminal import show

if TYPE_CHECKING:
    import argparse

    from feedbackkit.desk.ahead import Forecast

__all__ = ["forecast"]


def forecast(options: argparse.Namespace) -> int:
    """Play the next days on a copy of what is open, and tell what they come to."""
    with open_desk(options.store) as desk:
        ahead = desk.forecast(options.days)
    if options.picture is not None:
        ahead.picture(options.picture)
    if options.json:
        _print_json(ahead)
    else:
        show_rich(ahead)
    return 0


def _print_json(ahead: Forecast) -> None:
    print(
        json_line(
            {
                "what": "forecast",
                "from": utc(ahead.from_us),
                "until": utc(ahead.until_us),
                "contacts": len(ahead.contacts),
                "states": {state.value: count for state, count in ahead.states.items()},
                "waiting": ahead.waiting,
                "assumptions": ahead.assumptions,
            }
        )
    )
    for contact, row in zip(ahead.contacts, ahead.rows(), strict=True):
        print(json_line({"what": "contact", **row, "at": utc(contact.booked_us)}))
    for hit, row in zip(ahead.limits, ahead.limit_rows(), strict=True):
        print(json_line({"what": "limit", **row, "at": utc(hit.at_us), "until": utc(hit.until_us)}))


def show_rich(view: Any) -> None:
    """Print a view for people: in colours on a terminal, where `rich` is there, and otherwise as plain text."""
    if sys.stdout.isatty():
        try:
            from rich.console import Console
        except ImportError:
            pass
        else:
            Console().print(view.rich())
            return
    show(view.told())
