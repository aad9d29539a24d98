"""Which of the two ways to solve the equations is taken: pure Python, or numpy and scipy where that is worth it."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from feedbackkit.evidence.fitting.equations import plain

if TYPE_CHECKING:
    from feedbackkit.evidence.fitting.design import Design
    from feedbackkit.evidence.fitting.equations import Equations

__all__ = ["equations"]

_WORTH_IT: Final = 100_000
"""From how many multiplications an evaluation on loading scipy pays."""


def equations(design: Design) -> Equations:
    """The equations of a design; without the extra ``evidence`` in pure Python, which takes longer on large pools."""
    if design.cost > _WORTH_IT and find_spec("numpy") and find_spec("scipy"):
        from feedbackkit.evidence.fitting.dense import dense

        return dense(design)
    return plain(design)
