"""The command that plans, and how all commands do: by the playbook that a mandate was imported or planned with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.cli.opening import open_desk
from feedbackkit.cli.render import json_line
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    import argparse

    from feedbackkit.desk import Desk, PlanReport

__all__ = ["DEFAULT", "plan", "plan_all"]

DEFAULT: Final = "interim"
"""By which playbook a mandate is planned that names none."""


def plan_all(desk: Desk, *, playbook: str | None = None, only: str | None = None) -> dict[str, PlanReport]:
    """Plan every mandate, or one, as it is known by now; by a playbook that is named, or the one that it has."""
    return {
        engagement.id: desk.plan(engagement, playbook or engagement.playbook or DEFAULT)
        for engagement in desk.engagements()
        if only in {None, engagement.id}
    }


def plan(options: argparse.Namespace) -> int:
    """Plan mandates, and send nothing."""
    with open_desk(options.store) as desk:
        reports = plan_all(desk, playbook=options.playbook, only=options.mandate)
    if options.mandate is not None and not reports:
        raise InvalidValue("--mandate", "must be the id of a mandate that is stored", "another one")
    if options.json:
        for mandate, report in reports.items():
            print(
                json_line(
                    {"mandate": mandate, "added": report.added, "moved": report.moved, "withdrawn": report.withdrawn}
                )
            )
        return 0
    counts = {
        "added": sum(len(report.added) for report in reports.values()),
        "moved": sum(len(report.moved) for report in reports.values()),
        "withdrawn": sum(len(report.withdrawn) for report in reports.values()),
    }
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 0
