"""What one source said, with all that belongs to it."""

from __future__ import annotations

import datetime as dt
import enum
from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.domain.request import Form, Occasion
from feedbackkit.domain.times import face

if TYPE_CHECKING:
    import pendulum

__all__ = [
    "Check",
    "CheckedPoint",
    "Passage",
    "PassageKind",
    "Speaker",
    "Statement",
    "SubjectReply",
]


class PassageKind(enum.StrEnum):
    """What a source's words speak of."""

    STRENGTH = "strength"
    """What the subject does well."""
    CAUTION = "caution"
    """What to bear in mind."""
    WORD = "word"
    """Neither, or both."""


@final
@attrs.frozen
class Passage:
    """Words of a source, as they were given."""

    kind: PassageKind
    text: str = attrs.field(repr=False)


@final
@attrs.frozen(kw_only=True)
class Speaker:
    """Whom a statement comes from, as far as the audience may know."""

    number: int = 0
    """Which source of the dossier this is, from 1; the same person has the same number throughout."""
    id: str | None = None
    """The id of the person; `None` where the audience may not know who it is."""
    name: str | None = attrs.field(default=None, repr=False)
    organisation: str | None = attrs.field(default=None, repr=False)
    relation: str | None = None
    """How they stand to the subject: the value of a relation; `None` where it is not known."""
    directness: str | None = None
    """How directly they saw the work; `None` where it is not known."""
    days: int | None = None
    """For how many calendar days they saw it."""
    independent: bool = True
    """Whether nothing on record speaks against it."""
    conflict: str | None = attrs.field(default=None, repr=False)
    """The conflict that was declared, in words."""


@final
@attrs.frozen(kw_only=True)
class SubjectReply:
    """What the subject said to a statement."""

    text: str = attrs.field(repr=False)
    at_us: int


@final
@attrs.frozen(kw_only=True)
class CheckedPoint:
    """What a verification found of one thing that was written."""

    written: str = attrs.field(repr=False)
    outcome: str
    """``confirmed``, ``differs`` or ``contradicted``."""
    words: str | None = attrs.field(default=None, repr=False)
    """What was said, in words."""


@final
@attrs.frozen(kw_only=True)
class Check:
    """A verification: somebody asked the source whether it holds."""

    outcome: str
    """``confirmed``, ``differs`` or ``contradicted``."""
    at_us: int
    points: tuple[CheckedPoint, ...] = ()
    """What was told otherwise, or in words, point by point; none where the words may not be quoted."""


@final
@attrs.frozen(kw_only=True)
class Statement:
    """What one source said at one time, with all that belongs to it."""

    key: str
    """Of the request that it answers."""
    revision: int = 1
    """Of the answer in force, whose ratings these are."""
    quotes: int | None = None
    """From which earlier revision its words are, where it was sealed as a reference and the answer was revised since;
    `None` where words and ratings are of one revision."""
    reference: str | None = None
    """The id of the reference that it was sealed as."""
    station: str | None = None
    """The id of the engagement that it speaks of."""
    occasion: Occasion
    form: Form
    at_us: int
    speaker: Speaker
    ratings: tuple[tuple[str, float], ...] = ()
    """By criterion, in order of their keys."""
    choices: tuple[tuple[str, bool | str], ...] = ()
    """What was chosen, yes or no among it, in order of the questions' keys; several choices of one question stand one
    after the other."""
    passages: tuple[Passage, ...] = ()
    quotable: bool = True
    """Whether its words may be quoted; where they may not, there are none here."""
    reply: SubjectReply | None = None
    checks: tuple[Check, ...] = ()
    """In order of time."""
    flags: tuple[str, ...] = ()
    """Why it may not be what it seems: the kinds of flags that nobody has decided about, in order."""
    upheld: tuple[str, ...] = ()
    """The kinds of flags that somebody looked at and upheld; then its source is not independent."""
    valid_until: dt.date | None = None
    """The last day on which it may be shown; `None` for no end."""

    @property
    def at(self) -> pendulum.DateTime:
        """When it was accepted, in UTC."""
        return face(self.at_us)
