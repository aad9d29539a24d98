"""Long lines on a terminal: they go on below, indented. Where the output is a file or a pipe, nothing is changed."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Final

from feedbackkit.cli.render import GAP, shortened, table, width_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["fitted", "show", "show_table"]

_HANG: Final = 4
_NARROW: Final = 40
"""Below this many columns nothing can be done."""


def show(text: str, *, column: int | None = None) -> None:
    """Print text; where it is read on a terminal, in lines that fit; `column` is where their rest is put."""
    if sys.stdout.isatty():
        columns = shutil.get_terminal_size().columns
        text = "\n".join(fitted(line, columns, column=column) for line in text.split("\n"))
    print(text)


def show_table(
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Iterable[int] = (),
    flexible: Sequence[int] = (),
) -> None:
    """Print a table; on a terminal that is too narrow the cells of its `flexible` columns are shortened.

    What does not fit into the last column even so goes on below, in that column.
    """
    cells = [[str(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        cells = _narrowed(head, cells, flexible, shutil.get_terminal_size().columns)
    text = table(head, cells, right=right)
    show(text, column=text.partition("\n")[0].rindex(head[-1]))


def _narrowed(head: Sequence[str], cells: list[list[str]], flexible: Sequence[int], columns: int) -> list[list[str]]:
    """Cells that fit: the widest flexible column gives way first, and none becomes narrower than its head."""
    widths = [max(width_of(line[column]) for line in (head, *cells)) for column in range(len(head))]
    excess = sum(widths) + width_of(GAP) * (len(widths) - 1) - columns
    while excess > 0 and (wide := [column for column in flexible if widths[column] > width_of(head[column])]):
        widths[max(wide, key=widths.__getitem__)] -= 1
        excess -= 1
    return [
        [shortened(cell, widths[column]) if column in flexible else cell for column, cell in enumerate(row)]
        for row in cells
    ]


def fitted(line: str, columns: int, *, column: int | None = None) -> str:
    """A line broken at blanks, so that each part fits; a word that is longer stays whole.

    The parts after the first begin at `column` where that leaves a third of the width, and otherwise a little deeper
    than the line itself.
    """
    if columns < _NARROW or width_of(line) <= columns:
        return line
    if not line.strip("─ "):
        return line[:columns].rstrip()
    depth = len(line) - len(line.lstrip()) + _HANG
    limit = columns * 2 // 3
    indent = " " * (column if column is not None and column <= limit else min(depth, limit))
    parts: list[str] = []
    while width_of(line) > columns:
        end = _end(line, columns)
        if end is None:
            break
        parts.append(line[:end].rstrip())
        line = indent + line[end:].lstrip()
    return "\n".join([*parts, line])


def _end(line: str, columns: int) -> int | None:
    """Where the last word ends that fits, or the first one where none does; `None` where there is one word only."""
    start = len(line) - len(line.lstrip())
    ends = [index for index in range(start, len(line)) if line[index] == " " and line[index - 1] != " "]
    fitting = [index for index in ends if width_of(line[:index]) <= columns]
    return fitting[-1] if fitting else next(iter(ends), None)
