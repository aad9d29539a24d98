"""Office hours: nobody is contacted at night, at the weekend or on a closed day of their own."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain.checks import line, shape, whole
from feedbackkit.domain.decision import Never, Reason
from feedbackkit.domain.fields import checked
from feedbackkit.domain.times import HOUR_US, MINUTE_US, day
from feedbackkit.errors import InvalidValue
from feedbackkit.policies.calendar import Hours, first_open

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedbackkit.policies.proposal import Proposal, Verdict

__all__ = ["OfficeHours"]

_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|(24):(00)", re.ASCII)
_NAMES: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _time_us(field: str, value: object) -> int:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise InvalidValue(field, "must be a time of day such as 09:00, at most 24:00", shape(value))
    hour, minute = (int(part) for part in match.groups() if part is not None)
    return hour * HOUR_US + minute * MINUTE_US


def _weekdays(value: Iterable[int]) -> tuple[int, ...]:
    days = tuple(sorted({whole("office hours.weekdays", number, least=0, most=6) for number in value}))
    if not days:
        raise InvalidValue("office hours.weekdays", "must name at least one weekday", "none")
    return tuple(int(number) for number in days)


def _closed(value: Iterable[dt.date | str]) -> frozenset[dt.date]:
    return frozenset(day(date, field="office hours.closed") for date in value)


def _hours(rule: OfficeHours) -> Hours:
    opens_us = _time_us("office hours.start", rule.start)
    closes_us = _time_us("office hours.end", rule.end)
    if opens_us >= closes_us:
        raise InvalidValue("office hours.end", "must be later in the day than the start", "an earlier time")
    weekdays = sum(1 << number for number in rule.weekdays)
    return Hours(opens_us, closes_us, weekdays, frozenset(date.toordinal() for date in rule.closed))


@final
@attrs.frozen(kw_only=True)
class OfficeHours:
    """Contacts are made within office hours only, by the wall clock where the respondent is."""

    start: str = "09:00"
    """From this local time on."""
    end: str = "17:00"
    """Until right before this local time; ``24:00`` is the end of the day."""
    weekdays: tuple[int, ...] = attrs.field(default=(0, 1, 2, 3, 4), converter=_weekdays)
    """On these weekdays: Monday is 0, Sunday is 6."""
    closed: frozenset[dt.date] = attrs.field(default=frozenset(), converter=_closed)
    """Not on these dates, whatever their weekday."""
    name: str = attrs.field(default="office hours", validator=checked(line, "rule.name"))
    """What people call the rule."""
    lookback_us: int = attrs.field(default=0, init=False, repr=False)
    """It looks at no contact."""
    _hours: Hours = attrs.field(default=attrs.Factory(_hours, takes_self=True), init=False, repr=False, eq=False)

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:
        """The first instant within office hours; never where they do not open any more for four years."""
        opens_us = first_open(at_us, proposal.person.timezone, self._hours)
        if opens_us is None:
            return Never((Reason(self.name, None, "the office does not open within four years"),))
        return opens_us

    def because(self, at_us: int, proposal: Proposal) -> str:  # noqa: ARG002 - the protocol's signature
        """The hours that it is outside of."""
        return f"outside of {self.start}–{self.end}, {_spoken(self.weekdays)}, where the respondent is"


def _spoken(weekdays: tuple[int, ...]) -> str:
    """Weekdays in a row as from and to, others one by one."""
    if len(weekdays) > 2 and weekdays[-1] - weekdays[0] == len(weekdays) - 1:  # noqa: PLR2004 - two are named
        return f"{_NAMES[weekdays[0]]}–{_NAMES[weekdays[-1]]}"
    return ", ".join(_NAMES[number] for number in weekdays)
