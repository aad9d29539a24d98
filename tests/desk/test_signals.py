"""What comes back moves what is still to be asked: noted with the answer, followed before anything goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest

from feedbackkit.desk import Ask
from feedbackkit.domain.alerts import AlertKind
from feedbackkit.domain.decision import Held
from feedbackkit.domain.engagement import EarlyEnd, Engagement
from feedbackkit.domain.happenings import AlertRaised, Happening
from feedbackkit.domain.people import Actor
from feedbackkit.domain.request import EventKind, State
from feedbackkit.domain.signals import SignalKind
from feedbackkit.errors import InvalidValue, NotAllowed, NotFound, SetupError
from feedbackkit.policies import PlannedRequest, playbooks
from feedbackkit.stores import MemoryStore
from tests.desk.books import wrong_in
from tests.desk.house import BRANDT, HUBER, WEBER, Died, House, Wrapped, ask, dying, house, mandate, snapshot
from tests.desk.test_callers_transaction import Joined

if TYPE_CHECKING:
    from feedbackkit.domain.answer import Answer
    from feedbackkit.domain.request import Request

INTERIM = playbooks.interim()
JONAS = Actor("jonas")
CHECK = "M-17/quality_check/start/2"
REFERENCE = "M-17/reference/start/1"
GOOD, BAD, SO_SO = {"overall": 5}, {"overall": 2}, {"overall": 3}
AT_THE_CHECK = "2026-06-26T10:00:00Z"
"""After a quarter of the mandate, before its peak."""


def planned(at: str = AT_THE_CHECK, **parts: Any) -> House:
    """A house that has planned a mandate, with the clock at some point of it."""
    h = house(**parts)
    h.desk.plan(mandate(), INTERIM)
    h.clock.set(at)
    return h


def due(h: House, key: str = REFERENCE) -> str:
    """The day on which a request is due."""
    return str(h.desk.get(key).due)[:10]


# --- what an answer does ---------------------------------------------------------------------------------------------


def test_a_good_check_brings_the_reference_forward() -> None:
    """It is asked for in the next run, under its own key, although its day was weeks ahead."""
    h = planned()
    assert due(h) == "2026-08-11"
    h.desk.give(CHECK, GOOD)
    h.desk.run()
    h.later(days=10).desk.run()
    assert h.desk.get(REFERENCE).state is State.REQUESTED
    assert wrong_in(h.store) == []


def test_a_check_that_says_little_moves_nothing() -> None:
    """Neither good nor bad: the peak stays where it was, and nobody is alerted."""
    h = planned()
    h.desk.give(CHECK, SO_SO)
    h.desk.run()
    assert due(h) == "2026-08-11"
    assert h.desk.alerts() == []
    assert h.desk.awaiting_approval() == []


def test_a_bad_check_holds_the_reference_back_and_alerts_the_owner() -> None:
    """The day comes, and nobody is asked; who looks after the mandate knows why."""
    h = house()
    h.desk.plan(mandate(owner=JONAS), INTERIM)
    h.clock.set(AT_THE_CHECK)
    h.desk.give(CHECK, BAD)
    h.desk.run()
    [alert] = h.desk.alerts(owner="jonas")
    assert (alert.kind, alert.request, alert.owner) == (AlertKind.BAD, CHECK, "jonas")
    assert [view.key for view in h.desk.awaiting_approval(owner="jonas")] == [REFERENCE]
    h.clock.set("2026-09-01T10:00:00Z")
    h.desk.run()
    assert h.desk.get(REFERENCE).state is State.PLANNED
    assert "bad" in h.desk.history(REFERENCE)[-1].because[0].text
    assert [alert.kind for alert in h.desk.alerts()] == [AlertKind.BAD, AlertKind.APPROVAL]
    assert wrong_in(h.store) == []


def test_a_good_check_after_a_bad_one_lets_it_go() -> None:
    """What was mended is mended."""
    h = planned()
    h.desk.give(CHECK, BAD)
    h.desk.run()
    h.clock.set("2026-09-21T10:00:00Z")
    h.desk.run()
    h.desk.give("M-17/quality_check/start/3", GOOD)
    for _ in range(3):
        h.later(days=10).desk.run()
    assert h.desk.get(REFERENCE).state is not State.PLANNED
    assert h.desk.awaiting_approval() == []


def test_an_answer_that_is_revised_counts_as_it_is_now() -> None:
    """A slip of the finger holds nothing back; the owner was alerted once for each bad revision."""
    h = planned()
    h.desk.give(CHECK, BAD)
    h.desk.run()
    h.desk.give(CHECK, SO_SO)
    h.desk.run()
    assert h.desk.awaiting_approval() == []
    assert due(h) == "2026-08-11"
    assert len(h.desk.alerts()) == 1


def test_what_has_gone_out_is_not_held_back() -> None:
    """The reference was asked for; a bad check alerts, and touches nothing."""
    h = planned("2026-08-11T10:00:00Z")
    h.desk.run()
    before = h.desk.get(REFERENCE), h.desk.history(REFERENCE)
    assert before[0].progress.step == 1
    h.desk.give(CHECK, BAD)
    h.desk.run()
    assert (h.desk.get(REFERENCE), h.desk.history(REFERENCE)) == before
    assert len(h.desk.alerts()) == 1


def test_the_run_that_follows_sends_nothing_that_is_held_back() -> None:
    """Due and held back by an answer of the same hour: the answer comes first, whatever was due longer."""
    h = planned("2026-08-11T08:00:00Z")
    h.desk.give(CHECK, BAD)
    h.later(hours=2).desk.run()
    assert REFERENCE not in {line.request for message in h.sent for line in message.lines}


def test_a_reading_of_ones_own() -> None:
    """What is good or bad is the user's to say, with the request at hand."""

    def strict(answer: Answer, request: Request) -> SignalKind:
        assert request.key == answer.request
        return SignalKind.GOOD if answer.items.get("overall") == 5 else SignalKind.BAD

    h = planned(reading=strict)
    h.desk.give(CHECK, SO_SO)
    h.desk.run()
    assert [alert.request for alert in h.desk.alerts()] == [CHECK]


