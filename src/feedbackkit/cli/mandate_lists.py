"""The fields of a mandate that hold several things, separated by ``;``: milestones, extensions, opt-outs."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from feedbackkit.domain import checks
from feedbackkit.domain.engagement import EarlyEnd, Extension, Milestone
from feedbackkit.domain.ledger import OptOut, Scope
from feedbackkit.domain.request import Occasion
from feedbackkit.domain.times import day, local_midnight
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["early_ends", "extensions", "milestones", "opt_outs"]

_ONE_DAY: Final = dt.timedelta(days=1)

_PAIR: Final = re.compile(r"(\S+)\s+(\S+)")
_DATES: Final = re.compile(r"(\S+?)\s*>\s*(\S+)")
_OPT_OUT: Final = re.compile(r"(\w+)(?:\s+until\s+(\S+))?", re.ASCII)


def milestones(field: str, value: object) -> tuple[Milestone, ...]:
    """Ids with dates: ``go-live 2026-05-04``."""
    found = [_match(field, _PAIR, item, "must be ids with dates, such as go-live 2026-05-04") for item in _items(value)]
    return tuple(Milestone(id=pair[1], on=day(pair[2], field=field)) for pair in found)


def extensions(field: str, value: object) -> tuple[Extension, ...]:
    """When it was agreed, and the new end: ``2026-05-10>2026-09-30``."""
    return tuple(Extension(agreed=agreed, ends=ends) for agreed, ends in _dates(field, value))


def early_ends(field: str, value: object) -> tuple[EarlyEnd, ...]:
    """When it was known, and the last day: one early end, or none."""
    found = tuple(EarlyEnd(known=known, ends=ends) for known, ends in _dates(field, value))
    if len(found) > 1:
        raise InvalidValue(field, "must be one early end or none", f"{len(found)} of them")
    return found


def opt_outs(field: str, value: object, *, since_us: int, timezone: str) -> tuple[OptOut, ...]:
    """What is not wanted: ``all``, ``reminders`` or an occasion, maybe ``until`` a day, that day included."""
    return tuple(_opt_out(field, item, since_us, timezone) for item in _items(value))


def _opt_out(field: str, item: str, since_us: int, timezone: str) -> OptOut:
    rule = "must be all, reminders or an occasion, and may go on: until 2026-06-30"
    found = _match(field, _OPT_OUT, item, rule)
    until_us = None
    if found[2] is not None:
        until_us = local_midnight(day(found[2], field=field) + _ONE_DAY, timezone)
    if found[1] in {Scope.ALL, Scope.REMINDERS}:
        return OptOut(scope=Scope(found[1]), since_us=since_us, until_us=until_us)
    if found[1] not in frozenset(Occasion):
        raise InvalidValue(field, rule, checks.shape(item))
    return OptOut(scope=Scope.OCCASION, occasion=Occasion(found[1]), since_us=since_us, until_us=until_us)


def _dates(field: str, value: object) -> list[tuple[dt.date, dt.date]]:
    found = [_match(field, _DATES, item, "must be two dates, such as 2026-05-10>2026-09-30") for item in _items(value)]
    return [(day(pair[1], field=field), day(pair[2], field=field)) for pair in found]


def _items(value: object) -> Iterator[str]:
    return (item.strip() for item in str(value).split(";") if item.strip())


def _match(field: str, pattern: re.Pattern[str], item: str, rule: str) -> re.Match[str]:
    found = pattern.fullmatch(item)
    if found is None:
        raise InvalidValue(field, rule, checks.shape(item))
    return found
