"""How a field of a value is checked: the functions of `checks`, as attrs validators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from feedbackkit.domain.checks import shape
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable

    import attrs

__all__ = ["Validator", "checked", "one_of"]

Validator: TypeAlias = "Callable[[Any, attrs.Attribute[Any], Any], object]"


def checked(check: Callable[..., object], field: str, *, optional: bool = False, **options: object) -> Validator:
    """A validator that calls ``check(field, value, **options)``, and leaves `None` alone where that is allowed."""

    def validate(_instance: object, _attribute: object, value: object) -> None:
        if not (optional and value is None):
            check(field, value, **options)

    return validate


def one_of(kinds: tuple[type, ...], field: str, rule: str) -> Validator:
    """A validator that lets in instances of some classes and `None`."""

    def validate(_instance: object, _attribute: object, value: object) -> None:
        if value is not None and not isinstance(value, kinds):
            raise InvalidValue(field, rule, shape(value))

    return validate
