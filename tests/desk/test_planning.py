from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from feedbackkit.domain.engagement import EarlyEnd, Engagement, Extension, Milestone
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import EventKind, State
from feedbackkit.errors import InvalidValue, NotFound
from feedbackkit.policies import playbooks
from feedbackkit.stores import MemoryStore, SQLiteStore
from feedbackkit.stores.sql import SQLStore
from tests.desk.house import BRANDT, HUBER, WEBER, ask, house

if TYPE_CHECKING:
    from pathlib import Path

SPONSOR = attrs.evolve(WEBER, timezone="Europe/Berlin")
MANDATE = Engagement(id="M-1", subject=BRANDT, sponsor=SPONSOR, starts="2026-03-02", ends="2026-11-27")
LONGER = attrs.evolve(MANDATE, extensions=[Extension(agreed="2026-03-01", ends="2027-02-26")])
SHORTER = attrs.evolve(MANDATE, early_end=EarlyEnd(known="2026-03-01", ends="2026-05-29"))
INTERIM = playbooks.interim()
CLOSING = "M-1/closing_review/start/1"
REFERENCE = "M-1/reference/start/1"


def test_a_plan_has_what_the_playbook_says() -> None:
    """Each request under its key, due within office hours where the respondent is."""
    h = house()
    report = h.desk.plan(MANDATE, INTERIM)
    assert set(report.added) == {view.key for view in h.desk.find()} >= {CLOSING, REFERENCE}
    asked = h.desk.find(person=SPONSOR)
    assert all(view.due.in_timezone("Europe/Berlin").hour == 9 for view in asked if view.due is not None)


def test_planning_again_changes_nothing() -> None:
    """Neither records nor histories."""
    h = house()
    h.desk.plan(MANDATE, INTERIM)
    before = [(view, h.desk.history(view.key)) for view in h.desk.find()]
    report = h.desk.plan(MANDATE, INTERIM)
    assert report.added == report.moved == report.withdrawn == ()
    assert [(view, h.desk.history(view.key)) for view in h.desk.find()] == before


def test_an_extension_moves_what_has_not_gone_out() -> None:
    """The closing review comes before the new end."""
    h = house()
    h.desk.plan(MANDATE, INTERIM)
    before = h.desk.get(CLOSING).due
    report = h.desk.plan(LONGER, INTERIM)
    after = h.desk.get(CLOSING).due
    assert CLOSING in report.moved
    assert before is not None
    assert after is not None
    assert after > before


def test_a_mandate_cut_short_withdraws_what_no_longer_fits() -> None:
    """On the word of the plan; prolonged again, it is taken up again."""
    h = house()
    h.desk.plan(MANDATE, INTERIM)
    withdrawn = h.desk.plan(SHORTER, INTERIM).withdrawn
    assert withdrawn
    assert all(h.desk.get(key).state is State.WITHDRAWN for key in withdrawn)
    again = h.desk.plan(MANDATE, INTERIM)
    assert set(withdrawn) <= set(again.moved)
    assert all(h.desk.get(key).state is State.PLANNED for key in withdrawn)


def test_what_the_staff_withdrew_is_not_taken_up_again() -> None:
    """Planning again, or another plan, leaves it."""
    h = house()
    h.desk.plan(MANDATE, INTERIM)
    h.desk.withdraw(CLOSING, reason="agreed with the client")
    h.desk.plan(LONGER, INTERIM)
    assert h.desk.get(CLOSING).state is State.WITHDRAWN


def test_what_has_gone_out_is_not_touched() -> None:
    """Its ladder goes on, whatever the plan says."""
    h = house()
    h.desk.plan(MANDATE, INTERIM)
    h.run_on("2026-03-30T10:00:00+00:00")
    key = "M-1/quality_check/start/1"
    before = h.desk.get(key)
    assert before.state is State.REQUESTED
    h.desk.plan(SHORTER, INTERIM)
    assert h.desk.get(key) == before


def test_what_lies_behind_is_left_out() -> None:
    """Nobody is asked in November how the spring went."""
    h = house(at="2026-10-30T09:00:00+00:00")
    added = h.desk.plan(MANDATE, INTERIM).added
    assert "M-1/quality_check/start/1" not in added
    assert CLOSING in added


