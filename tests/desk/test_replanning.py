"""Planning again: whatever became of a mandate in the meantime, what is planned is what a fresh plan would say.

It moves, withdraws and takes up again what nobody was asked yet; what went out, or was closed by somebody, is theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedbackkit.domain.engagement import EarlyEnd, Extension, Milestone
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import EventKind, State
from feedbackkit.domain.times import DAY_US
from feedbackkit.errors import InvalidValue, NotAllowed
from feedbackkit.policies import playbooks
from feedbackkit.stores import MemoryStore
from tests.desk.books import wrong_in
from tests.desk.house import BRANDT, HUBER, WEBER, Died, House, Wrapped, ask, dying, house, mandate, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedbackkit.desk import Desk
    from feedbackkit.domain.engagement import Engagement

INTERIM = playbooks.interim()
CLOSING = "M-17/closing_review/start/1"
VARIANTS: dict[str, Engagement] = {
    "as agreed": mandate(),
    "extended": mandate(extensions=[Extension(agreed="2026-03-01", ends="2027-02-26")]),
    "cut short": mandate(early_end=EarlyEnd(known="2026-03-01", ends="2026-05-29")),
    "with a milestone": mandate(milestones=[Milestone(id="go-live", on="2026-06-15")]),
    "another sponsor": mandate(sponsor=HUBER),
}
VARIANT = st.sampled_from(sorted(VARIANTS))


def planned(h: House) -> dict[str, tuple[Any, ...]]:
    """What is still to be asked of whom and when."""
    return {
        view.key: (view.request.respondent, view.request.occasion, view.due, view.request.until_us)
        for view in h.desk.find(state=State.PLANNED)
    }


@settings(max_examples=60)
@given(before=st.lists(VARIANT, max_size=5), last=VARIANT)
def test_whatever_was_planned_before_the_last_plan_is_what_counts(before: list[str], last: str) -> None:
    """As long as nobody was asked, the way to a plan leaves no trace in it."""
    h, fresh = house(), house()
    for variant in before:
        h.desk.plan(VARIANTS[variant], INTERIM)
    h.desk.plan(VARIANTS[last], INTERIM)
    fresh.desk.plan(VARIANTS[last], INTERIM)
    assert planned(h) == planned(fresh)
    assert wrong_in(h.store) == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_planning_again_writes_nothing(variant: str) -> None:
    """To the byte, also later the same day."""
    h = house()
    h.desk.plan(VARIANTS[variant], INTERIM)
    before = snapshot(h.store)
    report = h.desk.plan(VARIANTS[variant], INTERIM)
    h.later(hours=3).desk.plan("M-17", INTERIM)
    assert snapshot(h.store) == before
    assert (report.added, report.moved, report.withdrawn) == ((), (), ())
    assert set(report.kept) == set(planned(h))


@settings(max_examples=40)
@given(weeks=st.integers(1, 30), variants=st.lists(VARIANT, min_size=1, max_size=3))
def test_what_went_out_is_not_touched_by_any_plan(weeks: int, variants: list[str]) -> None:
    """Requests, contacts and histories of whatever was asked stay as they are."""
    h = house()
    h.desk.plan(VARIANTS["as agreed"], INTERIM)
    for _ in range(weeks):
        h.desk.run()
        h.later(days=7)
    asked = {view.key: (view, h.desk.history(view.key)) for view in h.desk.find() if view.progress.step}
    contacts = h.desk.contacts()
    for variant in variants:
        h.desk.plan(VARIANTS[variant], INTERIM)
    assert {key: (h.desk.get(key), h.desk.history(key)) for key in asked} == asked
    assert h.desk.contacts() == contacts
    assert wrong_in(h.store) == []


CLOSED_BY: dict[str, Callable[[House], object]] = {
    "withdrawn by the staff": lambda h: h.desk.withdraw(CLOSING, reason="agreed with the client"),
    "withdrawn by the subject": lambda h: h.desk.withdraw(CLOSING, by=Party.SUBJECT),
    "declined": lambda h: h.desk.decline(CLOSING),
    "given": lambda h: h.desk.give(CLOSING, {"overall": 5}),
    "delegated": lambda h: h.desk.delegate(CLOSING, to=HUBER),
}


@pytest.mark.parametrize("how", CLOSED_BY)
def test_what_somebody_closed_is_not_taken_up_again_by_any_plan(how: str) -> None:
    """Extended, cut short and prolonged again: it stays closed, and nobody is asked about it."""
    h = house()
    h.desk.plan(VARIANTS["as agreed"], INTERIM)
    CLOSED_BY[how](h)
    before = h.desk.get(CLOSING)
    for engagement in VARIANTS.values():
        report = h.desk.plan(engagement, INTERIM)
        assert CLOSING not in (*report.added, *report.moved, *report.withdrawn)
    assert h.desk.get(CLOSING) == before
    assert wrong_in(h.store) == []


def test_a_delegate_of_a_planned_request_is_not_withdrawn_by_the_plan() -> None:
    """It hangs on the engagement, but not on the playbook."""
    h = house()
    h.desk.plan(VARIANTS["as agreed"], INTERIM)
    key = h.desk.delegate(CLOSING, to=HUBER)
    h.desk.plan(VARIANTS["cut short"], INTERIM)
    assert h.desk.get(key).state is State.PLANNED


def test_a_plan_that_changes_keeps_the_date_that_the_respondent_chose() -> None:
    """Whatever the plan says now, and also where it withdrew the request in between: nothing comes before the date."""
    h = house()
    h.desk.plan(VARIANTS["as agreed"], INTERIM)
    h.desk.defer(CLOSING, until="2027-03-01")
    for variant in ("extended", "as agreed", "another sponsor", "with a milestone"):
        h.desk.plan(VARIANTS[variant], INTERIM)
        due = h.desk.get(CLOSING).due
        assert due is not None
        assert due.isoformat() >= "2027-03-01"
    assert wrong_in(h.store) == []


def test_a_chosen_date_moves_no_later_plan_forward() -> None:
    """Where the plan comes to ask after it, the plan holds."""
    h = house()
    h.desk.plan(VARIANTS["as agreed"], INTERIM)
    h.desk.defer(CLOSING, until="2026-12-01")
    h.desk.plan(VARIANTS["extended"], INTERIM)
    fresh = house()
    fresh.desk.plan(VARIANTS["extended"], INTERIM)
    assert h.desk.get(CLOSING).due == fresh.desk.get(CLOSING).due


def test_what_was_deferred_withdrawn_by_the_plan_and_taken_up_again_keeps_its_date() -> None:
    """The plan that cuts short has no third quality check, the one before and after has."""
    h = house()
    h.desk.plan(VARIANTS["as agreed"], INTERIM)
    key = "M-17/quality_check/start/3"
    h.desk.defer(key, until="2026-10-19T07:00:00Z")
    assert key in h.desk.plan(VARIANTS["cut short"], INTERIM).withdrawn
    assert key in h.desk.plan(VARIANTS["as agreed"], INTERIM).moved
    assert str(h.desk.get(key).due) == "2026-10-19 09:00:00+00:00"
    assert wrong_in(h.store) == []


def test_a_program_has_no_key_among_those_of_its_engagements_plan() -> None:
    """So that no plan can withdraw what it did not make; any other key of the engagement is the program's own."""
    with pytest.raises(InvalidValue, match=r"^request\.key must not begin with the id of its engagement and /"):
        ask("M-17/extra", engagement="M-17")
    h = house()
    own = [ask("M-17-extra", engagement="M-17"), ask("M-18/extra", engagement="M-17"), ask("M-17/extra")]
    h.desk.request_all([attrs.evolve(each, due_us=h.clock.now_us() + DAY_US) for each in own])
    for variant in VARIANTS.values():
        report = h.desk.plan(variant, INTERIM)
        assert not {each.key for each in own} & {*report.added, *report.moved, *report.withdrawn, *report.kept}
    assert {h.desk.get(each.key).state for each in own} == {State.PLANNED}


