"""What is shown in tables, whatever shows them: plain text, or `rich` in a terminal."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from feedbackkit.domain.contact import COURTESIES, ContactKind
from feedbackkit.domain.times import face

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from feedbackkit.desk.ahead.forecast import Forecast, LimitHit

    Named: TypeAlias = Callable[[str], str]
    """How a view calls a person or organisation: by name, or by id."""

__all__ = ["Section", "plain", "sections_of"]

_MOST: Final = 10
_GAP: Final = "  "
_BAR: Final = 16
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EFFECTS: Final = ("moved", "held", "stopped")
_WEEK: Final = dt.timedelta(days=7)


class Section(NamedTuple):
    """A title, and a table or lines of text under it."""

    title: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    right: tuple[int, ...] = ()
    """The columns of numbers, which are aligned to the right."""
    lines: tuple[str, ...] = ()


def plain(sections: Iterable[Section]) -> str:
    """The sections as text, in aligned columns."""
    return "\n\n".join("\n".join(_lines(section)) for section in sections)


def _lines(section: Section) -> Iterator[str]:
    yield section.title
    yield "─" * len(section.title)
    yield from section.lines
    if not section.head:
        return
    cells = [section.head, *section.rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(section.head))]
    for row in cells:
        aligned = [
            cell.rjust(width) if column in section.right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield _GAP.join(aligned).rstrip()


def sections_of(forecast: Forecast, name: Named) -> list[Section]:
    """All of a forecast, people and organisations called as a view calls them."""
    found = [_summary(forecast), _calendar(forecast), _people(forecast, name), _organisations(forecast, name)]
    found.append(_limits(forecast, name))
    return [section for section in found if section.rows or section.lines]


def _date(day: dt.date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def counted(count: int, noun: str) -> str:
    """A number with its noun: ``1 contact``, ``2 contacts``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _summary(forecast: Forecast) -> Section:
    days = round((forecast.until_us - forecast.from_us) / 86_400_000_000)
    asks = sum(line.kind is ContactKind.ASK for contact in forecast.contacts for line in contact.lines)
    others = [line.kind for contact in forecast.contacts for line in contact.lines if line.kind not in COURTESIES]
    reminders = len(others) - asks
    states = ", ".join(f"{count:,} {state}" for state, count in forecast.states.items())
    lines = [
        f"{counted(len(forecast.contacts), 'contact')} to {counted(len(forecast.per_person()), 'person')}"
        f" with {counted(asks, 'ask')} and {counted(reminders, 'reminder')}".replace("persons", "people"),
        f"In the end: {states}" if states else "Nothing is open",
    ]
    if forecast.waiting:
        lines.append(f"{counted(len(forecast.waiting), 'request')} still held then")
    lines += ["Taken for granted:", *(f"  - {assumption}" for assumption in forecast.assumptions)]
    first = forecast.starts.date()
    return Section(f"The {counted(days, 'day')} from {_date(first)}", lines=tuple(lines))


def _calendar(forecast: Forecast) -> Section:
    """A row for each week, a column for each day."""
    days = forecast.per_day()
    if not days:
        return Section("")
    weeks: dict[dt.date, list[int]] = {}
    first, last = min(days), max(days)
    monday = first - dt.timedelta(days=first.weekday())
    while monday <= last:
        weeks[monday] = [days.get(monday + dt.timedelta(days=number), 0) for number in range(7)]
        monday += _WEEK
    most = max(map(sum, weeks.values()))
    rows = tuple(
        (
            f"{monday.day:>2} {monday:%b %Y}",
            *(f"{count}" if count else "·" for count in week),
            f"{sum(week)}",
            "█" * -(-sum(week) * _BAR // most),
        )
        for monday, week in weeks.items()
    )
    return Section(
        "Contacts by day, as their readers count days", ("week of", *_WEEKDAYS, "all", ""), rows, tuple(range(1, 9))
    )


def _people(forecast: Forecast, name: Named) -> Section:
    rows: list[tuple[str, ...]] = []
    for person, count in list(forecast.per_person().items())[:_MOST]:
        theirs = [contact for contact in forecast.contacts if contact.person == person]
        house = theirs[0].organisation
        first, last = (f"{forecast.local(contact):%d %b}" for contact in (theirs[0], theirs[-1]))
        rows.append((name(person), "" if house is None else name(house), f"{count}", first, last))
    title = _title("People", len(forecast.per_person()))
    return Section(title, ("who", "organisation", "contacts", "first", "last"), tuple(rows), (2,))


def _title(who: str, count: int) -> str:
    return f"{who}, the most contacted of {count:,}" if count > _MOST else f"{who}, the most contacted first"


def _organisations(forecast: Forecast, name: Named) -> Section:
    people: dict[str, set[str]] = {}
    weeks: dict[str, Counter[dt.date]] = {}
    for contact in forecast.contacts:
        if contact.organisation is not None:
            day = forecast.local(contact).date()
            people.setdefault(contact.organisation, set()).add(contact.person)
            week = dt.date(day.year, day.month, day.day) - dt.timedelta(days=day.weekday())
            weeks.setdefault(contact.organisation, Counter())[week] += 1
    rows: list[tuple[str, ...]] = []
    for house, count in list(forecast.per_organisation().items())[:_MOST]:
        week, busiest = min(weeks[house].items(), key=lambda item: (-item[1], item[0]))
        rows.append((name(house), f"{count}", f"{len(people[house])}", f"{busiest} from {week.day} {week:%b}"))
    title = _title("Organisations", len(people))
    return Section(title, ("which", "contacts", "people", "busiest week"), tuple(rows), (1, 2))


def _limits(forecast: Forecast, name: Named) -> Section:
    by_rule: dict[str, list[LimitHit]] = {}
    for hit in forecast.limits:
        by_rule.setdefault(hit.rule, []).append(hit)
    rows: list[tuple[str, ...]] = []
    for rule, hits in sorted(by_rule.items(), key=lambda item: (-len(item[1]), item[0])):
        effects = Counter(hit.effect for hit in hits)
        who, often = min(Counter(_whose(hit) for hit in hits).items(), key=lambda item: (-item[1], item[0]))
        until_us = max((hit.until_us for hit in hits if hit.until_us is not None), default=None)
        rows.append(
            (
                rule,
                *(f"{effects[effect] or ''}" for effect in _EFFECTS),
                f"{name(who)} ({often})",
                "" if until_us is None else f"{face(until_us):%d %b %Y}",
            )
        )
    return Section("Limits met", ("rule", *_EFFECTS, "most often", "at the latest until"), tuple(rows), (1, 2, 3))


def _whose(hit: LimitHit) -> str:
    """Whose limit it is: the organisation's for a rule that counts its contacts, and otherwise the person's."""
    return hit.organisation if hit.organisation is not None and hit.rule.startswith("organisation") else hit.person
