"""What a store has besides its database: an end, and only so much patience."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final, TypeAlias, final

from feedbackkit.errors import StoreBusy, StoreClosed, StoreError
from feedbackkit.stores.sql.faults import CommitFailed, fault_of

__all__ = ["TRIES", "Jitter", "Life", "Tries", "Wariness"]

Jitter: TypeAlias = Callable[[], float]
"""Gives a number from 0 to 1 by which a pause is shortened, so that those who met once do not meet again."""

TRIES: Final = 10
"""How often something is tried that others or the network may have spoilt: within some seconds."""

_FIRST_PAUSE: Final = 0.01  # seconds at most; each further one may be twice as long
_WARY_FOR: Final = 32  # writes


@final
class Life:
    """A store may be used until it is closed, and only in the process where it was opened."""

    def __init__(self, where: str) -> None:
        self.where: Final = where
        self._process: Final = os.getpid()
        self._ended = False

    def check(self) -> None:
        """Raise `StoreClosed` where the store may not be used."""
        if not self.is_here:
            raise StoreClosed(f"the store {self.where} was opened before this process was forked: open it anew in here")
        if self._ended:
            raise StoreClosed(f"the store {self.where} was closed: open it again")

    @property
    def is_here(self) -> bool:
        """Whether this is the process where it was opened; a fork must not even close what its parent uses."""
        return os.getpid() == self._process

    def end(self) -> None:
        """From now on it is closed."""
        self._ended = True


@final
class Tries:
    """The tries of one call: every call may be repeated as a whole, even if it was made without our knowing."""

    def __init__(self, where: str, jitter: Jitter) -> None:
        self._where: Final = where
        self._jitter: Final = jitter
        self._left = TRIES
        self._longest = _FIRST_PAUSE
        self._unknown = False

    def pause_after(self, error: BaseException) -> float:
        """The seconds to wait before the next try; where none would help, raises what the error means."""
        if isinstance(error, CommitFailed) and error.__cause__ is not None:
            self._unknown = True
            error = error.__cause__
        meaning, passing = fault_of(error, self._where)
        self._left -= 1
        if not (passing and self._left):
            if self._unknown and isinstance(meaning, StoreError):
                raise type(meaning)(f"{meaning}; the outcome is unknown: repeat the call")
            raise meaning
        pause = self._longest * self._jitter()
        self._longest *= 2
        return pause


@final
class Wariness:
    """Where a batch did not fit, more are likely: for a while, look first and write then."""

    def __init__(self, where: str) -> None:
        self._where: Final = where
        self._left = 0

    def hopeful(self) -> bool:
        """Whether to write without looking."""
        if self._left:
            self._left -= 1
            return False
        return True

    def disappointed(self) -> None:
        """A batch did not fit."""
        self._left = _WARY_FOR

    def give_up(self) -> StoreBusy:
        """Others were faster in every try."""
        return StoreBusy(f"the store {self._where} was changed by others again and again: repeat the call")
