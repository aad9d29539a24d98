"""A third party's call to the source of a reference: what to ask, point by point, and what was found."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.checks import shape
from feedbackkit.domain.fields import checked, instant_us, member
from feedbackkit.domain.times import face
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    import pendulum

    from feedbackkit.domain.reference import Reference

__all__ = ["Finding", "Found", "Point", "PointFinding", "Verification", "points_of"]


class Finding(enum.StrEnum):
    """What a call found of one point."""

    CONFIRMED = "confirmed"
    """It is so."""
    DIFFERS = "differs"
    """It is told differently now."""
    CONTRADICTED = "contradicted"
    """It is not so."""


@final
@attrs.frozen(kw_only=True)
class Point:
    """One thing that a written reference says, and how to ask for it on the telephone."""

    id: str
    """``1``, ``2`` …: by that a verification speaks to it."""
    written: str = attrs.field(repr=False)
    """What was written."""
    question: str = attrs.field(repr=False)
    """How to ask, without putting the answer into the source's mouth more than needs be."""


def _finding(value: Finding | str) -> Finding:
    return member(Finding, "verification.finding", value)


@final
@attrs.frozen(kw_only=True)
class PointFinding:
    """What a call found of one point, beside what was written."""

    finding: Finding = attrs.field(converter=_finding)
    """Whether it is so."""
    words: str | None = attrs.field(
        default=None,
        repr=False,
        validator=checked(checks.text, "verification.words", optional=True, limit=2_000),
    )
    """What was said, in words."""


Found: TypeAlias = PointFinding | Finding | str
"""How it is told what was found of a point: with words, or ``confirmed``, ``differs``, ``contradicted`` alone."""


def _points(value: Mapping[str, Found]) -> Mapping[str, PointFinding]:
    if not isinstance(value, Mapping) or not 0 < len(value) <= _MOST_POINTS:
        raise InvalidValue("verification.points", f"must tell of 1 to {_MOST_POINTS} points", shape(value))
    for point in value:
        checks.identifier("verification point", point, limit=20)
    return MappingProxyType({point: _point(value[point]) for point in sorted(value, key=lambda it: (len(it), it))})


def _point(value: Found) -> PointFinding:
    if isinstance(value, PointFinding):
        return value
    return PointFinding(finding=_finding(value))


_MOST_POINTS: Final = 200


@final
@attrs.frozen(kw_only=True)
class Verification:
    """What a third party's call found: it stands beside what was written and changes nothing of it."""

    reference: str = attrs.field(validator=checked(checks.identifier, "verification.reference"))
    """The key of the reference."""
    key: str = attrs.field(validator=checked(checks.identifier, "verification.key"))
    """The program's idempotency key, within the reference."""
    at_us: int = attrs.field(validator=checked(instant_us, "verification.at_us"))
    """When the call was made."""
    caller: str = attrs.field(validator=checked(checks.opaque, "verification.caller"))
    """The id of whoever called: a future client, or somebody of the provider's."""
    points: Mapping[str, PointFinding] = attrs.field(repr=False, converter=_points, hash=False)
    """What was found of each point, by the ids of `Point`, in order."""

    @property
    def finding(self) -> Finding:
        """The worst of what was found."""
        found = {each.finding for each in self.points.values()}
        for worst in (Finding.CONTRADICTED, Finding.DIFFERS):
            if worst in found:
                return worst
        return Finding.CONFIRMED

    @property
    def at(self) -> pendulum.DateTime:
        """When the call was made, in UTC."""
        return face(self.at_us)

    def __reduce__(self) -> tuple[object, ...]:
        # A read-only mapping cannot be pickled: it goes as the mapping it shows.
        return _verification, (self.reference, self.key, self.at_us, self.caller, dict(self.points))


def _verification(
    reference: str, key: str, at_us: int, caller: str, points: Mapping[str, PointFinding]
) -> Verification:
    return Verification(reference=reference, key=key, at_us=at_us, caller=caller, points=points)


_ABBREVIATION: Final = re.compile(
    r"\b(?:[A-Za-zÄÖÜäöü]|Dr|Dres|Prof|Mr|Mrs|Ms|St|bzw|ca|etc|inkl|usw|vgl|z\.B|Nr|Inc|Co)\.$"
)
_BREAK: Final = re.compile(r"(?<=[.!?…])[\"”“’»)]*\s+|\n+")
_ASKED: Final[Mapping[str, str]] = {
    "en": "It is written: “{}” How do you see that today?",
    "de": "Geschrieben steht: „{}“ Wie sehen Sie das heute?",
}
_ROLE: Final[Mapping[str, tuple[str, str]]] = {
    "en": ("source", "How did you work together, and for how long?"),
    "de": ("Quelle", "Wie haben Sie zusammengearbeitet, und wie lange?"),
}


def points_of(reference: Reference, *, locale: str | None = None) -> tuple[Point, ...]:
    """What a reference says, sentence by sentence, with a question for each; the same points every time.

    First comes how source and subject worked together, for whoever did not is no source. `locale`: the language of the
    call, the statement's own without one; English where no other is known.
    """
    wanted = (locale or reference.locale).partition("-")[0]
    language = wanted if wanted in _ASKED else "en"
    what, question = _ROLE[language]
    asked = [Point(id="1", written=what, question=question)]
    for number, sentence in enumerate(_sentences(reference.text), start=2):
        asked.append(Point(id=str(number), written=sentence, question=_ASKED[language].format(sentence)))
    return tuple(asked)


def _sentences(text: str) -> list[str]:
    """Cut where a sentence ends, but not after an abbreviation."""
    found: list[str] = []
    start = 0
    for cut in _BREAK.finditer(text):
        before = text[start : cut.end()].strip()
        if not before or ("\n" not in cut[0] and _ABBREVIATION.search(before)):
            continue
        found.append(before)
        start = cut.end()
    rest = text[start:].strip()
    return [*found, rest] if rest else found
