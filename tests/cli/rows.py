"""Rows of a file of mandates that a test changes, and the examples."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

from feedbackkit.cli.mandates_csv import COLUMNS

ROOT: Final = Path(__file__).resolve().parent.parent.parent
EXAMPLE_MANDATES: Final = ROOT / "examples" / "mandates.csv"
EXAMPLE_RESPONDENTS: Final = ROOT / "examples" / "respondents.toml"

ROW: Final[dict[str, str]] = {
    "mandate": "M-1",
    "subject_id": "P-1",
    "subject_name": "Thomas Brandt",
    "subject_email": "t.brandt@example.org",
    "client_id": "C-1",
    "client": "Nordwerk GmbH",
    "sponsor_id": "R-1",
    "sponsor_name": "Dr. Anna Weber",
    "sponsor_email": "anna.weber@nordwerk.example",
    "country": "DE",
    "timezone": "Europe/Berlin",
    "locale": "de",
    "basis": "contract",
    "basis_proof": "framework agreement, clause 7",
    "basis_since": "2025-06-01",
    "starts": "2026-03-02",
    "ends": "2026-08-31",
    "milestones": "go-live 2026-05-04; first-close 2026-07-01",
    "extensions": "",
    "early_end": "",
    "opt_out": "",
}
PERSONAL: Final = ("Brandt", "brandt", "Weber", "weber", "Nordwerk", "nordwerk", "framework")
"""What no error about these rows may show."""


def other(**fields: str) -> dict[str, str]:
    """A second row that has nothing to do with the first, changed as told."""
    apart = {
        "mandate": "M-2",
        "subject_id": "P-2",
        "subject_email": "m.huber@example.org",
        "client_id": "C-2",
        "sponsor_id": "R-2",
        "sponsor_email": "jo@ashgrove.example",
    }
    return {**ROW, **apart, **fields}


def text(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> str:
    """Rows as CSV under a header."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def mandates(tmp_path: Path, *rows: dict[str, str]) -> Path:
    """A file with these rows."""
    path = tmp_path / "mandates.csv"
    path.write_text(text(*rows), encoding="utf-8")
    return path
