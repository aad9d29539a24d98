"""Courtesies: the last word about a request: thanks for an answer, or that none is needed any more.

Each is a request of its own in the respondent's group, so that it is decided, booked and sent like any other contact,
by the same rules. It asks for nothing, goes once, and waits for the rules for a while only. It begins in the change by
which its occasion came, and goes only while it is still true: that is looked at when it is decided, and again right
before it goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.desk.files import RequestFile
from feedbackkit.desk.kinds import REQUEST
from feedbackkit.domain.checks import ID_LIMIT
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import Courtesy, EventKind, Request
from feedbackkit.ports import RecordKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.domain.request import CourtesyKind
    from feedbackkit.ports import AsyncStore

__all__ = ["begin_courtesies", "courtesy_key"]


def courtesy_key(key: str, kind: CourtesyKind) -> str:
    """The key of the request by which a last word is said about another."""
    return f"{key}/{kind.value}"


async def begin_courtesies(store: AsyncStore, cabinets: Sequence[Cabinet], wait_us: int) -> None:
    """Make the request of each courtesy that something in these changes calls for, once for each request.

    `wait_us`: for how long it may wait for the rules. A request whose key leaves no room for another one gets none.
    """
    wanted = [(cabinet, *each) for cabinet in cabinets for each in cabinet.courtesies_due]
    if not wanted:
        return
    taken = await store.read([RecordKey(REQUEST, courtesy_key(file.key, kind)) for _, file, kind in wanted])
    for (cabinet, file, kind), before in zip(wanted, taken, strict=True):
        if before is None and len(courtesy_key(file.key, kind)) <= ID_LIMIT:
            _begin(cabinet, file.request, kind, wait_us)
    for cabinet in cabinets:
        cabinet.courtesies_due.clear()


def _begin(cabinet: Cabinet, about: Request, kind: CourtesyKind, wait_us: int) -> None:
    request = Request(
        key=courtesy_key(about.key, kind),
        respondent=about.respondent,
        organisation=about.organisation,
        subject=about.subject,
        occasion=about.occasion,
        form=about.form,
        value=0,  # whoever is still to be asked goes first
        planned_us=cabinet.now_us,
        until_us=cabinet.now_us + wait_us,
        courtesy=Courtesy(kind=kind, request=about.key),
        owner=about.owner,
    )
    file = cabinet.requests[request.key] = RequestFile.new(request)
    cabinet.happen(file, EventKind.PLANNED, due_us=cabinet.now_us, ref=about.key, party=Party.RULES)
