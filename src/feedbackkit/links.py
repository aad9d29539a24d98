"""Links in letters: signed, for one purpose, request, reader and revision, and only for a while.

A link is the authority to react to one request in the place of the person whom it was sent to, so it carries nothing
but what it is for, and a seal. What it holds of the reader is a digest. It is checked in this order: its form, its
seal, its time; what the store says of the request comes last (`Desk.open_link`). Every failure is the same error.

Following a link changes nothing: mail scanners follow all of them. The page behind it asks, and what a person sends
from there is what counts.
"""

from __future__ import annotations

import base64
import binascii
import enum
import hmac
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.times import DAY_US, face
from feedbackkit.errors import InvalidValue, LinkRefused

if TYPE_CHECKING:
    import pendulum

    from feedbackkit.domain.contact import Message, MessageLine
    from feedbackkit.domain.people import Person

__all__ = ["OFFERED", "Link", "Links", "Purpose"]


class Purpose(enum.StrEnum):
    """What a link is for; it is good for nothing else."""

    ANSWER = "answer"
    """To answer the request."""
    LATER = "later"
    """To name a date from which to ask."""
    SOMEBODY_ELSE = "else"
    """To name somebody who can tell more."""
    NO = "no"
    """To decline."""
    NEVER = "never"
    """To be asked no more, on a page."""
    UNSUBSCRIBE = "unsubscribe"
    """To be asked no more, by one click in a mail program (RFC 8058); it is posted to and has no page."""
    CONFIRM = "confirm"
    """To confirm what somebody else wrote down of what was said."""


OFFERED: Final = (Purpose.ANSWER, Purpose.LATER, Purpose.SOMEBODY_ELSE, Purpose.NO)
"""What a letter offers for each request, in this order."""

_VERSION: Final = 1
_PURPOSES: Final = tuple(Purpose)  # its place is on the wire: new ones go to the end
_SEAL: Final = 16
_READER: Final = 12
_FIXED: Final = 2 + 5 + 3 + _READER + 1
_FORM: Final = re.compile(r"[A-Za-z0-9_-]{54,400}", re.ASCII)
_KEY_ID: Final = re.compile(r"[A-Za-z0-9-]{1,16}", re.ASCII)
_LEAST_SECRET: Final = 16
_MOST_KEYS: Final = 20
_BASE: Final = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?(/[A-Za-z0-9._~-]{1,80}){0,8}/", re.ASCII)
_MOST_REVISION: Final = 2**24 - 1
_SECOND_US: Final = 1_000_000


@final
@attrs.frozen(kw_only=True)
class Link:
    """What an intact link says."""

    purpose: Purpose
    request: str
    """The key of the request."""
    revision: int
    """How many different answers were on record when it was made."""
    expires_us: int
    """The instant from which on it is refused."""
    reader: str = attrs.field(repr=False)
    """A digest of the person and the address it was sent to."""
    key: str
    """The id of the key that sealed it."""

    @property
    def expires(self) -> pendulum.DateTime:
        """The instant from which on it is refused, in UTC."""
        return face(self.expires_us)


def _keys(value: Mapping[str, bytes]) -> Mapping[str, bytes]:
    field = "links.keys"
    if not isinstance(value, Mapping) or not 0 < len(value) <= _MOST_KEYS:
        raise InvalidValue(field, f"must be 1 to {_MOST_KEYS} secrets by their ids", checks.shape(value))
    for name, secret in cast("Mapping[object, object]", value).items():  # anything may come
        if not isinstance(name, str) or not _KEY_ID.fullmatch(name):
            raise InvalidValue(field, "must have ids of 1 to 16 of A-Z a-z 0-9 -", checks.shape(name))
        if not isinstance(secret, bytes) or len(secret) < _LEAST_SECRET:
            raise InvalidValue(field, f"must have secrets of at least {_LEAST_SECRET} bytes", checks.shape(secret))
    return MappingProxyType(dict(value))


def _base(_instance: object, _attribute: object, value: str) -> None:
    if not isinstance(value, str) or not _BASE.fullmatch(value):
        raise InvalidValue(
            "links.base", "must be the address of a folder of your site, ending with /", checks.shape(value)
        )