def test_a_milestone_brings_the_reference_forward_under_the_same_key() -> None:
    """It is moved, not asked twice."""
    h = house()
    h.desk.plan(MANDATE, INTERIM)
    before = h.desk.get(REFERENCE).due
    with_milestone = attrs.evolve(MANDATE, milestones=[Milestone(id="go-live", on="2026-06-15")])
    report = h.desk.plan(with_milestone, INTERIM)
    after = h.desk.get(REFERENCE).due
    assert REFERENCE in report.moved
    assert before is not None
    assert after is not None
    assert after < before


def test_another_sponsor_is_asked_instead() -> None:
    """As long as nobody was asked."""
    h = house()
    h.desk.plan(MANDATE, INTERIM)
    h.desk.plan(attrs.evolve(MANDATE, sponsor=HUBER), INTERIM)
    assert {view.request.respondent for view in h.desk.find()} == {HUBER.id, BRANDT.id}


def test_adding_plans_nothing_and_planning_by_id_goes_on_from_there() -> None:
    """What was added is known by its id."""
    h = house()
    assert h.desk.add(MANDATE) == ("M-1",)
    assert h.desk.add(MANDATE) == ()
    assert h.desk.find() == []
    assert REFERENCE in h.desk.plan("M-1", INTERIM).added
    with pytest.raises(NotFound):
        h.desk.plan("M-2", INTERIM)


def test_the_same_ask_is_made_once_and_its_key_is_taken() -> None:
    """A different ask under it is refused, and nothing of its batch is made."""
    h = house()
    assert h.desk.request(ask("A-1")) == h.desk.request(ask("A-1"))
    assert [event.kind for event in h.desk.history("A-1")] == [EventKind.PLANNED]
    with pytest.raises(InvalidValue, match="one request only"):
        h.desk.request_all([ask("A-2"), ask("A-1", occasion="verification")])
    assert [view.key for view in h.desk.find()] == ["A-1"]


def test_somebody_without_a_basis_is_never_asked() -> None:
    """The request is withdrawn on the word of the rules: they are left in peace."""
    h = house()
    h.desk.request(ask("A-1", respondent=Person(id="R-9", name="Nobody", email="nobody@house.example")))
    h.desk.run()
    view = h.desk.get("A-1")
    assert view.state is State.WITHDRAWN
    assert view.progress.closed_by == "rules"
    assert h.sent == []


def test_both_sides_are_asked_how_the_provider_did() -> None:
    """The sponsor in one contact with the closing review; the professional, who has said why, on the same day."""
    own = attrs.evolve(BRANDT, email="t.brandt@example.org", basis=SPONSOR.basis)
    h = house()
    h.desk.plan(attrs.evolve(MANDATE, subject=own), INTERIM)
    h.run_on("2026-11-13T10:00:00Z")
    views = {message.to.id: [line.request for line in message.lines] for message in h.sent}
    assert {CLOSING, "M-1/provider_view/client/1"} <= set(views[SPONSOR.id])
    assert "M-1/provider_view/professional/1" in views[BRANDT.id]
    assert {line.subject.name for line in h.sent[0].lines} >= {"the provider"}


def test_a_professional_without_a_basis_is_left_in_peace() -> None:
    """And so is one whom no address reaches: their requests wait for one."""
    h = house()
    h.desk.plan(attrs.evolve(MANDATE, subject=attrs.evolve(BRANDT, email="t.brandt@example.org")), INTERIM)
    h.run_on("2026-11-13T10:00:00Z")
    assert BRANDT.id not in {message.to.id for message in h.sent}
    assert {view.state for view in h.desk.find(person=BRANDT)} == {State.WITHDRAWN}


def test_what_is_asked_of_oneself_is_found_about_oneself(tmp_path: Path) -> None:
    """Respondent and subject are one person, in every store."""
    for store in (MemoryStore(), SQLiteStore(tmp_path / "a.db"), SQLStore(f"sqlite:///{tmp_path}/b.db")):
        h = house(store)
        with h.desk as desk:
            desk.plan(MANDATE, INTERIM)
            assert "M-1/self_assessment/start/1" in {view.key for view in desk.find(about=BRANDT, person=BRANDT)}
