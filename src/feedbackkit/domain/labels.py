"""Labels: what a person reads, in one or more languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias, cast, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.checks import shape
from feedbackkit.errors import InvalidValue

__all__ = ["Label", "Told", "as_label"]


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


def as_label(value: Told) -> Label:
    """A label, however it is written down."""
    if isinstance(value, Label):
        return value
    if isinstance(value, str):
        return Label({"en": value})
    if isinstance(value, Mapping):
        return Label(value)
    raise InvalidValue("label", "must be a text, or texts by language", shape(value))
