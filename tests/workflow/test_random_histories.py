"""Whatever happens to a request, in any order: what holds all the same."""

from __future__ import annotations

from dataclasses import dataclass, field

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from feedbackkit.domain.people import Party
from feedbackkit.domain.request import Event, EventKind, Progress, State
from feedbackkit.errors import IllegalTransition
from feedbackkit.workflow import apply, legal_events
from feedbackkit.workflow.states import CLOSED, OPEN, ladder_state
from tests.workflow.histories import FOR_GOOD

DUE = st.none() | st.integers(0, 10**6)


@dataclass
class Standing:
    """A contact or a nudge that stands, as a reader of the history would note it."""

    ref: str
    at_us: int
    dated_before: bool
    """Whether a date stood in for the ladder when it was made."""


@dataclass
class Notes:
    """What a reader of the history keeps in mind: no table, no target, only contacts and answers."""

    contacts: list[Standing] = field(default_factory=list[Standing])
    made: int = 0
    dated: bool = False
    """Whether a reopening, or a contact on a chosen date that was taken back, left the ladder without an anchor."""
    date_us: int | None = None
    """The respondent's date, until the next contact."""
    takeable: bool = False
    answers: list[str] = field(default_factory=list[str])

    def take(self, event: Event) -> None:
        """Note one event that was accepted."""
        if event.kind in {EventKind.REQUESTED, EventKind.REMINDED}:
            assert event.ref is not None
            self.contacts.append(Standing(event.ref, event.at_us, self.dated or self.date_us is not None))
            self.made += 1
            self.dated, self.takeable, self.date_us = False, True, None
        elif event.kind is EventKind.NUDGED:
            self.contacts.append(Standing("", event.at_us, dated_before=False))
            self.dated, self.date_us = False, None
        elif event.kind in {EventKind.UNSENT, EventKind.BOUNCED}:
            while not (taken := self.contacts.pop()).ref:
                """The nudges that followed it are taken back with it."""
            assert taken.ref == event.ref
            self.dated, self.takeable = self.dated or taken.dated_before, False
        elif event.kind is EventKind.REOPENED:
            self.dated = True
        elif event.kind in {EventKind.DEFERRED, EventKind.UNDEFERRED}:
            self.date_us = event.due_us if event.kind is EventKind.DEFERRED else None
        elif event.kind in {EventKind.GIVEN, EventKind.REVISED}:
            assert event.ref is not None
            self.answers.append(event.ref)


