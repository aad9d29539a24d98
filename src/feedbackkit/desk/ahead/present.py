"""The next months, played on a copy of the store by the desk's own policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.codec.heads import decode_contact, decode_ledger, decode_progress
from feedbackkit.codec.values import decode_as, decode_person
from feedbackkit.desk.ahead.forecast import Forecast, LimitHit
from feedbackkit.desk.ahead.model import ResponseModel
from feedbackkit.desk.ahead.sandbox import SECRET, Sandbox, copied
from feedbackkit.desk.ahead.what_if import Comparison, Opinions, Played
from feedbackkit.desk.clocks import ManualClock
from feedbackkit.desk.desk import Desk
from feedbackkit.desk.ids import SeededIds
from feedbackkit.desk.kinds import CONTACT, ORGANISATION, PERSON, REQUEST
from feedbackkit.desk.policy import Policy
from feedbackkit.desk.reactions import SilentPost
from feedbackkit.desk.simulator import Simulator
from feedbackkit.domain.checks import whole
from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.people import Organisation, Party
from feedbackkit.domain.request import EventKind, State
from feedbackkit.domain.times import DAY_US, face
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from feedbackkit.desk.context import Context
    from feedbackkit.desk.reactions import Script
    from feedbackkit.domain.request import Event

__all__ = ["LONGEST_DAYS", "Present", "play", "present"]

LONGEST_DAYS: Final = 732
_COUNTED: Final = frozenset({ContactStatus.SENT, ContactStatus.UNKNOWN})
_SILENCE: Final = "nobody answers, declines, defers or opts out"
_ALWAYS: Final = (
    "nothing is planned or asked for anew, and no plan changes",
    "a worker looks every full hour, and every message arrives",
)


@final
@attrs.frozen(kw_only=True)
class Present:
    """A copy of what a desk's store holds of the present, to play on as often as one likes; the store is not touched.

    It lives in this process alone, and holds what is stored of people: let go of it when it was looked at.
    """

    _copy: Sandbox = attrs.field(alias="copy", repr=False)
    _policy: Policy = attrs.field(alias="policy", repr=False)
    _channel: str = attrs.field(alias="channel", repr=False)
    now_us: int
    """When it was taken."""

    def forecast(self, days: int, *, reactions: Script | None = None) -> Forecast:
        """The next days, up to 732, to the hour; see `AsyncDesk.forecast`."""
        until_us = self.now_us + whole("forecast.days", days, least=1, most=LONGEST_DAYS) * DAY_US
        copy = self._copy.duplicate()
        play(copy, self._policy, self._channel, (self.now_us, until_us), reactions)
        return _told(copy, self.now_us, until_us, reactions)

    def what_if(
        self, first: Opinions, second: Opinions, *, days: int = 90, model: ResponseModel | None = None, seeds: int = 20
    ) -> Comparison:
        """Play the next days by two sets of opinions on the same people, who react by the same model, for many seeds.

        It plays ``2 * seeds`` times. What the model cannot know it cannot tell: see the page on what a comparison says.
        """
        reacting = ResponseModel() if model is None else model
        count = whole("what-if.seeds", seeds, least=2, most=1_000)
        until_us = self.now_us + whole("what-if.days", days, least=1, most=LONGEST_DAYS) * DAY_US
        outcomes = [
            (self._outcome(first, until_us, each), self._outcome(second, until_us, each))
            for each in (attrs.evolve(reacting, seed=reacting.seed + number) for number in range(count))
        ]
        return Comparison(
            first=first.name,
            second=second.name,
            outcomes=tuple(outcomes),
            days=days,
            requests=sum(record.state in OPEN for record in self._copy.records(REQUEST)),
            assumptions=(str(reacting), *_ALWAYS),
        )

    def _outcome(self, opinions: Opinions, until_us: int, model: ResponseModel) -> Played:
        copy, own = self._copy.duplicate(), self._policy
        policy = Policy(opinions.rules or own.rules, opinions.cadence or own.cadence, opinions.value or own.value)
        play(copy, policy, self._channel, (self.now_us, until_us), model)
        made = [decode_contact(record)[0] for record in copy.records(CONTACT) if record.state in _COUNTED]
        wishes = [decode_ledger(record.head).opt_outs for record in copy.records(PERSON)]
        return Played(
            contacts=sum(self.now_us <= contact.booked_us < until_us and bool(contact.lines) for contact in made),
            answers=sum(record.state == State.GIVEN for record in copy.records(REQUEST)),
            opt_outs=sum(any(wish.since_us >= self.now_us for wish in theirs) for theirs in wishes),
        )


async def present(context: Context) -> Present:
    """A copy of what the desk's store holds of the present."""
    now_us = context.clock.now_us()
    channel = context.channels[0].name if context.channels else "forecast"
    return Present(copy=await copied(context.store, now_us), policy=context.policy, channel=channel, now_us=now_us)


