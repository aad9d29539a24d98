"""The commands that look ahead."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, Any, Final

from feedbackkit.cli.opening import open_desk
from feedbackkit.cli.render import json_line, utc
from feedbackkit.cli.terminal import show
from feedbackkit.desk.ahead.what_if import Opinions
from feedbackkit.domain.checks import shape
from feedbackkit.errors import InvalidValue
from feedbackkit.policies import Cadence

if TYPE_CHECKING:
    import argparse

    from feedbackkit.desk.ahead import Forecast

__all__ = ["forecast", "show_rich", "whatif"]

_MOST_DAYS: Final = 365


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


def whatif(options: argparse.Namespace) -> int:
    """Compare two ladders of reminders on what is open, by a model of how people react."""
    first, second = (
        Opinions(name=_ladder_name(spans), cadence=Cadence(reminders=spans))
        for spans in (_spans(options.reminders, "--reminders"), _spans(options.instead, "--instead"))
    )
    with open_desk(options.store) as desk:
        present = desk.present()
    comparison = present.what_if(first, second, days=options.days, seeds=options.seeds)
    if options.json:
        for row in comparison.rows():
            print(json_line(row))
    else:
        show_rich(comparison)
    return 0


def _spans(text: str, option: str) -> tuple[dt.timedelta, ...]:
    """Days from text such as ``7,7``; none from an empty one."""
    days = [part.strip() for part in text.split(",")] if text.strip() else []
    if not all(part.isascii() and part.isdigit() and 0 < int(part[:4]) <= _MOST_DAYS for part in days):
        raise InvalidValue(option, f"must be numbers of days from 1 to {_MOST_DAYS}, such as 7,7", shape(text))
    return tuple(dt.timedelta(days=int(part)) for part in days)


def _ladder_name(spans: tuple[dt.timedelta, ...]) -> str:
    return f"reminders after {', '.join(str(span.days) for span in spans)} days" if spans else "no reminders"


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
