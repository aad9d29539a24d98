"""Questions: how each is asked, and which answers it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeVar, cast, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.checks import shape
from feedbackkit.domain.fields import checked
from feedbackkit.domain.labels import Label, Told, as_label
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    from feedbackkit.domain.answer import Given

__all__ = ["Choice", "Mark", "MultipleChoice", "Option", "Question", "Rating", "Words", "YesNo", "all_of"]

_MOST_POINTS: Final = 101


@attrs.frozen(kw_only=True)
class Question:
    """One question: its name in answers, how it is asked, and whether it must be answered."""

    name: str = attrs.field(validator=checked(checks.identifier, "question.name", limit=80))
    """Under which an answer speaks to it."""
    label: Label = attrs.field(converter=as_label)
    """How it is asked."""
    required: bool = attrs.field(default=False, validator=checked(checks.yes_or_no, "question.required"))
    """Whether an answer must speak to it."""

    def checked(self, said: object) -> Given:
        """What was said, as it is stored; what does not answer the question raises `InvalidValue`."""
        raise NotImplementedError


@final
@attrs.frozen(kw_only=True)
class Mark:
    """What one point of a scale means."""

    at: int = attrs.field(validator=checked(checks.whole, "mark.at", least=-1000, most=1000))
    """The point."""
    label: Label = attrs.field(converter=as_label)
    """What it means."""


_Part = TypeVar("_Part")


def all_of(kind: type[_Part], field: str, value: Iterable[_Part]) -> tuple[_Part, ...]:
    """Parts that are each of one kind, or an error that names the field."""
    if not isinstance(value, Iterable):
        raise InvalidValue(field, f"must be each a {kind.__name__}", shape(value))
    parts = tuple(value)
    for part in parts:
        if not isinstance(part, kind):
            raise InvalidValue(field, f"must be each a {kind.__name__}", f"{shape(part)} among them")
    return parts


def _marks(value: Iterable[Mark] | Mapping[int, Told]) -> tuple[Mark, ...]:
    if isinstance(value, Mapping):
        told = cast("Mapping[int, Told]", value)
        value = [Mark(at=at, label=as_label(label)) for at, label in told.items()]
    return tuple(sorted(all_of(Mark, "rating.marks", value), key=lambda mark: mark.at))


@final
@attrs.frozen(kw_only=True)
class Rating(Question):
    """A number on a scale, such as 1 to 5, or 0 to 10."""

    least: int = attrs.field(default=1, validator=checked(checks.whole, "rating.least", least=-1000, most=1000))
    """The lowest number."""
    most: int = attrs.field(default=5, validator=checked(checks.whole, "rating.most", least=-1000, most=1000))
    """The highest number."""
    marks: tuple[Mark, ...] = attrs.field(default=(), converter=_marks)
    """What some or all of the points mean, in order; also written as a mapping from point to label."""

    def __attrs_post_init__(self) -> None:
        if not self.least < self.most < self.least + _MOST_POINTS:
            raise InvalidValue("rating.most", f"must give a scale of 2 to {_MOST_POINTS} points", "another number")
        points = [mark.at for mark in self.marks]
        if len(set(points)) != len(points) or any(not self.least <= point <= self.most for point in points):
            raise InvalidValue("rating.marks", "must mean one point of the scale each", "another one")

    def checked(self, said: object) -> Given:
        """See `Question.checked`; a whole number may come as a float."""
        if isinstance(said, float) and said.is_integer():
            said = int(said)
        return checks.whole(self.name, said, least=self.least, most=self.most)


@final
@attrs.frozen(kw_only=True)
class Option:
    """One thing to choose."""

    value: str = attrs.field(validator=checked(checks.line, "option.value", limit=80))
    """What an answer says."""
    label: Label = attrs.field(converter=as_label)
    """What a person reads."""


def _options(value: Iterable[Option] | Mapping[str, Told]) -> tuple[Option, ...]:
    if isinstance(value, Mapping):
        told = cast("Mapping[str, Told]", value)
        return tuple(Option(value=name, label=as_label(label)) for name, label in told.items())
    return all_of(Option, "choice.options", value)


def _check_options(options: tuple[Option, ...]) -> None:
    values = [option.value for option in options]
    if not 1 < len(set(values)) == len(values) <= _MOST_POINTS:
        raise InvalidValue("choice.options", f"must be 2 to {_MOST_POINTS} different ones", "other ones")


@final
@attrs.frozen(kw_only=True)
class Choice(Question):
    """One of several things."""

    options: tuple[Option, ...] = attrs.field(converter=_options)
    """What can be chosen, in order; also written as a mapping from value to label."""

    def __attrs_post_init__(self) -> None:
        _check_options(self.options)

    def checked(self, said: object) -> Given:
        """See `Question.checked`."""
        values = [option.value for option in self.options]
        if not isinstance(said, str) or said not in values:
            raise InvalidValue(self.name, f"must be one of {', '.join(values)}", shape(said))
        return said


@final
@attrs.frozen(kw_only=True)
class MultipleChoice(Question):
    """Some of several things; whoever chooses none leaves the question out, and "none of these" is an option."""

    options: tuple[Option, ...] = attrs.field(converter=_options)
    """What can be chosen, in order; also written as a mapping from value to label."""
    least: int = attrs.field(default=1, validator=checked(checks.whole, "multiple_choice.least", least=1))
    """How many an answer chooses at least."""
    most: int | None = attrs.field(default=None)
    """How many at most; `None` for all."""

    def __attrs_post_init__(self) -> None:
        _check_options(self.options)
        if self.most is not None:
            checks.whole("multiple_choice.most", self.most, least=self.least, most=len(self.options))
        checks.whole("multiple_choice.least", self.least, least=1, most=len(self.options))

    def checked(self, said: object) -> Given:
        """See `Question.checked`; what is chosen is stored in order of the options."""
        values = [option.value for option in self.options]
        if not isinstance(said, (list, tuple)):
            raise InvalidValue(self.name, f"must be a list of {', '.join(values)}", shape(said))
        chosen = list(cast("Sequence[object]", said))
        unknown = [each for each in chosen if each not in values]
        if unknown:
            raise InvalidValue(self.name, f"must be a list of {', '.join(values)}", f"{shape(unknown[0])} among them")
        if len(set(chosen)) != len(chosen):
            raise InvalidValue(self.name, "must name each choice once", "one of them twice")
        most = len(values) if self.most is None else self.most
        if not self.least <= len(chosen) <= most:
            bound = f"{self.least}" if self.least == most else f"{self.least} to {most}"
            raise InvalidValue(self.name, f"must be {bound} of {', '.join(values)}", f"{len(chosen)} of them")
        return tuple(value for value in values if value in chosen)


@final
@attrs.frozen(kw_only=True)
class YesNo(Question):
    """Yes or no."""

    def checked(self, said: object) -> Given:
        """See `Question.checked`."""
        return checks.yes_or_no(self.name, said)


@final
@attrs.frozen(kw_only=True)
class Words(Question):
    """The respondent's own words."""

    limit: int = attrs.field(
        default=checks.WORDS_LIMIT, validator=checked(checks.whole, "words.limit", least=1, most=checks.WORDS_LIMIT)
    )
    """How many characters at most."""

    def checked(self, said: object) -> Given:
        """See `Question.checked`."""
        return checks.text(self.name, said, limit=self.limit)
