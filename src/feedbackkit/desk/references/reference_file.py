"""What one change to references has in hand, and how it gets into the store.

References touch no ledger and contact nobody, so they need no cabinet: a folder holds the few files of one change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedbackkit.codec.chain import append
from feedbackkit.codec.heads import NO_CHAIN
from feedbackkit.codec.references import Signed, decode_standing, encode_standing, reference_digest
from feedbackkit.codec.values import decode_as, encode
from feedbackkit.desk.cabinet import change_id_of
from feedbackkit.desk.kinds import REFERENCE, REPLY
from feedbackkit.domain.checks import presentable
from feedbackkit.domain.reference import Reference, ReferenceEvent, ReferenceEventKind, Seal, Standing
from feedbackkit.errors import NotFound, StoreBusy
from feedbackkit.ports import Change, Put, RecordKey, Refused, Update
from feedbackkit.workflow.references import apply_to_reference

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from feedbackkit.codec.heads import ChainEnd
    from feedbackkit.desk.context import Context
    from feedbackkit.ports import HistoryEntry, Record

__all__ = ["Folder", "ReferenceFile", "chain_of", "reference_file", "reply_key", "until_stored"]


def chain_of(key: str) -> str:
    """The name of a reference's history; no request has it, for the key of none holds a blank."""
    return f"reference {key}"


class ReferenceFile:
    """One reference: what is stored of it, and its standing in this work."""

    def __init__(
        self, reference: Reference, version: int, standing: Standing, signed: Signed | None, end: ChainEnd
    ) -> None:
        self.reference = reference
        self.version = version
        self.standing = standing
        self.signed = signed
        self.end = end
        self._rewritten = version == 0

    @classmethod
    def stored(cls, record: Record) -> ReferenceFile:
        """The file of a stored record."""
        standing, signed, end = decode_standing(record.state, record.head)
        return cls(decode_as(Reference, record.body), record.version, standing, signed, end)

    @classmethod
    def new(cls, reference: Reference) -> ReferenceFile:
        """The file of a reference that is not stored yet."""
        return cls(reference, 0, Standing(), None, NO_CHAIN)

    @property
    def key(self) -> str:
        """The key of the reference."""
        return self.reference.key

    @property
    def digest(self) -> str:
        """The digest of its content as it is worded now."""
        return reference_digest(self.reference)

    @property
    def seal(self) -> Seal | None:
        """Its seal; `None` while it has none."""
        standing = self.standing
        if standing.sealed_us is None or standing.content is None:
            return None
        key_id, signature = self.signed or (None, None)
        return Seal(digest=standing.content, at_us=standing.sealed_us, key_id=key_id, signature=signature)

    def rewrite(self, reference: Reference) -> None:
        """Give it another content; the law says when."""
        self.reference = reference
        self._rewritten = True

    def write(self) -> Put | Update:
        """The write that stores it as it is now."""
        reference, state = self.reference, self.standing.state.value
        head = encode_standing(self.standing, self.signed, self.end)
        if not self._rewritten:
            return Update(REFERENCE, self.key, self.version, None, state, head)
        refs = (reference.subject, reference.source)
        return Put(REFERENCE, self.key, self.version, None, reference.source, refs, state, head, encode(reference))


class Folder:
    """The references of one change, what happened to them, and what else it writes."""

    def __init__(self, now_us: int, actor: str) -> None:
        self.now_us = now_us
        self.actor = actor
        self.others: list[Put] = []
        self._happened: list[tuple[ReferenceFile, ReferenceEvent]] = []

    def happen(self, file: ReferenceFile, kind: ReferenceEventKind, **fields: Any) -> None:  # noqa: ANN401 - as the event takes them
        """Let an event happen to a reference now; an illegal one raises and changes nothing."""
        event = ReferenceEvent(kind=kind, at_us=self.now_us, actor=self.actor, **fields)
        file.standing = apply_to_reference(file.standing, event, key=file.key)
        self._happened.append((file, event))

    def change(self, owner: str, salt: Callable[[], bytes]) -> Change | None:
        """The change that stores all this, or `None` where nothing happened; asked once, at the end."""
        if not self._happened:
            return None
        files = list({file.key: file for file, _ in self._happened}.values())
        change_id = change_id_of(self.now_us, owner, files[0].write(), salt())
        entries: list[HistoryEntry] = []
        for file, event in self._happened:
            entry, file.end = append(chain_of(file.key), event, change_id=change_id, end=file.end, salt=salt())
            entries.append(entry)
        return Change(change_id, self.now_us, (*(file.write() for file in files), *self.others), tuple(entries))


def reply_key(reference: str, number: int) -> RecordKey:
    """Where the reply of that number to a reference is stored."""
    return RecordKey(REPLY, f"{reference}/reply/{number}")


async def reference_file(context: Context, key: str) -> ReferenceFile:
    """The file of one reference; an unknown key raises `NotFound`."""
    [record] = await context.store.read([RecordKey(REFERENCE, key)])
    if record is None:
        raise NotFound(REFERENCE, presentable(key))
    return ReferenceFile.stored(record)


async def until_stored(
    context: Context, key: str, attempt: Callable[[Folder], Awaitable[None]], *, actor: str | None
) -> None:
    """Begin a piece of work again until nobody was faster, and store it as one change."""
    for _ in range(context.tries):
        folder = Folder(context.clock.now_us(), actor or context.owner)
        await attempt(folder)
        change = folder.change(context.owner, context.ids.salt)
        if change is None or not isinstance((await context.store.write([change]))[0], Refused):
            return
    raise StoreBusy(f"reference {key!r} was changed by others again and again; try again")
