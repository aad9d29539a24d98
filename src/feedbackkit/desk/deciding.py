"""What is decided about due requests: pure work on a cabinet, no store and no channel in sight.

All due requests of one person are decided together, against that person's ledger and the organisation's, and what may
go out now goes out as one contact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, final

import attrs

from feedbackkit.codec.heads import Delivery, encode_contact
from feedbackkit.desk.turns import in_turn, leave_line, line_up, rank_us, those_before, waiting
from feedbackkit.domain.alerts import AlertKind
from feedbackkit.domain.contact import CALL_SHEET, COURTESIES, Contact, ContactKind, ContactLine, ContactStatus
from feedbackkit.domain.decision import At, Held, Never, Reason
from feedbackkit.domain.ledger import Refusal
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import CourtesyKind, EventKind, Occasion, State
from feedbackkit.domain.times import DAY_US
from feedbackkit.policies import Cadence, ContactRules, Proposal, StepKind, Valuation, default_value
from feedbackkit.policies.consent import consents
from feedbackkit.policies.memory import RefusalMemory
from feedbackkit.ports import Put
from feedbackkit.workflow.requests import OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from feedbackkit.desk.cabinet import Cabinet, LedgerFile, RequestFile
    from feedbackkit.desk.tally import Tally
    from feedbackkit.domain.decision import Decision
    from feedbackkit.domain.people import Person
    from feedbackkit.domain.request import Request

__all__ = [
    "APPROVAL",
    "CALL_LOOK_US",
    "CONTACT",
    "NO_ADDRESS",
    "NO_WAY",
    "Booking",
    "Expiry",
    "Policy",
    "awaits_consent",
    "book",
    "booked_as",
    "by_phone",
    "close",
    "contact_put",
    "decide_person",
    "is_vain",
    "judge",
    "kind_of",
    "next_due",
    "nudge_key",
    "original_key",
    "proposal",
    "silence_ends_us",
    "take_step",
    "unreachable",
    "wake",
    "wake_held",
]

CONTACT: Final = "contact"
_KEEP_LEAST_US: Final = 400 * DAY_US
APPROVAL: Final = "approval"
"""The name under which reasons speak of a missing approval."""
NO_WAY: Final = "address"
"""The name under which reasons speak of a missing address or number."""
NO_ADDRESS: Final = Held("an address is known", (Reason(NO_WAY, None, "no address is known"),))
_NO_NUMBER: Final = Never((Reason(NO_WAY, None, "no telephone number is known"),))
_RATHER_CALLED: Final = Never((Reason("preference", None, "the person would rather be called than written to"),))
_TO_CALL: Final = "by telephone: it stands on the call sheet"
_NO_CONTACT: Final = frozenset({StepKind.NUDGE, StepKind.EXPIRE})
"""Steps at which nobody is contacted in the respondent's group."""
CALL_LOOK_US: Final = DAY_US
"""How often a call that waits is looked at: whether it must still be made."""
_SLOT_FREE: Final = "what it waited for has happened"
_TOGETHER: Final = "it was due soon, and goes together with what is due now"


@final
@attrs.frozen
class Policy:
    """The opinions that a desk holds."""

    rules: ContactRules
    cadence: Cadence
    value: Valuation = default_value

    def ladder(self, request: Request) -> Cadence:
        """The ladder of a request: for a nudge and a courtesy one contact, and nothing after it."""
        return self.cadence if request.about_request is None else Cadence(reminders=(), rest=self.cadence.rest)

    @property
    def slot_kept_us(self) -> int:
        """For how long an ask that is moved keeps its slot: as long as the contacts of others may make it wait.

        What is moved further, by a wish against its occasion for instance, would only stand in the way of the others.
        """
        return self.rules.lookback_us + 7 * DAY_US

    @property
    def keep_us(self) -> int:
        """How long a ledger remembers a contact, at least."""
        return max(_KEEP_LEAST_US, self.rules.lookback_us)


def kind_of(request: Request, step: StepKind) -> ContactKind:
    """What the contact of a step is for."""
    if request.courtesy is not None:
        return ContactKind(request.courtesy.kind.value)
    return ContactKind(step.value) if request.nudges is None else ContactKind.NUDGE


def by_phone(person: Person, kind: ContactKind) -> bool:
    """Whether a contact is a call: where the ladder has one, and where the person would rather be called.

    Nobody is called for a courtesy.
    """
    return kind is ContactKind.CALL or (person.by_phone and person.phone is not None and kind not in COURTESIES)


