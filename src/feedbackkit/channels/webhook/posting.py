"""One POST to one address: no redirect is followed, nothing but the headers is read, and it ends in time."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from urllib.parse import SplitResult

__all__ = ["Response", "post"]


class Response(NamedTuple):
    """What came back, as far as anybody looks at it."""

    status: int
    retry_after: str | None


def post(
    url: SplitResult,
    addresses: Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    seconds: float,
    tls: ssl.SSLContext | None,
) -> Response:
    """Send a body to the first of the addresses that answers; what fails raises `OSError` or `HTTPException`.

    `seconds` is for all of it: a server that sends a byte now and then is cut off too.
    """
    connection = _Pinned(url, addresses, seconds, tls)
    watch = threading.Timer(seconds, connection.cut)
    watch.daemon = True
    watch.start()
    try:
        path = url.path or "/"
        connection.request("POST", f"{path}?{url.query}" if url.query else path, body, dict(headers))
        response = connection.getresponse()
        if connection.was_cut:  # within the headers, which the standard library takes for their end
            raise TimeoutError("it took too long")
        return Response(response.status, response.headers.get("Retry-After"))
    except (ValueError, AttributeError) as error:  # the standard library, cut off in the middle
        raise ConnectionError(type(error).__name__) from None
    finally:
        watch.cancel()
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to given addresses, in TLS under the name of the host where the URL says so."""

    def __init__(self, url: SplitResult, addresses: Sequence[str], seconds: float, tls: ssl.SSLContext | None) -> None:
        self._secure = url.scheme == "https"
        self.default_port = http.client.HTTPS_PORT if self._secure else http.client.HTTP_PORT
        super().__init__(url.hostname or "", url.port or self.default_port, timeout=seconds)
        self._addresses = addresses
        self._tls = tls
        self.was_cut = False

    def connect(self) -> None:
        """Connect to the first address that answers."""
        failed: OSError = ConnectionError("no address")
        for address in self._addresses:
            try:
                plain = socket.create_connection((address, self.port), self.timeout)
                break
            except OSError as error:
                failed = error
        else:
            raise failed
        self.sock = plain
        if self._secure:
            context = self._tls or ssl.create_default_context()
            try:
                self.sock = context.wrap_socket(plain, server_hostname=self.host)
            except BaseException:
                plain.close()
                raise
        if self.was_cut:
            raise TimeoutError("it took too long")

    def cut(self) -> None:
        """End it, whatever it is doing."""
        self.was_cut = True
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)
