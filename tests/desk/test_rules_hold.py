from __future__ import annotations

import contextlib
import datetime as dt
from collections import defaultdict
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from feedbackkit.desk import Ask, Desk, ManualClock, SeededIds
from feedbackkit.domain.request import State
from feedbackkit.domain.times import DAY_US, HOUR_US, face
from feedbackkit.errors import IllegalTransition, NotAllowed
from feedbackkit.policies import Budget, default_rules
from feedbackkit.ports import Outcome, Receipt
from feedbackkit.stores import MemoryStore
from feedbackkit.workflow.states import CLOSED
from tests.desk.house import BRANDT, SECRET, Died, respondent

PEOPLE = [
    respondent(1, house="H-1", timezone="Europe/Berlin"),
    respondent(2, house="H-1", timezone="America/New_York"),
    respondent(3, house="H-2", timezone="Asia/Kolkata"),
    respondent(4, house=None, timezone="Australia/Lord_Howe"),
]
RULES = default_rules().without("organisation budget").with_(Budget(3, dt.timedelta(days=30), of="organisation"))
START_US = 1_772_409_600_000_000  # Monday, 2 March 2026, 00:00 UTC


class Post:
    """Notes what reaches whom and when, and fails now and then; it takes the same message twice without harm."""

    name = "post"
    idempotent = True

    def __init__(self, machine: Any) -> None:
        self._machine = machine

    def send(self, message: Any) -> Receipt:
        """Deliver, or do what the machine wants to happen."""
        if self._machine.trouble:
            trouble = self._machine.trouble.pop()
            if trouble == "crash":
                raise Died
            return Receipt(trouble)
        self._machine.delivered(message)
        return Receipt(Outcome.SENT)


