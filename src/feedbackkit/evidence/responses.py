"""Response figures: how many answer, how long it takes, and what each reminder brings, each with its interval.

Shares have Wilson's interval (1927, JASA 22:209). The time to an answer is a cumulative incidence after Kaplan & Meier
(1958, JASA 53:457) with Greenwood's variance on the log-log scale: a request that is still open counts for as long as
it was watched, and one that was declined or expired stays among those that were asked, for it will not be answered.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any, Final, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.fields import checked
from feedbackkit.domain.times import DAY_US, within
from feedbackkit.errors import InvalidValue
from feedbackkit.evidence.quantiles import checked_level, reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.figure import Figure

__all__ = ["Course", "Funnel", "Reminder", "ResponseFigures", "Share", "Step", "response_figures"]

_WINDOW_US: Final = 7 * DAY_US
_LEVEL: Final = 0.95


def _instants(value: Iterable[int]) -> tuple[int, ...]:
    found = tuple(value)
    for one in found:
        within(one, field="course.contacts_us")
    if not found or any(after < before for before, after in itertools.pairwise(found)):
        raise InvalidValue("course.contacts_us", "must be at least one instant, in order", f"{len(found)} of them")
    return found


@final
@attrs.frozen(kw_only=True)
class Course:
    """How one request went, in instants; only requests that went out have one."""

    occasion: str = attrs.field(validator=checked(checks.identifier, "course.occasion"))
    """The purpose of the ask."""
    contacts_us: tuple[int, ...] = attrs.field(converter=_instants)
    """When the ask and each reminder went out, in order."""
    answered_us: int | None = None
    """When the first answer came."""
    declined_us: int | None = None
    """When it was declined."""
    expired_us: int | None = None
    """When the ladder ended in silence."""
    stopped_us: int | None = None
    """When it stopped for another reason: withdrawn, delegated, undeliverable. It is watched until then."""


@final
@attrs.frozen(kw_only=True)
class Share:
    """So many of so many, with Wilson's interval."""

    count: int
    of: int
    level: float = _LEVEL

    @property
    def value(self) -> float:
        """The share; 0 of nothing."""
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies at the level of the figures; anywhere, of nothing."""
        if not self.of:
            return 0.0, 1.0
        z = reach(self.level)
        middle = (self.value + z * z / (2 * self.of)) / (1.0 + z * z / self.of)
        half = (
            z
            / (1.0 + z * z / self.of)
            * math.sqrt(self.value * (1.0 - self.value) / self.of + z * z / (4.0 * self.of * self.of))
        )
        return max(0.0, middle - half), min(1.0, middle + half)


@final
@attrs.frozen(kw_only=True)
class Step:
    """By so many days after the ask, such a share has answered."""

    days: float
    answered: float
    low: float
    high: float


@final
@attrs.frozen(kw_only=True)
class Funnel:
    """What became of the requests of one occasion."""

    occasion: str
    asked: int
    reminded: int
    answered: Share
    declined: Share
    silent: Share
    """Expired without a word."""
    open: int
    """Neither answered nor closed yet; these are among the asked, too."""
    stopped: int
    """Withdrawn, delegated or undeliverable."""
    times: tuple[Step, ...]
    """The time to an answer."""

    def days_until(self, share: float) -> float | None:
        """After how many days such a share has answered; `None` where it was never reached."""
        checked_level(share)
        return next((step.days for step in self.times if step.answered >= share), None)


@final
@attrs.frozen(kw_only=True)
class Reminder:
    """What one reminder brought, over all occasions.

    An answer after a reminder is not yet an answer because of it. So the answers a day of an open request are compared:
    in the week before the reminder went, or would have gone after the usual wait, and in the week after it.
    """

    number: int
    """1 for the first reminder; 0 is the ask."""
    sent: int
    answered: Share
    """Answers that came after it and before the next contact."""
    declined: Share
    """Declines that came after it and before the next contact."""
    before: float
    """Answers per 100 days of an open request, in the week before it."""
    after: float
    """The same in the week after it."""
    ratio: tuple[float, float, float] | None
    """By what factor the rate rose, with its interval (conditional on the answers of both weeks); `None` where there
    were no answers, or nothing was open, on one of the sides."""


@final
@attrs.frozen(kw_only=True)
class ResponseFigures:
    """Funnels by occasion and reminders by number; printed, a text for people."""

    funnels: tuple[Funnel, ...]
    """In order of the occasions' names."""
    reminders: tuple[Reminder, ...]
    """The ask first, then each reminder."""
    level: float

    def rows(self) -> list[dict[str, object]]:
        """A row for each occasion, for ``pandas.DataFrame(figures.rows())`` and the like."""
        return [
            {
                "occasion": one.occasion,
                "asked": one.asked,
                "reminded": one.reminded,
                **_columns("answered", one.answered),
                **_columns("declined", one.declined),
                **_columns("silent", one.silent),
                "open": one.open,
                "stopped": one.stopped,
                "days_until_a_quarter": one.days_until(0.25),
                "days_until_half": one.days_until(0.5),
            }
            for one in self.funnels
        ]

    def reminder_rows(self) -> list[dict[str, object]]:
        """A row for the ask and for each reminder."""
        return [
            {
                "reminder": one.number,
                "sent": one.sent,
                **_columns("answered", one.answered),
                **_columns("declined", one.declined),
                "rate_before": one.before,
                "rate_after": one.after,
                "ratio": None if one.ratio is None else one.ratio[0],
                "ratio_low": None if one.ratio is None else one.ratio[1],
                "ratio_high": None if one.ratio is None else one.ratio[2],
            }
            for one in self.reminders
        ]

    def plot(self) -> Figure:
        """The funnels, the time to an answer and the reminders side by side, as a figure; needs the extra `plot`."""
        from feedbackkit.evidence.response_plot import drawn

        return drawn(self)

    def __str__(self) -> str:
        if not self.funnels:
            return "Nobody was asked."
        lines = [
            f"{one.occasion}: {one.asked} asked, {_told(one.answered)} answered, {_told(one.declined)} declined, "
            f"{_told(one.silent)} silent, {one.open} open" + _half(one)
            for one in self.funnels
        ]
        for one in self.reminders:
            what = f"reminder {one.number}" if one.number else "the ask"
            ratio = (
                "" if one.ratio is None else "; {:.1f} times ({:.1f}–{:.1f}) as many a day as before".format(*one.ratio)
            )
            lines.append(f"after {what}: {one.sent} sent, {_told(one.answered)} answered before the next{ratio}")
        return "\n".join(lines)


def _columns(name: str, share: Share) -> dict[str, Any]:
    low, high = share.interval
    return {name: share.count, f"{name}_share": share.value, f"{name}_low": low, f"{name}_high": high}


def _told(share: Share) -> str:
    low, high = share.interval
    return f"{share.count} ({share.value:.0%}, {low:.0%} to {high:.0%})"


def _half(funnel: Funnel) -> str:
    days = funnel.days_until(0.5)
    return "" if days is None else f"; half had answered after {days:.0f} days"


def response_figures(courses: Iterable[Course], *, now_us: int, level: float = _LEVEL) -> ResponseFigures:
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
