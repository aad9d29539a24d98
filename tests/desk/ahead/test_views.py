"""A forecast in a terminal and as a picture."""

from __future__ import annotations

import datetime as dt
import sys
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from feedbackkit.domain.times import DAY_US
from feedbackkit.errors import SetupError
from tests.desk.house import WEBER, ask, house, respondent

if TYPE_CHECKING:
    from pathlib import Path

    from feedbackkit.desk.ahead import Forecast


@pytest.fixture(scope="module")
def forecast() -> Forecast:
    """Two months of a person with two requests at a house, and of one without a house."""
    h = house()
    h.desk.request_all(
        [
            ask("r", respondent=WEBER),
            ask("s", respondent=WEBER, due_us=h.clock.now_us() + 3 * DAY_US),
            ask("t", respondent=respondent(1, house=None)),
        ]
    )
    return h.desk.forecast(60)


def shown(what: object) -> str:
    """What a terminal shows."""
    terminal = Console(file=StringIO(), force_terminal=True, width=100)
    terminal.print(what)
    assert isinstance(terminal.file, StringIO)
    return terminal.file.getvalue()


def test_the_terminal_shows_what_the_text_says(forecast: Forecast) -> None:
    """Every cell of the plain text, with names, and in colours."""
    text = shown(forecast.rich())
    assert "\x1b[" in text
    assert all(word in text for word in ("Dr. Anna Weber", "Nordwerk", "minimum gap", "Contacts by day"))


def test_printed_by_rich_as_it_is_it_shows_ids(forecast: Forecast) -> None:
    """As its `str` does."""
    text = shown(forecast)
    assert "Weber" not in text
    assert "P-weber" in text


@pytest.mark.parametrize(
    ("ending", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")], ids=["png", "svg", "pdf"]
)
def test_the_picture_is_drawn_in_the_form_of_its_name(
    forecast: Forecast, tmp_path: Path, ending: str, begins: bytes
) -> None:
    """A file that begins as such files do."""
    forecast.picture(tmp_path / f"strip.{ending}")
    assert (tmp_path / f"strip.{ending}").read_bytes().startswith(begins)


def test_the_picture_names_people_and_says_how_many_there_are(forecast: Forecast, tmp_path: Path) -> None:
    """The labels of a picture are text; one person of two is said to be one of two."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.fonttype": "none"}):
        forecast.picture(tmp_path / "all.svg")
        forecast.picture(str(tmp_path / "one.svg"), people=1)
    everybody, one = ((tmp_path / f"{name}.svg").read_text(encoding="utf-8") for name in ("all", "one"))
    assert "Dr. Anna Weber" in everybody
    assert "Nordwerk" in everybody
    assert "Respondent 1" in everybody
    assert "2 people" in everybody
    assert "Contacts from 2 March 2026 to 1 May 2026" in everybody
    assert "of 2 people" in one


def test_a_picture_of_nothing_is_a_picture(tmp_path: Path) -> None:
    """An empty calendar."""
    house().desk.forecast(30).picture(tmp_path / "empty.png")
    assert (tmp_path / "empty.png").stat().st_size > 1_000


@pytest.mark.parametrize(
    ("package", "extra"), [("matplotlib", r"feedbackkit\[plot\]"), ("rich", r"feedbackkit\[rich\]")]
)
def test_without_the_extra_it_says_what_to_install(
    forecast: Forecast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str, extra: str
) -> None:
    """In one sentence; the text needs nothing."""
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SetupError, match=extra):
        forecast.picture(tmp_path / "x.png") if package == "matplotlib" else forecast.rich()
    assert "Nordwerk" in forecast.told()


def test_the_days_of_the_calendar_add_up(forecast: Forecast) -> None:
    """The column of all is what the days of its week have, and weekends have none."""
    weeks = [line.split() for line in str(forecast).splitlines() if " Mar 2026  " in line or " Apr 2026  " in line]
    assert weeks
    for _, _, _, *days, every in [week[:11] for week in weeks]:
        assert sum(int(day) for day in days if day != "·") == int(every)
        assert days[5:] == ["·", "·"]
    assert all(day.weekday() < 5 for day in forecast.per_day())
    assert min(forecast.per_day()) == dt.date(2026, 3, 2)
