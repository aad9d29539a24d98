from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.domain.times import DAY_US
from feedbackkit.errors import InvalidValue, SetupError
from feedbackkit.evidence import Course, ResponseFigures, response_figures
from feedbackkit.evidence.responses import Share

if TYPE_CHECKING:
    from collections.abc import Sequence


def course(*days: float, **ends: float) -> Course:
    """A request with contacts on these days, and ends by kind."""
    return Course(
        occasion="reference",
        contacts_us=tuple(round(day * DAY_US) for day in days),
        **{f"{kind}_us": round(day * DAY_US) for kind, day in ends.items()},
    )


def figures(courses: Sequence[Course], day: float = 100) -> ResponseFigures:
    """The figures as they stood on a day."""
    return response_figures(courses, now_us=round(day * DAY_US))


COURSES = [
    course(0, answered=2),
    course(0, 7, answered=8),
    course(0, 7, 14, answered=15),
    course(0, 7, 14, expired=28),
    course(0, declined=1),
    course(0, stopped=3),
    course(90),
]


def test_a_funnel_counts_everybody_once() -> None:
    """Answered, declined, silent, stopped and open add up to those who were asked."""
    [one] = figures(COURSES).funnels
    assert (one.occasion, one.asked, one.reminded) == ("reference", 7, 3)
    assert (one.answered.count, one.declined.count, one.silent.count, one.stopped, one.open) == (3, 1, 1, 1, 1)


def test_shares_have_the_interval_of_wilson() -> None:
    """As published: 81 of 263 (Newcombe 1998, method 3), and none of nothing."""
    low, high = Share(count=81, of=263).interval
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert Share(count=0, of=20).interval == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert Share(count=0, of=0).interval == (0.0, 1.0)


def test_time_to_an_answer_is_that_of_kaplan_and_meier() -> None:
    """Remission times of Freireich et al. (1963), the standard example: the steps and the interval at ten weeks."""
    weeks = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    watched = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    courses = [course(0, answered=week) for week in weeks] + [course(0, stopped=week) for week in watched]
    [one] = figures(courses).funnels
    found = {round(step.days): step for step in one.times}
    expected = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {week: round(1 - step.answered, 3) for week, step in found.items()} == expected
    assert 1 - found[10].high == pytest.approx(0.5032, abs=2e-4)
    assert 1 - found[10].low == pytest.approx(0.8894, abs=2e-4)
    assert one.days_until(0.5) == 23
    assert one.days_until(0.9) is None


def test_a_no_never_turns_into_an_answer() -> None:
    """One answer and one decline are half answered for good; somebody still open may yet answer."""
    closed = figures([course(0, answered=5), course(0, declined=1)]).funnels[0]
    assert closed.times[-1].answered == pytest.approx(0.5)
    still_open = figures([course(0, answered=5), course(0, stopped=1)]).funnels[0]
    assert still_open.times[-1].answered == pytest.approx(1.0)


def test_what_came_later_is_not_known_yet() -> None:
    """Figures of an earlier day know neither later answers nor later contacts."""
    [one] = figures(COURSES, day=7.5).funnels
    assert (one.asked, one.reminded, one.answered.count, one.silent.count) == (6, 3, 1, 0)
    assert figures(COURSES, day=-1).funnels == ()
    assert str(figures([])) == "Nobody was asked."


def test_each_contact_has_its_answers() -> None:
    """An answer belongs to the last contact before it."""
    ask, first, second = figures(COURSES).reminders
    assert [(one.number, one.sent, one.answered.count) for one in (ask, first, second)] == [
        (0, 7, 1),
        (1, 3, 1),
        (2, 2, 1),
    ]
    assert ask.declined.count == 1
    assert ask.ratio is None


def test_a_reminder_that_works_shows_a_higher_rate() -> None:
    """Where answers jump after the reminder, the ratio and its interval lie above 1; where not, the interval has 1."""
    works = [course(0, answered=n % 7 + 0.5) for n in range(20)] + [course(0, 7, answered=7.6) for _ in range(40)]
    steady = [course(0, answered=n % 7 + 0.5) for n in range(20)]
    steady += [course(0, 7, answered=n % 7 + 7.5) for n in range(20)] + [course(0, 7) for _ in range(40)]
    rises, stays = figures(works).reminders[1], figures(steady).reminders[1]
    assert rises.ratio is not None
    assert stays.ratio is not None
    assert rises.ratio[1] > 1
    assert rises.after > rises.before > 0
    assert stays.ratio[1] < 1.4 < stays.ratio[2]


@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(0, 40), min_size=1, max_size=4).map(sorted),
            st.sampled_from(["answered", "declined", "expired", "stopped", None]),
            st.integers(0, 60),
        ),
        max_size=12,
    ),
    st.integers(0, 80),
)
def test_any_courses_make_sense(lives: list[tuple[list[int], str | None, int]], day: int) -> None:
    """Whatever happened, funnels add up, shares lie in their intervals, and time curves rise."""
    courses = [course(*days, **({} if end is None else {end: days[0] + after})) for days, end, after in lives]
    found = figures(courses, day)
    for one in found.funnels:
        assert one.asked == one.answered.count + one.declined.count + one.silent.count + one.stopped + one.open
        rising = [step.answered for step in one.times]
        assert rising == sorted(rising)
        assert all(0 <= step.low <= step.answered + 1e-12 <= step.high + 2e-12 <= 1 + 3e-12 for step in one.times)
        for share in (one.answered, one.declined, one.silent):
            assert share.interval[0] - 1e-12 <= share.value <= share.interval[1] + 1e-12
    assert len(found.rows()) == len(found.funnels)
    assert sum(one.answered.count for one in found.reminders) <= len(courses)
    assert str(found)


def test_rows_are_flat() -> None:
    """Rows have plain values, ready for a data frame."""
    [row] = figures(COURSES).rows()
    assert row["asked"] == 7
    assert row["answered_share"] == pytest.approx(3 / 7)
    assert row["days_until_a_quarter"] == 8
    assert [one["sent"] for one in figures(COURSES).reminder_rows()] == [7, 3, 2]
    assert "reference: 7 asked, 3 (43%, 16% to 75%) answered" in str(figures(COURSES))


def test_the_plot_is_a_figure(tmp_path: Any) -> None:
    """The plot is drawn, also of nothing."""
    for found in (figures(COURSES), figures([])):
        found.plot().savefig(tmp_path / "figures.png")
        assert (tmp_path / "figures.png").read_bytes().startswith(b"\x89PNG")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(SetupError, match=r"feedbackkit\[plot\]"):
        figures(COURSES).plot()


@pytest.mark.parametrize("contacts", [(), (2, 1), (-(10**30),)])
def test_contacts_are_in_order(contacts: tuple[int, ...]) -> None:
    """A course begins with its ask, and goes forward."""
    with pytest.raises(InvalidValue, match="contacts"):
        Course(occasion="reference", contacts_us=contacts)
