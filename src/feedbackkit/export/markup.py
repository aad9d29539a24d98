"""Elements of a page, as trees: whatever text they hold is escaped when they are written."""

from __future__ import annotations

from typing import TypeAlias
from xml.etree import ElementTree as ET

__all__ = ["Child", "element", "page"]

Child: TypeAlias = "ET.Element | str | None"
"""What an element may hold; `None` is nothing."""


def element(tag: str, *children: Child, **attributes: str | float | None) -> ET.Element:
    """An element with its children in order.

    An attribute's name is written with ``-`` for ``_``, without a last ``_`` that keeps it from being a word of
    Python's; one that is `None` is left out.
    """
    made = ET.Element(
        tag,
        {name.rstrip("_").replace("_", "-"): f"{value}" for name, value in attributes.items() if value is not None},
    )
    last: ET.Element | None = None
    for child in children:
        if child is None:
            continue
        if isinstance(child, str):
            if last is None:
                made.text = (made.text or "") + child
            else:
                last.tail = (last.tail or "") + child
        else:
            made.append(child)
            last = child
    return made


def page(root: ET.Element) -> str:
    """A whole page of HTML."""
    return f"<!doctype html>\n{ET.tostring(root, encoding='unicode', method='html')}\n"