@pytest.mark.parametrize("engagement", [None, "M-18"])
def test_a_plan_takes_over_no_request_that_has_its_key(engagement: str | None) -> None:
    """It is refused as a whole and says why; what the program asked stays as it is."""
    h = house()
    h.desk.request(ask(CLOSING, respondent=HUBER, engagement=engagement))
    before = snapshot(h.store)
    with pytest.raises(NotAllowed, match=f"plan of engagement 'M-17' needs the key '{CLOSING}'"):
        h.desk.plan(VARIANTS["as agreed"], INTERIM)
    assert snapshot(h.store) == before


def test_cut_short_and_prolonged_again_the_history_tells_both() -> None:
    """Withdrawn on the word of the plan, reopened on its word; the key is the same."""
    h = house()
    h.desk.plan(VARIANTS["as agreed"], INTERIM)
    withdrawn = h.desk.plan(VARIANTS["cut short"], INTERIM).withdrawn
    assert withdrawn
    assert set(withdrawn) <= set(h.desk.plan(VARIANTS["as agreed"], INTERIM).moved)
    for key in withdrawn:
        _, gone, back = h.desk.history(key)
        assert (gone.kind, gone.party, back.kind) == (EventKind.WITHDRAWN, Party.PLAN, EventKind.REOPENED)
        h.desk.verify(key)


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_lies_behind_is_never_asked(variant: str) -> None:
    """Planned for the first time a year too late, nothing is planned at all."""
    h = house(at="2028-03-01T10:00:00Z")
    assert h.desk.plan(VARIANTS[variant], INTERIM).added == ()
    h.desk.run()
    assert h.sent == []


