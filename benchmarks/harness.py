"""Candidates that run in turn, so that whatever disturbs the machine disturbs all of them."""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TypeAlias, final

import attrs

Work: TypeAlias = Callable[[], int]
"""Does the work that is timed, once, and returns how many units it did."""

CPU = time.process_time
WALL = time.perf_counter


@final
@attrs.frozen(kw_only=True)
class Candidate:
    """One way to do the work of a workload."""

    name: str
    prepare: Callable[[], AbstractContextManager[Work]]
    """Makes what the work needs, untimed, and clears it away afterwards; entered anew in every round."""


@final
@attrs.frozen(kw_only=True)
class Measurement:
    """What one candidate cost."""

    name: str
    figures: tuple[float, ...]
    """What one unit cost, one figure a round."""

    @property
    def typical(self) -> float:
        """The median round."""
        return statistics.median(self.figures)

    def ratios(self, other: Measurement) -> list[float]:
        """This candidate's cost over the other's, round by round."""
        return [mine / theirs for mine, theirs in zip(self.figures, other.figures, strict=True)]


@final
@attrs.frozen(kw_only=True)
class Target:
    """A figure to reach: one candidate's cost against another's, or in the outcome's unit when against none."""

    candidate: str
    against: str | None = None
    at_most: float | None = None
    at_least: float | None = None

    def reached_by(self, figure: float) -> bool:
        """Whether the figure keeps within the bounds."""
        return _within(figure, self.at_most, self.at_least)


@final
@attrs.frozen(kw_only=True)
class Fact:
    """A figure that is no candidate's cost, with what is asked of it, if anything."""

    name: str
    figure: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def reached(self) -> bool | None:
        """Whether it keeps within its bounds; `None` where nothing is asked of it."""
        if self.at_most is None and self.at_least is None:
            return None
        return _within(self.figure, self.at_most, self.at_least)


def _within(figure: float, at_most: float | None, at_least: float | None) -> bool:
    return (at_most is None or figure <= at_most) and (at_least is None or figure >= at_least)


@final
@attrs.frozen(kw_only=True)
class Outcome:
    """A workload as it was measured."""

    title: str
    text: str
    """What one unit is and how to read the figures."""
    clock: str
    limit: str
    """The name of the candidate whose cost is ratio 1."""
    measurements: Sequence[Measurement]
    targets: Sequence[Target] = ()
    facts: Sequence[Fact] = ()
    unit: str = "µs"

    def figure(self, target: Target) -> float:
        """What was measured for the target."""
        by_name = {one.name: one for one in self.measurements}
        one = by_name[target.candidate]
        return one.typical if target.against is None else statistics.median(one.ratios(by_name[target.against]))

    def misses(self) -> bool:
        """Whether any target was missed."""
        reached = [target.reached_by(self.figure(target)) for target in self.targets]
        return not all(reached) or any(fact.reached is False for fact in self.facts)


def alternate(candidates: Sequence[Candidate], *, clock: Callable[[], float], rounds: int) -> list[Measurement]:
    """Run every candidate once in each round, starting each round with another one."""
    micros: dict[str, list[float]] = {candidate.name: [] for candidate in candidates}
    for number in range(rounds):
        first = number % len(candidates)
        for candidate in (*candidates[first:], *candidates[:first]):
            tell(f"round {number + 1} of {rounds}: {candidate.name}")
            micros[candidate.name].append(_once(candidate, clock))
    tell("")
    return [Measurement(name=name, figures=tuple(found)) for name, found in micros.items()]


def _once(candidate: Candidate, clock: Callable[[], float]) -> float:
    with candidate.prepare() as work:
        settle()
        started = clock()
        units = work()
        seconds = clock() - started
        gc.unfreeze()
    return seconds / units * 1e6


def settle() -> None:
    """Let the garbage collector have nothing to do with what was there before the work."""
    gc.collect()
    gc.freeze()


def tell(line: str) -> None:
    """Show what is going on, in one line that the next one replaces, when somebody is looking."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()
