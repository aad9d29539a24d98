"""The whole that one audience may read about one subject.

Nothing here is checked again: whoever puts a dossier together has checked what goes in.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias, final

import attrs

from feedbackkit.domain.request import Occasion
from feedbackkit.domain.times import face
from feedbackkit.evidence.dossier.numbers import Criterion
from feedbackkit.evidence.dossier.parts import Statement

if TYPE_CHECKING:
    import pendulum

__all__ = [
    "Asked",
    "Dossier",
    "Gap",
    "GapKind",
    "Labels",
    "Moment",
    "MomentKind",
    "ShownTo",
    "Station",
]

Labels: TypeAlias = Mapping[str, Mapping[str, str]]
"""How each question is called, by its key and then by language."""


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
        from feedbackkit.evidence.telling.text import told

        return told(self, locale, width=width)

    def __str__(self) -> str:
        return self.text()
