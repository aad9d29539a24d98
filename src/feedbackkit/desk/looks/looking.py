"""Looking things up: requests, histories, contacts, answers, and the ladder ahead. Nothing here writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.codec.chain import event_of, verify
from feedbackkit.codec.heads import decode_contact, decode_progress
from feedbackkit.codec.values import decode_as, decode_person
from feedbackkit.desk.context import ledgers_of
from feedbackkit.desk.decisions.courtesies import stored_appointment
from feedbackkit.desk.decisions.judging import Expiry, judge
from feedbackkit.desk.decisions.nudging import originals_of
from feedbackkit.desk.decisions.putting_off import silence_ends_us
from feedbackkit.desk.keys import nudge_key
from feedbackkit.desk.kinds import ANSWER, BENEFIT, CONTACT, ORGANISATION, PERSON, REQUEST
from feedbackkit.desk.paging import PAGE, pages
from feedbackkit.desk.views import ContactView, Explanation, RequestView, StepAhead
from feedbackkit.domain.answer import Answer
from feedbackkit.domain.benefit import OwedBenefit
from feedbackkit.domain.checks import presentable
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.decision import At, Held, Never, Reason
from feedbackkit.domain.request import EventKind, Request
from feedbackkit.errors import NotFound
from feedbackkit.policies import StepKind
from feedbackkit.ports import RecordKey
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.desk.files import RequestFile
    from feedbackkit.desk.policy import Policy
    from feedbackkit.domain.benefit import BenefitStatus
    from feedbackkit.domain.people import Person
    from feedbackkit.domain.request import Event, State
    from feedbackkit.ports import HistoryEntry, Record

__all__ = [
    "answers",
    "benefits",
    "contacts",
    "explain",
    "find",
    "history",
    "one",
    "person",
    "standing_contacts",
    "timezone",
    "verify_history",
]

_LONGEST_LADDER: Final = 50


async def find(
    context: Context,
    *,
    state: State | None = None,
    about: str | None = None,
    person: str | None = None,
    engagement: str | None = None,
) -> list[RequestView]:
    """The requests that fit all that is asked for, in order of their keys."""
    found: list[RequestView] = []
    async for record in pages(context, REQUEST, ref=about or person or engagement, state=state):
        view = _view(record)
        request = view.request
        if (
            about in {None, request.subject}
            and person in {None, request.respondent}
            and engagement in {None, request.engagement}
        ):
            found.append(view)
    return found


def _view(record: Record) -> RequestView:
    progress, _ = decode_progress(record.state, record.due, record.head)
    return RequestView(request=decode_as(Request, record.body), progress=progress)


async def _record(context: Context, kind: str, key: str) -> Record:
    [record] = await context.store.read([RecordKey(kind, key)])
    if record is None:
        raise NotFound(kind, presentable(key))
    return record


async def one(context: Context, key: str) -> RequestView:
    """One request; an unknown key raises `NotFound`."""
    return _view(await _record(context, REQUEST, key))


async def person(context: Context, key: str) -> Person:
    """A person as stored; an unknown id raises `NotFound`."""
    return decode_person((await _record(context, PERSON, key)).body)


async def timezone(context: Context, key: str) -> str:
    """The zone of a person, or UTC for an organisation; an unknown id raises `NotFound`."""
    found = await context.store.read([RecordKey(PERSON, key), RecordKey(ORGANISATION, key)])
    if found[0] is not None:
        return decode_person(found[0].body).timezone
    if found[1] is None:
        raise NotFound("person or organisation", presentable(key))
    return "UTC"


async def _entries(context: Context, key: str) -> list[HistoryEntry]:
    entries: list[HistoryEntry] = []
    while True:
        page = await context.store.history(key, after=len(entries), limit=PAGE)
        entries += page
        if len(page) < PAGE:
            return entries


async def history(context: Context, key: str) -> list[Event]:
    """What happened to a request, in order; an unknown key raises `NotFound`."""
    await _record(context, REQUEST, key)
    return [event_of(entry) for entry in await _entries(context, key)]


def standing_contacts(events: Iterable[Event]) -> list[str]:
    """The contacts of a request that were made and not taken back, by its history, in order."""
    standing: list[str] = []
    for event in events:
        if event.ref is None:
            continue
        if event.kind in {EventKind.REQUESTED, EventKind.REMINDED}:
            standing.append(event.ref)
        elif event.kind in {EventKind.UNSENT, EventKind.BOUNCED} and event.ref in standing:
            standing.remove(event.ref)
    return standing


async def verify_history(context: Context, key: str) -> None:
    """Pass where a request's history is whole; raise `Broken` where something was changed, left out or put in."""
    record = await _record(context, REQUEST, key)
    _, end = decode_progress(record.state, record.due, record.head)
    verify(await _entries(context, key), end=end)


async def contacts(context: Context, person_id: str | None) -> list[ContactView]:
    """The contacts of one person, or of all, in order of their booking and then of their ids."""
    views: list[ContactView] = []
    async for record in pages(context, CONTACT, ref=person_id):
        contact, delivery = decode_contact(record)
        views.append(
            ContactView(
                contact=contact,
                status=ContactStatus(record.state),
                tries=delivery.tries,
                settled_us=delivery.settled_us,
                reason=delivery.reason,
            )
        )
    return sorted(views, key=lambda view: (view.contact.booked_us, view.contact.id))


