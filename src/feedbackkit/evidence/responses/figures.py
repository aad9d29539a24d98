"""Response figures as values: shares, times and reminders, each with its interval, as rows, as text and as a plot."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any, Final, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.fields import checked
from feedbackkit.domain.times import within
from feedbackkit.errors import InvalidValue
from feedbackkit.evidence.fitting.quantiles import checked_level, reach

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.figure import Figure

__all__ = ["LEVEL", "Course", "Funnel", "Reminder", "ResponseFigures", "Share", "Step"]

LEVEL: Final = 0.95
"""With which probability the true figure lies in an interval, unless said otherwise."""


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
    level: float = LEVEL

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
        from feedbackkit.evidence.responses.plot import drawn

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
