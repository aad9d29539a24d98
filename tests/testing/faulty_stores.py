"""Stores that break one promise each, and the contract on each of them: `test_contract` runs this module and counts."""

# ruff: noqa: ARG002, D101, D102 — a name says which promise is broken, the method how

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from feedbackkit.errors import StoreClosed
from feedbackkit.ports import AlreadyApplied, Applied, Change, Head, Put, Record, Refused
from feedbackkit.stores import MemoryStore
from feedbackkit.testing import StoreContract

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from feedbackkit.ports import HistoryEntry, RecordKey, Result, Update


class Right:
    """Hands everything on to a store that is right."""

    def __init__(self) -> None:
        self.inner = MemoryStore()
        self.calls = 0

    def read(self, keys: Sequence[RecordKey]) -> list[Record | None]:
        return self.inner.read(keys)

    def heads(self, keys: Sequence[RecordKey]) -> list[Head | None]:
        return self.inner.heads(keys)

    def write(self, changes: Sequence[Change]) -> list[Result]:
        return self.inner.write(changes)

    def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        return self.inner.claim(kind, now=now, lease=lease, owner=owner, limit=limit)

    def release(self, keys: Sequence[RecordKey], *, owner: str, retry_at: int | None = None) -> None:
        self.inner.release(keys, owner=owner, retry_at=retry_at)

    def find(self, kind: str, **wanted: Any) -> list[Record]:
        return self.inner.find(kind, **wanted)

    def history(self, key: str, *, after: int = 0, limit: int) -> list[HistoryEntry]:
        return self.inner.history(key, after=after, limit=limit)

    def dead_letters(self, kind: str, *, after: str | None = None, limit: int) -> list[Record]:
        return self.inner.dead_letters(kind, after=after, limit=limit)

    def erase(self, change: Change, forget: Sequence[tuple[str, int]]) -> Result:
        return self.inner.erase(change, forget)

    def close(self) -> None:
        self.inner.close()


class ReadsInOrderOfKey(Right):
    def read(self, keys: Sequence[RecordKey]) -> list[Record | None]:
        return super().read(sorted(keys))


class ReadsEachKeyOnce(Right):
    def read(self, keys: Sequence[RecordKey]) -> list[Record | None]:
        return super().read(list(dict.fromkeys(keys)))


class LeavesOutWhatIsNotThere(Right):
    def heads(self, keys: Sequence[RecordKey]) -> list[Head | None]:
        return [head for head in super().heads(keys) if head]


class GivesPlainTuples(Right):
    def read(self, keys: Sequence[RecordKey]) -> list[Record | None]:
        return [record and tuple(record) for record in super().read(keys)]  # type: ignore[misc]


class GivesOtherBytes(Right):
    def heads(self, keys: Sequence[RecordKey]) -> list[Head | None]:
        return [one and Head(*one[:2], bytearray(one.head)) for one in super().heads(keys)]  # type: ignore[arg-type]


class _Rewrites(Right):
    """Writes something else than it was given."""

    def write(self, changes: Sequence[Change]) -> list[Result]:
        return super().write([self.rewritten(change) for change in changes])

    def rewritten(self, change: Change) -> Change:
        return change._replace(writes=tuple(self.mangled(write) for write in change.writes))

    def mangled(self, write: Put | Update) -> Put | Update:
        return write


class SortsRefs(_Rewrites):
    def mangled(self, write: Put | Update) -> Put | Update:
        return write._replace(refs=tuple(sorted(write.refs))) if isinstance(write, Put) else write


class TrimsKeys(_Rewrites):
    def mangled(self, write: Put | Update) -> Put | Update:
        return write._replace(key=write.key.strip())


class TakesZeroForNothing(_Rewrites):
    def mangled(self, write: Put | Update) -> Put | Update:
        return write._replace(due=write.due or None)


class KeepsABodyForAnEmptyOne(_Rewrites):
    def mangled(self, write: Put | Update) -> Put | Update:
        if isinstance(write, Put) and not write.body:
            [before] = self.read([write[:2]])  # type: ignore[list-item]
            return write._replace(body=before.body if before else b"")
        return write


class ForgetsIds(_Rewrites):
    def rewritten(self, change: Change) -> Change:
        self.calls += 1
        return change._replace(id=f"{change.id} {self.calls}")


class NumbersEntriesItself(_Rewrites):
    def rewritten(self, change: Change) -> Change:
        entries: list[HistoryEntry] = []
        for entry in change.entries:
            before = [one for one in entries if one.key == entry.key]
            end = len(self.history(entry.key, limit=99)) + len(before)
            entries.append(entry._replace(seq=end + 1))
        return change._replace(entries=tuple(entries))


class DropsEntries(_Rewrites):
    def rewritten(self, change: Change) -> Change:
        return change._replace(entries=change.entries[:1])


class AppliesHalfAChange(Right):
    def write(self, changes: Sequence[Change]) -> list[Result]:
        results: list[Result] = []
        for change in changes:
            parts = [Change(f"{change.id}/{at}", 0, (write,)) for at, write in enumerate(change.writes)]
            parts.append(change._replace(writes=()))
            [*_, worst] = sorted(super().write(parts), key=lambda result: isinstance(result, Refused))
            results.append(worst)
        return results


class LetsOneSpoilAll(Right):
    def write(self, changes: Sequence[Change]) -> list[Result]:
        for change in changes:
            heads = self.heads([write[:2] for write in change.writes])  # type: ignore[misc]
            versions = [head.version if head else 0 for head in heads]
            if versions != [write.version for write in change.writes]:
                return [Refused(tuple(write[:2] for write in change.writes))] * len(changes)  # type: ignore[misc]
        return super().write(changes)


