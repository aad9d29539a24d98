"""The candidates of the due scan; the files are made once, before the rounds."""

from __future__ import annotations

from contextlib import closing, nullcontext
from typing import TYPE_CHECKING

from benchmarks.due import limit, ours
from benchmarks.files import folder
from benchmarks.harness import WALL, Candidate, Outcome, Target, alternate, tell

if TYPE_CHECKING:
    import sqlite3
    from contextlib import AbstractContextManager
    from pathlib import Path

    from benchmarks.harness import Work

FEW = 10_000

TEXT = """
One unit is one due request found, with its body, when 1,000 of them are due among so many open ones, spread over the
whole table. feedbackkit claims: its requests are leased to the worker, durably, in the same transaction.
"""


def measure(*, rounds: int, many: int, directory: Path) -> Outcome:
    """What finding 1,000 due requests costs among few and among many."""
    with folder(directory) as place:
        tell(f"filling tables with {FEW:,} and {many:,} open requests")
        with (
            closing(limit.fill(place / "hand-few.db", FEW)) as few_by_hand,
            closing(limit.fill(place / "hand-many.db", many)) as many_by_hand,
            closing(ours.fill(place / "ours-few.db", FEW)) as ours_few,
            closing(ours.fill(place / "ours-many.db", many)) as ours_many,
        ):
            first = f"limit: by hand, a partial index, {FEW:,} open"
            few, large = f"feedbackkit, {FEW:,} open", f"feedbackkit, {many:,} open"
            candidates = [
                Candidate(name=first, prepare=lambda: _find(few_by_hand)),
                Candidate(name=f"by hand, {many:,} open", prepare=lambda: _find(many_by_hand)),
                Candidate(name=few, prepare=lambda: ours.claiming(ours_few)),
                Candidate(name=large, prepare=lambda: ours.claiming(ours_many)),
            ]
            return Outcome(
                title="What is due",
                text=TEXT,
                clock="wall time",
                limit=first,
                measurements=alternate(candidates, clock=WALL, rounds=rounds),
                targets=[Target(candidate=large, against=few, at_most=2)],
            )


def _find(db: sqlite3.Connection) -> AbstractContextManager[Work]:
    return nullcontext(lambda: limit.find(db))
