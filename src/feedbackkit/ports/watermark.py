"""What the note of how far a store has come promises."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

__all__ = ["Watermark"]


@runtime_checkable
class Watermark(Protocol):
    """How far a store had come, noted outside of it: a store that is behind was restored from an older backup.

    It belongs to one store, and must not be restored with it. A desk reads it once in a run, and raises it at most
    twice; it does not await it. What fails raises a `StoreError`.
    """

    def read(self) -> int:
        """The highest number that was noted; 0 where nothing was, or where it was lost."""
        ...

    def raise_to(self, number: int) -> None:
        """Note a number; where a higher one is noted already, that stays.

        When it returns it is durable, for all processes that share it; several may call it at once.
        """
        ...
