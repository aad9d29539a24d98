from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.stores import SQLiteStore
from feedbackkit.testing import StoreContract

if TYPE_CHECKING:
    from pathlib import Path


class TestSQLiteStore(StoreContract):
    """The embedded default passes the contract."""

    def make_store(self, folder: Path) -> SQLiteStore:
        """A store in one file of the folder."""
        return SQLiteStore(folder / "feedback.db")
