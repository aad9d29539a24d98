"""A copy of what a store holds of the present, in this process: to play on, and thrown away.

The copy is a store without files, locks and leases. It holds what is open and whom that concerns, and of the past only
what ledgers say; histories begin anew in it. Nothing that happens in it reaches the store that it was taken from.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import TYPE_CHECKING, Final, final

from feedbackkit.codec.chain import event_of
from feedbackkit.codec.heads import NO_CHAIN, Delivery, decode_progress, encode_contact, encode_progress
from feedbackkit.desk.keys import original_key
from feedbackkit.desk.kinds import CONTACT, ORGANISATION, PERSON, REQUEST
from feedbackkit.domain.contact import Contact, ContactKind, ContactLine, ContactStatus
from feedbackkit.ports import Applied, Head, Put, Record, RecordKey, Refused
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from feedbackkit.domain.request import Event, Progress
    from feedbackkit.ports import AsyncStore, Change, HistoryEntry, Result, Update

__all__ = ["SECRET", "Sandbox", "copied"]

SECRET: Final = b"of a copy that is thrown away"
"""Behind the digests of addresses in a copy, which nobody looks for."""

_PAGE: Final = 500
_APPLIED: Final = Applied()


async def copied(store: AsyncStore, now_us: int) -> Sandbox:
    """A copy of what is open, booked or not yet noted in a store, page by page; the store is only read.

    Others may write meanwhile: the copy is of no single instant, but each record is one that was there. What was given
    up by the store, its dead letters, is left out.
    """
    copy = Sandbox()
    kept: dict[str, Record] = {}
    for state in sorted(OPEN):
        async for record in _found(store, REQUEST, state=state):
            kept[record.key] = record
    async for record in _found(store, REQUEST, due_until=now_us):  # also the closed, which ledgers do not know of yet
        kept[record.key] = record
    for dead in await _dead(store, REQUEST):
        kept.pop(dead, None)
    copy.take_in(_without_history(record) for record in kept.values())
    spoken_of = {key: None for record in kept.values() if (key := original_key(record.key)) and key not in kept}
    await _copy(store, copy, [RecordKey(REQUEST, key) for key in spoken_of])
    people = dict.fromkeys(ref for record in kept.values() for ref in record.refs[:2])
    organisations = dict.fromkeys(record.group for record in kept.values() if record.group != record.refs[0])
    await _copy(store, copy, [RecordKey(PERSON, key) for key in people])
    await _copy(store, copy, [RecordKey(ORGANISATION, key) for key in organisations])
    copy.take_in(_latest_contacts(kept.values()))
    dead_contacts = await _dead(store, CONTACT)
    async for record in _found(store, CONTACT, due_until=now_us):
        if record.key not in dead_contacts:
            copy.take_in((record,))
    return copy


async def _found(
    store: AsyncStore, kind: str, *, state: str | None = None, due_until: int | None = None
) -> AsyncIterator[Record]:
    after: str | None = None
    while page := await store.find(kind, state=state, due_until=due_until, after=after, limit=_PAGE):
        for record in page:
            yield record
        after = page[-1].key


async def _dead(store: AsyncStore, kind: str) -> set[str]:
    dead: set[str] = set()
    after: str | None = None
    while page := await store.dead_letters(kind, after=after, limit=_PAGE):
        dead.update(record.key for record in page)
        after = page[-1].key
    return dead


async def _copy(store: AsyncStore, copy: Sandbox, keys: Sequence[RecordKey]) -> None:
    for start in range(0, len(keys), _PAGE):
        copy.take_in(filter(None, await store.read(keys[start : start + _PAGE])))


def _without_history(record: Record) -> Record:
    """The request with a chain that begins anew, so that no history has to be copied."""
    progress, _ = decode_progress(record.state, record.due, record.head)
    return record._replace(head=encode_progress(progress, NO_CHAIN))


def _latest_contacts(requests: Iterable[Record]) -> list[Record]:
    """The contact that each open request waits from, as one that was sent: somebody may still react to it."""
    lines: dict[str, list[tuple[Record, Progress]]] = {}
    for record in requests:
        progress, _ = decode_progress(record.state, record.due, record.head)
        waits = progress.state in OPEN and not progress.nudges
        if waits and progress.contact is not None and progress.anchor_us is not None:
            lines.setdefault(progress.contact, []).append((record, progress))
    return [_sent(contact, standing) for contact, standing in lines.items()]


def _sent(contact: str, standing: Sequence[tuple[Record, Progress]]) -> Record:
    record, progress = standing[0]
    person, booked_us = record.refs[0], progress.anchor_us or 0
    sent = Contact(
        id=contact,
        person=person,
        organisation=None if record.group == person else record.group,
        lines=tuple(
            ContactLine(each.key, ContactKind.ASK if line.step == 1 else ContactKind.REMINDER, line.step)
            for each, line in standing
        ),
        channel="earlier",
        booked_us=booked_us,
    )
    head = encode_contact(sent, Delivery(1, booked_us))
    return Record(CONTACT, contact, 1, None, record.group, (person,), ContactStatus.SENT.value, head, b"")


@final
class Sandbox:
    """A store in this process for one desk that plays; see `feedbackkit.ports.Store` for its methods.

    It leases nothing, since nobody else is there, and what could not be handled does not come round again.
    """

    ephemeral: Final = True

    def __init__(self) -> None:
        self._records: defaultdict[str, dict[str, Record]] = defaultdict(dict)
        self._due: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        """Heaps of what is due when, with what was due once: an entry counts where its record still says so."""
        self._concerning: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        """The keys of the records of a kind that name somebody."""
        self._failed: set[RecordKey] = set()
        self.reasoned: list[tuple[str, Event]] = []
        """The events with reasons that happened in here, in order, each with the key of its request."""

    def take_in(self, records: Iterable[Record]) -> None:
        """Put records in as they are."""
        for record in records:
            self._keep(record)

    def duplicate(self) -> Sandbox:
        """A copy of the copy, to play something else on."""
        twin = Sandbox()
        for of_kind in self._records.values():
            twin.take_in(of_kind.values())
        return twin

    def records(self, kind: str) -> list[Record]:
        """All records of a kind as they are now, in order of key."""
        return [record for _, record in sorted(self._records[kind].items())]

    def _keep(self, record: Record) -> None:
        before = self._records[record.kind].get(record.key)
        self._records[record.kind][record.key] = record
        if before is None or before.refs is not record.refs:
            for ref in () if before is None else before.refs:
                self._concerning[record.kind, ref].pop(record.key, None)
            for ref in record.refs:
                self._concerning[record.kind, ref][record.key] = None
        if record.due is not None:
            heapq.heappush(self._due[record.kind], (record.due, record.key))

    def read(self, keys: Sequence[RecordKey]) -> list[Record | None]:
        """See `Store.read`."""
        return [self._records[kind].get(key) for kind, key in keys]

    def heads(self, keys: Sequence[RecordKey]) -> list[Head | None]:
        """See `Store.heads`."""
        return [record and Head(record.version, record.state, record.head) for record in self.read(keys)]

    def write(self, changes: Sequence[Change]) -> list[Result]:
        """See `Store.write`; no change is ever repeated here."""
        return [self._applied(change) for change in changes]

    def _applied(self, change: Change) -> Result:
        stale = tuple(RecordKey(write.kind, write.key) for write in change.writes if not self._fits(write))
        if stale:
            return Refused(stale)
        for write in change.writes:
            self._keep(self._written(write))
        for entry in change.entries:
            event = event_of(entry)
            if event.because:
                self.reasoned.append((entry.key, event))
        return _APPLIED

    def _fits(self, write: Put | Update) -> bool:
        record = self._records[write.kind].get(write.key)
        return write.version == (0 if record is None else record.version)

    def _written(self, write: Put | Update) -> Record:
        version = write.version + 1
        head = bytes(memoryview(write.head))  # an encoder's own may be cut from a block of four kilobytes
        if isinstance(write, Put):
            return Record._make(write)._replace(version=version, head=head)
        record = self._records[write.kind][write.key]
        return record._replace(version=version, due=write.due, state=write.state, head=head)

    def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        """See `Store.claim`."""
        del lease, owner
        heap = self._due[kind]
        claimed: dict[str, Record] = {}
        while heap and heap[0][0] <= now and len(claimed) < limit:
            due, key = heapq.heappop(heap)
            record = self._records[kind][key]
            if record.due == due and RecordKey(kind, key) not in self._failed:
                claimed[key] = record
        for record in claimed.values():
            heapq.heappush(heap, (record.due or 0, record.key))  # due until it is written
        return list(claimed.values())

    def release(self, keys: Sequence[RecordKey], *, owner: str, retry_at: int | None = None) -> None:
        """See `Store.release`."""
        del owner
        if retry_at is not None:
            self._failed.update(keys)

    def find(
        self,
        kind: str,
        *,
        ref: str | tuple[str, ...] | None = None,
        state: str | None = None,
        due_until: int | None = None,
        after: str | None = None,
        limit: int,
    ) -> list[Record]:
        """See `Store.find`."""
        records = self._records[kind]
        keys: Iterable[str] = records
        if ref is not None:
            refs = (ref,) if isinstance(ref, str) else ref
            keys = {key for each in refs for key in self._concerning.get((kind, each), ())}
        found = [
            record
            for record in map(records.__getitem__, keys)
            if (after is None or record.key > after)
            and (state is None or record.state == state)
            and (due_until is None or (record.due is not None and record.due <= due_until))
        ]
        return sorted(found, key=lambda record: record.key)[:limit]

    def history(self, key: str, *, after: int = 0, limit: int) -> list[HistoryEntry]:
        """See `Store.history`; none is kept."""
        del key, after, limit
        return []

    def dead_letters(self, kind: str, *, after: str | None = None, limit: int) -> list[Record]:
        """See `Store.dead_letters`; none are kept."""
        del kind, after, limit
        return []

    def erase(self, change: Change, forget: Sequence[tuple[str, int]]) -> Result:
        """See `Store.erase`; nothing in here lasts."""
        del forget
        return self._applied(change)

    def close(self) -> None:
        """See `Store.close`."""
        self._records.clear()
        self._due.clear()