class RandomHistory(RuleBasedStateMachine):
    """One request to which anything may happen."""

    @initialize()
    def begin(self) -> None:
        """Start with a request that nobody stored."""
        self.progress = Progress()
        self.notes = Notes()
        self.now = 0

    @rule(
        kind=st.sampled_from(EventKind),
        ref=st.none() | st.sampled_from(["c0", "d1", "d2"]),
        due_us=DUE,
        party=st.sampled_from(Party),
        wait=st.integers(1, 1000),
    )
    def anything(self, kind: EventKind, ref: str | None, due_us: int | None, party: Party, wait: int) -> None:
        """Let anything happen, mostly what is illegal."""
        self.happen(Event(kind=kind, at_us=self.now, ref=ref, due_us=due_us, party=party), wait)

    @rule(data=st.data(), due_us=DUE, party=st.sampled_from(Party), wait=st.integers(1, 1000))
    def something_legal(self, data: st.DataObject, due_us: int | None, party: Party, wait: int) -> None:
        """Let something happen that the state allows, with the references that a desk would give."""
        kind = data.draw(st.sampled_from(legal_events(self.progress.state)))
        ref = f"c{self.notes.made + 1}"
        if kind in {EventKind.UNSENT, EventKind.BOUNCED}:
            ref = self.progress.contact or ref
        elif kind in {EventKind.GIVEN, EventKind.REVISED}:
            ref = data.draw(st.sampled_from(["d1", "d2", "d3"]))
        self.happen(Event(kind=kind, at_us=self.now, ref=ref, due_us=due_us, party=party), wait)

    @precondition(lambda self: self.progress.state in OPEN)
    @rule(due_us=st.integers(0, 10**6))
    def a_contact_that_does_not_go_out(self, due_us: int) -> None:
        """Book a contact and take it back at once: the ladder is where it was; a chosen date has come by then."""
        before = self.progress
        kind = EventKind.REQUESTED if before.step == 0 else EventKind.REMINDED
        ref = f"c{self.notes.made + 1}"
        self.happen(Event(kind=kind, at_us=self.now, ref=ref), 1)
        self.happen(Event(kind=EventKind.UNSENT, at_us=self.now, ref=ref, due_us=due_us), 1)
        assert self.progress == attrs.evolve(
            before,
            attempt=before.attempt + 1,
            due_us=due_us,
            anchor_us=before.anchor_us if before.chosen_us is None else None,
            earlier_us=None,
            chosen_us=None,
            contact=None,
            nudges=0,
        )

    @precondition(lambda self: self.progress.state in OPEN and self.progress.chosen_us is None)
    @rule(due_us=st.integers(0, 10**6))
    def a_deferral_taken_back(self, due_us: int) -> None:
        """Choose a date and take it back: but for the date of the next step it is as if nothing had been said."""
        before = self.progress
        self.happen(Event(kind=EventKind.DEFERRED, at_us=self.now, due_us=due_us, party=Party.RESPONDENT), 1)
        self.happen(Event(kind=EventKind.UNDEFERRED, at_us=self.now, due_us=due_us, party=Party.RESPONDENT), 1)
        assert self.progress == attrs.evolve(before, due_us=due_us)

    @precondition(lambda self: self.progress.state in OPEN)
    @rule(due_us=st.integers(0, 10**6))
    def a_deferral(self, due_us: int) -> None:
        """Let the respondent choose a date: no step is used up."""
        before = self.progress
        self.happen(Event(kind=EventKind.DEFERRED, at_us=self.now, due_us=due_us, party=Party.RESPONDENT), 1)
        now = self.progress
        assert (now.state, now.step, now.attempt, now.due_us) == (before.state, before.step, before.attempt, due_us)

    def happen(self, event: Event, wait: int) -> None:
        """Try an event, and check what one event may change."""
        before = self.progress
        copy = attrs.evolve(before)
        self.now += wait
        try:
            after = apply(before, event)
        except IllegalTransition:
            assert self.progress == copy
            return
        assert before == copy
        self.notes.take(event)
        self.progress = after
        assert after.attempt >= before.attempt
        assert after.revision >= before.revision
        assert before.answer is None or after.answer is not None
        assert -1 - before.nudges <= after.step - before.step <= 1

    @invariant()
    def the_step_counts_the_contacts_that_stand(self) -> None:
        """`step` is the number of contacts made and not taken back, and of nudges; `attempt` of all contacts made."""
        assert self.progress.step == len(self.notes.contacts) >= 0
        assert self.progress.attempt == self.notes.made >= sum(bool(each.ref) for each in self.notes.contacts)

    @invariant()
    def the_anchor_is_the_latest_standing_contact(self) -> None:
        """It is the instant of the latest contact that stands, unless a date has taken its place since."""
        latest = self.notes.contacts[-1].at_us if self.notes.contacts and not self.notes.dated else None
        assert self.progress.anchor_us == latest

    @invariant()
    def the_respondents_date_holds_until_the_next_contact(self) -> None:
        """Whatever moves, closes or reopens the request in between."""
        assert self.progress.chosen_us == self.notes.date_us

    @invariant()
    def only_the_latest_contact_can_be_taken_back(self) -> None:
        """`contact` is the latest one while it stands, and nothing after it was taken back."""
        made = [each.ref for each in self.notes.contacts if each.ref]
        assert self.progress.contact == (made[-1] if self.notes.takeable else None)

    @invariant()
    def nothing_is_due_unless_it_is_open(self) -> None:
        """A request that is closed, undeliverable or not stored has no due time."""
        assert self.progress.due_us is None or self.progress.state in OPEN

    @invariant()
    def an_open_state_is_its_place_on_the_ladder(self) -> None:
        """While a request is open, its state says how many contacts stand."""
        assert self.progress.state not in OPEN or self.progress.state is ladder_state(self.progress.step)

    @invariant()
    def it_is_known_who_closed_it(self) -> None:
        """On whose word it was closed is known exactly while it is closed."""
        assert (self.progress.closed_by is not None) == (self.progress.state in CLOSED)

    @invariant()
    def an_answer_is_never_lost(self) -> None:
        """Once there is an answer the request is given, and the latest one is in force and counted."""
        assert (self.progress.state is State.GIVEN) == bool(self.notes.answers)
        assert self.progress.answer == (self.notes.answers[-1] if self.notes.answers else None)
        assert self.progress.revision == len(self.notes.answers)

    @invariant()
    def a_late_answer_is_accepted_unless_it_was_withdrawn_for_good(self) -> None:
        """In every stored state but given a first answer is legal, except after a withdrawal for good."""
        if self.progress.state in {State.NEW, State.GIVEN}:
            return
        for_good = self.progress.state is State.WITHDRAWN and self.progress.closed_by in FOR_GOOD
        late = Event(kind=EventKind.GIVEN, at_us=self.now, ref="d9")
        if for_good:
            with pytest.raises(IllegalTransition, match="withdrawn for good"):
                apply(self.progress, late)
        else:
            assert apply(self.progress, late).answer == "d9"


TestRandomHistory = RandomHistory.TestCase
TestRandomHistory.settings = settings(max_examples=150, stateful_step_count=40)
