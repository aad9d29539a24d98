"""Time played on a clock that is moved by hand: a desk at work, and people who react by a script.

The clock goes on hour by hour. In every hour the plans of engagements are followed whose facts became known that day,
what is due is sent, and the reactions that fall into the hour reach the desk. Where the play stands is kept in the
store: killed anywhere and started again, it goes on there, and ends as if nothing had happened. Where two plays are
started on one store, the later one goes on, and the earlier one stops at its next hour: nothing is doubled, but to what
it sends in the hour that it is in nobody may react.
"""

from __future__ import annotations

import datetime as dt
import enum
import heapq
from typing import TYPE_CHECKING, Final

import attrs

from feedbackkit.codec.text import dumps, loads
from feedbackkit.desk.reactions import Reaction, ReactionKind, Script, SilentPost
from feedbackkit.domain.contact import ContactLine, ContactStatus
from feedbackkit.domain.request import State
from feedbackkit.domain.times import HOUR_US, face
from feedbackkit.errors import NotAllowed, SetupError, StoreBusy
from feedbackkit.ports import Applied, Change, Put, RecordKey
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from feedbackkit.desk.clocks import ManualClock
    from feedbackkit.desk.desk import Desk
    from feedbackkit.domain.engagement import Engagement
    from feedbackkit.domain.people import Person
    from feedbackkit.policies import Playbook
    from feedbackkit.ports import Store

__all__ = ["Simulator"]

_POSITION: Final = RecordKey("play", "position")
_ON_ITS_WAY: Final = frozenset({ContactStatus.SENDING, ContactStatus.SENT})
_TRIES: Final = 20
"""How often a play that begins tries to be faster than one that goes on."""
_NOT_ALONE: Final = "another play is going on on this store, so this one has stopped"


@attrs.frozen(order=True)
class _Due:
    """A reaction to come, in order of time and then of names."""

    at_us: int
    contact: str
    request: str
    reaction: Reaction = attrs.field(order=False)


class _Phase(enum.StrEnum):
    """How much of an hour has been played."""

    BEGUN = "begun"
    RAN = "ran"
    REACTED = "reacted"