class CallsEverythingApplied(Right):
    def write(self, changes: Sequence[Change]) -> list[Result]:
        return [Applied() if isinstance(one, AlreadyApplied) else one for one in super().write(changes)]


class NamesNoStaleRecords(Right):
    def write(self, changes: Sequence[Change]) -> list[Result]:
        return [Refused(()) if isinstance(one, Refused) else one for one in super().write(changes)]


class ClaimsTooLate(Right):
    def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        return super().claim(kind, now=now - 1, lease=lease, owner=owner, limit=limit)


class ClaimsBeyondTheLimit(Right):
    def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        return super().claim(kind, now=now, lease=lease, owner=owner, limit=limit + 1)


class ClaimsInOrderOfKey(Right):
    def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        return sorted(super().claim(kind, now=now, lease=lease, owner=owner, limit=limit), key=lambda one: one.key)


class LeasesToAll(Right):
    def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        return super().claim(kind, now=now, lease=lease, owner="all", limit=limit)


class ForgetsWhoOwns(Right):
    def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        self.calls += 1
        return super().claim(kind, now=now, lease=lease, owner=f"{owner} {self.calls}", limit=limit)


class LeasesForTooLong(Right):
    def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        return super().claim(kind, now=now, lease=lease + 1, owner=owner, limit=limit)


class NeverShortensALease(Right):
    def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        self.calls = max(self.calls, now + lease)
        return super().claim(kind, now=now, lease=self.calls - now, owner=owner, limit=limit)


class ClaimsNoMoreThanAThousand(Right):
    def claim(self, kind: str, *, now: int, lease: int, owner: str, limit: int) -> list[Record]:
        return super().claim(kind, now=now, lease=lease, owner=owner, limit=min(limit, 1000))


class ReleasesForAll(Right):
    def release(self, keys: Sequence[RecordKey], *, owner: str, retry_at: int | None = None) -> None:
        for one in ("one", "two"):
            super().release(keys, owner=one, retry_at=retry_at)


class RetriesAtOnce(Right):
    def release(self, keys: Sequence[RecordKey], *, owner: str, retry_at: int | None = None) -> None:
        super().release(keys, owner=owner, retry_at=retry_at and 0)


class CountsNoFailures(Right):
    def release(self, keys: Sequence[RecordKey], *, owner: str, retry_at: int | None = None) -> None:
        super().release(keys, owner=owner)


class CountsTwice(Right):
    def release(self, keys: Sequence[RecordKey], *, owner: str, retry_at: int | None = None) -> None:
        for key in keys:
            [record] = self.read([key])
            super().release([key], owner=owner, retry_at=retry_at)
            if record and retry_at is not None:
                super().claim(key.kind, now=retry_at, lease=1, owner=owner, limit=99)


class BeginsWithTheLastKey(Right):
    def find(self, kind: str, **wanted: Any) -> list[Record]:
        if wanted.get("after"):
            wanted["after"] = wanted["after"][:-1] + chr(ord(wanted["after"][-1]) - 1) + "\U0010ffff"
        return super().find(kind, **wanted)


class FindsInOrderOfLetters(Right):
    def find(self, kind: str, **wanted: Any) -> list[Record]:
        return sorted(super().find(kind, **wanted), key=lambda one: one.key.casefold())


class FindsByPartsOfRefs(Right):
    def find(self, kind: str, **wanted: Any) -> list[Record]:
        ref = wanted.pop("ref", None)
        found = super().find(kind, **wanted)
        return [one for one in found if ref is None or any(ref in other for other in one.refs)]


class FindsAnyState(Right):
    def find(self, kind: str, **wanted: Any) -> list[Record]:
        return super().find(kind, **(wanted | {"state": None}))


class ReadsChainsAsText(Right):
    def history(self, key: str, *, after: int = 0, limit: int) -> list[HistoryEntry]:
        return sorted(super().history(key, after=after, limit=limit), key=lambda one: str(one.seq))


class ErasesWithoutItsChange(Right):
    def erase(self, change: Change, forget: Sequence[tuple[str, int]]) -> Result:
        return super().erase(change._replace(writes=(), entries=()), forget)


class ErasesNothing(Right):
    def erase(self, change: Change, forget: Sequence[tuple[str, int]]) -> Result:
        return super().erase(change, [])


class ForgetsFiveHundred(Right):
    def erase(self, change: Change, forget: Sequence[tuple[str, int]]) -> Result:
        return super().erase(change, forget[:500])


class ErasesInAnyCase(Right):
    def erase(self, change: Change, forget: Sequence[tuple[str, int]]) -> Result:
        self.calls += 1
        super().erase(Change(f"forget {self.calls}", 0, ()), forget)
        return super().erase(change, [])


class AnswersAfterItsEnd(Right):
    def read(self, keys: Sequence[RecordKey]) -> list[Record | None]:
        try:
            return super().read(keys)
        except StoreClosed:
            return [None for _ in keys]


class ClosesOnce(Right):
    def close(self) -> None:
        self.inner.read([])
        super().close()


FAULTS: Final[dict[str, type[Right]]] = {
    name: value
    for name, value in globals().items()
    if isinstance(value, type) and issubclass(value, Right) and value is not Right and not name.startswith("_")
}


def _contract(opened: type[Right]) -> type[StoreContract]:
    class Checked(StoreContract):
        durable = False

        def make_store(self, folder: Path) -> Right:
            del folder
            return opened()

    return Checked


TestRight = _contract(Right)
globals().update({f"Test{name}": _contract(fault) for name, fault in FAULTS.items()})