def unreachable(asked: Proposal) -> Held | Never | None:
    """Why a contact cannot reach its person; `None` where it can."""
    if asked.by_phone:
        return _NO_NUMBER if asked.person.phone is None else None
    if asked.person.by_phone and asked.kind in COURTESIES:
        return _RATHER_CALLED
    return NO_ADDRESS if asked.person.email is None else None


def proposal(cabinet: Cabinet, file: RequestFile, kind: ContactKind, *, rank_by: Policy | None = None) -> Proposal:
    """The next contact about a request, against the ledgers as they are in hand; with its rank where that matters."""
    person, request = cabinet.person(file.respondent), file.request
    rank = None if rank_by is None or not person.ledger.woken else rank_us(cabinet, rank_by, file)
    about = cabinet.people.get(request.subject) if request.occasion is Occasion.REFERENCE_CHECK else None
    return Proposal(
        request=request,
        kind=kind,
        person=person.person,
        ledger=person.ledger,
        organisation=cabinet.organisation(file.organisation).ledger,
        subject=None if about is None else about.person,
        rank_us=rank,
        by_phone=by_phone(person.person, kind),
    )


def next_due(cabinet: Cabinet, policy: Policy, file: RequestFile, at_us: int, kind: StepKind) -> At:
    """When a step that the ladder has at `at_us` will be looked at: where the rules, as things stand, move it.

    What they hold or refuse then is left to the day itself, for things will have changed.
    """
    if kind in _NO_CONTACT:
        return At(at_us)
    decision = policy.rules.earliest(at_us, proposal(cabinet, file, kind_of(file.request, kind), rank_by=policy))
    return decision if isinstance(decision, At) else At(at_us)


def wake_held(policy: Policy, person: LedgerFile) -> tuple[str, ...]:
    """Take those out of a person's held requests whose turn it is, the first in turn first, and name them.

    Those for which there is a slot keep it until they are asked, so that it is given away once. What was woken in vain
    is passed over, until something happens that makes room.
    """
    ledger, room = person.ledger, person.makes_room
    if not ledger.held:
        return ()
    held = ledger.held
    if room:
        held = tuple([attrs.evolve(each, in_vain=False) if each.in_vain else each for each in held])
    slots = policy.rules.slots(ledger)
    with_a_slot = [each for each in held if not each.in_vain and each.key not in ledger.open][:slots]
    if room and (slots is None or person.wake_all):
        woken = held
    else:  # a reminder needs no slot
        woken = tuple([each for each in held if each in with_a_slot or (room and each.key in ledger.open)])
    kept = tuple([each for each in held if each not in woken])
    if kept != ledger.held:
        their_turn = ledger.woken if slots is None else (*ledger.woken, *with_a_slot)
        person.ledger = attrs.evolve(ledger, held=kept, woken=their_turn)
    return tuple([each.key for each in woken])


def wake(cabinet: Cabinet, keys: Iterable[str]) -> None:
    """Let held requests become due now, or on the date that was chosen; the due and the closed stay as they are."""
    for key in keys:
        file = cabinet.requests.get(key)
        if file is not None and file.progress.state in OPEN and file.progress.due_us is None:
            due_us = max(cabinet.now_us, file.progress.chosen_us or 0)
            cabinet.happen(file, EventKind.RESCHEDULED, due_us=due_us, reason=_SLOT_FREE)


def close(cabinet: Cabinet, file: RequestFile) -> None:
    """Strike a request that is no longer open from its respondent's ledger, and note the answer there.

    In a transaction of the caller's the ledger is left to the next run: others wait for whoever holds it.
    """
    if cabinet.joined and file.progress.state not in OPEN:
        file.unnoted_us = cabinet.now_us
        return
    closed_us = cabinet.now_us if file.unnoted_us is None else file.unnoted_us
    file.unnoted_us = None
    person = cabinet.person(file.respondent)
    person.ledger = person.ledger.closed(file.key)
    leave_line(cabinet, file)
    if file.progress.state is State.GIVEN:
        person.ledger = person.ledger.answered(closed_us).unrefused(file.key)
    elif file.progress.state is State.DECLINED and file.request.about_request is None:
        no = Refusal(file.request.subject, file.request.occasion, closed_us, file.key)
        person.ledger = person.ledger.refused(no)


class Booking(NamedTuple):
    """How a contact is booked in writing: the channel that carries it, and as what it is stored."""

    channel: str
    status: ContactStatus
    delivery: Delivery
    reason: str | None = None
    """What history says of the steps that are made with it."""