def test_a_mandate_cut_short_is_planned_anew_without_losing_what_came_back() -> None:
    """The bad check still holds the reference back."""
    h = planned()
    h.desk.give(CHECK, BAD)
    h.desk.run()
    h.desk.plan(mandate(early_end=EarlyEnd(known="2026-06-26", ends="2026-08-28")))
    assert due(h) < "2026-08-01"
    assert h.desk.get(REFERENCE).awaits_approval


# --- by which playbook -----------------------------------------------------------------------------------------------


def test_a_playbook_is_remembered_by_its_name() -> None:
    """Planned once, a mandate is planned again without naming it."""
    h = planned()
    assert h.desk.engagements()[0].playbook == "interim"
    h.desk.plan("M-17")
    with pytest.raises(NotFound, match="no playbook 'secret'"):
        h.desk.plan("M-17", "secret")
    h.desk.add(mandate(id="M-18"))
    with pytest.raises(NotAllowed, match="'M-18' was never planned"):
        h.desk.plan("M-18")


@pytest.mark.parametrize("name", ["two words", "", "a" * 81])
def test_a_name_that_could_not_be_stored_is_refused(name: str) -> None:
    """When the desk is put together."""
    with pytest.raises(InvalidValue, match=r"desk\.playbooks must be an id"):
        house(playbooks={name: INTERIM})
    with pytest.raises(SetupError, match="'x' cannot be called"):
        house(playbooks={"x": 7})


def nothing(_engagement: Engagement, /) -> tuple[PlannedRequest, ...]:
    """A playbook without a name."""
    return ()


