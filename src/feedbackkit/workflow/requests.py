"""The law of a request: what may happen in which state, and what it does.

Everything that decides about a request's state stands in this file. `TABLE` is total: each state is a row, and an
event that a row does not name is illegal there. `apply` is the only way to a new `Progress`; it reads no clock, does
no I/O, and an illegal event changes nothing.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from feedbackkit.domain.people import Party
from feedbackkit.domain.request import Event, EventKind, Progress, State
from feedbackkit.errors import IllegalTransition

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["CLOSED", "OPEN", "TABLE", "Guard", "Transition", "apply", "ladder_state", "legal_events"]

OPEN: Final = frozenset({State.PLANNED, State.REQUESTED, State.REMINDED})
"""States in which a further contact may come."""

CLOSED: Final = frozenset({State.GIVEN, State.DECLINED, State.DELEGATED, State.EXPIRED, State.WITHDRAWN})
"""States in which nobody is contacted about the request any more."""


class Guard(NamedTuple):
    """A condition beside the state; its `rule` is the sentence for an error where it does not hold."""

    holds: Callable[[Progress, Event], bool]
    rule: str


class Transition(NamedTuple):
    """Where an event leads; `target` is `None` where the place on the ladder (`ladder_state`) tells."""

    target: State | None
    effect: Callable[[Progress, Event, State], Progress]
    guards: tuple[Guard, ...] = ()


def ladder_state(step: int) -> State:
    """The state of an open request after that many contacts that stand."""
    if step == 0:
        return State.PLANNED
    return State.REQUESTED if step == 1 else State.REMINDED


# --- what an event does, besides leading to a state ------------------------------------------------------------------
# Progress is built in one call, field by field: on the hot path that costs half of what attrs.evolve does.


def _moved(progress: Progress, event: Event, target: State) -> Progress:
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


def _approved(progress: Progress, event: Event, target: State) -> Progress:
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


def _deferred(progress: Progress, event: Event, target: State) -> Progress:
    """The respondent chose a date: the next contact comes then and not before, wherever the ladder was."""
    return attrs.evolve(progress, state=target, due_us=event.due_us, chosen_us=event.due_us)


def _undeferred(progress: Progress, event: Event, target: State) -> Progress:
    """The date does not count any more, and the ladder is where it was."""
    return attrs.evolve(progress, state=target, due_us=event.due_us, chosen_us=None)


def _reopened(progress: Progress, event: Event, target: State) -> Progress:
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


def _contacted(progress: Progress, event: Event, target: State) -> Progress:
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


def _nudged(progress: Progress, event: Event, target: State) -> Progress:
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


def _taken_back(progress: Progress, event: Event, target: State) -> Progress:
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


def _closed(progress: Progress, event: Event, target: State) -> Progress:
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


def _answered(progress: Progress, event: Event, target: State) -> Progress:
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


# --- guards ----------------------------------------------------------------------------------------------------------

_FOR_GOOD: Final = frozenset({Party.RESPONDENT, Party.SUBJECT, Party.ERASURE})


def _has_due(_progress: Progress, event: Event) -> bool:
    return event.due_us is not None


def _has_ref(_progress: Progress, event: Event) -> bool:
    return event.ref is not None


def _is_latest(progress: Progress, event: Event) -> bool:
    return event.ref is not None and event.ref == progress.contact


def _not_for_good(progress: Progress, _event: Event) -> bool:
    return progress.closed_by not in _FOR_GOOD


def _is_put_off(progress: Progress, _event: Event) -> bool:
    return progress.chosen_us is not None


def _differs(progress: Progress, event: Event) -> bool:
    return event.ref != progress.answer


_HAS_DUE = Guard(_has_due, "it must say when the next step is due")
_HAS_REF = Guard(_has_ref, "it must name what it speaks of")
_IS_LATEST = Guard(_is_latest, "only the latest contact that stands can be taken back")
_NOT_FOR_GOOD = Guard(_not_for_good, "it was withdrawn for good, by the respondent, the subject or an erasure")
_IS_PUT_OFF = Guard(_is_put_off, "the respondent has chosen no date that could be taken back")
_DIFFERS = Guard(_differs, "the same answer is in force already")

# --- transitions that several rows share -----------------------------------------------------------------------------

_PLAN = Transition(State.PLANNED, _moved, (_HAS_DUE,))
_MOVE = Transition(None, _moved)
_APPROVE = Transition(State.PLANNED, _approved, (_HAS_REF, _HAS_DUE))
_DEFER = Transition(None, _deferred, (_HAS_DUE,))
_UNDEFER = Transition(None, _undeferred, (_HAS_DUE, _IS_PUT_OFF))
_ASK = Transition(State.REQUESTED, _contacted, (_HAS_REF,))
_REMIND = Transition(State.REMINDED, _contacted, (_HAS_REF,))
_NUDGE = Transition(State.REMINDED, _nudged, (_HAS_REF,))
_TAKE_BACK = Transition(None, _taken_back, (_IS_LATEST,))
_DELEGATE = Transition(State.DELEGATED, _closed, (_HAS_REF,))
_BOUNCE = Transition(State.UNDELIVERABLE, _taken_back, (_IS_LATEST,))
_READDRESS = Transition(None, _moved, (_HAS_DUE,))
_GIVE = Transition(State.GIVEN, _answered, (_HAS_REF,))
_GIVE_AFTER_WITHDRAWAL = Transition(State.GIVEN, _answered, (_HAS_REF, _NOT_FOR_GOOD))
_REVISE = Transition(State.GIVEN, _answered, (_HAS_REF, _DIFFERS))
_DECLINE = Transition(State.DECLINED, _closed)
_REOPEN = Transition(None, _reopened, (_HAS_DUE,))
_REOPEN_WITHDRAWN = Transition(None, _reopened, (_HAS_DUE, _NOT_FOR_GOOD))
_EXPIRE = Transition(State.EXPIRED, _closed)
_WITHDRAW = Transition(State.WITHDRAWN, _closed)
_WITHDRAW_AGAIN = Transition(State.WITHDRAWN, _closed, (_NOT_FOR_GOOD,))


def _unsent_after(state: State) -> Transition:
    """A contact that did not go out because the request was closed meanwhile: the state stays."""
    return Transition(state, _taken_back, (_IS_LATEST,))


def _row(transitions: dict[EventKind, Transition]) -> Mapping[EventKind, Transition]:
    return MappingProxyType(transitions)


TABLE: Final[Mapping[State, Mapping[EventKind, Transition]]] = MappingProxyType(
    {
        State.NEW: _row({EventKind.PLANNED: _PLAN}),
        State.PLANNED: _row(
            {
                EventKind.RESCHEDULED: _MOVE,
                EventKind.APPROVED: _APPROVE,
                EventKind.REQUESTED: _ASK,
                EventKind.DEFERRED: _DEFER,
                EventKind.UNDEFERRED: _UNDEFER,
                EventKind.DELEGATED: _DELEGATE,
                EventKind.GIVEN: _GIVE,
                EventKind.DECLINED: _DECLINE,
                EventKind.EXPIRED: _EXPIRE,
                EventKind.WITHDRAWN: _WITHDRAW,
            }
        ),
        State.REQUESTED: _row(
            {
                EventKind.RESCHEDULED: _MOVE,
                EventKind.REMINDED: _REMIND,
                EventKind.NUDGED: _NUDGE,
                EventKind.UNSENT: _TAKE_BACK,
                EventKind.DEFERRED: _DEFER,
                EventKind.UNDEFERRED: _UNDEFER,
                EventKind.DELEGATED: _DELEGATE,
                EventKind.BOUNCED: _BOUNCE,
                EventKind.GIVEN: _GIVE,
                EventKind.DECLINED: _DECLINE,
                EventKind.EXPIRED: _EXPIRE,
                EventKind.WITHDRAWN: _WITHDRAW,
            }
        ),
        State.REMINDED: _row(
            {
                EventKind.RESCHEDULED: _MOVE,
                EventKind.REMINDED: _REMIND,
                EventKind.NUDGED: _NUDGE,
                EventKind.UNSENT: _TAKE_BACK,
                EventKind.DEFERRED: _DEFER,
                EventKind.UNDEFERRED: _UNDEFER,
                EventKind.DELEGATED: _DELEGATE,
                EventKind.BOUNCED: _BOUNCE,
                EventKind.GIVEN: _GIVE,
                EventKind.DECLINED: _DECLINE,
                EventKind.EXPIRED: _EXPIRE,
                EventKind.WITHDRAWN: _WITHDRAW,
            }
        ),
        State.GIVEN: _row(
            {
                EventKind.REVISED: _REVISE,
                EventKind.UNSENT: _unsent_after(State.GIVEN),
            }
        ),
        State.DECLINED: _row(
            {
                EventKind.GIVEN: _GIVE,
                EventKind.REOPENED: _REOPEN,
                EventKind.WITHDRAWN: _WITHDRAW,
                EventKind.UNSENT: _unsent_after(State.DECLINED),
            }
        ),
        State.DELEGATED: _row(
            {
                EventKind.GIVEN: _GIVE,
                EventKind.REOPENED: _REOPEN,
                EventKind.WITHDRAWN: _WITHDRAW,
                EventKind.UNSENT: _unsent_after(State.DELEGATED),
            }
        ),
        State.EXPIRED: _row(
            {
                EventKind.GIVEN: _GIVE,
                EventKind.DECLINED: _DECLINE,
                EventKind.REOPENED: _REOPEN,
                EventKind.WITHDRAWN: _WITHDRAW,
                EventKind.UNSENT: _unsent_after(State.EXPIRED),
            }
        ),
        State.WITHDRAWN: _row(
            {
                EventKind.GIVEN: _GIVE_AFTER_WITHDRAWAL,
                EventKind.REOPENED: _REOPEN_WITHDRAWN,
                EventKind.WITHDRAWN: _WITHDRAW_AGAIN,
                EventKind.UNSENT: _unsent_after(State.WITHDRAWN),
            }
        ),
        State.UNDELIVERABLE: _row(
            {
                EventKind.READDRESSED: _READDRESS,
                EventKind.DELEGATED: _DELEGATE,
                EventKind.GIVEN: _GIVE,
                EventKind.DECLINED: _DECLINE,
                EventKind.EXPIRED: _EXPIRE,
                EventKind.WITHDRAWN: _WITHDRAW,
            }
        ),
    }
)


def legal_events(state: State) -> tuple[EventKind, ...]:
    """The events that a state allows, in the order of the table; a guard may still refuse one."""
    return tuple(TABLE[state])


def apply(progress: Progress, event: Event, *, key: str = "") -> Progress:
    """The progress after an event; `progress` itself stays as it is.

    An event that the table does not allow raises `IllegalTransition`, which names what else would be legal; `key` names
    the request in it.
    """
    transition = TABLE[progress.state].get(event.kind)
    if transition is None:
        raise IllegalTransition(key, progress.state, event.kind, legal_events(progress.state))
    for guard in transition.guards:
        if not guard.holds(progress, event):
            others = tuple(kind for kind in TABLE[progress.state] if kind is not event.kind)
            raise IllegalTransition(key, progress.state, event.kind, others, guard.rule)
    target = transition.target
    if target is None:
        step = progress.step
        if event.kind is EventKind.UNSENT:
            step -= 1 + progress.nudges
        target = ladder_state(step)
    return transition.effect(progress, event, target)
