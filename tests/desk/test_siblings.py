"""Siblings and reference checks through the desk: enough is enough, and another is asked for one who stays silent."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from feedbackkit.domain.alerts import AlertKind
from feedbackkit.domain.basis import Consent
from feedbackkit.domain.engagement import Engagement, Referee
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import Occasion, Siblings, State
from feedbackkit.errors import InvalidValue
from feedbackkit.policies import playbooks
from feedbackkit.stores import MemoryStore
from tests.desk.books import ledgers_in, wrong_in
from tests.desk.house import BRANDT, HUBER, WEBER, House, Wrapped, ask, house, respondent
from tests.desk.test_callers_transaction import Joined

CANDIDATE = attrs.evolve(
    BRANDT,
    email="t.brandt@example.org",
    basis=WEBER.basis,
    reference_consent=Consent("signed form", since="2025-01-15"),
)
REFEREES = [Referee(person=respondent(n, house=f"H-{n}"), relation="peer") for n in range(5)]
TWO = playbooks.reference_check(wanted=2, spare=1)
YES = {"overall": 5}


def check(count: int = 3) -> Engagement:
    """A reference check of four weeks about a candidate."""
    return Engagement(
        id="C-1", subject=CANDIDATE, sponsor=HUBER, starts="2026-03-02", ends="2026-05-29", referees=REFEREES[:count]
    )


def key(number: int) -> str:
    """The key of what one referee is asked."""
    return f"C-1/reference_check/R-{number}/1"


def asked(count: int = 3, **parts: Any) -> House:
    """A house that has asked three referees, two of whom are enough."""
    h = house(playbooks={"two": TWO}, **parts)
    h.desk.plan(check(count), "two")
    h.desk.run()
    assert {view.state for view in h.desk.find(engagement="C-1")} == {State.REQUESTED}
    return h


def states(h: House) -> dict[str, State]:
    """How each referee's request stands."""
    return {view.key.split("/")[2]: view.state for view in h.desk.find(engagement="C-1")}


def test_enough_answers_let_the_others_go() -> None:
    """On the rules' word, which says why; nobody reminds them, and their ledger is free again."""
    h = asked()
    h.desk.give(key(0), YES)
    h.desk.run()
    assert states(h)["R-2"] is State.REQUESTED
    h.desk.give(key(1), {"overall": 1})
    h.desk.run()
    view = h.desk.get(key(2))
    assert (view.state, view.progress.closed_by) == (State.WITHDRAWN, Party.RULES)
    assert h.desk.history(key(2))[-1].reason == "2 answers were enough, and 2 came"
    assert ledgers_in(h.store, "person")["R-2"].open == ()
    sent = len(h.sent)
    for _ in range(30):
        h.later(days=1).desk.run()
    assert len(h.sent) == sent
    assert wrong_in(h.store) == []


def test_a_late_answer_is_accepted_nevertheless() -> None:
    """It is not lost, and changes nothing for the others."""
    h = asked()
    for number in range(2):
        h.desk.give(key(number), YES)
    h.desk.run()
    h.desk.give(key(2), YES)
    h.desk.run()
    assert set(states(h).values()) == {State.GIVEN}
    assert wrong_in(h.store) == []


def test_an_answer_that_overtakes_the_withdrawal_stands() -> None:
    """It comes between the look at the siblings and the change."""
    inner = MemoryStore()
    armed = True

    def overtake(name: str, arguments: tuple[Any, ...]) -> None:
        nonlocal armed
        writes = [write for change in arguments[0] for write in change.writes] if name == "write" else []
        if armed and any(write.kind == "request" and write.state == "withdrawn" for write in writes):
            armed = False
            h.worker("web", store=inner).give(key(2), YES)

    h = asked()
    inner._content = h.store._content
    h = house(Wrapped(inner, before=overtake), playbooks={"two": TWO})
    for number in range(2):
        h.desk.give(key(number), YES)
    h.desk.run()
    assert not armed
    assert set(states(h).values()) == {State.GIVEN}
    assert wrong_in(inner) == []


def test_two_answers_in_transactions_of_their_own_are_counted_together_by_the_run() -> None:
    """Neither saw the other, and neither touched a sibling."""
    h = asked()
    for number in range(2):
        store = Joined(h.store)
        h.worker(f"web {number}".replace(" ", "-"), store=store).give(key(number), YES)  # type: ignore[arg-type]  # a store
        assert {each.key for each in store.written if each.kind == "request"} == {key(number)}
    assert states(h)["R-2"] is State.REQUESTED
    h.desk.run()
    assert states(h)["R-2"] is State.WITHDRAWN
    assert wrong_in(h.store) == []


@pytest.mark.parametrize("how", ["declines", "is silent", "is not reached"])
def test_another_is_asked_for_one_who_fails(how: str) -> None:
    """The next on the list, by the run that knows of it."""
    h = asked(4)
    if how == "declines":
        h.desk.decline(key(0))
    elif how == "is not reached":
        h.desk.withdraw(key(0), by=Party.RESPONDENT)
    else:
        for number in (1, 2):
            h.desk.defer(key(number), until="2026-05-20")
        h.later(days=60)
    for _ in range(8):
        h.later(days=7).desk.run()
        if "R-3" in states(h):
            break
    assert states(h)["R-3"] in {State.PLANNED, State.REQUESTED}
    assert wrong_in(h.store) == []


def test_where_nobody_is_left_the_candidate_is_asked_and_the_owner_told_of_the_reply() -> None:
    """The new referee is added to the check, and asked."""
    h = asked()
    for number in (0, 1):
        h.desk.decline(key(number))
    h.desk.run()
    naming = "C-1/naming/R-1/1"
    assert h.desk.get(naming).state is State.REQUESTED
    h.desk.give(naming, {"words": "Ask my successor, she knows."}, by=CANDIDATE.id)
    h.desk.run()
    [alert] = h.desk.alerts()
    assert (alert.kind, alert.request) == (AlertKind.NAMED, naming)
    assert "successor" not in alert.reason
    h.desk.plan(check(4), "two")
    h.desk.run()
    assert states(h)["R-3"] is State.REQUESTED
    assert wrong_in(h.store) == []


def test_siblings_outside_of_a_playbook() -> None:
    """Those of one name in one engagement; the run stops them without any plan."""
    h = house()
    two = Siblings(name="colleagues", enough=1)
    for number in range(3):
        wish = ask(f"own-{number}", respondent=respondent(number, house=None), siblings=two, engagement="E-1")
        h.desk.request(wish)
    h.desk.request(ask("other", respondent=respondent(9, house=None), siblings=two, engagement="E-2"))
    h.desk.run()
    h.desk.give("own-1", YES)
    h.desk.run()
    assert {view.key: view.state for view in h.desk.find()} == {
        "own-0": State.WITHDRAWN,
        "own-1": State.GIVEN,
        "own-2": State.WITHDRAWN,
        "other": State.REQUESTED,
    }


def test_siblings_belong_to_an_engagement() -> None:
    """By it they are found."""
    with pytest.raises(InvalidValue, match=r"request\.siblings must be of one engagement"):
        ask("r", siblings=Siblings(name="x", enough=1))


def test_a_referee_is_asked_in_the_relation_that_the_engagement_names() -> None:
    """So that the answer is weighed as what it is."""
    h = asked()
    assert {view.request.relation for view in h.desk.find(engagement="C-1")} == {"peer"}
    assert {view.occasion for view in h.desk.find(engagement="C-1")} == {Occasion.REFERENCE_CHECK}
    assert [referee.relation for referee in h.desk.engagements()[0].referees] == ["peer"] * 3
