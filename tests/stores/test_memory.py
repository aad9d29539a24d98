from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.stores import MemoryStore
from feedbackkit.testing import StoreContract

if TYPE_CHECKING:
    from pathlib import Path


class TestMemoryStore(StoreContract):
    """The reference passes the contract."""

    durable = False

    def make_store(self, folder: Path) -> MemoryStore:
        """A store that needs no folder."""
        del folder
        return MemoryStore()
