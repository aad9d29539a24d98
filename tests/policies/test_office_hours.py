"""Office hours: by the wall clock of the respondent, exact where the clocks change."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.domain.decision import Never
from feedbackkit.domain.times import DAY_US, HOUR_US, instant
from feedbackkit.errors import InvalidValue
from feedbackkit.policies import OfficeHours
from tests.policies.proposals import NOON, person, proposal
from tests.policies.walking import EPOCH, MINUTE, first_allowed, in_office_hours

CHANGES = {
    "Australia/Lord_Howe": (2024, 2027),  # half an hour
    "Europe/Berlin": (2024, 2026),  # an hour
    "Antarctica/Troll": (2024, 2027),  # two hours
    "Asia/Beirut": (2024, 2026),  # at midnight
    "Africa/Cairo": (2024, 2026),  # at midnight, and on Fridays
    "America/Sao_Paulo": (2016, 2019),  # at midnight, and no more since
    "America/St_Johns": (2007, 2009),  # a minute after midnight
    "Africa/Casablanca": (2024, 2026),  # back during Ramadan
    "Pacific/Apia": (2011, 2012),  # a whole day left out
}
"""Zones with clocks that change in different ways, and years in which they do."""

EVERY_DAY = tuple(range(7))


def changes(timezone: str) -> list[int]:
    """The instants at which a zone's clocks change within its years, found by looking every minute."""
    first, last = CHANGES[timezone]
    zone = ZoneInfo(timezone)

    def offset(minute: int) -> dt.timedelta | None:
        return (EPOCH + dt.timedelta(minutes=minute)).astimezone(zone).utcoffset()

    found: list[int] = []
    start, end = (instant(f"{year}-01-01T00:00:00+00:00") // MINUTE for year in (first, last + 1))
    for hour in range(start, end, 60):
        if offset(hour) != offset(hour + 60):
            found.extend(
                (minute + 1) * MINUTE for minute in range(hour, hour + 60) if offset(minute) != offset(minute + 1)
            )
    return found


def earliest(rule: OfficeHours, at: str, timezone: str) -> str:
    """The answer in the zone's own time."""
    verdict = rule.earliest(instant(at), proposal(respondent=person(timezone=timezone)))
    assert isinstance(verdict, int)
    return (EPOCH + dt.timedelta(microseconds=verdict)).astimezone(ZoneInfo(timezone)).isoformat()


@pytest.mark.parametrize("timezone", CHANGES)
@pytest.mark.parametrize(
    ("start", "end"), [("09:00", "17:00"), ("00:00", "24:00"), ("00:30", "02:30"), ("23:15", "24:00")]
)
def test_every_minute_around_a_change_of_the_clocks(timezone: str, start: str, end: str) -> None:
    """For each minute of the days around each change, the answer is the next minute at which the wall clock allows."""
    rule = OfficeHours(start=start, end=end, weekdays=EVERY_DAY)
    asked = proposal(respondent=person(timezone=timezone))
    seen = changes(timezone)
    assert seen
    for change in seen:
        opens: int | None = None
        for now in range(change + 60 * HOUR_US, change - 36 * HOUR_US, -MINUTE):
            if in_office_hours(rule, now, timezone):
                opens = now
            if opens is not None:
                assert rule.earliest(now, asked) == opens


@st.composite
def opening_hours(draw: st.DrawFn) -> OfficeHours:
    """Any hours on any weekdays, down to a single minute on a single one."""
    first = draw(st.integers(0, 24 * 60 - 1))
    last = draw(st.integers(first + 1, 24 * 60))
    start, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in (first, last))
    weekdays = draw(st.sets(st.integers(0, 6), min_size=1))
    return OfficeHours(start=start, end=end, weekdays=tuple(weekdays))


@given(
    rule=opening_hours(),
    timezone=st.sampled_from(sorted(CHANGES)),
    which=st.integers(0, 100),
    away=st.integers(-3 * DAY_US, 3 * DAY_US),
)
def test_any_hours_near_a_change_of_the_clocks(rule: OfficeHours, timezone: str, which: int, away: int) -> None:
    """From any microsecond near a change, the answer is what walking the clock minute by minute comes to."""
    seen = changes_of(timezone)
    at_us = seen[which % len(seen)] + away
    asked = proposal(respondent=person(timezone=timezone))
    walked = first_allowed([rule], at_us, asked, until_us=at_us + 15 * DAY_US, tick=MINUTE)
    assert rule.earliest(at_us, asked) == walked


_SEEN: dict[str, list[int]] = {}


def changes_of(timezone: str) -> list[int]:
    """The changes of a zone, looked for once."""
    if timezone not in _SEEN:
        _SEEN[timezone] = changes(timezone)
    return _SEEN[timezone]


@given(at_us=st.integers(NOON - 3000 * DAY_US, NOON + 3000 * DAY_US), later=st.integers(0, 30 * DAY_US))
def test_asked_later_it_never_answers_earlier(at_us: int, later: int) -> None:
    """The rule is monotone, over the seams of what is worked out at once too."""
    rule, asked = OfficeHours(), proposal(respondent=person(timezone="Europe/Berlin"))
    first, second = rule.earliest(at_us, asked), rule.earliest(at_us + later, asked)
    assert isinstance(first, int)
    assert isinstance(second, int)
    assert at_us <= first <= second