class Simulator:
    """A play of a stretch of time on a desk that was put together with this clock and this post."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        clock: ManualClock,
        post: SilentPost,
        *,
        script: Script | None,
        playbook: Playbook | str | None,
    ) -> None:
        """Put a play together: without a `script` nobody reacts, without a `playbook` nothing is planned anew.

        The `playbook`, or its name, is for engagements that name none of their own.
        """
        self._store = store
        self._desk = desk
        self._clock = clock
        self._post = post
        self._script = script
        self._playbook = playbook
        self._reactions: list[_Due] = []
        self._version = 0
        """Of the position, as this play wrote it last; another one is another play's."""

    def play(self, first: dt.date, last: dt.date, *, each_day: Callable[[dt.date], object] = lambda _day: None) -> None:
        """Play from the first hour of one day to the last hour of another, in UTC; `each_day` hears of every day.

        Where the store was played in before, it goes on behind that, so that playing the same days again does nothing.
        Where another play begins on the store meanwhile, this one raises `StoreBusy`.
        """
        if last < first:
            raise SetupError("the last day of a play must not be before its first")
        self.play_on(_midnight_us(first), _midnight_us(last + dt.timedelta(days=1)), each_day=each_day)

    def play_on(
        self, from_us: int, until_us: int, *, each_day: Callable[[dt.date], object] = lambda _day: None
    ) -> None:
        """Play from one instant, then at every full hour until right before another; otherwise as `play` does."""
        tick_us, phase = self._take_over(from_us)
        self._foresee_all(tick_us + HOUR_US if phase is _Phase.REACTED else tick_us)
        known = {} if self._playbook is None else _days_of_change(self._desk.engagements(), face(from_us).date())
        for tick in _ticks(tick_us, until_us):
            day = face(tick).date()
            if _midnight_us(day) == tick or tick == tick_us:
                each_day(day)
            self._clock.set_us(tick)
            self._check_alone()
            self._play_hour(tick, phase, known.get(day, ()) if _midnight_us(day) == tick else ())
            phase = _Phase.BEGUN

    def _play_hour(self, tick: int, phase: _Phase, to_plan: Iterable[tuple[str, str | None]]) -> None:
        if phase is _Phase.BEGUN:
            if self._playbook is not None:
                for engagement, own in to_plan:
                    self._desk.plan(engagement, own or self._playbook)
            self._desk.run()
            self._foresee()
        if phase is not _Phase.REACTED and self._reactions and self._reactions[0].at_us <= tick:
            self._keep(tick, _Phase.RAN)
            while self._reactions and self._reactions[0].at_us <= tick:
                due = heapq.heappop(self._reactions)
                self._react(due.request, due.reaction)
            self._keep(tick, _Phase.REACTED)

    # --- who reacts when ---------------------------------------------------------------------------------------------

    def _foresee(self) -> None:
        """Work out the reactions to what has just been sent."""
        for message in self._post.taken if self._script is not None else ():
            for line in message.lines:
                sent = ContactLine(line.request, line.kind, line.step)
                self._foresee_line(message.id, sent, message.to, message.booked_us)
        self._post.taken.clear()

    def _foresee_all(self, from_us: int) -> None:
        """Work out the reactions that were still to come when the play was broken off."""
        for view in self._desk.contacts() if self._script is not None else ():
            if view.status in _ON_ITS_WAY and view.contact.lines:
                person = self._desk.person(view.contact.person)
                for line in view.contact.lines:
                    self._foresee_line(view.contact.id, line, person, view.contact.booked_us)
        self._reactions = [entry for entry in self._reactions if entry.at_us >= from_us]
        heapq.heapify(self._reactions)

    def _foresee_line(self, contact: str, line: ContactLine, person: Person, at_us: int) -> None:
        request = self._desk.get(line.request).request
        reaction = None
        if self._script is not None and request.about_request is None:  # or else it asks for no answer
            reaction = self._script(contact, line, request, person)
        if reaction is not None:
            hours = max(1, -(-reaction.after_us // HOUR_US))
            heapq.heappush(self._reactions, _Due(at_us + hours * HOUR_US, contact, line.request, reaction))

    def _react(self, key: str, reaction: Reaction) -> None:
        """Let a reaction reach the desk, unless the request has been closed meanwhile; a wish for peace always does."""
        view = self._desk.get(key)
        if reaction.kind is ReactionKind.OPT_OUT:
            self._desk.opt_out(view.request.respondent)
            return
        state = view.state
        if state not in OPEN and not (reaction.kind is ReactionKind.ANSWER and state is State.EXPIRED):
            return
        if reaction.kind is ReactionKind.ANSWER:
            self._desk.give(key, reaction.items or {})
        elif reaction.kind is ReactionKind.DECLINE:
            self._desk.decline(key, reason=reaction.reason)
        elif reaction.kind is ReactionKind.DEFER:
            self._desk.defer(key, until=face(self._clock.now_us() + reaction.wait_us))
        elif reaction.to is not None:
            try:
                self._desk.delegate(key, to=reaction.to)
            except NotAllowed:  # whoever was named is in the line already: the request stays where it is
                return

    # --- where the play stands ---------------------------------------------------------------------------------------

    def _take_over(self, start_us: int) -> tuple[int, _Phase]:
        """The hour from which to go on, and how much of it was played; from now on the store is this play's."""
        for _ in range(_TRIES):
            [record] = self._store.read([_POSITION])
            tick, phase = start_us, _Phase.BEGUN
            self._version = 0
            if record is not None:
                self._version = record.version
                kept, name = loads(record.head)
                if _Phase(name) is not _Phase.BEGUN:
                    tick, phase = kept, _Phase(name)
            if self._kept(tick, phase):
                return tick, phase
        raise StoreBusy(_NOT_ALONE)

    def _keep(self, tick: int, phase: _Phase) -> None:
        if not self._kept(tick, phase):
            raise StoreBusy(_NOT_ALONE)

    def _kept(self, tick: int, phase: _Phase) -> bool:
        """Write the position; whether it was still as this play knew it."""
        put = Put(*_POSITION, self._version, None, "play", (), "played", dumps([tick, phase]), b"{}")
        change = Change(f"{tick:014x}.play.{phase}@{self._version}", tick, (put,))
        if not isinstance(self._store.write([change])[0], Applied):
            return False
        self._version += 1
        return True

    def _check_alone(self) -> None:
        [head] = self._store.heads([_POSITION])
        if head is None or head.version != self._version:
            raise StoreBusy(_NOT_ALONE)


def _ticks(from_us: int, until_us: int) -> Iterator[int]:
    """An instant, and every full hour after it, until right before another."""
    if from_us < until_us:
        yield from_us
    yield from range(from_us - from_us % HOUR_US + HOUR_US, until_us, HOUR_US)


def _midnight_us(day: dt.date) -> int:
    return (day.toordinal() - dt.date(1970, 1, 1).toordinal()) * 24 * HOUR_US


def _days_of_change(engagements: Iterable[Engagement], first: dt.date) -> dict[dt.date, list[tuple[str, str | None]]]:
    """On which days something becomes known about which engagements: all of them on the first day.

    Each with the name of its own playbook.
    """
    days: dict[dt.date, list[tuple[str, str | None]]] = {}
    for engagement in engagements:
        for day in sorted({first, *(known for known in _known_days(engagement) if known > first)}):
            days.setdefault(day, []).append((engagement.id, engagement.playbook))
    return days


def _known_days(engagement: Engagement) -> Iterator[dt.date]:
    yield from (extension.agreed for extension in engagement.extensions)
    if engagement.early_end is not None:
        yield engagement.early_end.known
