"""The law of a reference: the whole square, the graph, and what each guard asks for."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.domain.people import Party
from feedbackkit.domain.reference import ReferenceEvent, ReferenceEventKind, ReferenceState, Standing
from feedbackkit.errors import IllegalTransition
from feedbackkit.workflow import REFERENCE_TABLE, apply_to_reference, reference_mermaid
from feedbackkit.workflow.references import legal_reference_events

PAGE: Final = Path(__file__).parents[2] / "docs" / "explanation" / "the-law-of-a-reference.md"
# Written by hand from the meaning of the words: state, then event and where it leads. What is not here is illegal.
SQUARE: Final[dict[str, dict[str, str]]] = {
    "new": {"drafted": "drafted"},
    "drafted": {"redrafted": "drafted", "approved": "approved", "retracted": "retracted"},
    "approved": {"redrafted": "drafted", "sealed": "sealed", "retracted": "retracted"},
    "sealed": {
        "confirmed": "sealed",
        "disputed": "sealed",
        "replied": "sealed",
        "retracted": "retracted",
        "superseded": "superseded",
    },
    "retracted": {"replied": "retracted"},
    "superseded": {
        "confirmed": "superseded",
        "disputed": "superseded",
        "replied": "superseded",
        "retracted": "retracted",
    },
}


def event(kind: str, ref: str | None = "a", **fields: object) -> ReferenceEvent:
    """One on the word of whoever may say it."""
    party = {"approved": Party.RESPONDENT, "replied": Party.SUBJECT}.get(kind, Party.PROVIDER)
    ref = "b" if kind == "redrafted" and ref == "a" else ref
    return ReferenceEvent(kind=ReferenceEventKind(kind), at_us=5, ref=ref, **{"party": party, **fields})  # type: ignore[arg-type]


def standing(state: str) -> Standing:
    """A reference in that state, by the shortest way there."""
    way = {
        "new": (),
        "drafted": ("drafted",),
        "approved": ("drafted", "approved"),
        "sealed": ("drafted", "approved", "sealed"),
        "retracted": ("drafted", "approved", "sealed", "retracted"),
        "superseded": ("drafted", "approved", "sealed", "superseded"),
    }[state]
    reached = Standing()
    for kind in way:
        reached = apply_to_reference(reached, event(kind))
    return reached


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(SQUARE, ReferenceEventKind)))
def test_the_square(state: str, kind: ReferenceEventKind) -> None:
    """Each event in each state leads where it should, or is refused, which changes nothing and tells what is legal."""
    before = standing(state)
    target = SQUARE[state].get(kind)
    if target is not None:
        assert apply_to_reference(before, event(kind)).state == target
        return
    with pytest.raises(IllegalTransition) as caught:
        apply_to_reference(before, event(kind), key="R-1")
    assert caught.value.legal == tuple(SQUARE[state])
    assert str(caught.value).startswith(f"reference 'R-1' is {state} and cannot be {kind}; from here: ")


def test_the_table_is_total() -> None:
    """Every state has a row, and each row tells what the square tells."""
    assert set(REFERENCE_TABLE) == set(ReferenceState) == {ReferenceState(state) for state in SQUARE}
    assert {state: list(legal_reference_events(state)) for state in ReferenceState} == {
        state: list(SQUARE[state]) for state in ReferenceState
    }


def reachable(start: str) -> set[str]:
    """All states that can be reached from one."""
    found = {start}
    while more := {target for state in found for target in SQUARE[state].values()} - found:
        found |= more
    return found


def test_every_state_can_be_reached_and_left_but_the_last() -> None:
    """Retracted is the end; from every other stored state a reference can still be taken back."""
    assert reachable("new") == set(SQUARE)
    assert {state for state in SQUARE if reachable(state) == {state}} == {"retracted"}
    assert all("retracted" in reachable(state) for state in SQUARE)


def test_nothing_is_sealed_that_was_not_approved() -> None:
    """One way leads there, and wording it anew leads back before it."""
    assert {state for state, row in SQUARE.items() if row.get("sealed")} == {"approved"}
    assert apply_to_reference(standing("approved"), event("redrafted")).approved_us is None


@pytest.mark.parametrize(
    ("state", "refused", "because"),
    [
        ("new", event("drafted", None), "name what it speaks of"),
        (
            "drafted",
            event("redrafted", "a").__class__(kind=ReferenceEventKind.REDRAFTED, at_us=5, ref="a"),
            "like that",
        ),
        ("drafted", event("approved", "b"), "worded anew since"),
        ("drafted", event("approved", party=Party.SUBJECT), "only its source"),
        ("drafted", event("approved", party=Party.PROVIDER), "only its source"),
        ("approved", event("sealed", "b"), "worded anew since"),
        ("sealed", event("replied", party=Party.PROVIDER), "the subject's"),
        ("sealed", event("confirmed", None), "name what it speaks of"),
        ("sealed", event("retracted", party=Party.SUBJECT), "only its source or the provider"),
        ("sealed", event("superseded", None), "name what it speaks of"),
    ],
)
def test_what_a_state_alone_would_allow(state: str, refused: ReferenceEvent, because: str) -> None:
    """A guard says what is missing."""
    with pytest.raises(IllegalTransition, match=because):
        apply_to_reference(standing(state), refused)


def test_the_provider_may_record_an_approval_and_says_how_it_was_given() -> None:
    """On the telephone, for instance."""
    recorded = event("approved", party=Party.PROVIDER, reason="on the telephone")
    assert apply_to_reference(standing("drafted"), recorded).state is ReferenceState.APPROVED


events = st.builds(
    ReferenceEvent,
    kind=st.sampled_from(ReferenceEventKind),
    at_us=st.integers(0, 9),
    party=st.sampled_from(Party),
    ref=st.sampled_from([None, "a", "b"]),
    reason=st.sampled_from([None, "said"]),
)


@given(st.lists(events, max_size=12))
def test_whatever_happens_facts_are_only_ever_added(lived: list[ReferenceEvent]) -> None:
    """Counts never fall once it is sealed, its content never changes, and an illegal event changes nothing."""
    now = Standing()
    for each in lived:
        before = now
        try:
            now = apply_to_reference(before, each)
        except IllegalTransition:
            continue
        assert before.sealed_us is None or (now.content, now.sealed_us) == (before.content, before.sealed_us)
        if before.sealed_us is not None:
            assert now.confirmed + now.disputed + now.replies >= before.confirmed + before.disputed + before.replies
        if now.state is ReferenceState.SEALED and before.state is ReferenceState.APPROVED:
            assert before.approved_us is not None


def test_the_picture_is_the_table_and_stands_in_the_docs() -> None:
    """Each arrow is in the square, and the page shows the same picture."""
    drawn = reference_mermaid()
    arrows = {
        (source, name): target
        for source, target, names in re.findall(r"^    (\w+) --> (\w+): (.*)$", drawn, re.MULTILINE)
        for name in names.split(", ")
    }
    notes = {
        (state, name): state
        for state, names in re.findall(r"note right of (\w+): stays when (.*)$", drawn, re.MULTILINE)
        for name in names.split(", ")
    }
    expected = {
        (state, kind): target for state, row in SQUARE.items() if state != "new" for kind, target in row.items()
    }
    assert arrows | notes == expected
    assert f"```text\n{drawn}\n```" in PAGE.read_text("utf-8")
