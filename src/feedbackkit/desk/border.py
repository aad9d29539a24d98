"""What a desk lets in: each argument of a use-case is what its annotation names, or refused before anything is done.

The annotations are the one list of what is taken, so they are read here, as text: many of the classes that they name
are loaded only when they are needed. A part that is not known here is checked where it is used.
"""

from __future__ import annotations

import datetime as dt
import functools
import inspect
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, TypeVar, cast

from feedbackkit.desk.answers.answering import Reply
from feedbackkit.desk.plans.requesting import Ask
from feedbackkit.desk.views import FlagView
from feedbackkit.domain.checks import shape
from feedbackkit.domain.engagement import Engagement
from feedbackkit.domain.flag import Flag
from feedbackkit.domain.ledger import OptOut
from feedbackkit.domain.people import Actor, Organisation, Person
from feedbackkit.domain.questionnaire import Questionnaire
from feedbackkit.domain.source import Source
from feedbackkit.errors import InvalidValue
from feedbackkit.links import Links
from feedbackkit.ports import Signer

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["guard"]

T = TypeVar("T")

Take: TypeAlias = "Callable[[str, object], object]"
"""Gives back what came under a name as it is to be handed on, or raises `InvalidValue`."""


class _Kind(NamedTuple):
    """One of the kinds of things that an argument may be."""

    said: str
    fits: Callable[[object], bool]
    hand_on: Take | None = None


def _an(name: str) -> str:
    return f"{'an' if name[0] in 'AEIO' else 'a'} {name}"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _instance(kind: type) -> Callable[[object], bool]:
    def fits(value: object) -> bool:
        return isinstance(value, kind)

    return fits


def _of(kind: type) -> _Kind:
    return _Kind(_an(kind.__name__), _instance(kind))


_CLASSES: Final = (
    *(Actor, Ask, Engagement, Flag, FlagView, Links, OptOut, Organisation, Person, Questionnaire, Reply, Signer),
    Source,
)
_KINDS: Final[dict[str, _Kind]] = {
    "None": _Kind("nothing", _instance(type(None))),
    "bool": _Kind("true or false", _instance(bool)),
    "bytes": _Kind("bytes", _instance(bytes)),
    "dt.date": _Kind("a date", _instance(dt.date)),
    "dt.datetime": _Kind("an aware datetime", _instance(dt.datetime)),
    "dt.timedelta": _Kind("a timedelta", _instance(dt.timedelta)),
    "float": _Kind("a number", _is_number),
    "int": _Kind("a whole number", _is_whole),
    "str": _Kind("a text", _instance(str)),
    **{each.__name__: _of(each) for each in _CLASSES},
    **dict.fromkeys(("Callable", "Playbook", "Script"), _Kind("a function", callable)),
}
_TEXTUAL: Final = frozenset(
    {
        *("Audience", "BenefitStatus", "Form", "Occasion", "Party", "Purpose", "ReferenceState", "Scope", "State"),
        *("Treatment", "Verdict"),
    }
)
"""Enumerations of texts, whose members stand beside ``str`` and are told apart where they are used."""


def guard(face: type[T]) -> type[T]:
    """The class, whose public coroutine methods refuse from now on what their annotations do not name."""
    for name, method in list(vars(face).items()):
        if not name.startswith("_") and inspect.iscoroutinefunction(method):
            setattr(face, name, _guarded(method))
    return face


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    _, *parameters = inspect.signature(method).parameters.values()
    takes = {each.name: take for each in parameters if (take := _take(str(each.annotation))) is not None}
    fields = {each.name: f"{method.__name__}.{each.name}" for each in parameters}
    in_order = [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
    rest = "".join(each.name for each in parameters if each.kind is each.VAR_POSITIONAL)

    @functools.wraps(method)
    async def guarded(self: object, *arguments: object, **named: object) -> object:
        taken = list(arguments)
        for number, value in enumerate(arguments):
            name = in_order[number] if number < len(in_order) else rest
            if name in takes:
                taken[number] = takes[name](fields[name], value)
        for name, value in named.items():
            if name in takes:
                named[name] = takes[name](fields[name], value)
        return await method(self, *taken, **named)

    return guarded


def _take(annotation: str) -> Take | None:
    """How to take what an annotation names; `None` where it names something that is not known here."""
    kinds = [_kind(part) for part in _split(annotation, "|") if part not in _TEXTUAL]
    if not kinds or None in kinds:
        return None
    known = cast("list[_Kind]", kinds)
    told = " or ".join(dict.fromkeys(kind.said for kind in known))
    rule = f"must be {told.replace('a text', 'an id') if 'Person' in annotation else told}"

    def take(field: str, value: object) -> object:
        for kind in known:
            if kind.fits(value):
                return value if kind.hand_on is None else kind.hand_on(field, value)
        raise InvalidValue(field, rule, shape(value))

    return take


def _kind(part: str) -> _Kind | None:
    name, _, inside = part.removesuffix("]").partition("[")
    if name in {"Collection", "Iterable", "Sequence"}:
        return _Kind("a list", _is_many, _each(_take(inside)))
    if name == "Mapping":
        return _Kind("a mapping", _instance(Mapping), _pairs(*map(_take, _split(inside, ","))))
    return _KINDS.get(name)


def _is_many(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping))


def _each(take: Take | None) -> Take:
    """Read what can be read only once, and look at each thing in it."""

    def hand_on(field: str, value: object) -> object:
        many = tuple(cast("Iterable[object]", value))
        return many if take is None else tuple(take(f"{field}[{number}]", each) for number, each in enumerate(many))

    return hand_on


def _pairs(key: Take | None, value: Take | None) -> Take | None:
    if key is None or value is None:
        return None

    def hand_on(field: str, mapping: object) -> object:
        pairs = cast("Mapping[object, object]", mapping).items()
        return {key(f"{field} key", name): value(f"{field} value", each) for name, each in pairs}

    return hand_on


def _split(text: str, separator: str) -> list[str]:
    """The parts between separators, but for those in brackets."""
    parts: list[str] = []
    depth, start = 0, 0
    for place, character in enumerate(f"{text}{separator}"):
        depth += (character == "[") - (character == "]")
        if character == separator and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return parts
