"""The commands that need no store: they print the law, and the tables of a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.stores.sql import schema_sql
from feedbackkit.stores.sql.layouts import LAYOUT
from feedbackkit.workflow import mermaid, reference_mermaid

if TYPE_CHECKING:
    import argparse


__all__ = ["diagram", "schema"]


def diagram(options: argparse.Namespace) -> int:
    """Print the law of a request, or of a reference, as a Mermaid diagram."""
    print(reference_mermaid() if options.law == "reference" else mermaid())
    return 0


def schema(options: argparse.Namespace) -> int:
    """Print the SQL that leads from one layout of a store's tables to another."""
    end = LAYOUT if options.end is None else options.end
    print(schema_sql(options.dialect, start=options.start, end=end, prefix=options.prefix), end="")
    return 0
