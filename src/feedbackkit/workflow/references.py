"""The law of a reference: what may happen in which state, and what it does.

As with requests everything stands in one table, total down to the final states; `apply_to_reference` is the only way to
a new `Standing`, reads no clock, and an illegal event changes nothing. Confirmations, disputes and the subject's reply
are facts that are appended: they leave the state as it is.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from feedbackkit.domain.people import Party
from feedbackkit.domain.reference import ReferenceEvent, ReferenceEventKind, ReferenceState, Standing
from feedbackkit.errors import IllegalTransition

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "REFERENCE_TABLE",
    "ReferenceGuard",
    "ReferenceTransition",
    "apply_to_reference",
    "legal_reference_events",
    "reference_mermaid",
]


class ReferenceGuard(NamedTuple):
    """A condition beside the state; its `rule` is the sentence for an error where it does not hold."""

    holds: Callable[[Standing, ReferenceEvent], bool]
    rule: str


class ReferenceTransition(NamedTuple):
    """Where an event leads, and what it changes besides."""

    target: ReferenceState
    effect: Callable[[Standing, ReferenceEvent], Standing]
    guards: tuple[ReferenceGuard, ...] = ()


# --- what an event does, besides leading to a state ------------------------------------------------------------------


def _worded(_standing: Standing, event: ReferenceEvent) -> Standing:
    """Whatever was approved before is not any more."""
    return Standing(content=event.ref)


def _approved(standing: Standing, event: ReferenceEvent) -> Standing:
    return attrs.evolve(standing, approved_us=event.at_us)


def _sealed(standing: Standing, event: ReferenceEvent) -> Standing:
    return attrs.evolve(standing, sealed_us=event.at_us)


def _confirmed(standing: Standing, _event: ReferenceEvent) -> Standing:
    return attrs.evolve(standing, confirmed=standing.confirmed + 1)


def _disputed(standing: Standing, _event: ReferenceEvent) -> Standing:
    return attrs.evolve(standing, disputed=standing.disputed + 1)


def _replied(standing: Standing, _event: ReferenceEvent) -> Standing:
    return attrs.evolve(standing, replies=standing.replies + 1)


def _retracted(standing: Standing, event: ReferenceEvent) -> Standing:
    return attrs.evolve(standing, closed_by=event.party)


def _succeeded(standing: Standing, event: ReferenceEvent) -> Standing:
    return attrs.evolve(standing, successor=event.ref)


# --- guards ----------------------------------------------------------------------------------------------------------


def _has_ref(_standing: Standing, event: ReferenceEvent) -> bool:
    return event.ref is not None


def _differs(standing: Standing, event: ReferenceEvent) -> bool:
    return event.ref != standing.content


def _same_content(standing: Standing, event: ReferenceEvent) -> bool:
    return event.ref == standing.content


def _by_its_source(_standing: Standing, event: ReferenceEvent) -> bool:
    return event.party is Party.RESPONDENT or (event.party is Party.PROVIDER and bool(event.reason))


def _by_source_or_provider(_standing: Standing, event: ReferenceEvent) -> bool:
    return event.party in {Party.RESPONDENT, Party.PROVIDER, Party.ERASURE}


def _by_the_subject(_standing: Standing, event: ReferenceEvent) -> bool:
    return event.party is Party.SUBJECT


_HAS_REF: Final = ReferenceGuard(_has_ref, "it must name what it speaks of")
_DIFFERS: Final = ReferenceGuard(_differs, "it is worded like that already")
_SAME_CONTENT: Final = ReferenceGuard(_same_content, "it was worded anew since: look at it again")
_BY_ITS_SOURCE: Final = ReferenceGuard(
    _by_its_source, "only its source can approve it; where you record that for them, say how they did"
)
_BY_SOURCE_OR_PROVIDER: Final = ReferenceGuard(
    _by_source_or_provider, "only its source or the provider can take it back; the subject replies"
)
_BY_THE_SUBJECT: Final = ReferenceGuard(_by_the_subject, "the reply is the subject's")

# --- the table -------------------------------------------------------------------------------------------------------

_KIND = ReferenceEventKind
_STATE = ReferenceState


def _stays(
    state: ReferenceState, effect: Callable[[Standing, ReferenceEvent], Standing], *guards: ReferenceGuard
) -> ReferenceTransition:
    return ReferenceTransition(state, effect, (_HAS_REF, *guards))


_REDRAFT: Final = ReferenceTransition(_STATE.DRAFTED, _worded, (_HAS_REF, _DIFFERS))
_RETRACT: Final = ReferenceTransition(_STATE.RETRACTED, _retracted, (_BY_SOURCE_OR_PROVIDER,))


def _row(
    transitions: dict[ReferenceEventKind, ReferenceTransition],
) -> Mapping[ReferenceEventKind, ReferenceTransition]:
    return MappingProxyType(transitions)


REFERENCE_TABLE: Final[Mapping[ReferenceState, Mapping[ReferenceEventKind, ReferenceTransition]]] = MappingProxyType(
    {
        _STATE.NEW: _row({_KIND.DRAFTED: ReferenceTransition(_STATE.DRAFTED, _worded, (_HAS_REF,))}),
        _STATE.DRAFTED: _row(
            {
                _KIND.REDRAFTED: _REDRAFT,
                _KIND.APPROVED: ReferenceTransition(_STATE.APPROVED, _approved, (_SAME_CONTENT, _BY_ITS_SOURCE)),
                _KIND.RETRACTED: _RETRACT,
            }
        ),
        _STATE.APPROVED: _row(
            {
                _KIND.REDRAFTED: _REDRAFT,
                _KIND.SEALED: ReferenceTransition(_STATE.SEALED, _sealed, (_SAME_CONTENT,)),
                _KIND.RETRACTED: _RETRACT,
            }
        ),
        _STATE.SEALED: _row(
            {
                _KIND.CONFIRMED: _stays(_STATE.SEALED, _confirmed),
                _KIND.DISPUTED: _stays(_STATE.SEALED, _disputed),
                _KIND.REPLIED: _stays(_STATE.SEALED, _replied, _BY_THE_SUBJECT),
                _KIND.RETRACTED: _RETRACT,
                _KIND.SUPERSEDED: ReferenceTransition(_STATE.SUPERSEDED, _succeeded, (_HAS_REF,)),
            }
        ),
        _STATE.RETRACTED: _row({_KIND.REPLIED: _stays(_STATE.RETRACTED, _replied, _BY_THE_SUBJECT)}),
        _STATE.SUPERSEDED: _row(
            {
                _KIND.CONFIRMED: _stays(_STATE.SUPERSEDED, _confirmed),
                _KIND.DISPUTED: _stays(_STATE.SUPERSEDED, _disputed),
                _KIND.REPLIED: _stays(_STATE.SUPERSEDED, _replied, _BY_THE_SUBJECT),
                _KIND.RETRACTED: _RETRACT,
            }
        ),
    }
)


def legal_reference_events(state: ReferenceState) -> tuple[ReferenceEventKind, ...]:
    """The events that a state allows, in the order of the table; a guard may still refuse one."""
    return tuple(REFERENCE_TABLE[state])


def apply_to_reference(standing: Standing, event: ReferenceEvent, *, key: str = "") -> Standing:
    """The standing after an event; `standing` itself stays as it is.

    An event that the table does not allow raises `IllegalTransition`, which names what else would be legal; `key` names
    the reference in it.
    """
    transition = REFERENCE_TABLE[standing.state].get(event.kind)
    if transition is None:
        raise IllegalTransition(
            key, standing.state, event.kind, legal_reference_events(standing.state), what="reference"
        )
    for guard in transition.guards:
        if not guard.holds(standing, event):
            others = tuple(kind for kind in REFERENCE_TABLE[standing.state] if kind is not event.kind)
            raise IllegalTransition(key, standing.state, event.kind, others, guard.rule, what="reference")
    return attrs.evolve(transition.effect(standing, event), state=transition.target)


def reference_mermaid() -> str:
    """The reference's state machine as a Mermaid ``stateDiagram-v2``, drawn from the table and from nothing else."""
    lines = ["stateDiagram-v2", "    [*] --> drafted: drafted"]
    for state, row in REFERENCE_TABLE.items():
        if state is ReferenceState.NEW:
            continue
        arrows: dict[ReferenceState, list[str]] = {}
        for event, transition in row.items():
            arrows.setdefault(transition.target, []).append(event.value)
        stays = arrows.pop(state, [])
        lines.extend(f"    {state.value} --> {target.value}: {', '.join(events)}" for target, events in arrows.items())
        if stays:
            lines.append(f"    note right of {state.value}: stays when {', '.join(stays)}")
    return "\n".join(lines)
