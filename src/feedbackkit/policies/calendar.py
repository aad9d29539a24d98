"""Open hours in a zone as intervals of UTC: where local time and its gaps and overlaps end, and integers begin.

An instant is open iff the wall clock of the zone then shows a time within the hours, on a day that is open. So hours
that a change of the clocks skips do not exist, and hours that come twice are open twice: a day can have two intervals.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from feedbackkit.domain.times import DAY_US, local_midnight, zone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

__all__ = ["Hours", "first_open", "midnight"]

midnight: Final = lru_cache(maxsize=4096)(local_midnight)
"""`local_midnight`, remembered: rules ask for the same few days again and again."""

_SECOND_US: Final = 1_000_000
_DAY_SECONDS: Final = DAY_US // _SECOND_US
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EPOCH_DAY: Final = _EPOCH.toordinal()
_STRETCH_US: Final = 400 * DAY_US
"""What is worked out at once: a year and a bit."""
_STRETCHES: Final = 4
"""How many stretches are looked through before the answer is that nothing opens: more than four years."""
_CACHED: Final = 1024
"""Stretches kept for all zones and hours together; each is about 30 KiB."""
_FIRST_US: Final = (dt.datetime(2, 1, 1, tzinfo=dt.UTC).toordinal() - _EPOCH_DAY) * DAY_US
_LAST_US: Final = (dt.datetime(9990, 1, 1, tzinfo=dt.UTC).toordinal() - _EPOCH_DAY) * DAY_US


class Hours(NamedTuple):
    """When somebody is open, by the wall clock of wherever they are."""

    opens_us: int
    """Microseconds after midnight, open from then on."""
    closes_us: int
    """Microseconds after midnight, closed from then on; a whole day's worth means the end of the day."""
    weekdays: int
    """One bit a weekday, Monday's the lowest."""
    closed: frozenset[int]
    """Days that are closed whatever their weekday, as proleptic ordinals of `datetime.date`."""


def first_open(at_us: int, timezone: str, hours: Hours) -> int | None:
    """The first open instant at or after `at_us`; `None` where nothing opens for four years, or the calendar ends."""
    if at_us < _FIRST_US:
        return None
    stretch = at_us // _STRETCH_US
    for number in range(stretch, stretch + _STRETCHES):
        starts, ends = _intervals(timezone, hours, number)
        place = bisect_right(ends, at_us)
        if place < len(ends):
            return max(at_us, starts[place])
    return None


@lru_cache(maxsize=_CACHED)
def _intervals(timezone: str, hours: Hours, stretch: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Starts and ends of the open intervals within one stretch, in order; an end is not open any more."""
    begin, end = max(stretch * _STRETCH_US, _FIRST_US), (stretch + 1) * _STRETCH_US
    if end > _LAST_US:
        return (), ()
    found = [
        interval
        for since, until, offset in _offsets(zone(timezone), begin, end)
        for interval in _open(hours, since, until, offset)
    ]
    return tuple(start for start, _ in found), tuple(end for _, end in found)


def _open(hours: Hours, since: int, until: int, offset: int) -> Iterator[tuple[int, int]]:
    """The open intervals of a span of UTC in which the zone has one offset."""
    for day in range((since + offset) // DAY_US, (until + offset - 1) // DAY_US + 1):
        ordinal = day + _EPOCH_DAY
        if hours.weekdays >> (ordinal - 1) % 7 & 1 and ordinal not in hours.closed:
            midnight = day * DAY_US - offset
            start = max(midnight + hours.opens_us, since)
            end = min(midnight + hours.closes_us, until)
            if start < end:
                yield start, end


def _offsets(zone_info: ZoneInfo, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The spans between changes of the clocks: since, until and offset from UTC, all in microseconds.

    Looks once a day: no zone has changed twice within three days since the zones were agreed on.
    """
    since, offset = begin, _offset(zone_info, begin // _SECOND_US)
    for second in range(begin // _SECOND_US + _DAY_SECONDS, end // _SECOND_US + 1, _DAY_SECONDS):
        later = _offset(zone_info, second)
        if later != offset:
            change = _change(zone_info, second - _DAY_SECONDS, second) * _SECOND_US
            yield since, change, offset
            since, offset = change, later
    yield since, end, offset


def _change(zone_info: ZoneInfo, before: int, after: int) -> int:
    """The first second with another offset than at `before`; `after` has another one."""
    offset = _offset(zone_info, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone_info, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone_info: ZoneInfo, second: int) -> int:
    """What the zone adds to UTC then, in microseconds."""
    local = (_EPOCH + dt.timedelta(seconds=second)).astimezone(zone_info)
    days = local.toordinal() - _EPOCH_DAY
    wall = days * _DAY_SECONDS + local.hour * 3600 + local.minute * 60 + local.second
    return (wall - second) * _SECOND_US
