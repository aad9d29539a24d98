"""Where time enters: instants, dates, spans, zones and the first instant of a day."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, available_timezones

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.domain.times import DAY_US, HOUR_US, MINUTE_US, day, face, instant, local_midnight, span, zone
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterator

EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND: Final = dt.timedelta(microseconds=1)
ZONES: Final = sorted(available_timezones() - {"Factory", "localtime"})

aware = st.datetimes(
    min_value=dt.datetime(2, 1, 1),  # noqa: DTZ001 - hypothesis wants it naive and adds the zone
    max_value=dt.datetime(9998, 12, 31),  # noqa: DTZ001 - as above
    timezones=st.sampled_from(ZONES).map(ZoneInfo),
)


# Instants


def test_an_instant_is_microseconds_since_1970() -> None:
    """The epoch is zero, and a day after it is a day's microseconds."""
    assert instant(EPOCH) == 0
    assert instant("1970-01-02T00:00:00Z") == DAY_US == 24 * HOUR_US == 24 * 60 * MINUTE_US == 86_400_000_000


@given(aware)
def test_the_face_of_an_instant_is_that_instant(moment: dt.datetime) -> None:
    """From a datetime of any zone to the face and back nothing is lost, not even a microsecond."""
    shown = face(instant(moment))
    assert instant(shown) == instant(moment)
    assert shown == moment.astimezone(dt.UTC)
    assert isinstance(shown, pendulum.DateTime)
    assert shown.timezone_name == "UTC"


@given(st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999))
def test_every_instant_of_the_calendar_has_a_face(at_us: int) -> None:
    """Any microsecond of the years 1 to 9999 comes back from its face, and from the face's text."""
    assert instant(face(at_us)) == at_us
    assert instant(face(at_us).isoformat()) == at_us


@given(aware, st.sampled_from(ZONES))
def test_the_zone_of_a_datetime_does_not_change_the_instant(moment: dt.datetime, name: str) -> None:
    """An instant is the same wherever the clock hangs that tells it."""
    assert instant(moment.astimezone(ZoneInfo(name))) == instant(moment)


def test_both_passes_of_an_hour_that_comes_twice_are_told_apart() -> None:
    """Half past two in the night when summer time ends is two instants, an hour apart."""
    first = dt.datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert instant(first.replace(fold=1)) - instant(first) == HOUR_US


@pytest.mark.parametrize(
    "text",
    ["2026-03-02T09:00:00+01:00", "2026-03-02 09:00+0100", "20260302T080000Z", "2026-W10-1T08:00Z", "2026-03-02T08Z"],
)
def test_iso_text_with_an_offset_is_an_instant(text: str) -> None:
    """The forms of ISO 8601 that name an offset are read."""
    assert instant(text) == instant(dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    "text", ["now", "", "today", "12:00", "2026-03-02T08:00:60Z", "1772438400", "2026-03-02", "2026-02-30T08:00Z"]
)
def test_other_text_is_no_instant(text: str) -> None:
    """What would read the clock, and what no calendar has, is refused."""
    with pytest.raises(InvalidValue, match=r"^reminder must be an ISO 8601 instant with an offset, got a"):
        instant(text, field="reminder")


@pytest.mark.parametrize("value", ["2026-03-02T08:00", pendulum.naive(2026, 3, 2)])
def test_a_naive_time_is_refused(value: dt.datetime | str) -> None:
    """Nobody guesses the zone of a time that has none."""
    with pytest.raises(InvalidValue, match=r"^instant must carry a time zone, got a naive datetime$"):
        instant(value)


class Nowhere(dt.tzinfo):
    """A zone that does not know its offset."""

    def utcoffset(self, _moment: dt.datetime | None, /) -> None:
        """Not known."""

    def tzname(self, _moment: dt.datetime | None, /) -> None:
        """Not known."""

    def dst(self, _moment: dt.datetime | None, /) -> None:
        """Not known."""


