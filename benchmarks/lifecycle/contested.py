"""A store on which another writer is faster, now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from feedbackkit.ports import Applied, Change, RecordKey, Update

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.ports import Result, Store

EVERY = 100


@final
class Contested:
    """Passes everything on; but before a change to a person is written, one time in a hundred, another writer comes.

    The other writer has a connection of its own and writes the person as it is, so that the version the change was made
    from is no longer the one in the store. What it costs counts as the desk's.
    """

    def __init__(self, store: Store, other: Store) -> None:
        self._store = store
        self._other = other
        self._seen = 0
        self.disturbed = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        return getattr(self._store, name)

    def write(self, changes: Sequence[Change]) -> list[Result]:
        """Write, when the other writer has had its turn."""
        targets = []
        for change in changes:
            people = [write.key for write in change.writes if isinstance(write, Update) and write.kind == "person"]
            self._seen += bool(people)
            if people and self._seen % EVERY == 0:
                targets.append(RecordKey("person", people[0]))
        if targets:
            self._disturb(targets)
        return self._store.write(changes)

    def _disturb(self, targets: Sequence[RecordKey]) -> None:
        others = []
        for (kind, key), head in zip(targets, self._other.heads(targets), strict=True):
            assert head is not None
            self.disturbed += 1
            update = Update(kind, key, head.version, None, head.state, head.head)
            others.append(Change(f"other/{self.disturbed:08d}", 0, (update,)))
        assert all(isinstance(result, Applied) for result in self._other.write(others))

    def close(self) -> None:
        """Close both connections."""
        self._other.close()
        self._store.close()
