"""All parts of the contract in one class."""

# ruff: noqa: S101 — a contract asserts

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.ports import Store
from feedbackkit.testing.contract.claiming import Claiming
from feedbackkit.testing.contract.closing import Closing
from feedbackkit.testing.contract.erasing import Erasing
from feedbackkit.testing.contract.finding import Finding
from feedbackkit.testing.contract.history import History
from feedbackkit.testing.contract.reading import Reading
from feedbackkit.testing.contract.releasing import Releasing
from feedbackkit.testing.contract.writing import Writing

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["StoreContract"]


class StoreContract(Reading, Writing, History, Claiming, Releasing, Finding, Erasing, Closing):
    """The tests of a store; subclass it in a test module and say how the store is opened.

    ``make_store(folder)`` opens the store that is kept in a folder, which is new and empty for each test. A store that
    keeps nothing over a close says ``durable = False``.
    """

    def test_it_is_a_store(self, tmp_path: Path) -> None:
        """A store has all the methods of the port."""
        store = self.make_store(tmp_path)
        assert isinstance(store, Store)
        store.close()
