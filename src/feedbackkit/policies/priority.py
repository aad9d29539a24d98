"""How much an answer is worth: which ask goes first where there is room for a few only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, final

import attrs

from feedbackkit.domain.request import Occasion, Request

__all__ = ["Candidate", "Valuation", "default_value"]

_EACH_TAKES: Final = 10
_ALL_TAKE: Final = 20


@final
@attrs.frozen(kw_only=True)
class Candidate:
    """A request that is due while not everything that is due can go."""

    request: Request
    """What is asked; its `value` is what the playbook or the program thinks of its occasion."""
    step: int
    """How many contacts about it stand: 0 before the ask."""
    given: Mapping[Occasion, int] = attrs.field(factory=dict[Occasion, int])
    """How many requests about the subject are answered, by occasion."""


Valuation: TypeAlias = Callable[[Candidate], int]
"""How much the answer to a candidate is worth, from 0 to 100; a pure function.

How long it has waited is no part of it: the desk adds a point for each day, so that nothing waits for ever, whatever
the function says.
"""


def default_value(candidate: Candidate) -> int:
    """The value of the request, less 10 for each answer on that occasion that is there already, at most 20.

    So of two requests on one occasion the one goes first that fills a gap in what is known of its subject.
    """
    request = candidate.request
    return max(0, request.value - min(_ALL_TAKE, _EACH_TAKES * candidate.given.get(request.occasion, 0)))
