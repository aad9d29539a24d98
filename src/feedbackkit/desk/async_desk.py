"""The desk: all use-cases over one store, awaited."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from feedbackkit.desk import (
    answering,
    approving,
    call_sheet,
    calling,
    counting,
    dead_letters,
    disclosing,
    dossiers,
    flagging,
    looking,
    opening_links,
    owing,
    planning,
    questioning,
    receiving,
    requesting,
    resuming,
    reviewing,
    running,
    telling,
    undoing,
    voices,
    wishing,
    working,
)
from feedbackkit.desk.awaiting import awaited_channel, awaited_store, awaited_subscribers
from feedbackkit.desk.clocks import SystemClock
from feedbackkit.desk.context import Act, Context, act_all
from feedbackkit.desk.deciding import Policy
from feedbackkit.desk.delegating import delegate
from feedbackkit.desk.ids import SystemIds
from feedbackkit.desk.recording import book_elsewhere
from feedbackkit.desk.references import AsyncReferences
from feedbackkit.desk.registering import known_id
from feedbackkit.desk.secret import Fingerprints, secret_for
from feedbackkit.desk.watermark import watermark_of
from feedbackkit.domain import checks
from feedbackkit.domain.benefit import BenefitStatus
from feedbackkit.domain.contact import CALL_SHEET
from feedbackkit.domain.fields import member
from feedbackkit.domain.flag import Flag
from feedbackkit.domain.ledger import OptOut, Scope
from feedbackkit.domain.people import Actor, Organisation, Party, Person
from feedbackkit.domain.request import Form, Occasion, Request, State
from feedbackkit.domain.times import MINUTE_US, day, instant, local_midnight
from feedbackkit.errors import FeedbackKitError, InvalidValue, NeedsResume, NotAllowed, SetupError
from feedbackkit.policies import Cadence, ContactRules, default_rules, default_value, plain_reading
from feedbackkit.policies.anonymity import BY_NAME
from feedbackkit.policies.playbooks import shipped as shipped_playbooks
from feedbackkit.ports import Put, RecordKey

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence

    from feedbackkit.desk.ahead.forecast import Forecast
    from feedbackkit.desk.ahead.present import Present
    from feedbackkit.desk.answering import Reply
    from feedbackkit.desk.dead_letters import DeadLetter
    from feedbackkit.desk.receiving import Received
    from feedbackkit.desk.reconciling import PlanReport
    from feedbackkit.desk.requesting import Ask
    from feedbackkit.desk.reviewing import Review
    from feedbackkit.desk.running import RunReport
    from feedbackkit.desk.simulator import Script
    from feedbackkit.desk.views import ContactView, DueCall, Explanation, FlagView, OpenedLink, RequestView
    from feedbackkit.desk.working import Stop
    from feedbackkit.domain.alerts import Alert
    from feedbackkit.domain.answer import Answer, Given
    from feedbackkit.domain.benefit import OwedBenefit
    from feedbackkit.domain.disclosure import Disclosure
    from feedbackkit.domain.engagement import Engagement
    from feedbackkit.domain.flag import Resolution, Verdict
    from feedbackkit.domain.ledger import Refusal
    from feedbackkit.domain.questionnaire import Questionnaire
    from feedbackkit.domain.request import Event
    from feedbackkit.domain.source import Relation, Source
    from feedbackkit.domain.voice import Voice
    from feedbackkit.evidence import Assessment, Prior, ResponseFigures, Treatment
    from feedbackkit.evidence.dossier import Dossier
    from feedbackkit.links import Links, Purpose
    from feedbackkit.policies import Playbook, Reading, Valuation
    from feedbackkit.ports import (
        AsyncChannel,
        AsyncStore,
        AsyncSubscriber,
        Channel,
        Clock,
        Ids,
        Observer,
        Store,
        Subscriber,
        Watermark,
    )

__all__ = ["AsyncDesk"]

T = TypeVar("T")

_PROOF: Final = RecordKey("desk", "secret")
_LEASE_US: Final = 5 * MINUTE_US
EVERY: Final = dt.timedelta(minutes=1)
"""How long a worker waits between two runs, unless it is told otherwise."""


class AsyncDesk:
    """A program's desk over a store, plain or async; lives as long as the program and may be shared by its tasks.

    Every use-case that changes something is durable when it returns, is made whole or not at all, and may be repeated.
    What somebody else was faster with is begun again; only when that happens again and again, `StoreBusy` is raised.
    """

    def __init__(  # noqa: PLR0913 - what a desk is made of, each with a good default
        self,
        store: Store | AsyncStore,
        *,
        channels: Sequence[Channel | AsyncChannel] = (),
        secret: bytes | None = None,
        clock: Clock | None = None,
        ids: Ids | None = None,
        rules: ContactRules | None = None,
        cadence: Cadence | None = None,
        value: Valuation | None = None,
        sender: str = "the provider",
        owner: str | None = None,
        batch: int = 250,
        watermark: Watermark | Literal[False] | None = None,
        observers: Sequence[Observer] = (),
        playbooks: Mapping[str, Playbook] | None = None,
        reading: Reading | None = None,
        subscribers: Sequence[Subscriber | AsyncSubscriber] = (),
    ) -> None:
        """Put a desk together.

        `channels`: the first one carries what is sent. `secret`: at least 16 bytes behind the digests of addresses,
        kept outside of the store; without one it lies in a file beside a store that is a file. `rules` and `cadence`:
        when a person may be contacted, and how often reminded; see `default_rules` and `Cadence`. `value`: what an
        answer is worth, so that it is known which ask goes first where not all can; see `default_value`. `sender`: who
        asks, as a reader shall see it. `batch`: how many requests are worked on in one transaction.
        `observers`: who is told what runs and workers do, without personal data.

        `watermark`: where it is noted how far the store has come, so that nothing is sent from one that was restored
        from an older backup; without one it is a `FileWatermark` beside a store that is a file, and nowhere for others;
        `False` for nowhere.

        `playbooks`: your own, by names of yours, beside the shipped ones; a run follows what comes back by the name
        under which an engagement was planned, so each worker needs them.
        `reading`: which answers are good or bad; without one `plain_reading`.

        `subscribers`: other programs that are told what happens to requests, by a webhook for instance. What they are
        to hear is stored with what happens, and told by a run; every desk over the store needs the same ones.

        `owner`: this worker's name, by which the store knows what it has in hand; without one it is made of the process
        id and chance. Each worker that may run at the same time needs a name of its own, also as a thread or task: two
        of one name are given each other's work. What they decide stays right, for versions guard it, but most of it is
        done twice; and a message that one of them is just handing over looks to the other like one that a crash left
        behind, and is sent once more.
        """
        awaited = tuple(awaited_channel(channel) for channel in channels)
        names = [channel.name for channel in awaited]
        if len(set(names)) != len(names):
            raise SetupError(f"channels must have a name of their own each: {', '.join(names)}")
        if CALL_SHEET in names:
            raise SetupError(f"no channel may be named {CALL_SHEET!r}: that is the call sheet")
        drawn = ids or SystemIds()
        self._proven = False
        self._behind = True  # until it is known better
        self.references: Final = AsyncReferences(self._ready)
        """What is made of answers for others to read."""
        self._context = Context(
            store=awaited_store(store),
            channels=awaited,
            clock=clock or SystemClock(),
            ids=drawn,
            policy=Policy(default_rules() if rules is None else rules, cadence or Cadence(), value or default_value),
            playbooks={**shipped_playbooks(), **_named(playbooks or {})},
            reading=reading or plain_reading,
            fingerprints=Fingerprints(secret_for(store) if secret is None else secret),
            # In every container process ids begin anew.
            owner=checks.identifier("desk.owner", owner or f"desk-{os.getpid()}-{drawn.salt()[:3].hex()}", limit=60),
            sender=checks.line("desk.sender", sender),
            lease_us=_LEASE_US,
            batch=checks.whole("desk.batch", batch, least=1, most=10_000),
            joined=getattr(store, "joined", False) is True,
            watermark=watermark_of(store, given=watermark),
            subscribers=awaited_subscribers(subscribers),
            observers=tuple(_checked(observer) for observer in observers),
        )

    async def _ready(self) -> Context:
        """The context, once the store was seen to belong to this secret."""
        if not self._proven:
            await self._prove()
            self._proven = True
        return self._context

    async def _changing(self, *keys: str, engagement: str | None = None) -> Context:
        """The context for what changes requests: in a store that is behind, what is due counts as made before."""
        context = await self._ready()
        if self._behind:
            self._behind = await resuming.catch_up(context, keys=keys, engagement=engagement)
        return context

    async def _prove(self) -> None:
        context = self._context
        proof = context.fingerprints.proof().encode()
        cabinet = context.cabinet()
        cabinet.others.append(Put(*_PROOF, 0, None, "desk", (), "known", b"[1]", proof))
        [record] = await context.store.read([_PROOF])
        if record is None:
            cabinet.others += counting.first_count(context)
            change = cabinet.change(context.owner, context.ids.salt)
            if change is not None:
                await context.store.write([change])
            [record] = await context.store.read([_PROOF])
        if record is None or record.body != proof:
            raise SetupError("this store was begun with another secret: open it with the one that it was begun with")

    # --- planning ----------------------------------------------------------------------------------------------------

    async def add(
        self, *engagements: Engagement, opt_outs: Mapping[str, Sequence[OptOut]] | None = None
    ) -> tuple[str, ...]:
        """Store engagements and their people, all or none, and plan nothing yet; the ids of those new or changed.

        `opt_outs`: what people of theirs do not want, by the person's id.
        """
        wishes = {checks.opaque("person.id", person): theirs for person, theirs in (opt_outs or {}).items()}
        return await planning.add_engagements(await self._ready(), engagements, wishes)

    async def plan(self, engagement: Engagement | str, playbook: Playbook | str | None = None) -> PlanReport:
        """Make what is planned for an engagement, or for the one stored under that id, what its playbook says.

        `playbook`: itself, or the name under which this desk has it; without one, that by which it was planned before.
        With one that has a name, runs follow what comes back by themselves; any other is followed when it is planned
        the next time.

        Adds, moves and withdraws what has not gone out, never touches what has, and leaves out what lies behind. What
        a respondent deferred is not asked before the date that they chose. Where another request has a key that the
        plan needs, it raises `NotAllowed`, and nothing is changed.
        Extend the engagement and call it again; without a change it changes nothing.
        """
        context = await self._changing(engagement=engagement if isinstance(engagement, str) else engagement.id)
        return await planning.plan(context, engagement, playbook)

    async def engagements(self) -> list[Engagement]:
        """All stored engagements, in order of their ids."""
        return await planning.engagements(await self._ready())

    async def request(self, ask: Ask) -> Request:
        """Ask somebody outside of any playbook; the same ask under the same key is made once."""
        [request] = await self.request_all([ask])
        return request

    async def request_all(self, asks: Iterable[Ask]) -> list[Request]:
        """`request` for many at once, a transaction for each batch; the requests in order."""
        return await requesting.request_all(await self._ready(), list(asks))

    async def add_questionnaire(self, questionnaire: Questionnaire) -> str:
        """Store a questionnaire; its `ref`, by which a request names it. Stored twice it is stored once.

        What is stored under an id and a version stays so: others under the same two raise `NotAllowed`.
        """
        return await questioning.add(await self._ready(), questionnaire)

    async def questionnaires(self) -> list[Questionnaire]:
        """All that a request may name, ready-made or stored, in order of id and version."""
        return await questioning.questionnaires(await self._ready())

    async def questionnaire(self, ref: str) -> Questionnaire:
        """One of them by its `ref`, such as ``interim@1``; an unknown one raises `NotFound`."""
        return await questioning.questionnaire_of(await self._ready(), ref)

    async def register(self, *people: Person) -> tuple[Person, ...]:
        """Store what is known of people, all or none; the people as they are known now, with their ids.

        What a description leaves out stays as it is stored. With a new address, what could not be delivered goes on.
        """
        return await planning.store_people(await self._ready(), people)

    # --- the run -----------------------------------------------------------------------------------------------------

    async def run(self) -> RunReport:
        """Send what is due and nothing that should not be; returns when nothing is due any more.

        Where the store was restored from an older backup it sends nothing and raises `NeedsResume`; see `resume`.

        Any number of workers may run at once, each with a desk under an `owner` of its own.
        """
        try:
            return await running.run(await self._ready())
        except NeedsResume:
            self._behind = True  # it was restored while this desk was at work
            raise

    async def work(
        self,
        *,
        every: dt.timedelta = EVERY,
        stop: Stop | None = None,
        wait: Callable[[float], Awaitable[object]] | None = None,
    ) -> RunReport:
        """Run what is due, wait, and run again, until `stop` is set; what all its runs came to. It plans nothing.

        `every`: how long it waits at most; it comes up to a tenth earlier, so that workers part, and when it knows of
        something that is due before. `stop`: an `asyncio.Event` (of `Desk`: a `threading.Event`), without which it
        works for ever; a batch in hand is finished first. `wait`: waits so many seconds instead, in a test for
        instance, which moves a clock. A store that is busy and a connection that breaks are tried again after a pause
        that grows to five minutes; anything else is raised. Cancelled anywhere it loses nothing.
        """
        if stop is None:
            import asyncio

            stop = asyncio.Event()
        waiting = working.by_an_event_of_asyncio(stop) if wait is None else wait
        return await working.work(self._context, self._ready, every=every, stop=stop, wait=waiting)

    async def dead_letters(self) -> list[DeadLetter]:
        """The requests and contacts that failed ten times and were given up; contacts first, in order of keys.

        What cannot be handled is set aside for as long again as it is due already, at least a minute and at most a
        day, and comes round ten times.
        """
        return await dead_letters.dead_letters(await self._ready())

    async def retry(self, *keys: str) -> list[DeadLetter]:
        """Bring dead letters back, for the next run; those that were. An unknown key raises `NotFound`."""
        return await dead_letters.retry(await self._ready(), keys)

    async def tell_again(self, subscriber: str) -> int:
        """Tell a subscriber, from the next run on, all that was given up, and what comes; how many notices that are.

        For one that was out of reach for days, or said that it wants to hear no more and has changed its mind.
        """
        return await telling.tell_again(await self._ready(), checks.identifier("subscriber", subscriber, limit=60))

    async def needs_resume(self) -> bool:
        """Whether the store is behind its watermark, as after a restore from a backup, so that nothing is sent."""
        return await counting.behind(await self._ready()) is not None

    async def resume(self) -> RunReport:
        """Let runs go on after `NeedsResume`, the store having been restored from a backup; nobody is contacted by it.

        Put in again before what came since the backup, as far as it is known: engagements, requests, answers, wishes,
        contacts made elsewhere. Every step that is due by now counts as made now, by a contact that is *unknown*, and
        so do contacts that were booked; the ladders go on from here. What is held stays held. It may be broken off and
        repeated. Where there is nothing to resume it raises `NotAllowed` and changes nothing.

        Until then the store takes what comes in. A step that is due when an answer, a date or a plan comes in for it
        counts as made right before.
        """
        return await resuming.resume(await self._ready())

    # --- what comes back ---------------------------------------------------------------------------------------------

    async def give(
        self,
        key: str,
        items: Mapping[str, Given],
        *,
        by: Person | str | Actor | None = None,
        form: Form | str | None = None,
        source: Source | None = None,
    ) -> Answer:
        """Accept an answer: what was said to each question, ratings as numbers, yes or no, words.

        `by`: the respondent, or the `Actor` who wrote down a talk; somebody else is refused. `source`: what is known of
        where it comes from; what is left out is presumed from the engagement, see `voices`. The answer that is in
        force already is no event, and comes back as it was stored; a different one revises it. An answer is never lost:
        it is accepted late, too, unless the request was withdrawn for good. Where the request names a questionnaire,
        one that does not fit it raises `InvalidAnswer`, which tells all that is wrong, question by question.
        """
        party, actor = await self._party(key, by)
        reply = answering.Reply(key, items, form=form, party=party, source=source)
        [answer] = await answering.give_all(self._context, [reply], actor=actor)
        if isinstance(answer, FeedbackKitError):
            raise answer
        return answer

    async def give_all(self, replies: Iterable[Reply]) -> list[Answer | FeedbackKitError]:
        """`give` for many at once, a transaction for each batch; an answer's own error stands in its place."""
        given = list(replies)
        return await answering.give_all(await self._changing(*(reply.key for reply in given)), given)

    async def decline(self, key: str, *, reason: str | None = None, by: Person | str | Actor | None = None) -> None:
        """Take a no and its reason; nobody is contacted about it any more. Said twice it counts once."""
        party, actor = await self._party(key, by)
        await self._act(answering.decline(key, reason=reason, party=party), actor)

    async def undo_decline(
        self, key: str, *, reason: str | None = None, by: Person | str | Actor | None = None
    ) -> None:
        """Undo a no made by mistake: it goes on when its next step would have been due, or when it was put off to.

        Said twice it counts once. Where there is no decline to undo it raises `NotAllowed`.
        """
        _, actor = await self._party(key, by)
        await undoing.undo_decline(self._context, key, reason=reason, actor=actor)

    async def defer(self, key: str, *, until: dt.datetime | dt.date | str, by: Person | str | None = None) -> None:
        """Wait until a date of the respondent's, within two years; no reminder is used up. Said twice it counts once.

        `until`: an aware instant, or a date, which begins at midnight where the respondent is.
        """
        _, actor = await self._party(key, by)
        view = await looking.one(await self._ready(), key)
        until_us = await self._instant(view.request.respondent, until)
        await self._act(answering.defer(key, until_us=until_us), actor)

    async def undo_defer(self, key: str, *, by: Person | str | Actor | None = None) -> None:
        """Take back a date that the respondent chose, within 14 days: it goes on as if none had been chosen.

        Later it raises `NotAllowed`, and so it does where no date was chosen; another date can always be. Said twice it
        counts once.
        """
        _, actor = await self._party(key, by)
        await undoing.undo_defer(self._context, key, actor=actor)

    async def delegate(self, key: str, *, to: Person, by: Person | str | Actor | None = None) -> str:
        """Ask somebody else instead, by a request of their own; its key, which is this one's and ``/delegate``.

        After an undo it has a number, too: ``/delegate-2``. Nobody is named who was asked already. Said twice it counts
        once; somebody else than before is refused, and nothing is stored about them.
        """
        party, actor = await self._party(key, by)
        return await delegate(self._context, key, to, party=party, actor=actor)

    async def undo_delegate(
        self, key: str, *, reason: str | None = None, by: Person | str | Actor | None = None
    ) -> None:
        """Take a delegation back, within 14 days: whoever was named is not asked, and the request goes on.

        It goes on when its next step would have been due, and the other request is withdrawn. Where something of that
        has gone out, or was answered or passed on, `NotAllowed` is raised and nothing changes: an answer by either of
        them is accepted all the same. Once the other request is declined, expired or withdrawn, it can be undone. Said
        twice it counts once.
        """
        party, actor = await self._party(key, by)
        await undoing.undo_delegate(self._context, key, reason=reason, party=party, actor=actor)

    async def withdraw(self, key: str, *, by: Party | str = Party.PROVIDER, reason: str | None = None) -> None:
        """Take a request back on the provider's word, or for good on the respondent's or the subject's."""
        await self._act(answering.withdraw(key, party=member(Party, "withdrawal.by", by), reason=reason), None)

    async def opt_out(
        self,
        person: Person | str,
        *,
        scope: Scope | str = Scope.ALL,
        occasion: Occasion | str | None = None,
        about: Person | str | None = None,
        until: dt.datetime | dt.date | str | None = None,
    ) -> None:
        """Leave a person in peace: altogether, from reminders, on one occasion, or about one subject.

        For good or until a date. It holds for whatever was booked and has not gone out. Said twice it counts once. See
        `undo_opt_out` for a wish made by mistake.
        """
        context = await self._ready()
        key = await known_id(context, person)
        until_us = None if until is None else await self._instant(key, until)
        wish = await self._wish(scope, occasion, about, until_us)
        await planning.add_engagements(context, (), {key: (wish,)})

    async def pause(self, person: Person | str, *, until: dt.datetime | dt.date | str) -> None:
        """Leave a person altogether in peace until a date, which begins at midnight where they are.

        It is `opt_out` with an end: what is due waits until then, nothing is declined and no reminder is used up.
        """
        await self.opt_out(person, until=until)

    async def undo_opt_out(
        self,
        person: Person | str,
        *,
        scope: Scope | str = Scope.ALL,
        occasion: Occasion | str | None = None,
        about: Person | str | None = None,
        by: Actor | None = None,
    ) -> None:
        """Take back an opt-out or a pause that was a mistake, within 14 days; afterwards it raises `NotAllowed`.

        What it held up goes on: what waits comes forward, and what was left in peace for its sake is taken up again.
        Where there is no such wish nothing happens.
        """
        key = await known_id(await self._ready(), person)
        wish = await self._wish(scope, occasion, about, None)
        await wishing.undo_opt_out(self._context, key, wish, actor=by and by.id)

    async def do_not_contact(
        self,
        who: Person | str,
        *,
        contract: str,
        since: dt.datetime | dt.date | str,
        until: dt.datetime | dt.date | str | None = None,
        scope: Scope | str = Scope.ALL,
        occasion: Occasion | str | None = None,
    ) -> None:
        """Note that a contract forbids to contact a person, or everybody at an organisation, which its id names.

        `contract`: the contract and its clause. It holds from `since` until right before `until`, or for good; dates
        begin at midnight where the person is, and for an organisation in UTC. Noted twice it counts once.
        """
        context = await self._ready()
        key = await known_id(context, who)
        zone = await looking.timezone(context, key)
        term = OptOut(
            scope=scope,
            occasion=occasion,
            since_us=context.clock.now_us(),
            begins_us=_instant_in(zone, since, "since"),
            until_us=None if until is None else _instant_in(zone, until, "until"),
            contract=checks.line("opt-out.contract", contract, limit=checks.NOTE_LIMIT),
        )
        await wishing.do_not_contact(context, key, term)

    async def prefer_phone(self, person: Person | str, *, number: str | None = None, preferred: bool = True) -> None:
        """Call a person from now on instead of writing to them, or write again; `number` is kept as their telephone.

        What is due then stands on the call sheet, if there is a basis for calling them, and what was booked in writing
        does not go. Where no number is known it is refused.
        """
        context = await self._ready()
        phone = None if number is None else checks.phone("person.phone", number)
        await wishing.prefer_phone(context, await known_id(context, person), number=phone, preferred=preferred)

    async def refusals(self, person: Person | str) -> tuple[Refusal, ...]:
        """What a person has declined and is remembered; why, the history of each request says."""
        context = await self._ready()
        return await wishing.refusals(context, await known_id(context, person))

    async def lift_refusals(
        self,
        person: Person | str,
        *,
        about: Person | str | None = None,
        occasion: Occasion | str | None = None,
        by: Actor | None = None,
    ) -> tuple[Refusal, ...]:
        """Forget what a person declined: about a subject, on an occasion, or all; what was forgotten.

        What it held back goes on. The requests that were declined stay so; see `undo_decline`.
        """
        context = await self._ready()
        return await wishing.lift_refusals(
            context,
            await known_id(context, person),
            about=None if about is None else await known_id(context, about),
            occasion=None if occasion is None else member(Occasion, "occasion", occasion),
            actor=by and by.id,
        )

    # --- what is owed ------------------------------------------------------------------------------------------------

    async def owed(self, person: Person | str | None = None) -> list[OwedBenefit]:
        """The benefits that the provider still owes, to one person or to all, the most urgent first."""
        return await self.benefits(person, status=BenefitStatus.OWED)

    async def benefits(
        self, person: Person | str | None = None, *, status: BenefitStatus | str | None = None
    ) -> list[OwedBenefit]:
        """All benefits that answers have earned, delivered ones too, in order of when they are due."""
        context = await self._ready()
        return await looking.benefits(
            context,
            person=None if person is None else await known_id(context, person),
            status=None if status is None else member(BenefitStatus, "status", status),
        )

    async def deliver_benefit(self, request: str, *, note: str = "") -> OwedBenefit:
        """Note that the respondent of a request has what was promised. Said twice it counts once."""
        return await owing.deliver_benefit(await self._ready(), request, note=note)

    async def note_call(self, call: str, *, note: str = "", by: Actor | None = None) -> None:
        """Note that a call of the call sheet was made, whether or not somebody was reached; said twice it counts once.

        What was said in it comes in by `give`. One that was struck meanwhile raises `NotAllowed`.
        """
        await calling.note_call(await self._ready(), call, note=note, actor=None if by is None else by.id)

    async def record_contact(
        self,
        person: Person | str,
        *,
        at: dt.datetime | str | None = None,
        channel: str = "elsewhere",
        key: str | None = None,
    ) -> str:
        """Book a contact that was made elsewhere, a private call or another tool's mail, so that it counts; its id.

        `at`: when it was made, not ahead of now. `key`: the program's idempotency key; a key that is booked already
        books nothing.
        """
        context = await self._ready()
        person_id = await known_id(context, person)
        at_us = context.clock.now_us() if at is None else instant(at, field="contact.at")
        if at_us > context.clock.now_us():
            raise InvalidValue("contact.at", "must not lie ahead", "a later instant")
        contact_id = checks.identifier("contact.key", key or f"elsewhere-{context.ids.new(at_us)}")
        if "#" in contact_id:
            raise InvalidValue(
                "contact.key", "must not contain #, which names the desk's own contacts", "a key with one"
            )
        return await book_elsewhere(
            context, person_id, at_us, checks.identifier("contact.channel", channel), contact_id
        )

    async def receive(self, raw: bytes) -> Received:
        """Take note of a mail that came in, the bytes of a mailbox, and do what it calls for; what it was.

        It acts where it names a contact by its token, which the mails of a traced channel carry. An address that does
        not work: the request is undeliverable, nothing goes to that address any more, and somebody should `readdress`
        its person. What was given up for a passing reason is sent again three days later, twice. A complaint, or a
        wish to be left alone: nothing goes to that person any more. A reply: no reminder for a week, for somebody has
        to read it; nothing that comes by mail is taken for an answer. The same bytes twice count once. Whatever the
        bytes are, none of this raises an error about them.
        """
        return await receiving.receive(await self._ready(), raw)

    async def bounced(self, contact: str, *, why: str = "it came back") -> None:
        """Note that a contact reached nobody, because its address does not work; said twice it counts once.

        For what came back by another way than `receive`. `why` goes into history: no personal data.
        """
        words = checks.line("bounce.why", why, limit=checks.NOTE_LIMIT)
        await receiving.bounced(await self._ready(), checks.identifier("contact", contact), why=words)

    async def readdress(self, person: Person | str, email: str) -> Person:
        """Note an address that works, and let what could not be delivered to the person go on, by new contacts.

        Also the same address, where it works again: unlike `register` this believes it. Repeating it is harmless.
        """
        context = await self._ready()
        return await receiving.readdress(context, await known_id(context, person), email)

    async def review(
        self, engagement: str, *, anonymity: int = 3, by_name: Collection[Relation] | None = None
    ) -> Review:
        """What a review from all sides came to, once nobody is asked any more; before that it raises `NotAllowed`.

        `anonymity`: the fewest answers that are shown as a group, where no more were promised; a relation with fewer is
        shown among the others, and where those are too few it is kept back. `by_name`: the relations that need no such
        care; without one the subject, the sponsor and the line manager, as far as nothing else was promised. What came
        when it was over is kept back, too. Words may still tell who wrote them.
        """
        least = checks.whole("review.anonymity", anonymity, least=1, most=50)
        return await reviewing.review_of(
            await self._ready(), engagement, anonymity=least, by_name=BY_NAME if by_name is None else by_name
        )

    # --- what waits for a person -------------------------------------------------------------------------------------

    async def approve(self, key: str, *, by: Actor) -> None:
        """Let an ask go that needs approval: on its day, or now where that has passed. Approved twice it counts once.

        An approval is of the reason for which one is needed; where that changes, the ask waits again.
        """
        await self._act(approving.approve(self._context.policy, key), by.id)

    async def awaiting_approval(self, *, owner: str | None = None) -> list[RequestView]:
        """The requests that nobody has approved yet, also those whose day is still to come; in order of their days.

        `owner`: only those that this actor looks after.
        """
        return await approving.awaiting_approval(await self._ready(), owner=owner)

    async def alerts(self, *, owner: str | None = None, acknowledged: bool = False) -> list[Alert]:
        """What somebody should look at, in order of time: a bad answer, an ask that waits for approval.

        `owner`: only what this actor looks after. `acknowledged`: those that somebody took note of, too.
        """
        return await approving.alerts(await self._ready(), owner=owner, acknowledged=acknowledged)

    async def acknowledge(self, *alerts: str, by: Actor) -> None:
        """Take note of alerts, by their keys, all or none; said twice it counts once.

        An unknown key raises `NotFound`.
        """
        await approving.acknowledge(await self._ready(), alerts, actor=by.id)

    # --- looking -----------------------------------------------------------------------------------------------------

    async def find(
        self,
        *,
        state: State | str | None = None,
        about: Person | str | None = None,
        person: Person | str | None = None,
        engagement: str | None = None,
    ) -> list[RequestView]:
        """The requests that fit: in a state, about a subject, to a respondent, of an engagement; in order of keys."""
        context = await self._ready()
        return await looking.find(
            context,
            state=None if state is None else member(State, "state", state),
            about=None if about is None else await known_id(context, about),
            person=None if person is None else await known_id(context, person),
            engagement=engagement,
        )

    async def get(self, key: str) -> RequestView:
        """One request; an unknown key raises `NotFound`."""
        return await looking.one(await self._ready(), key)

    async def calls(self) -> list[DueCall]:
        """The calls that wait to be made: whom, from when, what to ask and what was before.

        Those that may be made first come first. What must not be spoken of any more, or not yet, is left out.
        """
        return await call_sheet.calls(await self._ready())

    async def open_link(self, links: Links, token: str, purpose: Purpose | str) -> OpenedLink:
        """What a link of a letter leads to; it changes nothing, and is asked again before anything is done by it.

        A link that is damaged, expired, for something else or somebody else, or whose request has moved on, is a
        `LinkRefused`. A link to answer is good for one answer; a later letter has one to revise it.
        """
        return await opening_links.open_link(await self._ready(), links, token, purpose)

    async def person(self, who: Person | str) -> Person:
        """A person as stored, with all that is known; somebody unknown raises `NotFound`."""
        context = await self._ready()
        return await looking.person(context, await known_id(context, who))

    async def history(self, key: str) -> list[Event]:
        """What happened to a request, in order: who did what, when and why."""
        return await looking.history(await self._ready(), key)

    async def verify(self, key: str) -> None:
        """Pass where a request's history is whole; raise `Broken` where something was changed, left out or put in."""
        await looking.verify_history(await self._ready(), key)

    async def contacts(self, person: Person | str | None = None) -> list[ContactView]:
        """The contacts of a person, or of everybody, and what became of them, in order of booking."""
        context = await self._ready()
        return await looking.contacts(context, None if person is None else await known_id(context, person))

    async def answers(self, *, about: Person | str | None = None, request: str | None = None) -> list[Answer]:
        """The answers about a subject, or to a request; every revision, in order."""
        context = await self._ready()
        about_id = None if about is None else await known_id(context, about)
        return await looking.answers(context, about=about_id, request=request)

    async def voices(self, *, about: Person | str | None = None) -> list[Voice]:
        """The answers in force, about one subject or about all, each with who gave it and from where they spoke.

        What nobody said of a source is presumed: a sponsor has seen the work since the engagement began, and who
        answers about themselves is no source of their own. In order of requests.
        """
        context = await self._ready()
        return await voices.voices_about(context, about=None if about is None else await known_id(context, about))

    async def assess(
        self,
        subject: Person | str,
        *,
        scales: Mapping[str, tuple[float, float]] | None = None,
        prior: Prior | None = None,
        conflicts: Treatment | str = "leave_out",
        minimum: int = 3,
    ) -> dict[str, Assessment]:
        """What is known of a subject on each question with numbers, by the question's name.

        Each question is fitted once over all answers in force, about everybody. Its scale is the questionnaire's, else
        1 to 5; `scales` says another one by question. Numbers beyond it were given on another scale, and do not enter.
        Self-assessments stand beside. Answers under a declared conflict are left out and stand beside, unless
        `conflicts` says otherwise; without a `prior` of one's own it is `feedbackkit.evidence.DEFAULT`. Below
        `minimum` independent sources there is no headline number.
        """
        from feedbackkit.desk import assessing  # heavy, and most programs only ask

        context = await self._ready()
        return await assessing.assessments(
            context,
            await known_id(context, subject),
            scales=scales or {},
            prior=prior,
            conflicts=conflicts,
            minimum=minimum,
        )

    async def flags(
        self,
        about: Person | str,
        *,
        networks: Mapping[str, str] | None = None,
        subject_networks: Iterable[str] = (),
    ) -> list[FlagView]:
        """What looks odd about the answers on a subject, with the reason for each, and what was decided about it.

        The same person under another address, characters that look alike, free mail for an employer, an answer within
        minutes, the same text twice. `networks`: from which network the answer to a request came, by its key, where the
        program knows; `subject_networks`: where the subject comes from. They are compared as texts and not stored.
        Nothing is left out for a flag; in order of requests.
        """
        context = await self._ready()
        return await flagging.flags(
            context, await known_id(context, about), networks=networks or {}, subject_networks=subject_networks
        )

    async def resolve_flag(
        self, flag: Flag | FlagView, *, about: Person | str, verdict: Verdict | str, why: str, by: Actor
    ) -> Resolution:
        """Record what somebody decided about a flag on an answer about a subject: ``cleared`` or ``upheld``, and why.

        It stays on record; a later decision stands beside it, and holds. The same again is recorded once.
        """
        context = await self._ready()
        raised = flag if isinstance(flag, Flag) else flag.flag
        who = await known_id(context, about)
        return await flagging.resolve(context, raised, about=who, verdict=verdict, why=why, by=by.id)

    async def dossier(
        self, subject: Person | str, audience: str = "clients", *, client: Organisation | str | None = None
    ) -> Dossier:
        """All that one audience may read of a subject, as of now; printed, it is a text for people.

        `audience`: ``clients`` (every future one), ``subject``, or ``internal``, the provider. `client`: the
        organisation that reads, or its id, so that what is for it by name is there, too. Answers to an ask for a
        reference are for later clients, as the ask says, all others for the subject and the provider. Numbers rest on
        what the audience may read, fitted together with all that was said of everybody else.
        """
        context = await self._ready()
        reads = dossiers.audience_of(audience, await dossiers.client_of(context, client))
        return await disclosing.shown_dossier(context, await known_id(context, subject), reads)

    async def disclose(
        self,
        subject: Person | str,
        *,
        to: Organisation | str,
        audience: str = "clients",
        purpose: str | None = None,
        by: Actor | None = None,
    ) -> tuple[Dossier, Disclosure]:
        """Put a dossier together for somebody, and write down that they were shown it; both, to be handed over.

        `to`: an organisation that is known, which may read what is for it by name, too; or the name of whoever it is.
        The same version to the same reader is written down once, and comes back as it was.
        """
        context = await self._ready()
        known = await dossiers.client_of(context, to) if isinstance(to, Organisation) else None
        return await disclosing.disclose(
            context,
            await known_id(context, subject),
            audience=dossiers.audience_of(audience, known),
            to=to.name if isinstance(to, Organisation) else to,
            client=known,
            purpose=purpose,
            actor=None if by is None else by.id,
        )

    async def disclosures(
        self, *, about: Person | str | None = None, of: str | None = None, to: Organisation | str | None = None
    ) -> list[Disclosure]:
        """Who was shown what, in order of time: about a subject, to a client, or with one statement in it.

        `of`: the key of a request or a reference. Where one is retracted, these are whom to tell.
        """
        context = await self._ready()
        about_id = None if about is None else await known_id(context, about)
        client = await dossiers.client_of(context, to)
        return await disclosing.disclosures(context, about=about_id, of=of, to=client)

    async def verify_disclosures(self, subject: Person | str) -> None:
        """Pass where a subject's disclosure log is whole; raise `Broken` where something was changed or left out."""
        context = await self._ready()
        await disclosing.verify_log(context, await known_id(context, subject))

    async def response_figures(self, *, since: dt.datetime | str | None = None, level: float = 0.95) -> ResponseFigures:
        """How many answer, how long it takes and what each reminder brings, over all requests whose ask went out.

        `since` leaves out earlier asks; `level` is that of the intervals.
        """
        from feedbackkit.desk import responding  # seldom needed

        context = await self._ready()
        since_us = None if since is None else instant(since, field="since")
        return await responding.figures(context, since_us=since_us, level=level)

    async def explain(self, key: str) -> Explanation:
        """Past and future of a request with the reasons; printed, it is a text for people."""
        return await looking.explain(await self._ready(), key)

    async def present(self) -> Present:
        """A copy of what is open, in this process, to play on: forecasts and what-if; the store is only read."""
        from feedbackkit.desk.ahead.present import present

        return await present(await self._ready())

    async def forecast(self, days: int, *, reactions: Script | None = None) -> Forecast:
        """The next days, up to 732, played on a copy of what is open; the store is only read, and nothing is sent.

        Every contact that the rules will let through if nothing is planned anew and nobody reacts, and each limit that
        is met; to the hour. `reactions`: how people react instead, as a pure function; see `Script`. From the same
        store, clock and policies it is always the same. It computes without waiting, some seconds for 10,000 open
        requests: where that stands in the way, hand ``(await desk.present()).forecast`` to a thread.
        """
        return (await self.present()).forecast(days, reactions=reactions)

    async def close(self) -> None:
        """Close the store; the desk is of no use afterwards."""
        await self._context.store.close()

    # --- shared ------------------------------------------------------------------------------------------------------

    async def _act(self, act: Act[T], actor: str | None) -> T:
        [result] = await act_all(await self._changing(act.key), [act], actor=actor)
        if isinstance(result, FeedbackKitError):
            raise result
        return result

    async def _party(self, key: str, by: Person | str | Actor | None) -> tuple[Party, str | None]:
        """On whose word something is done, and the id that history names for it."""
        context = await self._changing(key)
        if by is None:
            return Party.RESPONDENT, None
        if isinstance(by, Actor):
            return Party.PROVIDER, by.id
        who = await known_id(context, by)
        view = await looking.one(context, key)
        if who != view.request.respondent:
            raise NotAllowed(f"request {key!r} is {view.request.respondent!r}'s to answer, not {who!r}'s")
        return Party.RESPONDENT, who

    async def _instant(self, person: str, at: dt.datetime | dt.date | str) -> int:
        return _instant_in((await looking.person(await self._ready(), person)).timezone, at, "until")

    async def _wish(
        self, scope: Scope | str, occasion: Occasion | str | None, about: Person | str | None, until_us: int | None
    ) -> OptOut:
        context = await self._ready()
        if about is not None and scope == Scope.ALL:
            scope = Scope.SUBJECT
        elif occasion is not None and scope == Scope.ALL:
            scope = Scope.OCCASION
        return OptOut(
            scope=scope,
            occasion=occasion,
            subject=None if about is None else await known_id(context, about),
            since_us=context.clock.now_us(),
            until_us=until_us,
        )


def _instant_in(zone: str, at: dt.datetime | dt.date | str, field: str) -> int:
    """An instant as it was given, or the first one of a date in a zone."""
    if isinstance(at, dt.datetime) or (isinstance(at, str) and len(at) > len("2026-01-01")):
        return instant(at, field=field)
    return local_midnight(day(at, field=field), zone)


def _named(playbooks: Mapping[str, Playbook]) -> dict[str, Playbook]:
    """Playbooks whose names can be stored with an engagement."""
    for name, playbook in playbooks.items():
        checks.identifier("desk.playbooks", name, limit=80)
        if not callable(playbook):
            raise SetupError(f"playbook {name!r} cannot be called with an engagement")
    return dict(playbooks)


def _checked(observer: Observer) -> Observer:
    if not callable(getattr(observer, "observe", None)):
        raise SetupError(f"{type(observer).__name__} is no observer: it has no observe")
    return observer
