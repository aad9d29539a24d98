"""JSON bytes, by the fastest library at hand: orjson where it is installed, the standard library otherwise.

Each reads what the other wrote, so a store may be written with one and read with the other. Digests are taken over
`canonical`, which is always the same.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from feedbackkit.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

try:
    import orjson
except ImportError:
    orjson = None  # type: ignore[assignment]  # an optional speed-up, absent on a bare install

__all__ = ["canonical", "dumps", "loads"]

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), check_circular=False)
_CANONICAL = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"), sort_keys=True)


def _dumps_standard(value: Any) -> bytes:
    return _ENCODER.encode(value).encode()


dumps: Callable[[Any], bytes] = _dumps_standard if orjson is None else orjson.dumps
_loads: Callable[[bytes], Any] = json.loads if orjson is None else orjson.loads


def loads(data: bytes) -> Any:
    """The value of JSON bytes; anything else raises `Unreadable`, without repeating it."""
    try:
        return _loads(data)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{len(data)} stored bytes are not JSON") from error


def canonical(value: Any) -> bytes:
    """The one spelling of a value that digests are taken over: sorted names, ASCII, no spaces."""
    return _CANONICAL.encode(value).encode("ascii")
