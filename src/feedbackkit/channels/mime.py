"""A message as a mail: headers that nobody can add to, an id that stays the same, bytes for the wire."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from feedbackkit.channels.letters.parts import shown
from feedbackkit.channels.mime_body import body_of
from feedbackkit.domain import checks
from feedbackkit.errors import InvalidValue, MissingExtra

if TYPE_CHECKING:
    from feedbackkit.domain.contact import Message
    from feedbackkit.domain.letter import Letter

__all__ = ["Dress", "Mail", "address", "mail_of", "stem"]

_UNREADABLE: Final = re.compile(r"[^A-Za-z0-9]+")
_ELSEWHERE_IN_2003: Final = frozenset("ßς\u200c\u200d")
"""What the older rules for domains turn into something else: with them, faß.example is the mailbox of another."""


@attrs.frozen(kw_only=True)
class Dress:
    """What all mails of a channel have in common."""

    sender: str
    """The address that asks."""
    reply_to: str | None = None
    """Where replies go, if not to the sender."""
    return_path: str | None = None
    """Where bounces go: each mail adds ``+`` and its token to the part before the ``@``."""


class Mail(NamedTuple):
    """A mail, ready for the wire."""

    sender: str
    """Where bounces go: the return path."""
    to: str
    content: bytes

    @property
    def is_international(self) -> bool:
        """Whether only servers with SMTPUTF8 can carry it."""
        return not (self.sender.isascii() and self.to.isascii() and self.content.isascii())


def mail_of(message: Message, letter: Letter, dress: Dress) -> Mail:
    """The mail of a message; what makes none raises `InvalidValue`, which names the field.

    The same message makes the same bytes: its date is that of its booking.
    """
    try:
        return _mail(message, letter, dress)
    except InvalidValue:
        raise
    except (MessageError, ValueError) as error:  # a lone surrogate in an id, for instance
        raise InvalidValue("message", "must make a mail", type(error).__name__) from None


def _mail(message: Message, letter: Letter, dress: Dress) -> Mail:
    to = address("person.email", message.to.email)
    back = _return_path(message, dress)
    # The header registry decodes encoded words within a name and folds long names without their quotes: a name
    # could add headers and recipients. So what people wrote is encoded here, and never parsed.
    name = checks.line("person.name", shown(message.to.name))
    sender = checks.line("message.sender", shown(message.sender))
    written = [
        f"From: {_mailbox(sender, dress.sender)}",
        f"To: {_mailbox(name, to)}",
        f"Subject: {_encoded(letter.subject)}",
        *_unsubscribe(message, letter, dress),
        "MIME-Version: 1.0",
    ]
    # The header registry would parse the headers that were just made, at ten times the price of all the rest.
    written += [
        f"Date: {format_datetime(message.booked)}",
        f"Message-ID: {_message_id(message.token or stem(message.id), dress.sender)}",
        *_thread(message, dress.sender),
        *([] if dress.reply_to is None else [f"Reply-To: {dress.reply_to}"]),
        "Auto-Submitted: auto-generated",
        f"Content-Language: {letter.language}",
    ]
    return Mail(back, to, "\r\n".join([*written, ""]).encode() + body_of(letter, stem(message.id)))


def address(field: str, value: object) -> str:
    """An address with its domain as the name system writes it; one that it cannot write is an error."""
    email = checks.email(field, value)
    local, _, domain = email.rpartition("@")
    try:
        return f"{local}@{_in_ascii(field, domain)}"
    except UnicodeError:
        raise InvalidValue(field, "must have a domain of the Internet", checks.shape(email)) from None


@lru_cache(maxsize=1_024)
def _in_ascii(field: str, domain: str) -> str:
    if _ELSEWHERE_IN_2003.isdisjoint(domain):
        return domain.encode("idna").decode("ascii")
    try:
        import idna
    except ImportError as error:
        raise MissingExtra(f"the domain of {field} needs idna: pip install 'feedbackkit[mail]'") from error
    return idna.encode(domain, uts46=True).decode("ascii")  # what it raises is a UnicodeError


def stem(message_id: str) -> str:
    """A name for files and Message-IDs: readable, and no two ids share one, whatever a file system makes of case."""
    readable = _UNREADABLE.sub("-", message_id)[:80]
    return f"{readable}.{sha256(message_id.encode()).hexdigest()[:16]}"


def _message_id(name: str, sender: str) -> str:
    return f"<{name}@{sender.rpartition('@')[2]}>"


def _thread(message: Message, sender: str) -> list[str]:
    """A reminder answers the contact before it, so that mail programs show them together."""
    earlier = dict.fromkeys(_message_id(line.earlier, sender) for line in message.lines if line.earlier is not None)
    if not earlier:
        return []
    return [f"In-Reply-To: {next(iter(earlier))}", "References: " + "\r\n ".join(earlier)]


def _return_path(message: Message, dress: Dress) -> str:
    if dress.return_path is None:
        return dress.sender
    local, _, domain = dress.return_path.rpartition("@")
    return f"{local}+{message.token}@{domain}" if message.token else dress.return_path


def _unsubscribe(message: Message, letter: Letter, dress: Dress) -> list[str]:
    """How to be left in peace in one click (RFC 8058), and by a mail (RFC 2369), as far as either is set up."""
    ways = [] if letter.unsubscribe is None else [f"<{letter.unsubscribe}>"]
    if dress.return_path is not None and message.token:
        ways.append(f"<mailto:{_return_path(message, dress)}?subject=unsubscribe>")
    one_click = [] if letter.unsubscribe is None else ["List-Unsubscribe-Post: List-Unsubscribe=One-Click"]
    # Not folded by the registry, which would leave the first line empty.
    return ["List-Unsubscribe: " + ",\r\n ".join(ways), *one_click] if ways else []


def _mailbox(name: str, email: str) -> str:
    local, _, domain = email.rpartition("@")
    return f"{_encoded(name)}\r\n <{Address('', local, domain).addr_spec}>"


class _Quoted(dict[int, str]):
    """Each character as it stands in an encoded word (RFC 2047, 4.2 and 5): letters and digits, a space, or bytes."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if letter == " ":
            self[code] = "_"
        elif letter.isascii() and (letter.isalnum() or letter in "!*+-/"):
            self[code] = letter
        else:
            self[code] = "".join(f"={byte:02X}" for byte in letter.encode())
        return self[code]


_QUOTED: Final = _Quoted()
_ONE_WORD: Final = 54
"""So much of an encoded word fits on a line with the name of its header."""


@lru_cache(maxsize=1_024)
def _encoded(text: str) -> str:
    """What a person wrote, as encoded words: nothing in it is read as mail."""
    quoted = text.translate(_QUOTED)
    if len(quoted) <= _ONE_WORD:  # most names; the email package takes fifty times as long
        return f"=?utf-8?q?{quoted}?="
    return Header(text, "utf-8", maxlinelen=75).encode(linesep="\r\n")
