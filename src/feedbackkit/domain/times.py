"""Instants, dates and zones: the one border where time enters.

Inside, an instant is an `int`: microseconds since 1970-01-01T00:00Z, and its name ends in ``_us``. At the face it is
a UTC `pendulum.DateTime`. Naive times, unknown zones and calendar months are refused here.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import pendulum

from feedbackkit.domain.checks import shape
from feedbackkit.errors import InvalidValue

__all__ = [
    "DAY_US",
    "HOUR_US",
    "MINUTE_US",
    "day",
    "face",
    "instant",
    "local_midnight",
    "span",
    "zone",
]

MINUTE_US: Final = 60_000_000
HOUR_US: Final = 60 * MINUTE_US
DAY_US: Final = 24 * HOUR_US

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ZONE_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+_-]*(/[A-Za-z0-9+_-]+){0,2}", re.ASCII)


def instant(value: dt.datetime | str, *, field: str = "instant") -> int:
    """Microseconds since the epoch of an aware datetime, or of ISO 8601 text with an offset; naive ones are refused."""
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError:
            raise InvalidValue(field, "must be an ISO 8601 instant with an offset", shape(value)) from None
    if not isinstance(value, dt.datetime):
        raise InvalidValue(field, "must be an aware datetime", shape(value))
    if value.utcoffset() is None:
        raise InvalidValue(field, "must carry a time zone", "a naive datetime")
    # pendulum's own subtraction gives an interval of its own, at fifty times the cost
    return dt.datetime.__sub__(value, _EPOCH) // _MICROSECOND


def face(at_us: int) -> pendulum.DateTime:
    """The instant as a UTC `pendulum.DateTime`."""
    moment = _EPOCH + dt.timedelta(microseconds=at_us)
    return pendulum.DateTime(
        moment.year,
        moment.month,
        moment.day,
        moment.hour,
        moment.minute,
        moment.second,
        moment.microsecond,
        tzinfo=pendulum.UTC,
    )


def day(value: dt.date | str, *, field: str = "date") -> dt.date:
    """A calendar date, from a date or from ``YYYY-MM-DD``; an instant is refused, for it is another date elsewhere."""
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise InvalidValue(field, "must be a date of the calendar", shape(value)) from None
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.date(value.year, value.month, value.day)
    raise InvalidValue(field, "must be a date or YYYY-MM-DD", shape(value))


def span(value: dt.timedelta, *, field: str = "span", least_us: int = 0) -> int:
    """A span in microseconds; months and years are refused, for they have no length."""
    if not isinstance(value, dt.timedelta):
        raise InvalidValue(field, "must be a duration", shape(value))
    if isinstance(value, pendulum.Duration) and (value.years or value.months):
        raise InvalidValue(field, "must be weeks, days or hours, never months or years", "a calendar duration")
    # pendulum's own division takes none but its own spans
    span_us = dt.timedelta.__floordiv__(value, _MICROSECOND)
    if span_us < least_us:
        raise InvalidValue(field, "must not be shorter than allowed", f"{span_us} microseconds")
    return span_us


@lru_cache(maxsize=1024)
def zone(name: str, *, field: str = "timezone") -> ZoneInfo:
    """The time zone of an IANA name (``Europe/Berlin``); cached, and refused at the border when unknown."""
    if not isinstance(name, str) or not _ZONE_NAME.fullmatch(name):
        raise InvalidValue(field, "must be an IANA zone name such as Europe/Berlin", shape(name))
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise InvalidValue(field, "must be a zone that this machine knows", shape(name)) from None


def local_midnight(date: dt.date, timezone: str) -> int:
    """The first instant of a calendar date in a zone.

    Where midnight is skipped the day starts right after the gap; where it comes twice, the first one counts.
    """
    # In a gap, fold=0 carries the offset from before it: midnight less that offset is exactly where the gap ends.
    start = dt.datetime(date.year, date.month, date.day, tzinfo=zone(timezone))
    return (start.astimezone(dt.UTC) - _EPOCH) // _MICROSECOND
