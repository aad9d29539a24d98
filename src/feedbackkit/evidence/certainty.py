"""How certain a number is, in four grades, with what moved it, after GRADE (Guyatt et al. 2008, BMJ 336:924).

The grade is a judgement about the sources and stands beside the estimate; it never enters it.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain.people import Party
from feedbackkit.domain.source import Directness

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from feedbackkit.domain.source import Source
    from feedbackkit.evidence.estimates import Estimate
    from feedbackkit.evidence.fitting.fit import Fit

__all__ = ["Certainty", "Concern", "Domain", "certainty"]

_WIDE: Final = 0.25
_VERY_WIDE: Final = 0.45
_APART: Final = 2.5
_ENOUGH: Final = 10
"""About so many raters make a rating of work reliable (.7); a few who agree may agree by chance."""
_FEW_CONFLICTS: Final = 0.25


class Certainty(enum.StrEnum):
    """How sure one may be of a number."""

    HIGH = "high"
    """More sources would hardly change it."""
    MODERATE = "moderate"
    """More sources may change it."""
    LOW = "low"
    """More sources will likely change it."""
    VERY_LOW = "very_low"
    """It is hardly more than a guess."""


class Domain(enum.StrEnum):
    """What can make a number less certain."""

    CONFLICT = "conflict"
    """Many of the sources declared a conflict."""
    CONSISTENCY = "consistency"
    """The sources contradict each other more than raters usually do."""
    DIRECTNESS = "directness"
    """Most sources did not see the work."""
    IMPRECISION = "imprecision"
    """The interval is wide, or fewer than ten sources spoke: a few who agree may agree by chance."""
    SELECTION = "selection"
    """The subject chose most of the sources."""


@final
@attrs.frozen
class Concern:
    """One reason for less certainty."""

    domain: Domain
    steps: int
    """By how many grades it lowers the certainty."""


def certainty(
    estimate: Estimate, fit: Fit, sources: Sequence[Source], *, conflicts: int
) -> tuple[Certainty, tuple[Concern, ...]]:
    """The grade, and the concerns that moved it from the top.

    `sources` are those of the answers that entered, as far as they are known; `conflicts` counts the declared
    conflicts, entered or left out.
    """
    concerns = [
        Concern(Domain.CONFLICT, int(conflicts > _FEW_CONFLICTS * (estimate.count + conflicts))),
        Concern(Domain.CONSISTENCY, int(_contradicting(estimate, fit))),
        Concern(Domain.DIRECTNESS, int(_most(sources, lambda one: one.directness in _INDIRECT))),
        Concern(Domain.IMPRECISION, _imprecision(estimate)),
        Concern(Domain.SELECTION, int(_most(sources, lambda one: one.chosen_by is Party.SUBJECT))),
    ]
    moved = tuple(concern for concern in concerns if concern.steps)
    grades = tuple(Certainty)
    return grades[min(sum(concern.steps for concern in moved), len(grades) - 1)], moved


_INDIRECT: Final = {Directness.RESULTS, Directness.HEARSAY}


def _most(sources: Sequence[Source], holds: Callable[[Source], bool]) -> bool:
    return 2 * sum(map(holds, sources)) > len(sources)


def _imprecision(estimate: Estimate) -> int:
    low, high = estimate.interval(0.8)
    share = (high - low) / (estimate.high - estimate.low)
    return max(int(share > _WIDE) + int(share > _VERY_WIDE), int(estimate.sources < _ENOUGH))


def _contradicting(estimate: Estimate, fit: Fit) -> bool:
    """Whether corrected scores vary much more around the number than one rating's noise explains."""
    corrected = [line.corrected for line in estimate.contributions if not line.of_pool]
    if len(corrected) < 3:  # noqa: PLR2004 - two may always differ
        return False
    middle = sum(corrected) / len(corrected)
    spread = sum((value - middle) ** 2 for value in corrected) / (len(corrected) - 1)
    return spread > _APART * fit.noise_sd**2
