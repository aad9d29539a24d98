"""What every use-case of a desk works with, and how it gets a change into the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar, final

import attrs

from feedbackkit.desk.cabinet import Cabinet
from feedbackkit.desk.decisions.courtesies import begin_courtesies, call_off_moot
from feedbackkit.desk.decisions.slots import wake, wake_held
from feedbackkit.desk.files import RequestFile, asks_behind_somebody
from feedbackkit.desk.kinds import ORGANISATION, PERSON, REQUEST
from feedbackkit.desk.policy import Policy
from feedbackkit.desk.secret import Fingerprints
from feedbackkit.domain.checks import presentable
from feedbackkit.domain.happenings import AlertRaised
from feedbackkit.domain.ledger import HeldRequest
from feedbackkit.domain.questionnaire import Questionnaire
from feedbackkit.errors import FeedbackKitError, NotFound, StoreBusy, Unreadable
from feedbackkit.evidence.fitting.fits import Fits
from feedbackkit.policies import Playbook, Reading
from feedbackkit.ports import (
    AsyncChannel,
    AsyncStore,
    AsyncSubscriber,
    Clock,
    Ids,
    Observer,
    RecordKey,
    Refused,
    Watermark,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from feedbackkit.domain.happenings import Happening
    from feedbackkit.ports import Record

__all__ = ["Act", "Context", "act_all", "ledgers_of", "until_applied", "wake_others"]

T = TypeVar("T")

TRIES: Final = 20
"""How often a piece of work is begun again because somebody else was faster."""


@final
@attrs.frozen(kw_only=True)
class Context:
    """A desk's store, channels, clock, ids and opinions; lives as long as the desk."""

    store: AsyncStore
    channels: tuple[AsyncChannel, ...]
    clock: Clock
    ids: Ids
    policy: Policy
    playbooks: Mapping[str, Playbook]
    """By the names under which engagements are planned by them."""
    reading: Reading
    """How answers are read."""
    fingerprints: Fingerprints
    owner: str
    """Under which name groups are leased and changes are made."""
    sender: str
    """Who asks, as a reader shall see it."""
    lease_us: int
    batch: int
    """How many records are worked on at a time."""
    joined: bool = False
    """Whether the store takes part in a transaction of the caller's."""
    watermark: Watermark | None = None
    """Where it is noted how far the store has come; `None` for nowhere."""
    observers: tuple[Observer, ...] = ()
    subscribers: tuple[AsyncSubscriber, ...] = ()
    questionnaires: dict[str, Questionnaire] = attrs.Factory(dict[str, Questionnaire])
    """Those that were read already, by `Questionnaire.ref`; what is stored under one never changes."""
    fits: Fits = attrs.Factory(Fits)
    """The fits that were made last, for a dossier is often asked for again before anything was said."""

    def tell(self, happening: Happening) -> None:
        """Tell every observer; one that raises is named in the log and harms nothing."""
        for observer in self.observers:
            try:
                observer.observe(happening)
            except Exception as error:  # noqa: BLE001 - whatever it is, the work goes on
                import logging

                names = type(observer).__name__, type(error).__name__, type(happening).__name__
                logging.getLogger("feedbackkit").warning("%s raised %s when told of %s; it is ignored", *names)

    def tell_alerts(self, cabinet: Cabinet) -> None:
        """Tell of the alerts that were raised with a change that is stored."""
        for alert in cabinet.alerts:
            self.tell(
                AlertRaised(
                    at_us=alert.at_us,
                    owner=self.owner,
                    alert=alert.key,
                    why=alert.kind.value,
                    request=alert.request,
                    to=alert.owner,
                )
            )

    def cabinet(self, actor: str | None = None) -> Cabinet:
        """An empty cabinet as of now."""
        return Cabinet(
            self.clock.now_us(),
            actor or self.owner,
            joined=self.joined,
            subscribers=self.subscribers,
            courtesies=self.policy.cadence.courtesies,
        )

    @property
    def tries(self) -> int:
        """How often a piece of work is begun: in a caller's transaction once, for it goes on seeing what it saw."""
        return 1 if self.joined else TRIES


@final
@attrs.frozen
class Act(Generic[T]):
    """One thing to do to one request; `work` changes the cabinet and says what came of it, or raises."""

    key: str
    work: Callable[[Cabinet, RequestFile], T]


@final
class Ledgers:
    """What is stored of the people and organisations of some requests."""

    def __init__(self, people: Mapping[str, Record], organisations: Mapping[str, Record]) -> None:
        self._people = people
        self._organisations = organisations
        self.originals: Mapping[str, Record] = {}
        """The requests that nudges and courtesies are about, by their keys."""

    def file(self, cabinet: Cabinet, records: Sequence[Record]) -> None:
        """Take in hand those of some of the requests, which are of one group."""
        for record in records:
            for person in _people_of(record):
                if person not in cabinet.people:
                    cabinet.file((self._people.get(person),))
        organisation = records[0].group
        if organisation not in cabinet.organisations:
            cabinet.file((self._organisations.get(organisation),))

    def spoken_of(self, cabinet: Cabinet, records: Sequence[Record]) -> list[Record]:
        """The requests that nudges and courtesies among some records are about, as far as they are not in hand."""
        if not self.originals:
            return []
        found = (self.originals.get(record.key) for record in records)
        return [record for record in found if record is not None and record.key not in cabinet.requests]


