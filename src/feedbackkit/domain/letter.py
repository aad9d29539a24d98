"""Letters: a message in words, as a person will read it."""

from __future__ import annotations

import re
from html import escape
from typing import Final, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.fields import checked
from feedbackkit.errors import InvalidValue

__all__ = ["Attachment", "Letter"]

_SUBJECT_LIMIT: Final = 500
_BODY_LIMIT: Final = 500_000
_CONTENT_LIMIT: Final = 10_000_000
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}(; [a-z]{1,20}=[A-Za-z0-9-]{1,40}){0,4}", re.ASCII)
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
_URL: Final = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?(/[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*)?", re.ASCII)
_URL_LIMIT: Final = 1000


def _file_name(field: str, value: object) -> None:
    if not isinstance(value, str) or not _FILE_NAME.fullmatch(value):
        raise InvalidValue(field, "must be a file name of A-Z a-z 0-9 . _ -", checks.shape(value))


def _media_type(field: str, value: object) -> None:
    if not isinstance(value, str) or not _MEDIA_TYPE.fullmatch(value):
        raise InvalidValue(field, "must be a media type such as text/calendar; method=REQUEST", checks.shape(value))


def _content(field: str, value: object) -> None:
    if not isinstance(value, bytes) or len(value) > _CONTENT_LIMIT:
        raise InvalidValue(field, f"must be at most {_CONTENT_LIMIT} bytes", checks.shape(value))


def _url(field: str, value: object) -> None:
    if not isinstance(value, str) or len(value) > _URL_LIMIT or not _URL.fullmatch(value):
        raise InvalidValue(field, "must be an address of the web, in ASCII", checks.shape(value))


def _attachments(field: str, value: tuple[Attachment, ...]) -> None:
    if not isinstance(value, tuple) or not all(isinstance(each, Attachment) for each in value):
        raise InvalidValue(field, "must be a tuple of attachments", checks.shape(value))


def _flat(text: str) -> str:
    """The words alone, however their lines are broken."""
    return " ".join(text.split())


@final
@attrs.frozen(kw_only=True)
class Attachment:
    """A file that goes with a letter."""

    name: str = attrs.field(validator=checked(_file_name, "attachment.name"))
    """What the file is called, in plain ASCII."""
    media_type: str = attrs.field(validator=checked(_media_type, "attachment.media_type"))
    """Its type with parameters, such as ``text/calendar; method=REQUEST``."""
    content: bytes = attrs.field(repr=False, validator=checked(_content, "attachment.content"))
    """What is in it."""


@final
@attrs.frozen(kw_only=True)
class Letter:
    """A message in words; the channel decides how to carry it."""

    subject: str = attrs.field(repr=False, validator=checked(checks.line, "letter.subject", limit=_SUBJECT_LIMIT))
    """One line."""
    text: str = attrs.field(repr=False, validator=checked(checks.text, "letter.text", limit=_BODY_LIMIT))
    """The whole letter in plain text; lines end with a newline."""
    html: str | None = attrs.field(
        default=None, repr=False, validator=checked(checks.text, "letter.html", optional=True, limit=_BODY_LIMIT)
    )
    """The same as a page, whole from the doctype on; it loads nothing from elsewhere."""
    language: str = attrs.field(validator=checked(checks.locale, "letter.language"))
    """In which language it is, such as ``de``."""
    notice: str = attrs.field(repr=False, validator=checked(checks.text, "letter.notice", limit=2_000))
    """The sentence in it by which the reader learns of the right to object, whatever the basis of the contact is.

    A letter whose text, or page, does not carry it is refused: § 7 (3) no. 4 UWG demands it of every use of an address.
    """
    attachments: tuple[Attachment, ...] = attrs.field(default=(), validator=checked(_attachments, "letter.attachments"))
    """Files that go with it."""
    unsubscribe: str | None = attrs.field(
        default=None, repr=False, validator=checked(_url, "letter.unsubscribe", optional=True)
    )
    """Where a mail program posts to when the reader wants no more of these (RFC 8058)."""

    def __attrs_post_init__(self) -> None:
        for field, words, notice in (("text", self.text, self.notice), ("html", self.html, escape(self.notice))):
            if words is not None and notice not in words and _flat(notice) not in _flat(words):
                raise InvalidValue(f"letter.{field}", "must carry the notice of the right to object", "one without it")
