"""The contract: what every store passes, one promise a test."""

from __future__ import annotations

import pytest

_PARTS = ("claiming", "closing", "erasing", "finding", "frame", "history", "reading", "releasing", "store", "writing")
pytest.register_assert_rewrite(*(f"{__name__}.{part}" for part in _PARTS))  # or a failure would not say what it saw

from feedbackkit.testing.contract.store import StoreContract  # noqa: E402 — rewritten only if imported after

__all__ = ["StoreContract"]