class RulesHold(RuleBasedStateMachine):
    """I2: no contact that reaches anybody breaks the rules in force, whatever workers, people and clocks do.

    What reaches people is compared with the rules by a checker of its own, which knows nothing of ledgers.
    """

    keys = Bundle("keys")

    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryStore()
        self.clock = ManualClock(face(START_US))
        self.trouble: list[Any] = []
        self.reached: dict[str, list[int]] = defaultdict(list)
        self.by_house: dict[str, list[int]] = defaultdict(list)
        self.ids: set[str] = set()
        self.closed: set[str] = set()
        self.unwanted: set[str] = set()
        self.count = 0
        self.desks = [
            Desk(
                self.store,
                channels=[Post(self)],
                clock=self.clock,
                ids=SeededIds(number),
                secret=SECRET,
                owner=f"worker-{number}",
                batch=3,
                rules=RULES,
            )
            for number in range(2)
        ]

    def delivered(self, message: Any) -> None:
        """A message reaches somebody now: every rule must allow it, by the checker's own reckoning."""
        now_us, person = self.clock.now_us(), message.to
        if message.id in self.ids:
            return  # the same message again reaches nobody twice
        self.ids.add(message.id)
        local = face(now_us).astimezone(ZoneInfo(person.timezone))
        assert dt.time(9) <= local.time() < dt.time(17)
        assert local.weekday() < 5
        assert person.id not in self.unwanted
        assert not {line.request for line in message.lines} & self.closed
        assert all(abs(now_us - earlier) >= 5 * DAY_US for earlier in self.reached[person.id])
        self.reached[person.id].append(now_us)
        assert _most_in(self.reached[person.id], now_us, 60 * DAY_US) <= 4
        if person.organisation is not None:
            self.by_house[person.organisation.id].append(now_us)
            assert _most_in(self.by_house[person.organisation.id], now_us, 30 * DAY_US) <= 3

    @rule(target=keys, who=st.sampled_from(PEOPLE), value=st.integers(0, 100), desk=st.integers(0, 1))
    def wish(self, who: Any, value: int, desk: int) -> str:
        """Somebody wants to ask somebody."""
        self.count += 1
        key = f"A-{self.count}"
        self.desks[desk].request(Ask(key=key, respondent=who, subject=BRANDT, occasion="reference", value=value))
        return key

    @rule(desk=st.integers(0, 1), trouble=st.lists(st.sampled_from(["crash", Outcome.TRY_AGAIN]), max_size=2))
    def run(self, desk: int, trouble: list[Any]) -> None:
        """A worker runs, and may die while it sends."""
        self.trouble = trouble
        with contextlib.suppress(Died):
            self.desks[desk].run()
        self.trouble = []

    @rule(days=st.integers(1, 21), desk=st.integers(0, 1))
    def work_goes_on(self, days: int, desk: int) -> None:
        """A worker runs every few hours for some days."""
        for _ in range(days * 4):
            self.clock.set_us(self.clock.now_us() + 6 * HOUR_US)
            self.desks[desk].run()

    @rule(who=st.sampled_from(PEOPLE), count=st.integers(2, 5))
    def several_wishes(self, who: Any, count: int) -> None:
        """Many want to ask one person at once."""
        for number in range(count):
            self.wish(who, number * 20, number % 2)

    @rule(hours=st.integers(1, 24 * 20))
    def time_passes(self, hours: int) -> None:
        """Hours or weeks."""
        self.clock.set_us(self.clock.now_us() + hours * HOUR_US)

    @rule(hours=st.sampled_from([1, 24, 24 * 365 * 10]))
    @precondition(lambda self: self.clock.now_us() > START_US)
    def clock_jumps_back(self, hours: int) -> None:
        """An hour, a day or ten years; what reached people then stays where it was."""
        self.clock.set_us(self.clock.now_us() - hours * HOUR_US)

    @rule(key=keys, desk=st.integers(0, 1), what=st.sampled_from(["give", "decline", "withdraw", "defer", "delegate"]))
    def somebody_reacts(self, key: str, desk: int, what: str) -> None:
        """An answer, a no, a later date, somebody else."""
        acting = self.desks[desk]
        try:
            if what == "defer":
                acting.defer(key, until=face(self.clock.now_us() + 30 * DAY_US))
            elif what == "delegate":
                acting.delegate(key, to=PEOPLE[3])
            elif what == "give":
                acting.give(key, {"overall": 5})
            else:
                getattr(acting, what)(key)
        except (IllegalTransition, NotAllowed):
            return
        if acting.get(key).state in CLOSED:
            self.closed.add(key)

    @rule(who=st.sampled_from(PEOPLE))
    def left_in_peace(self, who: Any) -> None:
        """Somebody has had enough."""
        if self.count and any(view.request.respondent == who.id for view in self.desks[0].find()):
            self.desks[0].opt_out(who.id)
            self.unwanted.add(who.id)

    @rule(who=st.sampled_from(PEOPLE))
    def met_elsewhere(self, who: Any) -> None:
        """A private call counts, too."""
        if any(view.request.respondent == who.id for view in self.desks[0].find()):
            self.desks[0].record_contact(who.id)
            self.reached[who.id].append(self.clock.now_us())
            if who.organisation is not None:
                self.by_house[who.organisation.id].append(self.clock.now_us())

    @invariant()
    def no_more_than_three_are_open(self) -> None:
        """At most three requests that were asked wait for one person; a date that came ahead of a reopening aside."""
        waiting: dict[str, int] = defaultdict(int)
        for view in self.desks[0].find():
            if view.state in {State.REQUESTED, State.REMINDED}:
                waiting[view.request.respondent] += 1
        assert all(count <= 3 for count in waiting.values())


def _most_in(instants: list[int], at_us: int, window_us: int) -> int:
    """The most contacts in any window that contains an instant."""
    return max(
        sum(start <= other < start + window_us for other in instants)
        for start in (other for other in instants if other <= at_us < other + window_us)
    )


TestRulesHold = RulesHold.TestCase
TestRulesHold.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)