def test_a_zone_without_an_offset_is_none() -> None:
    """A datetime that names a zone but cannot tell the offset is naive all the same."""
    with pytest.raises(InvalidValue, match=r"^instant must carry a time zone, got a naive datetime$"):
        instant(dt.datetime(2026, 3, 2, tzinfo=Nowhere()))


# Dates


@pytest.mark.parametrize("value", ["2026-03-02", dt.date(2026, 3, 2), pendulum.date(2026, 3, 2)])
def test_a_date_is_plain(value: dt.date | str) -> None:
    """A date comes from a date of any make, or from text, as a plain `date`."""
    assert day(value) == dt.date(2026, 3, 2)
    assert type(day(value)) is dt.date


@pytest.mark.parametrize("value", [dt.datetime(2026, 3, 2, tzinfo=dt.UTC), pendulum.datetime(2026, 3, 2)])
def test_an_instant_is_no_date(value: dt.date) -> None:
    """An instant is refused as a date, for it is another date elsewhere."""
    with pytest.raises(InvalidValue, match=r"^start must be a date or YYYY-MM-DD, got a [dD]ate[tT]ime$"):
        day(value, field="start")


# Spans


@pytest.mark.parametrize(
    ("value", "span_us"),
    [
        (dt.timedelta(days=2, microseconds=3), 2 * DAY_US + 3),
        (dt.timedelta.max, dt.timedelta.max // MICROSECOND),
        (pendulum.duration(), 0),
        (pendulum.duration(weeks=1, days=1, hours=1, minutes=1, microseconds=1), 8 * DAY_US + HOUR_US + MINUTE_US + 1),
    ],
)
def test_a_span_is_its_microseconds(value: dt.timedelta, span_us: int) -> None:
    """Spans of weeks, days and hours have a length, whichever library made them."""
    assert span(value) == span_us


@given(st.integers(-400, 400), st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
def test_a_duration_is_as_long_as_the_timedelta_of_its_parts(days: int, seconds: int, microseconds: int) -> None:
    """The length of pendulum's durations is exact, for negative ones too."""
    parts = {"days": days, "seconds": seconds, "microseconds": microseconds}
    least_us = -1000 * DAY_US
    assert span(pendulum.duration(**parts), least_us=least_us) == span(dt.timedelta(**parts), least_us=least_us)


@pytest.mark.parametrize(
    "value", [pendulum.duration(months=1), pendulum.duration(years=1), pendulum.duration(months=-1, days=30)]
)
def test_months_and_years_are_no_span(value: dt.timedelta) -> None:
    """A month has no length, so that no policy may be built on it."""
    with pytest.raises(InvalidValue, match=r"^gap must be weeks, days or hours, never months or years"):
        span(value, field="gap")


def test_a_span_has_a_least_length() -> None:
    """A span shorter than the caller allows is refused; one exactly as long is let in."""
    assert span(dt.timedelta(microseconds=5), least_us=5) == 5
    with pytest.raises(InvalidValue, match=r"^gap must"):
        span(dt.timedelta(microseconds=4), field="gap", least_us=5)
    with pytest.raises(InvalidValue, match=r"^span must"):
        span(-MICROSECOND)


@pytest.mark.parametrize("value", [5, 5.0, True, None, "P1D", dt.time(1), dt.datetime(2026, 3, 2, tzinfo=dt.UTC)])
def test_a_number_is_no_span(value: object) -> None:
    """A bare number has no unit, and is refused."""
    with pytest.raises(InvalidValue, match=r"^span must be a duration, got "):
        span(value)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - that is the claim


# Zones


@pytest.mark.parametrize("name", ZONES)
def test_every_zone_of_the_machine_is_known(name: str) -> None:
    """All names that IANA publishes are let in."""
    assert zone(name).key == name


def test_a_zone_is_read_once() -> None:
    """The same name gives the same zone, whichever field asks."""
    assert zone("Europe/Berlin", field="one") is zone("Europe/Berlin", field="other")


# The first instant of a day


def local(at_us: int, name: str) -> dt.datetime:
    """What a clock in that zone shows: from UTC, the direction that is never ambiguous."""
    return (EPOCH + dt.timedelta(microseconds=at_us)).astimezone(ZoneInfo(name))


def changes(name: str) -> Iterator[tuple[int, dt.timedelta, dt.timedelta]]:
    """Each instant from 2024 to 2037 at which the offset of a zone changes, with the offsets before and after."""
    step, end = 7 * DAY_US, instant("2038-01-01T00:00Z")
    at = instant("2024-01-01T00:00Z")
    while at < end:
        early, late = at, at + step
        before, after = local(early, name).utcoffset(), local(late, name).utcoffset()
        assert before is not None
        assert after is not None
        if before != after:
            while late - early > 1:
                middle = (early + late) // 2
                early, late = (middle, late) if local(middle, name).utcoffset() == before else (early, middle)
            yield late, before, after
        at += step


@cache
def days_that_begin_strangely() -> tuple[dict[str, list[dt.date]], dict[str, list[dt.date]]]:
    """By zone, the days on which midnight is skipped, and those on which it comes twice."""
    skipped: dict[str, list[dt.date]] = {}
    doubled: dict[str, list[dt.date]] = {}
    for name in ZONES:
        for at, before, after in changes(name):
            old, new = (EPOCH + dt.timedelta(microseconds=at)).replace(tzinfo=None) + before, after - before
            for date in (old.date(), (old + new).date(), old.date() + dt.timedelta(1)):
                midnight = dt.datetime.combine(date, dt.time())
                if old <= midnight < old + new:
                    skipped.setdefault(name, []).append(date)
                elif old + new <= midnight < old:
                    doubled.setdefault(name, []).append(date)
    return skipped, doubled


def first_instant(date: dt.date, name: str) -> int:
    """The oracle: walk the clock minute by minute from noon of the day before, until it shows the date."""
    noon = dt.datetime.combine(date - dt.timedelta(1), dt.time(12), dt.UTC)
    at = instant(noon) - 14 * HOUR_US
    while local(at, name).date() < date:
        at += MINUTE_US
    return at


def test_there_are_days_that_begin_strangely() -> None:
    """The tests below are about something: midnight is skipped and doubled in several zones."""
    skipped, doubled = days_that_begin_strangely()
    assert {"Africa/Cairo", "America/Havana", "America/Santiago", "Asia/Beirut"} <= set(skipped)
    assert {"America/Havana", "Atlantic/Azores"} <= set(doubled)
    assert sum(map(len, skipped.values())) > 50
    assert sum(map(len, doubled.values())) > 20


@pytest.mark.parametrize("kind", [0, 1], ids=["skipped", "doubled"])
def test_a_day_begins_at_its_first_instant(kind: int) -> None:
    """Where midnight is skipped the day begins right after the gap, where it comes twice at the first one."""
    for name, dates in days_that_begin_strangely()[kind].items():
        for date in dates:
            assert local_midnight(date, name) == first_instant(date, name), (name, date)


def test_where_midnight_is_skipped_the_day_begins_after_it() -> None:
    """In Cairo summer time 2026 begins at midnight: the day begins at one o'clock."""
    shown = local(local_midnight(dt.date(2026, 4, 24), "Africa/Cairo"), "Africa/Cairo")
    assert (shown.date(), shown.hour, shown.minute) == (dt.date(2026, 4, 24), 1, 0)


@given(st.dates(dt.date(1970, 1, 2), dt.date(2199, 12, 30)), st.sampled_from(ZONES))
def test_any_day_begins_where_its_date_begins(date: dt.date, name: str) -> None:
    """At its first instant the local date is the day's, and a microsecond earlier it is not yet."""
    begins = local_midnight(date, name)
    assert local(begins, name).date() >= date
    assert local(begins - 1, name).date() < date


@given(st.dates(dt.date(1970, 1, 2), dt.date(2199, 12, 30)), st.sampled_from(ZONES))
def test_days_follow_each_other(date: dt.date, name: str) -> None:
    """A later day never begins earlier, and none is longer than two."""
    assert 0 <= local_midnight(date + dt.timedelta(1), name) - local_midnight(date, name) <= 2 * DAY_US
