"""The count of runs, kept in the store and, by the watermark, outside of it: a store that is behind was restored.

A run that finds something to do raises the store's number and then the watermark, before it sends anything. So the
store is never behind its watermark, whoever dies between the two, unless it was restored. The first run that finds
nothing to do afterwards counts once more: a backup of the middle of a run is behind, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, final

from feedbackkit.codec.heads import decode_count, encode_count
from feedbackkit.desk.cabinet import change_id_of
from feedbackkit.desk.context import TRIES
from feedbackkit.errors import NeedsResume, StoreBusy
from feedbackkit.ports import Change, Put, RecordKey, Refused

if TYPE_CHECKING:
    from feedbackkit.desk.context import Context
    from feedbackkit.ports import Watermark

__all__ = ["RunCount", "behind", "count", "first_count"]

_RUNS: Final = RecordKey("desk", "runs")
_WORKING: Final = "working"
_RESTING: Final = "resting"


class _StoredCount(NamedTuple):
    """The count as it is stored."""

    version: int = 0
    number: int = 0
    working: bool = False
    """Whether a run raised it that had something to do, and none that had not since."""


async def _stored_count(context: Context) -> _StoredCount:
    """How far the store has come."""
    [head] = await context.store.heads([_RUNS])
    return (
        _StoredCount() if head is None else _StoredCount(head.version, decode_count(head.head), head.state == _WORKING)
    )


async def behind(context: Context) -> int | None:
    """Where the watermark is, if the store is behind it; `None` where it is not, or where there is no watermark."""
    if context.watermark is None:
        return None
    noted = context.watermark.read()  # before the store: what others count meanwhile must not raise an alarm
    return noted if (await _stored_count(context)).number < noted else None


def first_count(context: Context) -> list[Put]:
    """What a store is begun with: where an older one had its place, it begins where that one had come to."""
    noted = 0 if context.watermark is None else context.watermark.read()
    return [_put(_StoredCount(), noted, working=False)] if noted else []


def _put(stored: _StoredCount, number: int, *, working: bool) -> Put:
    return Put(*_RUNS, stored.version, None, "desk", (), _WORKING if working else _RESTING, encode_count(number), b"")


async def count(context: Context, watermark: Watermark, *, working: bool, above: int = 0) -> int:
    """Raise the store's number, above another one, and then the watermark; the new number."""
    for _ in range(TRIES):
        stored, now_us = await _stored_count(context), context.clock.now_us()
        number = max(stored.number, above) + 1
        put = _put(stored, number, working=working)
        change = Change(change_id_of(now_us, context.owner, put, context.ids.salt()), now_us, (put,))
        [outcome] = await context.store.write([change])
        if not isinstance(outcome, Refused):
            watermark.raise_to(number)
            return number
    raise StoreBusy("the runs were counted by others again and again; try again")


@final
class RunCount:
    """What one run has to do with the count; nothing where the desk has no watermark."""

    def __init__(self, context: Context) -> None:
        self._context: Final = context
        self._watermark: Final = context.watermark
        self._others_worked = False
        self._number: int | None = None

    async def begin(self) -> None:
        """Pass where the store is as far as its watermark, and raise `NeedsResume` where it is behind."""
        if self._watermark is None:
            return
        noted = self._watermark.read()  # before the store: what others count meanwhile must not raise an alarm
        stored = await _stored_count(self._context)
        if stored.number < noted:
            raise NeedsResume(stored.number, noted)
        if stored.number > noted:  # the watermark was lost, or somebody died before it was raised
            self._watermark.raise_to(stored.number)
        self._others_worked = stored.working

    async def work(self) -> None:
        """Count the run, once: it has something to do. Nothing may be sent before."""
        if self._watermark is not None and self._number is None:
            self._number = await count(self._context, self._watermark, working=True)

    async def end(self) -> None:
        """Count once more where nobody else might: after the work of others, and where they counted during ours."""
        if self._watermark is None:
            return
        if self._number is None:
            if self._others_worked:
                await count(self._context, self._watermark, working=False)
        elif (await _stored_count(self._context)).number != self._number:
            await count(self._context, self._watermark, working=True)
