"""The commands that import and plan mandates, and how all commands plan: by the playbook that a mandate has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from feedbackkit.cli.exchange import import_recommendations
from feedbackkit.cli.mandates_csv import read_mandates
from feedbackkit.cli.opening import open_desk
from feedbackkit.cli.render import json_line
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sized

    from feedbackkit.desk import Desk, PlanReport

__all__ = ["DEFAULT", "import_mandates", "plan", "plan_all"]

DEFAULT: Final = "interim"
"""By which playbook a mandate is planned that names none."""


def import_mandates(options: argparse.Namespace) -> int:
    """Store the mandates of a file, all or none; or draft references of recommendations."""
    if options.linkedin_of is not None:
        return import_recommendations(options)
    mandates = read_mandates(options.file)
    engagements = [attrs.evolve(each, playbook=options.playbook) for each in mandates.engagements]
    with open_desk(options.store, new=True) as desk:
        changed = set(desk.add(*engagements, opt_outs=mandates.opt_outs))
    same = len(mandates.engagements) - len(changed)
    if options.json:
        for engagement in mandates.engagements:
            print(json_line({"mandate": engagement.id, "changed": engagement.id in changed}))
    else:
        people = {person.id for each in mandates.engagements for person in (each.sponsor,)}
        houses = {each.sponsor.organisation for each in mandates.engagements}
        counts = (_count(mandates.engagements, "mandate"), _count(people, "sponsor"), _count(houses, "client"))
        print("{}: {} with {} at {}".format(options.file, *counts))
        print(f"{len(changed)} new or changed, {same} known already")
    return 0


def _count(things: Sized, name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


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
