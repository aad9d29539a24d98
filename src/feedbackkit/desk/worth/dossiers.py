"""Dossiers: what is stored about a subject, put together for one audience. Nothing here writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from feedbackkit.codec.values import StoredEngagement, decode_as
from feedbackkit.desk.kinds import ENGAGEMENT
from feedbackkit.desk.looks import looking
from feedbackkit.desk.paging import pages
from feedbackkit.desk.plans.questioning import asked_by
from feedbackkit.desk.references import reference_views
from feedbackkit.desk.references.referred import as_referred, sealed_for, talk_of
from feedbackkit.desk.worth import flagging
from feedbackkit.desk.worth.voices import people_of, voices_about
from feedbackkit.domain.checks import opaque
from feedbackkit.domain.flag import Verdict
from feedbackkit.domain.reference import ReferenceState
from feedbackkit.domain.request import Occasion, State
from feedbackkit.domain.source import Relation
from feedbackkit.errors import InvalidValue
from feedbackkit.evidence.assessment import assess, assessed
from feedbackkit.evidence.dossier import Asked, Moment, MomentKind, Station
from feedbackkit.evidence.dossier.compiling import Allowed, compiled, is_for, readable
from feedbackkit.evidence.dossier.numbering import criterion_of
from feedbackkit.evidence.dossier.stating import (
    house_of,
    labels_of,
    order_of,
    rated_on,
    readers_of,
    scale_of,
    statement_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from feedbackkit.desk.context import Context
    from feedbackkit.desk.views import ReferenceView, RequestView
    from feedbackkit.domain.people import Person
    from feedbackkit.domain.questionnaire import Questionnaire
    from feedbackkit.domain.voice import Voice
    from feedbackkit.evidence.dossier import Criterion, Dossier, ShownTo

__all__ = ["audience_of", "dossier"]

_AUDIENCES: Final = ("internal", "subject", "clients")
_ENDED: Final = {ReferenceState.RETRACTED: MomentKind.RETRACTED, ReferenceState.SUPERSEDED: MomentKind.SUPERSEDED}
_NOT_ABOUT: Final = frozenset({Occasion.PROVIDER_VIEW, Occasion.NAMING})
"""What is asked for another reason than to learn of the subject's work."""
_COLUMNS: Final = {
    State.GIVEN: "answered",
    State.DECLINED: "declined",
    State.DELEGATED: "passed_on",
    State.EXPIRED: "silent",
    State.REQUESTED: "waiting",
    State.REMINDED: "waiting",
    State.UNDELIVERABLE: "unreached",
    State.WITHDRAWN: "unreached",
}


def audience_of(audience: str, client: str | None) -> str:
    """For whom a dossier is, as it names it: a client by its id may read what is for it alone, too."""
    if audience not in _AUDIENCES:
        raise InvalidValue("dossier.audience", f"must be one of {', '.join(_AUDIENCES)}", "another text")
    if client is None:
        return str(audience)
    if audience != "clients":
        raise InvalidValue("dossier.client", "must be told for the audience clients, and for no other", "a client")
    return f"client:{opaque('dossier.client', client)}"


class _Said(NamedTuple):
    """What was said of everybody, and who said it."""

    voices: list[Voice]
    """About all, in order of requests."""
    about: list[Voice]
    """About the subject."""
    people: dict[str, Person]
    questionnaires: dict[str, Questionnaire]
    """By which all were asked, by their refs."""
    asked: list[Questionnaire]
    """Those by which was asked about the subject."""


class _Flags(NamedTuple):
    """What looks odd about one answer, and nobody has cleared."""

    open: set[str]
    upheld: set[str]


_NO_FLAGS: Final = _Flags(set(), set())


async def dossier(context: Context, subject: str, audience: str, *, shown: Sequence[ShownTo] = ()) -> Dossier:
    """The dossier of a subject for one audience, as of now."""
    now_us = context.clock.now_us()
    person = await looking.person(context, subject)
    said = await _said(context, subject)
    flags = await _flags(context, subject)
    references = await reference_views.find(context, about=subject, source=None)
    allowed = _under_references([_allowed(voice, said, flags) for voice in said.about], references, now_us)
    allowed += await _of_talks(context, references, now_us)
    read = readable(allowed, audience, now_us)
    return compiled(
        subject=subject,
        name=person.name,
        audience=audience,
        as_of_us=now_us,
        allowed=allowed,
        criteria=_criteria(context, said, subject, read),
        asked=_asked(await looking.find(context, about=subject)),
        stations=await _stations(context, subject),
        trace=await _trace(context, references, audience),
        shown=shown,
        labels=labels_of(said.asked),
        provider="" if context.sender == "the provider" else context.sender,
    )


async def _said(context: Context, subject: str) -> _Said:
    upheld = await flagging.upheld(context, subject)
    voices = [flagging.less_apart(voice, upheld) for voice in await voices_about(context, about=None)]
    about = [voice for voice in voices if voice.subject == subject and voice.request.occasion not in _NOT_ABOUT]
    questionnaires = await asked_by(context, voices)
    refs = {voice.request.questionnaire for voice in about}
    return _Said(
        voices=voices,
        about=about,
        people=await people_of(context, {voice.respondent for voice in about}),
        questionnaires=questionnaires,
        asked=[questionnaires[ref] for ref in sorted(filter(None, refs))],
    )


