"""Going through all that is stored of a kind, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from feedbackkit.desk.context import Context
    from feedbackkit.ports import Record

__all__ = ["PAGE", "pages"]

PAGE: Final = 500


async def pages(
    context: Context, kind: str, *, ref: str | None = None, state: str | None = None
) -> AsyncIterator[Record]:
    """All records of a kind that fit, page by page, in order of their keys."""
    after: str | None = None
    while True:
        records = await context.store.find(kind, ref=ref, state=state, after=after, limit=PAGE)
        for record in records:
            yield record
        if len(records) < PAGE:
            return
        after = records[-1].key
