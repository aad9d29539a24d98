"""A reference: what a source lets others quote, with its audience, and what became of it."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.checks import shape
from feedbackkit.domain.fields import checked, member, one_of
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import Form
from feedbackkit.domain.source import Source
from feedbackkit.domain.times import face, within
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    import pendulum

__all__ = [
    "Audience",
    "Finding",
    "Found",
    "Point",
    "PointFinding",
    "Reference",
    "ReferenceEvent",
    "ReferenceEventKind",
    "ReferenceReply",
    "ReferenceState",
    "Seal",
    "Standing",
    "Verification",
    "points_of",
]


class Audience(enum.StrEnum):
    """Who may read a reference; each includes those before it."""

    INTERNAL = "internal"
    """The provider alone."""
    SUBJECT = "subject"
    """The subject, too."""
    NAMED = "named"
    """The clients that are named, too."""
    CLIENTS = "clients"
    """Every future client."""


class ReferenceState(enum.StrEnum):
    """How far a reference has come."""

    NEW = "new"
    """Not stored yet."""
    DRAFTED = "drafted"
    """Worded; its source has not approved it."""
    APPROVED = "approved"
    """Its source stands by it."""
    SEALED = "sealed"
    """Nothing of it can change any more; it may be shown."""
    RETRACTED = "retracted"
    """Taken back; it stays on record that it was there."""
    SUPERSEDED = "superseded"
    """Another one took its place."""


class ReferenceEventKind(enum.StrEnum):
    """What can happen to a reference."""

    DRAFTED = "drafted"
    """It was worded; `ref` is the digest of its content."""
    REDRAFTED = "redrafted"
    """It was worded anew; what was approved before is not any more. `ref` is the new digest."""
    APPROVED = "approved"
    """Its source approved the content with that digest, `ref`; where the provider recorded it, `reason` says how."""
    SEALED = "sealed"
    """It was sealed; `ref` is the digest of its content."""
    CONFIRMED = "confirmed"
    """A third party's call found all of it true; `ref` is the digest of the verification."""
    DISPUTED = "disputed"
    """A third party's call found some of it different or contradicted; `ref` is the digest of the verification."""
    REPLIED = "replied"
    """The subject replied; `ref` is the digest of the reply."""
    RETRACTED = "retracted"
    """Taken back by `party`; `reason` says why."""
    SUPERSEDED = "superseded"
    """Another one took its place, whose key is `ref`."""


def _audience(value: Audience | str) -> Audience:
    return member(Audience, "reference.audience", value)


def _form(value: Form | str) -> Form:
    return member(Form, "reference.form", value)


def _instant(field: str, value: object) -> None:
    within(value, field=field)


def _clients(value: Iterable[str]) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InvalidValue("reference.clients", "must be ids of organisations", shape(value))
    return tuple(sorted({checks.opaque("reference.clients", each) for each in value}))


@final
@attrs.frozen(kw_only=True)
class Reference:
    """What a source lets others quote; its `repr` shows no words."""

    key: str = attrs.field(validator=checked(checks.identifier, "reference.key"))
    """The program's idempotency key."""
    subject: str = attrs.field(validator=checked(checks.opaque, "reference.subject"))
    """The id of the person it is about."""
    source: str = attrs.field(validator=checked(checks.opaque, "reference.source"))
    """The id of the person whose word it is."""
    text: str = attrs.field(repr=False, validator=checked(checks.text, "reference.text"))
    """The statement."""
    locale: str = attrs.field(default="en", validator=checked(checks.locale, "reference.locale"))
    """The language of the statement."""
    form: Form = attrs.field(default=Form.WRITTEN, converter=_form)
    """In which medium it was given: an answer in writing, a talk."""
    stand: Source | None = attrs.field(default=None, validator=one_of((Source,), "reference.stand", "must be a Source"))
    """From where the source speaks."""
    request: str | None = attrs.field(
        default=None, validator=checked(checks.identifier, "reference.request", optional=True)
    )
    """The key of the request whose answer it was made of; `None` for a talk without one."""
    revision: int | None = attrs.field(
        default=None, validator=checked(checks.whole, "reference.revision", optional=True, least=1)
    )
    """Which revision of that answer."""
    audience: Audience = attrs.field(default=Audience.INTERNAL, converter=_audience)
    """Who may read it."""
    clients: tuple[str, ...] = attrs.field(default=(), converter=_clients)
    """The ids of the organisations that may, where the audience is `NAMED`."""
    quotable: bool = attrs.field(default=False, validator=checked(checks.yes_or_no, "reference.quotable"))
    """Whether its words may be quoted; otherwise only that it is there, and what it comes to."""
    valid_until_us: int | None = attrs.field(
        default=None, validator=checked(_instant, "reference.valid_until_us", optional=True)
    )
    """From when on it is shown no more; `None` for good."""
    supersedes: str | None = attrs.field(
        default=None, validator=checked(checks.identifier, "reference.supersedes", optional=True)
    )
    """The key of the reference whose place it takes when it is sealed."""

    def __attrs_post_init__(self) -> None:
        if (self.audience is Audience.NAMED) != bool(self.clients):
            raise InvalidValue("reference.clients", "must be named for the audience named, and for no other", "others")
        if (self.request is None) != (self.revision is None):
            raise InvalidValue("reference.revision", "must be told with its request", "one without the other")
        if self.source == self.subject:
            raise InvalidValue("reference.source", "must be somebody else than the subject", "the same person")
        if self.supersedes == self.key:
            raise InvalidValue("reference.supersedes", "must be another reference", "itself")

    def may_be_read_by(self, audience: Audience | str, *, client: str | None = None) -> bool:
        """Whether somebody may read it: the provider, the subject, or a client, by its id where it is known."""
        reader = _audience(audience)
        if reader is Audience.INTERNAL:
            return True
        if reader is Audience.SUBJECT:
            return self.audience is not Audience.INTERNAL
        return self.audience is Audience.CLIENTS or (self.audience is Audience.NAMED and client in self.clients)


