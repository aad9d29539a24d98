"""Spans of policies: checked where they come in, and put into words."""

from __future__ import annotations

import datetime as dt
from typing import Final

import pendulum

from feedbackkit.domain.times import DAY_US, span

__all__ = ["checked_span", "in_words", "microseconds"]

_MICROSECOND: Final = dt.timedelta(microseconds=1)


def checked_span(value: dt.timedelta, field: str) -> dt.timedelta:
    """A span of at least a microsecond as a plain `timedelta`; months and years are refused."""
    if isinstance(value, pendulum.Duration) and not (value.years or value.months):
        value = value.as_timedelta()  # a Duration can be divided by nothing but its own kind
    return dt.timedelta(microseconds=span(value, field=field, least_us=1))


def microseconds(value: dt.timedelta) -> int:
    """How long a checked span is."""
    return value // _MICROSECOND


def in_words(value: dt.timedelta) -> str:
    """The span for people: ``5 days``, or ``1:30:00`` where it is not whole days."""
    days, rest = divmod(microseconds(value), DAY_US)
    if rest:
        return str(value)
    return "1 day" if days == 1 else f"{days} days"
