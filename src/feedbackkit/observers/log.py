"""The log of the standard library."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, cast, final

from feedbackkit.domain.happenings import (
    BackedOff,
    ContactUnknown,
    RunEnded,
    SetAside,
    WorkerBegan,
    WorkerEnded,
)
from feedbackkit.observers.fields import fields_of, name_of

if TYPE_CHECKING:
    from feedbackkit.domain.happenings import Happening

__all__ = ["LogObserver"]


@final
class LogObserver:
    """Writes what happens to a log of the standard library, named ``feedbackkit`` unless another is given.

    A warning is what somebody should look at: a request set aside, a contact that is unknown, a store that is busy, a
    run or a worker that something ended. What a run came to is information, as long as it came to something; the rest
    is for debugging. Handlers that write structured records find all fields in the record's attribute ``feedbackkit``,
    a dictionary that JSON can write; the name of what happened is its ``happening``.
    """

    def __init__(self, logger: logging.Logger | None = None) -> None:
        self._logger = logging.getLogger("feedbackkit") if logger is None else logger

    def observe(self, happening: Happening) -> None:
        """See `Observer.observe`."""
        level = _level(happening)
        if self._logger.isEnabledFor(level):
            name, fields = name_of(happening), fields_of(happening)
            extra = {"feedbackkit": {"happening": name, **fields}}
            self._logger.log(level, "%s: %s", name, _in_words(fields), extra=extra)


def _level(happening: Happening) -> int:
    if isinstance(happening, (SetAside, BackedOff, ContactUnknown)):
        return logging.WARNING
    if isinstance(happening, (RunEnded, WorkerEnded)) and happening.error is not None:
        return logging.WARNING
    if isinstance(happening, RunEnded):
        return logging.INFO if happening.counts else logging.DEBUG
    return logging.INFO if isinstance(happening, (WorkerBegan, WorkerEnded)) else logging.DEBUG


def _in_words(fields: dict[str, object]) -> str:
    """The fields on one line; the instants are left out, for the log has its own."""
    words: list[str] = []
    for name, value in fields.items():
        if isinstance(value, dict):
            words += [f"{what} {count}" for what, count in cast("dict[str, int]", value).items()]
        elif not name.endswith("_us"):
            words.append(f"{name} {value}")
    return ", ".join(words)
