"""The sections in colours, for a terminal: what the extra `rich` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedbackkit.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedbackkit.desk.ahead.sections import Section

__all__ = ["coloured", "rendered"]

_MISSING = "colours need the extra rich: pip install 'feedbackkit[rich]'"


def rendered(sections: Iterable[Section]) -> Any:  # noqa: ANN401 - a renderable of an optional package
    """Something that `rich.print` shows; without the extra it raises `SetupError`."""
    try:
        from rich import box
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text
    except ImportError:
        raise SetupError(_MISSING) from None
    parts: list[Any] = []
    for section in sections:
        parts.append(Text(f"\n{section.title}", style="bold"))
        parts += [Text(f"  {line}", style="dim" if line.startswith(" ") else "") for line in section.lines]
        if section.head:
            table = Table(
                box=box.SIMPLE_HEAD, header_style="bold cyan", pad_edge=False, show_edge=False, padding=(0, 1, 0, 0)
            )
            for column, title in enumerate(section.head):
                table.add_column(title, justify="right" if column in section.right else "left", overflow="fold")
            for row in section.rows:
                table.add_row(*(_cell(cell) for cell in row))
            parts.append(table)
    return Group(*parts)


def coloured(text: str) -> Any:  # noqa: ANN401 - as above
    """A text whose lines without an indent are headings, and whose deepest ones are asides."""
    try:
        from rich.text import Text
    except ImportError:
        raise SetupError(_MISSING) from None
    lines = [
        Text(line, style="dim" if line.startswith("      ") else "" if line.startswith(" ") else "bold cyan")
        for line in text.split("\n")
    ]
    return Text("\n").join(lines)


def _cell(cell: str) -> Any:  # noqa: ANN401 - as above
    from rich.text import Text

    if cell == "·":
        return Text(cell, style="dim")
    return Text(cell, style="green" if cell.startswith("█") else "")
