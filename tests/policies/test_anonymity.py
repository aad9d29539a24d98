"""Who may be told apart in a review."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from feedbackkit.domain.source import Relation
from feedbackkit.policies.anonymity import BY_NAME, OTHERS, shown

said = st.dictionaries(
    st.none() | st.sampled_from(Relation), st.lists(st.integers(0, 9), max_size=6), max_size=len(Relation) + 1
)


@given(said, st.integers(1, 5))
def test_nobody_stands_in_a_group_that_is_too_small(answers: dict[Relation | None, list[int]], minimum: int) -> None:
    """But those who speak by name; and no answer is lost or shown twice."""
    groups, kept_back = shown(answers, minimum=minimum)
    for name, group in groups.items():
        assert group
        assert name in BY_NAME or len(group) >= minimum
    assert sum(len(group) for group in groups.values()) + kept_back == sum(len(each) for each in answers.values())
    assert kept_back < minimum


@given(said, st.integers(1, 5))
def test_a_relation_with_enough_answers_is_a_group(answers: dict[Relation | None, list[int]], minimum: int) -> None:
    """What could be shown as its own is."""
    groups, _ = shown(answers, minimum=minimum)
    for relation, each in answers.items():
        if relation is not None and len(each) >= minimum:
            assert groups[relation.value] == tuple(each)


def test_small_relations_hide_among_the_others() -> None:
    """Two peers and a report are three; without the report they are kept back."""
    assert shown({Relation.PEER: [1, 2], Relation.REPORT: [3]}, minimum=3).groups == {OTHERS: (1, 2, 3)}
    assert shown({Relation.PEER: [1, 2]}, minimum=3) == ({}, 2)
