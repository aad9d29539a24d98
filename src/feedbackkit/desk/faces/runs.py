"""Doing what is due: runs, workers, what failed, and a store that was restored."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from feedbackkit.desk.awaiting import drive
from feedbackkit.desk.faces.base import AsyncFace, Face
from feedbackkit.desk.runs import counting, dead_letters, resuming, running, working
from feedbackkit.desk.runs.working import EVERY, at_once, by_an_event
from feedbackkit.desk.sending import telling
from feedbackkit.domain import checks
from feedbackkit.errors import NeedsResume

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable

    from feedbackkit.desk.runs.dead_letters import DeadLetter
    from feedbackkit.desk.runs.running import RunReport
    from feedbackkit.desk.runs.working import Stop

__all__ = ["AsyncRuns", "Runs"]


class AsyncRuns(AsyncFace):
    """Doing what is due: runs, workers, what failed, and a store that was restored; awaited."""

    async def run(self) -> RunReport:
        """Send what is due and nothing that should not be; returns when nothing is due any more.

        Where the store was restored from an older backup it sends nothing and raises `NeedsResume`; see `resume`.

        Any number of workers may run at once, each with a desk under an `owner` of its own.
        """
        try:
            return await running.run(await self._ready())
        except NeedsResume:
            self._behind = True  # it was restored while this desk was at work
            raise

    async def work(
        self,
        *,
        every: dt.timedelta = EVERY,
        stop: Stop | None = None,
        wait: Callable[[float], Awaitable[object]] | None = None,
    ) -> RunReport:
        """Run what is due, wait, and run again, until `stop` is set; what all its runs came to. It plans nothing.

        `every`: how long it waits at most; it comes up to a tenth earlier, so that workers part, and when it knows of
        something that is due before. `stop`: an `asyncio.Event` (of `Desk`: a `threading.Event`), without which it
        works for ever; a batch in hand is finished first. `wait`: waits so many seconds instead, in a test for
        instance, which moves a clock. A store that is busy and a connection that breaks are tried again after a pause
        that grows to five minutes; anything else is raised. Cancelled anywhere it loses nothing.
        """
        if stop is None:
            import asyncio

            stop = asyncio.Event()
        waiting = working.by_an_event_of_asyncio(stop) if wait is None else wait
        return await working.work(self._context, self._ready, every=every, stop=stop, wait=waiting)

    async def dead_letters(self) -> list[DeadLetter]:
        """The requests and contacts that failed ten times and were given up; contacts first, in order of keys.

        What cannot be handled is set aside for as long again as it is due already, at least a minute and at most a
        day, and comes round ten times. A contact whose letter cannot be made or which its channel never takes is booked
        ten times, a working week or so; then its request waits. One at which its channel raises counts as sent.
        """
        return await dead_letters.dead_letters(await self._ready())

    async def retry(self, *keys: str) -> list[DeadLetter]:
        """Bring dead letters back, for the next run; those that were. An unknown key raises `NotFound`."""
        return await dead_letters.retry(await self._ready(), keys)

    async def tell_again(self, subscriber: str) -> int:
        """Tell a subscriber, from the next run on, all that was given up, and what comes; how many notices that are.

        For one that was out of reach for days, or said that it wants to hear no more and has changed its mind.
        """
        return await telling.tell_again(await self._ready(), checks.identifier("subscriber", subscriber, limit=60))

    async def needs_resume(self) -> bool:
        """Whether the store is behind its watermark, as after a restore from a backup, so that nothing is sent."""
        return await counting.behind(await self._ready()) is not None

    async def resume(self) -> RunReport:
        """Let runs go on after `NeedsResume`, the store having been restored from a backup; nobody is contacted by it.

        Put in again before what came since the backup, as far as it is known: engagements, requests, answers, wishes,
        contacts made elsewhere. Every step that is due by now counts as made now, by a contact that is *unknown*, and
        so do contacts that were booked; the ladders go on from here. What is held stays held. It may be broken off and
        repeated. Where there is nothing to resume it raises `NotAllowed` and changes nothing.

        Until then the store takes what comes in. A step that is due when an answer, a date or a plan comes in for it
        counts as made right before.
        """
        return await resuming.resume(await self._ready())


class Runs(Face):
    """Doing what is due: runs, workers, what failed, and a store that was restored."""

    def run(self) -> RunReport:
        """See `AsyncDesk.run`."""
        return drive(self._desk.run())

    def work(
        self,
        *,
        every: dt.timedelta = EVERY,
        stop: Stop | None = None,
        wait: Callable[[float], object] | None = None,
    ) -> RunReport:
        """See `AsyncDesk.work`; `stop` is a `threading.Event`."""
        stop = threading.Event() if stop is None else stop
        waiting = by_an_event(stop) if wait is None else at_once(wait)
        return drive(self._desk.work(every=every, stop=stop, wait=waiting))

    def dead_letters(self) -> list[DeadLetter]:
        """See `AsyncDesk.dead_letters`."""
        return drive(self._desk.dead_letters())

    def retry(self, *keys: str) -> list[DeadLetter]:
        """See `AsyncDesk.retry`."""
        return drive(self._desk.retry(*keys))

    def tell_again(self, subscriber: str) -> int:
        """See `AsyncDesk.tell_again`."""
        return drive(self._desk.tell_again(subscriber))

    def needs_resume(self) -> bool:
        """See `AsyncDesk.needs_resume`."""
        return drive(self._desk.needs_resume())

    def resume(self) -> RunReport:
        """See `AsyncDesk.resume`."""
        return drive(self._desk.resume())
