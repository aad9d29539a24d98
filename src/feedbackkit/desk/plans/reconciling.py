"""What is planned, made what a playbook says: on the requests that are in hand, with no store in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.desk.decisions.proposing import next_due
from feedbackkit.desk.decisions.slots import close
from feedbackkit.desk.plans.requesting import begin, who
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import EventKind, Request, State
from feedbackkit.errors import NotAllowed
from feedbackkit.policies import StepKind
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.desk.files import RequestFile
    from feedbackkit.domain.people import Person
    from feedbackkit.policies import PlannedRequest

__all__ = ["PlanReport", "reconcile", "stop_siblings"]

_PLAN_CHANGED: Final = "the plan of the engagement no longer has it"


@final
@attrs.frozen(kw_only=True)
class PlanReport:
    """What planning an engagement came to: keys of requests, in order."""

    added: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    """Planned for another time, another respondent or another value, or with another approval."""
    withdrawn: tuple[str, ...] = ()
    """No longer planned, or no longer needed because enough others have answered."""
    kept: tuple[str, ...] = ()
    """As they were, or gone out already and therefore untouched."""


def reconcile(
    context: Context,
    cabinet: Cabinet,
    engagement: str,
    wanted: Sequence[PlannedRequest],
    people: Mapping[Person, Person],
    owner: str,
) -> PlanReport:
    """Add, move, withdraw and take up again what has not gone out; never touch what has."""
    added: list[str] = []
    moved: list[str] = []
    kept: list[str] = []
    for planned in wanted:
        request = _request(planned, people, owner)
        file = cabinet.requests.get(planned.key)
        if file is not None and not _is_planned(file, engagement):
            raise NotAllowed(
                f"the plan of engagement {engagement!r} needs the key {planned.key!r}, which another request has"
            )
        if file is None:
            if planned.until_us > cabinet.now_us:
                begin(context, cabinet, request, planned.due_us)
                added.append(planned.key)
        elif _adjust(context, cabinet, file, request):
            moved.append(planned.key)
        else:
            kept.append(planned.key)
    withdrawn, left = _withdraw_others(cabinet, engagement, {planned.key for planned in wanted})
    return PlanReport(
        added=tuple(added), moved=tuple(moved), withdrawn=tuple(withdrawn), kept=tuple(sorted((*kept, *left)))
    )


def _withdraw_others(cabinet: Cabinet, engagement: str, wanted: set[str]) -> tuple[list[str], list[str]]:
    """What was planned for the engagement and no longer is: withdrawn, and left alone because it has gone out."""
    withdrawn: list[str] = []
    left: list[str] = []
    for key, file in cabinet.requests.items():
        if key in wanted or file.request.engagement != engagement or not key.startswith(f"{engagement}/"):
            continue
        if file.progress.state is State.PLANNED and _is_planned(file, engagement):
            cabinet.happen(file, EventKind.WITHDRAWN, party=Party.PLAN, reason=_PLAN_CHANGED)
            close(cabinet, file)
            withdrawn.append(key)
        else:
            left.append(key)
    return withdrawn, left


def stop_siblings(cabinet: Cabinet, engagement: str) -> tuple[str, ...]:
    """Withdraw what is still open where enough siblings have answered; a late answer is accepted nevertheless.

    It tells the plan nothing: nobody failed to answer.
    """
    circles: dict[str, list[RequestFile]] = {}
    for file in cabinet.requests.values():
        if file.engagement == engagement and file.request.siblings is not None:
            circles.setdefault(file.request.siblings.name, []).append(file)
    stopped: list[str] = []
    for files in circles.values():
        given = sum(file.progress.state is State.GIVEN for file in files)
        for file in files:
            siblings = file.request.siblings
            if siblings is None or given < siblings.enough or file.progress.state not in OPEN:
                continue
            telling = file.telling
            reason = f"{siblings.enough} answers were enough, and {given} came"
            cabinet.happen(file, EventKind.WITHDRAWN, party=Party.RULES, reason=reason)
            file.telling = telling
            close(cabinet, file)
            stopped.append(file.key)
    return tuple(stopped)


def _request(planned: PlannedRequest, people: Mapping[Person, Person], owner: str) -> Request:
    return Request(
        key=planned.key,
        **who(people[planned.respondent], people[planned.subject]),
        occasion=planned.occasion,
        form=planned.form,
        engagement=planned.engagement,
        value=planned.value,
        planned_us=planned.due_us,
        until_us=planned.until_us,
        benefit=planned.benefit,
        owner=owner,
        approval=planned.approval,
        relation=planned.relation,
        siblings=planned.siblings,
        questionnaire=planned.questionnaire,
        anonymity=planned.anonymity,
    )


def _is_planned(file: RequestFile, engagement: str) -> bool:
    """Whether a plan of that engagement made it: not a program, which uses no such keys, nor a delegation."""
    request = file.request
    planned = request.engagement == engagement and file.key.startswith(f"{engagement}/")
    return planned and request.delegated_from is None


def _adjust(context: Context, cabinet: Cabinet, file: RequestFile, request: Request) -> bool:
    """Follow the plan with a request that has not gone out; whether it differs from before."""
    progress = file.progress
    taken_back = progress.state is State.WITHDRAWN and progress.closed_by is Party.PLAN
    differs = file.request != request
    if progress.step > 0 or request.planned_us is None or not (differs or taken_back):
        return False
    if progress.state is State.PLANNED:
        kind = EventKind.RESCHEDULED
    elif taken_back or (progress.state is State.EXPIRED and (request.until_us or 0) > cabinet.now_us):
        kind = EventKind.REOPENED
    else:
        return False
    close(cabinet, file)
    file.rewrite(request)
    wanted_us = max(request.planned_us, cabinet.now_us, progress.chosen_us or 0)
    decision = next_due(cabinet, context.policy, file, wanted_us, StepKind.ASK)
    cabinet.happen(file, kind, due_us=decision.at_us, because=decision.because, party=Party.PLAN)
    return True
