"""A subscriber behind a URL."""

from __future__ import annotations

import asyncio
import http.client
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from feedbackkit.channels.machine_clock import MachineClock
from feedbackkit.channels.webhook.addresses import Forbidden, resolve
from feedbackkit.channels.webhook.posting import post
from feedbackkit.channels.webhook.signing import key_of, sign
from feedbackkit.domain import checks
from feedbackkit.domain.request import EventKind
from feedbackkit.domain.times import instant
from feedbackkit.errors import InvalidValue
from feedbackkit.ports import Outcome, Receipt

if TYPE_CHECKING:
    import ssl
    from collections.abc import Collection, Sequence
    from urllib.parse import SplitResult

    from feedbackkit.channels.webhook.posting import Response
    from feedbackkit.domain.notice import Notice
    from feedbackkit.ports import Clock

__all__ = ["AsyncWebhook", "Webhook"]

KINDS: Final = frozenset(f"request.{kind.value}" for kind in EventKind)
_URL_LIMIT: Final = 2_000
_GONE: Final = 410
_SECOND_US: Final = 1_000_000


class Webhook:
    """Posts each notice to a URL, signed by the rules of Standard Webhooks; safe to use from several threads.

    A status of 2xx means that it was heard, 410 that nothing more shall come, anything else that it is tried again
    later: after Retry-After, where the answer names one. Redirects are not followed. A name that leads into a private
    network is not connected to, and what it leads to is looked up once for each try.
    """

    def __init__(
        self,
        name: str,
        url: str,
        *,
        secrets: Sequence[str],
        kinds: Collection[str] | None = None,
        private: bool = False,
        seconds: float = 15.0,
        tls: ssl.SSLContext | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`name`: under which notices wait for it. `url`: ``https``; ``http`` only where it is `private`.

        `secrets`: the one to sign with, and those that it replaces, as long as the receiver may know only these.
        `kinds`: what it wants to hear, such as ``request.given``; without them everything. `private`: it may be in a
        network of one's own. `seconds`: for a whole try. `tls`: whom to trust. `clock`: the desk's own, if it has one.
        """
        self.name = checks.identifier("webhook.name", name, limit=60)
        self._url = _checked(url, private=private)
        self._secrets = tuple(secrets)
        if not self._secrets:
            raise InvalidValue("webhook.secrets", "must have one to sign with", "none")
        for secret in self._secrets:
            key_of(secret)
        self._kinds = None if kinds is None else frozenset(kinds)
        if self._kinds is not None and not self._kinds <= KINDS:
            raise InvalidValue("webhook.kinds", f"must be among {', '.join(sorted(KINDS))}", "another one")
        self._private = private
        self._seconds = seconds
        self._tls = tls
        self._clock = clock or MachineClock()

    def __repr__(self) -> str:
        return f"Webhook({self.name!r})"

    def wants(self, kind: str) -> bool:
        """See `Subscriber.wants`."""
        return self._kinds is None or kind in self._kinds

    def tell(self, notice: Notice) -> Receipt:
        """See `Subscriber.tell`."""
        now_us = self._clock.now_us()
        seconds = now_us // _SECOND_US
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "feedbackkit",
            "webhook-id": notice.id,
            "webhook-timestamp": str(seconds),
            "webhook-signature": " ".join(sign(secret, notice.id, seconds, notice.body) for secret in self._secrets),
        }
        host, port = self._url.hostname or "", self._url.port or (443 if self._url.scheme == "https" else 80)
        try:
            addresses = resolve(host, port, private=self._private)
            response = post(self._url, addresses, headers, notice.body, seconds=self._seconds, tls=self._tls)
        except Forbidden as error:
            return Receipt(Outcome.TRY_AGAIN, str(error))
        except (OSError, UnicodeError, http.client.HTTPException) as error:
            return Receipt(Outcome.TRY_AGAIN, f"the webhook cannot be reached: {type(error).__name__}")
        return _receipt(response, now_us)


class AsyncWebhook:
    """`Webhook` for an `AsyncDesk`: each try in a thread, so that the event loop goes on."""

    def __init__(self, webhook: Webhook) -> None:
        self.name = webhook.name
        self._webhook = webhook

    def wants(self, kind: str) -> bool:
        """See `Subscriber.wants`."""
        return self._webhook.wants(kind)

    async def tell(self, notice: Notice) -> Receipt:
        """See `Subscriber.tell`."""
        return await asyncio.to_thread(self._webhook.tell, notice)


def _checked(url: str, *, private: bool) -> SplitResult:
    text = checks.line("webhook.url", url, limit=_URL_LIMIT)
    try:
        split = urlsplit(text)
        port, host = split.port, split.hostname
    except ValueError:
        raise InvalidValue("webhook.url", "must be a URL", checks.shape(url)) from None
    schemes = {"https", "http"} if private else {"https"}
    if split.scheme not in schemes or not host or port == 0 or not text.isascii() or " " in text:
        rule = f"must be a URL of {' or '.join(sorted(schemes))} with a host, in ASCII"
        raise InvalidValue("webhook.url", rule, checks.shape(url))
    if split.username is not None or split.fragment:
        raise InvalidValue("webhook.url", "must have no user and no fragment", checks.shape(url))
    return split


def _receipt(response: Response, now_us: int) -> Receipt:
    status = response.status
    if 200 <= status < 300:  # noqa: PLR2004
        return Receipt(Outcome.SENT)
    if status == _GONE:
        return Receipt(Outcome.GIVE_UP, "the webhook is gone (410)")
    return Receipt(Outcome.TRY_AGAIN, f"the webhook said {status}", _retry_us(response.retry_after, now_us))


def _retry_us(said: str | None, now_us: int) -> int | None:
    """When to come back, as an answer names it: in seconds or as a date; the desk bounds it."""
    if said is None:
        return None
    text = said.strip()
    if text.isascii() and text.isdigit() and len(text) <= len("9999999"):
        return now_us + int(text) * _SECOND_US
    try:
        return instant(parsedate_to_datetime(text), field="retry-after")
    except (ValueError, TypeError):
        return None
