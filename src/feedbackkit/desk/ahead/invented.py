"""A population that nobody has: people, houses and requests to try opinions on before there are any."""

from __future__ import annotations

import datetime as dt
from typing import Final

from feedbackkit.desk.ahead.present import Present
from feedbackkit.desk.ahead.sandbox import SECRET, Sandbox
from feedbackkit.desk.clocks import ManualClock
from feedbackkit.desk.desk import Desk
from feedbackkit.desk.ids import SeededIds
from feedbackkit.desk.plans.requesting import Ask
from feedbackkit.desk.policy import Policy
from feedbackkit.domain.basis import Consent
from feedbackkit.domain.checks import whole
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.domain.request import Occasion
from feedbackkit.domain.times import DAY_US, instant
from feedbackkit.policies import Cadence, default_rules

__all__ = ["invented"]

_OCCASIONS: Final = (Occasion.REFERENCE, Occasion.QUALITY_CHECK, Occasion.CLOSING_REVIEW)


def invented(
    *,
    people: int = 200,
    organisations: int = 50,
    requests: int = 400,
    over: int = 60,
    now: dt.datetime | str = "2026-01-05T08:00:00+00:00",
) -> Present:
    """People of invented houses, all with consent, and requests to them that are due over so many days from `now` on.

    The same for the same numbers. Everybody has default opinions until a comparison says otherwise.
    """
    crowd = whole("invented.people", people, least=1, most=100_000)
    houses = whole("invented.organisations", organisations, least=1, most=100_000)
    count = whole("invented.requests", requests, least=1, most=100_000)
    span = whole("invented.over", over, least=1, most=700)
    now_us = instant(now, field="invented.now")
    store, clock = Sandbox(), ManualClock(now)
    desk = Desk(store, clock=clock, secret=SECRET, ids=SeededIds(0), owner="invented", watermark=False)
    basis = Consent("invented", since=dt.date(2000, 1, 1))
    asked = [
        Person(
            id=f"R-{number:05d}",
            name=f"Respondent {number + 1}",
            email=f"respondent.{number}@invented.example",
            organisation=Organisation(id=f"O-{number % houses:05d}", name=f"House {number % houses + 1}"),
            basis=basis,
        )
        for number in range(crowd)
    ]
    about = [Person(id=f"S-{number:05d}", name=f"Subject {number + 1}") for number in range(max(1, crowd // 4))]
    desk.request_all(
        Ask(
            key=f"invented-{number:06d}",
            respondent=asked[number % crowd],
            subject=about[number % len(about)],
            occasion=_OCCASIONS[number % len(_OCCASIONS)],
            due_us=now_us + number * 7919 % span * DAY_US,
            value=40 + number * 17 % 50,
        )
        for number in range(count)
    )
    return Present(copy=store, policy=Policy(default_rules(), Cadence()), channel="forecast", now_us=now_us)
