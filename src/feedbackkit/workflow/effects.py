"""What an event does to the progress of a request, besides leading to a state.

Each effect builds the next `Progress` in one call, field by field: on the hot path that costs half of what
`attrs.evolve` does.
"""

from __future__ import annotations

import attrs

from feedbackkit.domain.request import Event, Progress, State
from feedbackkit.workflow.states import OPEN

__all__ = [
    "answered",
    "approved",
    "closed",
    "contacted",
    "deferred",
    "moved",
    "nudged",
    "reopened",
    "taken_back",
    "undeferred",
]


def moved(progress: Progress, event: Event, target: State) -> Progress:
    """The next step is at another time, or held."""
    return Progress(
        state=target,
        step=progress.step,
        attempt=progress.attempt,
        due_us=event.due_us,
        anchor_us=progress.anchor_us,
        earlier_us=progress.earlier_us,
        chosen_us=progress.chosen_us,
        contact=progress.contact,
        nudges=progress.nudges,
        revision=progress.revision,
        answer=progress.answer,
        approved=progress.approved,
    )


def approved(progress: Progress, event: Event, target: State) -> Progress:
    """What had to be approved is, and the ask is due as the event says."""
    return Progress(
        state=target,
        step=progress.step,
        attempt=progress.attempt,
        due_us=event.due_us,
        anchor_us=progress.anchor_us,
        earlier_us=progress.earlier_us,
        chosen_us=progress.chosen_us,
        contact=progress.contact,
        nudges=progress.nudges,
        revision=progress.revision,
        answer=progress.answer,
        approved=event.ref,
    )


def deferred(progress: Progress, event: Event, target: State) -> Progress:
    """The respondent chose a date: the next contact comes then and not before, wherever the ladder was."""
    return attrs.evolve(progress, state=target, due_us=event.due_us, chosen_us=event.due_us)


def undeferred(progress: Progress, event: Event, target: State) -> Progress:
    """The date does not count any more, and the ladder is where it was."""
    return attrs.evolve(progress, state=target, due_us=event.due_us, chosen_us=None)


def reopened(progress: Progress, event: Event, target: State) -> Progress:
    """It goes on at the date of the event, wherever the ladder was."""
    return Progress(
        state=target,
        step=progress.step,
        attempt=progress.attempt,
        due_us=event.due_us,
        chosen_us=progress.chosen_us,
        contact=progress.contact,
        nudges=progress.nudges,
        revision=progress.revision,
        answer=progress.answer,
        approved=progress.approved,
    )


def contacted(progress: Progress, event: Event, target: State) -> Progress:
    """One more contact stands, and the next step counts from it."""
    return Progress(
        state=target,
        step=progress.step + 1,
        attempt=progress.attempt + 1,
        due_us=event.due_us,
        anchor_us=event.at_us,
        # Where a date stood in for the ladder, it does again if this does not go out.
        earlier_us=None if progress.chosen_us is not None else progress.anchor_us,
        contact=event.ref,
        revision=progress.revision,
        answer=progress.answer,
        approved=progress.approved,
    )


def nudged(progress: Progress, event: Event, target: State) -> Progress:
    """One more rung stands and the next step counts from it, without a contact of the respondent."""
    return attrs.evolve(
        progress,
        state=target,
        step=progress.step + 1,
        due_us=event.due_us,
        anchor_us=event.at_us,
        chosen_us=None,
        nudges=progress.nudges + 1,
    )


def taken_back(progress: Progress, event: Event, target: State) -> Progress:
    """The latest contact does not stand: the ladder is where it was before it, and before the nudge that followed."""
    return Progress(
        state=target,
        step=progress.step - 1 - progress.nudges,
        attempt=progress.attempt,
        due_us=event.due_us if target in OPEN else None,
        anchor_us=progress.earlier_us,
        earlier_us=None,
        chosen_us=progress.chosen_us,
        revision=progress.revision,
        answer=progress.answer,
        approved=progress.approved,
        closed_by=progress.closed_by,
    )


def closed(progress: Progress, event: Event, target: State) -> Progress:
    """Nothing is due any more."""
    return Progress(
        state=target,
        step=progress.step,
        attempt=progress.attempt,
        anchor_us=progress.anchor_us,
        earlier_us=progress.earlier_us,
        chosen_us=progress.chosen_us,
        contact=progress.contact,
        nudges=progress.nudges,
        revision=progress.revision,
        answer=progress.answer,
        approved=progress.approved,
        closed_by=event.party,
    )


def answered(progress: Progress, event: Event, target: State) -> Progress:
    """An answer is in force, and nothing is due any more."""
    return Progress(
        state=target,
        step=progress.step,
        attempt=progress.attempt,
        anchor_us=progress.anchor_us,
        earlier_us=progress.earlier_us,
        chosen_us=progress.chosen_us,
        contact=progress.contact,
        nudges=progress.nudges,
        revision=progress.revision + 1,
        answer=event.ref,
        approved=progress.approved,
        closed_by=event.party,
    )
