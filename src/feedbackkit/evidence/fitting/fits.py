"""Fits that are kept, so that the same ratings are not fitted again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from feedbackkit.evidence.fitting.model import fit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedbackkit.evidence.fitting.fit import Fit
    from feedbackkit.evidence.fitting.model import Treatment
    from feedbackkit.evidence.prior import Prior
    from feedbackkit.evidence.ratings import Judgement

__all__ = ["Fits"]

_KEPT: Final = 32


@final
class Fits:
    """The fits that were asked for last, each by everything it was made from.

    One more rating, one less or a changed one is another fit, so nothing that is kept can be out of date; and what is
    kept has the same digits as what would be fitted anew.
    """

    def __init__(self, kept: int = _KEPT) -> None:
        self._most = kept
        self._kept: dict[object, Fit] = {}

    def fit(
        self, ratings: Iterable[Judgement], *, scale: tuple[float, float], prior: Prior, conflicts: Treatment | str
    ) -> Fit:
        """See `fit`; a kept one where the very same was asked for."""
        all_of_it = tuple(ratings)
        key = (all_of_it, tuple(scale), prior, str(conflicts))
        found = self._kept.pop(key, None)
        if found is None:
            found = fit(all_of_it, scale=scale, prior=prior, conflicts=conflicts)
        self._kept[key] = found  # the last one asked for is the last one to go
        while len(self._kept) > self._most:
            self._kept.pop(next(iter(self._kept)), None)
        return found
