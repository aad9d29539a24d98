"""What becomes of changes, decided from what a store has looked up, and how refs become one text.

Nothing in here touches a database, so the stores that apply whole batches share it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from feedbackkit.ports import AlreadyApplied, Applied, Put, RecordKey, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedbackkit.ports import Change, Result

__all__ = ["APPLIED", "broken_chains", "judge", "outdated", "pack_refs", "runs", "unpack_refs"]

APPLIED: Final = Applied()
_ALREADY_APPLIED: Final = AlreadyApplied()


def pack_refs(refs: tuple[str, ...]) -> str:
    """Refs as one text: each with a newline after it, or JSON where one has a newline in it."""
    if not refs:
        return ""
    packed = "\n".join(refs) + "\n"
    return packed if packed.count("\n") == len(refs) else json.dumps(refs)


def unpack_refs(packed: str) -> tuple[str, ...]:
    """The opposite of `pack_refs`."""
    if not packed:
        return ()
    if packed[-1] == "\n":
        return tuple(packed[:-1].split("\n"))
    return tuple(json.loads(packed))


def runs(changes: Sequence[Change]) -> list[Sequence[Change]]:
    """The changes in order, cut where one writes a record again: within a run the order of writing does not matter."""
    names = [write[:2] for change in changes for write in change.writes]
    if len(set(names)) == len(names):
        return [changes]
    cut: list[list[Change]] = [[]]
    written: set[tuple[str, str]] = set()
    for change in changes:
        here = {write[:2] for write in change.writes}
        if here & written:
            cut.append([])
            written = set()
        cut[-1].append(change)
        written |= here
    return [*cut]


def judge(
    changes: Sequence[Change],
    known: set[str],
    versions: Mapping[tuple[str, str], int],
    ends: Mapping[str, int],
    *,
    suspects: Sequence[Change] | None = None,
) -> tuple[list[Change], list[Result]]:
    """The changes that can be made, one after the other, and the result of each.

    `known`: those of their ids that were used before. `versions`: of the records that they write, without those that
    are not there. `ends`: the last numbers of the chains that they continue. With `suspects`, only those are judged,
    and all of that has to be known of them alone; the others pass.
    """
    known, versions, ends = set(known), dict(versions), dict(ends)
    suspected = {id(change) for change in (changes if suspects is None else suspects)}
    passed: list[Change] = []
    results: list[Result] = []
    for change in changes:
        suspect = id(change) in suspected
        if suspect and change.id in known:
            results.append(_ALREADY_APPLIED)
        elif suspect and (stale := _stale(change, versions) + broken_chains(change, ends)):
            results.append(Refused(tuple(stale)))
        else:
            known.add(change.id)
            versions.update({write[:2]: write.version + 1 for write in change.writes})
            ends.update({entry.key: entry.seq for entry in change.entries})
            passed.append(change)
            results.append(APPLIED)
    return passed, results


def outdated(changes: Sequence[Change], versions: Mapping[tuple[str, str], int]) -> list[Change]:
    """Those that change a record which was, by then, written by somebody else; what they create is not looked at."""
    versions = dict(versions)
    found: list[Change] = []
    for change in changes:
        if any(write.version and write.version != versions.get(write[:2]) for write in change.writes):
            found.append(change)
        else:
            versions.update({write[:2]: write.version + 1 for write in change.writes})
    return found


def _stale(change: Change, versions: Mapping[tuple[str, str], int]) -> list[RecordKey]:
    return [
        RecordKey(write.kind, write.key)
        for write in change.writes
        if write.version != versions.get(write[:2], 0) or not (write.version or isinstance(write, Put))
    ]


def broken_chains(change: Change, ends: Mapping[str, int]) -> list[RecordKey]:
    """The chains that a change would continue elsewhere than at their ends; they go by the kind ``history``."""
    last: dict[str, int] = {}
    broken: dict[str, None] = {}
    for entry in change.entries:
        if entry.seq != last.get(entry.key, ends.get(entry.key, 0)) + 1:
            broken[entry.key] = None
        last[entry.key] = entry.seq
    return [RecordKey("history", key) for key in broken]
