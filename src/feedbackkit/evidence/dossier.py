"""The dossier: all that one audience may read about one subject, as values.

Nothing here is checked again: whoever puts a dossier together has checked what goes in.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, final

import attrs

from feedbackkit.domain.request import Form, Occasion
from feedbackkit.domain.times import face

if TYPE_CHECKING:
    import pendulum

__all__ = [
    "LEAST_SOURCES",
    "LEVEL",
    "Asked",
    "Check",
    "CheckedPoint",
    "Criterion",
    "Dossier",
    "Gap",
    "GapKind",
    "Labels",
    "Moment",
    "MomentKind",
    "Passage",
    "PassageKind",
    "Range",
    "ShownTo",
    "Speaker",
    "Statement",
    "Station",
    "SubjectReply",
    "Weighed",
]

LEAST_SOURCES: Final = 3
"""With fewer independent sources than this there is no number, only the words and how unsure one would be."""
LEVEL: Final = 0.8
"""With which probability the true value lies in the range that is shown."""

Labels: TypeAlias = Mapping[str, Mapping[str, str]]
"""How each question is called, by its key and then by language."""


class Range(NamedTuple):
    """Two ends, the lower first."""

    low: float
    high: float


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


@final
@attrs.frozen(kw_only=True)
class Weighed:
    """What one rating does to a number."""

    statement: str
    """The key of the statement that it is from."""
    score: float
    severity: float = 0.0
    """What was taken off for how its source rates."""
    severity_ratings: int = 0
    """On how many ratings that rests; on fewer than two it is not known."""
    weight: float = 0.0
    """Its share of the number, from 0 to 1."""
    without: float | None = None
    """The number as it would be without this rating; `None` below the least number of sources."""
    left_out: str | None = None
    """Why it is not in the number: ``conflict`` where one was declared, otherwise in words."""
    always_top: bool = False
    """Whether this source has given the top score every time, and more than once."""

    @property
    def corrected(self) -> float:
        """The score less what its source's severity makes of it."""
        return self.score - self.severity


@final
@attrs.frozen(kw_only=True)
class Criterion:
    """What the ratings say to one question, and how sure that is."""

    key: str
    scale: Range
    mean: float | None = None
    """The estimate; `None` with fewer than `LEAST_SOURCES` independent sources."""
    range: Range | None = None
    """Where the true value lies with a probability of `LEVEL`; `None` where nothing was rated."""
    raw_mean: float | None = None
    """The plain mean of the ratings that count."""
    sources: int = 0
    """How many independent sources there are."""
    pool_mean: float | None = None
    """What is usual: the mean of all who were rated."""
    pool_weight: float | None = None
    """Its share of the number."""
    with_conflicts: float | None = None
    """The number as it would be with the ratings under a declared conflict; `None` where there are none."""
    self_score: float | None = None
    """How the subject rates it; never in the number."""
    certainty: str | None = None
    """``high``, ``moderate``, ``low`` or ``very_low``."""
    concerns: tuple[str, ...] = ()
    """What lowered the certainty: ``conflict``, ``consistency``, ``directness``, ``imprecision``, ``selection``."""
    weighed: tuple[Weighed, ...] = ()
    """The ratings, in order of the statements."""

    @property
    def gap(self) -> float | None:
        """How much higher the subject rates it than the others do; `None` without both numbers."""
        return None if self.self_score is None or self.mean is None else self.self_score - self.mean


@final
@attrs.frozen(kw_only=True)
class Asked:
    """What became of the asks on one occasion."""

    occasion: Occasion
    asked: int = 0
    """Whom somebody really asked, or who answered unasked."""
    answered: int = 0
    shown: int = 0
    """Of those answered, what this audience may read."""
    declined: int = 0
    silent: int = 0
    """Asked and reminded, and never answered."""
    waiting: int = 0
    """Asked, and the time has not run out."""
    passed_on: int = 0
    """Named somebody else, who counts on their own."""
    unreached: int = 0
    """The address did not work, or the ask was taken back."""


