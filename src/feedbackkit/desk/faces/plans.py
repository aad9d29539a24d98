"""Engagements and their people, and what is planned for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk.awaiting import drive
from feedbackkit.desk.faces.base import AsyncFace, Face
from feedbackkit.desk.looks import looking
from feedbackkit.desk.people.addresses import known_id
from feedbackkit.desk.plans import planning
from feedbackkit.domain import checks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedbackkit.desk.plans.reconciling import PlanReport
    from feedbackkit.domain.engagement import Engagement
    from feedbackkit.domain.ledger import OptOut
    from feedbackkit.domain.people import Person
    from feedbackkit.policies import Playbook

__all__ = ["AsyncPlans", "Plans"]


class AsyncPlans(AsyncFace):
    """Engagements and their people, and what is planned for them; awaited."""

    async def add(
        self, *engagements: Engagement, opt_outs: Mapping[str, Sequence[OptOut]] | None = None
    ) -> tuple[str, ...]:
        """Store engagements and their people, all or none, and plan nothing yet; the ids of those new or changed.

        `opt_outs`: what people of theirs do not want, by the person's id.
        """
        wishes = {checks.opaque("person.id", person): theirs for person, theirs in (opt_outs or {}).items()}
        return await planning.add_engagements(await self._ready(), engagements, wishes)

    async def plan(self, engagement: Engagement | str, playbook: Playbook | str | None = None) -> PlanReport:
        """Make what is planned for an engagement, or for the one stored under that id, what its playbook says.

        `playbook`: itself, or the name under which this desk has it; without one, that by which it was planned before.
        With one that has a name, runs follow what comes back by themselves; any other is followed when it is planned
        the next time.

        Adds, moves and withdraws what has not gone out, never touches what has, and leaves out what lies behind. What
        a respondent deferred is not asked before the date that they chose. Where another request has a key that the
        plan needs, it raises `NotAllowed`, and nothing is changed.
        Extend the engagement and call it again; without a change it changes nothing.
        """
        context = await self._changing(engagement=engagement if isinstance(engagement, str) else engagement.id)
        return await planning.plan(context, engagement, playbook)

    async def engagements(self) -> list[Engagement]:
        """All stored engagements, in order of their ids."""
        return await planning.engagements(await self._ready())

    async def register(self, *people: Person) -> tuple[Person, ...]:
        """Store what is known of people, all or none; the people as they are known now, with their ids.

        What a description leaves out stays as it is stored. With a new address, what could not be delivered goes on.
        """
        return await planning.store_people(await self._ready(), people)

    async def person(self, who: Person | str) -> Person:
        """A person as stored, with all that is known; somebody unknown raises `NotFound`."""
        context = await self._ready()
        return await looking.person(context, await known_id(context, who))


class Plans(Face):
    """Engagements and their people, and what is planned for them."""

    def add(self, *engagements: Engagement, opt_outs: Mapping[str, Sequence[OptOut]] | None = None) -> tuple[str, ...]:
        """See `AsyncDesk.add`."""
        return drive(self._desk.add(*engagements, opt_outs=opt_outs))

    def plan(self, engagement: Engagement | str, playbook: Playbook | str | None = None) -> PlanReport:
        """See `AsyncDesk.plan`."""
        return drive(self._desk.plan(engagement, playbook))

    def engagements(self) -> list[Engagement]:
        """See `AsyncDesk.engagements`."""
        return drive(self._desk.engagements())

    def register(self, *people: Person) -> tuple[Person, ...]:
        """See `AsyncDesk.register`."""
        return drive(self._desk.register(*people))

    def person(self, who: Person | str) -> Person:
        """See `AsyncDesk.person`."""
        return drive(self._desk.person(who))
