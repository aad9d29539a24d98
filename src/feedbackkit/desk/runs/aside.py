"""What a batch could not handle: set aside for longer and longer, and after the store's tenth time a dead letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from feedbackkit.domain.happenings import SetAside
from feedbackkit.domain.times import DAY_US, MINUTE_US
from feedbackkit.ports import RecordKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.desk.context import Context
    from feedbackkit.desk.runs.tally import Tally

__all__ = ["Aside"]

_LEAST_US: Final = MINUTE_US
_MOST_US: Final = DAY_US


@attrs.frozen
class _Failure:
    key: RecordKey
    group: str
    due_us: int
    why: str


class Aside:
    """The failures of one batch, until its leases are given back."""

    def __init__(self) -> None:
        self._failures: dict[RecordKey, _Failure] = {}

    def put(self, key: RecordKey, *, group: str, due_us: int, why: str) -> None:
        """Set a record aside, for the class of an error or for a word."""
        self._failures[key] = _Failure(key, group, due_us, why)

    async def give_back(self, context: Context, batch: Sequence[RecordKey], tally: Tally) -> None:
        """End the leases of a batch; what failed comes back later.

        A release ends the lease of its group, so all that failed in one group waits equally long.
        """
        now_us = context.clock.now_us()
        waits: dict[str, int] = {}
        for failure in self._failures.values():
            waits[failure.group] = max(_wait_us(now_us - failure.due_us), waits.get(failure.group, 0))
        together: dict[int, list[_Failure]] = {}
        for failure in self._failures.values():
            together.setdefault(now_us + waits[failure.group], []).append(failure)
        for until_us, failures in together.items():
            await context.store.release([each.key for each in failures], owner=context.owner, retry_at=until_us)
            tally.counts["failed"] += len(failures)
            tally.expect(until_us)
            for each in failures:
                (kind, key), why = each.key, each.why
                context.tell(
                    SetAside(at_us=now_us, owner=context.owner, kind=kind, key=key, until_us=until_us, why=why)
                )
        await context.store.release(batch, owner=context.owner)


def _wait_us(overdue_us: int) -> int:
    """As long again as it is overdue, so that it doubles each time."""
    return min(max(overdue_us, _LEAST_US), _MOST_US)
