"""What goes into the columns: rows turned into columns, with what no database can keep refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from feedbackkit.errors import InvalidInput
from feedbackkit.stores.checks import LARGEST, check_kind
from feedbackkit.stores.sql.tables import Bytes, Exact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Column

    from feedbackkit.ports import RecordKey

__all__ = ["check_keys", "check_numbers", "check_texts", "check_values", "in_columns", "key_in", "name_of"]

_WRONG_TYPE: Final = "a value has a type that cannot be stored"


def name_of(kind: str, key: str) -> str:
    """The name of a record; in order of name, those of one kind are in order of key."""
    return f"{kind}/{key}"


def key_in(name: str) -> str:
    """The key in the name of a record: a kind has no slash."""
    return name.partition("/")[2]


def in_columns(columns: Sequence[Column[Any]], rows: Iterable[tuple[object, ...]]) -> list[Sequence[Any]]:
    """Rows as one sequence for each column, in the order of the columns; there must be a row."""
    turned = [*zip(*rows, strict=True)]
    for column, values in zip(columns, turned, strict=True):
        if isinstance(column.type, Exact):
            check_texts(values, column.type.limit)
        elif isinstance(column.type, Bytes):
            _check_bytes(values)
        else:
            check_numbers(values, null=bool(column.nullable))
    return cast("list[Sequence[Any]]", turned)


def check_texts(values: Sequence[object], limit: int | None = None) -> None:
    """Refuse text that is too long, or that not every database keeps to the letter."""
    try:
        whole = "\0".join(cast("Sequence[str]", values))
        whole.encode()
    except TypeError:
        raise InvalidInput(_WRONG_TYPE) from None
    except UnicodeEncodeError:
        raise InvalidInput("a text has lone surrogates, which UTF-8 cannot carry") from None
    if whole.count("\0") >= max(len(values), 1):
        raise InvalidInput("a text has a NUL, which not every database keeps")
    if limit is not None and len(whole) > limit and max(map(len, cast("Sequence[str]", values))) > limit:
        raise InvalidInput(f"a text is longer than the {limit} characters that its column has")


def check_numbers(values: Iterable[object], *, null: bool = False) -> None:
    """Refuse what is no whole number of 64 bits; `None` is one where it may be null."""
    for value in values:
        if value is None and null:
            continue
        if not isinstance(value, int):
            raise InvalidInput(_WRONG_TYPE)
        if not -LARGEST - 1 <= value <= LARGEST:
            raise InvalidInput("a whole number does not fit into 64 bits")


def check_values(*values: str | int | None) -> None:
    """Refuse a question that has what cannot be stored; `None` is no question."""
    check_numbers((value for value in values if not isinstance(value, str)), null=True)
    check_texts([value for value in values if isinstance(value, str)])


def check_keys(keys: Iterable[RecordKey]) -> None:
    """Refuse impossible kinds."""
    for kind in {kind for kind, _ in keys}:
        check_kind(kind)


def _check_bytes(values: Sequence[object]) -> None:
    if not all(isinstance(value, bytes) for value in values):
        raise InvalidInput(_WRONG_TYPE)
