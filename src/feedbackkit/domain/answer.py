"""What was given: ratings, choices and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias, cast, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.fields import checked, instance_of, instant_us, member, one_of
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import Form
from feedbackkit.domain.source import Source
from feedbackkit.domain.times import face
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    import pendulum

__all__ = ["ITEM_LIMIT", "Answer", "Given", "checked_items"]

Given: TypeAlias = int | float | bool | str | tuple[str, ...]
"""What can be said to one question: a rating, a yes or no, words or a choice, or several choices."""

ITEM_LIMIT: Final = 200
"""How many questions one answer may speak to."""


def checked_items(items: Mapping[str, Given]) -> Mapping[str, Given]:
    """The items in order of their names, as a read-only mapping, or an error that names the first bad one."""
    if not isinstance(items, Mapping):
        raise InvalidValue("answer", "must be a mapping from question to what was said", checks.shape(items))
    if not 0 < len(items) <= ITEM_LIMIT:
        raise InvalidValue("answer", f"must speak to 1 to {ITEM_LIMIT} questions", f"{len(items)} of them")
    for question in items:
        checks.identifier("answer question", question, limit=80)
    return MappingProxyType({question: _checked(question, items[question]) for question in sorted(items)})


def _checked(question: str, said: object) -> Given:
    field = f"answer to {question}"
    if isinstance(said, str):
        return checks.text(field, said)
    if isinstance(said, (list, tuple)):
        return tuple(checks.line(field, choice) for choice in _chosen(field, cast("Sequence[object]", said)))
    return said if isinstance(said, bool) else checks.number(field, said)


def _chosen(field: str, said: Sequence[object]) -> Sequence[object]:
    if not 0 < len(said) <= ITEM_LIMIT:
        raise InvalidValue(field, f"must name 1 to {ITEM_LIMIT} choices", f"{len(said)} of them")
    return said


def _form(value: Form | str) -> Form:
    return member(Form, "answer.form", value)


@final
@attrs.frozen(kw_only=True)
class Answer:
    """One revision of what a respondent gave to a request; its `repr` shows no words."""

    request: str = attrs.field(validator=checked(checks.identifier, "answer.request"))
    """The key of the request."""
    revision: int = attrs.field(default=1, validator=checked(checks.whole, "answer.revision", least=1))
    """1 for the first answer, one more for each different one."""
    at_us: int = attrs.field(validator=checked(instant_us, "answer.at_us"))
    """When it was accepted."""
    form: Form = attrs.field(default=Form.WRITTEN, converter=_form)
    """In which medium it was given."""
    party: Party = attrs.field(
        default=Party.RESPONDENT, validator=instance_of(Party, "answer.party", "must be a Party")
    )
    """On whose word it was recorded: the respondent's own, or the provider's who wrote down a talk."""
    items: Mapping[str, Given] = attrs.field(repr=False, converter=checked_items, hash=False)
    """What was said to each question, in order of the questions' names."""
    source: Source | None = attrs.field(default=None, validator=one_of((Source,), "answer.source", "must be a Source"))
    """What was said of where it comes from; `None` where nothing was."""

    @property
    def at(self) -> pendulum.DateTime:
        """When it was accepted, in UTC."""
        return face(self.at_us)

    def __reduce__(self) -> tuple[partial[Answer], tuple[()]]:
        # A read-only mapping cannot be pickled: it goes as the mapping it shows.
        fields = {name: getattr(self, name) for name in attrs.fields_dict(Answer)}
        return partial(Answer, **{**fields, "items": dict(self.items)}), ()
