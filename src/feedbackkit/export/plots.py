"""Pictures of a dossier as SVG that scales without growing its text: places along the page are in per cent."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Final

from feedbackkit.domain.times import DAY_US, face
from feedbackkit.evidence.dossier import MomentKind
from feedbackkit.export.markup import element

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from xml.etree.ElementTree import Element

    from feedbackkit.evidence.dossier import Criterion, Dossier, Station
    from feedbackkit.evidence.telling.phrases import Phrases

__all__ = ["interval_plot", "symbol", "timeline_plot"]

_LEFT: Final = 3.0
_RIGHT: Final = 97.0
_EPOCH_DAY: Final = dt.date(1970, 1, 1).toordinal()

_BASE: Final = 30
_TALLEST: Final = 22
_LANE: Final = 46
_MANY_YEARS: Final = 12
_MOST_STEPS: Final = 12


def _percent(share: float) -> str:
    return f"{_LEFT + (_RIGHT - _LEFT) * min(max(share, 0.0), 1.0):.2f}%"


def symbol(kind: str) -> Element:
    """One of the marks that the pictures use, alone, for a legend."""
    drawn = {
        "range": lambda: element("rect", x=0, y=4, width=18, height=8, rx=4, class_="range"),
        "usual": lambda: element("line", x1=9, y1=1, x2=9, y2=15, class_="usual"),
        "rating": lambda: element("rect", x=5, y=3, width=8, height=11, class_="ratings"),
    }.get(kind, lambda: _shape(kind, 9, 8))()
    return element("svg", drawn, class_="symbol", width=18, height=16, aria_hidden="true", focusable="false")


def _shape(kind: str, x: float | str, y: float) -> Element:
    """A mark around a point, told apart by its form, not by its colour alone."""
    if kind in {"number", "statement"}:
        return element("circle", cx=x, cy=y, r=6 if kind == "number" else 4.5, class_=kind)
    if kind == "conflict":
        return element("circle", cx=x, cy=y, r=4, class_=kind)
    path = {"self": "M0-6L6 0L0 6L-6 0Z", "check": "M-5 0L-1.5 4L5-4.5", "reply": "M0-5L5 4H-5Z"}[kind]
    return element("svg", element("path", d=path, class_=kind), x=x, y=y, overflow="visible", class_="at")


def interval_plot(criterion: Criterion, name: str, say: Phrases, id_: str) -> Element:
    """One question: its scale, the ratings as columns, the range as a bar, and the number as a dot."""
    low, high = criterion.scale

    def at(value: float) -> str:
        return _percent((value - low) / (high - low))

    drawn = [element("line", x1=_percent(0), x2=_percent(1), y1=_BASE, y2=_BASE, class_="axis")]
    drawn += _scale(criterion, at, say)
    drawn += _columns(criterion, at)
    if criterion.pool_mean is not None:
        drawn.append(
            element("line", x1=at(criterion.pool_mean), x2=at(criterion.pool_mean), y1=20, y2=40, class_="usual")
        )
    if criterion.range is not None:
        start, end = (at(value) for value in criterion.range)
        width = f"{float(end[:-1]) - float(start[:-1]):.2f}%"
        drawn.append(element("rect", x=start, width=width, y=_BASE - 5, height=10, rx=5, class_="range"))
    if criterion.self_score is not None:
        drawn.append(_shape("self", at(criterion.self_score), _BASE))
    if criterion.mean is not None:
        drawn.append(_shape("number", at(criterion.mean), _BASE))
    return element(
        "svg",
        element("title", name, id=f"{id_}-title"),
        element("desc", _told(criterion, name, say), id=f"{id_}-desc"),
        *drawn,
        role="img",
        class_="plot",
        width="100%",
        height=64,
        aria_labelledby=f"{id_}-title {id_}-desc",
    )


def _told(criterion: Criterion, name: str, say: Phrases) -> str:
    low, high = criterion.scale
    number = say("no number short") if criterion.mean is None else say.number(criterion.mean)
    ends = {"bottom": say.score(low), "top": say.score(high)}
    if criterion.range is None:
        return say("interval plot none", criterion=name, number=number, **ends)
    range_ = {"low": say.number(criterion.range.low), "high": say.number(criterion.range.high)}
    return say("interval plot", criterion=name, number=number, **range_, **ends)


def _scale(criterion: Criterion, at: Callable[[float], str], say: Phrases) -> Iterator[Element]:
    low, high = criterion.scale
    whole = low == int(low) and high == int(high) and high - low <= _MOST_STEPS
    values = [float(value) for value in range(int(low), int(high) + 1)] if whole else [low, high]
    for value in values:
        yield element("line", x1=at(value), x2=at(value), y1=_BASE - 4, y2=_BASE + 4, class_="axis")
        yield element("text", say.score(value), x=at(value), y=60, class_="tick")


def _columns(criterion: Criterion, at: Callable[[float], str]) -> Iterator[Element]:
    """A column over each score, as high as it is frequent, and a ring for each rating that does not count."""
    counted = Counter(each.score for each in criterion.weighed if each.left_out is None)
    most = max(counted.values(), default=0)
    for score in sorted(counted):
        high = max(_TALLEST * counted[score] / max(most, 4), 3.0)
        bar = element("rect", x=-4, y=f"{-high:.1f}", width=8, height=f"{high:.1f}", class_="ratings")
        yield element("svg", bar, x=at(score), y=_BASE - 4, overflow="visible", class_="at")
    for score in sorted({each.score for each in criterion.weighed if each.left_out is not None}):
        yield _shape("conflict", at(score), _BASE + 11)


def timeline_plot(dossier: Dossier, say: Phrases) -> Element:
    """A lane for each engagement, on it what was said when, what was verified, and what the subject replied."""
    lanes = {station.id: number for number, station in enumerate(dossier.stations)}
    spoken = {statement.key: statement.station for statement in dossier.statements}
    drawable = [moment for moment in dossier.timeline if moment.kind in _MARKS]
    elsewhere = any(spoken.get(moment.statement) not in lanes for moment in drawable)
    count = len(lanes) + elsewhere
    start_us, end_us = _ends(dossier)

    def at(at_us: float) -> str:
        return _percent((at_us - start_us) / max(end_us - start_us, 1))

    height = count * _LANE + 26
    drawn = list(_years(start_us, end_us, at, height))
    for station in dossier.stations:
        drawn += _lane(station, lanes[station.id], at)
    for moment in drawable:
        kind, lane = _MARKS[moment.kind], lanes.get(spoken.get(moment.statement) or "", len(lanes))
        drawn.append(_shape(kind, at(moment.at_us), lane * _LANE + 30 + _OFFSETS[kind]))
    return element(
        "svg",
        element("title", say("timeline"), id="timeline-title"),
        element("desc", say("timeline plot", start=say.day(start_us), end=say.day(end_us)), id="timeline-desc"),
        *drawn,
        role="img",
        class_="plot timeline",
        width="100%",
        height=height,
        aria_labelledby="timeline-title timeline-desc",
    )


_MARKS: Final = {MomentKind.STATEMENT: "statement", MomentKind.CHECK: "check", MomentKind.REPLY: "reply"}
_OFFSETS: Final = {"statement": 0, "check": -11, "reply": 11}


def _ends(dossier: Dossier) -> tuple[int, int]:
    times = [moment.at_us for moment in dossier.timeline]
    times += [_midnight_us(station.starts) for station in dossier.stations]
    return min(times, default=dossier.as_of_us), max([*times, dossier.as_of_us])


def _midnight_us(day: dt.date) -> int:
    return (day.toordinal() - _EPOCH_DAY) * DAY_US


def _years(start_us: int, end_us: int, at: Callable[[float], str], height: int) -> Iterator[Element]:
    first, last = face(start_us).year, face(end_us).year
    step = 1 + (last - first) // _MANY_YEARS
    for year in range(first + 1, last + 1, step):
        place = at(_midnight_us(dt.date(year, 1, 1)))
        yield element("line", x1=place, x2=place, y1=4, y2=height - 20, class_="year")
        yield element("text", str(year), x=place, y=height - 6, class_="tick")


def _lane(station: Station, number: int, at: Callable[[float], str]) -> Iterator[Element]:
    top = number * _LANE
    start, end = at(_midnight_us(station.starts)), at(_midnight_us(station.ends))
    width = f"{max(float(end[:-1]) - float(start[:-1]), 0.4):.2f}%"
    yield element("rect", x=start, width=width, y=top + 22, height=16, rx=4, class_="station")
    label = element("text", station.client or station.id, x=start, y=top + 12, class_="lane")
    if float(start[:-1]) > 60:  # noqa: PLR2004 - per cent: what begins late is written to the left
        label = element("text", station.client or station.id, x=end, y=top + 12, class_="lane late")
    yield label