def test_what_has_passed_by_the_time_of_a_run_expires_unasked() -> None:
    """The worker was down for the whole mandate: no late question goes out."""
    h = house()
    h.desk.plan(VARIANTS["as agreed"], INTERIM)
    h.later(days=600).desk.run()
    assert h.sent == []
    assert {view.state for view in h.desk.find()} == {State.EXPIRED}
    assert wrong_in(h.store) == []


def twice(desk: Desk) -> None:
    """Plan, and plan for another sponsor."""
    desk.plan(VARIANTS["as agreed"], INTERIM)
    desk.plan(VARIANTS["another sponsor"], INTERIM)


@pytest.mark.parametrize("afterwards", [False, True], ids=["before the call", "after the call"])
def test_a_plan_that_died_anywhere_is_made_whole_or_not_at_all(afterwards: bool) -> None:
    """And planning again ends as if it had not died."""
    undisturbed, counting = house(), house(Wrapped(MemoryStore()))
    twice(undisturbed.desk)
    twice(counting.desk)
    for death in range(1, len(counting.store.calls) + 1):
        store = MemoryStore()
        mortal = house(dying(store, death, afterwards=afterwards)).desk
        with pytest.raises(Died):
            twice(mortal)
        assert wrong_in(store) == []
        h = house(store)
        assert len(h.desk.find()) in {0, len(undisturbed.desk.find())}
        twice(h.desk)
        assert planned(h) == planned(undisturbed)


def test_two_programs_that_plan_at_once_plan_once() -> None:
    """Whoever is overtaken begins again, and finds everything planned."""
    inner = MemoryStore()
    armed = True

    def overtake(name: str, arguments: tuple[Any, ...]) -> None:
        nonlocal armed
        if armed and name == "write" and any(write.kind == "request" for write in arguments[0][0].writes):
            armed = False
            h.worker("other", store=inner).plan(VARIANTS["as agreed"], INTERIM)

    h = house(Wrapped(inner, before=overtake))
    report = h.desk.plan(VARIANTS["as agreed"], INTERIM)
    assert (report.added, report.moved) == ((), ())
    assert [len(h.desk.history(view.key)) for view in h.desk.find()] == [1] * len(h.desk.find())


def test_whoever_opted_out_is_planned_and_left_in_peace() -> None:
    """The plan does not know; the day itself does."""
    h = house()
    h.desk.register(WEBER)
    h.desk.opt_out(WEBER)
    h.desk.plan(VARIANTS["as agreed"], INTERIM)
    for _ in range(45):
        h.desk.run()
        h.later(days=7)
    assert h.sent == []
    assert {view.progress.closed_by for view in h.desk.find(person=WEBER)} == {Party.RULES}


def test_the_sponsor_who_comes_later_is_asked_what_is_not_asked_yet() -> None:
    """What the first one was asked stays the first one's; nobody is asked twice."""
    h = house()
    h.desk.plan(VARIANTS["as agreed"], INTERIM)
    for _ in range(10):
        h.desk.run()
        h.later(days=7)
    first = {view.key for view in h.desk.find(person=WEBER) if view.progress.step}
    own = {view.key for view in h.desk.find(person=BRANDT)}
    h.desk.plan(VARIANTS["another sponsor"], INTERIM)
    assert first
    assert own == {view.key for view in h.desk.find(person=BRANDT)}
    for view in h.desk.find():
        if view.key in own:
            continue
        assert view.request.respondent == (WEBER.id if view.key in first else HUBER.id)
    assert attrs.evolve(h.desk.engagements()[0], sponsor=WEBER, subject=mandate().subject, playbook=None) == mandate()


def test_what_was_asked_and_expired_in_silence_is_not_asked_anew_by_an_extension() -> None:
    """Its time would come again, but the respondent has been asked and reminded."""
    h = house()
    h.desk.plan(VARIANTS["as agreed"], INTERIM)
    for _ in range(45):
        h.desk.run()
        h.later(days=7)
    silent = {view.key for view in h.desk.find(state=State.EXPIRED) if view.progress.step}
    assert {CLOSING, "M-17/reference/start/1"} <= silent
    h.desk.plan(VARIANTS["extended"], INTERIM)
    assert silent <= {view.key for view in h.desk.find(state=State.EXPIRED)}
