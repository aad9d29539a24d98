"""I3, I4: a run that is killed with -9, wherever, and begun again, ends where an undisturbed one ends."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.faults.long import times
from tests.faults.programs import told_by
from tests.faults.traced import possible
from tests.servers import MARIADB, POSTGRESQL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import Server

DEVICES: Final = pytest.mark.parametrize("idempotent", [True, False], ids=["repeatable channel", "plain channel"])


def _killed(folder: Path, place: str, how: str, *, number: int, idempotent: bool) -> list[dict[str, Any]]:
    """The undisturbed ending, and the one after each death."""
    device = ["--idempotent"] if idempotent else []
    return [json.loads(line) for line in told_by("killed", folder, place, how, "--number", number, *device)]


def _hold(endings: list[dict[str, Any]], *, idempotent: bool, least: int) -> None:
    """Each ends as the undisturbed one: each contact booked once, nothing lost, and a message repeated at most once.

    What a channel repeats without harm may be repeated for the batch that was in hand; of any other, one at most.
    """
    undisturbed = endings[0]["undisturbed"]
    deaths = [ending for ending in endings[1:] if not ending["ended"]]
    assert len(deaths) >= least
    for death in deaths:
        assert death["state"] == undisturbed["state"], death["at"]
        assert death["wrong"] == [], death["at"]
        again = Counter(death["delivered"]) - Counter(undisturbed["delivered"])
        assert set(death["delivered"]) == set(undisturbed["delivered"])
        assert set(again.values()) <= {1}
        assert sum(again.values()) <= (3 if idempotent else 1), death["at"]


@DEVICES
def test_i3_killed_at_any_boundary_on_sqlite(tmp_path: Path, idempotent: bool) -> None:
    """At every n-th call of the store, statement and sending; in the long run at each."""
    endings = _killed(tmp_path, "file", "statements", number=times(4, long=1), idempotent=idempotent)
    _hold(endings, idempotent=idempotent, least=50)


@pytest.mark.skipif(not possible(), reason="a process may not follow its child here")
@DEVICES
def test_i3_killed_at_any_system_call_on_sqlite(tmp_path: Path, idempotent: bool) -> None:
    """In the middle of a write to the file or its log, too: the moments are drawn by chance, the same each time."""
    deaths = times(60, long=500)
    endings = _killed(tmp_path, "file", "syscalls", number=deaths, idempotent=idempotent)
    _hold(endings, idempotent=idempotent, least=deaths - 1)


def test_i3_killed_at_any_boundary_on_sqlite_through_sqlalchemy(tmp_path: Path) -> None:
    """As on SQLite alone."""
    place = f"sqlite:///{tmp_path / 'feedback.db'}"
    endings = _killed(tmp_path, place, "statements", number=times(23, long=1), idempotent=False)
    _hold(endings, idempotent=False, least=10)


@pytest.mark.parametrize("server", [POSTGRESQL, MARIADB], ids=lambda server: server.name)
@DEVICES
def test_i3_killed_at_any_boundary_on_a_server(server: Server, tmp_path: Path, idempotent: bool) -> None:
    """Before and after every n-th statement and commit; the server notices that its client is gone."""
    place = f"{server.url().render_as_string(hide_password=False)}#{server.prefix(tmp_path)}"
    endings = _killed(tmp_path, place, "statements", number=times(31, long=1), idempotent=idempotent)
    _hold(endings, idempotent=idempotent, least=6)
