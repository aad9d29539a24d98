"""What waits for somebody of the provider's: approvals, alerts, benefits owed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk.answers import owing
from feedbackkit.desk.awaiting import drive
from feedbackkit.desk.faces.base import AsyncFace, Face
from feedbackkit.desk.looks import looking
from feedbackkit.desk.people.addresses import known_id
from feedbackkit.desk.plans import approving
from feedbackkit.domain.benefit import BenefitStatus
from feedbackkit.domain.fields import member

if TYPE_CHECKING:
    from feedbackkit.desk.views import RequestView
    from feedbackkit.domain.alerts import Alert
    from feedbackkit.domain.benefit import OwedBenefit
    from feedbackkit.domain.people import Actor, Person

__all__ = ["AsyncDuties", "Duties"]


class AsyncDuties(AsyncFace):
    """What waits for somebody of the provider's: approvals, alerts, benefits owed; awaited."""

    async def approve(self, key: str, *, by: Actor) -> None:
        """Let an ask go that needs approval: on its day, or now where that has passed. Approved twice it counts once.

        An approval is of the reason for which one is needed; where that changes, the ask waits again.
        """
        await self._act(approving.approve(self._context.policy, key), by.id)

    async def awaiting_approval(self, *, owner: str | None = None) -> list[RequestView]:
        """The requests that nobody has approved yet, also those whose day is still to come; in order of their days.

        `owner`: only those that this actor looks after.
        """
        return await approving.awaiting_approval(await self._ready(), owner=owner)

    async def alerts(self, *, owner: str | None = None, acknowledged: bool = False) -> list[Alert]:
        """What somebody should look at, in order of time: a bad answer, an ask that waits for approval.

        `owner`: only what this actor looks after. `acknowledged`: those that somebody took note of, too.
        """
        return await approving.alerts(await self._ready(), owner=owner, acknowledged=acknowledged)

    async def acknowledge(self, *alerts: str, by: Actor) -> None:
        """Take note of alerts, by their keys, all or none; said twice it counts once.

        An unknown key raises `NotFound`.
        """
        await approving.acknowledge(await self._ready(), alerts, actor=by.id)

    async def owed(self, person: Person | str | None = None) -> list[OwedBenefit]:
        """The benefits that the provider still owes, to one person or to all, the most urgent first."""
        return await self.benefits(person, status=BenefitStatus.OWED)

    async def benefits(
        self, person: Person | str | None = None, *, status: BenefitStatus | str | None = None
    ) -> list[OwedBenefit]:
        """All benefits that answers have earned, delivered ones too, in order of when they are due."""
        context = await self._ready()
        return await looking.benefits(
            context,
            person=None if person is None else await known_id(context, person),
            status=None if status is None else member(BenefitStatus, "status", status),
        )

    async def deliver_benefit(self, request: str, *, note: str = "") -> OwedBenefit:
        """Note that the respondent of a request has what was promised. Said twice it counts once."""
        return await owing.deliver_benefit(await self._ready(), request, note=note)


class Duties(Face):
    """What waits for somebody of the provider's: approvals, alerts, benefits owed."""

    def approve(self, key: str, *, by: Actor) -> None:
        """See `AsyncDesk.approve`."""
        return drive(self._desk.approve(key, by=by))

    def awaiting_approval(self, *, owner: str | None = None) -> list[RequestView]:
        """See `AsyncDesk.awaiting_approval`."""
        return drive(self._desk.awaiting_approval(owner=owner))

    def alerts(self, *, owner: str | None = None, acknowledged: bool = False) -> list[Alert]:
        """See `AsyncDesk.alerts`."""
        return drive(self._desk.alerts(owner=owner, acknowledged=acknowledged))

    def acknowledge(self, *alerts: str, by: Actor) -> None:
        """See `AsyncDesk.acknowledge`."""
        return drive(self._desk.acknowledge(*alerts, by=by))

    def owed(self, person: Person | str | None = None) -> list[OwedBenefit]:
        """See `AsyncDesk.owed`."""
        return drive(self._desk.owed(person))

    def benefits(
        self, person: Person | str | None = None, *, status: BenefitStatus | str | None = None
    ) -> list[OwedBenefit]:
        """See `AsyncDesk.benefits`."""
        return drive(self._desk.benefits(person, status=status))

    def deliver_benefit(self, request: str, *, note: str = "") -> OwedBenefit:
        """See `AsyncDesk.deliver_benefit`."""
        return drive(self._desk.deliver_benefit(request, note=note))
