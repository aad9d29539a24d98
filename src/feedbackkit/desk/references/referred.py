"""What a reference changes about what was said: its words, its readers, what the subject replied, what calls found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from feedbackkit.domain.reference import Audience, ReferenceState
from feedbackkit.domain.request import Occasion
from feedbackkit.domain.source import Source
from feedbackkit.domain.verification import Finding, points_of
from feedbackkit.evidence.dossier import Check, CheckedPoint, Passage, PassageKind, Statement, SubjectReply
from feedbackkit.evidence.dossier.compiling import Allowed
from feedbackkit.evidence.dossier.stating import speaker_of

if TYPE_CHECKING:
    from feedbackkit.desk.views import ReferenceView
    from feedbackkit.domain.people import Person
    from feedbackkit.domain.reference import Reference, ReferenceReply
    from feedbackkit.domain.verification import Verification

__all__ = ["as_referred", "sealed_for", "talk_of"]

_INSIDE: Final = frozenset({"internal"})
_WITH_SUBJECT: Final = _INSIDE | {"subject"}


def as_referred(allowed: Allowed, view: ReferenceView, now_us: int) -> Allowed:
    """The statement as its reference has it: what was approved instead of what was written, to whom that is allowed.

    While it is not sealed, and when it was retracted or has run out, only the provider reads it, and before the seal
    the subject, unless the question or the reference is for the provider alone.
    """
    reference = view.reference
    statement = attrs.evolve(
        allowed.statement,
        reference=reference.key,
        reply=_reply(view.replies),
        checks=tuple(_check(reference, each) for each in view.verifications),
    )
    if view.state is not ReferenceState.SEALED:
        inside = view.state is ReferenceState.RETRACTED or reference.audience is Audience.INTERNAL
        readers = _INSIDE if inside else _WITH_SUBJECT
        return attrs.evolve(allowed, statement=statement, readers=allowed.readers & readers)
    statement = attrs.evolve(
        statement,
        passages=(Passage(PassageKind.WORD, reference.text),),
        quotes=None if reference.revision == statement.revision else reference.revision,
    )
    return attrs.evolve(allowed, statement=statement, readers=_readers(view, now_us), quotable=reference.quotable)


def _readers(view: ReferenceView, now_us: int) -> frozenset[str]:
    until_us = view.reference.valid_until_us
    return _INSIDE if until_us is not None and until_us <= now_us else sealed_for(view)


def sealed_for(view: ReferenceView) -> frozenset[str]:
    """Who may read a reference by its audience, while it is sealed and valid."""
    reference = view.reference
    if reference.audience is Audience.CLIENTS:
        return _WITH_SUBJECT | {"clients"}
    if reference.audience is Audience.NAMED:
        return _WITH_SUBJECT | {f"client:{client}" for client in reference.clients}
    return _INSIDE if reference.audience is Audience.INTERNAL else _WITH_SUBJECT


def _reply(replies: tuple[ReferenceReply, ...]) -> SubjectReply | None:
    """All that the subject said to it, in order, under the time of the last word."""
    if not replies:
        return None
    return SubjectReply(text="\n".join(reply.words for reply in replies), at_us=replies[-1].at_us)


def _check(reference: Reference, verification: Verification) -> Check:
    """What a call found, beside what was written: a point that was confirmed without a word more needs none here."""
    written = {point.id: point.written for point in points_of(reference)}
    points = [
        CheckedPoint(written=written.get(id_, ""), outcome=found.finding, words=found.words)
        for id_, found in verification.points.items()
        if found.words is not None or found.finding is not Finding.CONFIRMED
    ]
    return Check(outcome=verification.finding, at_us=verification.at_us, points=tuple(points))


def talk_of(view: ReferenceView, person: Person | None) -> Allowed:
    """A statement that was made in a talk and never was an answer."""
    reference = view.reference
    return Allowed(
        statement=Statement(
            key=reference.key,
            occasion=Occasion.REFERENCE,
            form=reference.form,
            at_us=view.standing.approved_us or view.standing.sealed_us or 0,
            speaker=speaker_of(reference.source, person, reference.stand or Source()),
        ),
        source=reference.source,
        readers=frozenset(),
    )
