from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.channels import MailboxChannel
from feedbackkit.cli.app import main
from feedbackkit.cli.report import report
from feedbackkit.desk import Desk, ManualClock
from feedbackkit.stores import MemoryStore
from tests.cli.rows import EXAMPLE_RESPONDENTS, ROW, mandates, other

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_an_empty_desk_has_a_short_report() -> None:
    """Where nothing happened, the report says so, and tells no story and no answers."""
    clock = ManualClock("2026-01-01T00:00:00Z")
    with Desk(
        MemoryStore(), channels=[MailboxChannel()], clock=clock, secret=b"a secret of thirty-two bytes ..."
    ) as desk:
        told = "\n".join(report(desk))
    assert "What went out: 0 contacts" in told
    assert "One request" not in told
    assert "What was said" not in told


def test_who_opted_out_is_told_to_be_left_in_peace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever wants no contact gets none, and the report counts the requests that were let go for it."""
    store, file = tmp_path / "store.db", mandates(tmp_path, {**ROW, "opt_out": "all"})
    assert main(["import", str(file), "--store", str(store)]) == 0
    play = ["play", "--store", str(store), "--respondents", str(EXAMPLE_RESPONDENTS)]
    assert main([*play, "--from", "2026-01-01", "--until", "2026-10-31"]) == 0
    told = capsys.readouterr().out
    assert "What went out: 0 contacts" in told
    assert "left in peace" in told
    assert "no contact at all is wanted" in told


def test_the_report_tells_everything_that_was_promised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What went out to whom and when, outcomes by occasion, the rules, one ladder with reasons, and the answers."""
    store, file = tmp_path / "store.db", mandates(tmp_path, {**ROW, "sponsor_id": "R-101"}, other(sponsor_id="R-143"))
    assert main(["import", str(file), "--store", str(store)]) == 0
    capsys.readouterr()
    play = ["play", "--store", str(store), "--respondents", str(EXAMPLE_RESPONDENTS)]
    assert main([*play, "--from", "2026-01-01", "--until", "2026-10-31"]) == 0
    told = capsys.readouterr().out
    for heading in (
        "What went out: ",
        "What came of it, by occasion",
        "How often each rule moved, held or stopped a contact, and why",
        "One request, from its plan to its end",
        "What was said about Thomas Brandt",
    ):
        assert heading in told
    assert max(map(len, told.splitlines())) <= 120


def test_played_again_the_report_is_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second play of the same days changes nothing and prints the same to the letter."""
    store, file = tmp_path / "store.db", mandates(tmp_path, {**ROW, "sponsor_id": "R-109"})
    assert main(["import", str(file), "--store", str(store)]) == 0
    play = ["play", "--store", str(store), "--respondents", str(EXAMPLE_RESPONDENTS)]
    told: list[str] = []
    for _time in range(2):
        capsys.readouterr()
        assert main([*play, "--from", "2026-01-01", "--until", "2026-10-31"]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert "reminder" in told[0]
