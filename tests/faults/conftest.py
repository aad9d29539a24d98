from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers import SERVERS

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def lent() -> Iterator[None]:
    """Whatever tables a test was lent are empty for the next one."""
    yield
    for server in SERVERS:
        server.take_back()
