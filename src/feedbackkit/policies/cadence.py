"""The reminder ladder of a request: what its next step is, and when the ladder would have it."""

from __future__ import annotations

import datetime as dt
import enum
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain.request import Progress, State
from feedbackkit.policies.spans import checked_span, microseconds

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Cadence", "Step", "StepKind"]

_OPEN: Final = frozenset({State.PLANNED, State.REQUESTED, State.REMINDED})


class StepKind(enum.StrEnum):
    """What is done next about a request."""

    ASK = "ask"
    """The first word."""
    REMINDER = "reminder"
    """A further word."""
    EXPIRE = "expire"
    """Nothing more: the respondent is left in peace."""


@final
@attrs.frozen
class Step:
    """The next step of a ladder."""

    kind: StepKind
    at_us: int
    """When the ladder has it."""


def _reminders(value: Iterable[dt.timedelta]) -> tuple[dt.timedelta, ...]:
    return tuple(checked_span(reminder, "cadence.reminders") for reminder in value)


def _rest(value: dt.timedelta) -> dt.timedelta:
    return checked_span(value, "cadence.rest")


@final
@attrs.frozen(kw_only=True)
class Cadence:
    """An ask, a few reminders, and then silence.

    Two reminders by default. In a trial with 10,000 people the first brought 11 points more answers, the second 4 and
    the third 2.5, and with the third the number of people who wanted no mail any more jumped: it adds little and drives
    people away. Each span counts from the contact that was really made, so that after a pause one reminder goes out and
    the next one keeps its distance: never a burst.
    """

    reminders: tuple[dt.timedelta, ...] = attrs.field(
        default=(dt.timedelta(weeks=1), dt.timedelta(weeks=1)), converter=_reminders
    )
    """How long after the contact before it each reminder is due; empty for none."""
    rest: dt.timedelta = attrs.field(default=dt.timedelta(weeks=2), converter=_rest)
    """How long after the last contact the request expires."""
    _reminders_us: tuple[int, ...] = attrs.field(
        default=attrs.Factory(lambda cadence: tuple(map(microseconds, cadence.reminders)), takes_self=True),
        init=False,
        repr=False,
        eq=False,
    )
    rest_us: int = attrs.field(
        default=attrs.Factory(lambda cadence: microseconds(cadence.rest), takes_self=True),
        init=False,
        repr=False,
        eq=False,
    )
    """The rest in microseconds."""

    def next_step(self, progress: Progress) -> Step | None:
        """What comes next and when, by the ladder alone; `None` for a request that is not open.

        `None` too while it is held and no contact stands that a step could count from.

        A stored ``due_us`` says when a request is looked at, since rules and the respondent may have moved it; what
        this says then is what to do.

        Where contacts stand but no ``anchor_us`` does, a date stands in for it that somebody chose: the respondent
        deferred the request, or it was reopened. So a contact is made at ``due_us``, also where the ladder was at its
        end; it is the next reminder, and a deferral has used up none.
        """
        if progress.state not in _OPEN:
            return None
        if progress.step > 0 and progress.anchor_us is not None:
            return self.step_after(progress.step, progress.anchor_us)
        if progress.due_us is None:
            return None
        return Step(StepKind.ASK if progress.step == 0 else StepKind.REMINDER, progress.due_us)

    def step_after(self, step: int, at_us: int) -> Step:
        """What follows a contact made at `at_us` with which `step` contacts stand: 1 for the ask."""
        if step <= len(self._reminders_us):
            return Step(StepKind.REMINDER, at_us + self._reminders_us[step - 1])
        return Step(StepKind.EXPIRE, at_us + self.rest_us)
