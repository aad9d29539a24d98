"""Where ids and salts come from: the machine's randomness, or a seed."""

from __future__ import annotations

import os
from hashlib import sha256

__all__ = ["SeededIds", "SystemIds"]


class SystemIds:
    """Ids that sort by time and that nobody else has given, from the machine's randomness."""

    def new(self, now_us: int) -> str:
        """See `Ids.new`: fourteen hexadecimal digits of time, then twelve of chance."""
        return f"{now_us:014x}{os.urandom(6).hex()}"

    def salt(self) -> bytes:
        """See `Ids.salt`."""
        return os.urandom(16)


class SeededIds:
    """The same ids and salts from the same seed, in the same order: for tests, simulations and replays.

    Its salts can be guessed by whoever knows the seed: erased words are not safe behind them.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._drawn = 0

    def _draw(self) -> bytes:
        self._drawn += 1
        return sha256(f"{self._seed}/{self._drawn}".encode()).digest()

    def new(self, now_us: int) -> str:
        """See `Ids.new`."""
        return f"{now_us:014x}{self._draw()[:6].hex()}"

    def salt(self) -> bytes:
        """See `Ids.salt`."""
        return self._draw()[:16]