def play(copy: Sandbox, policy: Policy, channel: str, stretch: tuple[int, int], script: Script | None) -> None:
    """Let a desk of those opinions work in a copy, from one instant until right before another."""
    now_us, until_us = stretch
    stored = [decode_contact(record)[0].channel for record in copy.records(CONTACT) if record.due is not None]
    posts = {name: SilentPost(name) for name in (channel, *stored)}
    clock = ManualClock(face(now_us))
    desk = Desk(
        copy,
        channels=list(posts.values()),
        secret=SECRET,
        clock=clock,
        ids=SeededIds(0),
        rules=policy.rules,
        cadence=policy.cadence,
        value=policy.value,
        owner="forecast",
        batch=1_000,
        watermark=False,
    )
    Simulator(copy, desk, clock, posts[channel], script=script, playbook=None).play_on(now_us, until_us)


def _told(copy: Sandbox, now_us: int, until_us: int, script: Script | None) -> Forecast:
    people = {record.key: decode_person(record.body) for record in copy.records(PERSON)}
    houses = {record.key: decode_as(Organisation, record.body) for record in copy.records(ORGANISATION)}
    names = {key: person.name for key, person in people.items()} | {key: house.name for key, house in houses.items()}
    contacts = [decode_contact(record) for record in copy.records(CONTACT) if ContactStatus(record.state) in _COUNTED]
    made = [contact for contact, _ in contacts if now_us <= contact.booked_us < until_us and contact.lines]
    states = {record.key: decode_progress(record.state, record.due, record.head)[0] for record in copy.records(REQUEST)}
    reactions = _SILENCE if script is None else str(script)
    return Forecast(
        from_us=now_us,
        until_us=until_us,
        assumptions=(reactions, *_ALWAYS),
        contacts=tuple(sorted(made, key=lambda contact: (contact.booked_us, contact.id))),
        limits=tuple(_limits(copy)),
        states={state: count for state in State if (count := sum(each.state is state for each in states.values()))},
        waiting=tuple(key for key, each in states.items() if each.state in OPEN and each.due_us is None),
        names=names,
        timezones={key: person.timezone for key, person in people.items()},
    )


def _limits(copy: Sandbox) -> Iterator[LimitHit]:
    """Which rule moved, held or stopped what, in the order in which it happened."""
    requests: Mapping[str, tuple[str, str | None]] = {
        record.key: (record.refs[0], None if record.group == record.refs[0] else record.group)
        for record in copy.records(REQUEST)
    }
    for key, event in copy.reasoned:
        person, organisation = requests[key]
        for reason in event.because:
            yield LimitHit(
                at_us=event.at_us,
                request=key,
                person=person,
                organisation=organisation,
                rule=reason.rule,
                effect="moved" if reason.until_us is not None else _effect(event),
                until_us=reason.until_us,
                text=reason.text,
            )


def _effect(event: Event) -> str:
    held = event.kind is EventKind.RESCHEDULED and event.due_us is None and event.party is not Party.PLAN
    return "held" if held else "stopped"
