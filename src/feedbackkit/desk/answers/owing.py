"""Benefits: promised in an ask, owed with the answer in the same change, and delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from feedbackkit.codec.values import decode_as, encode
from feedbackkit.desk.context import until_applied
from feedbackkit.desk.kinds import BENEFIT
from feedbackkit.domain.benefit import BenefitStatus, OwedBenefit
from feedbackkit.domain.checks import NOTE_LIMIT, presentable, text
from feedbackkit.errors import NotFound
from feedbackkit.ports import Put, RecordKey

if TYPE_CHECKING:
    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.desk.files import RequestFile

__all__ = ["deliver_benefit", "owe"]


def owe(cabinet: Cabinet, file: RequestFile) -> None:
    """Owe what was promised for the first answer to a request; a revised one brings nothing more.

    What the answer says is not looked at, here or anywhere.
    """
    benefit = file.request.benefit
    if benefit is not None:
        owed = OwedBenefit(request=file.key, person=file.respondent, benefit=benefit, since_us=cabinet.now_us)
        cabinet.others.append(_put(owed, 0, file.group))


def _put(owed: OwedBenefit, version: int, group: str) -> Put:
    return Put(BENEFIT, owed.request, version, None, group, (owed.person,), owed.status.value, b"[1]", encode(owed))


async def deliver_benefit(context: Context, request: str, *, note: str) -> OwedBenefit:
    """Note that a respondent has what was promised for a request; said twice it counts once."""
    text("benefit.note", note, limit=NOTE_LIMIT, empty=True)
    delivered: list[OwedBenefit] = []

    async def attempt(cabinet: Cabinet) -> None:
        delivered.clear()
        [record] = await context.store.read([RecordKey(BENEFIT, request)])
        if record is None:
            raise NotFound(BENEFIT, presentable(request))
        owed = decode_as(OwedBenefit, record.body)
        if owed.status is BenefitStatus.OWED:
            owed = attrs.evolve(owed, status=BenefitStatus.DELIVERED, delivered_us=cabinet.now_us, note=note)
            cabinet.others.append(_put(owed, record.version, record.group))
        delivered.append(owed)

    await until_applied(context, f"the benefit of {request!r}", attempt)
    return delivered[0]
