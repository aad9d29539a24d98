"""The commands that show a dossier, and who was shown it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit import Desk, SQLiteStore
from feedbackkit.cli.app import main
from tests.desk.house import WEBER, ask

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with one answer to an ask for a reference."""
    path = tmp_path / "house.db"
    with Desk(SQLiteStore(path)) as desk:
        desk.request(ask("R-1"))
        desk.give("R-1", {"performance": 4, "strengths": "Hört zu."}, by=WEBER)
    return path


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Types a command, which must succeed; what it prints."""

    def run(*arguments: object) -> str:
        capsys.readouterr()
        assert main([str(argument) for argument in arguments]) == 0
        return capsys.readouterr().out

    return run


def test_dossier_shows_people_a_text(store: Path, typed: Any) -> None:
    """In English, and in German where that is asked for."""
    assert "What is said about Thomas Brandt" in typed("dossier", "P-brandt", "--store", store)
    assert "Stärken: „Hört zu.“" in typed("dossier", "P-brandt", "--store", store, "--lang", "de")


def test_dossier_gives_programs_json(store: Path, typed: Any) -> None:
    """One object with the format and the version."""
    found = json.loads(typed("dossier", "P-brandt", "--store", store, "--json", "--for", "internal"))
    assert (found["format"], found["audience"]) == ("feedbackkit.dossier/1", "internal")


def test_dossier_writes_a_page(store: Path, typed: Any, tmp_path: Path) -> None:
    """Into the file that is named, and says so."""
    page = tmp_path / "brandt.html"
    assert "1 statement" in typed("dossier", "P-brandt", "--store", store, "--html", page)
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_what_is_shown_to_somebody_is_listed(store: Path, typed: Any) -> None:
    """With --to it is written down; disclosures lists it, for people and for programs."""
    typed("dossier", "P-brandt", "--store", store, "--to", "Stadtwerke")
    assert "Stadtwerke" in typed("disclosures", "--store", store)
    line = json.loads(typed("disclosures", "--store", store, "--of", "R-1", "--json"))
    assert (line["to"], line["statements"]) == ("Stadtwerke", ["R-1"])
    assert typed("disclosures", "--store", store, "--of", "R-2", "--json") == ""
