"""How a stored value is built again: for each class a function is written once, which fills its slots.

What is stored was checked when it came in, so types are checked and the rules of the fields are not. A rule that is
tightened later must not make old data unreadable; and checking again is half of the cost of reading.
"""

from __future__ import annotations

from enum import StrEnum
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, get_args, get_type_hints

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cattrs import Converter

__all__ = ["loader_of", "strict"]

T = TypeVar("T")

_PLAIN: Final = (str, int, bool)
"""Classes whose JSON values are taken as they are."""


def strict(kind: type[T]) -> Callable[..., T]:
    """A structure hook that lets in values of just that class."""

    def structure(value: Any, _type: Any = None) -> T:
        if value.__class__ is not kind:
            message = f"must be {kind.__name__}"
            raise TypeError(message)
        return value

    return structure


def loader_of(converter: Converter, cls: type[Any]) -> Callable[[Any, Any], Any]:
    """A structure hook for a frozen class with slots; absent fields have their default.

    It is written as source, a statement a field, and compiled: a loop over the fields takes twice the time, and reading
    is a tenth of what a desk does.
    """
    hints = get_type_hints(cls)
    names: dict[str, Any] = {"cls": cls, "new": object.__new__}
    lines = ["def load(data, _type):", "    value = new(cls)"]
    for number, field in enumerate(attrs.fields(cls)):
        plain, read = _reading(hints[field.name], converter)
        names |= {
            f"put_{number}": getattr(cls, field.name).__set__,
            f"plain_{number}": plain,
            f"read_{number}": read,
            f"default_{number}": field.default,
        }
        lines += [f"    {line}" for line in _statements(number, field, plain=plain is not None)]
    lines.append("    return value")
    exec("\n".join(lines), names)  # noqa: S102 - made of the names of our own fields
    return cast("Callable[[Any, Any], Any]", names["load"])


def _statements(number: int, field: attrs.Attribute[Any], *, plain: bool) -> Iterator[str]:
    """The statements that fill one slot from ``data``."""
    taken = (
        f"found if found.__class__ is plain_{number} else read_{number}(found)" if plain else f"read_{number}(found)"
    )
    if field.default is attrs.NOTHING:
        yield f"found = data[{field.name!r}]"
    elif field.default is None:
        yield f"found = data.get({field.name!r})"
        taken = f"None if found is None else {taken}"
    else:
        yield f"found = data.get({field.name!r}, default_{number})"
        taken = f"found if found is default_{number} else {taken}"
    yield f"put_{number}(value, {taken})"


def _reading(hint: Any, converter: Converter) -> tuple[type | None, Callable[[Any], Any]]:
    """How a field is read: the class of a JSON value that is taken as it is, and what makes a value of any other."""
    wanted = _without_none(hint) if isinstance(hint, UnionType) else hint
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return None, {member.value: member for member in wanted}.__getitem__  # a tenth of what calling the class costs
    if wanted in _PLAIN:
        return wanted, strict(wanted)
    hook = converter.get_structure_hook(wanted)
    return None, lambda found: hook(found, wanted)


def _without_none(hint: UnionType) -> Any:
    first, *others = [kind for kind in get_args(hint) if kind is not NoneType]
    for other in others:
        first |= other
    return first
