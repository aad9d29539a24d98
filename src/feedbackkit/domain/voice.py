"""A voice: an answer together with who gave it and from where they spoke."""

from __future__ import annotations

import datetime as dt
from typing import Final, final

import attrs

from feedbackkit.domain.answer import Answer
from feedbackkit.domain.fields import instance_of
from feedbackkit.domain.request import Form, Occasion, Request
from feedbackkit.domain.source import Directness, Relation, Source
from feedbackkit.domain.times import DAY_US

__all__ = ["Voice", "presumed_source"]

_EPOCH: Final = dt.date(1970, 1, 1)


@final
@attrs.frozen(kw_only=True)
class Voice:
    """The answer in force to one request, who gave it, and from where they spoke."""

    request: Request = attrs.field(validator=instance_of(Request, "voice.request", "must be a Request"))
    """What was asked of whom."""
    answer: Answer = attrs.field(validator=instance_of(Answer, "voice.answer", "must be an Answer"))
    """What was said."""
    source: Source = attrs.field(validator=instance_of(Source, "voice.source", "must be a Source"))
    """From where, completed by what is presumed."""

    @property
    def subject(self) -> str:
        """The id of the person it is about."""
        return self.request.subject

    @property
    def respondent(self) -> str:
        """The id of the person who said it."""
        return self.request.respondent

    @property
    def form(self) -> Form:
        """In which medium it was said."""
        return self.answer.form

    @property
    def at_us(self) -> int:
        """When it was accepted."""
        return self.answer.at_us


def presumed_source(
    request: Request,
    answer: Answer,
    *,
    sponsor: str | None = None,
    starts: dt.date | None = None,
    ends: dt.date | None = None,
) -> Source:
    """What may be taken for true of a source where nothing else was said.

    Who answers about themselves is the subject. The engagement's sponsor, by id, worked with the subject and has seen
    the work from its first day, `starts`, to the answer or to its last day, `ends`. Of anybody else only the relation
    under which they were asked is presumed.
    """
    if request.respondent == request.subject or request.occasion is Occasion.SELF_ASSESSMENT:
        return Source(relation=Relation.SELF, directness=Directness.DIRECT, independent=False)
    if request.respondent != sponsor:
        return Source(relation=request.relation)
    relation = request.relation or Relation.SPONSOR
    if starts is None:
        return Source(relation=relation, directness=Directness.DIRECT)
    seen_until = answer.at_us // DAY_US if ends is None else min(answer.at_us // DAY_US, (ends - _EPOCH).days)
    days = seen_until - (starts - _EPOCH).days + 1
    return Source(relation=relation, directness=Directness.DIRECT, days=max(0, days))
