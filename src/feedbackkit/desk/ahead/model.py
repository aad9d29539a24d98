"""How people might react: a model with its parameters in sight, for forecasts and what-if; no claim about anybody.

Every choice follows from the seed and the name of what is chosen, so that two policies meet the same people: whoever
answers a second contact under one answers it under the other, if it comes.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.desk.reactions import Reaction, ReactionKind
from feedbackkit.domain.checks import number, whole
from feedbackkit.domain.fields import checked
from feedbackkit.domain.times import HOUR_US
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedbackkit.domain.contact import ContactLine
    from feedbackkit.domain.people import Person
    from feedbackkit.domain.request import Request

__all__ = ["ResponseModel"]

_SCALE: Final = 1 << 53
_DELAYS_US: Final = tuple(hours * HOUR_US for hours in (2, 5, 20, 26, 45, 70, 100, 150))


def _points(value: Iterable[float]) -> tuple[float, ...]:
    points = tuple(float(number("response model.points", point)) for point in value)
    if not points or any(point < 0 for point in points):
        raise InvalidValue("response model.points", "must name at least one share of 0 or more", "others")
    return points


@final
@attrs.frozen(kw_only=True)
class ResponseModel:
    """Of a hundred people asked, how many answer which contact, and what each contact costs in goodwill.

    The effects of reminders are those of a trial with 10,000 people: 11, 4 and 2.5 points more answers by the first,
    second and third; with the third the number of people who wanted no mail any more jumped. What is not from there is
    a guess to be replaced by one's own figures: how many answer at once, and how many a contact drives away.
    """

    points: tuple[float, ...] = attrs.field(default=(30.0, 11.0, 4.0, 2.5), converter=_points)
    """How many of a hundred answer the ask, and how many more by each reminder; none by any further one."""
    opt_outs: tuple[float, ...] = attrs.field(default=(0.2, 0.3, 0.5, 2.0), converter=_points)
    """Of a hundred contacts of each step, how many end in a wish for no more contact; further ones as the last."""
    seed: int = attrs.field(default=0, validator=checked(whole, "response model.seed", least=0))
    """Who is who: another seed is another hundred people of the same kind."""

    def __attrs_post_init__(self) -> None:
        if sum(self.points) > 100 or max(self.opt_outs) > 100:  # noqa: PLR2004 - percent
            raise InvalidValue("response model.points", "must add up to at most 100", "more")

    def __call__(self, contact: str, line: ContactLine, request: Request, person: Person, /) -> Reaction | None:
        """What the person does about that line; see `Script`."""
        del contact
        who, step = person.id or "", line.step - 1
        mood = self._drawn(who, request.key)
        before = sum(self.points[:step])
        answers = step < len(self.points) and before <= mood < before + self.points[step]
        after_us = _DELAYS_US[int(self._drawn(who, request.key, f"{step}", "after") * len(_DELAYS_US) / 100)]
        if self._drawn(who, f"{request.key}/{step}", "peace") < self.opt_outs[min(step, len(self.opt_outs) - 1)]:
            return Reaction(kind=ReactionKind.OPT_OUT, after_us=after_us)
        if answers:
            return Reaction(kind=ReactionKind.ANSWER, after_us=after_us, items={"overall": 4})
        return None

    def _drawn(self, *names: str) -> float:
        """A number from 0 up to 100 that follows from the seed and the names alone."""
        digest = sha256("\0".join((str(self.seed), *names)).encode()).digest()
        return int.from_bytes(digest[:8], "big") // (1 << 11) * 100 / _SCALE

    def __str__(self) -> str:
        answers = " + ".join(f"{point:g}" for point in self.points)
        leave = ", ".join(f"{share:g}" for share in self.opt_outs)
        return f"of 100 people {answers} answer the ask and each reminder, and {leave} want no more contact after it"
