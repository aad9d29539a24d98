"""Who may be told apart: answers of a relation are shown as its own only where there are enough of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

from feedbackkit.domain.source import Relation

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["BY_NAME", "OTHERS", "Shown", "shown"]

T = TypeVar("T")

OTHERS: Final = "others"
"""The group of all whose relation has too few answers of its own."""
BY_NAME: Final = frozenset({Relation.SELF, Relation.SPONSOR, Relation.LINE_MANAGER})
"""Who is known by the relation alone: there is one of them."""


class Shown(NamedTuple, Generic[T]):
    """What may be shown, in groups."""

    groups: Mapping[str, tuple[T, ...]]
    """By relation, or `OTHERS`."""
    kept_back: int
    """How many answers are not shown, because even all others together are too few."""


def shown(
    given: Mapping[Relation | None, Sequence[T]], *, minimum: int, by_name: Collection[Relation] = BY_NAME
) -> Shown[T]:
    """Put answers into groups of at least `minimum`; those who speak `by_name` stand in their own relation.

    A relation with fewer joins the others; where these are still too few, nothing of theirs is shown.
    """
    groups: dict[str, tuple[T, ...]] = {}
    others: list[T] = []
    for relation, answers in given.items():
        if relation is not None and (relation in by_name or len(answers) >= minimum) and answers:
            groups[relation.value] = tuple(answers)
        else:
            others.extend(answers)
    if others and len(others) >= minimum:
        return Shown({**groups, OTHERS: tuple(others)}, 0)
    return Shown(groups, len(others))
