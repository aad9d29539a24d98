"""What a courtesy tells beside its request: what is owed for an answer, and what was agreed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from feedbackkit.codec.values import decode_as, decode_person
from feedbackkit.desk.keys import original_key
from feedbackkit.desk.kinds import APPOINTMENT, BENEFIT, PERSON
from feedbackkit.domain.appointment import AgreedAppointment
from feedbackkit.domain.benefit import BenefitStatus, OwedBenefit
from feedbackkit.domain.contact import AGREED, ContactKind
from feedbackkit.errors import NotFound
from feedbackkit.ports import RecordKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from feedbackkit.domain.contact import ContactLine
    from feedbackkit.domain.people import Person
    from feedbackkit.ports import AsyncStore

__all__ = ["NOTHING", "Enclosed", "enclosed_with"]


class Enclosed(NamedTuple):
    """What belongs to one line."""

    owed: OwedBenefit | None = None
    appointment: AgreedAppointment | None = None
    host: Person | None = None


NOTHING: Final = Enclosed()


async def enclosed_with(store: AsyncStore, lines: Iterable[ContactLine]) -> Mapping[str, Enclosed]:
    """What belongs to each line that has something, by its request; most have nothing, and nothing is read for them."""
    enclosed: dict[str, Enclosed] = {}
    for line in lines:
        if line.kind is ContactKind.THANKS:
            enclosed[line.request] = Enclosed(owed=await _owed(store, original_key(line.request) or ""))
        elif line.kind in AGREED:
            enclosed[line.request] = await _agreed(store, original_key(line.request) or "")
    return enclosed


async def _owed(store: AsyncStore, key: str) -> OwedBenefit | None:
    """What is still owed for an answer."""
    [record] = await store.read([RecordKey(BENEFIT, key)])
    debt = None if record is None else decode_as(OwedBenefit, record.body)
    return debt if debt is not None and debt.status is BenefitStatus.OWED else None


async def _agreed(store: AsyncStore, key: str) -> Enclosed:
    [record] = await store.read([RecordKey(APPOINTMENT, key)])
    if record is None:
        raise NotFound(APPOINTMENT, key)
    agreed = decode_as(AgreedAppointment, record.body)
    [host] = await store.read([RecordKey(PERSON, agreed.host)])
    if host is None:
        raise NotFound(PERSON, agreed.host)
    return Enclosed(appointment=agreed, host=decode_person(host.body))
