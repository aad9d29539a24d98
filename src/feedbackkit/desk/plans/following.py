"""Following what came back: plans move, siblings that are no longer needed are let go, owners are alerted.

An answer, a no or an ended silence is noted as a signal in the same change, under a key of its own, so that it touches
nothing that others wait for. A run follows signals before it sends anything: all that one brings is one change, which
also marks it as followed. Whatever dies, it is followed by the next run; followed twice it changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedbackkit.codec.values import StoredEngagement, decode_as
from feedbackkit.desk.context import until_applied
from feedbackkit.desk.kinds import ALERT, ENGAGEMENT, SIGNAL
from feedbackkit.desk.plans.coming_back import signals_of
from feedbackkit.desk.plans.planning import replan, take_requests_in_hand
from feedbackkit.desk.plans.reconciling import stop_siblings
from feedbackkit.domain.alerts import AlertKind
from feedbackkit.domain.request import Occasion
from feedbackkit.domain.signals import SignalKind
from feedbackkit.errors import NotFound, SetupError, StoreError
from feedbackkit.ports import RecordKey, Update

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context
    from feedbackkit.desk.runs.aside import Aside
    from feedbackkit.desk.runs.tally import Tally
    from feedbackkit.domain.signals import Signal
    from feedbackkit.ports import Record

__all__ = ["follow"]


async def follow(context: Context, due: Sequence[Record], tally: Tally, aside: Aside) -> None:
    """Follow signals, those of one engagement together; what fails there is set aside, and keeps no other."""
    engagements: dict[str, list[Record]] = {}
    for record in due:
        engagements.setdefault(record.refs[0], []).append(record)
    for engagement, records in engagements.items():
        try:
            await _follow(context, engagement, [RecordKey(SIGNAL, record.key) for record in records])
        except (StoreError, SetupError):
            raise
        except Exception as error:  # noqa: BLE001 - playbooks and readings are the user's, and may raise anything
            for record in records:
                key, why = RecordKey(SIGNAL, record.key), type(error).__name__
                aside.put(key, group=record.group, due_us=record.due or 0, why=why)
        else:
            tally.counts["followed"] += len(records)


async def _follow(context: Context, engagement: str, keys: Sequence[RecordKey]) -> None:
    async def attempt(cabinet: Cabinet) -> None:
        found = await context.store.read(keys)
        noted = [record for record in found if record is not None and record.due is not None]
        if not noted:
            return  # somebody else has followed them
        playbook = await _playbook(context, engagement)
        if playbook is None:
            await take_requests_in_hand(context, cabinet, engagement)
            signals = await signals_of(context, cabinet, engagement)
            stop_siblings(cabinet, engagement)
        else:
            _, signals = await replan(context, cabinet, engagement, playbook)
        told = {record.key.rpartition("@")[0] for record in noted}
        await _alert(context, cabinet, [signal for signal in signals if signal.request in told])
        cabinet.others += [
            Update(SIGNAL, record.key, record.version, None, "followed", record.head) for record in noted
        ]

    await until_applied(context, f"what came back about {engagement!r}", attempt)


async def _playbook(context: Context, engagement: str) -> str | None:
    """The name of the playbook that plans an engagement; one that this desk does not know raises `NotFound`."""
    [record] = await context.store.read([RecordKey(ENGAGEMENT, engagement)])
    name = None if record is None else decode_as(StoredEngagement, record.body).playbook
    if name is not None and name not in context.playbooks:
        raise NotFound("playbook", name)
    return name


async def _alert(context: Context, cabinet: Cabinet, signals: Iterable[Signal]) -> None:
    """Alert the owners of what they should look at; once for each revision of an answer."""
    for signal in signals:
        file = cabinet.requests[signal.request]
        about = f"answer-{file.progress.revision}"
        if signal.kind is SignalKind.BAD:
            kind, reason = AlertKind.BAD, f"the answer to {file.key} was bad"
        elif signal.occasion is Occasion.NAMING and signal.kind in {SignalKind.GOOD, SignalKind.GIVEN}:
            kind, reason = AlertKind.NAMED, f"the answer to {file.key} names who else can be asked"
        else:
            continue
        [known] = await context.store.heads([RecordKey(ALERT, f"{file.key}/alert/{about}")])
        if known is None:
            cabinet.alert(file, kind, about, reason)
