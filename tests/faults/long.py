"""How much of the tests of faults is run: a bounded share, or with ``FEEDBACKKIT_LONG=1`` all that was thought of."""

from __future__ import annotations

import os
from typing import Final

__all__ = ["LONG", "times"]

LONG: Final = os.environ.get("FEEDBACKKIT_LONG") == "1"


def times(bounded: int, *, long: int) -> int:
    """How often to do something: as bounded, or as often as the long run does."""
    return long if LONG else bounded
