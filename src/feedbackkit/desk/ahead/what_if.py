"""What if: two sets of opinions played on the same people, who react by the same model."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING, Final, NamedTuple, final

import attrs

from feedbackkit.desk.ahead.rich_view import rendered
from feedbackkit.desk.ahead.sections import Section, counted, plain
from feedbackkit.domain.checks import line
from feedbackkit.domain.fields import checked
from feedbackkit.policies import Cadence, ContactRules, Valuation

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Comparison", "Opinions", "Played", "Range"]

MEASURES: Final = ("contacts", "answers", "opt_outs")


@final
@attrs.frozen(kw_only=True)
class Opinions:
    """One of the sets of opinions that are compared; what is left out is as the desk has it."""

    name: str = attrs.field(validator=checked(line, "opinions.name"))
    """What the comparison calls it."""
    rules: ContactRules | None = None
    cadence: Cadence | None = None
    value: Valuation | None = None


class Played(NamedTuple):
    """What one set of opinions came to with one set of people."""

    contacts: int
    """How many contacts were made."""
    answers: int
    """How many requests were answered."""
    opt_outs: int
    """How many people wanted no more contact."""


class Range(NamedTuple):
    """A mean over the seeds, and between what 95 of a hundred seeds lie."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Range:
        """The range from one number for each seed."""
        in_order = sorted(numbers)
        return cls(fmean(in_order), _quantile(in_order, 0.025), _quantile(in_order, 0.975))


def _quantile(in_order: Sequence[float], share: float) -> float:
    """Between the two nearest, by distance."""
    place = share * (len(in_order) - 1)
    low = int(place)
    high = min(low + 1, len(in_order) - 1)
    return in_order[low] + (in_order[high] - in_order[low]) * (place - low)


@final
@attrs.frozen(kw_only=True)
class Comparison:
    """What two sets of opinions came to with the same people, seed by seed; a model, and no more than that."""

    first: str
    """The name of the one."""
    second: str
    """The name of the other."""
    outcomes: tuple[tuple[Played, Played], ...]
    """For each seed what the first and what the second came to."""
    days: int
    requests: int
    """How many requests were open in the beginning."""
    assumptions: tuple[str, ...]
    """What was taken for granted."""

    def ranges(self, measure: str) -> tuple[Range, Range, Range]:
        """``contacts``, ``answers`` or ``opt_outs``: of the first, of the second, and of second less first.

        The difference is taken seed by seed, so it is surer than the two beside each other look.
        """
        pairs = [(getattr(one, measure), getattr(other, measure)) for one, other in self.outcomes]
        return (
            Range.of([one for one, _ in pairs]),
            Range.of([other for _, other in pairs]),
            Range.of([other - one for one, other in pairs]),
        )

    def rows(self) -> list[dict[str, object]]:
        """A row for each seed and set of opinions, for data frames."""
        return [
            {"seed": number, "opinions": name, **outcome._asdict()}
            for number, pair in enumerate(self.outcomes)
            for name, outcome in zip((self.first, self.second), pair, strict=True)
        ]

    def told(self) -> str:
        """The text for people."""
        return plain(self._sections())

    def rich(self) -> object:
        """The same as `rich.print` shows it in colours; needs the extra `rich`."""
        return rendered(self._sections())

    def __str__(self) -> str:
        return self.told()

    def __rich__(self) -> object:
        return self.rich()

    def _sections(self) -> list[Section]:
        rows = tuple((measure.replace("_", "-"), *map(_shown, self.ranges(measure))) for measure in MEASURES)
        head = ("", self.first, self.second, "difference")
        played = (counted(self.requests, "request"), counted(self.days, "day"), counted(len(self.outcomes), "seed"))
        lines = (f"{', '.join(played)}; in brackets between what 95 of 100 seeds lie", "")
        taken = Section("Taken for granted", lines=tuple(f"- {assumption}" for assumption in self.assumptions))
        return [Section(f"{self.first}, or {self.second}?", head, rows, (1, 2, 3), lines), taken]


def _shown(shown: Range) -> str:
    return f"{shown.mean:,.1f} ({shown.low:,.1f} to {shown.high:,.1f})"
