"""Lines that are longer than a terminal is wide."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.cli.render import width_of
from feedbackkit.cli.terminal import fitted, show, show_table

LONG = "      person budget: the budget of 4 contacts in 60 days per person is used up → Fri 13 Mar 2026 09:00"


def test_the_rest_of_a_line_goes_on_a_little_deeper() -> None:
    """It is broken between words."""
    assert fitted(LONG, 80).split("\n") == [
        "      person budget: the budget of 4 contacts in 60 days per person is used up →",
        "          Fri 13 Mar 2026 09:00",
    ]


def test_the_rest_of_a_row_goes_on_in_its_column() -> None:
    """Where the column leaves a third of the width."""
    row = " 1  planned  " + "why " * 12
    assert fitted(row.rstrip(), 45, column=13).split("\n") == [
        " 1  planned  why why why why why why why why",
        "             why why why why",
    ]


def test_a_rule_is_cut() -> None:
    """It has no words to go on with."""
    assert fitted("──  " + "─" * 100, 60) == "──  " + "─" * 56


@pytest.mark.parametrize(
    ("line", "columns"), [("short", 80), (LONG, 200), (LONG, 20), ("x" * 100, 80), ("    " + "x" * 100, 80)]
)
def test_what_fits_or_cannot_be_broken_stays_as_it_is(line: str, columns: int) -> None:
    """Also on a terminal that is too narrow for anything."""
    assert fitted(line, columns) == line


words = st.lists(st.text("aé森🎉─", min_size=1, max_size=30), max_size=20)


@given(words, st.integers(0, 12), st.integers(40, 120), st.none() | st.integers(0, 100))
def test_no_word_is_lost_and_every_part_fits(said: list[str], indent: int, columns: int, column: int | None) -> None:
    """Whatever the words are, unless the line is a rule, which is cut; a part that is too wide is one word."""
    line = " " * indent + " ".join(said)
    parts = fitted(line, columns, column=column).split("\n")
    if line.strip("─ "):
        assert " ".join(parts).split() == said
    assert all(width_of(part) <= columns or len(part.split()) == 1 for part in parts)


def test_where_nobody_watches_nothing_is_broken(capsys: pytest.CaptureFixture[str]) -> None:
    """A file or a pipe gets every line whole, whatever the terminal."""
    show(LONG)
    assert capsys.readouterr().out == f"{LONG}\n"


def test_on_a_terminal_lines_and_tables_fit(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the width that the terminal has."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setitem(os.environ, "COLUMNS", "50")
    show(LONG)
    show_table(("no", "why"), [(1, "word " * 20)])
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) > 6
    assert max(map(len, shown)) <= 50
    assert shown[-1].startswith("    word")


def test_on_a_narrow_terminal_the_flexible_columns_of_a_table_give_way(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The widest first, so that each row stays on its line; where nothing is too wide nothing is shortened."""
    rows = [("M-1/closing_review/start/1", "Dr. Anna Maria von Weber", "Thomas Brandt"), ("r", "Bo", "Bo")]
    head = ("request", "respondent", "about")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setitem(os.environ, "COLUMNS", "52")
    show_table(head, rows, flexible=(1, 2))
    shown = capsys.readouterr().out.splitlines()
    assert shown[2:] == [
        "M-1/closing_review/start/1  Dr. Anna M…  Thomas Bra…",
        "r                           Bo           Bo",
    ]
    monkeypatch.setitem(os.environ, "COLUMNS", "67")
    show_table(head, rows, flexible=(1, 2))
    assert capsys.readouterr().out.splitlines()[2].endswith("Dr. Anna Maria von Weber  Thomas Brandt")


def test_no_column_becomes_narrower_than_its_head(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is too wide even so goes on below, as everywhere."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setitem(os.environ, "COLUMNS", "40")
    show_table(("request", "respondent", "about"), [("x" * 30, "y" * 30, "z " * 30)], flexible=(1,))
    shown = capsys.readouterr().out.splitlines()
    assert f"{'x' * 30}  yyyyyyyyy…" in shown[-2] or any("yyyyyyyyy…" in line for line in shown)


def test_where_nobody_watches_no_cell_is_shortened(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file gets the names whole."""
    monkeypatch.setitem(os.environ, "COLUMNS", "40")
    show_table(("request", "respondent"), [("x" * 30, "y" * 30)], flexible=(1,))
    assert "y" * 30 in capsys.readouterr().out
