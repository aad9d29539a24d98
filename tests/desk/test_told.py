"""The story of a request for people: sentences with names, in the respondent's zone."""

from __future__ import annotations

import datetime as dt

import attrs

from feedbackkit.policies import Budget, OfficeHours, default_rules, playbooks
from tests.desk.house import HUBER, WEBER, ask, house, mandate


def test_the_first_step_tells_every_move_since_it_was_planned() -> None:
    """Planned for a Saturday, a closed Monday behind it, and the budget of the house used up for a while."""
    closed = OfficeHours(closed={"2026-10-05"})
    rules = default_rules().without("office hours").without("organisation budget")
    rules = rules.with_(Budget(1, dt.timedelta(days=10), of="organisation")).with_(closed)
    h = house(at="2026-10-02T09:00:00Z", rules=rules)
    weber = attrs.evolve(WEBER, timezone="Europe/Berlin")
    h.desk.register(HUBER, weber)
    h.desk.record_contact(HUBER)
    h.desk.request(ask("r", respondent=weber, due_us=h.clock.now_us() + 21 * 3_600_000_000))
    told = h.desk.explain("r").told()
    assert "asked of Dr. Anna Weber (Nordwerk)" in told
    assert "Reference about Thomas Brandt: planned" in told
    assert "Ask: Monday 12 October 2026 11:00 Europe/Berlin" in told
    assert "due Saturday 3 October 2026 08:00; budget of Nordwerk used up until Monday 12 October 11:00" in told


def test_a_held_and_a_refused_step_say_so() -> None:
    """What it waits for, and never."""
    h = house()
    h.desk.request_all([ask(f"r{number}", value=90 - number) for number in range(4)])
    h.desk.run()
    assert "Ask: as soon as one of 3 open requests is closed" in h.desk.explain("r3").told()
    h.desk.opt_out(WEBER)
    assert "never, as things stand" in h.desk.explain("r0").told()


def test_a_moved_reminder_tells_when_the_ladder_had_it() -> None:
    """Asked on a Monday, the gap of another contact moves the reminder."""
    h = house()
    h.desk.request(ask("r"))
    h.desk.run()
    h.later(days=6)
    h.desk.record_contact(WEBER)
    h.later(days=1)
    h.desk.run()
    assert (
        "due Monday 9 March 2026 10:00; another contact with the person is less than 5 days away"
        in h.desk.explain("r").told()
    )


def test_what_is_closed_has_nothing_to_come() -> None:
    """And its past is told with what was said."""
    h = house()
    h.desk.plan(mandate(), playbooks.interim())
    h.desk.decline("M-17/reference/start/1", reason="no time")
    told = h.desk.explain("M-17/reference/start/1").told()
    assert "declined: no time" in told
    assert "nothing: nobody is contacted about it" in told


def test_names_stand_in_no_repr_and_not_in_its_text() -> None:
    """They are asked for by name."""
    h = house()
    h.desk.request(ask("r"))
    explanation = h.desk.explain("r")
    assert "Weber" not in f"{explanation!r}{explanation}"
    assert "Nordwerk" not in f"{explanation!r}{explanation}"
