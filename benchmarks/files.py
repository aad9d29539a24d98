"""Where the stores' files lie while they are measured."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def folder(directory: Path) -> Iterator[Path]:
    """A folder of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(dir=directory, prefix="feedbackkit-bench-") as name:
        yield Path(name)
