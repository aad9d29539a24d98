"""Runs the programs of these tests, unmeasured: who is killed leaves no record, and to measure is slow."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

__all__ = ["told_by"]

_ROOT: Final = Path(__file__).resolve().parents[2]


def told_by(program: str, *arguments: object) -> list[str]:
    """The lines that a program of this folder prints; what it complains of fails the test."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    command = [sys.executable, "-m", f"tests.faults.{program}", *map(str, arguments)]
    done = subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
