"""Tables and times for people, JSON lines for programs."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Final

from feedbackkit.domain.times import face

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["GAP", "heading", "json_line", "minute", "shortened", "table", "utc", "width_of"]

GAP: Final = "  "
"""What stands between two columns."""


def utc(at_us: int | None) -> str | None:
    """An instant in UTC as ISO 8601, such as ``2026-03-30T07:00:00Z``."""
    if at_us is None:
        return None
    moment = face(at_us)
    text = f"{moment:%Y-%m-%dT%H:%M:%S}"
    return f"{text}.{moment.microsecond:06d}Z" if moment.microsecond else f"{text}Z"


def minute(at_us: int) -> str:
    """An instant in UTC to the minute, for a table: ``2026-03-30 07:00``."""
    return f"{face(at_us):%Y-%m-%d %H:%M}"


def json_line(fields: Mapping[str, object]) -> str:
    """One object on one line, its names in the order given."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def heading(text: str) -> str:
    """A heading with a line below it."""
    return f"\n{text}\n{'─' * width_of(text)}"


def width_of(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def shortened(text: str, width: int) -> str:
    """A text in at most so many columns of a terminal, at least one; what was longer ends with an ellipsis."""
    if width_of(text) <= width:
        return text
    end = max(end for end in range(len(text)) if width_of(text[:end]) < width)
    return f"{text[:end]}…"


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[int] = ()) -> str:
    """Rows under a head in aligned columns; the columns named in `right` are aligned to the right."""
    cells = [[str(cell) for cell in row] for row in rows]
    lines = [list(head), *cells]
    widths = [max(width_of(line[column]) for line in lines) for column in range(len(head))]
    to_the_right = set(right)
    rule = GAP.join("─" * width for width in widths)
    text = [_aligned(line, widths, to_the_right) for line in lines]
    return "\n".join([text[0], rule, *text[1:]])


def _aligned(line: Sequence[str], widths: Sequence[int], right: set[int]) -> str:
    cells: list[str] = []
    for column, (cell, width) in enumerate(zip(line, widths, strict=True)):
        blank = " " * (width - width_of(cell))
        cells.append(blank + cell if column in right else cell + blank)
    return GAP.join(cells).rstrip()