@final
@attrs.frozen(kw_only=True)
class Station:
    """An engagement of the subject's."""

    id: str
    client: str | None = attrs.field(default=None, repr=False)
    starts: dt.date
    ends: dt.date


class MomentKind(enum.StrEnum):
    """What can stand in the timeline."""

    STATEMENT = "statement"
    """A source said something."""
    CHECK = "check"
    """It was verified."""
    REPLY = "reply"
    """The subject answered to it."""
    RETRACTED = "retracted"
    """A source took it back; it is not shown any more."""
    SUPERSEDED = "superseded"
    """A newer one took its place."""


@final
@attrs.frozen(kw_only=True)
class Moment:
    """One point of the timeline."""

    at_us: int
    kind: MomentKind
    statement: str
    """The key of the statement that it is about."""
    detail: str | None = None
    """The outcome of a verification."""


class GapKind(enum.StrEnum):
    """What is missing."""

    NOBODY = "nobody"
    """Nobody said anything that this audience may read."""
    RELATION = "relation"
    """No word from a kind of source that one would expect; `detail` is the relation."""
    STATION = "station"
    """No word from an engagement; `detail` is its id."""
    FEW_SOURCES = "few_sources"
    """Fewer independent sources than a number needs; `detail` is how many there are."""
    ONE_HOUSE = "one_house"
    """All sources are of one organisation."""
    UNCHECKED = "unchecked"
    """Nothing was verified."""
    OLD = "old"
    """The newest word is older than two years."""


@final
@attrs.frozen
class Gap:
    """One thing that is missing."""

    kind: GapKind
    detail: str | None = None


@final
@attrs.frozen(kw_only=True)
class ShownTo:
    """That somebody was shown a version of what is said."""

    to: str = attrs.field(repr=False)
    at_us: int
    version: str


@final
@attrs.frozen(kw_only=True)
class Dossier:
    """All that one audience may read about one subject; printed, it is a text for people.

    The same statements make the same dossier, whenever it is put together, in whatever order they come.
    """

    subject: str
    """The id of the subject."""
    name: str = attrs.field(repr=False)
    audience: str
    """For whom it is: ``internal`` (the provider), ``subject``, ``clients`` (every future one), or ``client:`` and the
    id of the one that may read what is for it by name, too."""
    as_of_us: int
    """When it was put together."""
    provider: str = attrs.field(default="", repr=False)
    """Who put it together, as a reader shall see it."""
    labels: Labels = attrs.field(factory=dict[str, Mapping[str, str]], hash=False, repr=False)
    """How each question is called, by its key and then by language."""
    stations: tuple[Station, ...] = ()
    """In order of time."""
    criteria: tuple[Criterion, ...] = ()
    statements: tuple[Statement, ...] = ()
    """In order of time, newest first."""
    own_view: tuple[Statement, ...] = ()
    """What the subject says of their own work, newest first."""
    asked: tuple[Asked, ...] = ()
    kept_back: int = 0
    """How many statements of others this audience may not read."""
    timeline: tuple[Moment, ...] = ()
    """In order of time."""
    gaps: tuple[Gap, ...] = ()
    shown: tuple[ShownTo, ...] = ()
    """Who was shown what, newest first; only the subject and the provider can see that."""

    @property
    def as_of(self) -> pendulum.DateTime:
        """When it was put together, in UTC."""
        return face(self.as_of_us)

    @property
    def sources(self) -> int:
        """How many independent sources speak in it."""
        return len({statement.speaker.number for statement in self.statements if statement.speaker.independent})

    def text(self, locale: str = "en", *, width: int = 80) -> str:
        """The dossier for a terminal of `width` columns, at least 76, in English or German (``de``)."""
        from feedbackkit.evidence.telling import told

        return told(self, locale, width=width)

    def __str__(self) -> str:
        return self.text()
