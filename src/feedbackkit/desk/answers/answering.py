"""What comes back: answers, refusals, dates; and what is taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.codec.text import canonical
from feedbackkit.codec.values import decode_as, encode
from feedbackkit.desk.answers.owing import owe
from feedbackkit.desk.context import Act, act_all
from feedbackkit.desk.decisions.proposing import next_due
from feedbackkit.desk.decisions.slots import close
from feedbackkit.desk.decisions.turns import leave_line
from feedbackkit.desk.kinds import ANSWER
from feedbackkit.desk.plans.questioning import Unread, keep_ready, said
from feedbackkit.domain import checks
from feedbackkit.domain.answer import Answer, Given, checked_items
from feedbackkit.domain.decision import At
from feedbackkit.domain.fields import member, one_of
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import EventKind, Form, State
from feedbackkit.domain.source import Source
from feedbackkit.domain.times import DAY_US
from feedbackkit.errors import FeedbackKitError, InvalidValue, NotAllowed, NotFound
from feedbackkit.policies import StepKind
from feedbackkit.ports import Put, RecordKey
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.desk.files import RequestFile
    from feedbackkit.desk.policy import Policy
    from feedbackkit.domain.request import Progress

__all__ = [
    "FURTHEST_DEFERRAL_US",
    "Reply",
    "answer_key",
    "as_before",
    "decline",
    "defer",
    "give_all",
    "withdraw",
]

FURTHEST_DEFERRAL_US: Final = 2 * 365 * DAY_US
"""How far ahead a respondent may put a request off: two years."""


def _form(value: Form | str | None) -> Form | None:
    return None if value is None else member(Form, "answer.form", value)


@final
@attrs.frozen
class Reply:
    """One answer to hand in: to which request, and what was said to each question."""

    key: str
    """The key of the request."""
    items: Mapping[str, Given] = attrs.field(repr=False, converter=checked_items, hash=False)
    """What was said to each question: ratings, yes or no, words."""
    form: Form | None = attrs.field(default=None, kw_only=True, converter=_form)
    """In which medium; `None` for the one that the request hoped for."""
    party: Party = attrs.field(default=Party.RESPONDENT, kw_only=True)
    """On whose word: the respondent's own, or the provider's who wrote down a talk."""
    source: Source | None = attrs.field(
        default=None, kw_only=True, validator=one_of((Source,), "answer.source", "must be a Source")
    )
    """What is known of where it comes from; what is not said is presumed from the engagement when it is read."""


async def give_all(
    context: Context, replies: Sequence[Reply], *, actor: str | None = None
) -> list[Answer | FeedbackKitError]:
    """Accept answers, a transaction for each batch; each as it is stored, or its own error in its place."""
    given: list[Answer | RecordKey | FeedbackKitError] = []
    for start in range(0, len(replies), context.batch):
        given += await _give_batch(context, replies[start : start + context.batch], actor)
    before = list(dict.fromkeys(answer for answer in given if isinstance(answer, RecordKey)))
    records = zip(before, await context.store.read(before) if before else (), strict=True)
    stored = {key: decode_as(Answer, record.body) if record else NotFound(*key) for key, record in records}
    return [stored[answer] if isinstance(answer, RecordKey) else answer for answer in given]


async def _give_batch(
    context: Context, replies: Sequence[Reply], actor: str | None
) -> list[Answer | RecordKey | FeedbackKitError]:
    given = await act_all(context, [_give(context, reply) for reply in replies], actor=actor)
    unread = {number: error.ref for number, error in enumerate(given) if isinstance(error, Unread)}
    if unread:  # seldom: each questionnaire is read once by a desk
        await keep_ready(context, unread.values())
        again = await act_all(context, [_give(context, replies[number]) for number in unread], actor=actor)
        for number, answer in zip(unread, again, strict=True):
            given[number] = answer
    return given


def answer_key(request: str, revision: int) -> RecordKey:
    """Where one revision of an answer is stored."""
    return RecordKey(ANSWER, f"{request}/answer/{revision}")


def _give(context: Context, reply: Reply) -> Act[Answer | RecordKey]:
    """Accept an answer; the one that is in force already is no event, and is named, a different one revises it."""

    def work(cabinet: Cabinet, file: RequestFile) -> Answer | RecordKey:
        if file.request.about_request is not None:
            raise NotAllowed(f"request {file.key!r} asks for no answer: answer {file.request.about_request!r}")
        form = reply.form or file.request.form
        items = said(context, file.request.questionnaire, reply.items)
        digest = _digest(form, items, reply.source)
        progress = file.progress
        if progress.state is State.GIVEN and progress.answer == digest:
            return answer_key(file.key, progress.revision)
        answer = Answer(
            request=file.key,
            revision=progress.revision + 1,
            at_us=cabinet.now_us,
            form=form,
            party=reply.party,
            items=items,
            source=reply.source,
        )
        kind = EventKind.REVISED if progress.state is State.GIVEN else EventKind.GIVEN
        cabinet.happen(file, kind, ref=digest, party=reply.party)
        if answer.revision == 1:
            owe(cabinet, file)
        cabinet.others.append(
            Put(
                *answer_key(file.key, answer.revision),
                0,
                None,
                file.group,
                (file.request.subject, file.respondent),
                "given",
                b"[1]",
                encode(answer),
            )
        )
        close(cabinet, file)
        return answer

    return Act(reply.key, work)


def _digest(form: Form, items: Mapping[str, Given], source: Source | None) -> str:
    """By which an answer is known for the same as another one."""
    given: list[object] = [form, dict(items)]
    if source is not None:
        given.append(attrs.asdict(source, filter=lambda _field, value: value is not None))
    return sha256(canonical(given)).hexdigest()


def decline(key: str, *, reason: str | None, party: Party) -> Act[None]:
    """Take a no and its reason; said twice it counts once."""
    words = None if reason is None else checks.text("decline.reason", reason, limit=checks.NOTE_LIMIT)

    def work(cabinet: Cabinet, file: RequestFile) -> None:
        if file.progress.state is State.DECLINED:
            return
        cabinet.happen(file, EventKind.DECLINED, reason=words, party=party)
        close(cabinet, file)

    return Act(key, work)


def as_before(
    cabinet: Cabinet,
    policy: Policy,
    file: RequestFile,
    progress: Progress | None = None,
    *,
    was_due_us: int | None = None,
) -> At:
    """When the next step of a request would have been due, left alone: as chosen, as planned, or by the ladder.

    `progress`: where it stands, unless that is as the file says. `was_due_us`: when it was due before, where the ladder
    does not tell.
    """
    now_us = cabinet.now_us
    progress = progress or file.progress
    if progress.chosen_us is not None:
        return At(max(now_us, progress.chosen_us))
    if progress.step == 0:
        return next_due(cabinet, policy, file, max(now_us, file.request.planned_us or now_us), StepKind.ASK)
    if progress.anchor_us is None:
        return At(max(now_us, was_due_us or now_us))
    return At(max(now_us, policy.ladder(file.request).step_after(progress.step, progress.anchor_us).at_us))


def defer(key: str, *, until_us: int) -> Act[None]:
    """Wait until a date that the respondent chose; the same date twice is no event."""

    def work(cabinet: Cabinet, file: RequestFile) -> None:
        if not cabinet.now_us < until_us <= cabinet.now_us + FURTHEST_DEFERRAL_US:
            raise InvalidValue("deferral.until", "must lie ahead, within two years", "another date")
        if file.progress.state in OPEN and file.progress.chosen_us == until_us:
            return
        cabinet.happen(file, EventKind.DEFERRED, due_us=until_us, party=Party.RESPONDENT)
        person = cabinet.person(file.respondent)
        person.ledger = person.ledger.unheld(key)
        leave_line(cabinet, file)

    return Act(key, work)


def withdraw(key: str, *, party: Party, reason: str | None) -> Act[None]:
    """Take a request back; said twice on the same word it counts once."""
    words = None if reason is None else checks.text("withdrawal.reason", reason, limit=checks.NOTE_LIMIT)

    def work(cabinet: Cabinet, file: RequestFile) -> None:
        progress = file.progress
        if progress.state is State.WITHDRAWN and progress.closed_by is party:
            return
        cabinet.happen(file, EventKind.WITHDRAWN, party=party, reason=words)
        if file.respondent in cabinet.people:
            close(cabinet, file)

    return Act(key, work)