def test_a_playbook_without_a_name_is_followed_when_it_is_planned_again() -> None:
    """A run cannot know it; it alerts, and leaves the plan alone."""
    h = planned()
    h.desk.plan("M-17", nothing)
    assert h.desk.engagements()[0].playbook is None
    h.desk.request(Ask(key="own", respondent=WEBER, subject=BRANDT, occasion="quality_check", engagement="M-17"))
    h.desk.give("own", BAD)
    h.desk.run()
    assert h.desk.get(REFERENCE).state is State.WITHDRAWN
    assert [alert.request for alert in h.desk.alerts()] == ["own"]


def test_a_worker_that_lacks_the_playbook_sets_it_aside() -> None:
    """Nothing is lost: a worker that has it follows later."""
    h = house(playbooks={"ours": playbooks.interim(check_value=41)})
    h.desk.plan(mandate(), "ours")
    h.clock.set(AT_THE_CHECK)
    h.desk.give(CHECK, BAD)
    other = h.worker("second")
    assert other.run()["failed"] > 0
    assert h.desk.alerts() == []
    h.later(days=1).desk.run()
    assert len(h.desk.alerts()) == 1


def test_a_playbook_that_raises_keeps_nobody_else() -> None:
    """Its engagement is set aside, and the rest goes on."""

    def broken(engagement: Engagement, /) -> tuple[PlannedRequest, ...]:
        if engagement.signals:
            raise ZeroDivisionError
        return INTERIM(engagement)

    h = house(playbooks={"broken": broken})
    h.desk.plan(mandate(), "broken")
    h.desk.plan(mandate(id="M-18"), INTERIM)
    h.clock.set(AT_THE_CHECK)
    for key in ("M-17", "M-18"):
        h.desk.give(f"{key}/quality_check/start/2", BAD)
    assert h.desk.run()["failed"] > 0
    assert [alert.request for alert in h.desk.alerts()] == ["M-18/quality_check/start/2"]


# --- under crashes, races and in the caller's transaction ------------------------------------------------------------


def test_an_answer_touches_no_record_that_others_wait_for() -> None:
    """In a transaction of the caller's: the request, the answer, and a signal of its own."""
    h = planned()
    store = Joined(h.store)
    h.worker("web", store=store).give(CHECK, BAD)  # type: ignore[arg-type]  # a store
    assert {key.kind for key in store.written} == {"request", "answer", "signal"}
    h.desk.run()
    assert len(h.desk.alerts()) == 1
    assert wrong_in(h.store) == []


@pytest.mark.parametrize("afterwards", [False, True], ids=["before the call", "after the call"])
def test_whatever_dies_it_is_followed_once(afterwards: bool) -> None:
    """At each call to the store: in the end the plan is the same, and the alert is there once."""

    def play(h: House) -> None:
        h.clock.set(AT_THE_CHECK)
        h.desk.give(CHECK, BAD)
        h.desk.run()

    undisturbed = house(Wrapped(MemoryStore()))
    undisturbed.desk.plan(mandate(), INTERIM)
    calls = len(undisturbed.store.calls)
    play(undisturbed)
    ended = {view.key: view.request for view in undisturbed.desk.find()}
    for death in range(1, len(undisturbed.store.calls) - calls):
        store = MemoryStore()
        house(store).desk.plan(mandate(), INTERIM)
        with pytest.raises(Died):
            play(house(dying(store, death, afterwards=afterwards)))
        h = house(store)
        play(h)
        assert {view.key: view.request for view in h.desk.find()} == ended
        assert [alert.request for alert in h.desk.alerts()] == [CHECK]
        assert wrong_in(store) == []


