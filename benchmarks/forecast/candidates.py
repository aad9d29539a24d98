"""The forecast of 90 days, in fresh interpreters, with its peak of memory."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from benchmarks.child import children
from benchmarks.files import folder
from benchmarks.harness import Fact, Measurement, Outcome

if TYPE_CHECKING:
    from pathlib import Path

DAYS: Final = 90
MOST_SECONDS: Final = 20
MOST_MEGABYTES: Final = 300
NAME: Final = "feedbackkit, a contact played"

TEXT = """
One unit is one contact of a forecast of 90 days: decided, booked, sent to nobody, on a copy of the store, by the same
rules and the same code as any run. The copying is in it; making the store is not. Four people work at a house, nobody
answers, and each request has its two reminders. Memory is the peak of the whole process.
"""


def measure(*, rounds: int, requests: int, directory: Path) -> Outcome:
    """Play 90 days over so many open requests."""
    seconds: list[float] = []
    peaks: list[float] = []
    contacts = 0
    for number in range(min(rounds, 3)):
        with (
            folder(directory) as place,
            children("benchmarks.forecast.ours", (place / f"forecast-{number}.db", requests, DAYS)) as work,
        ):
            begun = time.perf_counter()
            [found] = work()
            seconds.append(time.perf_counter() - begun)
            contacts = found["contacts"]
            peaks.append(found["peak"] / 1_000_000)
    played = f"{DAYS} days over {requests:,} open requests"
    measurement = Measurement(name=NAME, figures=tuple(each / contacts * 1e6 for each in seconds))
    return Outcome(
        title="Forecast",
        text=TEXT,
        clock="wall time",
        limit=NAME,
        measurements=[measurement],
        facts=[
            Fact(name=played, figure=max(seconds), unit="s", at_most=MOST_SECONDS),
            Fact(name="peak of memory", figure=max(peaks), unit="MB", at_most=MOST_MEGABYTES),
            Fact(name="contacts played", figure=contacts),
        ],
    )
