"""What a review came to, told so that nobody is recognised who was promised not to be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.codec.text import canonical
from feedbackkit.desk.looks.looking import answers, find, history
from feedbackkit.desk.worth.voices import voices_about
from feedbackkit.domain.answer import Given
from feedbackkit.domain.checks import presentable
from feedbackkit.domain.request import EventKind, Occasion
from feedbackkit.errors import NotAllowed
from feedbackkit.policies.anonymity import shown
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from feedbackkit.desk.context import Context
    from feedbackkit.domain.source import Relation

__all__ = ["Review", "review_of"]

_CLOSES = frozenset(
    {
        EventKind.GIVEN,
        EventKind.DECLINED,
        EventKind.DELEGATED,
        EventKind.EXPIRED,
        EventKind.WITHDRAWN,
        EventKind.BOUNCED,
    }
)
_OPENS = frozenset({EventKind.REOPENED, EventKind.READDRESSED})
_RATED_ON = frozenset({Occasion.REVIEW, Occasion.SELF_ASSESSMENT})


@final
@attrs.frozen(kw_only=True)
class Review:
    """What those around somebody said, in groups; who said what is not in it. Its `repr` shows no words."""

    engagement: str
    """The id of the engagement."""
    groups: Mapping[str, tuple[Mapping[str, Given], ...]] = attrs.field(repr=False, hash=False)
    """By relation, or ``others``: what each said to each question, in an order that tells nobody."""
    kept_back: int = 0
    """How many answers are not shown: there are too few to hide among, or they came when it was over."""


async def review_of(context: Context, engagement: str, *, anonymity: int, by_name: Collection[Relation]) -> Review:
    """The answers to a review that is over, in groups of at least `anonymity`, and of no fewer than was promised.

    What came when it was over is kept back: beside what was shown before, it would stand alone. So is what was revised
    then; the answer as it was when the review ended is shown.
    """
    requests = [view for view in await find(context, engagement=engagement) if view.occasion in _RATED_ON]
    if not requests:
        raise NotAllowed(f"engagement {presentable(engagement)!r} has no review")
    if any(view.state in OPEN for view in requests):
        raise NotAllowed(f"the review of {engagement!r} is not over: whoever looks twice would see who answered since")
    promised = [view.request for view in requests if view.request.anonymity is not None]
    least = max([anonymity, *(request.anonymity or 0 for request in promised)])
    named = set(by_name) - {request.relation for request in promised}
    in_time, late, over_us = await _in_time(context, [view.key for view in requests])
    subject = requests[0].request.subject
    said = {
        each.request: each.items
        for each in await answers(context, about=subject)
        if each.revision == 1 or each.at_us < over_us
    }
    given: dict[Relation | None, list[Mapping[str, Given]]] = {}
    for voice in await voices_about(context, about=subject):
        if voice.request.key in in_time:
            given.setdefault(voice.request.relation or voice.source.relation, []).append(said[voice.request.key])
    groups, kept_back = shown(given, minimum=least, by_name=named)
    in_order = {name: tuple(sorted(answers, key=_by_content)) for name, answers in groups.items()}
    return Review(engagement=engagement, groups=in_order, kept_back=kept_back + late)


async def _in_time(context: Context, keys: Iterable[str]) -> tuple[set[str], int, int]:
    """Which requests were answered before the last of them had closed, how many were later, and when that was."""
    closed_us: dict[str, int] = {}
    in_time: set[str] = set()
    afterwards: dict[str, int] = {}
    for key in keys:
        is_open = True
        for event in await history(context, key):
            if event.kind is EventKind.GIVEN and key not in in_time:
                if is_open:
                    in_time.add(key)
                else:
                    afterwards.setdefault(key, event.at_us)
            if event.kind in _CLOSES and is_open:
                closed_us[key], is_open = event.at_us, False
            elif event.kind in _OPENS:
                is_open = True
    over_us = max(closed_us.values(), default=0)
    in_time |= {key for key, at_us in afterwards.items() if at_us < over_us}
    return in_time, len(afterwards.keys() - in_time), over_us


def _by_content(items: Mapping[str, Given]) -> bytes:
    return canonical(dict(items))
