"""Bodies: domain values in an envelope of type, version and data.

The types themselves know nothing of this. What an older version wrote is brought up to date by an upcaster before it is
built; what a newer version wrote comes back as `Unknown` and is written again byte for byte.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache, partial
from operator import is_
from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypeVar, cast, final

import attrs
from cattrs import Converter
from cattrs.errors import BaseValidationError

from feedbackkit.codec.loading import loader_of, strict
from feedbackkit.codec.text import dumps, loads
from feedbackkit.domain.alerts import Alert
from feedbackkit.domain.answer import Answer, Given
from feedbackkit.domain.appointment import AgreedAppointment
from feedbackkit.domain.basis import Basis, Consent, Contract, ExistingCustomer, PresumedConsent
from feedbackkit.domain.benefit import OwedBenefit
from feedbackkit.domain.disclosure import Disclosure
from feedbackkit.domain.engagement import EarlyEnd, Engagement, Extension, Milestone, Referee
from feedbackkit.domain.flag import Resolution
from feedbackkit.domain.people import Actor, Organisation, Person
from feedbackkit.domain.questionnaire import Choice, MultipleChoice, Question, Questionnaire, Rating, Words, YesNo
from feedbackkit.domain.reference import Reference, ReferenceReply
from feedbackkit.domain.request import Request
from feedbackkit.domain.source import Relation
from feedbackkit.domain.verification import PointFinding, Verification
from feedbackkit.errors import InvalidInput, Unreadable

__all__ = [
    "TYPES",
    "UPCASTERS",
    "StoredEngagement",
    "StoredReferee",
    "Unknown",
    "Upcaster",
    "decode",
    "decode_as",
    "decode_person",
    "encode",
]

T = TypeVar("T")

Upcaster: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the data of one version into the data of the next."""


@final
@attrs.frozen(kw_only=True)
class StoredReferee:
    """A referee of an engagement, with its person by id."""

    person: str
    relation: Relation


@final
@attrs.frozen(kw_only=True)
class StoredEngagement:
    """An engagement with its people by id, for what is known of a person is stored once."""

    id: str
    subject: str
    sponsor: str
    starts: dt.date
    ends: dt.date
    milestones: tuple[Milestone, ...] = ()
    extensions: tuple[Extension, ...] = ()
    early_end: EarlyEnd | None = None
    referees: tuple[StoredReferee, ...] = ()
    playbook: str | None = None
    owner: str

    @classmethod
    def of(cls, engagement: Engagement) -> StoredEngagement:
        """What is stored of an engagement whose people have ids."""
        return cls(
            id=engagement.id,
            subject=engagement.subject.id or "",
            sponsor=engagement.sponsor.id or "",
            starts=engagement.starts,
            ends=engagement.ends,
            milestones=engagement.milestones,
            extensions=engagement.extensions,
            early_end=engagement.early_end,
            referees=tuple(
                StoredReferee(person=each.person.id or "", relation=each.relation) for each in engagement.referees
            ),
            playbook=engagement.playbook,
            owner=engagement.owner.id,
        )

    @property
    def people(self) -> tuple[str, ...]:
        """The ids of its people: the subject, the sponsor, and the referees in order."""
        return (self.subject, self.sponsor, *(referee.person for referee in self.referees))

    @property
    def last_day(self) -> dt.date:
        """The last day as things stand."""
        if self.early_end is not None:
            return self.early_end.ends
        return self.extensions[-1].ends if self.extensions else self.ends

    def joined(self, people: Mapping[str, Person]) -> Engagement:
        """The engagement with its people, by their ids."""
        return Engagement(
            id=self.id,
            subject=people[self.subject],
            sponsor=people[self.sponsor],
            starts=self.starts,
            ends=self.ends,
            milestones=self.milestones,
            extensions=self.extensions,
            early_end=self.early_end,
            referees=tuple(Referee(person=people[each.person], relation=each.relation) for each in self.referees),
            playbook=self.playbook,
            owner=Actor(self.owner),
        )


TYPES: Final[Mapping[str, tuple[type, int]]] = MappingProxyType(
    {
        "alert": (Alert, 1),
        "answer": (Answer, 1),
        "appointment": (AgreedAppointment, 1),
        "benefit": (OwedBenefit, 1),
        "disclosure": (Disclosure, 1),
        "engagement": (StoredEngagement, 1),
        "organisation": (Organisation, 1),
        "person": (Person, 1),
        "questionnaire": (Questionnaire, 1),
        "reference": (Reference, 1),
        "reference_reply": (ReferenceReply, 1),
        "request": (Request, 1),
        "resolution": (Resolution, 1),
        "verification": (Verification, 1),
    }
)
"""What can be a body, under which name, and the version in which it is written."""

UPCASTERS: Final[Mapping[tuple[str, int], Upcaster]] = MappingProxyType({})
"""By type and version: how its data becomes that of the next version."""

_ITEMS: Final = Mapping[str, Given]
_POINTS: Final = Mapping[str, PointFinding]
_NAMES: Final = {cls: (name, version) for name, (cls, version) in TYPES.items()}


@final
@attrs.frozen
class Unknown:
    """A body of a type or version that this code does not know, kept as it came."""

    type: str
    version: int
    raw: bytes = attrs.field(repr=False)


def _items(value: Any, _type: Any) -> Mapping[str, Given]:
    if value.__class__ is not dict:
        message = "must be a mapping"
        raise TypeError(message)
    for question, said in value.items():
        if said.__class__ is list:
            value[question] = tuple(said)
    return MappingProxyType(value)