def decide_person(
    cabinet: Cabinet,
    policy: Policy,
    due: Sequence[RequestFile],
    *,
    booking: Booking,
    tally: Tally,
    soon: Sequence[RequestFile] = (),
    verdict: Judge | None = None,
) -> Contact | None:
    """Decide each of one person's due requests now; the contact that goes out for some of them is booked, or `None`.

    `soon` is what will be due soon: it goes with a contact in writing that is made now, if the rules let it.
    `verdict` says what becomes of a step: `judge`, unless said otherwise. What is to be said on the telephone is booked
    for the call sheet, and does not come back; where it meets what is written, the more valuable is decided first.
    """
    for file in due:
        if file.unnoted_us is not None:
            close(cabinet, file)
            file.changed = True
    [in_order] = in_turn(cabinet, policy, [list(due)])
    calls = (
        [file for file in in_order if _next_by_phone(cabinet, policy, file)] if _may_call(cabinet, policy, due) else []
    )
    if not calls:
        return _decide_together(
            cabinet, policy, in_order, booking=booking, tally=tally, judge=verdict or judge, soon=soon
        )
    written = [file for file in in_order if file not in calls]
    on_sheet = Booking(CALL_SHEET, ContactStatus.BOOKED, Delivery(), booking.reason or _TO_CALL)
    if booking.status is ContactStatus.UNKNOWN:
        on_sheet = booking._replace(channel=CALL_SHEET)
    contact: Contact | None = None
    for files in (calls, written) if in_order[0] is calls[0] else (written, calls):
        as_what = on_sheet if files is calls else booking
        riding = soon if files is written else ()
        booked = _decide_together(
            cabinet, policy, files, booking=as_what, tally=tally, judge=verdict or judge, soon=riding
        )
        contact = booked if files is written else contact
    return contact


def _may_call(cabinet: Cabinet, policy: Policy, due: Sequence[RequestFile]) -> bool:
    """Whether anything due could be a call; mostly nothing can, and that costs little to see."""
    return bool(policy.cadence.then) or cabinet.person(due[0].respondent).person.by_phone


def _next_by_phone(cabinet: Cabinet, policy: Policy, file: RequestFile) -> bool:
    """Whether what is due about a request is a call."""
    step = policy.ladder(file.request).next_step(file.progress)
    if step is None or step.kind in _NO_CONTACT:
        return False
    return by_phone(cabinet.person(file.respondent).person, kind_of(file.request, step.kind))


def _decide_together(
    cabinet: Cabinet,
    policy: Policy,
    files: Sequence[RequestFile],
    *,
    booking: Booking,
    tally: Tally,
    judge: Judge,
    soon: Sequence[RequestFile],
) -> Contact | None:
    """Decide requests that one contact can speak for."""
    lines: list[tuple[RequestFile, ContactLine]] = []
    for file in files:
        line = _decide(cabinet, policy, file, judge, tally)
        if line is not None:
            lines.append((file, line))
    if not lines:
        return None
    for file in in_turn(cabinet, policy, [list(soon)])[0] if soon else ():
        line = _ride(cabinet, policy, file)
        if line is not None:
            lines.append((file, line))
            tally.counts["together"] += 1
    return book(cabinet, policy, lines, booking=booking, tally=tally)


def _ride(cabinet: Cabinet, policy: Policy, file: RequestFile) -> ContactLine | None:
    """The line of a request that will be due soon, in a contact that is made now; `None` where it has to wait.

    A date that the respondent chose is kept, and so is one that something else than the rules has set, such as the time
    for a reply by mail to be read.
    """
    progress, now_us = file.progress, cabinet.now_us
    if progress.chosen_us is not None and progress.chosen_us > now_us:
        return None
    step = policy.ladder(file.request).next_step(progress)
    if step is None or step.kind in _NO_CONTACT or _next_by_phone(cabinet, policy, file):
        return None
    verdict = judge(cabinet, policy, file, step.kind, now_us)
    if not isinstance(verdict, At) or verdict.at_us > now_us:
        return None
    due_us = progress.due_us or now_us
    if step.at_us < due_us and next_due(cabinet, policy, file, step.at_us, step.kind).at_us < due_us:
        return None
    return _line(cabinet, file, step.kind)


