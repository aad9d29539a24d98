"""The command line on a clock that stands on a Monday, with a channel that tells of each message and waits for leave.

Run as a program: the numbers of two pipes, then what is typed. Into the first pipe goes an ``s`` for each message and
an ``n`` for each signal that was noted; out of the second comes one byte for each message that may be sent.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from feedbackkit.cli import opening
from feedbackkit.cli.app import main
from feedbackkit.cli.stopping import StopOnSignal
from feedbackkit.desk import Desk, ManualClock
from feedbackkit.ports import Outcome, Receipt

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message

MONDAY = "2026-03-02T10:00:00Z"


class Gate:
    """A channel with a gatekeeper."""

    name = "console"
    idempotent = False

    def __init__(self, tell: int, leave: int) -> None:
        self._tell = tell
        self._leave = leave

    def send(self, _message: Message) -> Receipt:
        """Tell, wait for leave, and have it sent."""
        os.write(self._tell, b"s")
        assert os.read(self._leave, 1) == b"."
        return Receipt(Outcome.SENT)


def gated(tell: int, leave: int, typed: list[str]) -> int:
    """Do what was typed, behind the gate."""
    noted = StopOnSignal._note

    def note(self: StopOnSignal, *signal: Any) -> None:
        noted(self, *signal)
        os.write(tell, b"n")

    setattr(StopOnSignal, "_note", note)  # noqa: B010 - a checker would have it that methods stay as they are
    setattr(opening, "ConsoleChannel", partial(Gate, tell, leave))  # noqa: B010 - as above
    setattr(opening, "Desk", partial(Desk, clock=ManualClock(MONDAY), batch=2))  # noqa: B010 - as above
    return main(typed)


if __name__ == "__main__":
    sys.exit(gated(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
