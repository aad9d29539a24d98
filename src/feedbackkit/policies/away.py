"""Days on which nobody is contacted: public holidays of where the respondent is, and days on which they are away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, final

import attrs

from feedbackkit.domain.checks import line, shape
from feedbackkit.domain.decision import Never, Reason
from feedbackkit.domain.fields import checked
from feedbackkit.domain.times import DAY_US, day, zone
from feedbackkit.errors import InvalidValue, MissingExtra
from feedbackkit.policies.calendar import Hours, first_open, midnight

if TYPE_CHECKING:
    from feedbackkit.policies.proposal import Proposal, Verdict

__all__ = ["AbsenceRule", "PublicHolidays", "holidays_known"]


_EVERY_DAY: Final = 0b1111111
_BLOCK_US: Final = 4 * 365 * DAY_US
"""For how long the same set of holidays is looked at."""
_BLOCK_YEARS: Final = 11
"""How many years the set of a block holds: from the year before it to beyond all that is looked through."""
_FIRST_YEAR: Final = 1969
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_ENGLISH: Final = "en_US"
_NO_DAYS: Final[frozenset[dt.date]] = frozenset()
_NONE: Final = Hours(0, DAY_US, _EVERY_DAY, frozenset())


def holidays_known() -> bool:
    """Whether the extra `holidays` is installed."""
    return find_spec("holidays") is not None


def _place(field: str, value: object) -> str:
    parts = value.split("-") if isinstance(value, str) else []
    sizes = [len(part) for part in parts]
    right = len(parts) in {1, 2} and sizes[0] == len("DE") and "".join(parts).isalnum() and str(value).isupper()
    if not right:
        raise InvalidValue(field, "must name places as DE or DE-BY", shape(value))
    return str(value)


def _dates(
    value: Mapping[str, Iterable[dt.date | str]] | tuple[tuple[str, frozenset[dt.date]], ...] | None,
) -> tuple[tuple[str, frozenset[dt.date]], ...] | None:
    if value is None:
        return None
    pairs = value.items() if isinstance(value, Mapping) else value
    return tuple(sorted((_place("public holidays.dates", place), _days(dates)) for place, dates in pairs))


def _days(dates: Iterable[dt.date | str]) -> frozenset[dt.date]:
    if isinstance(dates, str) or not isinstance(dates, Iterable):
        raise InvalidValue("public holidays.dates", "must hold a list of dates for each place", shape(dates))
    return frozenset(day(date, field="public holidays.dates") for date in dates)


def _needs_library(_rule: object, _attribute: object, value: Any) -> None:  # noqa: ANN401 - as attrs types it
    if value is None and not holidays_known():
        raise MissingExtra("public holidays need the extra holidays (pip install 'feedbackkit[holidays]') or dates=…")


def _own(rule: PublicHolidays) -> dict[str, frozenset[dt.date]]:
    return dict(rule.dates or ())


@final
@attrs.frozen(kw_only=True)
class PublicHolidays:
    """Nobody is contacted on a public holiday of their country and region, by the calendar where they are.

    The days come from the library `holidays` (an extra), or from `dates`. Whoever has no country has no holidays here,
    nor has a country that the library does not know; a region that it does not know is left out.
    """

    dates: tuple[tuple[str, frozenset[dt.date]], ...] | None = attrs.field(
        default=None, converter=_dates, validator=_needs_library
    )
    """A mapping from place to its holidays, instead of the library: those under ``DE`` hold in the whole country, those
    under ``DE-BY`` in one region besides."""
    name: str = attrs.field(default="public holidays", validator=checked(line, "rule.name"))
    """What people call the rule."""
    lookback_us: int = attrs.field(default=0, init=False, repr=False)
    """It looks at no contact."""
    _own: dict[str, frozenset[dt.date]] = attrs.field(
        default=attrs.Factory(_own, takes_self=True), init=False, repr=False, eq=False
    )

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:
        """The first instant on a day that is no holiday."""
        person = proposal.person
        if person.country is None:
            return at_us
        hours = self._hours(person.country, person.region, at_us)
        if not hours.closed:
            return at_us
        open_us = first_open(at_us, person.timezone, hours)
        if open_us is None:
            return Never((Reason(self.name, None, "every day of four years is a public holiday"),))
        return open_us

    def because(self, at_us: int, proposal: Proposal) -> str:
        """Which holiday it is."""
        person = proposal.person
        country = person.country or ""
        local = (_EPOCH + dt.timedelta(microseconds=at_us)).astimezone(zone(person.timezone))
        name = None if self.dates is not None else _named(country, person.region, local.year).get(local.toordinal())
        return f"{name or 'a public holiday'}, where the respondent is"

    def _hours(self, country: str, region: str | None, at_us: int) -> Hours:
        if self.dates is None:
            return _of_library(country, region, at_us // _BLOCK_US)
        national = self._own.get(country, _NO_DAYS)
        regional = self._own.get(f"{country}-{region}", _NO_DAYS) if region else _NO_DAYS
        return _of_dates(national, regional)


@lru_cache(maxsize=1024)
def _of_dates(national: frozenset[dt.date], regional: frozenset[dt.date]) -> Hours:
    return _NONE._replace(closed=frozenset(date.toordinal() for date in national | regional))


@lru_cache(maxsize=1024)
def _of_library(country: str, region: str | None, block: int) -> Hours:
    first = _FIRST_YEAR + 4 * block
    found: set[int] = set()
    for year in range(first, first + _BLOCK_YEARS):
        found.update(_named(country, region, year))
    return _NONE._replace(closed=frozenset(found))


@lru_cache(maxsize=4096)
def _named(country: str, region: str | None, year: int) -> dict[int, str]:
    """The holidays of a place in one year by their ordinals, named in English where the library has words for it."""
    library: Any = import_module("holidays")
    for subdivision in (region, None):
        for language in (_ENGLISH, None):
            try:
                found = library.country_holidays(country, subdiv=subdivision, years=year, language=language)
            except (NotImplementedError, KeyError, ValueError):
                continue
            return {date.toordinal(): name for date, name in found.items()}
    return {}


@final
@attrs.frozen(kw_only=True)
class AbsenceRule:
    """Nobody is contacted while they are away: from the first instant of an absence on, until the first day back."""

    name: str = attrs.field(default="absence", validator=checked(line, "rule.name"))
    """What people call the rule."""
    lookback_us: int = attrs.field(default=0, init=False, repr=False)
    """It looks at no contact."""

    def earliest(self, at_us: int, proposal: Proposal) -> Verdict:
        """The first instant at which the respondent is there."""
        person = proposal.person
        for absence in person.absences:  # in order, so that one pass sees where one leads into the next
            if midnight(absence.since, person.timezone) <= at_us:
                at_us = max(at_us, midnight(absence.until, person.timezone))
        return at_us

    def because(self, at_us: int, proposal: Proposal) -> str:  # noqa: ARG002 - the protocol's signature
        """That they are away."""
        return "the respondent is away"
