"""The law as a picture: a Mermaid state diagram, drawn from the table and from nothing else."""

from __future__ import annotations

from feedbackkit.domain.request import EventKind, State
from feedbackkit.workflow.requests import TABLE, Transition
from feedbackkit.workflow.states import OPEN

__all__ = ["mermaid"]


def mermaid() -> str:
    """The request's state machine as a Mermaid ``stateDiagram-v2``; the same text every time, without a final newline.

    Events that leave the state as it is stand in a note beside it. Where the place on the ladder tells the target,
    an arrow leads to each state that it may be.
    """
    lines = ["stateDiagram-v2", "    [*] --> planned: planned"]
    for state, row in TABLE.items():
        if state is State.NEW:
            continue
        arrows: dict[State, list[str]] = {}
        for event, transition in row.items():
            for target in _targets(state, event, transition):
                arrows.setdefault(target, []).append(event.value)
        stays = arrows.pop(state, [])
        lines.extend(f"    {state.value} --> {target.value}: {', '.join(events)}" for target, events in arrows.items())
        if stays:
            lines.append(f"    note right of {state.value}: stays when {', '.join(stays)}")
    return "\n".join(lines)


def _targets(state: State, event: EventKind, transition: Transition) -> tuple[State, ...]:
    if transition.target is not None:
        return (transition.target,)
    if event is EventKind.UNSENT:
        return (State.PLANNED,) if state is State.REQUESTED else (State.PLANNED, State.REQUESTED, State.REMINDED)
    return (state,) if state in OPEN else (State.PLANNED, State.REQUESTED, State.REMINDED)