def _line(cabinet: Cabinet, file: RequestFile, step: StepKind) -> ContactLine:
    """The line of a step that goes now, its request noted as open."""
    person = cabinet.person(file.respondent)
    kind = kind_of(file.request, step)
    # A nudge and a courtesy ask for no answer: nothing is open by them.
    opens = file.request.about_request is None
    person.ledger = person.ledger.opened(file.key) if opens else person.ledger.unheld(file.key)
    leave_line(cabinet, file)
    return ContactLine(file.key, kind, file.progress.step + 1)


def _decide(cabinet: Cabinet, policy: Policy, file: RequestFile, judge: Judge, tally: Tally) -> ContactLine | None:
    """Decide one due request: a line for the contact that may go now, or `None` when something else happened."""
    now_us = cabinet.now_us
    step = policy.ladder(file.request).next_step(file.progress)
    if step is None:
        return None
    if step.kind is StepKind.NUDGE:
        _nudge(cabinet, policy, file, tally)
        return None
    verdict = judge(cabinet, policy, file, step.kind, now_us)
    if isinstance(verdict, Expiry):
        tally.blame("stopped", verdict.because)
        _expire(cabinet, file, verdict.reason, tally, because=verdict.because)
        return None
    if isinstance(verdict, At) and verdict.at_us <= now_us:
        return _line(cabinet, file, step.kind)
    _put_off(cabinet, policy, file, step.kind, verdict, tally)
    return None


def _nudge(cabinet: Cabinet, policy: Policy, file: RequestFile, tally: Tally) -> None:
    """Take the rung at which the subject is asked to speak to the respondent; `nudging` makes the request of it."""
    following = policy.cadence.step_after(file.progress.step + 1, cabinet.now_us)
    cabinet.happen(file, EventKind.NUDGED, ref=nudge_key(file.key), due_us=following.at_us, party=Party.RULES)
    cabinet.nudged.append(file)
    tally.counts["nudged"] += 1


def nudge_key(key: str) -> str:
    """The key of the request by which a subject is asked to speak to the respondent of another."""
    return f"{key}/nudge"


_ABOUT_ANOTHER: Final = frozenset({"nudge", *CourtesyKind})


def original_key(key: str) -> str | None:
    """The key of the request that a nudge or a courtesy of that key would be about; `None` for any other key."""
    original, _, last = key.rpartition("/")
    return original if last in _ABOUT_ANOTHER else None


class Expiry(NamedTuple):
    """The request ends in silence instead of a contact."""

    reason: str
    because: tuple[Reason, ...] = ()
    """What the rules had to do with it."""


Judge: TypeAlias = "Callable[[Cabinet, Policy, RequestFile, StepKind, int], Decision | Expiry]"


def judge(cabinet: Cabinet, policy: Policy, file: RequestFile, kind: StepKind, at_us: int) -> Decision | Expiry:
    """What becomes of a step that is looked at at an instant, as things stand in hand; nothing is changed."""
    if kind is StepKind.EXPIRE:
        asks = file.request.about_request is None
        return Expiry("no answer after the last reminder" if asks else "it needs no answer")
    if kind is StepKind.NUDGE:
        return At(at_us)
    if is_vain(cabinet, file):
        return Expiry("the request that it is about has moved on")
    until_us = file.request.until_us if kind is StepKind.ASK else None
    if until_us is not None and at_us >= until_us:
        return Expiry("its time had passed before anybody was asked")
    asking = proposal(cabinet, file, kind_of(file.request, kind), rank_by=policy)
    decision = _unapproved(file, kind) or unreachable(asking) or policy.rules.earliest(at_us, asking)
    if asking.organisation.line and isinstance(decision, At) and decision.at_us == at_us:
        asking = attrs.evolve(asking, organisation=those_before(cabinet, policy, file, asking.organisation))
        decision = policy.rules.earliest(at_us, asking)
    return decision if until_us is None else _in_time(file, decision, until_us)


def _in_time(file: RequestFile, decision: Decision, until_us: int) -> Decision | Expiry:
    """The end, where no time is left for an ask; a courtesy does not wait for something to happen."""
    if isinstance(decision, At) and decision.at_us >= until_us:
        return Expiry(f"no time was left for it: {decision.because[-1].text}", decision.because)
    if isinstance(decision, Held) and file.request.courtesy is not None:
        return Expiry(f"it does not wait: {decision.because[-1].text}", decision.because)
    return decision


def _unapproved(file: RequestFile, kind: StepKind) -> Held | None:
    """Held, where nobody may be asked before a person of the provider's approves it."""
    if kind is not StepKind.ASK or not file.awaits_approval:
        return None
    return Held("somebody approves it", (Reason(APPROVAL, None, file.request.approval or ""),))


