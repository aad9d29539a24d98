"""How a field of a value is checked: the functions of `checks`, as attrs validators."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from feedbackkit.domain.checks import shape
from feedbackkit.domain.times import within
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable

    import attrs

__all__ = ["Validator", "checked", "instance_of", "instant_us", "member", "one_of"]

_Member = TypeVar("_Member", bound=enum.StrEnum)

Validator: TypeAlias = "Callable[[Any, attrs.Attribute[Any], Any], object]"


def checked(check: Callable[..., object], field: str, *, optional: bool = False, **options: object) -> Validator:
    """A validator that calls ``check(field, value, **options)``, and leaves `None` alone where that is allowed."""

    def validate(_instance: object, _attribute: object, value: object) -> None:
        if not (optional and value is None):
            check(field, value, **options)

    return validate


def instant_us(field: str, value: object) -> int:
    """An instant in microseconds, for `checked`."""
    return within(value, field=field)


def one_of(kinds: tuple[type, ...], field: str, rule: str) -> Validator:
    """A validator that lets in instances of some classes and `None`."""

    def validate(_instance: object, _attribute: object, value: object) -> None:
        if value is not None and not isinstance(value, kinds):
            raise InvalidValue(field, rule, shape(value))

    return validate


def instance_of(kind: type, field: str, rule: str) -> Validator:
    """A validator that lets in instances of one class, and not `None`."""

    def validate(_instance: object, _attribute: object, value: object) -> None:
        if not isinstance(value, kind):
            raise InvalidValue(field, rule, shape(value))

    return validate


def member(kind: type[_Member], field: str, value: object) -> _Member:
    """The member of an enumeration, from the member or its text; for converters, which must be named functions."""
    if isinstance(value, kind):
        return value
    try:
        return kind(value if isinstance(value, str) else "")  # an enumeration shows whatever it does not know
    except ValueError:
        raise InvalidValue(field, f"must be one of {', '.join(kind)}", shape(value)) from None
