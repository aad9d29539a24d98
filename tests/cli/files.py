"""Files of mandates and respondents to try the command line with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.cli.app import main
from tests.cli.rows import ROW, text

if TYPE_CHECKING:
    from pathlib import Path

MANDATE: Final = {
    **ROW,
    "subject_email": "t.brandt@interim.example",
    "basis": "consent",
    "basis_proof": "consent form CF-2025-0113",
    "basis_since": "2025-01-15",
    "starts": "2026-01-05",
    "ends": "2026-03-27",
    "milestones": "go-live 2026-02-16",
}
"""One mandate of three months."""

PERSONAL: Final = ("Brandt", "Weber", "Huber", "anna", "nordwerk.example", "interim.example", "consent form")
"""Words that no error may repeat."""

RESPONDENTS: Final = """\
seed = 7
[ask]
answer = 30
decline = 15
defer = 15
[reminder]
answer = 30
decline = 10
[later_reminder]
answer = 30
[days]
answer = [1, 12]
decline = [1, 5]
defer = [1, 4]
delegate = [1, 3]
wait = [14, 60]
[words.en]
decline = ["no time"]
[words.en.any]
good = ["well done"]
mixed = ["half done"]
poor = ["not done"]
[words.de]
decline = ["keine Zeit"]
[people.R-3]
ask = "delegate"
[people.R-3.to]
id = "R-30"
name = "Max Huber"
email = "huber@suedwerk.example"
client_id = "C-3"
client = "Suedwerk AG"
country = "AT"
timezone = "Europe/Vienna"
locale = "de"
basis = "contract"
basis_proof = "framework agreement 7"
basis_since = "2025-01-15"
[people.R-4]
ask = "silent"
reminder = "answer"
"""


def a_row(**fields: str) -> dict[str, str]:
    """One mandate as it is, but for these fields."""
    return {**MANDATE, **fields}


def written(path: Path, *rows: dict[str, str]) -> Path:
    """A CSV file with these mandates."""
    path.write_text(text(*rows), "utf-8")
    return path


def eight(path: Path) -> Path:
    """Eight mandates of three professionals at five clients, with an extension, an early end and an opt-out."""
    details: list[dict[str, str]] = [
        {},
        {"ends": "2026-02-27", "extensions": "2026-02-02>2026-04-30"},
        {"ends": "2026-06-26", "early_end": "2026-02-09>2026-03-06"},
        {"milestones": "go-live 2026-02-02; audit 2026-03-02"},
        {"opt_out": "reminders"},
        {"milestones": "", "ends": "2026-01-30"},
        {"starts": "2025-06-02"},
        {"opt_out": "all"},
    ]
    zones = (("DE", "Europe/Berlin"), ("US", "America/New_York"), ("JP", "Asia/Tokyo"))
    rows: list[dict[str, str]] = []
    for number, detail in enumerate(details, 1):
        subject, client = number % 3 + 1, number % 5 + 1
        sponsor = number if number != 7 else 2
        client = client if number != 7 else 3
        country, zone = zones[sponsor % 3]
        given = {
            "mandate": f"M-{number}",
            "subject_id": f"P-{subject}",
            "subject_name": f"Professional {subject}",
            "subject_email": f"p{subject}@interim.example",
            "client_id": f"C-{client}",
            "client": f"Client {client}",
            "sponsor_id": f"R-{sponsor}",
            "sponsor_name": f"Sponsor {sponsor}",
            "sponsor_email": f"r{sponsor}@client{client}.example",
            "country": country,
            "timezone": zone,
        }
        rows.append(a_row(**given, **detail))
    return written(path, *rows)


def respondents(path: Path) -> Path:
    """A script in which everything happens."""
    path.write_text(RESPONDENTS, "utf-8")
    return path


def played(folder: Path, *, store: str = "store.db", until: str = "2026-04-30") -> Path:
    """A store with the eight mandates, played for four months."""
    path = folder / store
    mandates, script = eight(folder / "mandates.csv"), respondents(folder / "respondents.toml")
    assert main(["import", str(mandates), "--store", str(path)]) == 0
    play = ["play", "--store", str(path), "--from", "2026-01-01", "--until", until, "--respondents", str(script)]
    assert main(play) == 0
    return path
