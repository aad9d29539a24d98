from __future__ import annotations

import asyncio
import base64
import json
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.channels.webhook import AsyncWebhook, Webhook, sign, verify
from feedbackkit.channels.webhook.addresses import is_public, resolve
from feedbackkit.desk import ManualClock
from feedbackkit.domain.notice import Notice
from feedbackkit.domain.times import instant
from feedbackkit.errors import InvalidValue
from feedbackkit.ports import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from feedbackkit.ports import Receipt

NOON = "2026-03-02T12:00:00Z"
NOON_US = instant(NOON)
SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes ...").decode()
OTHER = base64.b64encode(b"another secret of 32 bytes .....").decode()
NOTICE = Notice(id="evt_1", kind="request.given", at_us=NOON_US, body=b'{"type":"request.given"}')


class Sink(ThreadingHTTPServer):
    """Notes what is posted, and answers as it is told."""

    daemon_threads = True
    posts: list[tuple[str, dict[str, str], bytes]]
    answer: Callable[[BaseHTTPRequestHandler], None]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Sink)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.path, dict(self.headers), body))
        self.server.answer(self)

    def log_message(self, format: str, *_: Any) -> None:  # noqa: A002 - as the standard library has it
        """Say nothing."""


def status(code: int, *headers: tuple[str, str], body: bytes = b"") -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer of a status."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@contextmanager
def sink(answer: Callable[[Any], None] | None = None) -> Generator[Sink]:
    """A receiver at a port of its own."""
    server = Sink(("127.0.0.1", 0), _Handler)
    server.posts, server.answer = [], answer or status(204)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def hook(server: Sink, path: str = "/hook?a=b", **parts: Any) -> Webhook:
    """A webhook to it."""
    given: dict[str, Any] = {"secrets": [SECRET], "private": True, "clock": ManualClock(NOON), "seconds": 5, **parts}
    return Webhook("sink", f"http://127.0.0.1:{server.server_address[1]}{path}", **given)


def told(answer: Callable[[Any], None], **parts: Any) -> Receipt:
    """What becomes of a notice where the receiver answers so."""
    with sink(answer) as server:
        return hook(server, **parts).tell(NOTICE)


def test_a_notice_is_posted_and_signed() -> None:
    """The very bytes of the notice, with id, time and a signature for each secret; the receiver can verify it."""
    with sink() as server:
        receipt = hook(server, secrets=[SECRET, OTHER]).tell(NOTICE)
        [(path, headers, body)] = server.posts
    assert receipt.outcome is Outcome.SENT
    assert (path, body) == ("/hook?a=b", NOTICE.body)
    assert headers["webhook-id"] == "evt_1"
    assert headers["webhook-timestamp"] == str(NOON_US // 1_000_000)
    for secret in (SECRET, OTHER):
        assert verify(secret, headers, body, now_us=NOON_US)


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The vector of the standard."""
    secret, body = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == expected
    assert sign(f"whsec_{secret}", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == expected


@pytest.mark.parametrize(
    ("change", "body", "later_us"),
    [
        ({"webhook-id": "evt_2"}, NOTICE.body, 0),
        ({"webhook-timestamp": "1"}, NOTICE.body, 0),
        ({"webhook-timestamp": "x"}, NOTICE.body, 0),
        ({"webhook-timestamp": "9" * 40}, NOTICE.body, 0),
        ({"webhook-signature": "v1,AAAA"}, NOTICE.body, 0),
        ({"webhook-signature": "é"}, NOTICE.body, 0),
        ({}, b"{}", 0),
        ({}, NOTICE.body, 301_000_000),
        ({}, NOTICE.body, -301_000_000),
    ],
)
def test_what_was_changed_or_is_old_is_not_verified(change: dict[str, str], body: bytes, later_us: int) -> None:
    """Id, time, body and signature hang together, and a recorded one is of no use later."""
    seconds = NOON_US // 1_000_000
    headers = {
        "Webhook-Id": "evt_1",
        "Webhook-Timestamp": str(seconds),
        "Webhook-Signature": f"v1,other {sign(SECRET, 'evt_1', seconds, NOTICE.body)}",
    }
    assert verify(SECRET, headers, NOTICE.body, now_us=NOON_US)
    changed = {name.lower(): value for name, value in headers.items()} | change
    assert not verify(SECRET, changed, body, now_us=NOON_US + later_us)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (200, Outcome.SENT),
        (202, Outcome.SENT),
        (301, Outcome.TRY_AGAIN),
        (400, Outcome.TRY_AGAIN),
        (404, Outcome.TRY_AGAIN),
        (410, Outcome.GIVE_UP),
        (429, Outcome.TRY_AGAIN),
        (500, Outcome.TRY_AGAIN),
    ],
)
def test_the_status_tells(code: int, outcome: Outcome) -> None:
    """2xx was heard, 410 wants no more, anything else is tried again."""
    assert told(status(code)).outcome is outcome


def test_no_redirect_is_followed() -> None:
    """It may lead anywhere."""
    with sink() as other, sink() as server:
        server.answer = status(307, ("Location", f"http://127.0.0.1:{other.server_address[1]}/"))
        assert hook(server).tell(NOTICE).outcome is Outcome.TRY_AGAIN
        assert other.posts == []


@pytest.mark.parametrize(
    ("said", "retry_us"),
    [
        ("120", NOON_US + 120_000_000),
        ("Mon, 02 Mar 2026 13:00:00 GMT", instant("2026-03-02T13:00:00Z")),
        ("soon", None),
        ("-5", None),
        ("9" * 30, None),
        ("Mon, 02 Mar 2026 13:00:00", None),
    ],
)
def test_an_answer_may_say_when_to_come_back(said: str, retry_us: int | None) -> None:
    """In seconds or as a date; what is neither is not heeded."""
    assert told(status(503, ("Retry-After", said))).retry_us == retry_us


def _endless_body(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65_536)


def _drip(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(1_000):
        handler.wfile.write(f"X-{number}: x\r\n".encode())
        handler.wfile.flush()
        time.sleep(0.05)


def _nonsense(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\0\xff nothing like HTTP\r\n\r\n")


def _hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("answer", [_drip, _nonsense, _hang_up])
def test_what_is_no_answer_is_tried_again_and_ends_in_time(answer: Callable[[Any], None]) -> None:
    """Also where a byte comes now and then, for ever."""
    begun = time.monotonic()
    receipt = told(answer, seconds=0.4)
    assert receipt.outcome is Outcome.TRY_AGAIN
    assert time.monotonic() - begun < 4


def test_an_endless_answer_is_cut() -> None:
    """Its status is enough."""
    assert told(_endless_body).outcome is Outcome.SENT


def test_nobody_there_is_tried_again() -> None:
    """The reason names neither the host nor the path."""
    with sink() as server:
        pass
    receipt = hook(server, "/secret-path").tell(NOTICE)
    assert receipt.outcome is Outcome.TRY_AGAIN
    assert "secret-path" not in receipt.reason


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1",
        "::ffff:8.8.8.8", "64:ff9b::a00:1", "2002:a00:1::", "2001::1",
    ],
)  # fmt: skip
def test_what_is_not_public_is_not_public(address: str) -> None:
    """Also where it hides in an address of IPv6."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.99.144.85", "2a02:2e0:3fe:1001:302::"])
