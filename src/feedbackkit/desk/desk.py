"""The desk for programs that do not await: `AsyncDesk`, driven."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from feedbackkit.desk.async_desk import EVERY, AsyncDesk
from feedbackkit.desk.awaiting import drive, is_plain
from feedbackkit.desk.references import References
from feedbackkit.desk.working import at_once, by_an_event
from feedbackkit.domain.ledger import Scope
from feedbackkit.domain.people import Party
from feedbackkit.errors import SetupError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from types import TracebackType
    from typing import Literal, Self

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
    from feedbackkit.domain.benefit import BenefitStatus, OwedBenefit
    from feedbackkit.domain.disclosure import Disclosure
    from feedbackkit.domain.engagement import Engagement
    from feedbackkit.domain.flag import Flag, Resolution, Verdict
    from feedbackkit.domain.ledger import OptOut, Refusal
    from feedbackkit.domain.people import Actor, Organisation, Person
    from feedbackkit.domain.questionnaire import Questionnaire
    from feedbackkit.domain.request import Event, Form, Occasion, Request, State
    from feedbackkit.domain.source import Relation, Source
    from feedbackkit.domain.voice import Voice
    from feedbackkit.errors import FeedbackKitError
    from feedbackkit.evidence import Assessment, Prior, ResponseFigures, Treatment
    from feedbackkit.evidence.dossier import Dossier
    from feedbackkit.links import Links, Purpose
    from feedbackkit.policies import Cadence, ContactRules, Playbook, Reading, Valuation
    from feedbackkit.ports import Channel, Clock, Ids, Observer, Store, Subscriber, Watermark

__all__ = ["Desk"]


class Desk:
    """A program's desk over a plain store; lives as long as the program.

    It does what `AsyncDesk` does, which documents each method, without an event loop and inside a running one. It may
    be shared by threads when its store and channels may.
    """

    def __init__(  # noqa: PLR0913 - what a desk is made of, each with a good default
        self,
        store: Store,
        *,
        channels: Sequence[Channel] = (),
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
        subscribers: Sequence[Subscriber] = (),
    ) -> None:
        """Put a desk together; see `AsyncDesk` for each part.

        `owner`: each worker that may run at the same time needs a name of its own, or it is given the work that
        another one has in hand.
        """
        self._desk = AsyncDesk(
            store,
            channels=channels,
            secret=secret,
            clock=clock,
            ids=ids,
            rules=rules,
            cadence=cadence,
            value=value,
            sender=sender,
            owner=owner,
            batch=batch,
            watermark=watermark,
            observers=observers,
            playbooks=playbooks,
            reading=reading,
            subscribers=subscribers,
        )
        if not (is_plain(store, "read") and all(is_plain(channel, "send") for channel in channels)) or not all(
            is_plain(subscriber, "tell") for subscriber in subscribers
        ):
            raise SetupError("a store or channel of this desk must be awaited: use AsyncDesk")

    @property
    def references(self) -> References:
        """What is made of answers for others to read; see `AsyncReferences`."""
        return References(self._desk.references)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def add(self, *engagements: Engagement, opt_outs: Mapping[str, Sequence[OptOut]] | None = None) -> tuple[str, ...]:
        """See `AsyncDesk.add`."""
        return drive(self._desk.add(*engagements, opt_outs=opt_outs))

    def plan(self, engagement: Engagement | str, playbook: Playbook | str | None = None) -> PlanReport:
        """See `AsyncDesk.plan`."""
        return drive(self._desk.plan(engagement, playbook))

    def engagements(self) -> list[Engagement]:
        """See `AsyncDesk.engagements`."""
        return drive(self._desk.engagements())

    def request(self, ask: Ask) -> Request:
        """See `AsyncDesk.request`."""
        return drive(self._desk.request(ask))

    def request_all(self, asks: Iterable[Ask]) -> list[Request]:
        """See `AsyncDesk.request_all`."""
        return drive(self._desk.request_all(asks))

    def add_questionnaire(self, questionnaire: Questionnaire) -> str:
        """See `AsyncDesk.add_questionnaire`."""
        return drive(self._desk.add_questionnaire(questionnaire))

    def questionnaires(self) -> list[Questionnaire]:
        """See `AsyncDesk.questionnaires`."""
        return drive(self._desk.questionnaires())

    def questionnaire(self, ref: str) -> Questionnaire:
        """See `AsyncDesk.questionnaire`."""
        return drive(self._desk.questionnaire(ref))

    def register(self, *people: Person) -> tuple[Person, ...]:
        """See `AsyncDesk.register`."""
        return drive(self._desk.register(*people))

    def run(self) -> RunReport:
        """See `AsyncDesk.run`."""
        return drive(self._desk.run())

    def work(
        self,
        *,
        every: dt.timedelta = EVERY,
        stop: Stop | None = None,
        wait: Callable[[float], object] | None = None,
    ) -> RunReport:
        """See `AsyncDesk.work`; `stop` is a `threading.Event`."""
        stop = threading.Event() if stop is None else stop
        waiting = by_an_event(stop) if wait is None else at_once(wait)
        return drive(self._desk.work(every=every, stop=stop, wait=waiting))

    def dead_letters(self) -> list[DeadLetter]:
        """See `AsyncDesk.dead_letters`."""
        return drive(self._desk.dead_letters())

    def retry(self, *keys: str) -> list[DeadLetter]:
        """See `AsyncDesk.retry`."""
        return drive(self._desk.retry(*keys))

    def tell_again(self, subscriber: str) -> int:
        """See `AsyncDesk.tell_again`."""
        return drive(self._desk.tell_again(subscriber))

    def needs_resume(self) -> bool:
        """See `AsyncDesk.needs_resume`."""
        return drive(self._desk.needs_resume())

    def resume(self) -> RunReport:
        """See `AsyncDesk.resume`."""
        return drive(self._desk.resume())

    def give(
        self,
        key: str,
        items: Mapping[str, Given],
        *,
        by: Person | str | Actor | None = None,
        form: Form | str | None = None,
        source: Source | None = None,
    ) -> Answer:
        """See `AsyncDesk.give`."""
        return drive(self._desk.give(key, items, by=by, form=form, source=source))

    def give_all(self, replies: Iterable[Reply]) -> list[Answer | FeedbackKitError]:
        """See `AsyncDesk.give_all`."""
        return drive(self._desk.give_all(replies))

    def decline(self, key: str, *, reason: str | None = None, by: Person | str | Actor | None = None) -> None:
        """See `AsyncDesk.decline`."""
        return drive(self._desk.decline(key, reason=reason, by=by))

    def undo_decline(self, key: str, *, reason: str | None = None, by: Person | str | Actor | None = None) -> None:
        """See `AsyncDesk.undo_decline`."""
        return drive(self._desk.undo_decline(key, reason=reason, by=by))

    def defer(self, key: str, *, until: dt.datetime | dt.date | str, by: Person | str | None = None) -> None:
        """See `AsyncDesk.defer`."""
        return drive(self._desk.defer(key, until=until, by=by))

    def delegate(self, key: str, *, to: Person, by: Person | str | Actor | None = None) -> str:
        """See `AsyncDesk.delegate`."""
        return drive(self._desk.delegate(key, to=to, by=by))

    def undo_defer(self, key: str, *, by: Person | str | Actor | None = None) -> None:
        """See `AsyncDesk.undo_defer`."""
        return drive(self._desk.undo_defer(key, by=by))

    def undo_delegate(self, key: str, *, reason: str | None = None, by: Person | str | Actor | None = None) -> None:
        """See `AsyncDesk.undo_delegate`."""
        return drive(self._desk.undo_delegate(key, reason=reason, by=by))

    def withdraw(self, key: str, *, by: Party | str = Party.PROVIDER, reason: str | None = None) -> None:
        """See `AsyncDesk.withdraw`."""
        return drive(self._desk.withdraw(key, by=by, reason=reason))

    def opt_out(
        self,
        person: Person | str,
        *,
        scope: Scope | str = Scope.ALL,
        occasion: Occasion | str | None = None,
        about: Person | str | None = None,
        until: dt.datetime | dt.date | str | None = None,
    ) -> None:
        """See `AsyncDesk.opt_out`."""
        return drive(self._desk.opt_out(person, scope=scope, occasion=occasion, about=about, until=until))

    def pause(self, person: Person | str, *, until: dt.datetime | dt.date | str) -> None:
        """See `AsyncDesk.pause`."""
        return drive(self._desk.pause(person, until=until))

    def undo_opt_out(
        self,
        person: Person | str,
        *,
        scope: Scope | str = Scope.ALL,
        occasion: Occasion | str | None = None,
        about: Person | str | None = None,
        by: Actor | None = None,
    ) -> None:
        """See `AsyncDesk.undo_opt_out`."""
        return drive(self._desk.undo_opt_out(person, scope=scope, occasion=occasion, about=about, by=by))

    def do_not_contact(
        self,
        who: Person | str,
        *,
        contract: str,
        since: dt.datetime | dt.date | str,
        until: dt.datetime | dt.date | str | None = None,
        scope: Scope | str = Scope.ALL,
        occasion: Occasion | str | None = None,
    ) -> None:
        """See `AsyncDesk.do_not_contact`."""
        return drive(
            self._desk.do_not_contact(who, contract=contract, since=since, until=until, scope=scope, occasion=occasion)
        )

    def prefer_phone(self, person: Person | str, *, number: str | None = None, preferred: bool = True) -> None:
        """See `AsyncDesk.prefer_phone`."""
        return drive(self._desk.prefer_phone(person, number=number, preferred=preferred))

    def refusals(self, person: Person | str) -> tuple[Refusal, ...]:
        """See `AsyncDesk.refusals`."""
        return drive(self._desk.refusals(person))

    def lift_refusals(
        self,
        person: Person | str,
        *,
        about: Person | str | None = None,
        occasion: Occasion | str | None = None,
        by: Actor | None = None,
    ) -> tuple[Refusal, ...]:
        """See `AsyncDesk.lift_refusals`."""
        return drive(self._desk.lift_refusals(person, about=about, occasion=occasion, by=by))

    def owed(self, person: Person | str | None = None) -> list[OwedBenefit]:
        """See `AsyncDesk.owed`."""
        return drive(self._desk.owed(person))

    def benefits(
        self, person: Person | str | None = None, *, status: BenefitStatus | str | None = None
    ) -> list[OwedBenefit]:
        """See `AsyncDesk.benefits`."""
        return drive(self._desk.benefits(person, status=status))

    def deliver_benefit(self, request: str, *, note: str = "") -> OwedBenefit:
        """See `AsyncDesk.deliver_benefit`."""
        return drive(self._desk.deliver_benefit(request, note=note))

    def note_call(self, call: str, *, note: str = "", by: Actor | None = None) -> None:
        """See `AsyncDesk.note_call`."""
        return drive(self._desk.note_call(call, note=note, by=by))

    def record_contact(
        self,
        person: Person | str,
        *,
        at: dt.datetime | str | None = None,
        channel: str = "elsewhere",
        key: str | None = None,
    ) -> str:
        """See `AsyncDesk.record_contact`."""
        return drive(self._desk.record_contact(person, at=at, channel=channel, key=key))

    def receive(self, raw: bytes) -> Received:
        """See `AsyncDesk.receive`."""
        return drive(self._desk.receive(raw))

    def bounced(self, contact: str, *, why: str = "it came back") -> None:
        """See `AsyncDesk.bounced`."""
        return drive(self._desk.bounced(contact, why=why))

    def readdress(self, person: Person | str, email: str) -> Person:
        """See `AsyncDesk.readdress`."""
        return drive(self._desk.readdress(person, email))

    def review(self, engagement: str, *, anonymity: int = 3, by_name: Collection[Relation] | None = None) -> Review:
        """See `AsyncDesk.review`."""
        return drive(self._desk.review(engagement, anonymity=anonymity, by_name=by_name))

    def approve(self, key: str, *, by: Actor) -> None:
        """See `AsyncDesk.approve`."""
        return drive(self._desk.approve(key, by=by))

    def awaiting_approval(self, *, owner: str | None = None) -> list[RequestView]:
        """See `AsyncDesk.awaiting_approval`."""
        return drive(self._desk.awaiting_approval(owner=owner))

    def alerts(self, *, owner: str | None = None, acknowledged: bool = False) -> list[Alert]:
        """See `AsyncDesk.alerts`."""
        return drive(self._desk.alerts(owner=owner, acknowledged=acknowledged))

    def acknowledge(self, *alerts: str, by: Actor) -> None:
        """See `AsyncDesk.acknowledge`."""
        return drive(self._desk.acknowledge(*alerts, by=by))

    def find(
        self,
        *,
        state: State | str | None = None,
        about: Person | str | None = None,
        person: Person | str | None = None,
        engagement: str | None = None,
    ) -> list[RequestView]:
        """See `AsyncDesk.find`."""
        return drive(self._desk.find(state=state, about=about, person=person, engagement=engagement))

    def get(self, key: str) -> RequestView:
        """See `AsyncDesk.get`."""
        return drive(self._desk.get(key))

    def calls(self) -> list[DueCall]:
        """See `AsyncDesk.calls`."""
        return drive(self._desk.calls())

    def open_link(self, links: Links, token: str, purpose: Purpose | str) -> OpenedLink:
        """See `AsyncDesk.open_link`."""
        return drive(self._desk.open_link(links, token, purpose))

    def person(self, who: Person | str) -> Person:
        """See `AsyncDesk.person`."""
        return drive(self._desk.person(who))

    def history(self, key: str) -> list[Event]:
        """See `AsyncDesk.history`."""
        return drive(self._desk.history(key))

    def verify(self, key: str) -> None:
        """See `AsyncDesk.verify`."""
        return drive(self._desk.verify(key))

    def contacts(self, person: Person | str | None = None) -> list[ContactView]:
        """See `AsyncDesk.contacts`."""
        return drive(self._desk.contacts(person))

    def answers(self, *, about: Person | str | None = None, request: str | None = None) -> list[Answer]:
        """See `AsyncDesk.answers`."""
        return drive(self._desk.answers(about=about, request=request))

    def voices(self, *, about: Person | str | None = None) -> list[Voice]:
        """See `AsyncDesk.voices`."""
        return drive(self._desk.voices(about=about))

    def assess(
        self,
        subject: Person | str,
        *,
        scales: Mapping[str, tuple[float, float]] | None = None,
        prior: Prior | None = None,
        conflicts: Treatment | str = "leave_out",
        minimum: int = 3,
    ) -> dict[str, Assessment]:
        """See `AsyncDesk.assess`."""
        return drive(self._desk.assess(subject, scales=scales, prior=prior, conflicts=conflicts, minimum=minimum))

    def flags(
        self,
        about: Person | str,
        *,
        networks: Mapping[str, str] | None = None,
        subject_networks: Iterable[str] = (),
    ) -> list[FlagView]:
        """See `AsyncDesk.flags`."""
        return drive(self._desk.flags(about, networks=networks, subject_networks=subject_networks))

    def resolve_flag(
        self, flag: Flag | FlagView, *, about: Person | str, verdict: Verdict | str, why: str, by: Actor
    ) -> Resolution:
        """See `AsyncDesk.resolve_flag`."""
        return drive(self._desk.resolve_flag(flag, about=about, verdict=verdict, why=why, by=by))

    def dossier(
        self, subject: Person | str, audience: str = "clients", *, client: Organisation | str | None = None
    ) -> Dossier:
        """See `AsyncDesk.dossier`."""
        return drive(self._desk.dossier(subject, audience, client=client))

    def disclose(
        self,
        subject: Person | str,
        *,
        to: Organisation | str,
        audience: str = "clients",
        purpose: str | None = None,
        by: Actor | None = None,
    ) -> tuple[Dossier, Disclosure]:
        """See `AsyncDesk.disclose`."""
        return drive(self._desk.disclose(subject, to=to, audience=audience, purpose=purpose, by=by))

    def disclosures(
        self, *, about: Person | str | None = None, of: str | None = None, to: Organisation | str | None = None
    ) -> list[Disclosure]:
        """See `AsyncDesk.disclosures`."""
        return drive(self._desk.disclosures(about=about, of=of, to=to))

    def verify_disclosures(self, subject: Person | str) -> None:
        """See `AsyncDesk.verify_disclosures`."""
        drive(self._desk.verify_disclosures(subject))

    def response_figures(self, *, since: dt.datetime | str | None = None, level: float = 0.95) -> ResponseFigures:
        """See `AsyncDesk.response_figures`."""
        return drive(self._desk.response_figures(since=since, level=level))

    def explain(self, key: str) -> Explanation:
        """See `AsyncDesk.explain`."""
        return drive(self._desk.explain(key))

    def present(self) -> Present:
        """See `AsyncDesk.present`."""
        return drive(self._desk.present())

    def forecast(self, days: int, *, reactions: Script | None = None) -> Forecast:
        """See `AsyncDesk.forecast`."""
        return drive(self._desk.forecast(days, reactions=reactions))

    def close(self) -> None:
        """See `AsyncDesk.close`."""
        return drive(self._desk.close())
