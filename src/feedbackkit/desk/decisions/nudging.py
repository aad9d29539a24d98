"""Nudges: a subject is asked to speak to a respondent who stays silent, by a request of the subject's own.

The request lies in the subject's group, obeys the rules for the subject, and asks for no answer. It goes only while the
one that it is about is open: that is looked at when it is decided, and again right before it goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk.files import RequestFile
from feedbackkit.desk.keys import nudge_key, original_key
from feedbackkit.desk.kinds import PERSON, REQUEST
from feedbackkit.domain.checks import ID_LIMIT
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import EventKind, Request
from feedbackkit.ports import RecordKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.ports import AsyncStore, Record

__all__ = ["begin_nudges", "originals_of"]


async def begin_nudges(store: AsyncStore, cabinets: Sequence[Cabinet]) -> None:
    """Make the request of each nudge that was decided on, with the change in which it was.

    Where it was made before, the respondent is the subject, or the key leaves no room for another one, the rung passes
    without one.
    """
    wanted = [(cabinet, file.request) for cabinet in cabinets for file in cabinet.nudged]
    if not wanted:
        return
    subjects = await store.read([RecordKey(PERSON, request.subject) for _, request in wanted])
    taken = await store.read([RecordKey(REQUEST, nudge_key(request.key)) for _, request in wanted])
    for (cabinet, request), subject, before in zip(wanted, subjects, taken, strict=True):
        impossible = before is not None or len(nudge_key(request.key)) > ID_LIMIT  # it would have no key
        if subject is not None and not impossible and request.subject != request.respondent:
            _begin(cabinet, request, subject)


def _begin(cabinet: Cabinet, request: Request, subject: Record) -> None:
    nudge = Request(
        key=nudge_key(request.key),
        respondent=subject.key,
        organisation=None if subject.group == subject.key else subject.group,
        subject=request.respondent,
        occasion=request.occasion,
        value=request.value,
        nudges=request.key,
        owner=request.owner,
    )
    file = cabinet.requests[nudge.key] = RequestFile.new(nudge)
    cabinet.happen(file, EventKind.PLANNED, due_us=cabinet.now_us, ref=request.key, party=Party.RULES)


async def originals_of(store: AsyncStore, due: Sequence[Record]) -> dict[str, Record]:
    """The requests that nudges and courtesies among some records are about, as far as they are there, by their keys."""
    originals = {record.key: original for record in due if (original := original_key(record.key)) is not None}
    if not originals:
        return {}
    found = await store.read([RecordKey(REQUEST, original) for original in originals.values()])
    return {key: record for key, record in zip(originals, found, strict=True) if record is not None}