def test_what_is_public_is(address: str) -> None:
    """Ordinary addresses of the network."""
    assert is_public(address)


def test_a_name_that_leads_into_a_private_network_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where one of its addresses is public; and what it leads to is looked up once, and then held to."""
    looked: list[str] = []

    def lookup(host: str, port: int, **_: Any) -> list[Any]:
        looked.append(host)
        return [(0, 0, 0, "", (each, port)) for each in ("8.8.8.8", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    webhook = Webhook("x", "https://rebinding.example/", secrets=[SECRET], clock=ManualClock(NOON))
    receipt = webhook.tell(NOTICE)
    assert receipt.outcome is Outcome.TRY_AGAIN
    assert receipt.reason == "the name leads into a private network"
    assert looked == ["rebinding.example"]
    assert resolve("rebinding.example", 443, private=True) == ["8.8.8.8", "10.0.0.1"]


def test_it_connects_to_what_was_looked_up_and_to_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second look at the name might give another answer: there is none."""
    with sink() as server:
        answers = [[(2, 1, 6, "", ("127.0.0.1", server.server_address[1]))]]
        real = socket.getaddrinfo

        def lookup(host: Any, *arguments: Any, **named: Any) -> list[Any]:
            return answers.pop() if host == "hook.example" else real(host, *arguments, **named)

        monkeypatch.setattr(socket, "getaddrinfo", lookup)
        url = f"http://hook.example:{server.server_address[1]}/"
        webhook = Webhook("x", url, secrets=[SECRET], private=True, clock=ManualClock(NOON))
        assert webhook.tell(NOTICE).outcome is Outcome.SENT
        [(_, headers, _)] = server.posts
        assert headers["Host"].startswith("hook.example")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"url": "http://hook.example/"}, "webhook.url"),
        ({"url": "ftp://hook.example/", "private": True}, "webhook.url"),
        ({"url": "https:///path"}, "webhook.url"),
        ({"url": "https://user:word@hook.example/"}, "webhook.url"),
        ({"url": "https://hook.example/\r\nX: y"}, "webhook.url"),
        ({"url": "https://hook.example/ x"}, "webhook.url"),
        ({"url": "https://hook.example:0/"}, "webhook.url"),
        ({"url": "https://hook.example:99999/"}, "webhook.url"),
        ({"url": "https://[::1/"}, "webhook.url"),
        ({"secrets": []}, "webhook.secrets"),
        ({"secrets": ["short"]}, "webhook.secret"),
        ({"kinds": ["request.asked"]}, "webhook.kinds"),
        ({"name": "a b"}, "webhook.name"),
    ],
)
def test_a_webhook_is_described_rightly(fields: dict[str, Any], field: str) -> None:
    """What cannot be right is refused when it is set up."""
    given: dict[str, Any] = {"name": "x", "url": "https://hook.example/", "secrets": [SECRET], **fields}
    with pytest.raises(InvalidValue) as caught:
        Webhook(**given)
    assert caught.value.field == field


def test_an_async_desk_is_not_held_up() -> None:
    """The try runs in a thread, and says the same."""
    with sink() as server:
        webhook = AsyncWebhook(hook(server, kinds=["request.given"]))
        assert webhook.wants("request.given")
        assert not webhook.wants("request.declined")
        assert asyncio.run(webhook.tell(NOTICE)).outcome is Outcome.SENT
        assert json.loads(server.posts[0][2]) == {"type": "request.given"}


def test_its_secret_is_not_shown() -> None:
    """Nor where it goes, which may be a secret of its own."""
    assert repr(Webhook("x", "https://hook.example/t0ken", secrets=[SECRET])) == "Webhook('x')"
