"""The call sheet: who is to be called, from when, about what, and what was said before. Nothing here writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.codec.values import decode_as
from feedbackkit.desk.kinds import ANSWER, CONTACT
from feedbackkit.desk.looks import looking
from feedbackkit.desk.paging import pages
from feedbackkit.desk.plans.questioning import questionnaire_of
from feedbackkit.desk.sending.last_look import read_anew, verdict_of
from feedbackkit.desk.sending.parcel import Parcel
from feedbackkit.desk.views import CallLine, DueCall, RequestView
from feedbackkit.domain.answer import Answer
from feedbackkit.domain.contact import CALL_SHEET, ContactStatus
from feedbackkit.domain.decision import At

if TYPE_CHECKING:
    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context

__all__ = ["calls"]


async def calls(context: Context) -> list[DueCall]:
    """The calls that wait to be made, those that are allowed first come first, then by booking and id.

    A line that must not be spoken of any more is left out, and a call without a line, too; the next run strikes them.
    """
    booked = [Parcel.stored(record) async for record in pages(context, CONTACT, state=ContactStatus.BOOKED.value)]
    parcels = [parcel for parcel in booked if parcel.contact.channel == CALL_SHEET]
    sheet: list[DueCall] = []
    for cabinet, members in await read_anew(context, parcels):
        for parcel in members:
            call = await _call(context, cabinet, parcel)
            if call is not None:
                sheet.append(call)
    return sorted(sheet, key=lambda call: (call.allowed_us, call.contact.booked_us, call.contact.id))


async def _call(context: Context, cabinet: Cabinet, parcel: Parcel) -> DueCall | None:
    now_us = context.clock.now_us()
    contact = parcel.contact
    verdicts = [verdict_of(context, cabinet, parcel, line, now_us) for line in contact.lines]
    standing = [
        (line.request, verdict)
        for line, verdict in zip(contact.lines, verdicts, strict=True)
        if isinstance(verdict, At)
    ]
    if not standing:
        return None
    given = await _given_by(context, contact.person)
    return DueCall(
        contact=contact,
        person=cabinet.person(contact.person).person,
        lines=tuple([await _line(context, cabinet, key, given) for key, _ in standing]),
        allowed_us=max(verdict.at_us for _, verdict in standing),
        because=tuple(dict.fromkeys(reason for _, verdict in standing for reason in verdict.because)),
    )


async def _line(context: Context, cabinet: Cabinet, key: str, given: dict[tuple[str, str], Answer]) -> CallLine:
    file = cabinet.requests[key]
    request = file.request
    return CallLine(
        view=RequestView(request=request, progress=file.progress),
        subject=await looking.person(context, request.subject),
        questionnaire=None if request.questionnaire is None else await questionnaire_of(context, request.questionnaire),
        past=tuple(await looking.history(context, key)),
        answers=tuple(answer for (subject, _), answer in sorted(given.items()) if subject == request.subject),
    )


async def _given_by(context: Context, person: str) -> dict[tuple[str, str], Answer]:
    """What a person has said so far, by whom it is about and to which request: the answers in force."""
    given: dict[tuple[str, str], Answer] = {}
    async for record in pages(context, ANSWER, ref=person):
        subject, respondent = record.refs[:2]
        answer = decode_as(Answer, record.body)
        before = given.get((subject, answer.request))
        if respondent == person and (before is None or before.revision < answer.revision):
            given[subject, answer.request] = answer
    return given
