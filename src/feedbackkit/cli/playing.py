"""The command that plays a stretch of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.cli.opening import check_there
from feedbackkit.cli.planning import DEFAULT
from feedbackkit.cli.progress import ProgressBar
from feedbackkit.cli.report import report
from feedbackkit.cli.respondents_toml import read_respondents
from feedbackkit.cli.terminal import show
from feedbackkit.desk import Desk, ManualClock
from feedbackkit.desk.reactions import SilentPost
from feedbackkit.desk.simulator import Simulator
from feedbackkit.domain.times import day
from feedbackkit.errors import InvalidValue
from feedbackkit.stores import SQLiteStore

if TYPE_CHECKING:
    import argparse
    import datetime as dt


__all__ = ["play"]

_FIRST_YEAR: Final = 1990
_LAST_YEAR: Final = 2199


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
