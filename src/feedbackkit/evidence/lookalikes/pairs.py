"""Which answers are compared at all: of many, only those that have something in common."""

from __future__ import annotations

import math
from itertools import combinations, product
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from feedbackkit.evidence.lookalikes.traces import Side

__all__ = ["ALIKE", "comparable", "likeness"]

ALIKE: Final = 0.8
_ROUNDING: Final = 1e-9


def comparable(sides: Sequence[Side]) -> Iterator[tuple[Side, Side]]:
    """The pairs of answers of which anything can be odd, in order: of many answers, few of all pairs."""
    pairs = {*_marked(sides), *_confusable(sides), *_alike(sides)}
    for earlier, later in sorted((min(pair), max(pair)) for pair in pairs):
        yield sides[earlier], sides[later]


def _marked(sides: Sequence[Side]) -> Iterator[frozenset[int]]:
    by_mark: dict[tuple[str, object], list[int]] = {}
    for number, side in enumerate(sides):
        for mark in side.marks():
            by_mark.setdefault(mark, []).append(number)
    for numbers in by_mark.values():
        yield from map(frozenset, combinations(numbers, 2))


def _confusable(sides: Sequence[Side]) -> Iterator[frozenset[int]]:
    """Who looks the same, and is written in another way."""
    by_looks: dict[tuple[str, str], dict[str, list[int]]] = {}
    for number, side in enumerate(sides):
        for what, written, seen in side.looks.seen:
            by_looks.setdefault((what, seen), {}).setdefault(written, []).append(number)
    for ways in by_looks.values():
        for ones, others in combinations(ways.values(), 2):
            yield from map(frozenset, product(ones, others))


def _alike(sides: Sequence[Side]) -> Iterator[frozenset[int]]:
    """Who may share enough words: of so many runs of words, one at least of the rarest must be there, too."""
    where: dict[tuple[str, ...], list[int]] = {}
    for number, side in enumerate(sides):
        for shingle in side.shingles:
            where.setdefault(shingle, []).append(number)
    for number, side in enumerate(sides):
        count = len(side.shingles)
        rarest = sorted(side.shingles, key=lambda shingle: (len(where[shingle]), shingle))
        for shingle in rarest[: count - math.ceil(ALIKE * count - _ROUNDING) + 1]:
            yield from (frozenset((number, other)) for other in where[shingle] if other != number)


def likeness(one: frozenset[tuple[str, ...]], two: frozenset[tuple[str, ...]]) -> float:
    """The share of runs of three words that two texts have in common, of the shorter one; 0 for short texts."""
    return len(one & two) / min(len(one), len(two)) if one and two else 0.0