async def _flags(context: Context, subject: str) -> dict[str, _Flags]:
    """The kinds of flags that nobody has cleared, by request."""
    found: dict[str, _Flags] = {}
    for view in await flagging.flags(context, subject, networks={}, subject_networks=()):
        kinds = found.setdefault(view.flag.request, _Flags(set(), set()))
        verdict = view.resolutions[-1].verdict if view.resolutions else None
        if verdict is not Verdict.CLEARED:
            (kinds.upheld if verdict is Verdict.UPHELD else kinds.open).add(view.flag.kind)
    return found


def _allowed(voice: Voice, said: _Said, flags: Mapping[str, _Flags]) -> Allowed:
    questionnaire = said.questionnaires.get(voice.request.questionnaire or "")
    statement = statement_of(voice, said.people.get(voice.respondent), questionnaire)
    kinds = flags.get(voice.request.key, _NO_FLAGS)
    return Allowed(
        statement=attrs.evolve(statement, flags=tuple(sorted(kinds.open)), upheld=tuple(sorted(kinds.upheld))),
        source=voice.respondent,
        readers=readers_of(voice.request.occasion),
        own=voice.source.relation is Relation.SELF,
    )


async def _trace(context: Context, references: Iterable[ReferenceView], audience: str) -> list[Moment]:
    """When references that this audience might have read were taken back, or gave their place to others."""
    trace: list[Moment] = []
    for view in references:
        kind = _ENDED.get(view.state)
        if kind is None or view.standing.sealed_us is None or not is_for(audience, sealed_for(view)):
            continue
        ends = [
            event.at_us for event in await reference_views.history(context, view.key) if event.kind.value == kind.value
        ]
        trace.append(Moment(at_us=ends[-1], kind=kind, statement=view.reference.request or view.key))
    return trace


def _under_references(allowed: Iterable[Allowed], references: Iterable[ReferenceView], now_us: int) -> list[Allowed]:
    """What was said, as references made of it allow."""
    of_request: dict[str | None, ReferenceView] = {}
    for view in references:
        before = of_request.get(view.reference.request)
        if view.state is not ReferenceState.SUPERSEDED and (before is None or _weight(view) > _weight(before)):
            of_request[view.reference.request] = view
    found: list[Allowed] = []
    for each in allowed:
        reference = of_request.get(each.statement.key)
        found.append(each if reference is None else as_referred(each, reference, now_us))
    return found


def _weight(view: ReferenceView) -> tuple[int, int]:
    """Which of several references of one answer says who may read it: the sealed one, and the latest of these.

    A draft takes its place when it is sealed; a retraction holds until something else is.
    """
    ranks = {ReferenceState.SEALED: 2, ReferenceState.RETRACTED: 1}
    return ranks.get(view.state, 0), view.standing.sealed_us or 0


async def _of_talks(context: Context, references: Iterable[ReferenceView], now_us: int) -> list[Allowed]:
    """References that were made of a talk, and of no answer that is stored."""
    talks = [view for view in references if view.reference.request is None and view.state is ReferenceState.SEALED]
    people = await people_of(context, {view.reference.source for view in talks})
    return [as_referred(talk_of(view, people.get(view.reference.source)), view, now_us) for view in talks]


def _criteria(context: Context, said: _Said, subject: str, read: Iterable[Allowed]) -> list[Criterion]:
    """The numbers of what is read of the subject, fitted together with all that was said of everybody else."""
    seen = {each.statement.key for each in read}
    pool = [voice for voice in said.voices if voice.subject != subject or voice.request.key in seen]
    found: list[Criterion] = []
    for name in order_of(said.asked, assessed(pool, subject)):
        scale = scale_of(said.asked, name)
        question = assess(rated_on(pool, name, scale, said.questionnaires), name, scale=scale, fits=context.fits)
        found.append(criterion_of(question.about(subject), scale))
    return found


def _asked(views: Iterable[RequestView]) -> list[Asked]:
    """What became of the asks that really went out, by occasion."""
    counts: dict[Occasion, dict[str, int]] = {}
    for view in views:
        column = _COLUMNS.get(view.state)
        went_out = view.progress.attempt > 0 or view.state in {State.GIVEN, State.DECLINED, State.DELEGATED}
        if column is None or not went_out or view.occasion in _NOT_ABOUT:
            continue
        row = counts.setdefault(view.occasion, {"asked": 0})
        row["asked"] += 1
        row[column] = row.get(column, 0) + 1
    return [Asked(occasion=occasion, **row) for occasion, row in counts.items()]


async def _stations(context: Context, subject: str) -> list[Station]:
    stored = [decode_as(StoredEngagement, record.body) async for record in pages(context, ENGAGEMENT, ref=subject)]
    theirs = [each for each in stored if each.subject == subject]
    sponsors = await people_of(context, {each.sponsor for each in theirs})
    return [
        Station(id=each.id, client=house_of(sponsors.get(each.sponsor)), starts=each.starts, ends=each.last_day)
        for each in theirs
    ]