def _people_of(record: Record) -> tuple[str, ...]:
    """Whom a decision about a request looks at: the respondent, and the subject where it is a reference check."""
    return record.refs[:2] if asks_behind_somebody(record) else record.refs[:1]


async def ledgers_of(store: AsyncStore, records: Sequence[Record]) -> Ledgers:
    """Read the people and organisations of some requests, and the subjects without whose consent some may not go."""
    people = list({person: None for record in records for person in _people_of(record)})
    organisations = list({record.group: None for record in records if record.group != record.refs[0]})
    keys = [RecordKey(PERSON, person) for person in people]
    keys += [RecordKey(ORGANISATION, organisation) for organisation in organisations]
    found = await store.read(keys)
    split = len(people)
    return Ledgers(
        {record.key: record for record in found[:split] if record is not None},
        {record.key: record for record in found[split:] if record is not None},
    )


async def act_all(context: Context, acts: Sequence[Act[T]], *, actor: str | None = None) -> list[T | FeedbackKitError]:
    """Do each act; the results in order, an act's own error in the place of its result.

    Acts on one group make one change; all changes of a try go in one transaction. What somebody else was faster with
    is begun again. When this returns, all of it is durable.
    """
    results: dict[int, T | FeedbackKitError] = {}
    open_acts = list(enumerate(acts))
    for _ in range(context.tries):
        open_acts = await _try(context, open_acts, results, actor)
        if not open_acts:
            return [results[number] for number in range(len(acts))]
    raise StoreBusy(f"{len(open_acts)} requests were changed by others again and again; try again")


async def _try(
    context: Context,
    acts: Sequence[tuple[int, Act[T]]],
    results: dict[int, T | FeedbackKitError],
    actor: str | None,
) -> list[tuple[int, Act[T]]]:
    """One try: what was refused comes back, to be begun again."""
    keys = list(dict.fromkeys(RecordKey(REQUEST, act.key) for _, act in acts))
    read = await context.store.read(keys)
    records = {record.key: record for record in read if record is not None}
    ledgers = await ledgers_of(context.store, list(records.values()))
    groups: dict[str, list[tuple[int, Act[T]]]] = {}
    for number, act in acts:
        record = records.get(act.key)
        if record is None:
            results[number] = NotFound(REQUEST, presentable(act.key))
        else:
            groups.setdefault(record.group, []).append((number, act))
    cabinets: list[tuple[Cabinet, list[tuple[int, Act[T]]]]] = []
    for group in groups.values():
        cabinet = context.cabinet(actor)
        for number, act in group:
            try:
                if act.key not in cabinet.requests:
                    cabinet.file((records[act.key],))
                ledgers.file(cabinet, (records[act.key],))
                results[number] = act.work(cabinet, cabinet.requests[act.key])
            except FeedbackKitError as error:
                results[number] = error
        cabinets.append((cabinet, group))
    await wake_others(context, [cabinet for cabinet, _ in cabinets])
    return await _write(context, cabinets)


Attempt: TypeAlias = "Callable[[Cabinet], Awaitable[None]]"
"""One try at a piece of work: it takes in hand what it needs and works on it."""


async def until_applied(context: Context, what: str, attempt: Attempt, *, actor: str | None = None) -> None:
    """Begin a piece of work again until nobody was faster, and store it as one change."""
    for _ in range(context.tries):
        cabinet = context.cabinet(actor)
        await attempt(cabinet)
        await wake_others(context, [cabinet])
        change = cabinet.change(context.owner, context.ids.salt)
        if change is None or not isinstance((await context.store.write([change]))[0], Refused):
            context.tell_alerts(cabinet)
            return
    raise StoreBusy(f"{what} was changed by others again and again; try again")


async def wake_others(context: Context, cabinets: Sequence[Cabinet]) -> None:
    """Let what these changes make room for become due: the held requests of each person whose ledger changed.

    One that cannot be read goes on waiting behind all others, and keeps nothing from happening. The courtesies that
    follow from the changes begin with them.
    """
    if any(cabinet.put_off_and_closed for cabinet in cabinets):
        await call_off_moot(context.store, cabinets)
    if context.policy.cadence.courtesies:
        await begin_courtesies(context.store, cabinets, context.policy.cadence.courtesy_us)
    woken = [
        (cabinet, file, wake_held(context.policy, file))
        for cabinet in cabinets
        for file in cabinet.people.values()
        if file.ledger.held and (file.makes_room or file.passes_turn_on)
    ]
    for cabinet, person, keys in woken:
        missing = [RecordKey(REQUEST, key) for key in keys if key not in cabinet.requests]
        for record in filter(None, await context.store.read(missing)):
            try:
                cabinet.file((record,))
            except Unreadable:
                person.ledger = person.ledger.holding(HeldRequest(record.key, 0, cabinet.now_us))
        wake(cabinet, keys)


async def _write(
    context: Context, cabinets: Sequence[tuple[Cabinet, list[tuple[int, Act[T]]]]]
) -> list[tuple[int, Act[T]]]:
    """Store what the cabinets hold in one transaction; the acts of those refused come back."""
    changes = [(cabinet.change(context.owner, context.ids.salt), group) for cabinet, group in cabinets]
    made = [(change, group) for change, group in changes if change is not None]
    if not made:
        return []
    outcomes = await context.store.write([change for change, _ in made])
    return [
        act for (_, group), outcome in zip(made, outcomes, strict=True) if isinstance(outcome, Refused) for act in group
    ]
