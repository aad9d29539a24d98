"""What LinkedIn gives out: the recommendations that somebody received, from the export of their own data."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.fields import checked
from feedbackkit.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Recommendation", "recommendations_from_linkedin"]

_COLUMNS: Final = ("First Name", "Last Name", "Company", "Job Title", "Text", "Creation Date")
_DATES: Final = ("%m/%d/%y, %I:%M %p", "%m/%d/%Y, %I:%M %p", "%Y-%m-%d")
_LIMIT: Final = 10_000_000


@final
@attrs.frozen(kw_only=True)
class Recommendation:
    """One recommendation: what is written publicly under a name; nobody has verified it."""

    name: str = attrs.field(repr=False, validator=checked(checks.line, "recommendation.name"))
    company: str | None = attrs.field(
        default=None, repr=False, validator=checked(checks.line, "recommendation.company", optional=True)
    )
    title: str | None = attrs.field(
        default=None, repr=False, validator=checked(checks.line, "recommendation.title", optional=True)
    )
    text: str = attrs.field(repr=False, validator=checked(checks.text, "recommendation.text"))
    written: dt.date | None = None
    """The day on which it was written; `None` where it is not told."""
    visible: bool = False
    """Whether the person lets others see it."""


def recommendations_from_linkedin(text: str) -> tuple[Recommendation, ...]:
    """What stands in a ``Recommendations_Received.csv``, in its order.

    To make references of them, ask their writers: draft each with `Desk.references.draft`, to be approved by them. A
    file without the columns of LinkedIn's, or a row that cannot be taken, raises `Unreadable`, which names the line.
    """
    if not isinstance(text, str) or len(text) > _LIMIT:
        raise Unreadable(f"a file of recommendations must be text of at most {_LIMIT} characters")
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise Unreadable(f"a file of recommendations must have the columns {', '.join(missing)}")
        return tuple(_recommendation(row, rows.line_num) for row in rows)
    except csv.Error as error:
        raise Unreadable(f"line {rows.line_num} of a file of recommendations is not CSV") from error


def _recommendation(row: Mapping[str, str | None], line: int) -> Recommendation:
    cells = {name: (row.get(name) or "").strip() for name in (*_COLUMNS, "Status")}
    try:
        return Recommendation(
            name=" ".join(filter(None, (cells["First Name"], cells["Last Name"]))),
            company=cells["Company"] or None,
            title=cells["Job Title"] or None,
            text=cells["Text"].replace("\r\n", "\n").replace("\r", "\n"),
            written=_date(cells["Creation Date"]),
            visible=cells["Status"].upper() == "VISIBLE",
        )
    except ValueError as error:
        raise Unreadable(f"line {line} of a file of recommendations cannot be taken: {error}") from error


def _date(text: str) -> dt.date | None:
    if not text:
        return None
    for pattern in _DATES:
        try:
            return dt.datetime.strptime(text, pattern).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
    raise Unreadable("the creation date is none of LinkedIn's")
