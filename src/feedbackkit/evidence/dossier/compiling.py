"""Putting a dossier together: who may read what, in which order, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain.request import Occasion
from feedbackkit.domain.times import DAY_US, face
from feedbackkit.evidence.dossier import (
    LEAST_SOURCES,
    Asked,
    Criterion,
    Dossier,
    Gap,
    GapKind,
    Moment,
    MomentKind,
    ShownTo,
    Statement,
    Station,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from feedbackkit.evidence.dossier import Labels

__all__ = ["EXPECTED_RELATIONS", "INTERNAL", "SUBJECT", "Allowed", "compiled", "is_for", "readable"]

INTERNAL: Final = "internal"
SUBJECT: Final = "subject"
EXPECTED_RELATIONS: Final = ("sponsor", "line_manager", "peer", "report")
"""From whom one would expect a word about somebody who leads."""
_OLD_US: Final = 2 * 365 * DAY_US


@final
@attrs.frozen(kw_only=True)
class Allowed:
    """A statement, and for whom its source let it."""

    statement: Statement
    source: str
    """The id of whoever said it."""
    readers: frozenset[str]
    """The audiences that may read it."""
    named: bool = True
    """Whether readers beside the provider may know who said it."""
    quotable: bool = True
    """Whether they may read its words."""
    own: bool = False
    """Whether the subject says it of their own work."""


def readable(allowed: Iterable[Allowed], audience: str, as_of_us: int) -> list[Allowed]:
    """What the audience may read, newest first, without the names and words that it may not; sources are numbered.

    A statement is readable up to its last day. The provider reads everything that is in force.
    """
    today = face(as_of_us).date()
    let = [
        each
        for each in allowed
        if is_for(audience, each.readers)
        and (each.statement.valid_until is None or each.statement.valid_until >= today)
    ]
    let.sort(key=lambda each: (each.statement.at_us, each.statement.key))
    numbers: dict[str, int] = {}
    for each in let:
        if not each.own:
            numbers.setdefault(each.source, len(numbers) + 1)
    return [_as_read(each, audience, numbers.get(each.source, 0)) for each in reversed(let)]


def is_for(audience: str, readers: frozenset[str]) -> bool:
    """Whether an audience is among those readers; a client that is named may read what every client may."""
    return audience in readers or (audience.startswith("client:") and "clients" in readers)


def _as_read(allowed: Allowed, audience: str, number: int) -> Allowed:
    statement = allowed.statement
    speaker = attrs.evolve(statement.speaker, number=number)
    if audience == INTERNAL:
        return attrs.evolve(allowed, statement=attrs.evolve(statement, speaker=speaker))
    if not allowed.named:
        speaker = attrs.evolve(speaker, id=None, name=None)
    read = attrs.evolve(statement, speaker=speaker)
    if not allowed.quotable:
        checks = tuple(attrs.evolve(check, points=()) for check in read.checks)
        read = attrs.evolve(read, passages=(), checks=checks, quotable=False, quotes=None)
    return attrs.evolve(allowed, statement=read)


def compiled(  # noqa: PLR0913 - what a dossier is made of
    *,
    subject: str,
    name: str,
    audience: str,
    as_of_us: int,
    allowed: Sequence[Allowed],
    criteria: Iterable[Criterion] = (),
    asked: Iterable[Asked] = (),
    stations: Iterable[Station] = (),
    trace: Iterable[Moment] = (),
    shown: Iterable[ShownTo] = (),
    labels: Labels | None = None,
    provider: str = "",
    expected: Sequence[str] = EXPECTED_RELATIONS,
) -> Dossier:
    """The dossier of what an audience may read.

    `criteria` stay in the order in which they are given, that of the questions, and rest on what `readable` gives for
    this audience. `trace`: retractions and what else happened to statements that are not shown any more. `expected`:
    the relations whose silence is told as a gap.
    """
    read = readable(allowed, audience, as_of_us)
    others = tuple(each.statement for each in read if not each.own)
    own = tuple(each.statement for each in read if each.own)
    by_occasion = {row.occasion: row for row in asked}
    places = tuple(sorted(stations, key=lambda station: (station.starts, station.ends, station.id)))
    return Dossier(
        subject=subject,
        name=name,
        audience=audience,
        as_of_us=as_of_us,
        provider=provider,
        labels=labels or {},
        stations=places,
        criteria=tuple(_in_order(criterion, others) for criterion in criteria),
        statements=others,
        own_view=own,
        asked=tuple(
            attrs.evolve(by_occasion[occasion], shown=_count(read, occasion))
            for occasion in Occasion
            if occasion in by_occasion
        ),
        kept_back=sum(not each.own for each in allowed) - len(others),
        timeline=tuple(_timeline(others, trace)),
        gaps=tuple(_gaps(others, places, as_of_us, expected)),
        shown=tuple(sorted(shown, key=lambda one: (-one.at_us, one.to, one.version))),
    )


def _count(read: Iterable[Allowed], occasion: str) -> int:
    return sum(each.statement.occasion == occasion for each in read)


def _in_order(criterion: Criterion, statements: Sequence[Statement]) -> Criterion:
    """The criterion with its ratings in order of the statements, and none of what is not among them."""
    place = {statement.key: number for number, statement in enumerate(statements)}
    weighed = sorted(
        (each for each in criterion.weighed if each.statement in place), key=lambda each: place[each.statement]
    )
    return attrs.evolve(criterion, weighed=tuple(weighed))


def _timeline(statements: Iterable[Statement], trace: Iterable[Moment]) -> list[Moment]:
    moments = list(trace)
    for statement in statements:
        key = statement.key
        moments.append(Moment(at_us=statement.at_us, kind=MomentKind.STATEMENT, statement=key))
        moments += [
            Moment(at_us=check.at_us, kind=MomentKind.CHECK, statement=key, detail=check.outcome)
            for check in statement.checks
        ]
        if statement.reply is not None:
            moments.append(Moment(at_us=statement.reply.at_us, kind=MomentKind.REPLY, statement=key))
    return sorted(moments, key=lambda moment: (moment.at_us, moment.kind, moment.statement, moment.detail or ""))


def _gaps(
    statements: Sequence[Statement], stations: Iterable[Station], as_of_us: int, expected: Iterable[str]
) -> list[Gap]:
    if not statements:
        return [Gap(GapKind.NOBODY)]
    gaps: list[Gap] = []
    sources = {statement.speaker.number for statement in statements if statement.speaker.independent}
    if len(sources) < LEAST_SOURCES:
        gaps.append(Gap(GapKind.FEW_SOURCES, str(len(sources))))
    heard = {statement.speaker.relation for statement in statements}
    gaps += [Gap(GapKind.RELATION, relation) for relation in expected if relation not in heard]
    houses = {statement.speaker.organisation for statement in statements}
    if len(houses) == 1 and len(statements) > 1:
        gaps.append(Gap(GapKind.ONE_HOUSE))
    if not any(statement.checks for statement in statements):
        gaps.append(Gap(GapKind.UNCHECKED))
    if as_of_us - max(statement.at_us for statement in statements) > _OLD_US:
        gaps.append(Gap(GapKind.OLD))
    spoken = {statement.station for statement in statements}
    gaps += [Gap(GapKind.STATION, station.id) for station in stations if station.id not in spoken]
    return gaps
