"""The body of a mail: text, page, invitation and files, each encoded so that any server can carry it.

Written out here, for nothing in it is a name or an address: the headers are constants and checked media types. The
email package takes five times as long for it, most of it for parsing what it has just written.
"""

from __future__ import annotations

import base64
from binascii import b2a_qp
from hashlib import sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.domain.letter import Attachment, Letter

__all__ = ["body_of"]

_CALENDAR: Final = "text/calendar;"


def body_of(letter: Letter, name: str) -> bytes:
    """Headers of the content and the content, in one; the same letter under the same name makes the same bytes."""
    forms = [_words("text/plain", letter.text)]
    if letter.html is not None:
        forms.append(_words("text/html", letter.html))
    # A calendar looks for an invitation among the forms of the text; whoever has none finds the file.
    forms += [_file(each, named=False) for each in letter.attachments if each.media_type.startswith(_CALENDAR)]
    whole = forms[0] if len(forms) == 1 else _multipart("alternative", f"{name}/forms", forms)
    if letter.attachments:
        whole = _multipart("mixed", f"{name}/files", [whole, *(_file(each) for each in letter.attachments)])
    return whole


def _words(media_type: str, text: str) -> bytes:
    """Text as quoted-printable: short lines, readable where it is ASCII."""
    lines = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    lines += b"" if lines.endswith(b"\r\n") else b"\r\n"  # by the first line end b2a_qp knows how to break others
    head = f'Content-Type: {media_type}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode() + b2a_qp(lines, istext=True)


def _file(attachment: Attachment, *, named: bool = True) -> bytes:
    head = f"Content-Type: {attachment.media_type}\r\nContent-Transfer-Encoding: base64\r\n"
    if named:
        head += f'Content-Disposition: attachment; filename="{attachment.name}"\r\n'
    return f"{head}\r\n".encode() + base64.encodebytes(attachment.content).replace(b"\n", b"\r\n")


def _multipart(kind: str, name: str, parts: Sequence[bytes]) -> bytes:
    """Parts between lines that none of them holds: ``=_`` stands in no quoted-printable and in no base64 text."""
    boundary = f"=_{sha256(name.encode()).hexdigest()[:40]}"
    line = f"--{boundary}\r\n".encode()
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + b"".join(line + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()
