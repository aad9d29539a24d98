"""The candidates of the due scan; the files are made once, before the rounds."""

from __future__ import annotations

from contextlib import closing, nullcontext
from typing import TYPE_CHECKING

from benchmarks.due import limit
from benchmarks.files import folder
from benchmarks.harness import WALL, Candidate, Outcome, alternate, tell

if TYPE_CHECKING:
    from pathlib import Path

FEW = 10_000

TEXT = """
One unit is one due request found, with its body, when 1,000 of them are due among so many open ones, spread over the
whole table.
"""


def measure(*, rounds: int, many: int, directory: Path) -> Outcome:
    """What finding 1,000 due requests costs among few and among many."""
    with folder(directory) as place:
        tell(f"filling tables with {FEW:,} and {many:,} open requests")
        with (
            closing(limit.fill(place / "hand-few.db", FEW)) as few,
            closing(limit.fill(place / "hand-many.db", many)) as lots,
        ):
            first = f"limit: by hand, a partial index, {FEW:,} open"
            candidates = [
                Candidate(name=first, prepare=lambda: nullcontext(lambda: limit.find(few))),
                Candidate(name=f"by hand, {many:,} open", prepare=lambda: nullcontext(lambda: limit.find(lots))),
            ]
            return Outcome(
                title="What is due",
                text=TEXT,
                clock="wall time",
                limit=first,
                measurements=alternate(candidates, clock=WALL, rounds=rounds),
            )
