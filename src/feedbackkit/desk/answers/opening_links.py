"""What a link leads to, while it is still good. Nothing here writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.desk.looks import looking
from feedbackkit.desk.views import OpenedLink
from feedbackkit.domain.request import EventKind, State
from feedbackkit.errors import LinkRefused, NotFound
from feedbackkit.links import Purpose
from feedbackkit.workflow import legal_events

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedbackkit.desk.context import Context
    from feedbackkit.desk.views import RequestView
    from feedbackkit.links import Link, Links

__all__ = ["open_link"]

_LEADS_TO: Final[Mapping[Purpose, EventKind]] = {
    Purpose.LATER: EventKind.DEFERRED,
    Purpose.SOMEBODY_ELSE: EventKind.DELEGATED,
    Purpose.NO: EventKind.DECLINED,
}
_PEACE: Final = frozenset({Purpose.NEVER, Purpose.UNSUBSCRIBE})


async def open_link(context: Context, links: Links, token: str, purpose: Purpose | str) -> OpenedLink:
    """The request and the people behind a link; `LinkRefused` where it is not good, or not any more."""
    link = links.check(token, purpose, now_us=context.clock.now_us())
    try:
        view = await looking.one(context, link.request)
        respondent = await looking.person(context, view.request.respondent)
        subject = await looking.person(context, view.request.subject)
    except NotFound:
        raise LinkRefused from None
    if not links.is_for(link, respondent) or not _still_good(link, view):
        raise LinkRefused
    return OpenedLink(link=link, view=view, respondent=respondent, subject=subject)


def _still_good(link: Link, view: RequestView) -> bool:
    """A wish to be left in peace always counts; all else only at the revision that the link was made at."""
    if link.purpose in _PEACE:
        return True
    progress = view.progress
    if progress.revision != link.revision:
        return False
    legal = legal_events(progress.state)
    if link.purpose is Purpose.ANSWER:
        return EventKind.GIVEN in legal or EventKind.REVISED in legal
    if link.purpose is Purpose.CONFIRM:
        return progress.state is State.GIVEN
    return _LEADS_TO[link.purpose] in legal
