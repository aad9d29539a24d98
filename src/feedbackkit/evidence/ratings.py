"""Ratings as they come, checked, and the pool that they make together."""

from __future__ import annotations

import enum
import math
import numbers
from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple, cast, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.fields import checked, member
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Conflict", "Judgement", "Pool", "Row", "Scale", "checked_scale", "checked_score", "pool_of"]


class Conflict(enum.StrEnum):
    """What a rater declared about how they stand to the subject, besides the work."""

    NONE = "none"
    """Nothing."""
    CLOSE = "close"
    """Closeness or an interest that pulls the rating up."""
    OPPOSED = "opposed"
    """A quarrel or an interest that pulls the rating down."""
    UNCLEAR = "unclear"
    """A conflict without a direction: nobody knows which way it pulls."""


class Scale(NamedTuple):
    """The ends of a rating scale."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """How far its ends are apart."""
        return self.high - self.low


def checked_scale(value: object) -> Scale:
    """The two ends of a scale, the lower first, or an error."""
    if not isinstance(value, Iterable) or isinstance(value, str):
        raise InvalidValue("scale", "must be its lowest and its highest score", checks.shape(value))
    ends = [_number("scale", end) for end in cast("Iterable[object]", value)]
    if len(ends) != 2 or not ends[0] < ends[1]:  # noqa: PLR2004 - a scale has two ends
        raise InvalidValue("scale", "must be its lowest and its highest score", f"{len(ends)} numbers, or not in order")
    return Scale(*ends)


def _number(field: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise InvalidValue(field, "must be a number", checks.shape(value))
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise InvalidValue(field, "must be a finite number", "a number that is not finite")
    return number


def checked_score(value: object, scale: Scale | None) -> float:
    """A score on the scale, or an error; without a scale any finite number."""
    score = value if type(value) is float and math.isfinite(value) else _number("score", value)
    if scale is not None and not scale.low <= score <= scale.high:
        where = "less" if score < scale.low else "more"
        raise InvalidValue("score", f"must be from {scale.low:g} to {scale.high:g}", where)
    return score


def _conflict(value: Conflict | str) -> Conflict:
    return member(Conflict, "rating.conflict", value)


def _score(value: object) -> float:
    return checked_score(value, None)


def _weight(value: object) -> float:
    weight = _number("rating.weight", value)
    if not 0.0 < weight <= 1e6:  # noqa: PLR2004 - beyond it the equations lose their digits
        raise InvalidValue("rating.weight", "must be more than 0 and at most 1000000", "less or more")
    return weight


def checked_id(field: str, value: object) -> Hashable:
    """Anything that can be a key."""
    try:
        hash(value)
    except TypeError:
        raise InvalidValue(field, "must be hashable", checks.shape(value)) from None
    return value


@final
@attrs.frozen(kw_only=True)
class Judgement:
    """One answer to one question, as evidence; rater and subject are any hashable ids."""

    rater: Hashable = attrs.field(validator=checked(checked_id, "rater"))
    """Who rated."""
    subject: Hashable = attrs.field(validator=checked(checked_id, "subject"))
    """Who was rated."""
    score: float = attrs.field(converter=_score)
    """What was given, on the scale of the fit."""
    weight: float = attrs.field(default=1.0, converter=_weight)
    """How much it counts, 1 for an ordinary answer. Anything else is the provider's choice, not measurement."""
    conflict: Conflict = attrs.field(default=Conflict.NONE, converter=_conflict)
    """What the rater declared."""
    key: Hashable = attrs.field(default=None)
    """The answer it comes from, to find it again."""


class Row(NamedTuple):
    """A rating in a pool: numbers for its rater and its subject."""

    rater: int
    subject: int
    score: float
    weight: float = 1.0
    conflict: Conflict = Conflict.NONE
    key: Hashable = None


@final
@attrs.frozen(kw_only=True, eq=False)
class Pool:
    """All ratings that are looked at together."""

    raters: Mapping[Hashable, int]
    """The number of each rater, in order of appearance."""
    subjects: Mapping[Hashable, int]
    """The number of each subject, in order of appearance."""
    rows: tuple[Row, ...]


def pool_of(ratings: Iterable[Judgement], scale: Scale | None) -> Pool:
    """Number the raters and subjects of checked ratings; each score must lie on the scale."""
    return numbered(_rows(ratings, scale))


def _rows(ratings: Iterable[Judgement], scale: Scale | None) -> Iterator[tuple[Hashable, Hashable, Row]]:
    for rating in ratings:
        if not isinstance(rating, Judgement):
            raise InvalidValue("ratings", "must be each a Judgement", f"{checks.shape(rating)} among them")
        score = checked_score(rating.score, scale)
        yield rating.rater, rating.subject, Row(0, 0, score, rating.weight, rating.conflict, rating.key)


def numbered(rows: Iterable[tuple[Hashable, Hashable, Row]]) -> Pool:
    """A pool from rows that have no numbers yet."""
    raters: dict[Hashable, int] = {}
    subjects: dict[Hashable, int] = {}
    found = tuple(
        Row(raters.setdefault(rater, len(raters)), subjects.setdefault(subject, len(subjects)), *row[2:])
        for rater, subject, row in rows
    )
    return Pool(raters=raters, subjects=subjects, rows=found)
