"""What waits for a person of the provider's: asks to be approved, and alerts to be acknowledged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from feedbackkit.codec.heads import decode_acknowledgement, encode_acknowledgement
from feedbackkit.codec.values import decode_as
from feedbackkit.desk.context import Act, until_applied
from feedbackkit.desk.decisions.proposing import next_due
from feedbackkit.desk.kinds import ALERT, UNREAD
from feedbackkit.desk.looks.looking import find
from feedbackkit.desk.paging import pages
from feedbackkit.domain.alerts import Alert
from feedbackkit.domain.checks import presentable
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import EventKind, State
from feedbackkit.errors import NotAllowed, NotFound
from feedbackkit.policies import StepKind
from feedbackkit.ports import RecordKey, Update

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.desk.files import RequestFile
    from feedbackkit.desk.policy import Policy
    from feedbackkit.desk.views import RequestView
    from feedbackkit.ports import Record

__all__ = ["acknowledge", "alerts", "approve", "awaiting_approval"]


def approve(policy: Policy, key: str) -> Act[None]:
    """Let an ask go, on its day, or now where that has passed; approved twice it counts once."""

    def work(cabinet: Cabinet, file: RequestFile) -> None:
        request, progress = file.request, file.progress
        if request.approval is None:
            raise NotAllowed(f"request {key!r} needs nobody's approval")
        if not file.awaits_approval:
            return
        if progress.state is not State.PLANNED:
            raise NotAllowed(f"request {key!r} is {progress.state}: there is nothing left to approve")
        wanted_us = max(cabinet.now_us, request.planned_us or 0, progress.chosen_us or 0)
        due = next_due(cabinet, policy, file, wanted_us, StepKind.ASK)
        cabinet.happen(
            file,
            EventKind.APPROVED,
            due_us=due.at_us,
            because=due.because,
            ref=request.approval,
            party=Party.PROVIDER,
        )
        person = cabinet.person(file.respondent)
        person.ledger = person.ledger.unheld(key)

    return Act(key, work)


async def awaiting_approval(context: Context, *, owner: str | None) -> list[RequestView]:
    """The requests that are planned and not approved yet, in order of their due times and keys."""
    views = [
        view
        for view in await find(context, state=State.PLANNED)
        if view.awaits_approval and owner in {None, view.request.owner}
    ]
    return sorted(views, key=lambda view: (view.request.planned_us or 0, view.key))


async def alerts(context: Context, *, owner: str | None, acknowledged: bool) -> list[Alert]:
    """Alerts in order of time; those that somebody has acknowledged only where they are asked for."""
    found = [_alert(record) async for record in pages(context, ALERT, state=None if acknowledged else UNREAD)]
    return sorted(
        (alert for alert in found if owner in {None, alert.owner}), key=lambda alert: (alert.at_us, alert.key)
    )


def _alert(record: Record) -> Alert:
    at_us, by = decode_acknowledgement(record.head)
    return attrs.evolve(decode_as(Alert, record.body), acknowledged_us=at_us, acknowledged_by=by)


async def acknowledge(context: Context, keys: Sequence[str], *, actor: str) -> None:
    """Take note of alerts, all or none; what somebody has taken note of already stays theirs."""
    wanted = [RecordKey(ALERT, key) for key in dict.fromkeys(keys)]

    async def attempt(cabinet: Cabinet) -> None:
        for key, record in zip(wanted, await context.store.read(wanted), strict=True):
            if record is None:
                raise NotFound(ALERT, presentable(key.key))
            if record.state == UNREAD:
                head = encode_acknowledgement(cabinet.now_us, actor)
                cabinet.others.append(Update(ALERT, record.key, record.version, None, "acknowledged", head))

    await until_applied(context, "an alert", attempt, actor=actor)
