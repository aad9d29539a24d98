"""A dossier as JSON, the digest by which a version of it is known, and the head of a disclosure log."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from enum import Enum
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, cast

import attrs

from feedbackkit.codec.heads import ChainEnd
from feedbackkit.codec.text import canonical, dumps, loads
from feedbackkit.domain.times import face
from feedbackkit.errors import Unreadable
from feedbackkit.evidence.dossier import Range

if TYPE_CHECKING:
    from feedbackkit.evidence.dossier import Dossier

__all__ = ["FORMAT", "decode_log", "dossier_fields", "dossier_json", "encode_log", "version_of"]

FORMAT: Final = "feedbackkit.dossier/1"
"""The name and the version of the JSON form."""
_NOT_CONTENT: Final = ("as_of", "shown")
"""What says nothing about the subject: when it was put together, and who has seen it."""


def dossier_fields(dossier: Dossier) -> dict[str, Any]:
    """The dossier as plain values: times in UTC as ISO 8601, what is not there left out."""
    return {"format": FORMAT, **_plain(dossier), "version": version_of(dossier)}


def dossier_json(dossier: Dossier) -> str:
    """The dossier as JSON, in two columns of indentation."""
    return json.dumps(dossier_fields(dossier), ensure_ascii=False, indent=2)


def version_of(dossier: Dossier) -> str:
    """The digest of the content: the same while what is said, and what this audience may read of it, is the same."""
    content = {name: value for name, value in _plain(dossier).items() if name not in _NOT_CONTENT}
    return sha256(canonical([FORMAT, content])).hexdigest()


def _plain(value: Any) -> Any:
    kind: Any = value.__class__
    if kind in _ALREADY:
        return value
    if kind is tuple:
        return [_plain(each) for each in value]
    fields = _fields_of(cast("Hashable", kind))
    if fields is not None:
        found = ((name, getattr(value, name)) for name in fields)
        return {
            name.removesuffix("_us"): _instant(each) if name.endswith("_us") else _plain(each)
            for name, each in found
            if each is not None and each != ()
        }
    if isinstance(value, Mapping):
        named = cast("Mapping[str, Any]", value)
        return {key: _plain(named[key]) for key in sorted(named)}
    if isinstance(value, Range):
        return [value.low, value.high]
    return value.value if isinstance(value, Enum) else value.isoformat()


_ALREADY: Final = {str, int, float, bool}


@lru_cache(maxsize=64)
def _fields_of(kind: Hashable) -> tuple[str, ...] | None:
    cls = cast("type[Any]", kind)
    return tuple(field.name for field in attrs.fields(cls)) if attrs.has(cls) else None


def _instant(at_us: int) -> str:
    moment = face(at_us)
    text = f"{moment:%Y-%m-%dT%H:%M:%S}"
    return f"{text}.{moment.microsecond:06d}Z" if moment.microsecond else f"{text}Z"


_LOG_VERSION: Final = 1


def encode_log(end: ChainEnd) -> bytes:
    """The head of a disclosure log: where its chain ends."""
    return dumps([_LOG_VERSION, end.seq, end.digest])


def decode_log(head: bytes) -> ChainEnd:
    """What `encode_log` wrote."""
    fields: Any = loads(head)
    if fields.__class__ is not list or fields[:1] != [_LOG_VERSION] or len(fields) != 3:  # noqa: PLR2004 - as above
        raise Unreadable(f"a stored head of a disclosure log is not of version {_LOG_VERSION}")
    return ChainEnd(fields[1], fields[2])
