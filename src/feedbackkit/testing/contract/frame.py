"""What the parts of the contract have in common: a store to be tested."""

# ruff: noqa: S101 — a contract asserts

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest

from feedbackkit.ports import Applied

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from feedbackkit.ports import Change, Record, Result, Store

__all__ = ["Frame", "keys_of", "told"]


class Frame:
    """Says how the store under test is opened."""

    durable: ClassVar[bool] = True
    """Whether what was written is there again when the store is closed and opened in the same folder."""

    def make_store(self, folder: Path) -> Store:
        """Open the store that is kept in this folder, which is empty the first time."""
        raise NotImplementedError(f"{type(self).__name__}.make_store must open a store")

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        """A fresh, empty store; closed after the test."""
        store = self.make_store(tmp_path)
        yield store
        store.close()

    def reopened(self, store: Store, folder: Path) -> Store:
        """The same store, closed and opened again."""
        if not self.durable:
            pytest.skip("this store says that it is not durable")
        store.close()
        return self.make_store(folder)

    @staticmethod
    def made(store: Store, changes: Sequence[Change]) -> None:
        """Make changes of which each must succeed."""
        assert told(store.write(changes)) == told([Applied()] * len(changes))


def keys_of(records: Sequence[Record]) -> list[str]:
    """The keys of records, in their order."""
    return [record.key for record in records]


def told(results: Sequence[Result]) -> list[Result]:
    """Results as a list, whatever sequence the store gave them in."""
    return list(results)