@final
@attrs.frozen(kw_only=True)
class Seal:
    """What proves that a reference is what was sealed."""

    digest: str = attrs.field(validator=checked(checks.identifier, "seal.digest"))
    """SHA-256 over the canonical bytes of its content, in hexadecimal."""
    at_us: int = attrs.field(validator=checked(_instant, "seal.at_us"))
    """When it was sealed."""
    key_id: str | None = attrs.field(default=None, validator=checked(checks.identifier, "seal.key_id", optional=True))
    """Which key signed it; `None` where none did."""
    signature: str | None = attrs.field(
        default=None, validator=checked(checks.identifier, "seal.signature", optional=True, limit=200)
    )
    """The Ed25519 signature over the bytes of the digest, in hexadecimal."""

    @property
    def at(self) -> pendulum.DateTime:
        """When it was sealed, in UTC."""
        return face(self.at_us)


@final
@attrs.frozen(kw_only=True)
class Standing:
    """How far a reference has come; only the law makes a new one.

    Not validated: it is built from what the law computed or from what was stored.
    """

    state: ReferenceState = ReferenceState.NEW
    """Where it stands."""
    content: str | None = None
    """The digest of its content as it is worded now."""
    approved_us: int | None = None
    """When its source approved that content."""
    sealed_us: int | None = None
    """When it was sealed."""
    confirmed: int = 0
    """How many calls found all of it true."""
    disputed: int = 0
    """How many found some of it different or contradicted."""
    replies: int = 0
    """How often the subject replied."""
    successor: str | None = None
    """The key of the reference that took its place."""
    closed_by: Party | None = None
    """On whose word it was taken back."""


@final
@attrs.frozen(kw_only=True)
class ReferenceEvent:
    """One thing that happened to a reference; see `ReferenceEventKind`.

    Not validated: whoever makes one has checked what goes in.
    """

    kind: ReferenceEventKind
    at_us: int
    actor: str = "system"
    """The id of whoever did it."""
    party: Party = Party.PROVIDER
    """On whose word."""
    ref: str | None = None
    """The digest or reference it speaks of."""
    reason: str | None = attrs.field(default=None, repr=False)
    """What was said about it, in words."""

    @property
    def at(self) -> pendulum.DateTime:
        """When it happened, in UTC."""
        return face(self.at_us)


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
    at_us: int = attrs.field(validator=checked(_instant, "verification.at_us"))
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


@final
@attrs.frozen(kw_only=True)
class ReferenceReply:
    """What the subject says to a reference; it stands with it, always."""

    reference: str = attrs.field(validator=checked(checks.identifier, "reply.reference"))
    """The key of the reference."""
    at_us: int = attrs.field(validator=checked(_instant, "reply.at_us"))
    """When it was said."""
    words: str = attrs.field(repr=False, validator=checked(checks.text, "reply.words"))
    """What was said."""

    @property
    def at(self) -> pendulum.DateTime:
        """When it was said, in UTC."""
        return face(self.at_us)


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