def _days(_instance: object, _attribute: object, value: int) -> None:
    checks.whole("links.days", value, least=1, most=3650)


@final
@attrs.frozen
class Links:
    """Makes links and checks them; lives as long as the program, shared by whoever writes letters and serves pages.

    The first key seals, all of them open: to change keys, put the new one in front, and drop the old one when what it
    sealed has expired. The same letter gets the same links.
    """

    base: str = attrs.field(validator=_base)
    """Where the pages are, such as ``https://feedback.example.com/f/``: purpose and token follow."""
    keys: Mapping[str, bytes] = attrs.field(repr=False, converter=_keys, kw_only=True, hash=False)
    """Secrets of at least 16 bytes by their ids, the newest first; keep them as you keep passwords."""
    days: int = attrs.field(default=120, kw_only=True, validator=_days)
    """For how long a link is good, counted from the booking of its contact."""

    def url(self, purpose: Purpose, message: Message, line: MessageLine) -> str:
        """The link for one request of a message."""
        token = self.token(
            purpose,
            line.request,
            to=message.to,
            revision=line.revision,
            expires_us=message.booked_us + self.days * DAY_US,
        )
        return f"{self.base}{purpose.value}/{token}"

    def token(self, purpose: Purpose, request: str, *, to: Person, revision: int, expires_us: int) -> str:
        """The token of a link that is made outside of a letter; its time is cut to seconds."""
        checks.identifier("link.request", request)
        checks.whole("link.revision", revision, least=0, most=_MOST_REVISION)
        key = next(iter(self.keys))
        expires = checks.whole("link.expires_us", expires_us // _SECOND_US, least=0, most=2**40 - 1)
        content = b"".join(
            (
                bytes((_VERSION, _PURPOSES.index(purpose))),
                expires.to_bytes(5, "big"),
                revision.to_bytes(3, "big"),
                self._reader(key, to),
                bytes((len(key),)),
                key.encode(),
                request.encode(),
            )
        )
        return _spelt(content + self._seal(key, content))

    def check(self, token: str, purpose: Purpose | str, *, now_us: int) -> Link:
        """What a token says, where it is intact, for this purpose, and not expired; else `LinkRefused`, always alike.

        Whether it is still good for the request is not seen from here: see `Desk.open_link`.
        """
        link = self._opened(token)
        if link is None or link.purpose != purpose or now_us >= link.expires_us:
            raise LinkRefused
        return link

    def is_for(self, link: Link, person: Person) -> bool:
        """Whether a link was sent to this person at the address that is theirs now."""
        return link.key in self.keys and hmac.compare_digest(self._reader(link.key, person).hex(), link.reader)

    def _opened(self, token: object) -> Link | None:
        data = _read(token)
        if data is None or data[0] != _VERSION or data[1] >= len(_PURPOSES):
            return None
        content, seal = data[:-_SEAL], data[-_SEAL:]
        until = _FIXED + content[_FIXED - 1]
        key = content[_FIXED:until].decode("ascii", "replace")
        if key not in self.keys or not hmac.compare_digest(self._seal(key, content), seal):
            return None
        return Link(
            purpose=_PURPOSES[content[1]],
            request=content[until:].decode("ascii"),
            revision=int.from_bytes(content[7:10], "big"),
            expires_us=int.from_bytes(content[2:7], "big") * _SECOND_US,
            reader=content[10 : 10 + _READER].hex(),
            key=key,
        )

    def _seal(self, key: str, content: bytes) -> bytes:
        return hmac.digest(self.keys[key], b"feedbackkit link\0" + content, "sha256")[:_SEAL]

    def _reader(self, key: str, person: Person) -> bytes:
        who = f"feedbackkit reader\0{person.id}\0{person.email or ''}".encode()
        return hmac.digest(self.keys[key], who, "sha256")[:_READER]


def _spelt(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _read(token: object) -> bytes | None:
    """The bytes of a token in its one canonical spelling; `None` for anything else."""
    if not isinstance(token, str) or not _FORM.fullmatch(token):
        return None
    try:
        data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except binascii.Error:
        return None
    return data if len(data) > _FIXED + _SEAL and _spelt(data) == token else None
