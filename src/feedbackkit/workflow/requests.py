"""The law of a request: what may happen in which state, and what it does.

Everything that decides about a request's state stands in this file. `TABLE` is total: each state is a row, and an
event that a row does not name is illegal there. `apply` is the only way to a new `Progress`; it reads no clock, does
no I/O, and an illegal event changes nothing.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from feedbackkit.domain.people import Party
from feedbackkit.domain.request import Event, EventKind, Progress, State
from feedbackkit.errors import IllegalTransition
from feedbackkit.workflow.effects import (
    answered,
    approved,
    closed,
    contacted,
    deferred,
    moved,
    nudged,
    reopened,
    taken_back,
    undeferred,
)
from feedbackkit.workflow.states import ladder_state

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["TABLE", "Guard", "Transition", "apply", "legal_events"]


class Guard(NamedTuple):
    """A condition beside the state; its `rule` is the sentence for an error where it does not hold."""

    holds: Callable[[Progress, Event], bool]
    rule: str


class Transition(NamedTuple):
    """Where an event leads; `target` is `None` where the place on the ladder (`ladder_state`) tells."""

    target: State | None
    effect: Callable[[Progress, Event, State], Progress]
    guards: tuple[Guard, ...] = ()


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

_PLAN = Transition(State.PLANNED, moved, (_HAS_DUE,))
_MOVE = Transition(None, moved)
_APPROVE = Transition(State.PLANNED, approved, (_HAS_REF, _HAS_DUE))
_DEFER = Transition(None, deferred, (_HAS_DUE,))
_UNDEFER = Transition(None, undeferred, (_HAS_DUE, _IS_PUT_OFF))
_ASK = Transition(State.REQUESTED, contacted, (_HAS_REF,))
_REMIND = Transition(State.REMINDED, contacted, (_HAS_REF,))
_NUDGE = Transition(State.REMINDED, nudged, (_HAS_REF,))
_TAKE_BACK = Transition(None, taken_back, (_IS_LATEST,))
_DELEGATE = Transition(State.DELEGATED, closed, (_HAS_REF,))
_BOUNCE = Transition(State.UNDELIVERABLE, taken_back, (_IS_LATEST,))
_READDRESS = Transition(None, moved, (_HAS_DUE,))
_GIVE = Transition(State.GIVEN, answered, (_HAS_REF,))
_GIVE_AFTER_WITHDRAWAL = Transition(State.GIVEN, answered, (_HAS_REF, _NOT_FOR_GOOD))
_REVISE = Transition(State.GIVEN, answered, (_HAS_REF, _DIFFERS))
_DECLINE = Transition(State.DECLINED, closed)
_REOPEN = Transition(None, reopened, (_HAS_DUE,))
_REOPEN_WITHDRAWN = Transition(None, reopened, (_HAS_DUE, _NOT_FOR_GOOD))
_EXPIRE = Transition(State.EXPIRED, closed)
_WITHDRAW = Transition(State.WITHDRAWN, closed)
_WITHDRAW_AGAIN = Transition(State.WITHDRAWN, closed, (_NOT_FOR_GOOD,))


def _unsent_after(state: State) -> Transition:
    """A contact that did not go out because the request was closed meanwhile: the state stays."""
    return Transition(state, taken_back, (_IS_LATEST,))


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
