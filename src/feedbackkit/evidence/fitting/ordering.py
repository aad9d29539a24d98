"""One order for raters and subjects that depends on neither their names nor the order in which they came.

Floating-point sums depend on their order. So both sides are ordered by their place in the pool: who rated whom, and
how. Colours are refined until they tell apart all that can be told apart (Weisfeiler & Leman 1968); what stays equal
then is interchangeable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias, final

import attrs

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

__all__ = ["Edge", "Order", "canonical"]

Edge: TypeAlias = "tuple[int, int, Hashable]"
"""A node of the first side, one of the second, and numbers about their meeting."""

_MASK: Final = (1 << 61) - 1


@final
@attrs.frozen
class Order:
    """The order of one side."""

    rank: list[int]
    """The place of each node."""
    alike: list[int]
    """The first place of those that cannot be told from a node: they have the same effect, to the last digit."""


def canonical(edges: Sequence[Edge], first: int, second: int) -> tuple[Order, Order]:
    """The order of both sides; the second is ordered by whom it meets of the first."""
    ones, twos = [0] * first, [0] * second
    known = 0
    while True:
        twos = _refined(twos, [(two, one, label) for one, two, label in edges], ones)
        ones = _refined(ones, edges, twos)
        colours = len(set(ones)) + len(set(twos))
        if colours <= known:
            break
        known = colours
    ranks = _ranks(ones)
    meetings: list[list[tuple[int, int]]] = [[] for _ in range(second)]
    for one, two, label in edges:
        meetings[two].append((ranks[one], hash(label)))
    for meeting in meetings:
        meeting.sort()
    places = _inverse(sorted(range(second), key=meetings.__getitem__))
    return Order(ranks, _alike(ranks, ones)), Order(places, _alike(places, twos))


def _alike(ranks: Sequence[int], colours: Sequence[int]) -> list[int]:
    first: dict[int, int] = {}
    for rank, colour in zip(ranks, colours, strict=True):
        first[colour] = min(first.get(colour, rank), rank)
    return [first[colour] for colour in colours]


def _refined(colours: Sequence[int], edges: Sequence[Edge], others: Sequence[int]) -> list[int]:
    sums = [0] * len(colours)
    for one, two, label in edges:
        sums[one] += hash((label, others[two]))
    return [hash((colour, total & _MASK)) for colour, total in zip(colours, sums, strict=True)]


def _ranks(colours: Sequence[int]) -> list[int]:
    return _inverse(sorted(range(len(colours)), key=colours.__getitem__))


def _inverse(order: Sequence[int]) -> list[int]:
    ranks = [0] * len(order)
    for rank, index in enumerate(order):
        ranks[index] = rank
    return ranks
