"""Declared conflicts, in whichever shape the caller has them."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from feedbackkit.domain.checks import shape
from feedbackkit.errors import InvalidValue
from feedbackkit.evidence.ratings import Conflict

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

__all__ = ["Declared", "declared"]

Declared: TypeAlias = "Mapping[tuple[Hashable, Hashable], object] | Iterable[object]"
"""Pairs (rater, subject), triples with a direction, a mapping from pair to direction, or one entry for each rating."""

_WORDS: Final[Mapping[str, Conflict]] = {
    **{word: Conflict.CLOSE for word in ("close", "friend", "friends", "for", "up", "+")},
    **{word: Conflict.OPPOSED for word in ("opposed", "foe", "foes", "hostile", "against", "down", "-")},
    **{word: Conflict.UNCLEAR for word in ("unclear", "yes", "conflict")},
    **{word: Conflict.NONE for word in ("none", "no", "")},
}
_RULE: Final = (
    "must be (rater, subject) pairs, a mapping from pairs to a direction, or one entry for each rating; a direction is "
    "a sign, close, opposed or unclear"
)


def declared(pairs: Sequence[tuple[Hashable, Hashable]], conflicts: Declared | None) -> list[Conflict]:
    """What was declared about each rating, in order of the ratings."""
    if conflicts is None:
        return [Conflict.NONE] * len(pairs)
    if isinstance(conflicts, Mapping):
        return _of_pairs(pairs, dict(conflicts.items()))
    if isinstance(conflicts, str) or not isinstance(conflicts, Iterable):
        raise InvalidValue("conflicts", _RULE, shape(conflicts))
    entries = list(conflicts)
    if entries and all(not isinstance(entry, tuple | list) for entry in entries):
        if len(entries) != len(pairs):
            raise InvalidValue("conflicts", _RULE, f"{len(entries)} entries for {len(pairs)} ratings")
        return [_direction(entry) for entry in entries]
    return _of_pairs(pairs, dict(map(_entry, entries)))


def _entry(entry: object) -> tuple[tuple[Hashable, Hashable], object]:
    if isinstance(entry, tuple | list):
        match entry:
            case [rater, subject]:
                return (rater, subject), True
            case [rater, subject, direction]:
                return (rater, subject), direction
            case _:
                pass
    raise InvalidValue("conflicts", _RULE, shape(entry))


def _of_pairs(
    pairs: Sequence[tuple[Hashable, Hashable]], directions: Mapping[tuple[Hashable, Hashable], object]
) -> list[Conflict]:
    for pair in directions:
        if not isinstance(pair, tuple) or len(pair) != 2:  # noqa: PLR2004 - a pair
            raise InvalidValue("conflicts", _RULE, shape(pair))
    known = {pair: _direction(direction) for pair, direction in directions.items()}
    return [known.get(pair, Conflict.NONE) for pair in pairs]


def _direction(value: object) -> Conflict:
    if value is None:
        return Conflict.NONE
    if isinstance(value, str) and value.lower() in _WORDS:
        return _WORDS[value.lower()]
    if isinstance(value, bool) or type(value).__name__ in {"bool", "bool_"}:  # numpy has its own
        return Conflict.UNCLEAR if value else Conflict.NONE
    if isinstance(value, numbers.Real):
        return Conflict.CLOSE if value > 0 else Conflict.OPPOSED if value < 0 else Conflict.NONE
    raise InvalidValue("conflicts", _RULE, shape(value))
