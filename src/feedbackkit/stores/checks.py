"""What every shipped store refuses before it touches anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from feedbackkit.domain.checks import shape
from feedbackkit.errors import InvalidInput, InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from feedbackkit.ports import Change

__all__ = ["DEAD_AFTER", "LARGEST", "check_change", "check_kind", "check_storable", "check_texts"]

DEAD_AFTER: Final = 10
"""How many times a record may be released with a `retry_at` before it is a dead letter."""

LARGEST: Final = 2**63 - 1
"""The largest whole number that every store can keep; the smallest is its negative less one."""

_NUL: Final = "a text has a NUL, which not every database keeps"
_KIND: Final = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


def check_kind(kind: str) -> str:
    """Refuse a kind that is no plain identifier in lower case: it may become the name of a table or a folder."""
    if not _KIND.fullmatch(kind):
        raise InvalidValue("kind", "must be 1 to 40 characters from a-z 0-9 _ and begin with a letter", shape(kind))
    return kind


def check_change(change: Change) -> None:
    """Refuse a change that writes one record twice, or a record of an impossible kind."""
    seen = {write[:2] for write in change.writes}
    if len(seen) != len(change.writes):
        raise InvalidValue("change.writes", "must name each record at most once", f"{len(change.writes)} writes")
    for kind, _ in seen:
        check_kind(kind)


def check_storable(values: Sequence[object]) -> None:
    """Refuse text that not every store keeps to the letter, and whole numbers beyond 64 bits."""
    for value in values:
        if isinstance(value, str):
            _check_text(value)
        elif isinstance(value, int):
            if not -LARGEST - 1 <= value <= LARGEST:
                raise InvalidInput("a whole number does not fit into 64 bits")
        elif isinstance(value, tuple):
            check_storable(cast("tuple[object, ...]", value))


def check_texts(texts: Iterable[str]) -> None:
    """Refuse text with a NUL, all at once; PostgreSQL keeps none, and what one store takes another one shall take."""
    try:
        if "\0" in "".join(texts):
            raise InvalidInput(_NUL)
    except TypeError:
        raise InvalidInput("a value has a type that cannot be stored") from None


def _check_text(value: str) -> None:
    if "\0" in value:
        raise InvalidInput(_NUL)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidInput("a text has lone surrogates, which UTF-8 cannot carry") from None