async def answers(context: Context, *, about: str | None = None, request: str | None = None) -> list[Answer]:
    """The answers about one subject, or to one request, every revision, in order of request and revision."""
    found: list[Answer] = []
    async for record in pages(context, ANSWER, ref=about):
        if not record.body:
            continue  # it was erased
        answer = decode_as(Answer, record.body)
        if request in {None, answer.request} and about in {None, record.refs[0]}:
            found.append(answer)
    return sorted(found, key=lambda answer: (answer.request, answer.revision))


async def benefits(context: Context, *, person: str | None, status: BenefitStatus | None) -> list[OwedBenefit]:
    """The benefits of one person or of all, the most urgent first."""
    state = None if status is None else status.value
    found = [decode_as(OwedBenefit, record.body) async for record in pages(context, BENEFIT, ref=person, state=state)]
    return sorted(found, key=lambda owed: (owed.due_us, owed.request))


async def explain(context: Context, key: str) -> Explanation:
    """Past and future of a request, with the reasons; the future as it is if nothing happens until then."""
    record = await _record(context, REQUEST, key)
    past = await history(context, key)
    cabinet = context.cabinet()
    cabinet.file([record])
    (await ledgers_of(context.store, [record])).file(cabinet, [record])
    cabinet.file((await originals_of(context.store, [record])).values())
    file = cabinet.requests[key]
    view = RequestView(request=file.request, progress=file.progress)
    respondent = cabinet.person(file.respondent).person
    [subject] = await context.store.read([RecordKey(PERSON, file.request.subject)])
    names = {file.respondent: respondent.name}
    if respondent.organisation is not None and file.organisation is not None:
        names[file.organisation] = respondent.organisation.name
    if subject is not None:
        names[file.request.subject] = decode_person(subject.body).name
    _, agreed = await stored_appointment(context.store, key)
    agreed = None if agreed is None or agreed.called_off else agreed
    if agreed is not None:
        [host] = await context.store.read([RecordKey(PERSON, agreed.host)])
        names[agreed.host] = agreed.host if host is None else decode_person(host.body).name
    progress = file.progress
    step, anchor_us = progress.step, progress.anchor_us if progress.chosen_us is None else None
    ladder_us = None if anchor_us is None else context.policy.ladder(file.request).step_after(step, anchor_us).at_us
    return Explanation(
        view=view,
        timezone=respondent.timezone,
        past=tuple(past),
        ahead=tuple(_ladder_ahead(context, cabinet, file)),
        ladder_us=ladder_us,
        shared=context.policy.rules.shared,
        appointment=agreed,
        names=names,
    )


def _ladder_ahead(context: Context, cabinet: Cabinet, file: RequestFile) -> list[StepAhead]:
    """Play the ladder on in the cabinet, which is thrown away afterwards."""
    policy = context.policy
    ahead: list[StepAhead] = []
    now_us = cabinet.now_us
    if file.waits_for_approval:
        held = judge(cabinet, policy, file, StepKind.ASK, now_us)
        if isinstance(held, Held):
            ahead.append(StepAhead(kind=StepKind.ASK, wanted_us=file.request.planned_us or now_us, decision=held))
    while file.progress.state in OPEN and len(ahead) < _LONGEST_LADDER:
        due_us = file.progress.due_us
        wanted_us = now_us if due_us is None else max(due_us, now_us)
        kind = _next_kind(policy, file)
        verdict = judge(cabinet, policy, file, kind, wanted_us)
        if isinstance(verdict, Expiry):
            because = () if kind is StepKind.EXPIRE else (*verdict.because, Reason("time", None, verdict.reason))
            ahead.append(StepAhead(kind=StepKind.EXPIRE, wanted_us=wanted_us, decision=At(wanted_us, because)))
            break
        ahead.append(StepAhead(kind=kind, wanted_us=wanted_us, decision=verdict))
        if isinstance(verdict, Never) and kind is not StepKind.ASK:
            ends_us = silence_ends_us(policy, file, wanted_us)
            ahead.append(StepAhead(kind=StepKind.EXPIRE, wanted_us=ends_us, decision=At(ends_us)))
        if not isinstance(verdict, At):
            break
        now_us = cabinet.now_us = verdict.at_us
        _contact(cabinet, policy, file, kind)
    return ahead


def _next_kind(policy: Policy, file: RequestFile) -> StepKind:
    """What comes next for an open request, also while it is held."""
    step = policy.ladder(file.request).next_step(file.progress)
    if step is not None:
        return step.kind
    return StepKind.ASK if file.progress.step == 0 else StepKind.REMINDER


def _contact(cabinet: Cabinet, policy: Policy, file: RequestFile, kind: StepKind) -> None:
    """Let the step happen in the cabinet: booked in the ledgers, and the ladder one further."""
    at_us = cabinet.now_us
    following = policy.ladder(file.request).step_after(file.progress.step + 1, at_us)
    if kind is StepKind.NUDGE:
        cabinet.happen(file, EventKind.NUDGED, ref=nudge_key(file.key), due_us=following.at_us)
        return
    person_file = cabinet.person(file.respondent)
    person_file.ledger = person_file.ledger.opened(file.key)
    cabinet.count(file.respondent, file.organisation, at_us, keep_us=policy.keep_us)
    event = EventKind.REQUESTED if kind is StepKind.ASK else EventKind.REMINDED
    cabinet.happen(file, event, ref=f"{file.key}#{file.progress.attempt + 1}", due_us=following.at_us)
