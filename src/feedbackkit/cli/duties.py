"""The commands for what waits for somebody of the provider's: alerts, asks to be approved, benefits that are owed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.cli.opening import open_desk
from feedbackkit.cli.render import json_line, minute, utc
from feedbackkit.cli.terminal import show_table
from feedbackkit.desk.clocks import SystemClock
from feedbackkit.domain.people import Actor
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    import argparse

    from feedbackkit.desk import RequestView
    from feedbackkit.domain.alerts import Alert

__all__ = ["alerts", "approve", "deliver", "owed"]


def alerts(options: argparse.Namespace) -> int:
    """List what somebody should look at, or take note of it."""
    with open_desk(options.store) as desk:
        if options.acknowledge:
            desk.acknowledge(*options.acknowledge, by=_actor(options))
        found = desk.alerts(owner=options.owner, acknowledged=options.all)
    if options.json:
        for alert in found:
            print(json_line(_alert_fields(alert)))
        return 0
    if found:
        rows = [
            (minute(each.at_us), each.owner, each.kind.value, each.reason, each.acknowledged_by or "") for each in found
        ]
        show_table(("when (UTC)", "owner", "kind", "why", "seen by"), rows, flexible=(3,))
        print()
        show_table(("alert",), [(each.key,) for each in found])
    print(f"{len(found)} {'alert' if len(found) == 1 else 'alerts'}")
    return 0


def _alert_fields(alert: Alert) -> dict[str, object]:
    return {
        "alert": alert.key,
        "kind": alert.kind.value,
        "at": utc(alert.at_us),
        "request": alert.request,
        "owner": alert.owner,
        "reason": alert.reason,
        "acknowledged": utc(alert.acknowledged_us),
        "acknowledged_by": alert.acknowledged_by,
    }


def approve(options: argparse.Namespace) -> int:
    """List the asks that wait for somebody's approval, or approve some."""
    with open_desk(options.store) as desk:
        for key in options.requests:
            desk.approve(key, by=_actor(options))
        waiting = desk.awaiting_approval(owner=options.owner)
    if options.json:
        for view in waiting:
            print(json_line(_waiting_fields(view)))
        return 0
    if options.requests:
        print(f"{len(options.requests)} approved")
        return 0
    if waiting:
        rows = [(view.key, _day(view), view.request.owner, view.request.approval or "") for view in waiting]
        show_table(("request", "planned (UTC)", "owner", "why"), rows, flexible=(3,))
    print(f"{len(waiting)} {'waits' if len(waiting) == 1 else 'wait'} for approval")
    return 0


def _day(view: RequestView) -> str:
    return "" if view.request.planned_us is None else minute(view.request.planned_us)


def _waiting_fields(view: RequestView) -> dict[str, object]:
    request = view.request
    return {
        "request": view.key,
        "occasion": request.occasion.value,
        "planned": utc(request.planned_us),
        "until": utc(request.until_us),
        "respondent": request.respondent,
        "subject": request.subject,
        "owner": request.owner,
        "approval": request.approval,
    }


def _actor(options: argparse.Namespace) -> Actor:
    if options.by is None:
        raise InvalidValue("--by", "must name who of the provider's staff does it", "nothing")
    return Actor(options.by)


def owed(options: argparse.Namespace) -> int:
    """List the benefits that the provider still owes, the most urgent first."""
    with open_desk(options.store) as desk:
        found, now_us = desk.owed(options.person), SystemClock().now_us()
    if options.json:
        for each in found:
            fields: dict[str, object] = {"request": each.request, "person": each.person, "what": each.benefit.what}
            fields |= {"kind": each.benefit.kind.value, "since": utc(each.since_us), "due": utc(each.due_us)}
            print(json_line({**fields, "overdue": each.overdue(now_us)}))
    else:
        rows = [
            (
                minute(each.due_us),
                "overdue" if each.overdue(now_us) else "",
                each.person,
                each.benefit.what,
                each.request,
            )
            for each in found
        ]
        show_table(("due (UTC)", "", "person", "what", "request"), rows)
    return 0


def deliver(options: argparse.Namespace) -> int:
    """Note that respondents have what was promised for their requests."""
    with open_desk(options.store) as desk:
        for request in options.requests:
            delivered = desk.deliver_benefit(request, note=options.note)
            fields = {"request": request, "person": delivered.person, "delivered": utc(delivered.delivered_us)}
            print(json_line(fields) if options.json else f"{request}: {delivered.benefit.what} is delivered")
    return 0