def is_vain(cabinet: Cabinet, file: RequestFile) -> bool:
    """Whether it is a nudge about a request that is closed by now, or a courtesy that is not true any more.

    The request that it is about must have been read, where it is there.
    """
    original = file.request.about_request
    if original is None:
        return False
    about = cabinet.requests.get(original)
    if about is None:
        return True
    courtesy = file.request.courtesy
    return about.progress.state not in OPEN if courtesy is None else not courtesy.holds(about.progress)


def silence_ends_us(policy: Policy, file: RequestFile, at_us: int) -> int:
    """When a request expires whose respondent must not be reminded any more: an answer may still come until then."""
    anchor_us = file.progress.anchor_us
    return at_us if anchor_us is None else max(at_us, anchor_us + policy.cadence.rest_us)


def _expire(
    cabinet: Cabinet, file: RequestFile, reason: str, tally: Tally, *, because: tuple[Reason, ...] = ()
) -> None:
    cabinet.happen(file, EventKind.EXPIRED, reason=reason, because=because, party=Party.RULES)
    close(cabinet, file)
    tally.counts["expired"] += 1


def _put_off(
    cabinet: Cabinet, policy: Policy, file: RequestFile, kind: StepKind, decision: Decision, tally: Tally
) -> None:
    """What the rules do not allow now: later, when something happens, or not at all.

    Whoever has declined is not reminded of the same by another request a year later: that one falls silent.
    """
    if isinstance(decision, At) and kind is not StepKind.ASK and _was_refused(policy, decision):
        tally.blame("stopped", decision.because)
        _leave_in_peace(cabinet, policy, file, kind, Never(decision.because), tally)
    elif isinstance(decision, At):
        tally.blame("moved", decision.because)
        if decision.at_us > cabinet.now_us + policy.slot_kept_us:
            person = cabinet.person(file.respondent)
            person.ledger = person.ledger.unheld(file.key)
        if any(reason.rule in policy.rules.shared for reason in decision.because):
            line_up(cabinet, policy, file, decision.at_us)
        else:
            leave_line(cabinet, file)
        cabinet.happen(file, EventKind.RESCHEDULED, due_us=decision.at_us, because=decision.because)
        tally.counts["postponed"] += 1
    elif isinstance(decision, Held) and awaits_consent(cabinet, file):
        _await_consent(cabinet, policy, file, kind, decision, tally)
    elif isinstance(decision, Held) and kind is StepKind.ASK and file.awaits_approval:
        tally.blame("held", decision.because)
        _await_approval(cabinet, file, decision, tally)
    elif isinstance(decision, Held):
        tally.blame("held", decision.because)
        cabinet.happen(file, EventKind.RESCHEDULED, because=decision.because, reason=f"waits until {decision.until}")
        person = cabinet.person(file.respondent)
        person.ledger = person.ledger.holding(waiting(cabinet, policy, file))
        leave_line(cabinet, file)
        tally.counts["held"] += 1
    else:
        tally.blame("stopped", decision.because)
        _leave_in_peace(cabinet, policy, file, kind, decision, tally)


def _was_refused(policy: Policy, decision: At) -> bool:
    names = {rule.name for rule in policy.rules.rules if isinstance(rule, RefusalMemory)}
    return any(reason.rule in names for reason in decision.because)


def _await_consent(
    cabinet: Cabinet, policy: Policy, file: RequestFile, kind: StepKind, decision: Held, tally: Tally
) -> None:
    """Wait for the subject's consent until the time has passed, in nobody's slot; after the ask, fall silent."""
    if kind is not StepKind.ASK:
        tally.blame("stopped", decision.because)
        _leave_in_peace(cabinet, policy, file, kind, Never(decision.because), tally)
        return
    tally.blame("held", decision.because)
    person = cabinet.person(file.respondent)
    person.ledger = person.ledger.unheld(file.key)
    leave_line(cabinet, file)
    reason, due_us = f"waits until {decision.until}", file.request.until_us
    cabinet.happen(file, EventKind.RESCHEDULED, due_us=due_us, because=decision.because, reason=reason)
    tally.counts["held"] += 1


def awaits_consent(cabinet: Cabinet, file: RequestFile) -> bool:
    """Whether it is a reference check that its subject has not consented to."""
    if file.request.occasion is not Occasion.REFERENCE_CHECK:
        return False
    subject = cabinet.people.get(file.request.subject)
    return subject is None or not consents(subject.person, cabinet.now_us)


