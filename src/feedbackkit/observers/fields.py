"""A happening as a name and plain fields, for logs and other tools that know no classes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import attrs

from feedbackkit.domain.happenings import RunEnded

if TYPE_CHECKING:
    from feedbackkit.domain.happenings import Happening

__all__ = ["fields_of", "name_of"]


def name_of(happening: Happening) -> str:
    """What happened, in words: ``run ended`` for a `RunEnded`."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", type(happening).__name__).lower()


def fields_of(happening: Happening) -> dict[str, object]:
    """Its fields, without those that are empty: text, numbers, and counts by name, all of which JSON can write."""
    fields = {name: _plain(value) for name, value in attrs.asdict(happening, recurse=False).items()}
    if isinstance(happening, RunEnded):
        fields["seconds"] = happening.seconds
    return {name: value for name, value in fields.items() if value is not None}


def _plain(value: object) -> object:
    if not isinstance(value, Mapping):
        return value
    counts = cast("Mapping[str | tuple[str, str], int]", value)
    return {name if isinstance(name, str) else " ".join(name): count for name, count in counts.items()}
