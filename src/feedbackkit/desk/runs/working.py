"""A worker: it runs what is due, waits, and runs again, until it is told to stop."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from feedbackkit.desk.awaiting import is_plain
from feedbackkit.desk.runs.running import report_of, run
from feedbackkit.desk.runs.tally import Tally
from feedbackkit.domain.happenings import BackedOff, WorkerBegan, WorkerEnded, WorkerWaits
from feedbackkit.domain.times import MINUTE_US, span
from feedbackkit.errors import SetupError, StoreBusy

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

    from feedbackkit.desk.context import Context
    from feedbackkit.desk.runs.running import RunReport

__all__ = ["EVERY", "Stop", "Waiting", "at_once", "by_an_event", "by_an_event_of_asyncio", "work"]

EVERY: Final = dt.timedelta(minutes=1)
"""How long a worker waits between two runs, unless it is told otherwise."""

_SECOND_US: Final = 1_000_000
_SHORTEST_US: Final = 1_000
_LEAST_BACK_OFF_US: Final = _SECOND_US
_MOST_BACK_OFF_US: Final = 5 * MINUTE_US
_RETRYABLE: Final = (StoreBusy, ConnectionError, TimeoutError)
"""What passes by itself: a store that is busy, a connection that broke or took too long."""


class Stop(Protocol):
    """What tells a worker to stop, such as an event of `threading` or of `asyncio`."""

    def is_set(self) -> bool:
        """Whether to stop; asked between batches and before each wait."""
        ...


Waiting: TypeAlias = "Callable[[float], Awaitable[object]]"
"""Waits so many seconds, or less when it is told to stop."""


async def work(
    context: Context, ready: Callable[[], Awaitable[object]], *, every: dt.timedelta, stop: Stop, wait: Waiting
) -> RunReport:
    """Run what is due, wait, and again, until told to stop; `ready` is awaited before each run."""
    worker = _Worker(context, ready, stop, span(every, field="work.every", least_us=_SHORTEST_US))
    with worker.told():
        while not stop.is_set():
            pause_us = await worker.run()
            if not stop.is_set():
                await worker.wait(wait, pause_us)
    return report_of(worker.total, runs=worker.runs)


class _Worker:
    """What a worker knows from one run to the next."""

    def __init__(self, context: Context, ready: Callable[[], Awaitable[object]], stop: Stop, every_us: int) -> None:
        self._context = context
        self._ready = ready
        self._stop = stop
        self._every_us = every_us
        self._failed = 0
        """How many runs in a row could not be finished."""
        self.runs = 0
        self.total = Tally()

    @contextmanager
    def told(self) -> Generator[None]:
        """Tell the observers of the beginning and of the end, whatever that is."""
        context = self._context
        context.tell(WorkerBegan(at_us=context.clock.now_us(), owner=context.owner, every_us=self._every_us))
        error: str | None = None
        try:
            yield
        except BaseException as raised:
            error = type(raised).__name__
            raise
        finally:
            now_us = context.clock.now_us()
            context.tell(WorkerEnded(at_us=now_us, owner=context.owner, runs=self.runs, error=error))

    async def wait(self, wait: Waiting, pause_us: int) -> None:
        """Wait so long, or less when it is told to stop."""
        context = self._context
        now_us = context.clock.now_us()
        context.tell(WorkerWaits(at_us=now_us, owner=context.owner, until_us=now_us + pause_us))
        await wait(pause_us / _SECOND_US)

    async def run(self) -> int:
        """Run once; how long to wait afterwards, in microseconds."""
        context = self._context
        self.runs += 1
        known_us = self.total.next_us
        if known_us is not None and known_us <= context.clock.now_us():
            self.total.next_us = None  # it is dealt with now
        tally = Tally()
        try:
            await self._ready()
            await run(context, go_on=lambda: not self._stop.is_set(), tally=tally)
        except _RETRYABLE as error:
            self._failed += 1
            tally.counts["backed off"] += 1
            now_us, owner = context.clock.now_us(), context.owner
            context.tell(BackedOff(at_us=now_us, owner=owner, error=type(error).__name__, times=self._failed))
            return self._back_off_us()
        finally:
            self.total.add(tally)
        self._failed = 0
        return self._pause_us()

    def _pause_us(self) -> int:
        """Until the next poll, or until something is known to be due; a tenth is left to chance, to part workers."""
        pause_us = self._shortened(self._every_us, tenths=1)
        if self.total.next_us is not None:
            pause_us = min(pause_us, max(0, self.total.next_us - self._context.clock.now_us()))
        return pause_us

    def _back_off_us(self) -> int:
        """Twice as long after each failure, up to the most; half of it is left to chance."""
        longest_us = min(_MOST_BACK_OFF_US, _LEAST_BACK_OFF_US << min(self._failed - 1, 20))
        return self._shortened(longest_us, tenths=5)

    def _shortened(self, span_us: int, *, tenths: int) -> int:
        """A span less a part of so many tenths of it, drawn from the desk's own chance."""
        drawn = int.from_bytes(self._context.ids.salt()[:4])
        return span_us - (span_us * tenths * drawn // 10 >> 32)


def at_once(wait: Callable[[float], object]) -> Waiting:
    """A plain way to wait, so that it can be awaited; it never suspends."""

    async def waiting(seconds: float) -> None:
        wait(seconds)

    return waiting


def by_an_event(stop: Stop) -> Waiting:
    """Wait by the event itself, one of `threading` or one like it."""
    wait = getattr(stop, "wait", None)
    if wait is None or not is_plain(stop, "wait"):
        raise SetupError("stop must be a threading.Event here, for Desk waits by it; AsyncDesk takes an asyncio.Event")
    return at_once(wait)


def by_an_event_of_asyncio(stop: Stop) -> Waiting:
    """Wait by the event itself, one of `asyncio` or one like it."""
    wait = getattr(stop, "wait", None)
    if wait is None or is_plain(stop, "wait"):
        raise SetupError("stop must be an asyncio.Event here, for AsyncDesk awaits it; Desk takes a threading.Event")
    import asyncio

    async def waiting(seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await wait()

    return waiting