def test_two_workers_follow_it_once() -> None:
    """Whoever is overtaken begins again, and finds nothing to do."""
    inner = MemoryStore()
    house(inner).desk.plan(mandate(), INTERIM)
    armed = True

    def overtake(name: str, arguments: tuple[Any, ...]) -> None:
        nonlocal armed
        if armed and name == "write" and any(write.kind == "alert" for write in arguments[0][0].writes):
            armed = False
            h.clock.set("2026-06-26T11:00:00Z")
            h.worker("other", store=inner).run()

    h = house(Wrapped(inner, before=overtake))
    h.clock.set(AT_THE_CHECK)
    h.desk.give(CHECK, BAD)
    h.desk.run()
    assert not armed
    assert [alert.request for alert in h.desk.alerts()] == [CHECK]
    assert wrong_in(inner) == []


def test_followed_once_it_is_not_due_any_more() -> None:
    """The next run writes nothing."""
    h = planned()
    h.desk.give(CHECK, BAD)
    h.desk.run()
    before = snapshot(h.store)
    assert h.desk.run()["followed"] == 0
    assert snapshot(h.store) == before


def test_what_a_run_itself_ends_is_followed_in_it() -> None:
    """A silence that ended in the run is known to the plan when the run returns."""
    h = planned()
    h.clock.set("2027-06-01T10:00:00Z")
    counts = h.desk.run().counts
    assert counts["expired"] == counts["followed"]


# --- approvals -------------------------------------------------------------------------------------------------------


def waiting(**fields: Any) -> House:
    """A house with one ask that needs approval, on its day."""
    h = house()
    h.desk.request(ask("r", approval="the client is a prospect, too", **fields))
    h.desk.run()
    return h


def test_an_ask_that_needs_approval_waits_for_it() -> None:
    """It is held with its reason, and its owner is alerted once, however often the desk runs."""
    h = waiting()
    for _ in range(5):
        h.later(days=1).desk.run()
    assert h.sent == []
    assert h.desk.history("r")[-1].because[0].text == "the client is a prospect, too"
    assert [alert.kind for alert in h.desk.alerts()] == [AlertKind.APPROVAL]
    assert wrong_in(h.store) == []


def test_approved_it_goes_and_history_says_who() -> None:
    """In the next run within office hours."""
    h = waiting()
    h.desk.approve("r", by=JONAS)
    h.desk.run()
    assert [line.request for message in h.sent for line in message.lines] == ["r"]
    [event] = [event for event in h.desk.history("r") if event.kind is EventKind.APPROVED]
    assert event.actor == "jonas"
    assert h.desk.awaiting_approval() == []
    h.desk.verify("r")


def test_approved_before_its_day_it_goes_on_its_day() -> None:
    """An approval is not a hurry."""
    h = house()
    h.desk.request(ask("r", approval="look first", due_us=h.clock.now_us() + 7 * 86_400_000_000))
    h.desk.approve("r", by=JONAS)
    h.desk.run()
    assert h.sent == []
    h.later(days=7).desk.run()
    assert len(h.sent) == 1


def test_approved_twice_it_counts_once() -> None:
    """To the byte."""
    h = waiting()
    h.desk.approve("r", by=JONAS)
    before = snapshot(h.store)
    h.desk.approve("r", by=Actor("mia"))
    assert snapshot(h.store) == before


def test_what_needs_no_approval_cannot_be_approved() -> None:
    """Nor what is closed, nor what is not there."""
    h = waiting()
    h.desk.request(ask("s"))
    with pytest.raises(NotAllowed, match="needs nobody's approval"):
        h.desk.approve("s", by=JONAS)
    h.desk.withdraw("r")
    with pytest.raises(NotAllowed, match="nothing left to approve"):
        h.desk.approve("r", by=JONAS)
    with pytest.raises(NotFound):
        h.desk.approve("t", by=JONAS)


def test_what_nobody_approves_expires_with_its_time() -> None:
    """Unasked."""
    h = house()
    h.desk.request(ask("r", approval="look first", until_us=h.clock.now_us() + 7 * 86_400_000_000))
    h.desk.run()
    h.later(days=8).desk.run()
    assert (h.desk.get("r").state, h.sent) == (State.EXPIRED, [])


