from __future__ import annotations

import datetime as dt
import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.cli.progress import ProgressBar
from feedbackkit.cli.render import heading, json_line, minute, shortened, table, utc, width_of
from feedbackkit.domain.times import instant

if TYPE_CHECKING:
    from collections.abc import Sequence


def test_columns_stand_below_each_other() -> None:
    """Each column is as wide as its widest cell, a rule parts head and rows, and no line ends with blanks."""
    shown = table(("rule", "moved", "why"), [("gap", 7, "too near"), ("office hours", 1238, "")], right=[1])
    assert shown.splitlines() == [
        "rule          moved  why",
        "────────────  ─────  ────────",
        "gap               7  too near",
        "office hours   1238",
    ]


def test_a_table_without_rows_is_its_head() -> None:
    """Nothing found still shows what was looked for."""
    assert table(("request", "state"), []).splitlines() == ["request  state", "───────  ─────"]


@given(st.lists(st.tuples(st.text("aé森🎉\u0301", max_size=6), st.integers()), max_size=6))
def test_the_last_column_begins_at_one_place(rows: Sequence[tuple[str, int]]) -> None:
    """Whatever the cells look like on a terminal, wide or combined, the next column begins at the same width."""
    lines = table(("name", "number"), rows).splitlines()
    starts = {width_of(line[: line.rindex(str(number))]) for line, (_, number) in zip(lines[2:], rows, strict=True)}
    assert len(starts) <= 1


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("森鷗外", 6), ("e\u0301", 1), ("🎉", 2), ("", 0)])
def test_width_is_what_a_terminal_shows(text: str, width: int) -> None:
    """Wide characters take two columns, combining ones none."""
    assert width_of(text) == width


def test_a_heading_has_a_line_of_its_width() -> None:
    """It stands apart from what was printed before."""
    assert heading("森 word") == "\n森 word\n───────"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-29T03:00:00+02:00", "2026-03-29T01:00:00Z"),
        ("2026-03-29T03:00:00.000001+02:00", "2026-03-29T01:00:00.000001Z"),
        ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
    ],
)
def test_programs_read_instants_in_utc(at: str, expected: str) -> None:
    """ISO 8601 with a Z, with microseconds only where there are any."""
    assert utc(instant(at)) == expected
    assert instant(expected) == instant(at)


def test_no_instant_is_no_text() -> None:
    """What has no time is null for programs."""
    assert utc(None) is None


def test_a_table_tells_times_in_utc_to_the_minute() -> None:
    """As a row of fixed width, that sorts by time."""
    assert minute(instant("2026-03-29T03:04:59+02:00")) == "2026-03-29 01:04"


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("Weber", 5, "Weber"),
        ("Weber", 4, "Web…"),
        ("Weber", 1, "…"),
        ("森鷗外", 5, "森鷗…"),
        ("森鷗外", 4, "森…"),
        ("", 1, ""),
    ],
)
def test_what_is_too_long_is_shortened(text: str, width: int, shown: str) -> None:
    """To what a terminal shows, with an ellipsis for the rest."""
    assert shortened(text, width) == shown


@given(st.text("aé森🎉\u0301", max_size=12), st.integers(1, 12))
def test_a_shortened_text_fits(text: str, width: int) -> None:
    """Whatever its characters take, and what fits is left as it is."""
    short = shortened(text, width)
    assert width_of(short) <= width
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]) and width_of(text) > width)


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=20) | st.none() | st.integers()))
def test_one_object_is_one_line(fields: dict[str, object]) -> None:
    """Whatever the words are, a line of JSON is one line, and reads back the same in the same order."""
    line = json_line(fields)
    assert "\n" not in line
    assert "\r" not in line
    assert list(json.loads(line).items()) == list(fields.items())


class Terminal(io.StringIO):
    """A standard error that is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


def test_a_watched_play_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the bar grows to its end on the last day, and is gone afterwards."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    bar = ProgressBar(dt.date(2026, 1, 1), dt.date(2026, 1, 4))
    for day in (1, 2, 3, 4):
        bar(dt.date(2026, 1, day))
    bar.end()
    shown = terminal.getvalue().split("\r")
    assert [step.count("█") for step in shown[1:5]] == [10, 20, 30, 40]
    assert shown[4].endswith("04 Jan 2026")
    assert shown[-1] == "\x1b[K"


def test_an_unwatched_play_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where standard error is a file, not one byte of the bar is in it."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    bar = ProgressBar(dt.date(2026, 1, 1), dt.date(2026, 1, 1))
    bar(dt.date(2026, 1, 1))
    bar.end()
    assert stream.getvalue() == ""
