"""Telling what a mail is: reports of mail servers (RFC 3464), complaints (RFC 5965), automatic replies (RFC 3834).

A mail is taken for one that speaks of ours by its token alone: in the address that it came to, in the mail that it
brings back, or among those that it answers. Whoever does not know a token, which nobody can guess, can tell us nothing.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message as Mail
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from feedbackkit.errors import InvalidValue
from feedbackkit.inbox.arrival import Arrival, What

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["read_arrival"]

_MOST_READ: Final = 256_000
"""How many bytes are looked at: reports stand in front, and what follows is the mail that they bring back."""
_MOST_PARTS: Final = 100
_SUBJECT_READ: Final = 200

_IN_ADDRESS: Final = re.compile(r"\+([a-z2-7]{16})@", re.IGNORECASE)
_IN_ID: Final = re.compile(r"<([a-z2-7]{16})@")
_CAME_TO: Final = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
_STATUS: Final = re.compile(r"\b([245])\.([0-9]{1,3})\.([0-9]{1,3})\b", re.ASCII)
_MACHINES: Final = re.compile(r"(mailer-daemon|postmaster|mail delivery|mailserver)", re.IGNORECASE)
_ABSENCE: Final = re.compile(
    r"^\W*(auto(matic)?[- ]?(reply|response|matische antwort)|automatische antwort|abwesen|out of (the )?office"
    r"|r\S{1,2}ponse automatique|autoantwort)",
    re.IGNORECASE,
)
_PASSING: Final = frozenset({"5.2.2"})
"""For good by its first digit, and yet it passes: a full mailbox."""
_DEAD: Final = re.compile(r"5\.(0\.[0-9]+|1\.[0-9]+|2\.1|4\.4)", re.ASCII)
"""Undefined, addressing, a mailbox that is switched off, a domain that is not there."""


def read_arrival(raw: bytes) -> Arrival:
    """What a mail is; whatever the bytes are, it says so, and `UNCLEAR` at worst."""
    if not isinstance(raw, bytes):
        raise InvalidValue("mail", "must be bytes, as a mailbox holds them", type(raw).__name__)
    try:
        mail = message_from_bytes(raw[:_MOST_READ])
        return _arrival(mail)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Arrival(what=What.UNCLEAR)  # what the standard library could not take apart


def _arrival(mail: Mail) -> Arrival:
    parts = _parts(mail)
    tokens = _tokens(mail, parts)
    report = _delivery_report(parts)
    if report is not None:
        what, status = report
        return Arrival(what=what, tokens=tokens, status=status)
    feedback = _first(parts, "message/feedback-report")
    if feedback is not None:
        return Arrival(what=_complaint(feedback), tokens=tokens)
    if _came_back(mail):
        return Arrival(what=_unusual_report(mail), tokens=tokens)
    if _is_automatic(mail, parts):
        return Arrival(what=What.AUTOMATIC, tokens=tokens)
    if _header(mail, "Subject").strip().casefold() == "unsubscribe" and _addressed(mail):
        return Arrival(what=What.UNSUBSCRIBE, tokens=tokens)
    return Arrival(what=What.REPLY if tokens else What.UNCLEAR, tokens=tokens)


def _parts(mail: Mail) -> list[Mail]:
    found: list[Mail] = []
    for part in mail.walk():
        found.append(part)
        if len(found) == _MOST_PARTS:
            break
    return found


def _first(parts: Iterable[Mail], kind: str) -> Mail | None:
    return next((part for part in parts if part.get_content_type() == kind), None)


def _header(mail: Mail, name: str) -> str:
    """A header in one line; empty where there is none."""
    return " ".join(str(mail.get(name, "")).split())


# --- which mail of ours -----------------------------------------------------------------------------------------------


def _tokens(mail: Mail, parts: list[Mail]) -> tuple[str, ...]:
    found = dict.fromkeys(_addressed(mail))
    for original in _originals(parts):
        found.update(dict.fromkeys(_IN_ID.findall(_header(original, "Message-ID"))))
    for name in ("In-Reply-To", "References"):
        found.update(dict.fromkeys(reversed(_IN_ID.findall(_header(mail, name)))))
    return tuple(found)


def _addressed(mail: Mail) -> list[str]:
    """The tokens in the addresses that it came to."""
    return [
        token.lower()
        for name in _CAME_TO
        for value in mail.get_all(name, [])
        for token in _IN_ADDRESS.findall(str(value))
    ]


def _originals(parts: list[Mail]) -> Iterator[Mail]:
    """The mails that a report brings back, whole or their headers."""
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            yield from _inner(part)[:1]
        elif kind == "text/rfc822-headers":
            yield message_from_bytes(_decoded(part))


def _inner(part: Mail) -> list[Mail]:
    """The mails, or the blocks of fields, that a part is made of."""
    content = cast("object", part.get_payload())
    inner = cast("list[object]", content) if isinstance(content, list) else []
    return [cast("Mail", each) for each in inner if isinstance(each, Mail)]


def _decoded(part: Mail) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


# --- what it tells ----------------------------------------------------------------------------------------------------


def _delivery_report(parts: list[Mail]) -> tuple[What, str] | None:
    """What a report on delivery says of the recipient that fared worst; `None` where it is none."""
    report = _first(parts, "message/delivery-status")
    if report is None:
        return None
    fates = [fate for block in _inner(report) if (fate := _fate(block)) is not None]
    if not fates:
        return What.UNCLEAR, ""
    return min(fates, key=lambda fate: _WORST_FIRST.index(fate[0]))


_WORST_FIRST: Final = (What.DEAD_ADDRESS, What.REFUSED, What.NOT_NOW, What.DELAYED, What.AUTOMATIC)


def _fate(block: Mail) -> tuple[What, str] | None:
    """What became of one recipient."""
    action = _header(block, "Action").casefold()
    found = _STATUS.search(_header(block, "Status")) or _STATUS.search(_header(block, "Diagnostic-Code"))
    status = found[0] if found else ""
    if action == "failed":
        return _failure(status), status
    if action == "delayed":
        return What.DELAYED, status
    return (What.AUTOMATIC, status) if action else None


def _failure(status: str) -> What:
    if status.startswith("4") or status in _PASSING:
        return What.NOT_NOW
    return What.DEAD_ADDRESS if not status or _DEAD.fullmatch(status) else What.REFUSED


def _complaint(report: Mail) -> What:
    """What a feedback report is about; its fields are the content of its part."""
    [fields, *_] = _inner(report) or [message_from_bytes(_decoded(report))]
    kind = _header(fields, "Feedback-Type").casefold()
    if kind == "opt-out":
        return What.UNSUBSCRIBE
    return What.COMPLAINT if kind in {"abuse", "fraud", "other", "virus"} else What.AUTOMATIC


def _came_back(mail: Mail) -> bool:
    """Whether a mail server wrote it, in a form of its own."""
    returned = _header(mail, "Return-Path") == "<>" and _header(mail, "Auto-Submitted").casefold() != "auto-replied"
    return bool(_MACHINES.search(_header(mail, "From"))) or (returned and "X-Failed-Recipients" in mail)


def _unusual_report(mail: Mail) -> What:
    """What the many reports say that keep to no standard; without `flufl.bounce` only what all of them have."""
    if "X-Failed-Recipients" in mail:
        return What.DEAD_ADDRESS
    try:
        found = import_module("flufl.bounce").all_failures  # its types are half of what they should be
    except ImportError:
        return What.UNCLEAR
    find = cast("Callable[[Mail], tuple[frozenset[bytes], frozenset[bytes]]]", found)
    passing, for_good = find(mail)
    if for_good:
        return What.DEAD_ADDRESS
    return What.DELAYED if passing else What.UNCLEAR


def _is_automatic(mail: Mail, parts: list[Mail]) -> bool:
    submitted = _header(mail, "Auto-Submitted").casefold().partition(";")[0].strip()
    if submitted not in {"", "no"}:
        return True
    if _first(parts, "message/disposition-notification") is not None or "List-Id" in mail:
        return True
    if _header(mail, "Precedence").casefold() in {"auto_reply", "bulk", "junk", "list"}:
        return True
    if any(name in mail for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")):
        return True
    return _header(mail, "Return-Path") == "<>" or bool(_ABSENCE.match(_subject(mail)))


def _subject(mail: Mail) -> str:
    """The beginning of the subject, as a reader sees it."""
    from email.header import decode_header, make_header

    return str(make_header(decode_header(_header(mail, "Subject")[:_SUBJECT_READ])))
