"""Work on many records at once, none of them claimed: group by group, many groups in one transaction."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeAlias, final

from feedbackkit.desk.context import TRIES
from feedbackkit.desk.runs.tally import Tally
from feedbackkit.errors import FeedbackKitError, SetupError, StoreBusy, StoreError
from feedbackkit.ports import Refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.ports import Change, Record

__all__ = ["Look", "Sweep", "Take", "found"]

Look: TypeAlias = "Callable[[], AsyncIterator[Record]]"
"""Looks for what there is to work on, which is less each time."""

Take: TypeAlias = "Callable[[Context, Sequence[str], Tally], Awaitable[Cabinet | None]]"
"""Takes records of one group in hand and lets happen to them what is to happen; `None` where nothing is any more."""

_PAGE: Final = 500


async def found(
    context: Context, kind: str, *, ref: str | None = None, due_until: int | None = None
) -> AsyncIterator[Record]:
    """All records of a kind that fit, page by page."""
    after: str | None = None
    while page := await context.store.find(kind, ref=ref, due_until=due_until, after=after, limit=_PAGE):
        for record in page:
            yield record
        after = page[-1].key


@final
class Sweep:
    """What a look finds is worked on until it finds nothing any more; what others change meanwhile is done anew.

    What cannot be worked on is left, and keeps nothing else from it. Versions keep two sweeps at once apart.
    """

    def __init__(self, context: Context, take: Take, tally: Tally) -> None:
        self._context = context
        self._take = take
        self._tally = tally
        self._failed: set[str] = set()
        self._waiting: dict[str, tuple[Change, Tally]] = {}
        self._applied = 0

    async def all(self, look: Look) -> None:
        """Work on all that a look finds."""
        in_vain = 0
        while in_vain < TRIES:
            parts = await self._parts(look())
            if not parts:
                break
            self._applied = 0
            for group, keys in parts:
                await self._work_on(group, keys)
            await self._write()
            in_vain = 0 if self._applied else in_vain + 1
        else:
            raise StoreBusy("what is due was changed by others again and again; try once more")
        if self._failed:
            self._tally.counts["failed"] += len(self._failed)

    async def _parts(self, records: AsyncIterator[Record]) -> list[tuple[str, list[str]]]:
        """The keys by groups, each person's together, in parts of no more than a batch or one person."""
        groups: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        async for record in records:
            if record.key not in self._failed:
                groups[record.group][record.refs[0]].append(record.key)
        return [(group, part) for group, people in groups.items() for part in self._cut(people.values())]

    def _cut(self, people: Iterable[list[str]]) -> Iterator[list[str]]:
        part: list[str] = []
        for keys in people:
            if part and len(part) + len(keys) > self._context.batch:
                yield part
                part = []
            part += keys
        yield part

    async def _work_on(self, group: str, keys: Sequence[str]) -> None:
        if group in self._waiting:
            await self._write()
        tally = Tally()
        try:
            cabinet = await self._take(self._context, keys, tally)
            change = cabinet and cabinet.change(self._context.owner, self._context.ids.salt)
        except (StoreError, SetupError):
            raise
        except FeedbackKitError:
            await self._one_by_one(group, keys)
            return
        if change:
            self._waiting[group] = change, tally
        elif cabinet:
            self._failed.update(keys)  # nothing could be decided, although it is due: do not come round for ever
        if sum(waiting.due for _, waiting in self._waiting.values()) >= self._context.batch:
            await self._write()

    async def _one_by_one(self, group: str, keys: Sequence[str]) -> None:
        if len(keys) == 1:
            self._failed.update(keys)
            return
        for key in keys:
            await self._work_on(group, [key])

    async def _write(self) -> None:
        waiting, self._waiting = list(self._waiting.values()), {}
        if not waiting:
            return
        outcomes = await self._context.store.write([change for change, _ in waiting])
        for (_, tally), outcome in zip(waiting, outcomes, strict=True):
            if not isinstance(outcome, Refused):
                self._tally.add(tally)
                self._applied += 1
