"""Signatures as Standard Webhooks has them: HMAC-SHA-256 over the id, the time and the body."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING, Final

from feedbackkit.domain import checks
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["key_of", "sign", "verify"]

_PREFIX: Final = "whsec_"
_LEAST_BYTES: Final = 24
_MOST_BYTES: Final = 64
_TOLERANCE_US: Final = 5 * 60 * 1_000_000


def key_of(secret: str) -> bytes:
    """The key in a secret: 24 to 64 bytes in base64, with ``whsec_`` before them or without."""
    try:
        key = base64.b64decode(str(secret).removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not _LEAST_BYTES <= len(key) <= _MOST_BYTES:
        rule = f"must be {_LEAST_BYTES} to {_MOST_BYTES} bytes in base64, with {_PREFIX} before them or without"
        raise InvalidValue("webhook.secret", rule, checks.shape(secret))
    return key


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a webhook; `timestamp` is in seconds since the epoch.

    >>> sign("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    said = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key_of(secret), said, "sha256")).decode("ascii")


def verify(secret: str, headers: Mapping[str, str], body: bytes, *, now_us: int) -> bool:
    """Whether a webhook that came in is signed with a secret, within five minutes of now; for those who receive one."""
    said = {name.lower(): value for name, value in headers.items()}
    message_id, sent = said.get("webhook-id", ""), said.get("webhook-timestamp", "")
    if not (sent.isascii() and sent.isdigit() and len(sent) <= len("99999999999")):
        return False
    if abs(int(sent) * 1_000_000 - now_us) > _TOLERANCE_US:
        return False
    expected = sign(secret, message_id, int(sent), body).encode()
    signatures = said.get("webhook-signature", "").split()
    return any([hmac.compare_digest(expected, each.encode()) for each in signatures])  # noqa: C419 - all, in equal time
