"""Calls: contacts that a person of the provider's makes on the telephone, from being booked to being noted.

A call is booked when it is due, and counts from then on. It is found among the stored contacts: its channel is
`CALL_SHEET`, its status *booked* while it waits, and its lines name the requests that it speaks for. What came of it is
noted with `note_call`; an answer that was given in it comes in by `give` on the word of the provider. Until then a run
looks once a day whether it must still be made: one whose requests were closed meanwhile, or that nobody wants any more,
is struck and its booking released. When the next step of a request is due and nobody has said whether the call was
made, it is *unknown*, which counts as made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.codec.heads import Delivery, decode_contact
from feedbackkit.desk.context import until_applied, wake_others
from feedbackkit.desk.decisions.booking import CALL_LOOK_US
from feedbackkit.desk.decisions.judging import awaits_consent
from feedbackkit.desk.decisions.proposing import proposal, unreachable
from feedbackkit.desk.kinds import CONTACT
from feedbackkit.desk.sending.last_look import MOVED_ON, is_latest, let_go, read_anew
from feedbackkit.desk.sending.parcel import Parcel
from feedbackkit.domain.checks import NOTE_LIMIT, presentable, text
from feedbackkit.domain.contact import CALL_SHEET, ContactStatus
from feedbackkit.domain.decision import Held, Never
from feedbackkit.errors import NotAllowed, NotFound
from feedbackkit.ports import RecordKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.desk.runs.tally import Tally
    from feedbackkit.domain.contact import ContactLine
    from feedbackkit.domain.decision import Decision

__all__ = ["look_after", "note_call"]

_NOT_SAID: Final = "nobody said whether the call was made"


async def look_after(context: Context, parcels: Sequence[Parcel], tally: Tally) -> None:
    """Strike the calls that must not be made any more, and let the others wait on."""
    for cabinet, members in await read_anew(context, parcels):
        for parcel in members:
            _look(context, cabinet, parcel, tally)
        await wake_others(context, [cabinet])
        change = cabinet.change(context.owner, context.ids.salt)
        if change is not None:
            await context.store.write([change])  # refused, it is still due, and looked at again


def _look(context: Context, cabinet: Cabinet, parcel: Parcel, tally: Tally) -> None:
    fallen: list[tuple[ContactLine, Decision]] = []
    next_us = cabinet.now_us + CALL_LOOK_US
    for line in parcel.contact.lines:
        against = _against(context, cabinet, parcel, line)
        if against is not None:
            fallen.append((line, against))
        else:
            due_us = cabinet.requests[line.request].progress.due_us
            next_us = next_us if due_us is None else min(next_us, due_us)
    if fallen:
        let_go(cabinet, context.policy, parcel, fallen, tally)
    elif next_us <= cabinet.now_us:
        delivery = Delivery(parcel.delivery.tries, cabinet.now_us, _NOT_SAID)
        cabinet.others.append(parcel.settled(ContactStatus.UNKNOWN, delivery))
        tally.counts["unknown"] += 1
        tally.unknown.append(parcel.contact.id)
    else:
        cabinet.others.append(parcel.settled(ContactStatus.BOOKED, parcel.delivery, next_us))
        tally.expect(next_us)


def _against(context: Context, cabinet: Cabinet, parcel: Parcel, line: ContactLine) -> Never | Held | None:
    """Why a line must not be spoken of any more; what the rules only put off is left to whoever calls.

    Without the subject's consent nobody is called for a reference check.
    """
    file = cabinet.requests.get(line.request)
    if file is None or not is_latest(file, parcel):
        return MOVED_ON
    asked = proposal(cabinet, file, line.kind)
    verdict = unreachable(asked) or context.policy.rules.earliest(cabinet.now_us, asked)
    if isinstance(verdict, Never) or (isinstance(verdict, Held) and awaits_consent(cabinet, file)):
        return verdict
    return None


async def note_call(context: Context, contact: str, *, note: str = "", actor: str | None = None) -> None:
    """Note that a call was made, whether or not somebody was reached: it counts as sent.

    Noted twice it counts once; one that is *unknown* may still be noted. One that was struck raises `NotAllowed`, an id
    of no call `NotFound`.
    """
    text("call.note", note, limit=NOTE_LIMIT, empty=True)

    async def attempt(cabinet: Cabinet) -> None:
        [record] = await context.store.read([RecordKey(CONTACT, contact)])
        if record is None or decode_contact(record)[0].channel != CALL_SHEET:
            raise NotFound("call", presentable(contact))
        parcel = Parcel.stored(record)
        if parcel.status is ContactStatus.RELEASED:
            raise NotAllowed(f"call {contact!r} was struck from the call sheet; record it as a contact made elsewhere")
        if parcel.status is not ContactStatus.SENT:
            cabinet.others.append(parcel.settled(ContactStatus.SENT, Delivery(1, cabinet.now_us, note)))

    await until_applied(context, f"call {contact!r}", attempt, actor=actor)
