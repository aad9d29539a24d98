"""Questionnaires: which questions are asked, in which languages, and which answers they take."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar, cast, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.checks import shape
from feedbackkit.domain.fields import checked
from feedbackkit.errors import InvalidAnswer, InvalidValue

if TYPE_CHECKING:
    from feedbackkit.domain.answer import Given

__all__ = [
    "Choice",
    "Label",
    "Mark",
    "Option",
    "Question",
    "Questionnaire",
    "Rating",
    "Told",
    "Words",
    "YesNo",
    "questionnaire_ref",
]

_MOST_QUESTIONS: Final = 200
_MOST_POINTS: Final = 101
_REF: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9])?@[1-9][0-9]{0,5}", re.ASCII)
_ID: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9])?", re.ASCII)


def questionnaire_ref(field: str, value: object) -> str:
    """The name of a questionnaire in one version, ``interim@1``."""
    if not isinstance(value, str) or not _REF.fullmatch(value):
        raise InvalidValue(field, "must be an id and a version, such as interim@1", shape(value))
    return value


def _texts(value: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    given = cast("Mapping[str, str]", value).items() if isinstance(value, Mapping) else value
    pairs = tuple(given)
    if not pairs:
        raise InvalidValue("label", "must be worded in at least one language", "none")
    for locale, text in pairs:
        checks.locale("label.locale", locale)
        checks.text("label.text", text, limit=checks.NOTE_LIMIT)
    if len(dict(pairs)) != len(pairs):
        raise InvalidValue("label", "must be worded once in each language", "one language twice")
    return pairs


@final
@attrs.frozen
class Label:
    """What a person reads, in one or more languages."""

    texts: tuple[tuple[str, str], ...] = attrs.field(converter=_texts)
    """Language tag and text, the first one for whoever reads none of them."""

    def text(self, locale: str = "en") -> str:
        """The text in that language, or without its country (``de`` for ``de-AT``), or in English, or the first one."""
        texts = dict(self.texts)
        for tag in (locale, locale.partition("-")[0], "en"):
            if tag in texts:
                return texts[tag]
        return self.texts[0][1]

    def __str__(self) -> str:
        return self.text()


Told: TypeAlias = Label | str | Mapping[str, str]
"""How a label is written down: a text in English, or texts by language."""


def _label(value: Told) -> Label:
    if isinstance(value, Label):
        return value
    if isinstance(value, str):
        return Label({"en": value})
    if isinstance(value, Mapping):
        return Label(value)
    raise InvalidValue("label", "must be a text, or texts by language", shape(value))


@attrs.frozen(kw_only=True)
class Question:
    """One question: its name in answers, how it is asked, and whether it must be answered."""

    name: str = attrs.field(validator=checked(checks.identifier, "question.name", limit=80))
    """Under which an answer speaks to it."""
    label: Label = attrs.field(converter=_label)
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
    label: Label = attrs.field(converter=_label)
    """What it means."""


_Part = TypeVar("_Part")


def _all_of(kind: type[_Part], field: str, value: Iterable[_Part]) -> tuple[_Part, ...]:
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
        value = [Mark(at=at, label=_label(label)) for at, label in told.items()]
    return tuple(sorted(_all_of(Mark, "rating.marks", value), key=lambda mark: mark.at))


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
    label: Label = attrs.field(converter=_label)
    """What a person reads."""


def _options(value: Iterable[Option] | Mapping[str, Told]) -> tuple[Option, ...]:
    if isinstance(value, Mapping):
        told = cast("Mapping[str, Told]", value)
        return tuple(Option(value=name, label=_label(label)) for name, label in told.items())
    return _all_of(Option, "choice.options", value)


@final
@attrs.frozen(kw_only=True)
class Choice(Question):
    """One of several things."""

    options: tuple[Option, ...] = attrs.field(converter=_options)
    """What can be chosen, in order; also written as a mapping from value to label."""

    def __attrs_post_init__(self) -> None:
        values = [option.value for option in self.options]
        if not 1 < len(set(values)) == len(values) <= _MOST_POINTS:
            raise InvalidValue("choice.options", f"must be 2 to {_MOST_POINTS} different ones", "other ones")

    def checked(self, said: object) -> Given:
        """See `Question.checked`."""
        values = [option.value for option in self.options]
        if not isinstance(said, str) or said not in values:
            raise InvalidValue(self.name, f"must be one of {', '.join(values)}", shape(said))
        return said


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


def _questions(value: Iterable[Question]) -> tuple[Question, ...]:
    return _all_of(Question, "questionnaire.questions", value)


def _id(field: str, value: object) -> None:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise InvalidValue(field, "must be an id of at most 80 characters from A-Z a-z 0-9 . _ -", shape(value))


class _Missing(enum.Enum):
    ANSWER = enum.auto()


@final
@attrs.frozen(kw_only=True)
class Questionnaire:
    """Questions in order, in one version; what changes its questions or their meaning is another version."""

    id: str = attrs.field(validator=checked(_id, "questionnaire.id"))
    """Its name, the same in all versions."""
    version: int = attrs.field(
        default=1, validator=checked(checks.whole, "questionnaire.version", least=1, most=999_999)
    )
    """1 for the first, one more for each that asks differently."""
    title: Label = attrs.field(converter=_label)
    """How it is called."""
    questions: tuple[Question, ...] = attrs.field(converter=_questions)
    """What it asks, in order."""

    def __attrs_post_init__(self) -> None:
        names = [question.name for question in self.questions]
        if not 0 < len(names) <= _MOST_QUESTIONS:
            raise InvalidValue("questionnaire.questions", f"must be 1 to {_MOST_QUESTIONS}", f"{len(names)} of them")
        if len(set(names)) != len(names):
            raise InvalidValue("questionnaire.questions", "must have a name of its own each", "one name twice")

    @property
    def ref(self) -> str:
        """Its name in this version, ``interim@1``; by that a request names it."""
        return f"{self.id}@{self.version}"

    @property
    def locales(self) -> tuple[str, ...]:
        """The languages in which it can be shown whole, in order of their tags."""
        labels = [label for question in self.questions for label in _labels(question)]
        whole = {locale for locale, _ in self.title.texts}
        for label in labels:
            whole &= {locale for locale, _ in label.texts}
        return tuple(sorted(whole))

    def checked(self, items: Mapping[str, object]) -> dict[str, Given]:
        """What was said, as it is stored, in order of the questions.

        Everything that is wrong is told at once, question by question: `InvalidAnswer`.
        """
        if not isinstance(items, Mapping):
            raise InvalidValue("answer", "must be a mapping from question to what was said", shape(items))
        problems: dict[str, str] = {}
        answered: dict[str, Given] = {}
        for question in self.questions:
            said = items.get(question.name, _Missing.ANSWER)
            if said is not _Missing.ANSWER:
                try:
                    answered[question.name] = question.checked(said)
                except InvalidValue as wrong:
                    problems[question.name] = f"{wrong.rule}, got {wrong.got}"
            elif question.required:
                problems[question.name] = "must be answered, got nothing"
        names = {question.name for question in self.questions}
        for number, name in enumerate(name for name in items if name not in names):
            shown = checks.presentable(name) if isinstance(name, str) else shape(name)
            problems[f"unknown {number + 1}"] = f"must be a question of {self.ref}, got {shown}"
        if not (problems or answered):
            problems["answer"] = "must speak to at least one question, got none"
        if problems:
            raise InvalidAnswer(self.ref, problems)
        return answered


def _labels(question: Question) -> tuple[Label, ...]:
    """All that a person reads of a question."""
    if isinstance(question, Rating):
        return (question.label, *(mark.label for mark in question.marks))
    if isinstance(question, Choice):
        return (question.label, *(option.label for option in question.options))
    return (question.label,)
