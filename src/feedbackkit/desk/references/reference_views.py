"""References as they stand: shown with all that was appended to them, told, and verified. Nothing here writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.codec.chain import Broken, reference_event_of, verify
from feedbackkit.codec.references import digest_of
from feedbackkit.codec.values import decode_as
from feedbackkit.desk.kinds import REFERENCE, VERIFICATION
from feedbackkit.desk.paging import PAGE, pages
from feedbackkit.desk.references.reference_file import ReferenceFile, chain_of, reference_file, reply_key
from feedbackkit.desk.views import ReferenceView
from feedbackkit.domain.reference import ReferenceEventKind, ReferenceReply
from feedbackkit.domain.verification import Verification

if TYPE_CHECKING:
    from feedbackkit.desk.context import Context
    from feedbackkit.domain.reference import ReferenceEvent
    from feedbackkit.ports import HistoryEntry

__all__ = ["find", "history", "verify_reference", "view"]


async def view(context: Context, key: str) -> ReferenceView:
    """One reference with all that was appended to it; an unknown key raises `NotFound`."""
    return await _viewed(context, await reference_file(context, key))


async def find(context: Context, *, about: str | None, source: str | None) -> list[ReferenceView]:
    """The references about a subject, of a source, or all, in order of keys."""
    files = [ReferenceFile.stored(record) async for record in pages(context, REFERENCE, ref=about or source)]
    return [
        await _viewed(context, file)
        for file in files
        if about in {None, file.reference.subject} and source in {None, file.reference.source}
    ]


async def _viewed(context: Context, file: ReferenceFile) -> ReferenceView:
    standing = file.standing
    calls: list[Verification] = []
    if standing.confirmed or standing.disputed:
        start = f"{file.key}/call/"
        page = await context.store.find(VERIFICATION, after=start, limit=PAGE)
        for record in page:
            if not record.key.startswith(start):
                break
            calls.append(decode_as(Verification, record.body))
    keys = [reply_key(file.key, number) for number in range(1, standing.replies + 1)]
    replies = (
        [decode_as(ReferenceReply, it.body) for it in await context.store.read(keys) if it is not None] if keys else []
    )
    return ReferenceView(
        reference=file.reference,
        standing=standing,
        content=file.digest,
        seal=file.seal,
        verifications=tuple(sorted(calls, key=lambda call: (call.at_us, call.key))),
        replies=tuple(replies),
    )


async def history(context: Context, key: str) -> list[ReferenceEvent]:
    """What happened to a reference, in order; an unknown key raises `NotFound`."""
    await reference_file(context, key)
    return [reference_event_of(entry) for entry in await _entries(context, key)]


async def _entries(context: Context, key: str) -> list[HistoryEntry]:
    entries: list[HistoryEntry] = []
    while True:
        page = await context.store.history(chain_of(key), after=len(entries), limit=PAGE)
        entries += page
        if len(page) < PAGE:
            return entries


async def verify_reference(context: Context, key: str) -> None:
    """Pass where a reference and all that was appended to it are what its history says; raise `Broken` otherwise."""
    file = await reference_file(context, key)
    entries = await _entries(context, key)
    verify(entries, end=file.end)
    if file.standing.content != file.digest:
        raise Broken(f"reference {key!r} does not say what was worded")
    shown = await _viewed(context, file)
    told = [reference_event_of(entry) for entry in entries]
    named = {event.ref for event in told if event.kind in _APPENDED}
    found = {digest_of(each) for each in shown.verifications} | {digest_of(each) for each in shown.replies}
    sealed = [event.ref for event in told if event.kind is ReferenceEventKind.SEALED]
    if named != found or (sealed and sealed != [file.standing.content]):
        raise Broken(f"what was appended to reference {key!r} is not what its history says")


_APPENDED: Final = frozenset({ReferenceEventKind.CONFIRMED, ReferenceEventKind.DISPUTED, ReferenceEventKind.REPLIED})
