"""Where records are kept: in memory, and in an SQLite file."""

from __future__ import annotations

from feedbackkit.stores.memory import MemoryStore
from feedbackkit.stores.sqlite import SQLiteStore

__all__ = ["MemoryStore", "SQLiteStore"]
