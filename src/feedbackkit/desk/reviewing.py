"""What a review came to, told so that nobody is recognised who was promised not to be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.codec.text import canonical
from feedbackkit.desk.looking import find
from feedbackkit.desk.voices import voices_about
from feedbackkit.domain.answer import Given
from feedbackkit.domain.checks import presentable
from feedbackkit.domain.request import Occasion
from feedbackkit.errors import NotAllowed
from feedbackkit.policies.anonymity import shown
from feedbackkit.workflow.requests import OPEN

if TYPE_CHECKING:
    from collections.abc import Collection

    from feedbackkit.desk.context import Context
    from feedbackkit.domain.source import Relation

__all__ = ["Review", "review_of"]

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
    """How many answers are not shown, because there are too few to hide among."""


async def review_of(context: Context, engagement: str, *, anonymity: int, by_name: Collection[Relation]) -> Review:
    """The answers to a review that is over, in groups of at least `anonymity`."""
    requests = [view for view in await find(context, engagement=engagement) if view.occasion in _RATED_ON]
    if not requests:
        raise NotAllowed(f"engagement {presentable(engagement)!r} has no review")
    if any(view.state in OPEN for view in requests):
        raise NotAllowed(f"the review of {engagement!r} is not over: whoever looks twice would see who answered since")
    keys = {view.key for view in requests}
    given: dict[Relation | None, list[Mapping[str, Given]]] = {}
    for voice in await voices_about(context, about=requests[0].request.subject):
        if voice.request.key in keys:
            given.setdefault(voice.request.relation or voice.source.relation, []).append(voice.answer.items)
    groups, kept_back = shown(given, minimum=anonymity, by_name=by_name)
    in_order = {name: tuple(sorted(answers, key=_by_content)) for name, answers in groups.items()}
    return Review(engagement=engagement, groups=in_order, kept_back=kept_back)


def _by_content(items: Mapping[str, Given]) -> bytes:
    return canonical(dict(items))
