"""Mails in a mailbox of an IMAP server."""

from __future__ import annotations

import imaplib
import ssl
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from feedbackkit.domain import checks
from feedbackkit.errors import InvalidValue
from feedbackkit.feeds.mails import FetchedMail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

__all__ = ["ImapFeed"]

_PORT: Final = 993
_SECONDS: Final = 30


class ImapFeed:
    """The mails of an IMAP mailbox that nobody has seen; a context that connects and takes leave.

    The connection is TLS from its first byte. What the server refuses, and a connection that breaks, raises a
    `ConnectionError`, after which the feed may be opened anew: what was not marked as seen comes again.
    """

    def __init__(
        self,
        host: str,
        *,
        username: str,
        password: str,
        folder: str = "INBOX",
        port: int = _PORT,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`tls`: whom to trust, where the certificates of the system are not enough."""
        self._host = checks.line("feed.host", host, limit=253)
        self._port = checks.whole("feed.port", port, least=1, most=65_535)
        self._username = checks.line("feed.username", username)
        self._password = checks.line("feed.password", password, limit=4_096)
        self._folder = checks.line("feed.folder", folder)
        if '"' in folder or "\\" in folder or not folder.isascii():
            raise InvalidValue("feed.folder", "must be ASCII without quotes", checks.shape(folder))
        self._tls = tls
        self._client: imaplib.IMAP4_SSL | None = None

    def __repr__(self) -> str:
        return f"ImapFeed({self._host!r}, folder={self._folder!r})"

    def __enter__(self) -> Self:
        try:
            context = self._tls or ssl.create_default_context()
            self._client = imaplib.IMAP4_SSL(self._host, self._port, ssl_context=context, timeout=_SECONDS)
            self._said("log in", self._client.login(self._username, self._password))
            self._said("open the folder", self._client.select(f'"{self._folder}"'))
        except (imaplib.IMAP4.error, OSError) as error:
            self._leave()
            raise _cut_off(error) from None
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()

    def unseen(self) -> Iterator[FetchedMail]:
        """Each mail that was not seen when this began, in the order in which they came."""
        [found] = self._uid("SEARCH", "UNSEEN")
        for number in (found or b"").split():
            fetched = self._uid("FETCH", number.decode("ascii"), "(BODY.PEEK[])")
            parts = [cast("tuple[bytes, bytes]", part) for part in fetched if isinstance(part, tuple)]
            raw = parts[0][1] if parts else None
            if raw is not None:  # or somebody else has deleted it meanwhile
                yield FetchedMail(raw, partial(self._uid, "STORE", number.decode("ascii"), "+FLAGS.SILENT", r"(\Seen)"))

    def _uid(self, command: str, *arguments: str) -> list[Any]:
        if self._client is None:
            raise ConnectionError("the feed is not open: use it in a with statement")
        try:
            return self._said(command, self._client.uid(command, *arguments))
        except (imaplib.IMAP4.error, OSError) as error:
            raise _cut_off(error) from None

    def _said(self, what: str, answer: tuple[str, list[Any]]) -> list[Any]:
        status, data = answer
        if status != "OK":
            raise ConnectionError(f"the mailbox server said {status} to {what}")
        return data

    def _leave(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                client.logout()
            with suppress(OSError):
                client.shutdown()  # where the server did not say goodbye


def _cut_off(error: Exception) -> ConnectionError:
    """What a program can wait for; the server's own words may repeat the user's name."""
    if isinstance(error, ConnectionError):
        return error
    return ConnectionError(f"the mailbox server cannot be used: {type(error).__name__}")
