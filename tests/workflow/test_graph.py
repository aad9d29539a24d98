"""The law as a graph: what can be reached, where one can get stuck, and its picture."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import attrs
import pytest

from feedbackkit.domain.people import Party
from feedbackkit.domain.request import EventKind, Progress, State
from feedbackkit.errors import IllegalTransition
from feedbackkit.workflow import TABLE, apply, mermaid
from feedbackkit.workflow.states import CLOSED, OPEN
from tests.workflow.histories import FOR_GOOD, after, event, planned, withdrawn

PAGE: Final = Path(__file__).parents[2] / "docs" / "explanation" / "the-law.md"
HIGHEST_STEP: Final = 3
FINAL: Final = {State.GIVEN}

Edge = tuple[State, EventKind, State]


def walk() -> tuple[set[Progress], set[Edge]]:
    """Every progress that any events lead to, up to a few steps, but for counts and approvals, and each way there."""
    seen = {Progress()}
    edges: set[Edge] = set()
    todo = list(seen)
    while todo:
        progress = todo.pop()
        for kind in EventKind:
            for party in Party:
                for ref in ("c", "x"):
                    try:
                        there = apply(progress, event(kind, ref=ref, due_us=0, party=party))
                    except IllegalTransition:
                        continue
                    edges.add((progress.state, kind, there.state))
                    same = attrs.evolve(
                        there,
                        step=max(-1, min(there.step, HIGHEST_STEP)),
                        attempt=0,
                        revision=min(there.revision, 1),
                        nudges=min(there.nudges, 1),
                        approved=None,
                    )
                    if same not in seen:
                        seen.add(same)
                        todo.append(same)
    return seen, edges


REACHED, EDGES = walk()


def ends_from(start: State) -> set[State]:
    """All states that can be reached from one."""
    found = {start}
    while more := {target for source, _, target in EDGES if source in found} - found:
        found |= more
    return found


def test_every_state_can_be_reached() -> None:
    """A new request can come to every state."""
    assert ends_from(State.NEW) == set(State)


def test_nothing_leads_back_to_new() -> None:
    """A stored request is never new again."""
    assert {target for _, _, target in EDGES if target is State.NEW} == set()


def test_given_is_the_only_final_state() -> None:
    """A request that is given stays so; every other state can be left."""
    assert {state for state in State if ends_from(state) == {state}} == FINAL


@pytest.mark.parametrize("state", sorted(set(State) - FINAL))
def test_no_state_is_a_trap(state: State) -> None:
    """From every state that is not final an answer can still come, and a withdrawal too."""
    assert {State.GIVEN, State.WITHDRAWN} <= ends_from(state)


@pytest.mark.parametrize("state", sorted({*OPEN, State.UNDELIVERABLE}))
def test_every_open_request_can_end_at_once(state: State) -> None:
    """An answer, a no, a delegation, silence and a withdrawal each end an open request in one event."""
    assert {target for source, _, target in EDGES if source is state} >= CLOSED


def test_only_a_withdrawal_for_good_ends_without_an_answer() -> None:
    """Of all that can be reached, no event but the end of a contact touches what is given or withdrawn for good."""

    def stays(progress: Progress) -> bool:
        return all(
            target is progress.state
            for kind in TABLE[progress.state]
            for party in Party
            if (target := reached(progress, kind, party)) is not None
        )

    stuck = {(progress.state, progress.closed_by in FOR_GOOD) for progress in REACHED if stays(progress)}
    assert stuck == {(State.GIVEN, True), (State.GIVEN, False), (State.WITHDRAWN, True)}


def reached(progress: Progress, kind: EventKind, party: Party) -> State | None:
    """Where an event leads, or nothing where a guard refuses it."""
    try:
        return apply(progress, event(kind, ref="c", due_us=0, party=party)).state
    except IllegalTransition:
        return None


@pytest.mark.parametrize("party", FOR_GOOD)
def test_what_is_withdrawn_for_good_takes_no_event_that_contacts_anybody(party: Party) -> None:
    """After a withdrawal for good the only event left is that its last contact did not go out."""
    progress = after(planned(), event(EventKind.REQUESTED, ref="c"), withdrawn(party))
    legal = {kind for kind in EventKind if reached(progress, kind, Party.PROVIDER) is not None}
    assert legal == {EventKind.UNSENT}


def test_open_closed_and_the_others_are_all_states() -> None:
    """The states in which a contact may come and those in which none may share nothing; two more are neither."""
    assert not OPEN & CLOSED
    assert set(State) - OPEN - CLOSED == {State.NEW, State.UNDELIVERABLE}


def test_the_state_tells_whether_something_may_be_due() -> None:
    """Whatever happened, a request has a due time only while it is open."""
    assert {progress.state for progress in REACHED if progress.due_us is not None} == OPEN


# The picture

ARROW: Final = re.compile(r"^    (\w+) --> (\w+): (.+)$")
NOTE: Final = re.compile(r"^    note right of (\w+): stays when (.+)$")


def drawn() -> set[Edge]:
    """What the diagram says, read back from its text."""
    edges: set[Edge] = set()
    first, second, *lines = mermaid().splitlines()
    assert first == "stateDiagram-v2"
    assert second == "    [*] --> planned: planned"
    edges.add((State.NEW, EventKind.PLANNED, State.PLANNED))
    for line in lines:
        if arrow := ARROW.fullmatch(line):
            source, target, events = State(arrow[1]), State(arrow[2]), arrow[3]
        else:
            note = NOTE.fullmatch(line)
            assert note is not None, line
            source, target, events = State(note[1]), State(note[1]), note[2]
        edges |= {(source, EventKind(kind), target) for kind in events.split(", ")}
    return edges


def test_the_diagram_shows_what_can_happen_and_nothing_else() -> None:
    """Each arrow and note is a way that events really lead, and each way is drawn."""
    assert drawn() == EDGES


def test_the_diagram_is_the_same_text_every_time() -> None:
    """The text is stable, and ends without a newline."""
    assert mermaid() == mermaid()
    assert not mermaid().endswith("\n")


def test_the_page_shows_the_diagram_of_the_table() -> None:
    """The page about the law embeds exactly what `mermaid` draws."""
    (embedded,) = re.findall(r"^```text\n(stateDiagram-v2\n.*?)\n```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    assert embedded == mermaid()


def test_the_page_explains_every_state_and_every_event() -> None:
    """Each state but the unstored one, and each event, is explained on the page under its own name."""
    explained = set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE))
    assert explained == {state.value for state in State if state is not State.NEW} | {kind.value for kind in EventKind}
