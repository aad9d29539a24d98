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
    "moment",
    "span",
    "within",
    "zone",
]

MINUTE_US: Final = 60_000_000
HOUR_US: Final = 60 * MINUTE_US
DAY_US: Final = 24 * HOUR_US

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_FIRST_US: Final = -62_135_596_800_000_000
_LAST_US: Final = 253_402_300_799_999_999
_YEARS: Final = range(1900, 2200)
_ISO_INSTANT: Final = re.compile(r"[0-9W-]{8,10}[T ][0-9:.,]{2,15}(Z|[+-][0-9:]{2,8})?", re.ASCII)
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# What zoneinfo also finds, but is another clock (leap seconds), no zone, or the machine's own.
_NO_ZONES: Final = r"(?!(?:right|posix)/|(?:localtime|posixrules|Factory)$)"
_ZONE_NAME: Final = re.compile(_NO_ZONES + r"[A-Za-z][A-Za-z0-9+_-]*(/[A-Za-z0-9+_-]+){0,2}", re.ASCII)


def instant(value: dt.datetime | str, *, field: str = "instant") -> int:
    """Microseconds since the epoch of an aware datetime, or of ISO 8601 text with an offset; naive ones are refused."""
    if isinstance(value, str):
        try:
            # fromisoformat takes anything as the separator, and stops reading at a NUL.
            value = dt.datetime.fromisoformat(value if _ISO_INSTANT.fullmatch(value) else "")
        except ValueError:
            raise InvalidValue(field, "must be an ISO 8601 instant with an offset", shape(value)) from None
    if not isinstance(value, dt.datetime):
        raise InvalidValue(field, "must be an aware datetime", shape(value))
    if value.utcoffset() is None:
        raise InvalidValue(field, "must carry a time zone", "a naive datetime")
    # Not `value - _EPOCH`: pendulum makes an Interval of it, slowly, which no timedelta divides.
    return within(dt.datetime.__sub__(value, _EPOCH) // _MICROSECOND, field=field)


def within(at_us: object, *, field: str) -> int:
    """Microseconds since the epoch that a calendar can show: the years 1 to 9999 in UTC."""
    if not isinstance(at_us, int) or isinstance(at_us, bool):
        raise InvalidValue(field, "must be whole microseconds since 1970", shape(at_us))
    if not _FIRST_US <= at_us <= _LAST_US:
        raise InvalidValue(field, "must be within the years 1 to 9999 in UTC", "one beyond them")
    return at_us


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
            value = dt.date.fromisoformat(value)
        except ValueError:
            raise InvalidValue(field, "must be a date of the calendar", shape(value)) from None
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise InvalidValue(field, "must be a date or YYYY-MM-DD", shape(value))
    if value.year not in _YEARS:
        raise InvalidValue(field, f"must be in the years {_YEARS[0]} to {_YEARS[-1]}", "a year far from now")
    return dt.date(value.year, value.month, value.day)


def span(value: dt.timedelta, *, field: str = "span", least_us: int = 0) -> int:
    """A span in microseconds; months and years are refused, for they have no length."""
    if not isinstance(value, dt.timedelta):
        raise InvalidValue(field, "must be a duration", shape(value))
    if isinstance(value, pendulum.Duration) and (value.years or value.months):
        raise InvalidValue(field, "must be weeks, days or hours, never months or years", "a calendar duration")
    # pendulum's own division takes none but its own spans
    span_us = dt.timedelta.__floordiv__(value, _MICROSECOND)
    if span_us < least_us:
        raise InvalidValue(field, f"must be at least {least_us} microseconds", "a shorter one")
    return span_us


def zone(name: str, *, field: str = "timezone") -> ZoneInfo:
    """The time zone of an IANA name (``Europe/Berlin``); cached, and refused at the border when unknown."""
    if not isinstance(name, str) or not _ZONE_NAME.fullmatch(name):
        raise InvalidValue(field, "must be an IANA zone name such as Europe/Berlin", shape(name))
    try:
        return _zone(name)
    except (OSError, ValueError, KeyError):
        raise InvalidValue(field, "must be a zone that this machine knows", shape(name)) from None


_zone: Final = lru_cache(maxsize=1024)(ZoneInfo)


def local_midnight(date: dt.date, timezone: str) -> int:
    """The first instant of a calendar date in a zone.

    Where midnight is skipped the day starts right after the gap; where it comes twice, the first one counts.
    """
    # In a gap, fold=0 carries the offset from before it: midnight less that offset is exactly where the gap ends.
    start = dt.datetime(date.year, date.month, date.day, tzinfo=zone(timezone))
    return (start.astimezone(dt.UTC) - _EPOCH) // _MICROSECOND


def moment(at: dt.datetime | dt.date | str, timezone: str, *, field: str) -> int:
    """An instant as it was given, or the first one of a date in a zone."""
    if isinstance(at, dt.datetime) or (isinstance(at, str) and len(at) > len("2026-01-01")):
        return instant(at, field=field)
    return local_midnight(day(at, field=field), timezone)
