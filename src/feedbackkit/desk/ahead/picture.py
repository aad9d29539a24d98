"""A calendar strip for each person, as a picture: needs the extra `plot`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from feedbackkit.domain.contact import ContactKind
from feedbackkit.errors import SetupError

if TYPE_CHECKING:
    from pathlib import Path

    from feedbackkit.desk.ahead.forecast import Forecast
    from feedbackkit.domain.contact import Contact

__all__ = ["draw"]

_ASK: Final = "#1b5e9e"
_REMINDER: Final = "#e08a1e"
_INK: Final = "#26323c"
_FAINT: Final = "#eef1f4"
_LINE: Final = "#d5dbe1"
_ROW_INCHES: Final = 0.3
_LAST: Final = "\uffff"
"""Sorts behind every name: people without an organisation stand below the others."""


def draw(forecast: Forecast, path: Path | str, *, people: int) -> None:
    """Draw the strips of the most contacted people, grouped by organisation, into a file."""
    try:
        from matplotlib import dates as of_matplotlib
        from matplotlib.figure import Figure
    except ImportError:
        raise SetupError("pictures need the extra plot: pip install 'feedbackkit[plot]'") from None
    dates: Any = of_matplotlib  # its locators have no types
    strips = _strips(forecast, people)
    first, last = forecast.starts.date(), forecast.ends.date()
    height = 1.6 + _ROW_INCHES * max(len(strips), 1)
    figure: Any = Figure(figsize=(11, height), layout="constrained", facecolor="white")
    axes: Any = figure.add_subplot()
    _weekends(axes, first, last)
    for row, (_, contacts) in enumerate(strips):
        axes.axhline(row, color=_LINE, linewidth=0.8, zorder=1)
        for contact in contacts:
            _mark(axes, forecast, contact, row)
        axes.text(1.008, row, f"{len(contacts)}", transform=axes.get_yaxis_transform(), va="center", color=_INK)
    axes.set_yticks(range(len(strips)), [_label(forecast, contacts) for _, contacts in strips])
    axes.set_ylim(len(strips) - 0.5 if strips else 0.5, -0.5)
    axes.set_xlim(first, last)
    axes.xaxis.set_major_locator(dates.WeekdayLocator(byweekday=0, interval=max(1, (last - first).days // 70)))
    axes.xaxis.set_major_formatter(_day_and_month(dates))
    axes.tick_params(which="both", length=0, labelsize=9, colors=_INK)
    axes.tick_params(axis="x", which="major", pad=6)
    for spine in axes.spines.values():
        spine.set_visible(False)
    shown, all_ = len(strips), len(forecast.per_person())
    which = f"the {shown} most contacted of {all_:,} people" if shown < all_ else f"{shown} people"
    axes.set_title(
        f"Contacts from {_spoken(first)} to {_spoken(last)}: {which}",
        loc="left",
        fontsize=12,
        color=_INK,
        pad=22,
        weight="bold",
    )
    _legend(axes)
    figure.savefig(path, dpi=150, metadata=_NO_DATE.get(str(path).rpartition(".")[2].lower()))


_NO_DATE: Final[dict[str, dict[str, None]]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
"""So that the same forecast is the same file."""


def _spoken(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _day_and_month(dates: Any) -> Any:  # noqa: ANN401 - matplotlib is optional
    """Labels such as ``9 Mar``."""

    def label(at: float, _place: int) -> str:
        day = dates.num2date(at)
        return f"{day.day} {day:%b}"

    return label


def _strips(forecast: Forecast, people: int) -> list[tuple[str, list[Contact]]]:
    """The people with the most contacts, those of one organisation together."""
    chosen = list(forecast.per_person())[:people]
    contacts: dict[str, list[Contact]] = {person: [] for person in chosen}
    for contact in forecast.contacts:
        if contact.person in contacts:
            contacts[contact.person].append(contact)
    return sorted(contacts.items(), key=lambda item: (_house(forecast, item[1]) or _LAST, _name(forecast, item[0])))


def _name(forecast: Forecast, key: str) -> str:
    return forecast.names.get(key, key)


def _house(forecast: Forecast, contacts: list[Contact]) -> str:
    organisation = contacts[0].organisation
    return "" if organisation is None else _name(forecast, organisation)


def _label(forecast: Forecast, contacts: list[Contact]) -> str:
    house = _house(forecast, contacts)
    name = _name(forecast, contacts[0].person)
    return f"{name}  ·  {house}" if house else name


def _mark(axes: Any, forecast: Forecast, contact: Contact, row: int) -> None:  # noqa: ANN401 - matplotlib is optional
    """A filled mark for a contact with an ask, an open one for reminders alone; bundled ones are larger."""
    local = forecast.local(contact)
    day = dt.datetime(local.year, local.month, local.day, 12)  # noqa: DTZ001 - a place on the reader's calendar
    bundled = len(contact.lines) > 1
    asks = any(line.kind is ContactKind.ASK for line in contact.lines)
    axes.plot(
        [day],
        [row],
        marker="o" if asks else "D",
        markersize=(7.5 if asks else 5.5) + (2 if bundled else 0),
        color=_ASK if asks else _REMINDER,
        markeredgecolor="white",
        markeredgewidth=0.8,
        zorder=3,
    )
    if bundled:
        axes.annotate(
            f"{len(contact.lines)}",
            (day, row),
            color="white",
            fontsize=5.5,
            ha="center",
            va="center_baseline",
            zorder=4,
        )


def _weekends(axes: Any, first: dt.date, last: dt.date) -> None:  # noqa: ANN401 - as above
    day = first
    while day < last:
        if day.weekday() == 5:  # noqa: PLR2004 - Saturday
            axes.axvspan(day, day + dt.timedelta(days=2), color=_FAINT, linewidth=0, zorder=0)
        day += dt.timedelta(days=1)


def _legend(axes: Any) -> None:  # noqa: ANN401 - as above
    for label, marker, colour in (("ask", "o", _ASK), ("reminder", "D", _REMINDER)):
        axes.plot([], [], linestyle="", marker=marker, color=colour, markersize=6, label=label)
    axes.legend(
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=2,
        frameon=False,
        fontsize=9,
        labelcolor=_INK,
        handletextpad=0.2,
    )