def test_it_is_explained_what_it_waits_for_and_until_when() -> None:
    """Before its day, from then on, and where its time has no end."""
    h = house()
    day = 86_400_000_000
    now_us = h.clock.now_us()
    h.desk.request(ask("r", approval="look first", due_us=now_us + 7 * day, until_us=now_us + 30 * day))
    h.desk.request(ask("s", approval="look first", respondent=HUBER))
    for _ in range(2):
        told = str(h.desk.explain("r"))
        assert "look first" in told[told.index("What is to come") :]
        h.later(days=8).desk.run()
    ahead = h.desk.explain("r").ahead
    assert [step.kind for step in ahead] == ["ask", "expire"]
    assert isinstance(ahead[0].decision, Held)
    assert [step.kind for step in h.desk.explain("s").ahead] == ["ask"]


def test_what_waits_for_approval_takes_no_slot() -> None:
    """Three others are asked, although it is worth more than they are."""
    h = waiting(value=100)
    h.desk.request_all([ask(key, value=10) for key in "abcd"])
    h.desk.run()
    assert {view.key for view in h.desk.find(state=State.REQUESTED)} == {"a", "b", "c"}
    h.desk.give("a", GOOD)
    h.later(days=11).desk.run()
    assert h.desk.get("d").state is State.REQUESTED
    assert wrong_in(h.store) == []


def test_an_approval_is_of_its_reason() -> None:
    """A second bad check after an approval is another matter."""
    h = planned()
    h.desk.give(CHECK, BAD)
    h.desk.run()
    h.desk.approve(REFERENCE, by=JONAS)
    assert h.desk.awaiting_approval() == []
    h.desk.give("M-17/quality_check/start/1", BAD)
    h.later(days=1)
    h.desk.give("M-17/quality_check/start/3", BAD)
    h.desk.run()
    assert [view.key for view in h.desk.awaiting_approval()] == [REFERENCE]


def test_what_was_approved_needs_no_second_approval_where_it_is_delegated() -> None:
    """It was let go for the occasion; whoever was named is asked."""
    h = waiting()
    h.desk.approve("r", by=JONAS)
    h.desk.run()
    key = h.desk.delegate("r", to=attrs.evolve(WEBER, id="P-other", email="other@nordwerk.example"))
    h.later(days=1).desk.run()
    assert h.desk.get(key).state is State.REQUESTED


# --- alerts ----------------------------------------------------------------------------------------------------------


def test_an_alert_is_acknowledged_once() -> None:
    """It is gone from the list, and kept with who took note."""
    h = waiting()
    [alert] = h.desk.alerts()
    h.desk.acknowledge(alert.key, by=JONAS)
    h.desk.acknowledge(alert.key, by=Actor("mia"))
    assert h.desk.alerts() == []
    [kept] = h.desk.alerts(acknowledged=True)
    assert (kept.acknowledged_by, kept.acknowledged_us) == ("jonas", h.clock.now_us())
    with pytest.raises(NotFound):
        h.desk.acknowledge(alert.key, "another", by=JONAS)


def test_alerts_are_the_owners() -> None:
    """Each sees what is theirs."""
    h = waiting(owner="jonas")
    assert h.desk.alerts(owner="mia") == []
    assert len(h.desk.alerts(owner="jonas")) == 1


def test_observers_are_told_of_alerts_once_they_are_stored() -> None:
    """By ids alone."""
    seen: list[Happening] = []

    class Watching:
        def observe(self, happening: Happening) -> None:
            seen.append(happening)

    h = planned(observers=[Watching()])
    h.desk.give(CHECK, BAD | {"words": "Weber is not amused"})
    h.desk.run()
    [told] = [each for each in seen if isinstance(each, AlertRaised)]
    [alert] = h.desk.alerts()
    assert (told.alert, told.request, told.why, told.to) == (alert.key, CHECK, "bad", "provider")
    assert not any(word in f"{seen} {alert}" for word in ("Weber", "amused", "Brandt"))