def _date(value: Any, _type: Any) -> dt.date:
    return dt.date.fromisoformat(value)


_BASES: Final = {
    "consent": Consent,
    "contract": Contract,
    "existing_customer": ExistingCustomer,
    "presumed_consent": PresumedConsent,
}
_BASIS_NAMES: Final = {cls: name for name, cls in _BASES.items()}


def _tag_bases(converter: Converter) -> None:
    """A person's basis is one of several classes: its name is stored with it."""
    hooks = {name: converter.get_structure_hook(cls) for name, cls in _BASES.items()}

    def structure(value: Any, _type: Any) -> Basis:
        return cast("Basis", hooks[value["kind"]](value, None))

    def unstructure(value: Basis | None) -> dict[str, Any] | None:
        return None if value is None else {"kind": _BASIS_NAMES[type(value)], **converter.unstructure(value)}

    converter.register_structure_hook(Basis, structure)
    converter.register_unstructure_hook(Basis | None, unstructure)


_QUESTIONS: Final[dict[str, type[Question]]] = {
    "choice": Choice,
    "multiple_choice": MultipleChoice,
    "rating": Rating,
    "words": Words,
    "yes_no": YesNo,
}
_QUESTION_NAMES: Final = {cls: name for name, cls in _QUESTIONS.items()}


def _tag_questions(converter: Converter) -> None:
    """A question is one of several classes: its name is stored with it."""
    # By identity: else cattrs takes the hook for each of the classes, too.
    converter.register_structure_hook_func(
        partial(is_, Question), lambda value, _type: converter.structure(value, _QUESTIONS[value["kind"]])
    )
    converter.register_unstructure_hook_func(
        partial(is_, Question),
        lambda value: {"kind": _QUESTION_NAMES[type(value)], **converter.unstructure(value)},
    )


def _converter() -> Converter:
    converter = Converter(omit_if_default=True, detailed_validation=False)
    for kind in (int, str, bool):
        # By identity: an enumeration of texts is a text to cattrs' own lookup by class.
        converter.register_structure_hook_func(partial(is_, kind), strict(kind))
    converter.register_structure_hook(dt.date, _date)
    converter.register_unstructure_hook(dt.date, dt.date.isoformat)
    converter.register_structure_hook_factory(attrs.has, partial(loader_of, converter))
    # What was said to each question is a mapping of plain values already.
    converter.register_structure_hook_func(lambda hint: hint == _ITEMS, _items)
    converter.register_unstructure_hook_func(lambda hint: hint == _ITEMS, dict)
    converter.register_structure_hook_func(
        lambda hint: hint == _POINTS,
        lambda value, _type: MappingProxyType(
            {point: converter.structure(found, PointFinding) for point, found in value.items()}
        ),
    )
    _tag_bases(converter)
    _tag_questions(converter)
    return converter


@lru_cache(maxsize=1)
def _shared() -> Converter:
    """The one private converter, made when the first value passes: importing the package stays cheap."""
    return _converter()


@lru_cache(maxsize=64)
def _structure(cls: type[Any]) -> Callable[[Any, Any], Any]:
    return _shared().get_structure_hook(cls)


@lru_cache(maxsize=64)
def _unstructure(cls: Hashable) -> Callable[[Any], Any]:
    return _shared().get_unstructure_hook(cast("type[Any]", cls))


def encode(value: object) -> bytes:
    """The envelope of a domain value, or the very bytes of an `Unknown`."""
    if isinstance(value, Unknown):
        return value.raw
    cls: type[Any] = type(value)
    name, version = _NAMES[cls]
    return dumps({"type": name, "v": version, "data": _unstructure(cls)(value)})  # type: ignore[arg-type]  # a class can be hashed


def decode(data: bytes) -> object:
    """The value in an envelope, or `Unknown` where it is of a type or version that this code does not know.

    Bytes that are no envelope, or whose data breaks the rules of its type, raise `Unreadable`.
    """
    name, version, content = _opened(data)
    cls, current = TYPES.get(name, (None, 0))
    if cls is None or version > current:
        return Unknown(name, version, data)
    while version < current:
        content = UPCASTERS[name, version](content)
        version += 1
    try:
        return cast("object", _structure(cls)(content, cls))
    except (BaseValidationError, InvalidInput, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"a stored {name} of version {version} breaks the rules of its type") from error


def _opened(data: bytes) -> tuple[str, int, dict[str, Any]]:
    """Type, version and data of an envelope."""
    envelope: Any = loads(data)
    if envelope.__class__ is dict:
        name, version, content = envelope.get("type"), envelope.get("v"), envelope.get("data")
        if name.__class__ is str and version.__class__ is int and content.__class__ is dict and version >= 1:
            return name, version, content
    raise Unreadable(f"{len(data)} stored bytes are no envelope of type, v and data")


def decode_as(cls: type[T], data: bytes) -> T:
    """The value in an envelope, which must be of that class."""
    value = decode(data)
    if not isinstance(value, cls):
        what = f"{value.type} of version {value.version}" if isinstance(value, Unknown) else type(value).__name__
        raise Unreadable(f"expected a stored {cls.__name__}, found {what}")
    return value


@lru_cache(maxsize=1_024)
def decode_person(data: bytes) -> Person:
    """`decode_as` for a person, remembered by the bytes: the same people come by again and again."""
    return decode_as(Person, data)
