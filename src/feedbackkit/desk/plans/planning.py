"""From an engagement or a single wish to planned requests, and what planning again does to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import attrs

from feedbackkit.codec.values import StoredEngagement, decode_as, encode
from feedbackkit.desk.context import until_applied
from feedbackkit.desk.kinds import ENGAGEMENT, PERSON, REQUEST
from feedbackkit.desk.paging import pages
from feedbackkit.desk.people.registering import register
from feedbackkit.desk.plans.coming_back import signals_of
from feedbackkit.desk.plans.questioning import keep_ready
from feedbackkit.desk.plans.reconciling import PlanReport, reconcile, stop_siblings
from feedbackkit.domain.checks import presentable, shape
from feedbackkit.domain.times import face
from feedbackkit.errors import NotAllowed, NotFound, SetupError
from feedbackkit.policies import PlannedRequest
from feedbackkit.ports import Put, RecordKey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.domain.engagement import Engagement
    from feedbackkit.domain.ledger import OptOut
    from feedbackkit.domain.people import Person
    from feedbackkit.domain.signals import Signal
    from feedbackkit.policies import Playbook
    from feedbackkit.ports import Record

__all__ = [
    "PlanReport",
    "add_engagements",
    "engagements",
    "plan",
    "replan",
    "store_people",
    "take_requests_in_hand",
]

_PAGE: Final = 500


async def add_engagements(
    context: Context, engagements: Sequence[Engagement], opt_outs: Mapping[str, Sequence[OptOut]]
) -> tuple[str, ...]:
    """Store engagements, their people and what those do not want, in one change; the ids of those new or changed."""
    changed: list[str] = []

    async def attempt(cabinet: Cabinet) -> None:
        changed.clear()
        descriptions = [person for each in engagements for person in _people_of(each)]
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


def _people_of(engagement: Engagement) -> tuple[Person, ...]:
    return (engagement.subject, engagement.sponsor, *(referee.person for referee in engagement.referees))


def _with_people(engagement: Engagement, people: Mapping[Person, Person]) -> Engagement:
    """The engagement with its people as they are known."""
    return attrs.evolve(
        engagement,
        subject=people[engagement.subject],
        sponsor=people[engagement.sponsor],
        referees=[attrs.evolve(each, person=people[each.person]) for each in engagement.referees],
    )


def _engagement_put(engagement: Engagement, people: Mapping[Person, Person], record: Record | None) -> Put | None:
    """The write of an engagement, where it differs; one that names no playbook keeps the one that is stored."""
    known = _with_people(engagement, people)
    if known.playbook is None and record is not None:
        known = attrs.evolve(known, playbook=decode_as(StoredEngagement, record.body).playbook)
    return _put(StoredEngagement.of(known), record)


def _put(stored: StoredEngagement, record: Record | None) -> Put | None:
    body = encode(stored)
    if record is not None and record.body == body:
        return None
    version = 0 if record is None else record.version
    return Put(ENGAGEMENT, stored.id, version, None, stored.id, stored.people, "known", b"[1]", body)


async def store_people(context: Context, people: Sequence[Person]) -> tuple[Person, ...]:
    """Store people as described, in one change; the people as they are known now."""
    known: dict[Person, Person] = {}

    async def attempt(cabinet: Cabinet) -> None:
        known.update(await register(context, cabinet, people))

    await until_applied(context, "what is known of people", attempt)
    return tuple(known[person] for person in people)


async def _joined(context: Context, cabinet: Cabinet, records: Sequence[Record]) -> list[Engagement]:
    """Stored engagements with their people as they are known now, who are taken in hand."""
    stored = [decode_as(StoredEngagement, record.body) for record in records]
    people = dict.fromkeys(person for each in stored for person in each.people)
    missing = [key for key in (RecordKey(PERSON, person) for person in people) if not cabinet.has(key)]
    cabinet.file(await context.store.read(missing))
    known = {person: cabinet.person(person).person for person in people}
    return [each.joined(known) for each in stored]


async def engagements(context: Context) -> list[Engagement]:
    """All stored engagements in order of their ids."""
    found: list[Engagement] = []
    after: str | None = None
    while True:
        records = await context.store.find(ENGAGEMENT, after=after, limit=_PAGE)
        if not records:
            return found
        found += await _joined(context, context.cabinet(), records)
        after = records[-1].key


async def plan(context: Context, engagement: Engagement | str, playbook: Playbook | str | None) -> PlanReport:
    """Make what is planned for an engagement what its playbook says, as the engagement is known today.

    Adds, moves, withdraws and takes up again what has not gone out; never touches what has. One change; repeating it
    changes nothing.
    """
    report = PlanReport()
    key = engagement if isinstance(engagement, str) else engagement.id

    async def attempt(cabinet: Cabinet) -> None:
        nonlocal report
        report, _ = await replan(context, cabinet, engagement, playbook)

    await until_applied(context, f"the plan of {key!r}", attempt)
    return report


async def replan(
    context: Context, cabinet: Cabinet, engagement: Engagement | str, playbook: Playbook | str | None
) -> tuple[PlanReport, tuple[Signal, ...]]:
    """Work the plan of an engagement, or of the one stored under that id, into a cabinet; and the signals it follows.

    `playbook`: itself, the name under which the desk has it, or `None` for the one by which it was planned before.
    """
    key = engagement if isinstance(engagement, str) else engagement.id
    [record] = await context.store.read([RecordKey(ENGAGEMENT, key)])
    if isinstance(engagement, str):
        if record is None:
            raise NotFound(ENGAGEMENT, presentable(key))
        [described] = await _joined(context, cabinet, [record])
    else:
        described = engagement
    known = _with_people(described, await register(context, cabinet, _people_of(described)))
    stored = None if record is None else decode_as(StoredEngagement, record.body).playbook
    name, function = _chosen(context, key, playbook, described.playbook or stored)
    put = _put(StoredEngagement.of(attrs.evolve(known, playbook=name)), record)
    if put is not None:
        cabinet.others.append(put)
    await take_requests_in_hand(context, cabinet, key)
    signals = await signals_of(context, cabinet, key)
    today = face(cabinet.now_us).date()
    wanted = _planned(function(attrs.evolve(known.known_on(today), playbook=name, signals=signals)))
    await keep_ready(context, (planned.questionnaire for planned in wanted if planned.questionnaire is not None))
    people = await _people_in(context, cabinet, wanted)
    await _take_missing_in_hand(context, cabinet, wanted)
    report = reconcile(context, cabinet, key, wanted, people, known.owner.id)
    stopped = stop_siblings(cabinet, key)
    kept = tuple(each for each in report.kept if each not in stopped)
    return attrs.evolve(report, withdrawn=(*report.withdrawn, *stopped), kept=kept), signals


def _chosen(
    context: Context, engagement: str, playbook: Playbook | str | None, before: str | None
) -> tuple[str | None, Playbook]:
    """A playbook and the name under which the desk has it, so that a run can follow it by itself."""
    if playbook is None or isinstance(playbook, str):
        name = before if playbook is None else playbook
        if name is None:
            raise NotAllowed(f"engagement {engagement!r} was never planned: say by which playbook")
        if name not in context.playbooks:
            raise NotFound("playbook", presentable(name))
        return name, context.playbooks[name]
    names = (name for name, known in context.playbooks.items() if known == playbook)
    return next(names, None), playbook


def _planned(wanted: object) -> Sequence[PlannedRequest]:
    """What a playbook gave, if that is a plan; any program may have written the playbook."""
    if not isinstance(wanted, (list, tuple)):
        raise SetupError(f"a playbook must give a list of PlannedRequest, got {shape(wanted)}")
    for each in cast("Sequence[object]", wanted):
        if not isinstance(each, PlannedRequest):
            raise SetupError(f"a playbook must give a list of PlannedRequest, got {shape(each)} in it")
    return cast("Sequence[PlannedRequest]", wanted)


async def take_requests_in_hand(context: Context, cabinet: Cabinet, engagement: str) -> None:
    """All requests of an engagement, and the people whom they ask."""
    async for record in pages(context, REQUEST, ref=engagement):
        if record.key not in cabinet.requests:
            cabinet.file([record])
    await _take_respondents_in_hand(context, cabinet)


async def _take_missing_in_hand(context: Context, cabinet: Cabinet, wanted: Sequence[PlannedRequest]) -> None:
    """What has a key that the plan needs, whoever made it."""
    missing = [RecordKey(REQUEST, each.key) for each in wanted if each.key not in cabinet.requests]
    cabinet.file(await context.store.read(missing))
    await _take_respondents_in_hand(context, cabinet)


async def _take_respondents_in_hand(context: Context, cabinet: Cabinet) -> None:
    people = dict.fromkeys(RecordKey(PERSON, file.respondent) for file in cabinet.requests.values())
    cabinet.file(await context.store.read([key for key in people if not cabinet.has(key)]))


async def _people_in(context: Context, cabinet: Cabinet, wanted: Sequence[PlannedRequest]) -> Mapping[Person, Person]:
    """The people in a plan as they are known; those whom the engagement does not name are made known."""
    everybody = [person for each in wanted for person in (each.respondent, each.subject)]
    strangers = [person for person in everybody if not cabinet.has(RecordKey(PERSON, person.id or ""))]
    return dict(zip(everybody, everybody, strict=True)) | await register(context, cabinet, strangers)
