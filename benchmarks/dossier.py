"""A dossier of sixty answers: put together from a store, and as a page, a text and JSON."""

from __future__ import annotations

import random
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.harness import WALL, Candidate, Outcome, Target, alternate, settle
from feedbackkit import Ask, Consent, Desk, ManualClock, Organisation, Person, Source, SQLiteStore
from feedbackkit.codec.dossiers import dossier_json
from feedbackkit.export import dossier_html

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedbackkit.evidence.dossier import Dossier

ANSWERS = 60
SOURCES = 30
LIMIT_MS = 100.0
OPENED = "put together by a desk that was just opened"
WHOLE = "put together again, as a page of HTML"
AGAIN = "put together again, nothing being new"
PAGE = "as a page of HTML, with workings"
TEXT = f"""
One unit is one dossier of {ANSWERS} answers by {SOURCES} people to the ready-made questionnaire for interim management:
five ratings, a yes or no, strengths and cautions each. The first rows read it all from an SQLite file and look for odd
answers; a desk that was just opened fits the five questions, and one that did so before does not fit them again while
nothing new was said. The others take the finished dossier.
"""


def measure(*, rounds: int) -> Outcome:
    """What a dossier costs."""
    with tempfile.TemporaryDirectory() as folder, _desk(Path(folder)) as desk:
        dossier = desk.dossier("subject")
        assert len(dossier.statements) == ANSWERS
        assert [criterion.sources for criterion in dossier.criteria] == [SOURCES] * 5
        assert dossier_html(dossier, "de").count("<article>") == ANSWERS
        candidates = [
            _candidate(OPENED, lambda: _opened(Path(folder))),
            _candidate(AGAIN, lambda: desk.dossier("subject")),
            _candidate(WHOLE, lambda: dossier_html(desk.dossier("subject"), "de")),
            _candidate(PAGE, lambda: dossier_html(dossier, "de")),
            _candidate("as text for a terminal", lambda: dossier.text("de")),
            _candidate("as JSON", lambda: dossier_json(dossier)),
        ]
        settle()
        measurements = alternate(candidates, clock=WALL, rounds=rounds)
    return Outcome(
        title="A dossier of 60 answers",
        text=TEXT,
        clock="wall clock",
        limit=PAGE,
        measurements=measurements,
        targets=[Target(candidate=name, at_most=LIMIT_MS * 1e3) for name in (OPENED, WHOLE, PAGE)],
    )


def _opened(folder: Path) -> Dossier:
    with Desk(SQLiteStore(folder / "house.db"), clock=ManualClock("2029-06-14T10:00:00Z"), secret=bytes(32)) as desk:
        return desk.dossier("subject")


def _candidate(name: str, make: Callable[[], object]) -> Candidate:
    def work() -> int:
        make()
        return 1

    return Candidate(name=name, prepare=lambda: nullcontext(work))


def _words(number: int) -> str:
    """Some sentences that nobody else wrote."""
    parts = ("Hört zu", "Entscheidet", "Bleibt dabei", "Schreibt knapp", "Kennt die Zahlen", "Führt ruhig")
    rng = random.Random(number)  # noqa: S311 - no secret
    return " ".join(f"{rng.choice(parts)}, {rng.randrange(10**6)} mal {rng.choice(parts).lower()}." for _ in range(4))


def _desk(folder: Path) -> Desk:
    clock = ManualClock("2026-03-02T10:00:00Z")
    desk = Desk(SQLiteStore(folder / "house.db"), clock=clock, secret=bytes(32))
    subject = Person(id="subject", name="Thomas Brandt")
    people = [
        Person(
            id=f"source-{number}",
            email=f"source.{number}@house.example",
            name=f"Jörg Müller-{number}",
            organisation=Organisation(id=f"house-{number % 7}", name=f"Haus {number % 7}"),
            basis=Consent("form", since="2025-01-01"),
        )
        for number in range(SOURCES)
    ]
    for number in range(ANSWERS):
        key = f"reference-{number:03}"
        person = people[number % SOURCES]
        desk.request(Ask(key=key, respondent=person, subject=subject, occasion="reference", questionnaire="interim@1"))
        items = {
            name: 3 + (number * place + place) % 3
            for place, name in enumerate(("performance", "leadership", "expertise", "communication", "results"), 1)
        }
        words = {"strengths": _words(number), "cautions": _words(number + ANSWERS)}
        desk.give(key, {**items, "again": True, **words}, by=person, source=Source(relation="sponsor", days=90))
        clock.set_us(clock.now_us() + 20 * 86_400_000_000)
    return desk
