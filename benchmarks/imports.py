"""What importing costs, in fresh interpreters that take turns."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.harness import Measurement, Outcome, Target, tell

LIMIT = "limit: attrs, cattrs, pendulum"
OURS = "feedbackkit"
FACE = "feedbackkit, with Desk and SQLiteStore"

STATEMENTS = {
    LIMIT: "import attrs, cattrs, pendulum",
    OURS: "import feedbackkit",
    FACE: "from feedbackkit import Desk, SQLiteStore",
    "SQLAlchemy": "import sqlalchemy",
}
TEXT = """
One unit is one import statement in a fresh interpreter whose start is not counted, with compiled files and the disk's
cache warm. The limit is the import of what feedbackkit stands on. Names of feedbackkit load when they are first used,
so its own import is cheap, and the row with names shows what a program pays that uses a desk.
"""


def measure(*, repeats: int) -> Outcome:
    """What each import costs."""
    micros: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    for statement in STATEMENTS.values():
        _micros(statement)  # compiles what was never imported before
    for number in range(repeats):
        tell(f"import {number + 1} of {repeats}")
        for name, statement in STATEMENTS.items():
            micros[name].append(_micros(statement))
    tell("")
    return Outcome(
        title="Import",
        text=TEXT,
        clock="process CPU time of the fresh interpreter",
        limit=LIMIT,
        measurements=[Measurement(name=name, figures=tuple(found)) for name, found in micros.items()],
        targets=[Target(candidate=OURS, against=LIMIT, at_most=1.5)],
    )


def _micros(statement: str) -> float:
    program = f"import time; started = time.process_time(); {statement}; print(time.process_time() - started)"
    done = subprocess.run([sys.executable, "-Ic", program], check=True, capture_output=True, text=True)  # noqa: S603 - the programs stand above
    return float(done.stdout) * 1e6
