"""What people want, and what they do not: opt-outs, pauses, contracts, refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk.awaiting import drive
from feedbackkit.desk.faces.base import AsyncFace, Face
from feedbackkit.desk.looks import looking
from feedbackkit.desk.people import wishing
from feedbackkit.desk.people.addresses import known_id
from feedbackkit.desk.plans import planning
from feedbackkit.domain import checks
from feedbackkit.domain.fields import member
from feedbackkit.domain.ledger import OptOut, Scope
from feedbackkit.domain.request import Occasion
from feedbackkit.domain.times import moment

if TYPE_CHECKING:
    import datetime as dt

    from feedbackkit.domain.ledger import Refusal
    from feedbackkit.domain.people import Actor, Person

__all__ = ["AsyncWishes", "Wishes"]


class AsyncWishes(AsyncFace):
    """What people want, and what they do not: opt-outs, pauses, contracts, refusals; awaited."""

    async def opt_out(
        self,
        person: Person | str,
        *,
        scope: Scope | str = Scope.ALL,
        occasion: Occasion | str | None = None,
        about: Person | str | None = None,
        until: dt.datetime | dt.date | str | None = None,
    ) -> None:
        """Leave a person in peace: altogether, from reminders, on one occasion, or about one subject.

        For good or until a date. It holds for whatever was booked and has not gone out. Said twice it counts once. See
        `undo_opt_out` for a wish made by mistake.
        """
        context = await self._ready()
        key = await known_id(context, person)
        until_us = None
        if until is not None:
            until_us = moment(until, (await looking.person(context, key)).timezone, field="until")
        wish = await self._wish(scope, occasion, about, until_us)
        await planning.add_engagements(context, (), {key: (wish,)})

    async def pause(self, person: Person | str, *, until: dt.datetime | dt.date | str) -> None:
        """Leave a person altogether in peace until a date, which begins at midnight where they are.

        It is `opt_out` with an end: what is due waits until then, nothing is declined and no reminder is used up.
        """
        await self.opt_out(person, until=until)

    async def undo_opt_out(
        self,
        person: Person | str,
        *,
        scope: Scope | str = Scope.ALL,
        occasion: Occasion | str | None = None,
        about: Person | str | None = None,
        by: Actor | None = None,
    ) -> None:
        """Take back an opt-out or a pause that was a mistake, within 14 days; afterwards it raises `NotAllowed`.

        What it held up goes on: what waits comes forward, and what was left in peace for its sake is taken up again.
        Where there is no such wish nothing happens.
        """
        key = await known_id(await self._ready(), person)
        wish = await self._wish(scope, occasion, about, None)
        await wishing.undo_opt_out(self._context, key, wish, actor=by and by.id)

    async def do_not_contact(
        self,
        who: Person | str,
        *,
        contract: str,
        since: dt.datetime | dt.date | str,
        until: dt.datetime | dt.date | str | None = None,
        scope: Scope | str = Scope.ALL,
        occasion: Occasion | str | None = None,
    ) -> None:
        """Note that a contract forbids to contact a person, or everybody at an organisation, which its id names.

        `contract`: the contract and its clause. It holds from `since` until right before `until`, or for good; dates
        begin at midnight where the person is, and for an organisation in UTC. Noted twice it counts once.
        """
        context = await self._ready()
        key = await known_id(context, who)
        zone = await looking.timezone(context, key)
        term = OptOut(
            scope=scope,
            occasion=occasion,
            since_us=context.clock.now_us(),
            begins_us=moment(since, zone, field="since"),
            until_us=None if until is None else moment(until, zone, field="until"),
            contract=checks.line("opt-out.contract", contract, limit=checks.NOTE_LIMIT),
        )
        await wishing.do_not_contact(context, key, term)

    async def prefer_phone(self, person: Person | str, *, number: str | None = None, preferred: bool = True) -> None:
        """Call a person from now on instead of writing to them, or write again; `number` is kept as their telephone.

        What is due then stands on the call sheet, if there is a basis for calling them, and what was booked in writing
        does not go. Where no number is known it is refused.
        """
        context = await self._ready()
        phone = None if number is None else checks.phone("person.phone", number)
        await wishing.prefer_phone(context, await known_id(context, person), number=phone, preferred=preferred)

    async def refusals(self, person: Person | str) -> tuple[Refusal, ...]:
        """What a person has declined and is remembered; why, the history of each request says."""
        context = await self._ready()
        return await wishing.refusals(context, await known_id(context, person))

    async def lift_refusals(
        self,
        person: Person | str,
        *,
        about: Person | str | None = None,
        occasion: Occasion | str | None = None,
        by: Actor | None = None,
    ) -> tuple[Refusal, ...]:
        """Forget what a person declined: about a subject, on an occasion, or all; what was forgotten.

        What it held back goes on. The requests that were declined stay so; see `undo_decline`.
        """
        context = await self._ready()
        return await wishing.lift_refusals(
            context,
            await known_id(context, person),
            about=None if about is None else await known_id(context, about),
            occasion=None if occasion is None else member(Occasion, "occasion", occasion),
            actor=by and by.id,
        )

    async def _wish(
        self, scope: Scope | str, occasion: Occasion | str | None, about: Person | str | None, until_us: int | None
    ) -> OptOut:
        context = await self._ready()
        if about is not None and scope == Scope.ALL:
            scope = Scope.SUBJECT
        elif occasion is not None and scope == Scope.ALL:
            scope = Scope.OCCASION
        return OptOut(
            scope=scope,
            occasion=occasion,
            subject=None if about is None else await known_id(context, about),
            since_us=context.clock.now_us(),
            until_us=until_us,
        )


class Wishes(Face):
    """What people want, and what they do not: opt-outs, pauses, contracts, refusals."""

    def opt_out(
        self,
        person: Person | str,
        *,
        scope: Scope | str = Scope.ALL,
        occasion: Occasion | str | None = None,
        about: Person | str | None = None,
        until: dt.datetime | dt.date | str | None = None,
    ) -> None:
        """See `AsyncDesk.opt_out`."""
        return drive(self._desk.opt_out(person, scope=scope, occasion=occasion, about=about, until=until))

    def pause(self, person: Person | str, *, until: dt.datetime | dt.date | str) -> None:
        """See `AsyncDesk.pause`."""
        return drive(self._desk.pause(person, until=until))

    def undo_opt_out(
        self,
        person: Person | str,
        *,
        scope: Scope | str = Scope.ALL,
        occasion: Occasion | str | None = None,
        about: Person | str | None = None,
        by: Actor | None = None,
    ) -> None:
        """See `AsyncDesk.undo_opt_out`."""
        return drive(self._desk.undo_opt_out(person, scope=scope, occasion=occasion, about=about, by=by))

    def do_not_contact(
        self,
        who: Person | str,
        *,
        contract: str,
        since: dt.datetime | dt.date | str,
        until: dt.datetime | dt.date | str | None = None,
        scope: Scope | str = Scope.ALL,
        occasion: Occasion | str | None = None,
    ) -> None:
        """See `AsyncDesk.do_not_contact`."""
        return drive(
            self._desk.do_not_contact(who, contract=contract, since=since, until=until, scope=scope, occasion=occasion)
        )

    def prefer_phone(self, person: Person | str, *, number: str | None = None, preferred: bool = True) -> None:
        """See `AsyncDesk.prefer_phone`."""
        return drive(self._desk.prefer_phone(person, number=number, preferred=preferred))

    def refusals(self, person: Person | str) -> tuple[Refusal, ...]:
        """See `AsyncDesk.refusals`."""
        return drive(self._desk.refusals(person))

    def lift_refusals(
        self,
        person: Person | str,
        *,
        about: Person | str | None = None,
        occasion: Occasion | str | None = None,
        by: Actor | None = None,
    ) -> tuple[Refusal, ...]:
        """See `AsyncDesk.lift_refusals`."""
        return drive(self._desk.lift_refusals(person, about=about, occasion=occasion, by=by))
