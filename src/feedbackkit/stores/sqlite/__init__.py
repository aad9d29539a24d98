"""Records in one SQLite file, with the standard library alone: the embedded default."""

from __future__ import annotations

from feedbackkit.stores.sqlite.store import SQLiteStore

__all__ = ["SQLiteStore"]
