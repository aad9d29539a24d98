from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feedbackkit.cli import main
from feedbackkit.desk import Desk, ManualClock
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.stores import SQLiteStore
from tests.channels.smtp.scripted import ScriptedServer
from tests.desk.house import MONDAY, ask

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store in which somebody is to be asked."""
    path = tmp_path / "feedback.db"
    with Desk(SQLiteStore(path), clock=ManualClock(MONDAY)) as desk:
        desk.request(ask("k"))
    return path


def test_mails_are_handed_to_the_server_that_an_option_names(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a return path of their own, where there is a mailbox for them."""
    monkeypatch.setattr("feedbackkit.desk.async_desk.SystemClock.now_us", lambda _: 1_772_445_600_000_000)
    with ScriptedServer() as server:
        options = ["--smtp", f"127.0.0.1:{server.port}", "--smtp-security", "none"]
        addresses = ["--sender-address", "feedback@example.com", "--return-path", "back@example.com"]
        assert main(["run", "--store", str(store), *options, *addresses]) == 0
    assert "1 sent" in capsys.readouterr().out
    assert any(said.startswith("MAIL FROM:<back+") for said in server.said)
    with Desk(SQLiteStore(store)) as desk:
        assert [view.status for view in desk.contacts()] == [ContactStatus.SENT]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--smtp", "mail.example.com"], "--sender-address"),
        (["--smtp", "mail.example.com:x", "--sender-address", "a@b.example"], "--smtp"),
        (["--smtp", "m.example", "--eml", "out", "--sender-address", "a@b.example"], "--smtp"),
        (["--smtp", "m.example", "--sender-address", "nobody"], "channel.sender"),
    ],
)
def test_what_is_missing_or_wrong_is_said(
    store: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line that names the option."""
    assert main(["run", "--store", str(store), *options]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(said)


def test_a_password_comes_from_the_environment_and_never_in_the_clear(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection without protection is refused as soon as somebody would log in."""
    monkeypatch.setenv("FEEDBACKKIT_SMTP_USERNAME", "desk")
    monkeypatch.setenv("FEEDBACKKIT_SMTP_PASSWORD", "secret-word")
    options = ["--smtp", "m.example", "--smtp-security", "none", "--sender-address", "a@b.example"]
    assert main(["run", "--store", str(store), *options]) == 2
    told = capsys.readouterr().err
    assert told.startswith("server.security must be starttls or tls")
    assert "secret-word" not in told
