"""How requests went, from their histories, as response figures. Nothing here writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.desk.looks.looking import find, history
from feedbackkit.domain.request import EventKind, State
from feedbackkit.evidence.responses import Course, response_figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.desk.context import Context
    from feedbackkit.domain.request import Event, Request
    from feedbackkit.evidence.responses import ResponseFigures

__all__ = ["course_of", "figures"]

_SENT: Final = {EventKind.REQUESTED, EventKind.REMINDED}
_TAKEN_BACK: Final = {EventKind.UNSENT, EventKind.BOUNCED}
_STOPPED: Final = {EventKind.WITHDRAWN, EventKind.DELEGATED}


async def figures(context: Context, *, since_us: int | None, level: float) -> ResponseFigures:
    """The figures over all requests whose ask went out, from an instant on."""
    courses: list[Course] = []
    for view in await find(context):
        if view.progress.state in {State.NEW, State.PLANNED} or view.request.about_request is not None:
            continue
        course = course_of(view.request, await history(context, view.key))
        if course is not None and (since_us is None or course.contacts_us[0] >= since_us):
            courses.append(course)
    return response_figures(courses, now_us=context.clock.now_us(), level=level)


def course_of(request: Request, events: Sequence[Event]) -> Course | None:
    """How a request went; `None` while nobody was asked."""
    contacts: list[int] = []
    ends: dict[EventKind, int] = {}
    for event in events:
        if event.kind in _SENT:
            contacts.append(event.at_us)
        elif event.kind in _TAKEN_BACK and contacts:
            contacts.pop()
        elif event.kind is EventKind.REOPENED:
            ends.clear()
        elif event.kind is EventKind.GIVEN or event.kind in _STOPPED | {EventKind.DECLINED, EventKind.EXPIRED}:
            ends.setdefault(event.kind, event.at_us)
    if not contacts:
        return None
    return Course(
        occasion=request.occasion,
        contacts_us=tuple(contacts),
        answered_us=ends.get(EventKind.GIVEN),
        declined_us=ends.get(EventKind.DECLINED),
        expired_us=ends.get(EventKind.EXPIRED),
        stopped_us=min((at_us for kind, at_us in ends.items() if kind in _STOPPED), default=None),
    )
