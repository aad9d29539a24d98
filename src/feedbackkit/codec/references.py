"""References on the wire: what a seal is taken over, the head of a record, the digests of what is appended."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from feedbackkit.codec.heads import ChainEnd
from feedbackkit.codec.text import canonical, dumps, loads
from feedbackkit.codec.values import encode
from feedbackkit.domain.people import Party
from feedbackkit.domain.reference import ReferenceState, Standing
from feedbackkit.errors import Unreadable

if TYPE_CHECKING:
    from typing import Any

    from feedbackkit.domain.reference import Reference, ReferenceReply
    from feedbackkit.domain.verification import Verification

__all__ = ["Signed", "canonical_reference", "decode_standing", "digest_of", "encode_standing", "reference_digest"]

_VERSION: Final = 1


class Signed(NamedTuple):
    """By which key a reference was signed, and the signature in hexadecimal."""

    key_id: str
    signature: str


def canonical_reference(reference: Reference) -> bytes:
    """The one spelling of what a reference says and who may read it: JSON in ASCII, names sorted, without spaces.

    What holds its default is left out, so that a field of later versions changes no digest of earlier ones.
    """
    defaults = {field.name: field.default for field in attrs.fields(type(reference))}
    content: dict[str, Any] = {
        name: list(value) if value.__class__ is tuple else value
        for name, value in attrs.asdict(reference, recurse=False).items()
        if value != defaults[name]
    }
    if reference.stand is not None:
        content["stand"] = attrs.asdict(reference.stand, filter=lambda _field, value: value is not None)
    return canonical({"type": "feedbackkit.reference", "v": _VERSION, **content})


def reference_digest(reference: Reference) -> str:
    """SHA-256 over `canonical_reference`, in hexadecimal."""
    return sha256(canonical_reference(reference)).hexdigest()


def digest_of(appended: Verification | ReferenceReply) -> str:
    """By which the history of a reference names what was appended to it."""
    return sha256(encode(appended)).hexdigest()


def encode_standing(standing: Standing, signed: Signed | None, end: ChainEnd) -> bytes:
    """The head of a reference, whose state stands in its record."""
    fields: list[object] = [
        _VERSION,
        end.seq,
        end.digest,
        standing.content,
        standing.approved_us,
        standing.sealed_us,
        standing.confirmed,
        standing.disputed,
        standing.replies,
        standing.successor,
        standing.closed_by,
    ]
    return dumps(fields if signed is None else [*fields, *signed])


def decode_standing(state: str, head: bytes) -> tuple[Standing, Signed | None, ChainEnd]:
    """What `encode_standing` wrote, with the record's state."""
    fields: Any = loads(head)
    if fields.__class__ is not list or fields[:1] != [_VERSION]:
        raise Unreadable(f"a stored head of a reference is not of version {_VERSION}")
    try:
        _, seq, digest, content, approved, sealed, confirmed, disputed, replies, successor, by, *signed = fields
        standing = Standing(
            state=ReferenceState(state),
            content=content,
            approved_us=approved,
            sealed_us=sealed,
            confirmed=confirmed,
            disputed=disputed,
            replies=replies,
            successor=successor,
            closed_by=None if by is None else Party(by),
        )
        return standing, Signed(*signed) if signed else None, ChainEnd(seq, digest)
    except (TypeError, ValueError) as error:
        raise Unreadable(f"a stored head of a reference breaks the rules of version {_VERSION}") from error
