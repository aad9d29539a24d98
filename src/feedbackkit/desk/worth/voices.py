"""Answers with who gave them and from where they spoke: what estimates, dossiers and references begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from feedbackkit.codec.values import StoredEngagement, decode_as, decode_person
from feedbackkit.desk.kinds import ENGAGEMENT, PERSON, REQUEST
from feedbackkit.desk.looks.looking import answers
from feedbackkit.domain.request import Request
from feedbackkit.domain.source import Source
from feedbackkit.domain.voice import Voice, presumed_source
from feedbackkit.ports import RecordKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from feedbackkit.desk.context import Context
    from feedbackkit.domain.answer import Answer
    from feedbackkit.domain.people import Person

__all__ = ["people_of", "voice_of", "voices_about"]

T = TypeVar("T")

_AT_ONCE: Final = 500


async def voices_about(context: Context, *, about: str | None) -> list[Voice]:
    """The answers in force about one subject, or about all, in order of requests; earlier revisions are left out."""
    in_force = {answer.request: answer for answer in await answers(context, about=about)}
    requests = await _stored(context, REQUEST, Request, in_force)
    engagements = await _engagements(context, requests.values())
    return [_joined(requests[key], answer, engagements) for key, answer in in_force.items() if key in requests]


async def people_of(context: Context, ids: Iterable[str]) -> dict[str, Person]:
    """Those of some people who are stored, by id; whoever was erased is not."""
    records = await context.store.read([RecordKey(PERSON, each) for each in sorted(ids)])
    return {record.key: decode_person(record.body) for record in records if record is not None and record.body}


async def voice_of(context: Context, answer: Answer) -> Voice:
    """One answer with who gave it and from where."""
    requests = await _stored(context, REQUEST, Request, [answer.request])
    return _joined(requests[answer.request], answer, await _engagements(context, requests.values()))


async def _engagements(context: Context, requests: Iterable[Request]) -> dict[str, StoredEngagement]:
    wanted = dict.fromkeys(request.engagement for request in requests if request.engagement is not None)
    return await _stored(context, ENGAGEMENT, StoredEngagement, wanted)


async def _stored(context: Context, kind: str, cls: type[T], keys: Iterable[str]) -> dict[str, T]:
    """What is stored under some keys, by key; what is not there, or was erased, is left out."""
    wanted = [RecordKey(kind, key) for key in keys]
    found: dict[str, T] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        for record in await context.store.read(wanted[start : start + _AT_ONCE]):
            if record is not None and record.body:
                found[record.key] = decode_as(cls, record.body)
    return found


def _joined(request: Request, answer: Answer, engagements: Mapping[str, StoredEngagement]) -> Voice:
    engagement = engagements.get(request.engagement or "")
    if engagement is None:
        presumed = presumed_source(request, answer)
    else:
        presumed = presumed_source(
            request, answer, sponsor=engagement.sponsor, starts=engagement.starts, ends=engagement.last_day
        )
    return Voice(request=request, answer=answer, source=(answer.source or Source()).completed(presumed))
