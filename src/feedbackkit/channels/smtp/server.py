"""Which mail server, and how it is spoken with."""

from __future__ import annotations

import enum
import ssl
from typing import Final, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.fields import checked, member
from feedbackkit.errors import InvalidValue

__all__ = ["MailServer", "Security"]


class Security(enum.StrEnum):
    """How the connection to a mail server is kept from being read or changed."""

    STARTTLS = "starttls"
    """It begins in the clear and must go on in TLS, before anything is said; the usual way of port 587."""
    TLS = "tls"
    """It is TLS from its first byte; the usual way of port 465."""
    NONE = "none"
    """In the clear, for a server on the same machine or in the same house."""


_MOST_SECONDS: Final = 600
_PORTS: Final = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


def _security(value: Security | str) -> Security:
    return member(Security, "server.security", value)


def _port(field: str, value: object) -> None:
    checks.whole(field, value, least=1, most=65_535)


def _seconds(field: str, value: object) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= _MOST_SECONDS:
        raise InvalidValue(field, f"must be more than 0 and at most {_MOST_SECONDS} seconds", checks.shape(value))


def _spoken(field: str, value: object, *, limit: int = checks.NAME_LIMIT) -> None:
    """A name or a password as the ways of logging in can say it."""
    if not checks.line(field, value, limit=limit).isascii():
        raise InvalidValue(field, "must be ASCII", checks.shape(value))


@final
@attrs.frozen(kw_only=True)
class MailServer:
    """A mail server that takes mails from us and passes them on."""

    host: str = attrs.field(validator=checked(checks.line, "server.host", limit=253))
    """Its name, for which its certificate must be."""
    port: int | None = attrs.field(
        default=None,
        validator=checked(_port, "server.port", optional=True),
    )
    """Where it listens; without one, the usual port of its security."""
    security: Security = attrs.field(default=Security.STARTTLS, converter=_security)
    """How the connection is protected; what cannot be protected so is not used."""
    username: str | None = attrs.field(
        default=None, repr=False, validator=checked(_spoken, "server.username", optional=True)
    )
    """Under which name we log in; `None` for a server that asks for none."""
    password: str | None = attrs.field(
        default=None, repr=False, validator=checked(_spoken, "server.password", limit=4_096, optional=True)
    )
    """The password of that name."""
    timeout: float = attrs.field(default=30.0, validator=checked(_seconds, "server.timeout"))
    """How many seconds each reply may take, from the first byte to the last."""
    hello: str | None = attrs.field(default=None, validator=checked(_spoken, "server.hello", optional=True))
    """The name by which we greet it; without one, this machine's own."""
    tls: ssl.SSLContext | None = attrs.field(default=None, repr=False, eq=False)
    """Whom to trust, where the certificates of the system are not enough."""

    def __attrs_post_init__(self) -> None:
        if (self.username is None) != (self.password is None):
            raise InvalidValue("server", "must have a username and a password, or neither", "one of them")
        if self.username is not None and self.security is Security.NONE:
            raise InvalidValue("server.security", "must be starttls or tls where a password is sent", "none")

    @property
    def listens_at(self) -> int:
        """The port, given or usual."""
        return self.port or _PORTS[self.security]

    def context(self) -> ssl.SSLContext:
        """Whom to trust."""
        return self.tls or ssl.create_default_context()
