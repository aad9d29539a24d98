"""I2, under everything at once: two owners at one store, people, plans, jumping clocks, dying stores and posts.

A judge that knows nothing of ledgers sees every message that is handed over, and compares it with the rules. After
every step an auditor reads the store from outside.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from feedbackkit.desk import Desk, ManualClock, SeededIds
from feedbackkit.domain.engagement import EarlyEnd, Extension
from feedbackkit.domain.people import Organisation
from feedbackkit.domain.times import DAY_US, HOUR_US, face
from feedbackkit.errors import FeedbackKitError
from feedbackkit.policies import playbooks
from feedbackkit.ports import Outcome, Receipt
from feedbackkit.stores import MemoryStore
from feedbackkit.workflow.states import OPEN
from tests.desk.books import contacts_in, wrong_in
from tests.desk.house import SECRET, WEBER, Died, Wrapped, ask, mandate

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message

BERLIN = Organisation(id="O-berlin", name="Berlin works")
PEOPLE = [
    attrs.evolve(WEBER, id=f"P-{n}", email=f"p{n}@house.example", organisation=house, timezone=zone)
    for n, (house, zone) in enumerate(
        [
            (BERLIN, "Europe/Berlin"),
            (BERLIN, "America/New_York"),
            (None, "Asia/Kolkata"),
            (None, "Pacific/Apia"),
        ]
    )
]
START_US = 1_772_409_600_000_000  # Monday, 2 March 2026, 00:00 UTC
INTERIM = playbooks.interim()
SHORTER = EarlyEnd(known="2026-03-01", ends="2026-05-29")
LONGER = Extension(agreed="2026-03-01", ends="2027-02-26")
WHO = st.sampled_from(PEOPLE)
DESK = st.sampled_from(["a", "b"])


class Judged:
    """A post whose every message is judged; it may answer something else, or die before or after it took one."""

    name = "post"

    def __init__(self, life: Lives, *, idempotent: bool) -> None:
        self.idempotent = idempotent
        self._life = life

    def send(self, message: Message) -> Receipt:
        """Take it, and do what is planned to go wrong."""
        trouble = self._life.trouble.pop() if self._life.trouble else None
        if trouble == "dies before":
            raise Died
        if trouble in {Outcome.TRY_AGAIN, Outcome.GIVE_UP}:
            return Receipt(Outcome(trouble))
        self._life.judge(message)
        if trouble == "dies after":
            raise Died
        return Receipt(Outcome.SENT if trouble is None else Outcome(trouble))


class Lives(RuleBasedStateMachine):
    """No message that reaches anybody breaks the default rules, or speaks of what was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryStore()
        self.clock = ManualClock(face(START_US))
        self.trouble: list[Any] = []
        self.reached: dict[str, list[int]] = defaultdict(list)
        self.times: dict[str, int] = defaultdict(int)
        self.no_reminders: set[str] = set()
        self.in_peace: set[str] = set()
        self.deferred: dict[str, int] = {}
        self.count = 0
        self.death = 0
        self.desks: dict[str, Desk] = {}

    @initialize(idempotent=st.booleans(), batch=st.integers(1, 4))
    def open(self, idempotent: bool, batch: int) -> None:
        """Two owners, one of them at a store that may die."""
        self.idempotent = idempotent
        mortal: Any = Wrapped(self.store, before=lambda *_call: self._die(), after=lambda *_call: self._die())
        for number, (owner, store) in enumerate({"a": self.store, "b": mortal}.items()):
            self.desks[owner] = Desk(
                store,
                channels=[Judged(self, idempotent=idempotent)],
                clock=self.clock,
                ids=SeededIds(number),
                secret=SECRET,
                owner=owner,
                batch=batch,
            )
        self.desks["a"].register(*PEOPLE)
        for number in range(6):
            self.request(PEOPLE[number % len(PEOPLE)], number * 15, "a", 0)
        self.desks["a"].plan(mandate(sponsor=PEOPLE[0]), INTERIM)

    def _die(self) -> None:
        self.death -= 1
        if self.death == 0:
            raise Died

    def judge(self, message: Message) -> None:
        """A message reaches somebody now."""
        now_us, person = self.clock.now_us(), message.to
        self.times[message.id] += 1
        assert self.times[message.id] <= (10 if self.idempotent else 2)
        local = face(now_us).astimezone(ZoneInfo(person.timezone))
        assert dt.time(9) <= local.time() < dt.time(17)
        assert local.weekday() < 5
        assert person.id not in self.in_peace
        for line in message.lines:
            view = self.desks["a"].get(line.request)
            assert view.state in OPEN
            assert view.progress.step == line.step
            assert line.kind == "ask" or person.id not in self.no_reminders
            assert self.deferred.get(line.request, now_us) <= now_us
        if self.times[message.id] == 1:
            assert all(abs(now_us - other) >= 5 * DAY_US - HOUR_US * 4 for other in self.reached[person.id or ""])
            self.reached[person.id or ""].append(now_us)
            assert _most(self.reached[person.id or ""], now_us, 59 * DAY_US) <= 4
            assert message.booked_us <= now_us <= message.booked_us + 4 * HOUR_US

    @rule(who=WHO, value=st.integers(0, 100), desk=DESK, later=st.sampled_from([0, 0, 20]))
    def request(self, who: Any, value: int, desk: str, later: int) -> None:
        """Somebody wants to ask."""
        self.count += 1
        due_us = self.clock.now_us() + later * DAY_US if later else None
        self.desks[desk].request(ask(f"r{self.count}", respondent=who, value=value, due_us=due_us))

    @rule(desk=DESK, end=st.sampled_from(["as agreed", "extended", "cut short"]), who=WHO)
    def plan(self, desk: str, end: str, who: Any) -> None:
        """The playbook is followed, whatever became of the mandate."""
        known: dict[str, Any] = {"extended": {"extensions": [LONGER]}, "cut short": {"early_end": SHORTER}}
        self.desks[desk].plan(mandate(sponsor=who, **known.get(end, {})), INTERIM)

    @rule(
        desk=DESK,
        trouble=st.lists(st.sampled_from(["dies before", "dies after", *Outcome, None]), max_size=3),
        death=st.integers(0, 40),
        again=st.booleans(),
    )
    def run(self, desk: str, trouble: list[Any], death: int, again: bool) -> None:
        """A worker works, and may die, and may be started again at once."""
        self.trouble, self.death = trouble, death
        with contextlib.suppress(Died):
            self.desks[desk].run()
        self.trouble, self.death = [], 0
        if again:
            self.desks[desk].run()

    @rule(days=st.integers(3, 30), desk=DESK)
    def weeks_go_by(self, days: int, desk: str) -> None:
        """Some longer stretch of work."""
        self.days_go_by(days=days, desk=desk)

    @rule(days=st.integers(1, 7), desk=DESK)
    def days_go_by(self, days: int, desk: str) -> None:
        """Three runs a day."""
        for _ in range(days * 3):
            self.clock.set_us(self.clock.now_us() + 8 * HOUR_US)
            self.desks[desk].run()

    @rule(hours=st.integers(1, 24 * 20))
    def standstill(self, hours: int) -> None:
        """Nobody works."""
        self.clock.set_us(self.clock.now_us() + hours * HOUR_US)

    @rule(hours=st.sampled_from([1, 24, 24 * 7]))
    @precondition(lambda self: self.clock.now_us() > START_US)
    def clock_jumps_back(self, hours: int) -> None:
        """And goes on from there."""
        self.clock.set_us(self.clock.now_us() - hours * HOUR_US)

    @rule(hours=st.sampled_from([-24 * 3652, 24 * 30]), desk=DESK)
    def clock_goes_astray(self, hours: int, desk: str) -> None:
        """Ten years back or a month ahead for a few runs, and right again."""
        self.clock.set_us(self.clock.now_us() + hours * HOUR_US)
        self.days_go_by(days=1, desk=desk)
        self.clock.set_us(self.clock.now_us() - hours * HOUR_US)

    def _some(self, number: int) -> str | None:
        keys = [view.key for view in self.desks["a"].find()]
        return keys[number % len(keys)] if keys else None

    @rule(
        number=st.integers(0, 99),
        desk=DESK,
        what=st.sampled_from(["give", "decline", "undo", "withdraw", "defer", "undefer", "delegate", "call back"]),
        death=st.integers(0, 20),
    )
    def react(self, number: int, desk: str, what: str, death: int) -> None:
        """Somebody answers in some way; a dying desk is asked once more."""
        key = self._some(number)
        if key is None:
            return
        until_us = self.clock.now_us() + 30 * DAY_US
        acts: dict[str, tuple[Any, ...]] = {
            "give": (lambda acting: acting.give(key, {"overall": 5}),),
            "decline": (lambda acting: acting.decline(key),),
            "undo": (lambda acting: acting.undo_decline(key),),
            "withdraw": (lambda acting: acting.withdraw(key),),
            "defer": (lambda acting: acting.defer(key, until=face(until_us)),),
            "undefer": (lambda acting: acting.undo_defer(key),),
            "delegate": (lambda acting: acting.delegate(key, to=PEOPLE[number % len(PEOPLE)]),),
            "call back": (lambda acting: acting.undo_delegate(key),),
        }
        with contextlib.suppress(FeedbackKitError):
            try:
                self.death = death
                acts[what][0](self.desks[desk])
            except Died:
                self.death = 0
                acts[what][0](self.desks["a"])
            if what == "defer":
                self.deferred[key] = until_us
            elif what == "undefer":
                self.deferred.pop(key, None)
        self.death = 0

    @rule(who=WHO, scope=st.sampled_from(["all", "reminders"]))
    @precondition(lambda self: self.count > 12)
    def opt_out(self, who: Any, scope: str) -> None:
        """Somebody has had enough."""
        self.desks["a"].opt_out(who, scope=scope)
        (self.in_peace if scope == "all" else self.no_reminders).add(who.id)

    @rule(who=WHO, ago=st.integers(0, 100))
    def met_elsewhere(self, who: Any, ago: int) -> None:
        """A private call, told at once or some hours later."""
        at_us = self.clock.now_us() - ago * HOUR_US
        self.desks["b"].record_contact(who, at=face(at_us))
        self.reached[who.id].append(at_us)

    @rule(who=WHO)
    def new_address(self, who: Any) -> None:
        """Somebody moves, and what could not be delivered goes on."""
        self.count += 1
        self.desks["b"].register(attrs.evolve(who, email=f"{who.id}.{self.count}@elsewhere.example"))

    @invariant()
    def the_books_balance(self) -> None:
        """Nothing is stored by halves, whatever died."""
        assert wrong_in(self.store) == []

    @invariant()
    def what_was_sent_counts(self) -> None:
        """No contact that reached somebody was released, unless its receipt said that it did not."""
        status = {contact.id: status for contact, status in contacts_in(self.store)}
        assert not [key for key in self.times if status[key] == "released"]


def _most(instants: list[int], at_us: int, window_us: int) -> int:
    """The most contacts in any window that contains an instant."""
    starts = [other for other in instants if other <= at_us < other + window_us]
    return max(sum(start <= other < start + window_us for other in instants) for start in starts)


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
