"""What a decision may need to know beyond what is due: what is due soon of the same people, and what is there already.

It is looked up after a first decision, and only where it can make a difference: a group where nobody else is due soon,
and where all that was due could go, is not decided twice.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from feedbackkit.codec.values import decode_as
from feedbackkit.desk.kinds import REQUEST
from feedbackkit.domain.request import Request, State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from feedbackkit.domain.request import Occasion
    from feedbackkit.ports import AsyncStore, Record

__all__ = ["NOTHING_KNOWN", "Known", "given_about", "soon_due"]

_AT_A_TIME: Final = 250
"""About how many people one question is."""
_PAGE: Final = 500


class Known(NamedTuple):
    """What was looked up for one group."""

    soon: Sequence[Record] = ()
    """Requests to its people that are due soon."""
    given: Mapping[str, Mapping[Occasion, int]] = {}
    """How many requests about a subject are answered, by occasion."""


NOTHING_KNOWN: Final = Known()


async def soon_due(store: AsyncStore, people: Sequence[str], now_us: int, until_us: int) -> dict[str, list[Record]]:
    """What is due to some people after an instant and until another, by group."""
    found: dict[str, list[Record]] = {}
    wanted = frozenset(people)
    async for record in _found(store, people, due_until=until_us):
        if record.refs[0] in wanted and record.due is not None and record.due > now_us:
            found.setdefault(record.group, []).append(record)
    return found


async def given_about(store: AsyncStore, subjects: Sequence[str]) -> dict[str, Counter[Occasion]]:
    """How many requests about each subject are answered, by occasion."""
    given: dict[str, Counter[Occasion]] = {subject: Counter() for subject in subjects}
    async for record in _found(store, subjects, state=State.GIVEN):
        request = decode_as(Request, record.body)
        if request.subject in given:
            given[request.subject][request.occasion] += 1
    return given


async def _found(
    store: AsyncStore, refs: Sequence[str], *, due_until: int | None = None, state: str | None = None
) -> AsyncIterator[Record]:
    for start in range(0, len(refs), _AT_A_TIME):
        some = tuple(refs[start : start + _AT_A_TIME])
        after: str | None = None
        while True:
            page = await store.find(REQUEST, ref=some, due_until=due_until, state=state, after=after, limit=_PAGE)
            for record in page:
                yield record
            if len(page) < _PAGE:
                break
            after = page[-1].key
