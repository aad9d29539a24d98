"""Questionnaires: which questions are asked, in which order and version, and which answers fit them."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.checks import shape
from feedbackkit.domain.fields import checked
from feedbackkit.domain.labels import Label, Told, as_label
from feedbackkit.domain.questions import (
    Choice,
    Mark,
    MultipleChoice,
    Option,
    Question,
    Rating,
    Words,
    YesNo,
    all_of,
)
from feedbackkit.errors import InvalidAnswer, InvalidValue

if TYPE_CHECKING:
    from feedbackkit.domain.answer import Given

__all__ = [
    "Choice",
    "Label",
    "Mark",
    "MultipleChoice",
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
_REF: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9])?@[1-9][0-9]{0,5}", re.ASCII)
_ID: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9])?", re.ASCII)


def questionnaire_ref(field: str, value: object) -> str:
    """The name of a questionnaire in one version, ``interim@1``."""
    if not isinstance(value, str) or not _REF.fullmatch(value):
        raise InvalidValue(field, "must be an id and a version, such as interim@1", shape(value))
    return value


def _questions(value: Iterable[Question]) -> tuple[Question, ...]:
    return all_of(Question, "questionnaire.questions", value)


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
    title: Label = attrs.field(converter=as_label)
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
    if isinstance(question, (Choice, MultipleChoice)):
        return (question.label, *(option.label for option in question.options))
    return (question.label,)
