"""Keys of requests that speak of another one: they are its key, and for what they are."""

from __future__ import annotations

from typing import Final

from feedbackkit.domain.request import CourtesyKind

__all__ = ["nudge_key", "original_key"]

_ABOUT_ANOTHER: Final = frozenset({"nudge", *CourtesyKind})


def nudge_key(key: str) -> str:
    """The key of the request by which a subject is asked to speak to the respondent of another."""
    return f"{key}/nudge"


def original_key(key: str) -> str | None:
    """The key of the request that a nudge or a courtesy of that key would be about; `None` for any other key."""
    original, _, last = key.rpartition("/")
    return original if last.partition("-")[0] in _ABOUT_ANOTHER else None
