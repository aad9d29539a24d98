"""What is decided about due requests: pure work on a cabinet, no store and no channel in sight.

All due requests of one person are decided together, against that person's ledger and the organisation's, and what may
go out now goes out as one contact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.codec.heads import Delivery
from feedbackkit.desk.decisions.booking import Booking, book
from feedbackkit.desk.decisions.judging import Expiry, judge
from feedbackkit.desk.decisions.proposing import NO_CONTACT, by_phone, kind_of, next_due
from feedbackkit.desk.decisions.putting_off import expire, put_off
from feedbackkit.desk.decisions.slots import close
from feedbackkit.desk.decisions.turns import in_turn, leave_line
from feedbackkit.desk.keys import nudge_key
from feedbackkit.domain.contact import CALL_SHEET, ContactLine, ContactStatus
from feedbackkit.domain.decision import At
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import EventKind
from feedbackkit.policies import StepKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.decisions.judging import Judge
    from feedbackkit.desk.files import RequestFile
    from feedbackkit.desk.policy import Policy
    from feedbackkit.desk.runs.tally import Tally
    from feedbackkit.domain.contact import Contact

__all__ = ["decide_person"]

_TO_CALL: Final = "by telephone: it stands on the call sheet"


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
    if step is None or step.kind in NO_CONTACT:
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
    if step is None or step.kind in NO_CONTACT or _next_by_phone(cabinet, policy, file):
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
        expire(cabinet, file, verdict.reason, tally, because=verdict.because)
        return None
    if isinstance(verdict, At) and verdict.at_us <= now_us:
        return _line(cabinet, file, step.kind)
    put_off(cabinet, policy, file, step.kind, verdict, tally)
    return None


def _nudge(cabinet: Cabinet, policy: Policy, file: RequestFile, tally: Tally) -> None:
    """Take the rung at which the subject is asked to speak to the respondent; `nudging` makes the request of it."""
    following = policy.cadence.step_after(file.progress.step + 1, cabinet.now_us)
    cabinet.happen(file, EventKind.NUDGED, ref=nudge_key(file.key), due_us=following.at_us, party=Party.RULES)
    cabinet.nudged.append(file)
    tally.counts["nudged"] += 1
