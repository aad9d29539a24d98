"""What a feed hands out."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FetchedMail"]


@final
class FetchedMail:
    """One mail of a mailbox; it comes again until it was marked as seen."""

    def __init__(self, raw: bytes, mark: Callable[[], object]) -> None:
        self.raw = raw
        """The mail as it is, in bytes."""
        self._mark = mark

    def seen(self) -> None:
        """Mark it as seen, after what it calls for was done; repeating it is harmless."""
        self._mark()

    def __repr__(self) -> str:
        return f"FetchedMail({len(self.raw)} bytes)"
