"""How requests went, from the histories in the store."""

from __future__ import annotations

from tests.desk.house import ask, house, respondent


def test_figures_come_from_the_histories() -> None:
    """Whoever was asked is in the funnel of the occasion: answered after a reminder, declined, and still silent."""
    h = house()
    for n in range(3):
        h.desk.request(ask(f"r{n}", respondent=respondent(n, house=None)))
    h.desk.run()
    h.later(days=8)
    h.desk.run()
    h.desk.give("r0", {"overall": 5})
    h.desk.decline("r1")
    found = h.desk.response_figures()
    [one] = found.funnels
    assert (one.occasion, one.asked, one.reminded) == ("reference", 3, 3)
    assert (one.answered.count, one.declined.count, one.silent.count, one.open) == (1, 1, 0, 1)
    assert [reminder.answered.count for reminder in found.reminders] == [0, 1]
    assert h.desk.response_figures(since="2030-01-01T00:00:00Z").funnels == ()


def test_who_was_not_asked_is_no_figure() -> None:
    """Plans count for nothing."""
    h = house()
    h.desk.request(ask("r"))
    assert h.desk.response_figures().funnels == ()
