"""What a forecast says is what happens when its assumptions hold; and it touches nothing."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedbackkit.desk import Ask
from feedbackkit.desk.reactions import Reaction, ReactionKind
from feedbackkit.domain.request import State
from feedbackkit.domain.times import DAY_US, HOUR_US
from feedbackkit.errors import InvalidValue
from feedbackkit.policies import Budget, ContactRules, OfficeHours, OpenLimit
from feedbackkit.policies.permission import BasisRule
from feedbackkit.ports import Outcome
from feedbackkit.stores import SQLiteStore
from tests.desk.house import BRANDT, HUBER, WEBER, House, Post, ask, house, respondent, snapshot
from tests.desk.test_async import Waiting, async_desk

if TYPE_CHECKING:
    from pathlib import Path

    from feedbackkit.desk.ahead import Forecast
    from feedbackkit.domain.contact import ContactLine
    from feedbackkit.domain.people import Person
    from feedbackkit.domain.request import Request

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo")
DAYS = 45


def played_on(h: House, days: int) -> list[tuple[str, int]]:
    """What does happen when a worker looks now and every full hour: the contacts made, with their instants."""
    from_us = h.clock.now_us()
    until_us = from_us + days * DAY_US
    h.desk.run()
    for tick in range(from_us - from_us % HOUR_US + HOUR_US, until_us, HOUR_US):
        h.clock.set_us(tick)
        h.desk.run()
    return [
        (view.contact.id, view.contact.booked_us)
        for view in h.desk.contacts()
        if view.contact.booked_us >= from_us and view.contact.lines
    ]


def foreseen(forecast: Forecast) -> list[tuple[str, int]]:
    """The contacts of a forecast."""
    return [(contact.id, contact.booked_us) for contact in forecast.contacts]


asks = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 30), st.integers(0, 100), st.none() | st.integers(1, 20)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25)
@given(asks=asks, begun=st.integers(0, 20), elsewhere=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 59))))
def test_a_forecast_is_what_happens_when_nobody_reacts(
    asks: list[tuple[int, int, int, int | None]], begun: int, elsewhere: list[tuple[int, int]]
) -> None:
    """Three people at a house and three at none, in three zones, some asked already: each contact at its instant."""
    people = [
        attrs.evolve(respondent(number, house="H" if number < 3 else None), timezone=ZONES[number % 3])
        for number in range(6)
    ]
    h = house()
    h.desk.register(BRANDT, *people)
    now_us = h.clock.now_us()
    for number, (who, ago) in enumerate(elsewhere):
        at = dt.datetime.fromtimestamp(now_us / 1e6, dt.UTC) - dt.timedelta(days=ago)
        h.desk.record_contact(people[who], at=at, key=f"e{number}")
    for number, (who, day, value, left) in enumerate(asks):
        due_us = now_us + day * DAY_US
        until_us = None if left is None else due_us + left * DAY_US
        h.desk.request(ask(f"r{number}", respondent=people[who], due_us=due_us, value=value, until_us=until_us))
    for _ in range(begun):
        h.desk.run()
        h.later(days=1, minutes=7)
    forecast = h.desk.forecast(DAYS)
    assert foreseen(forecast) == sorted(played_on(h, DAYS), key=lambda made: (made[1], made[0]))
    ended = [view.state for view in h.desk.find()]
    assert sum(forecast.states.values()) <= len(ended)
    assert forecast.states.get(State.REQUESTED, 0) == ended.count(State.REQUESTED)
    held = [view.key for view in h.desk.find() if view.state is State.PLANNED and view.due is None]
    assert list(forecast.waiting) == held


def a_house(**parts: Any) -> House:
    """Four people of one house, each to be asked today."""
    h = house(**parts)
    h.desk.request_all([ask(f"r{number}", respondent=respondent(number)) for number in range(4)])
    return h


def test_a_forecast_touches_nothing() -> None:
    """Not a byte of what is stored, before, between and after runs."""
    h = a_house()
    for _ in range(3):
        before = snapshot(h.store)
        h.desk.forecast(60)
        assert snapshot(h.store) == before
        h.desk.run()
        h.later(days=8)


def test_the_same_forecast_twice_is_the_same(tmp_path: Path) -> None:
    """Also from a copy that was played on before, from an awaited store, and from a file."""
    h = a_house()
    first = h.desk.forecast(60)
    present = h.desk.present()
    assert first.contacts
    assert h.desk.forecast(60) == present.forecast(60) == present.forecast(60) == first
    awaited = async_desk(Waiting(h.store), h.channel, h.clock)
    assert asyncio.run(awaited.forecast(60)) == first
    stored = SQLiteStore(tmp_path / "store.db")
    on_disk = a_house(store=stored)
    assert on_disk.desk.forecast(60).contacts == first.contacts
    on_disk.desk.close()


def test_it_begins_now_and_ends_in_time() -> None:
    """What is due in an hour of the last day is in it, what is due an hour later is not."""
    h = house()
    last_us = h.clock.now_us() + 2 * DAY_US
    for number, hours in enumerate((-1, 0)):
        h.desk.request(ask(f"r{number}", respondent=respondent(number), due_us=last_us + hours * HOUR_US))
    forecast = h.desk.forecast(2)
    assert [contact.lines[0].request for contact in forecast.contacts] == ["r0"]
    assert (forecast.from_us, forecast.until_us) == (h.clock.now_us(), last_us)


@pytest.mark.parametrize("days", [0, -1, 733, 1.5, True, "90"])
def test_days_are_a_whole_number_of_at_most_two_years(days: Any) -> None:
    """Anything else is refused at the border."""
    with pytest.raises(InvalidValue, match=r"forecast\.days"):
        house().desk.forecast(days)


def test_a_desk_without_a_channel_can_look_ahead() -> None:
    """It sends nothing, so it needs nothing to send by."""
    h = a_house()
    desk = h.worker("other", channel=None)
    desk._desk._context = attrs.evolve(desk._desk._context, channels=())
    assert foreseen(desk.forecast(30)) == foreseen(h.desk.forecast(30))


def test_what_is_booked_and_has_not_gone_out_is_in_it() -> None:
    """Its channel said to try again; it counts from when it was booked, and its reminders follow."""
    h = house(channel=Post(Outcome.TRY_AGAIN))
    h.desk.request(ask("r"))
    h.desk.run()
    h.later(minutes=1)
    forecast = h.desk.forecast(30)
    assert [line.step for contact in forecast.contacts for line in contact.lines] == [2, 3]
    assert forecast.states == {State.EXPIRED: 1}


def budget_of_two() -> ContactRules:
    """Two contacts in 30 days for a house."""
    hours = OfficeHours()
    return ContactRules((BasisRule(), OpenLimit(1), Budget(2, dt.timedelta(days=30), of="organisation"), hours))


def test_who_meets_which_limit_is_told() -> None:
    """A house whose budget is used up, and a person with an open request, each with rule, reason and date."""
    h = a_house(rules=budget_of_two())
    h.desk.request(ask("second", respondent=respondent(0)))
    forecast = h.desk.forecast(20)
    moved = [hit for hit in forecast.limits if hit.rule == "organisation budget"]
    assert {hit.organisation for hit in moved} == {"H-1"}
    assert {hit.effect for hit in moved} == {"moved"}
    assert all("budget of 2 contacts" in hit.text and hit.until_us for hit in moved)
    [held] = [hit for hit in forecast.limits if hit.effect == "held"]
    assert (held.rule, held.person, held.request) == ("open requests", "R-0", "second")
    assert forecast.waiting == ("second",)
    assert [row["rule"] for row in forecast.limit_rows()] == [hit.rule for hit in forecast.limits]


def test_counts_by_day_person_and_organisation_agree() -> None:
    """Each contact is counted once in each; days are those of the reader."""
    h = house(at="2026-03-02T23:30:00Z")
    tokyo = attrs.evolve(WEBER, timezone="Asia/Tokyo")
    h.desk.request_all(
        [ask("r", respondent=tokyo), ask("s", respondent=HUBER), ask("t", respondent=respondent(9, house=None))]
    )
    forecast = h.desk.forecast(60)
    count = len(forecast.contacts)
    assert sum(forecast.per_day().values()) == sum(forecast.per_person().values()) == count
    assert forecast.per_organisation() == {
        "O-nordwerk": forecast.per_person()["P-weber"] + forecast.per_person()["P-huber"]
    }
    assert [row["person"] for row in forecast.rows()] == [contact.person for contact in forecast.contacts]
    by_day = [row["day"] for row in forecast.rows()]
    assert sorted(set(map(str, by_day))) == [day.isoformat() for day in forecast.per_day()]
    assert list(forecast.per_day()) == sorted(forecast.per_day())
    assert dt.date(2026, 3, 3) in forecast.per_day()  # 00:00 UTC is Tuesday nine o'clock in Tokyo


def answers(_contact: str, line: ContactLine, _request: Request, _person: Person) -> Reaction | None:
    """Everybody answers the first reminder, a day later."""
    return Reaction(kind=ReactionKind.ANSWER, after_us=DAY_US, items={"overall": 4}) if line.step == 2 else None


def test_people_may_react_by_a_model_also_to_what_they_have_already() -> None:
    """With everybody answering the first reminder nobody gets a second one; who has it now answers tomorrow."""
    h = a_house()
    h.desk.run()
    h.later(days=7, hours=1)
    h.desk.run()
    h.desk.request(ask("new", respondent=respondent(7)))
    silent, lively = h.desk.forecast(60), h.desk.forecast(60, reactions=answers)
    assert {line.step for contact in silent.contacts for line in contact.lines} == {1, 2, 3}
    assert {line.step for contact in lively.contacts for line in contact.lines} == {1, 2}
    assert lively.states == {State.GIVEN: 5}
    assert lively.assumptions[0] != silent.assumptions[0]


def test_its_text_names_ids_and_only_what_is_for_people_names_people() -> None:
    """`repr` and `str` show ids; `told` shows names; all of it says what was taken for granted."""
    h = house()
    h.desk.request(Ask(key="r", respondent=WEBER, subject=BRANDT, occasion="reference"))
    forecast = h.desk.forecast(30)
    for text in (repr(forecast), str(forecast)):
        assert "Weber" not in text
        assert "Nordwerk" not in text
        assert "P-weber" in text
    told = forecast.told()
    assert "Dr. Anna Weber" in told
    assert "Nordwerk" in told
    assert "P-weber" not in told
    assert all(assumption in told for assumption in forecast.assumptions)


def test_a_forecast_of_nothing_says_so() -> None:
    """An empty store, in words and in rows."""
    forecast = house().desk.forecast(30)
    assert forecast.rows() == forecast.limit_rows() == []
    assert "Nothing is open" in str(forecast)
