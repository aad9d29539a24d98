"""The ledger of one person or one organisation: what counts when somebody wants to contact them again."""

from __future__ import annotations

import enum
from bisect import bisect_left, insort
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.fields import checked, instant_us, member
from feedbackkit.domain.request import Occasion
from feedbackkit.domain.times import DAY_US
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["KEPT_CONTACTS", "POINT_US", "HeldRequest", "Ledger", "OptOut", "Place", "Refusal", "Scope"]

KEPT_CONTACTS: Final = 64
"""How many contacts a ledger keeps whatever their age, so that a clock gone astray cannot make it forget."""


POINT_US: Final = DAY_US
"""How long something has to wait for one more point of value."""


class Scope(enum.StrEnum):
    """What a person does not want any more."""

    ALL = "all"
    """No contact at all."""
    REMINDERS = "reminders"
    """Asks, but nothing after them."""
    OCCASION = "occasion"
    """Nothing on one occasion."""
    SUBJECT = "subject"
    """Nothing about one subject."""


def _scope(value: Scope | str) -> Scope:
    return member(Scope, "opt-out.scope", value)


def _occasion(value: Occasion | str | None) -> Occasion | None:
    return None if value is None else member(Occasion, "opt-out.occasion", value)


@final
@attrs.frozen(kw_only=True)
class OptOut:
    """A wish, or a term of a contract, not to be contacted."""

    scope: Scope = attrs.field(default=Scope.ALL, converter=_scope)
    occasion: Occasion | None = attrs.field(default=None, converter=_occasion)
    """Which occasion, where the scope is one."""
    since_us: int = attrs.field(validator=checked(instant_us, "opt-out.since_us"))
    """When it was said."""
    until_us: int | None = attrs.field(default=None, validator=checked(instant_us, "opt-out.until_us", optional=True))
    """When it ends; `None` for good."""
    subject: str | None = attrs.field(default=None, validator=checked(checks.opaque, "opt-out.subject", optional=True))
    """The id of the subject, where the scope is one."""
    begins_us: int | None = attrs.field(default=None, validator=checked(instant_us, "opt-out.begins_us", optional=True))
    """When it begins, where it is a term of a contract; `None` for at once, whatever a clock says."""
    contract: str | None = attrs.field(
        default=None,
        repr=False,
        validator=checked(checks.line, "opt-out.contract", limit=checks.NOTE_LIMIT, optional=True),
    )
    """The contract and its clause, where it is a term of one."""

    def __attrs_post_init__(self) -> None:
        if self.scope is Scope.OCCASION and self.occasion is None:
            raise InvalidValue("opt-out.occasion", "must be named where the scope is an occasion", "nothing")
        if self.scope is Scope.SUBJECT and self.subject is None:
            raise InvalidValue("opt-out.subject", "must be named where the scope is a subject", "nothing")

    def says_what(self, other: OptOut) -> bool:
        """Whether both say the same, whenever it was said."""
        return attrs.evolve(self, since_us=other.since_us) == other


@final
@attrs.frozen
class Refusal:
    """A no that is remembered: about whom, on which occasion, and when; why, the history of its request says."""

    subject: str
    """The id of the subject."""
    occasion: Occasion
    at_us: int
    """When it was said."""
    request: str
    """The key of the request that was declined."""


@final
@attrs.frozen
class HeldRequest:
    """A request that waits for a slot."""

    key: str
    value: int
    """How much its answer is worth, from 0 to 100."""
    since_us: int = 0
    """Since when it waits."""
    in_vain: bool = False
    """Whether it was woken and held again: its turn goes on to those behind it, until something else happens."""

    @property
    def rank_us(self) -> int:
        """Where it stands: the lower, the earlier it goes. A day of waiting weighs as much as a point of value."""
        return self.since_us - self.value * POINT_US


@final
@attrs.frozen
class Place:
    """A place in the line of an organisation whose budget is used up."""

    key: str
    """The request that waits."""
    person: str
    """Its respondent, who needs one contact whatever waits for it."""
    value: int
    """How much its answer is worth, from 0 to 100."""
    since_us: int
    """Since when it waits."""
    due_us: int
    """When it will be looked at again."""

    @property
    def rank_us(self) -> int:
        """Where it stands: the lower, the earlier it goes. A day of waiting weighs as much as a point of value."""
        return self.since_us - self.value * POINT_US


