from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from aiosmtpd.smtp import AuthResult

from feedbackkit.channels.smtp import MailServer
from feedbackkit.desk import ManualClock
from feedbackkit.domain.times import MINUTE_US, instant
from feedbackkit.errors import InvalidValue
from feedbackkit.ports import Outcome
from tests.channels.messages import message
from tests.channels.smtp.both import KINDS, NOON, channel
from tests.channels.smtp.real import real_server

if TYPE_CHECKING:
    from pathlib import Path

    from feedbackkit.ports import Receipt

NOON_US = instant(NOON)


def log_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    """Let in who has the right password."""
    return AuthResult(success=(data.login, data.password) == (b"desk", b"right"), handled=False)


@pytest.fixture(params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    """Which of the two channels."""
    return str(request.param)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that nobody but we trust, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    own = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    own.private_key_and_cert_chain_pem.write_to_path(str(folder / "own.pem"))
    return folder / "ca.pem", folder / "own.pem"


@pytest.fixture(scope="module")
def serving(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    """What the server shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[1])
    return context


@pytest.fixture(scope="module")
def trusting(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    """Who trusts it."""
    return ssl.create_default_context(cafile=str(certificate[0]))


def sent(kind: str, port: int, *, times: int = 1, clock: ManualClock | None = None, **fields: Any) -> list[Receipt]:
    """The receipts of some messages to a server of this machine."""
    given: dict[str, Any] = {"host": "localhost", "timeout": 5.0, "hello": "desk.example", **fields}
    post = channel(kind, MailServer(port=port, **given), clock=clock or ManualClock(NOON))
    try:
        return [post.send(message(id=f"c{number}")) for number in range(times)]
    finally:
        post.close()


@pytest.mark.parametrize("wrapped", [True, False])
def test_it_is_protected_from_its_first_word_on(
    kind: str, wrapped: bool, serving: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    """By STARTTLS or by TLS from the first byte, to a real server; with a login where it asks for one."""
    # The server only lets those log in who have said STARTTLS.
    options: dict[str, Any] = {} if wrapped else {"authenticator": log_in, "auth_required": True}
    with real_server(serving, wrapped=wrapped, **options) as (port, taken):
        security = "tls" if wrapped else "starttls"
        account: dict[str, Any] = {} if wrapped else {"username": "desk", "password": "right"}
        [receipt] = sent(kind, port, security=security, tls=trusting, **account)
    assert receipt.outcome is Outcome.SENT
    [envelope] = taken.envelopes
    assert envelope.rcpt_tos == ["anna.weber@nordwerk.example"]
    assert b"\r\nAuto-Submitted: auto-generated\r\n" in envelope.content


def test_starttls_is_the_default_and_is_not_given_up(kind: str) -> None:
    """A server that offers none gets no mail in the clear, and is left alone for a quarter of an hour."""
    with real_server() as (port, taken):
        first, second = sent(kind, port, times=2)
    assert first.outcome is second.outcome is Outcome.TRY_AGAIN
    assert first.retry_us == second.retry_us == NOON_US + 15 * MINUTE_US
    assert "cannot be trusted" in first.reason
    assert taken.envelopes == []


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_certificate_that_nobody_vouches_for_stops_the_channel(
    kind: str, wrapped: bool, serving: ssl.SSLContext
) -> None:
    """It is not a matter of one message: the second one is not even tried."""
    security = "tls" if wrapped else "starttls"
    with real_server(serving, wrapped=wrapped) as (port, taken):
        receipts = sent(kind, port, times=3, security=security)
    assert {receipt.outcome for receipt in receipts} == {Outcome.TRY_AGAIN}
    assert {receipt.retry_us for receipt in receipts} == {NOON_US + 15 * MINUTE_US}
    assert "cannot be trusted" in receipts[0].reason
    assert taken.envelopes == []


def test_a_wrong_password_stops_the_channel(
    kind: str, serving: ssl.SSLContext, trusting: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    """One try, one line in the log without the password, and nothing more for a quarter of an hour."""
    options: dict[str, Any] = {"authenticator": log_in, "auth_required": True}
    with real_server(serving, **options) as (port, taken):
        receipts = sent(kind, port, times=3, tls=trusting, username="desk", password="wrong-secret")  # noqa: S106
    assert {receipt.outcome for receipt in receipts} == {Outcome.TRY_AGAIN}
    assert {receipt.retry_us for receipt in receipts} == {NOON_US + 15 * MINUTE_US}
    assert receipts[0].reason == "the mail server refused the login: 535 to the password"
    assert taken.envelopes == []
    [record] = caplog.records
    assert "wrong-secret" not in record.getMessage()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"host": ""}, "server.host"),
        ({"host": "mail.example\r\nQUIT"}, "server.host"),
        ({"port": 0}, "server.port"),
        ({"port": 70_000}, "server.port"),
        ({"security": "ssl3"}, "server.security"),
        ({"timeout": 0}, "server.timeout"),
        ({"timeout": float("nan")}, "server.timeout"),
        ({"username": "desk"}, "server"),
        ({"username": "desk", "password": "x", "security": "none"}, "server.security"),
        ({"username": "desk", "password": "x\0y"}, "server.password"),
        ({"username": "desk", "password": "pä"}, "server.password"),
    ],
)
def test_a_server_is_described_rightly(fields: dict[str, Any], field: str) -> None:
    """What cannot be right is refused when it is written down."""
    given: dict[str, Any] = {"host": "mail.example", **fields}
    with pytest.raises(InvalidValue) as caught:
        MailServer(**given)
    assert caught.value.field == field


def test_its_password_is_not_shown() -> None:
    """Neither in a log nor in a traceback."""
    server = MailServer(host="mail.example", username="desk", password="secret-word")  # noqa: S106
    assert "secret-word" not in repr(server)
    assert server.listens_at == 587
