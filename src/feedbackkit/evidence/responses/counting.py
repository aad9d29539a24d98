"""Response figures: how many answer, how long it takes, and what each reminder brings, each with its interval.

Shares have Wilson's interval (1927, JASA 22:209). The time to an answer is a cumulative incidence after Kaplan & Meier
(1958, JASA 53:457) with Greenwood's variance on the log-log scale: a request that is still open counts for as long as
it was watched, and one that was declined or expired stays among those that were asked, for it will not be answered.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Final

import attrs

from feedbackkit.domain.times import DAY_US
from feedbackkit.evidence.fitting.quantiles import checked_level, reach
from feedbackkit.evidence.responses.figures import LEVEL, Course, Funnel, Reminder, ResponseFigures, Share, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["response_figures"]

_WINDOW_US: Final = 7 * DAY_US


def response_figures(courses: Iterable[Course], *, now_us: int, level: float = LEVEL) -> ResponseFigures:
    """Figures over requests, as they stood at an instant; what came later is left out.

    A level outside of 0 and 1 raises `InvalidValue`.
    """
    checked_level(level)
    known = [course for course in (_until(course, now_us) for course in courses) if course is not None]
    occasions = sorted({course.occasion for course in known})
    most = max((len(course.contacts_us) for course in known), default=0)
    return ResponseFigures(
        funnels=tuple(
            _funnel(occasion, [course for course in known if course.occasion == occasion], now_us, level)
            for occasion in occasions
        ),
        reminders=tuple(_reminder(number, known, now_us, level) for number in range(most)),
        level=level,
    )


def _until(course: Course, now_us: int) -> Course | None:
    """The course as it was known at an instant; `None` before the ask."""

    def by_then(at_us: int | None) -> int | None:
        return None if at_us is None or at_us > now_us else at_us

    contacts = tuple(at_us for at_us in course.contacts_us if at_us <= now_us)
    if not contacts:
        return None
    return attrs.evolve(
        course,
        contacts_us=contacts,
        answered_us=by_then(course.answered_us),
        declined_us=by_then(course.declined_us),
        expired_us=by_then(course.expired_us),
        stopped_us=by_then(course.stopped_us),
    )


def _funnel(occasion: str, courses: Sequence[Course], now_us: int, level: float) -> Funnel:
    answered = [course for course in courses if course.answered_us is not None]
    rest = [course for course in courses if course.answered_us is None]
    declined = [course for course in rest if course.declined_us is not None]
    silent = [course for course in rest if course.declined_us is None and course.expired_us is not None]
    stopped = [course for course in rest if course.stopped_us is not None and course not in (*declined, *silent)]
    return Funnel(
        occasion=occasion,
        asked=len(courses),
        reminded=sum(len(course.contacts_us) > 1 for course in courses),
        answered=Share(count=len(answered), of=len(courses), level=level),
        declined=Share(count=len(declined), of=len(courses), level=level),
        silent=Share(count=len(silent), of=len(courses), level=level),
        open=len(rest) - len(declined) - len(silent) - len(stopped),
        stopped=len(stopped),
        times=_times(courses, now_us, level),
    )


def _times(courses: Sequence[Course], now_us: int, level: float) -> tuple[Step, ...]:
    watched = sorted((_watched_us(course, now_us), course.answered_us is not None) for course in courses)
    steps: list[Step] = []
    silent, greenwood, left = 1.0, 0.0, len(watched)
    for at_us, group in itertools.groupby(watched, key=lambda one: one[0]):
        ends = [answered for _, answered in group]
        answers = sum(ends)
        if answers:
            silent *= 1.0 - answers / left
            greenwood += answers / (left * (left - answers)) if left > answers else 0.0
            low, high = _log_log(silent, greenwood, level)
            steps.append(Step(days=at_us / DAY_US, answered=1.0 - silent, low=1.0 - high, high=1.0 - low))
        left -= len(ends)
    return tuple(steps)


def _watched_us(course: Course, now_us: int) -> int:
    """How long it was watched: to its answer; a no or an expiry never turns into one, so to the present instant."""
    if course.answered_us is not None:
        return max(course.answered_us - course.contacts_us[0], 0)
    closed = course.declined_us is not None or course.expired_us is not None
    end_us = now_us if closed or course.stopped_us is None else course.stopped_us
    return max(end_us - course.contacts_us[0], 0)


def _log_log(silent: float, greenwood: float, level: float) -> tuple[float, float]:
    """The interval of the share that is still silent."""
    if not 0.0 < silent < 1.0:
        return silent, silent
    half = reach(level) * math.sqrt(greenwood) / abs(math.log(silent))
    return silent ** math.exp(half), silent ** math.exp(-half)


def _reminder(number: int, courses: Sequence[Course], now_us: int, level: float) -> Reminder:
    met = [course for course in courses if len(course.contacts_us) > number]
    spans = [(course, course.contacts_us[number], _next_us(course, number, now_us)) for course in met]
    answered = sum(_between(course.answered_us, start, end) for course, start, end in spans)
    declined = sum(
        course.answered_us is None and _between(course.declined_us, start, end) for course, start, end in spans
    )
    before = _rate([course for course in courses if len(course.contacts_us) >= number], number, now_us, side=-1)
    after = _rate(courses, number, now_us, side=1)
    return Reminder(
        number=number,
        sent=len(met),
        answered=Share(count=answered, of=len(met), level=level),
        declined=Share(count=declined, of=len(met), level=level),
        before=_per_hundred(before),
        after=_per_hundred(after),
        ratio=_ratio(before, after, level) if number else None,
    )


def _next_us(course: Course, number: int, now_us: int) -> int:
    later = course.contacts_us[number + 1 :]
    return later[0] if later else now_us + 1


def _between(at_us: int | None, start: int, end: int) -> bool:
    return at_us is not None and start <= at_us < end


def _rate(courses: Sequence[Course], number: int, now_us: int, *, side: int) -> tuple[int, float]:
    """Answers and open days in the week before the contact, or where it would have come, or in the week after it."""
    usual = _usual_wait(courses, number)
    answers, days = 0, 0.0
    for course in courses:
        sent = len(course.contacts_us) > number
        if side > 0 and not sent:
            continue
        if side < 0 and number == 0:
            continue
        at_us = course.contacts_us[number] if sent else course.contacts_us[number - 1] + usual
        if side > 0:
            start, end = at_us, min(at_us + _WINDOW_US, _next_us(course, number, now_us))
        else:
            start, end = max(course.contacts_us[number - 1], at_us - _WINDOW_US), at_us
        over = min((one for one in _ends(course) if one is not None), default=now_us)
        if over < start:
            continue
        answers += _between(course.answered_us, start, end)
        days += max(min(end, over, now_us) - start, 0) / DAY_US
    return answers, days


def _ends(course: Course) -> tuple[int | None, ...]:
    return course.answered_us, course.declined_us, course.expired_us, course.stopped_us


def _usual_wait(courses: Sequence[Course], number: int) -> int:
    """How long the contact usually waits for the one before it: the median."""
    waits = sorted(
        course.contacts_us[number] - course.contacts_us[number - 1]
        for course in courses
        if 0 < number < len(course.contacts_us)
    )
    return waits[len(waits) // 2] if waits else _WINDOW_US


def _per_hundred(rate: tuple[int, float]) -> float:
    answers, days = rate
    return 100.0 * answers / days if days else 0.0


def _ratio(before: tuple[int, float], after: tuple[int, float], level: float) -> tuple[float, float, float] | None:
    if not (before[0] and after[0] and before[1] and after[1]):
        return None
    share = Share(count=after[0], of=before[0] + after[0], level=level)
    days = before[1] / after[1]
    one, two, three = (part / (1.0 - part) * days for part in (share.value, *share.interval))
    return one, two, three
