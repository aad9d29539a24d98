"""What was given up after it had failed again and again: listed, and brought back when the cause is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.desk.cabinet import REQUEST, SIGNAL, change_id_of
from feedbackkit.desk.deciding import CONTACT
from feedbackkit.domain.checks import presentable
from feedbackkit.domain.times import face
from feedbackkit.errors import NotFound
from feedbackkit.ports import Change, RecordKey, Update

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    import pendulum

    from feedbackkit.desk.context import Context
    from feedbackkit.ports import Record

__all__ = ["DeadLetter", "dead_letters", "retry"]

_KINDS: Final = (CONTACT, REQUEST, SIGNAL)
"""What a run claims."""

_PAGE: Final = 500


@final
@attrs.frozen(kw_only=True)
class DeadLetter:
    """A request, a booked contact or a signal that runs gave up, until it is brought back or something changes it."""

    kind: str
    """``request``, ``contact`` or ``signal``."""
    key: str
    """Its key: a request's, a contact's id, or of a signal the key of its request, ``@`` and a number."""
    due_us: int
    """When it was due."""

    @property
    def due(self) -> pendulum.DateTime:
        """When it was due, in UTC."""
        return face(self.due_us)


def _letter(record: Record) -> DeadLetter:
    return DeadLetter(kind=record.kind, key=record.key, due_us=record.due or 0)


async def _dead(context: Context) -> AsyncIterator[Record]:
    for kind in _KINDS:
        after: str | None = None
        while page := await context.store.dead_letters(kind, after=after, limit=_PAGE):
            for record in page:
                yield record
            after = page[-1].key


async def dead_letters(context: Context) -> list[DeadLetter]:
    """All that was given up, contacts first, in order of their keys."""
    return [_letter(record) async for record in _dead(context)]


async def retry(context: Context, keys: Sequence[str]) -> list[DeadLetter]:
    """Bring back those with one of these keys: whatever writes a record wipes its tries out, so it is written as it is.

    A key that is no dead letter's is left alone where it is stored, so that this may be repeated; otherwise it raises
    `NotFound`. What somebody else writes meanwhile is brought back by that.
    """
    wanted = dict.fromkeys(keys)
    dead = [record async for record in _dead(context) if record.key in wanted]
    await _check_known(context, list(wanted.keys() - {record.key for record in dead}))
    for start in range(0, len(dead), context.batch):
        await context.store.write([_again(context, record) for record in dead[start : start + context.batch]])
    return [_letter(record) for record in dead]


async def _check_known(context: Context, keys: Sequence[str]) -> None:
    names = [RecordKey(kind, key) for key in keys for kind in _KINDS]
    heads = dict(zip(names, await context.store.heads(names) if names else (), strict=True))
    for key in keys:
        if all(heads[RecordKey(kind, key)] is None for kind in _KINDS):
            raise NotFound("dead letter", presentable(key))


def _again(context: Context, record: Record) -> Change:
    now_us = context.clock.now_us()
    same = Update(record.kind, record.key, record.version, record.due, record.state, record.head)
    return Change(change_id_of(now_us, context.owner, same, context.ids.salt()), now_us, (same,))
