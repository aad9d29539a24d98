"""Where ids and salts come from: the machine's randomness, or a seed."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import Final

__all__ = ["SeededIds", "SystemIds"]


_SALT_BYTES: Final = 16
_DRAWN_AT_ONCE: Final = 256

_salts: Final[list[bytes]] = []
if hasattr(os, "register_at_fork"):  # or parent and child would go on with the same ones
    os.register_at_fork(after_in_child=_salts.clear)


class SystemIds:
    """Ids that sort by time and that nobody else has given, from the machine's randomness.

    For several threads and across forks. The randomness is drawn in bulk: asking the system for each salt costs more
    than hashing with it.
    """

    def new(self, now_us: int) -> str:
        """See `Ids.new`: fourteen hexadecimal digits of time, then twelve of chance."""
        return f"{now_us:014x}{self.salt()[:6].hex()}"

    def salt(self) -> bytes:
        """See `Ids.salt`."""
        try:
            return _salts.pop()
        except IndexError:
            drawn = os.urandom(_SALT_BYTES * _DRAWN_AT_ONCE)
            _salts.extend(drawn[start : start + _SALT_BYTES] for start in range(_SALT_BYTES, len(drawn), _SALT_BYTES))
            return drawn[:_SALT_BYTES]


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
