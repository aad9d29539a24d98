"""JSON bytes, by the fastest library at hand: orjson where it is installed, the standard library otherwise.

Each reads what the other wrote, so a store may be written with one and read with the other. Digests are taken over
`canonical`, which is always the same.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from feedbackkit.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

try:
    import orjson
except ImportError:
    orjson = None  # type: ignore[assignment]  # an optional speed-up, absent on a bare install

__all__ = ["canonical", "dumps", "loads"]

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), check_circular=False)
_DECODER = json.JSONDecoder()
_CANONICAL = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"), sort_keys=True)


def _in_c() -> Callable[[Any, int], Iterable[str]] | None:
    """The encoder in C, kept: `JSONEncoder.encode` makes one at every call. `None` on a Python without it."""
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return None
    options = (_ENCODER.sort_keys, _ENCODER.skipkeys, _ENCODER.allow_nan)
    kept = make(None, _ENCODER.default, json.encoder.encode_basestring, None, ":", ",", *options)
    return cast("Callable[[Any, int], Iterable[str]]", kept)


_encode = _in_c()


def _dumps_standard(value: Any) -> bytes:
    return (_ENCODER.encode(value) if _encode is None else "".join(_encode(value, 0))).encode()


def _loads_standard(data: bytes) -> Any:
    text = data.decode()
    value, end = _DECODER.raw_decode(text)
    if end != len(text):
        message = "more than one value"
        raise ValueError(message)
    return value


dumps: Callable[[Any], bytes] = _dumps_standard if orjson is None else orjson.dumps
_loads: Callable[[bytes], Any] = _loads_standard if orjson is None else orjson.loads


def loads(data: bytes) -> Any:
    """The value of JSON bytes; anything else raises `Unreadable`, without repeating it."""
    try:
        return _loads(data)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{len(data)} stored bytes are not JSON") from error


def canonical(value: Any) -> bytes:
    """The one spelling of a value that digests are taken over: sorted names, ASCII, no spaces."""
    return _CANONICAL.encode(value).encode("ascii")