def test_open_now() -> None:
    """An instant within office hours stays as it is, to the microsecond."""
    assert OfficeHours().earliest(NOON + 1, proposal()) == NOON + 1


def test_the_end_is_closed() -> None:
    """At the closing time itself nobody is contacted any more."""
    assert earliest(OfficeHours(), "2026-06-10T17:00:00+00:00", "UTC") == "2026-06-11T09:00:00+00:00"


def test_the_last_microsecond_is_open() -> None:
    """Right before the closing time somebody still is."""
    closes = instant("2026-06-10T17:00:00+00:00")
    assert OfficeHours().earliest(closes - 1, proposal()) == closes - 1


def test_the_respondents_own_zone() -> None:
    """Nine o'clock is nine o'clock where the respondent is."""
    assert earliest(OfficeHours(), "2026-06-10T00:00:00+00:00", "America/New_York") == "2026-06-10T09:00:00-04:00"


def test_over_the_weekend() -> None:
    """Friday evening becomes Monday morning."""
    assert earliest(OfficeHours(), "2026-06-12T18:00:00+02:00", "Europe/Berlin") == "2026-06-15T09:00:00+02:00"


def test_a_closed_date() -> None:
    """A date that is closed is passed over although its weekday is open."""
    rule = OfficeHours(closed=frozenset({dt.date(2026, 6, 11)}))
    assert earliest(rule, "2026-06-10T18:00:00+02:00", "Europe/Berlin") == "2026-06-12T09:00:00+02:00"


def test_hours_that_the_clocks_skip() -> None:
    """Hours within a gap do not exist on that day, so the next day's are taken."""
    rule = OfficeHours(start="02:00", end="03:00", weekdays=EVERY_DAY)
    assert earliest(rule, "2026-03-28T12:00:00+01:00", "Europe/Berlin") == "2026-03-30T02:00:00+02:00"


def test_hours_that_come_twice() -> None:
    """Hours within an overlap are open in both passes."""
    rule = OfficeHours(start="02:00", end="02:30", weekdays=EVERY_DAY)
    assert earliest(rule, "2026-10-25T02:30:00+02:00", "Europe/Berlin") == "2026-10-25T02:00:00+01:00"


def test_a_day_that_a_zone_left_out() -> None:
    """Samoa had no 30 December 2011, a Friday: after Thursday came Saturday, and the office opened on Monday."""
    assert earliest(OfficeHours(), "2011-12-29T18:00:00-10:00", "Pacific/Apia") == "2012-01-02T09:00:00+14:00"


def test_an_office_that_stays_closed() -> None:
    """Where nothing opens for years the answer is never, with the reason."""
    closed = frozenset(dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(3000))
    verdict = OfficeHours(closed=closed).earliest(NOON, proposal())
    assert isinstance(verdict, Never)
    assert verdict.because[0].rule == "office hours"


@pytest.mark.parametrize("year", [1, 9995])
def test_outside_of_the_calendar(year: int) -> None:
    """At the ends of the calendar the answer is never, not an error of arithmetic."""
    at_us = (dt.datetime(year, 6, 1, tzinfo=dt.UTC) - EPOCH) // dt.timedelta(microseconds=1)
    assert isinstance(OfficeHours().earliest(at_us, proposal()), Never)


def test_the_reason() -> None:
    """The sentence names hours and weekdays, and not where the respondent is."""
    text = OfficeHours(weekdays=(0, 4)).because(NOON, proposal(respondent=person(timezone="Asia/Tokyo")))
    assert text == "outside of 09:00–17:00, Mon, Fri, where the respondent is"


@pytest.mark.parametrize("time", ["9:00", "24:01", "25:00", "09:60", "", "0900", "\u0660\u0669:00", 9, None])
def test_a_time_that_is_none_is_refused(time: str) -> None:
    """Start and end are times of a day as clocks show them."""
    with pytest.raises(InvalidValue, match=r"office hours\.start must be a time of day"):
        OfficeHours(start=time)


@pytest.mark.parametrize(("start", "end"), [("17:00", "09:00"), ("09:00", "09:00")])
def test_an_end_before_the_start_is_refused(start: str, end: str) -> None:
    """Hours lie within one day."""
    with pytest.raises(InvalidValue, match=r"office hours\.end must be later"):
        OfficeHours(start=start, end=end)


@pytest.mark.parametrize("weekdays", [(), (7,), (-1,), (True,), ("Mon",)])
def test_weekdays_that_are_none_are_refused(weekdays: tuple[int, ...]) -> None:
    """At least one weekday is open, and each is a number from 0 to 6."""
    with pytest.raises(InvalidValue, match=r"office hours\.weekdays"):
        OfficeHours(weekdays=weekdays)


def test_a_closed_date_must_be_a_date() -> None:
    """An instant is no date, for it is another one elsewhere."""
    with pytest.raises(InvalidValue, match=r"office hours\.closed must be a date"):
        OfficeHours(closed=frozenset({EPOCH}))


def test_closed_dates_may_be_texts() -> None:
    """A date may be written as it stands in a calendar file."""
    assert OfficeHours(closed=["2026-12-24"]).closed == frozenset({dt.date(2026, 12, 24)})
