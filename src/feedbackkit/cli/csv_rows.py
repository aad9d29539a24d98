"""Rows of a CSV file with their line numbers; whatever is wrong with the file itself is told for each line."""

from __future__ import annotations

import codecs
import csv
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from feedbackkit.cli.problems import BadFile, Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

__all__ = ["Row", "Rows", "read_rows"]

_LONE: Final = range(0xDC80, 0xDD00)
"""What `surrogateescape` makes of bytes that are no UTF-8."""
_UNBALANCED: Final = "has unbalanced quotes; a field ends on its line, and a quote inside a quoted field is doubled"


class Row(NamedTuple):
    """The fields of one row by column, without the blanks around them."""

    line: int
    """1 for the first line of the file."""
    fields: Mapping[str, str]


class Rows(NamedTuple):
    """What is in a file: the rows that could be split into fields, and by line what is wrong with the others."""

    header: Sequence[str]
    rows: Sequence[Row]
    problems: Mapping[int, Sequence[str]]

    def column(self, name: str) -> str:
        """A column as a problem names it: ``timezone (column 11)``."""
        return _column(self.header, self.header.index(name))


def read_rows(path: str | os.PathLike[str], columns: Sequence[str], *, optional: Sequence[str] = ()) -> Rows:
    """The rows of a file that has these columns, and maybe some that are optional, in order of lines.

    Raises `BadFile` where there is nothing to go on with: no file, no header, a column missing.
    """
    lines = _lines(path)
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip(" \t")]
    if not numbered:
        raise BadFile(str(path), [Problem("", "is empty: a header row and at least one mandate are needed")])
    header_line, header_text = numbered[0]
    header, wrong = _split(header_text)
    wrong = wrong or _header_problems(header, columns, optional)
    if wrong:
        raise BadFile(str(path), [Problem(f"line {header_line}", "; ".join(wrong))])
    if len(numbered) == 1:
        raise BadFile(str(path), [Problem(f"line {header_line}", "is followed by no mandate")])
    rows: list[Row] = []
    problems: dict[int, list[str]] = {}
    for number, line in numbered[1:]:
        fields, wrong = _split(line, header)
        if wrong:
            problems[number] = wrong
        else:
            rows.append(Row(number, dict(zip(header, fields, strict=True))))
    return Rows(header, rows, problems)


def _column(header: Sequence[str], index: int) -> str:
    return f"{header[index]} (column {index + 1})" if header else f"column {index + 1}"


def _lines(path: str | os.PathLike[str]) -> list[str]:
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise BadFile(str(path), [Problem("", f"cannot be read: {reason}")]) from None
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BadFile(str(path), [Problem("line 1", "is UTF-16; save the file as UTF-8")])
    text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="surrogateescape")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _split(line: str, header: Sequence[str] = ()) -> tuple[list[str], list[str]]:
    """The fields of one line, and what is wrong with it. Each line is read alone: a lost quote costs one row."""
    try:
        fields = [field.strip(" \t") for field in next(csv.reader([line], strict=True))]
    except csv.Error as error:
        return [], ["has a field that is far too long" if "larger" in str(error) else _UNBALANCED]
    if line.count('"') % 2:
        return [], [_UNBALANCED]
    if header and len(fields) != len(header):
        return fields, [f"has {len(fields)} fields, must have {len(header)}; a comma inside a field needs quotes"]
    wrong: list[str] = []
    for index, field in enumerate(fields):
        if any(ord(character) in _LONE for character in field):
            wrong.append(f"{_column(header, index)} is not UTF-8")
        elif "\0" in field:
            wrong.append(f"{_column(header, index)} has a NUL character")
    return fields, wrong


def _header_problems(header: Sequence[str], columns: Sequence[str], optional: Sequence[str]) -> list[str]:
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        return ["must separate the columns with commas"]
    missing = [name for name in columns if name not in header]
    wrong = [f"lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}"] if missing else []
    for number, name in enumerate(header, 1):
        if name not in columns and name not in optional:
            # The name is not repeated: a file without a header has people in its first line.
            wrong.append(f"column {number} has a name that is not known")
        elif name in header[: number - 1]:
            wrong.append(f"column {number} is the second {name}")
    return wrong
