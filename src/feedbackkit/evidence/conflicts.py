"""Declared conflicts, in whichever shape the caller has them."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from feedbackkit.domain.checks import shape
from feedbackkit.errors import InvalidValue
from feedbackkit.evidence.ratings import Conflict, checked_id

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

__all__ = ["Declared", "declared"]

Declared: TypeAlias = "Mapping[tuple[Hashable, Hashable], object] | Iterable[object]"
"""Pairs (rater, subject), triples with a direction, a mapping from pair to direction, or one entry for each rating."""

_WORDS: Final[Mapping[str, Conflict]] = {
    **dict.fromkeys(("close", "friend", "friends", "for", "up", "+"), Conflict.CLOSE),
    **dict.fromkeys(("opposed", "foe", "foes", "hostile", "against", "down", "-"), Conflict.OPPOSED),
    **dict.fromkeys(("unclear", "yes", "conflict"), Conflict.UNCLEAR),
    **dict.fromkeys(("none", "no", ""), Conflict.NONE),
}
_PAIR: Final = 2
_RULE: Final = (
    "must be (rater, subject) pairs, a mapping from pairs to a direction, or one entry for each rating; a direction is "
    "a sign, close, opposed or unclear"
)


def declared(pairs: Sequence[tuple[Hashable, Hashable]], conflicts: Declared | None) -> list[Conflict]:
    """What was declared about each rating, in order of the ratings."""
    if conflicts is None:
        return [Conflict.NONE] * len(pairs)
    if isinstance(conflicts, Mapping):
        by_pair = cast("Mapping[object, object]", conflicts)
        return _of_pairs(pairs, [(_pair(pair), direction) for pair, direction in by_pair.items()])
    if isinstance(conflicts, str) or not isinstance(conflicts, Iterable):
        raise InvalidValue("conflicts", _RULE, shape(conflicts))
    entries = list(conflicts)
    if not entries or isinstance(entries[0], (tuple, list)):
        return _of_pairs(pairs, map(_entry, entries))
    if len(entries) != len(pairs):
        raise InvalidValue("conflicts", _RULE, f"{len(entries)} entries for {len(pairs)} ratings")
    return [_direction(entry) for entry in entries]


def _pair(value: object) -> tuple[Hashable, Hashable]:
    parts = _parts(value)
    if len(parts) != _PAIR:
        raise InvalidValue("conflicts", _RULE, shape(value))
    return checked_id("conflict rater", parts[0]), checked_id("conflict subject", parts[1])


def _parts(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if type(value) in {tuple, list} else ()


def _entry(value: object) -> tuple[tuple[Hashable, Hashable], object]:
    parts = _parts(value)
    if len(parts) == _PAIR + 1:
        return _pair(parts[:_PAIR]), parts[_PAIR]
    return _pair(value), True


def _of_pairs(
    pairs: Sequence[tuple[Hashable, Hashable]], declared_of: Iterable[tuple[tuple[Hashable, Hashable], object]]
) -> list[Conflict]:
    known = {pair: _direction(direction) for pair, direction in declared_of}
    return [known.get(pair, Conflict.NONE) for pair in pairs]


def _direction(value: object) -> Conflict:
    if value is None:
        return Conflict.NONE
    if isinstance(value, str) and value.lower() in _WORDS:
        return _WORDS[value.lower()]
    if isinstance(value, bool) or type(value).__name__ in {"bool", "bool_"}:  # numpy has its own
        return Conflict.UNCLEAR if value else Conflict.NONE
    if isinstance(value, numbers.Real):
        sign = float(value)
        return Conflict.CLOSE if sign > 0 else Conflict.OPPOSED if sign < 0 else Conflict.NONE
    raise InvalidValue("conflicts", _RULE, shape(value))
