"""Telling subscribers what they are to hear: at least once, for days, and no longer than they like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.codec.heads import decode_count, encode_count
from feedbackkit.codec.text import loads
from feedbackkit.desk.cabinet import change_id_of
from feedbackkit.desk.kinds import NOTICE, SUBSCRIBER
from feedbackkit.desk.paging import pages
from feedbackkit.desk.sending.noticing import WAITING
from feedbackkit.domain.notice import Notice
from feedbackkit.domain.times import HOUR_US, MINUTE_US, instant
from feedbackkit.errors import Unreadable
from feedbackkit.ports import Change, Outcome, Put, RecordKey, Update

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.desk.context import Context
    from feedbackkit.desk.runs.aside import Aside
    from feedbackkit.desk.runs.tally import Tally
    from feedbackkit.ports import Receipt, Record

__all__ = ["notice_of", "tell_again", "tell_due"]

TOLD: Final = "told"
FAILED: Final = "failed"
"""The state of a notice that nobody took for days, or that came when nobody wanted to hear any more."""
GONE: Final = "gone"
LIVE: Final = "live"

_LATER_US: Final = (
    5_000_000,
    5 * MINUTE_US,
    30 * MINUTE_US,
    2 * HOUR_US,
    5 * HOUR_US,
    10 * HOUR_US,
    14 * HOUR_US,
    20 * HOUR_US,
    24 * HOUR_US,
)
"""How long after each failure the next try comes, as Standard Webhooks recommends: over three days in all."""
_SOON_US: Final = 5 * MINUTE_US
"""How long the others of a subscriber wait after one could not be told."""
_LONGEST_US: Final = 24 * HOUR_US
"""What a subscriber asks for beyond that is not heeded."""


async def tell_due(context: Context, records: Sequence[Record], tally: Tally, aside: Aside) -> None:
    """Tell what is due, one after the other; where one cannot be told, the others of its subscriber wait with it."""
    subscribers = {subscriber.name: subscriber for subscriber in context.subscribers}
    gone = await _gone(context, list(subscribers))
    waiting: dict[str, int] = {}
    for record in records:
        name = record.key.partition("/")[0]
        subscriber = subscribers.get(name)
        if subscriber is None:
            aside.put(RecordKey(NOTICE, record.key), group=record.group, due_us=record.due or 0, why="NoSubscriber")
        elif name in gone:
            await _note(context, [_settled(record, FAILED)])
            tally.counts["notices dropped"] += 1
        elif name in waiting:
            await _note(context, [_settled(record, WAITING, waiting[name])])
            tally.expect(waiting[name])
        else:
            try:
                notice = notice_of(record)
            except Unreadable as error:
                why = type(error).__name__
                aside.put(RecordKey(NOTICE, record.key), group=record.group, due_us=record.due or 0, why=why)
                continue
            receipt = await subscriber.tell(notice)
            await _settle(context, record, receipt, tally, gone, waiting)


async def _gone(context: Context, names: Sequence[str]) -> set[str]:
    """The subscribers who want to hear nothing more."""
    records = await context.store.read([RecordKey(SUBSCRIBER, name) for name in names])
    return {record.key for record in records if record is not None and record.state == GONE}


async def _settle(
    context: Context, record: Record, receipt: Receipt, tally: Tally, gone: set[str], waiting: dict[str, int]
) -> None:
    """Note what was said; whoever wants to hear no more is remembered, and who cannot now is left alone for a while."""
    name = record.key.partition("/")[0]
    if receipt.outcome is Outcome.SENT:
        await _note(context, [_told(record)])
        tally.counts["notices told"] += 1
    elif receipt.outcome is Outcome.GIVE_UP:
        gone.add(name)
        [known] = await context.store.read([RecordKey(SUBSCRIBER, name)])
        version = 0 if known is None else known.version
        mark = Put(SUBSCRIBER, name, version, None, record.group, (), GONE, b"[1]", b"")
        await _note(context, [mark, _settled(record, FAILED)])
        tally.counts["notices dropped"] += 1
    else:
        again_us = _again_us(context, record, receipt)
        if again_us is None:
            await _note(context, [_settled(record, FAILED, tries=decode_count(record.head) + 1)])
            tally.counts["notices dropped"] += 1
            return
        # It may be that notice alone that cannot be heard: soon the others are tried without it.
        soon_us = context.clock.now_us() + _SOON_US
        waiting[name] = min(again_us, soon_us) if receipt.retry_us is None else again_us
        await _note(context, [_settled(record, WAITING, again_us, tries=decode_count(record.head) + 1)])
        tally.counts["notices put off"] += 1
        tally.expect(again_us)


def notice_of(record: Record) -> Notice:
    """The notice as it was stored; what cannot be read raises `Unreadable`."""
    try:
        body = loads(record.body)
        return Notice(id=body["id"], kind=body["type"], at_us=instant(body["timestamp"]), body=record.body)
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"the stored notice {record.key!r} is none that this code knows") from error


def _again_us(context: Context, record: Record, receipt: Receipt) -> int | None:
    """When to try again, a fifth of it left to chance; `None` after days."""
    tries, now_us = decode_count(record.head), context.clock.now_us()
    if tries >= len(_LATER_US):
        return None
    drawn = int.from_bytes(context.ids.salt()[:4])
    again_us = now_us + _LATER_US[tries] + (_LATER_US[tries] * drawn // 5 >> 32)
    if receipt.retry_us is not None:
        again_us = min(max(again_us, receipt.retry_us), now_us + _LONGEST_US)
    return again_us


def _settled(record: Record, state: str, due_us: int | None = None, *, tries: int | None = None) -> Update:
    head = record.head if tries is None else encode_count(tries)
    return Update(NOTICE, record.key, record.version, due_us, state, head)


def _told(record: Record) -> Put:
    """A notice that was heard: what it said is kept in the history, and not a second time with each subscriber."""
    return Put(NOTICE, record.key, record.version, None, record.group, (), TOLD, record.head, b"")


async def _note(context: Context, writes: Sequence[Put | Update]) -> None:
    """Store what became of a notice; where somebody else was faster, what they stored stays."""
    now_us = context.clock.now_us()
    change_id = change_id_of(now_us, context.owner, writes[-1], context.ids.salt())
    await context.store.write([Change(change_id, now_us, tuple(writes))])


async def tell_again(context: Context, name: str) -> int:
    """Let a subscriber hear what was given up, from the next run on; how many notices that are."""
    [known] = await context.store.read([RecordKey(SUBSCRIBER, name)])
    if known is not None and known.state == GONE:
        await _note(context, [Put(SUBSCRIBER, name, known.version, None, known.group, (), LIVE, b"[1]", b"")])
    now_us, count = context.clock.now_us(), 0
    async for record in pages(context, NOTICE, state=FAILED):
        if record.key.partition("/")[0] == name:
            await _note(context, [_settled(record, WAITING, now_us, tries=0)])
            count += 1
    return count
