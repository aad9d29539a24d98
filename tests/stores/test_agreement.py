from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest

from feedbackkit.stores import MemoryStore, SQLiteStore
from feedbackkit.testing import StoreAgreement

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from feedbackkit.ports import Store

pytestmark = pytest.mark.no_cover  # the contract measures the same stores


def _memory(folder: Path) -> MemoryStore:
    del folder
    return MemoryStore()


def _sqlite(folder: Path) -> SQLiteStore:
    return SQLiteStore(folder / "feedback.db")


class ShippedStores(StoreAgreement):
    """The shipped stores give the same answers and errors, whatever is asked of them."""

    openers: ClassVar[Mapping[str, Callable[[Path], Store]]] = {"memory": _memory, "sqlite": _sqlite}


TestAgreement = ShippedStores.TestCase
