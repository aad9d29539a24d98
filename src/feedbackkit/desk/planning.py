"""From an engagement or a single wish to planned requests, and what planning again does to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.codec.values import StoredEngagement, decode_as, encode
from feedbackkit.desk.cabinet import PERSON, REQUEST, RequestFile
from feedbackkit.desk.context import until_applied
from feedbackkit.desk.deciding import close, next_due
from feedbackkit.desk.registering import register
from feedbackkit.desk.requesting import begin, who
from feedbackkit.domain.checks import presentable
from feedbackkit.domain.people import Party, Person
from feedbackkit.domain.request import EventKind, Request, State
from feedbackkit.domain.times import face
from feedbackkit.errors import NotAllowed, NotFound
from feedbackkit.policies import StepKind
from feedbackkit.ports import Put, RecordKey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.domain.engagement import Engagement
    from feedbackkit.domain.ledger import OptOut
    from feedbackkit.policies import PlannedRequest, Playbook
    from feedbackkit.ports import Record

__all__ = ["ENGAGEMENT", "PlanReport", "add_engagements", "engagement_of", "engagements", "plan", "store_people"]

ENGAGEMENT: Final = "engagement"
_PAGE: Final = 500
_PLAN_CHANGED: Final = "the plan of the engagement no longer has it"


@final
@attrs.frozen(kw_only=True)
class PlanReport:
    """What planning an engagement came to: keys of requests, in order."""

    added: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    """Planned for another time, another respondent or another value."""
    withdrawn: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """As they were, or gone out already and therefore untouched."""


async def add_engagements(
    context: Context, engagements: Sequence[Engagement], opt_outs: Mapping[str, Sequence[OptOut]]
) -> tuple[str, ...]:
    """Store engagements, their people and what those do not want, in one change; the ids of those new or changed."""
    changed: list[str] = []

    async def attempt(cabinet: Cabinet) -> None:
        changed.clear()
        descriptions = [person for each in engagements for person in (each.subject, each.sponsor)]
        people = await register(context, cabinet, descriptions)
        missing = [key for person in opt_outs if not cabinet.has(key := RecordKey(PERSON, person))]
        cabinet.file(await context.store.read(missing))
        for person, wishes in opt_outs.items():
            file = cabinet.person(person)
            new = tuple(wish for wish in wishes if not any(wish.says_what(old) for old in file.ledger.opt_outs))
            if new:
                file.ledger = attrs.evolve(file.ledger, opt_outs=(*file.ledger.opt_outs, *new))
        stored = await context.store.read([RecordKey(ENGAGEMENT, engagement.id) for engagement in engagements])
        for engagement, record in zip(engagements, stored, strict=True):
            put = _engagement_put(engagement, people, record)
            if put is not None:
                cabinet.others.append(put)
                changed.append(engagement.id)

    await until_applied(context, "what is known of engagements", attempt)
    return tuple(changed)


def _engagement_put(engagement: Engagement, people: Mapping[Person, Person], record: Record | None) -> Put | None:
    known = attrs.evolve(engagement, subject=people[engagement.subject], sponsor=people[engagement.sponsor])
    stored = StoredEngagement.of(known)
    body = encode(stored)
    if record is not None and record.body == body:
        return None
    version = 0 if record is None else record.version
    refs = (stored.subject, stored.sponsor)
    return Put(ENGAGEMENT, engagement.id, version, None, engagement.id, refs, "known", b"[1]", body)


async def store_people(context: Context, people: Sequence[Person]) -> tuple[Person, ...]:
    """Store people as described, in one change; the people as they are known now."""
    known: dict[Person, Person] = {}

    async def attempt(cabinet: Cabinet) -> None:
        known.update(await register(context, cabinet, people))

    await until_applied(context, "what is known of people", attempt)
    return tuple(known[person] for person in people)


async def engagement_of(context: Context, key: str) -> Engagement:
    """A stored engagement with its people as they are known now."""
    [record] = await context.store.read([RecordKey(ENGAGEMENT, key)])
    if record is None:
        raise NotFound(ENGAGEMENT, presentable(key))
    [engagement] = await _joined(context, [record])
    return engagement


async def _joined(context: Context, records: Sequence[Record]) -> list[Engagement]:
    stored = [decode_as(StoredEngagement, record.body) for record in records]
    cabinet = context.cabinet()
    keys = dict.fromkeys(RecordKey(PERSON, person) for each in stored for person in (each.subject, each.sponsor))
    cabinet.file(await context.store.read(list(keys)))
    return [each.joined(cabinet.person(each.subject).person, cabinet.person(each.sponsor).person) for each in stored]


async def engagements(context: Context) -> list[Engagement]:
    """All stored engagements in order of their ids."""
    found: list[Engagement] = []
    after: str | None = None
    while True:
        records = await context.store.find(ENGAGEMENT, after=after, limit=_PAGE)
        if not records:
            return found
        found += await _joined(context, records)
        after = records[-1].key


async def plan(context: Context, engagement: Engagement, playbook: Playbook) -> PlanReport:
    """Make what is planned for an engagement what its playbook says, as the engagement is known today.

    Adds, moves, withdraws and takes up again what has not gone out; never touches what has. One change; repeating it
    changes nothing.
    """
    report = PlanReport()

    async def attempt(cabinet: Cabinet) -> None:
        nonlocal report
        people = await register(context, cabinet, (engagement.subject, engagement.sponsor))
        [record] = await context.store.read([RecordKey(ENGAGEMENT, engagement.id)])
        put = _engagement_put(engagement, people, record)
        if put is not None:
            cabinet.others.append(put)
        today = face(cabinet.now_us).date()
        joined = attrs.evolve(engagement, subject=people[engagement.subject], sponsor=people[engagement.sponsor])
        wanted = playbook(joined.known_on(today))
        everybody = [person for each in wanted for person in (each.respondent, each.subject)]
        strangers = [person for person in everybody if not cabinet.has(RecordKey(PERSON, person.id or ""))]
        others = dict(zip(everybody, everybody, strict=True)) | await register(context, cabinet, strangers)
        await _take_requests_in_hand(context, cabinet, engagement.id, [each.key for each in wanted])
        requests = {each.key: (each, _request(each, others, engagement.owner.id)) for each in wanted}
        report = _reconcile(context, cabinet, engagement.id, requests)

    await until_applied(context, f"the plan of {engagement.id!r}", attempt)
    return report


async def _take_requests_in_hand(context: Context, cabinet: Cabinet, engagement: str, wanted: Sequence[str]) -> None:
    after: str | None = None
    while True:
        records = await context.store.find(REQUEST, ref=engagement, after=after, limit=_PAGE)
        cabinet.file(records)
        if len(records) < _PAGE:
            break
        after = records[-1].key
    missing = [RecordKey(REQUEST, key) for key in wanted if key not in cabinet.requests]
    cabinet.file(await context.store.read(missing))
    respondents = dict.fromkeys(file.respondent for file in cabinet.requests.values())
    keys = [key for key in (RecordKey(PERSON, respondent) for respondent in respondents) if not cabinet.has(key)]
    cabinet.file(await context.store.read(keys))


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
    )


def _reconcile(
    context: Context, cabinet: Cabinet, engagement: str, wanted: Mapping[str, tuple[PlannedRequest, Request]]
) -> PlanReport:
    added: list[str] = []
    moved: list[str] = []
    withdrawn: list[str] = []
    kept: list[str] = []
    for key, (planned, request) in wanted.items():
        file = cabinet.requests.get(key)
        if file is not None and not _is_planned(file, request.engagement):
            raise NotAllowed(f"the plan of engagement {engagement!r} needs the key {key!r}, which another request has")
        if file is None:
            if planned.until_us > cabinet.now_us:
                begin(context, cabinet, request, planned.due_us)
                added.append(key)
        elif _adjust(context, cabinet, file, request):
            moved.append(key)
        else:
            kept.append(key)
    for key, file in cabinet.requests.items():
        if key in wanted or file.request.engagement != engagement or not key.startswith(f"{engagement}/"):
            continue
        if file.progress.state is State.PLANNED and _is_planned(file, engagement):
            cabinet.happen(file, EventKind.WITHDRAWN, party=Party.PLAN, reason=_PLAN_CHANGED)
            close(cabinet, file)
            withdrawn.append(key)
        else:
            kept.append(key)
    return PlanReport(added=tuple(added), moved=tuple(moved), withdrawn=tuple(withdrawn), kept=tuple(sorted(kept)))


def _is_planned(file: RequestFile, engagement: str | None) -> bool:
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
