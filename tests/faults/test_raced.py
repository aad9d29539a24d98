"""I2, I3: however many workers race for the same requests or the last slot of a budget, one gets it, once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

from tests.faults.long import times
from tests.faults.programs import told_by
from tests.servers import MARIADB, POSTGRESQL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import Server

KINDS: Final = pytest.mark.parametrize("kind", ["--threads", "--processes"])


def _race(folder: Path, place: str, *options: str, races: int) -> None:
    """Race; each slot was taken once, no ledger is over its budget, and the books balance."""
    wanted = [option for option in options if option != "--processes"]
    told = json.loads(*told_by("raced", folder, place, "--races", races, *wanted))
    assert told["asked"] == [1] * races
    assert told["over budget"] == 0
    assert told["delivered"] == {f"race-{race}": 1 for race in range(races)}
    assert told["wrong"] == []


@pytest.mark.parametrize("workers", ["2", "5", "16"])
@KINDS
def test_i2_one_gets_the_last_slot_without_leases_on_sqlite(tmp_path: Path, workers: str, kind: str) -> None:
    """All decide for themselves and write at the same moment: versions alone hold."""
    _race(tmp_path, "file", "--workers", workers, kind, races=times(60, long=1000))


@KINDS
def test_i3_one_gets_each_request_on_sqlite(tmp_path: Path, kind: str) -> None:
    """All claim at the same moment."""
    _race(tmp_path, "file", "--workers", "4", "--leases", kind, races=times(60, long=1000))


@pytest.mark.parametrize("server", [POSTGRESQL, MARIADB], ids=lambda server: server.name)
@pytest.mark.parametrize("leases", ["--leases", "--processes"], ids=["leased", "unleased"])
@KINDS
def test_i2_one_gets_the_last_slot_on_a_server(server: Server, tmp_path: Path, leases: str, kind: str) -> None:
    """As on SQLite, with and without leases."""
    place = f"{server.url().render_as_string(hide_password=False)}#{server.prefix(tmp_path)}"
    _race(tmp_path, place, "--workers", "4", leases, kind, races=times(25, long=1000))
