"""Odd values, and which of them a parameter may take by its annotation; each text holds a word that none may repeat."""

from __future__ import annotations

import datetime as dt
import enum
import inspect
import math
import re
import traceback
from typing import TYPE_CHECKING, Any, Final

import attrs

from feedbackkit.errors import FeedbackKitError, InvalidInput, SetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Parameter", "complaint", "odd_values", "parameters"]


class Odd(str):
    """A text of a class of its own."""

    __slots__ = ()


class Strange(enum.StrEnum):
    """A member of no enumeration of ours."""

    GEHEIM = "Anna Geheim"


class Thing:
    """Something of a strange type, whose words must not be repeated."""

    def __repr__(self) -> str:
        return "Geheim"

    __str__ = __repr__


def _knotted() -> list[object]:
    """A list that is in itself."""
    knot: list[object] = []
    knot.append(knot)
    return knot


def _deep() -> list[object]:
    """Lists in lists, deeper than Python recurses."""
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    return deep


_DEEP: Final = _deep()
_LONG: Final = "Geheim " * 1_500_000

# By the names that stand for them in an annotation; what stands for none is right nowhere.
_TEXTS: Final = ("str", "PathLike")
_MANY: Final = ("Iterable", "Sequence", "Collection")


def odd_values() -> Iterator[tuple[str, object, tuple[str, ...]]]:
    """Each odd value with what it is, and the words in an annotation by which it may be right; new ones each time."""
    yield "nothing", None, ("None",)
    yield "a number", 5, ("int", "float")
    yield "a number beyond printing", 10**5000, ("int", "float")
    yield "a number below printing", -(10**5000), ("int", "float")
    yield "not a number", math.nan, ("float",)
    yield "infinity", math.inf, ("float",)
    yield "a complex number", 1j, ()
    yield "a boolean", True, ("bool",)
    yield "bytes", b"Geheim", ("bytes",)
    yield "an empty text", "", (*_TEXTS, "Iterable[str]")
    yield "a blank", "  ", (*_TEXTS, "Iterable[str]")
    yield "NUL", "Geheim\0x", _TEXTS
    yield "a lone surrogate", "Geheim\ud800x", _TEXTS
    yield "a name", "Anna Geheim", _TEXTS
    yield "an address", "anna.geheim@nordwerk.example", _TEXTS
    yield "a long text", _LONG, _TEXTS
    yield "a text of another class", Odd("Geheim\n"), _TEXTS
    yield "a member of another enumeration", Strange.GEHEIM, _TEXTS
    yield "an empty list", [], _MANY
    yield "a list", ["Geheim"], _MANY
    yield "a list of a list", [["Geheim"]], _MANY
    yield "a list of nothing", [None], _MANY
    yield "a list in itself", _knotted(), _MANY
    yield "a deep list", _DEEP, _MANY
    yield "a tuple", ("Geheim", None), _MANY
    yield "a set", {"Geheim"}, _MANY
    yield "a generator", (each for each in ["Geheim"]), _MANY
    yield "an empty mapping", {}, ("Mapping", *_MANY)
    yield "a mapping", {"Geheim": "Geheim"}, ("Mapping", *_MANY)
    yield "a mapping from numbers", {5: [None]}, ("Mapping", *_MANY)
    yield "a mapping to a knot", {"A-1": _knotted()}, ("Mapping", *_MANY)
    yield "a mapping to a pair", {"A-1": (5, "Geheim")}, ("Mapping", *_MANY)
    yield "a naive time", dt.datetime(2026, 3, 2), ()  # noqa: DTZ001 - that is the claim
    yield "the first instant", dt.datetime.min.replace(tzinfo=dt.timezone(dt.timedelta(hours=14))), ("dt.datetime",)
    yield "the last instant", dt.datetime.max.replace(tzinfo=dt.timezone(-dt.timedelta(hours=12))), ("dt.datetime",)
    yield "the first date", dt.date.min, ("dt.date ",)
    yield "the last date", dt.date.max, ("dt.date ",)
    yield "a time of day", dt.time(12), ()
    yield "a span", dt.timedelta(days=1), ("dt.timedelta", "timedelta")
    yield "the longest span", dt.timedelta.max, ("dt.timedelta", "timedelta")
    yield "a span backwards", dt.timedelta.min, ("dt.timedelta", "timedelta")
    yield "a thing", Thing(), ()
    yield "a module", math, ()


@attrs.frozen
class Parameter:
    """One parameter of something callable, and what it says that it takes."""

    name: str
    annotation: str
    many: bool
    """Whether it takes any number of them."""

    def may_take(self, words: tuple[str, ...]) -> bool:
        """Whether its annotation names what an odd value is."""
        said = f"{self.annotation} "
        return any(
            re.search(rf"(?<![\w.\[]){re.escape(word)}(?![\w.])" if "[" not in word else re.escape(word), said)
            for word in words
        )

    def holding(self, value: object) -> object:
        """The value as an argument."""
        return (value,) if self.many else value


def parameters(function: Callable[..., object]) -> list[Parameter]:
    """The parameters of something callable, but for self."""
    return [
        Parameter(each.name, str(each.annotation), each.kind is inspect.Parameter.VAR_POSITIONAL)
        for each in inspect.signature(function).parameters.values()
        if each.name != "self"
    ]


def complaint(  # noqa: PLR0911 - one for each way to be wrong
    call: Callable[..., object], *arguments: Any, must_refuse: bool, unchanged: Callable[[], bool]
) -> str | None:
    """What is wrong with how something takes an odd value; `None` where it takes or refuses it as it should."""
    try:
        call(*arguments)
    except FeedbackKitError as error:
        if must_refuse and not isinstance(error, (InvalidInput, SetupError)):
            return f"is {type(error).__name__}: {error}"
        told = "".join(traceback.format_exception(error)).lower()
        said = f"{error} {error!r}".lower()
        if "geheim" in told or "geheim" in said:
            return f"repeats it: {error}"[:300]
        if not unchanged():
            return f"refuses it when something has happened: {error}"
        if len(str(error)) > 400:
            return f"says too much: {len(str(error))}"
    except Exception as error:  # noqa: BLE001 - any other is what is looked for
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"raises {type(error).__name__} in {where.filename.rsplit('/', 1)[-1]}:{where.lineno}: {error}"[:200]
    else:
        if must_refuse:
            return "takes it"
    return None