def _await_approval(cabinet: Cabinet, file: RequestFile, decision: Held, tally: Tally) -> None:
    """Wait for a person, who is alerted, until its time has passed; it takes nobody's slot meanwhile."""
    person = cabinet.person(file.respondent)
    person.ledger = person.ledger.unheld(file.key)
    leave_line(cabinet, file)
    reason, due_us = f"waits until {decision.until}", file.request.until_us
    cabinet.happen(file, EventKind.RESCHEDULED, due_us=due_us, because=decision.because, reason=reason)
    cabinet.alert(file, AlertKind.APPROVAL, f"approval-{file.next_version}", decision.because[-1].text)
    tally.counts["awaiting approval"] += 1


def _leave_in_peace(
    cabinet: Cabinet, policy: Policy, file: RequestFile, kind: StepKind, decision: Never, tally: Tally
) -> None:
    """An ask that must not go is withdrawn; after one, the request only falls silent: an answer may still come."""
    text = "; ".join(reason.text for reason in decision.because)
    ends_us = silence_ends_us(policy, file, cabinet.now_us)
    if kind is StepKind.ASK:
        cabinet.happen(file, EventKind.WITHDRAWN, party=Party.RULES, because=decision.because, reason=text)
        close(cabinet, file)
        tally.counts["left in peace"] += 1
    elif ends_us > cabinet.now_us:
        cabinet.happen(file, EventKind.RESCHEDULED, due_us=ends_us, because=decision.because)
        tally.counts["silenced"] += 1
    else:
        _expire(cabinet, file, f"not reminded: {text}", tally)


def take_step(
    cabinet: Cabinet, policy: Policy, file: RequestFile, line: ContactLine, contact: str, *, reason: str | None = None
) -> At:
    """Let the step of a line happen with a contact of now; when the next one will be looked at."""
    kind = EventKind.REQUESTED if line.step == 1 else EventKind.REMINDED
    step = policy.ladder(file.request).step_after(line.step, cabinet.now_us)
    following = next_due(cabinet, policy, file, step.at_us, step.kind)
    cabinet.happen(file, kind, ref=contact, due_us=following.at_us, because=following.because, reason=reason)
    return following


def booked_as(*, harmless: bool) -> tuple[ContactStatus, Delivery]:
    """How a contact is stored that is to be sent at once.

    Where its channel may be handed it twice it is marked as in hand together with its booking. Whoever finds it after
    a crash cannot tell whether it went out, and need not: it is sent again, under its id.
    """
    return (ContactStatus.SENDING, Delivery(1)) if harmless else (ContactStatus.BOOKED, Delivery())


def contact_put(
    contact: Contact,
    version: int,
    due_us: int | None,
    status: ContactStatus,
    delivery: Delivery,
    *,
    refs: tuple[str, ...] = (),
) -> Put:
    """The write of a whole contact, which is leased by its organisation, or by the person without one.

    `refs`: by what else it can be found, its token for instance.
    """
    group, head = contact.organisation or contact.person, encode_contact(contact, delivery)
    return Put(CONTACT, contact.id, version, due_us, group, (contact.person, *refs), status.value, head, b"")


def book(
    cabinet: Cabinet,
    policy: Policy,
    lines: Sequence[tuple[RequestFile, ContactLine]],
    *,
    booking: Booking,
    tally: Tally,
) -> Contact:
    """Book one contact for some requests of one person: ledgers, transitions and the outgoing message, together."""
    now_us = cabinet.now_us
    first = lines[0][0]
    contact = Contact(
        id=f"{first.key}#{first.progress.attempt + 1}",
        person=first.respondent,
        organisation=first.organisation,
        lines=tuple(line for _, line in lines),
        channel=booking.channel,
        booked_us=now_us,
    )
    cabinet.count(contact.person, contact.organisation, now_us, keep_us=policy.keep_us)
    for file, line in lines:
        early = (file.progress.due_us or 0) > now_us
        reason = _TOGETHER if early else booking.reason
        following = take_step(cabinet, policy, file, line, contact.id, reason=reason)
        tally.blame("moved", following.because)
        tally.counts[file.progress.state.value] += 1
    due_us = None if booking.status is ContactStatus.UNKNOWN else now_us
    if due_us is not None and booking.channel == CALL_SHEET:
        due_us = now_us + CALL_LOOK_US
    cabinet.others.append(contact_put(contact, 0, due_us, booking.status, booking.delivery))
    return contact
