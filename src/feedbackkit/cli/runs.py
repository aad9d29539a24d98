"""The commands that do what is due: one run, a worker, what it gave up, and going on after a restore."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from feedbackkit.cli.health import Health
from feedbackkit.cli.opening import channel_of, open_desk
from feedbackkit.cli.planning import plan_all
from feedbackkit.cli.render import json_line, utc
from feedbackkit.cli.stopping import StopOnSignal
from feedbackkit.cli.terminal import show_table
from feedbackkit.domain.checks import identifier, whole

if TYPE_CHECKING:
    import argparse

__all__ = ["failed", "resume", "run", "work"]


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


def work(options: argparse.Namespace) -> int:
    """Run what is due, wait, and again, until a signal; the batch in hand is finished first."""
    every = dt.timedelta(seconds=whole("--every", options.every, least=1, most=600))
    owner = None if options.name is None else identifier("--name", options.name, limit=60)
    channel, health = channel_of(options), Health(json=options.json)
    with (
        StopOnSignal() as stop,
        open_desk(options.store, channel, sender=options.sender, owner=owner, observers=[health]) as desk,
    ):
        desk.work(every=every, stop=stop, wait=stop.wait)
    return 0


def failed(options: argparse.Namespace) -> int:
    """List what was given up, or bring it back."""
    with open_desk(options.store) as desk:
        letters = desk.dead_letters()
        back = [letter.key for letter in letters] if options.retry_all else options.retry
        if back is not None:
            letters = desk.retry(*back)
    if options.json:
        for letter in letters:
            print(json_line({"kind": letter.kind, "key": letter.key, "due": utc(letter.due_us), "why": letter.why}))
        return 0
    rows = [(letter.kind, f"{letter.due:%a %d %b %Y %H:%M}", letter.key, letter.why) for letter in letters]
    known = 4 if any(letter.why for letter in letters) else 3
    if rows:
        show_table(("kind", "due (UTC)", "key", "why")[:known], [row[:known] for row in rows])
    print(f"{len(letters)} {'given up' if back is None else 'brought back'}")
    return 0


def resume(options: argparse.Namespace) -> int:
    """Plan what is known by now, count what is due as made, and let runs go on."""
    with open_desk(options.store) as desk:
        if desk.needs_resume():
            plan_all(desk)
        counts = desk.resume().counts
    if options.json:
        print(json_line(dict(sorted(counts.items()))))
    else:
        done = ", ".join(f"{count} {what}" for what, count in sorted(counts.items())) or "nothing was due"
        print(f"{done}; nobody was contacted, and runs go on")
    return 0