@final
@attrs.frozen(kw_only=True)
class Ledger:
    """What counts about one person or organisation; every method gives a new ledger."""

    contacts: tuple[int, ...] = ()
    """Instants of all contacts that were not released, in order of time; reminders and calls included."""
    open: tuple[str, ...] = ()
    """Keys of the requests that were asked and not closed."""
    held: tuple[HeldRequest, ...] = ()
    """Requests that wait for something to happen, the first in turn first."""
    woken: tuple[HeldRequest, ...] = ()
    """Requests that waited and whose turn it is: each keeps its slot until it is asked, closed, or waits again."""
    answered_us: int | None = None
    """When the latest answer came."""
    opt_outs: tuple[OptOut, ...] = ()
    """What is not wanted."""
    refusals: tuple[Refusal, ...] = ()
    """What was declined, in order of being said; only a person's ledger has any."""
    line: tuple[Place, ...] = ()
    """Of an organisation: requests that its budget makes wait, the first in turn first."""

    # On the hot path a new ledger is built in one call: that costs half of what attrs.evolve does.

    def booked(self, at_us: int, *, keep_us: int) -> Ledger:
        """With one more contact; those older than `keep_us` before it are dropped beyond `KEPT_CONTACTS`."""
        contacts = list(self.contacts)
        insort(contacts, at_us)
        if len(contacts) > KEPT_CONTACTS:
            old = min(bisect_left(contacts, at_us - keep_us), len(contacts) - KEPT_CONTACTS)
            del contacts[:old]
        return self._with(contacts=tuple(contacts))

    def released(self, at_us: int) -> Ledger:
        """Without the contact of that instant; unchanged where there is none."""
        if at_us not in self.contacts:
            return self
        contacts = list(self.contacts)
        contacts.remove(at_us)
        return self._with(contacts=tuple(contacts))

    def opened(self, key: str) -> Ledger:
        """With that request among the open ones, once, and waiting no longer."""
        if key in self.open:
            return self.unheld(key)
        return self._with(open=(*self.open, key), held=_without(key, self.held), woken=_without(key, self.woken))

    def closed(self, key: str) -> Ledger:
        """Without that request, open or waiting; unchanged where it is neither."""
        if key not in self.open:
            return self.unheld(key)
        others = tuple(other for other in self.open if other != key)
        return self._with(open=others, held=_without(key, self.held), woken=_without(key, self.woken))

    def holding(self, request: HeldRequest) -> Ledger:
        """With that request waiting, once, in order of rank and then of key; one whose turn it was, in vain."""
        if any(each.key == request.key for each in self.woken):
            request = attrs.evolve(request, in_vain=True)
        held = sorted((*_without(request.key, self.held), request), key=lambda held: (held.rank_us, held.key))
        return self._with(held=tuple(held), woken=_without(request.key, self.woken))

    def unheld(self, key: str) -> Ledger:
        """Without that request among the held and the woken ones; unchanged where it is neither."""
        if not (self.held or self.woken) or all(other.key != key for other in (*self.held, *self.woken)):
            return self
        return self._with(held=_without(key, self.held), woken=_without(key, self.woken))

    def answered(self, at_us: int) -> Ledger:
        """With an answer that came at that instant; an earlier one than the latest changes nothing."""
        return self if self.answered_us is not None and self.answered_us >= at_us else self._with(answered_us=at_us)

    def refused(self, refusal: Refusal) -> Ledger:
        """With a no to remember, once for each request."""
        return attrs.evolve(self, refusals=(*self.unrefused(refusal.request).refusals, refusal))

    def unrefused(self, request: str) -> Ledger:
        """Without the no to that request; unchanged where there is none."""
        if all(refusal.request != request for refusal in self.refusals):
            return self
        return attrs.evolve(self, refusals=tuple(each for each in self.refusals if each.request != request))

    def lined_up(self, place: Place, *, forget_us: int) -> Ledger:
        """With that place in the line, once, in order of rank and then of key; those due before `forget_us` leave."""
        others = [other for other in self.line if other.key != place.key and other.due_us >= forget_us]
        return attrs.evolve(self, line=tuple(sorted((*others, place), key=lambda each: (each.rank_us, each.key))))

    def out_of_line(self, key: str) -> Ledger:
        """Without that request in the line; unchanged where it is not in it."""
        others = tuple(other for other in self.line if other.key != key)
        return self if len(others) == len(self.line) else attrs.evolve(self, line=others)

    def as_if_contacted(self, at_us: Iterable[int]) -> Ledger:
        """With contacts of those instants, too: to be looked at, not to be kept."""
        return self._with(contacts=tuple(sorted((*self.contacts, *at_us))))

    def _with(
        self,
        contacts: tuple[int, ...] | None = None,
        open: tuple[str, ...] | None = None,  # noqa: A002 - the field's name
        held: tuple[HeldRequest, ...] | None = None,
        woken: tuple[HeldRequest, ...] | None = None,
        answered_us: int | None = None,
    ) -> Ledger:
        return Ledger(
            contacts=self.contacts if contacts is None else contacts,
            open=self.open if open is None else open,
            held=self.held if held is None else held,
            woken=self.woken if woken is None else woken,
            answered_us=self.answered_us if answered_us is None else answered_us,
            opt_outs=self.opt_outs,
            refusals=self.refusals,
            line=self.line,
        )


def _without(key: str, requests: tuple[HeldRequest, ...]) -> tuple[HeldRequest, ...]:
    return tuple([request for request in requests if request.key != key]) if requests else ()
