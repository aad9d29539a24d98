"""Requests: where they stand, what was, and what is to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk.awaiting import drive
from feedbackkit.desk.faces.base import AsyncFace, Face
from feedbackkit.desk.looks import looking
from feedbackkit.desk.people.addresses import known_id
from feedbackkit.domain.fields import member
from feedbackkit.domain.request import State

if TYPE_CHECKING:
    from feedbackkit.desk.ahead.forecast import Forecast
    from feedbackkit.desk.ahead.present import Present
    from feedbackkit.desk.reactions import Script
    from feedbackkit.desk.views import Explanation, RequestView
    from feedbackkit.domain.people import Person
    from feedbackkit.domain.request import Event

__all__ = ["AsyncRequests", "Requests"]


class AsyncRequests(AsyncFace):
    """Requests: where they stand, what was, and what is to come; awaited."""

    async def find(
        self,
        *,
        state: State | str | None = None,
        about: Person | str | None = None,
        person: Person | str | None = None,
        engagement: str | None = None,
    ) -> list[RequestView]:
        """The requests that fit: in a state, about a subject, to a respondent, of an engagement; in order of keys."""
        context = await self._ready()
        return await looking.find(
            context,
            state=None if state is None else member(State, "state", state),
            about=None if about is None else await known_id(context, about),
            person=None if person is None else await known_id(context, person),
            engagement=engagement,
        )

    async def get(self, key: str) -> RequestView:
        """One request; an unknown key raises `NotFound`."""
        return await looking.one(await self._ready(), key)

    async def history(self, key: str) -> list[Event]:
        """What happened to a request, in order: who did what, when and why."""
        return await looking.history(await self._ready(), key)

    async def verify(self, key: str) -> None:
        """Pass where a request's history is whole; raise `Broken` where something was changed, left out or put in."""
        await looking.verify_history(await self._ready(), key)

    async def explain(self, key: str) -> Explanation:
        """Past and future of a request with the reasons; printed, it is a text for people."""
        return await looking.explain(await self._ready(), key)

    async def present(self) -> Present:
        """A copy of what is open, in this process, to play on: forecasts and what-if; the store is only read."""
        from feedbackkit.desk.ahead.present import present

        return await present(await self._ready())

    async def forecast(self, days: int, *, reactions: Script | None = None) -> Forecast:
        """The next days, up to 732, played on a copy of what is open; the store is only read, and nothing is sent.

        Every contact that the rules will let through if nothing is planned anew and nobody reacts, and each limit that
        is met; to the hour. `reactions`: how people react instead, as a pure function; see `Script`. From the same
        store, clock and policies it is always the same. It computes without waiting, some seconds for 10,000 open
        requests: where that stands in the way, hand ``(await desk.present()).forecast`` to a thread.
        """
        return (await self.present()).forecast(days, reactions=reactions)


class Requests(Face):
    """Requests: where they stand, what was, and what is to come."""

    def find(
        self,
        *,
        state: State | str | None = None,
        about: Person | str | None = None,
        person: Person | str | None = None,
        engagement: str | None = None,
    ) -> list[RequestView]:
        """See `AsyncDesk.find`."""
        return drive(self._desk.find(state=state, about=about, person=person, engagement=engagement))

    def get(self, key: str) -> RequestView:
        """See `AsyncDesk.get`."""
        return drive(self._desk.get(key))

    def history(self, key: str) -> list[Event]:
        """See `AsyncDesk.history`."""
        return drive(self._desk.history(key))

    def verify(self, key: str) -> None:
        """See `AsyncDesk.verify`."""
        return drive(self._desk.verify(key))

    def explain(self, key: str) -> Explanation:
        """See `AsyncDesk.explain`."""
        return drive(self._desk.explain(key))

    def present(self) -> Present:
        """See `AsyncDesk.present`."""
        return drive(self._desk.present())

    def forecast(self, days: int, *, reactions: Script | None = None) -> Forecast:
        """See `AsyncDesk.forecast`."""
        return drive(self._desk.forecast(days, reactions=reactions))
