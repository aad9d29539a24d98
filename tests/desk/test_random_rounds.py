"""Signals, approvals, alerts and siblings under everything at once: two owners, dying stores, people who react.

A judge sees every message that is handed over. After every step an auditor reads the store from outside, and after
every run that was not disturbed, what came back has been followed.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from feedbackkit.desk import Desk, ManualClock, SeededIds
from feedbackkit.domain.alerts import AlertKind
from feedbackkit.domain.basis import Consent
from feedbackkit.domain.engagement import Engagement, Referee
from feedbackkit.domain.people import Actor
from feedbackkit.domain.request import State
from feedbackkit.domain.signals import SignalKind
from feedbackkit.domain.times import DAY_US, HOUR_US, face
from feedbackkit.errors import FeedbackKitError
from feedbackkit.policies import plain_reading, playbooks
from feedbackkit.ports import Outcome, Receipt
from feedbackkit.stores import MemoryStore
from feedbackkit.workflow.states import OPEN
from tests.desk.books import wrong_in
from tests.desk.house import BRANDT, SECRET, WEBER, Died, Wrapped, ask, mandate, respondent

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message

CANDIDATE = attrs.evolve(
    BRANDT,
    email="t.brandt@example.org",
    basis=WEBER.basis,
    reference_consent=Consent("signed form", since="2025-01-15"),
)
REFEREES = [Referee(person=respondent(n, house=f"H-{n % 2}"), relation="peer") for n in range(5)]
PLAYBOOKS = {"two": playbooks.reference_check(wanted=2, spare=1)}
JONAS = Actor("jonas")
DESK = st.sampled_from(["a", "b"])
START_US = 1_772_409_600_000_000  # Monday, 2 March 2026, 00:00 UTC


def check(referees: int) -> Engagement:
    """A reference check of four months."""
    return Engagement(
        id="C-1",
        subject=CANDIDATE,
        sponsor=WEBER,
        starts="2026-03-02",
        ends="2026-06-26",
        referees=REFEREES[:referees],
    )


class Judged:
    """A post whose every message is judged."""

    name = "post"
    idempotent = True

    def __init__(self, life: Rounds) -> None:
        self._life = life

    def send(self, message: Message) -> Receipt:
        """Nobody is asked without the approval that it takes, nor about what is closed."""
        for line in message.lines:
            view = self._life.desks["a"].get(line.request)
            assert view.state in OPEN
            assert not view.awaits_approval
        return Receipt(Outcome.SENT)


class Rounds(RuleBasedStateMachine):
    """What came back is followed once, whatever dies."""

    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryStore()
        self.clock = ManualClock(face(START_US + 10 * HOUR_US))
        self.death = 0
        self.count = 0
        self.bad: dict[str, set[int]] = defaultdict(set)
        self.desks: dict[str, Desk] = {}

    @initialize(batch=st.integers(1, 5), referees=st.integers(1, 4))
    def open(self, batch: int, referees: int) -> None:
        """Two owners, one of them at a store that may die."""
        mortal: Any = Wrapped(self.store, before=lambda *_call: self._die(), after=lambda *_call: self._die())
        for number, (owner, store) in enumerate({"a": self.store, "b": mortal}.items()):
            self.desks[owner] = Desk(
                store,
                channels=[Judged(self)],
                clock=self.clock,
                ids=SeededIds(number),
                secret=SECRET,
                owner=owner,
                batch=batch,
                playbooks=PLAYBOOKS,
            )
        self.desks["a"].plan(mandate(subject=CANDIDATE), "interim")
        self.desks["a"].plan(check(referees), "two")

    def _die(self) -> None:
        self.death -= 1
        if self.death == 0:
            raise Died

    def _some(self, number: int) -> str:
        keys = [view.key for view in self.desks["a"].find()]
        return keys[number % len(keys)]

    @rule(desk=DESK, value=st.integers(0, 100), engagement=st.sampled_from([None, "M-17"]))
    def request(self, desk: str, value: int, engagement: str | None) -> None:
        """Somebody wants to ask for something that has to be approved."""
        self.count += 1
        self.desks[desk].request(ask(f"r{self.count}", value=value, approval="look first", engagement=engagement))

    @rule(desk=DESK, referees=st.integers(1, 5), what=st.sampled_from(["C-1", "M-17", "anew"]))
    def plan(self, desk: str, referees: int, what: str) -> None:
        """More referees, or the plan as it is."""
        self.desks[desk].plan(check(referees) if what == "anew" else what)

    @rule(
        number=st.integers(0, 99),
        desk=DESK,
        what=st.sampled_from(
            ["good", "bad", "so-so", "decline", "undo", "withdraw", "approve", "delegate", "call back"]
        ),
        death=st.integers(0, 20),
    )
    def react(self, number: int, desk: str, what: str, death: int) -> None:
        """Somebody does something about a request; a dying desk is asked once more."""
        key = self._some(number)
        acts: dict[str, Any] = {
            "good": lambda acting: acting.give(key, {"overall": 5}),
            "bad": lambda acting: acting.give(key, {"overall": 1}),
            "so-so": lambda acting: acting.give(key, {"overall": 3}),
            "decline": lambda acting: acting.decline(key),
            "undo": lambda acting: acting.undo_decline(key),
            "withdraw": lambda acting: acting.withdraw(key),
            "approve": lambda acting: acting.approve(key, by=JONAS),
            "delegate": lambda acting: acting.delegate(key, to=REFEREES[number % 5].person),
            "call back": lambda acting: acting.undo_delegate(key),
        }
        with contextlib.suppress(FeedbackKitError):
            try:
                self.death = death
                acts[what](self.desks[desk])
            except Died:
                self.death = 0
                acts[what](self.desks["a"])
        self.death = 0

    @rule(referee=st.integers(0, 4), desk=DESK, overall=st.integers(1, 5))
    def referee_answers(self, referee: int, desk: str, overall: int) -> None:
        """One of those who are asked about the candidate."""
        with contextlib.suppress(FeedbackKitError):
            self.desks[desk].give(f"C-1/reference_check/R-{referee}/1", {"overall": overall})

    @rule(desk=DESK, death=st.integers(0, 60))
    def run(self, desk: str, death: int) -> None:
        """A worker works, and may die; then another comes along, once the leases have ended."""
        self.death = death
        with contextlib.suppress(Died):
            self.desks[desk].run()
        self.death = 0
        self.clock.set_us(self.clock.now_us() + HOUR_US)
        self.desks["a"].run()
        self._all_is_followed()

    @rule(days=st.integers(1, 30), desk=DESK)
    def days_go_by(self, days: int, desk: str) -> None:
        """A run a day."""
        for _ in range(days):
            self.clock.set_us(self.clock.now_us() + DAY_US)
            self.desks[desk].run()
        self._all_is_followed()

    @rule(number=st.integers(0, 99))
    def acknowledge(self, number: int) -> None:
        """Somebody takes note."""
        open_alerts = self.desks["a"].alerts()
        if open_alerts:
            self.desks["b"].acknowledge(open_alerts[number % len(open_alerts)].key, by=JONAS)

    def _all_is_followed(self) -> None:
        """No signal is left; enough is enough; and whoever should know of a bad answer was told once."""
        desk = self.desks["a"]
        assert [record.key for record in self.store.find("signal", due_until=self.clock.now_us(), limit=999)] == []
        views = {view.key: view for view in desk.find()}
        circle = [view for view in views.values() if view.request.siblings]
        if sum(view.state is State.GIVEN for view in circle) >= 2:
            assert not [view.key for view in circle if view.state in OPEN]
        alerts = desk.alerts(acknowledged=True)
        assert len({alert.key for alert in alerts}) == len(alerts)
        told = {(alert.request, alert.key.rpartition("-")[2]) for alert in alerts if alert.kind is AlertKind.BAD}
        for answer in desk.answers():
            view = views[answer.request]
            in_force = answer.revision == view.progress.revision
            planned = view.key.startswith(f"{view.request.engagement}/")
            if in_force and planned and plain_reading(answer, view.request) is SignalKind.BAD:
                assert (answer.request, str(answer.revision)) in told
        checks = [view.key for view in views.values() if view.key.startswith("M-17/quality_check")]
        held = views["M-17/reference/start/1"].request.approval
        if held is not None:
            assert any(key in held for key in checks)

    @invariant()
    def the_books_balance(self) -> None:
        """Nothing is stored by halves, whatever died."""
        assert wrong_in(self.store) == []


TestRounds = Rounds.TestCase
TestRounds.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
