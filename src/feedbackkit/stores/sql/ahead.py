"""How far a claim looks ahead, and which groups it chooses: whole ones, so that it leaves the others to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

__all__ = ["Ahead"]

_LEAST: Final = 64
"""So many records are looked at in any case."""
_FARTHEST: Final = 8
"""So many times its limit is the farthest that a claim looks, once it has found enough."""


@final
class Ahead:
    """What a claim has seen of what is due, oldest first, by group.

    It looks twice as far as it must, and twice as far again as long as that brings more of the groups that it would
    take. So where a few groups have much to do it takes hold of some of them, and not of a bit of each.
    """

    def __init__(self, limit: int) -> None:
        self._limit: Final = limit
        self._names: Final[dict[str, list[str]]] = {}
        """By group, in order of the oldest record; those that others have are among them, too."""
        self._others: Final[set[str]] = set()
        """The groups that others have, or are just taking hold of."""
        self._all_seen = False
        self._before = 0
        """How many groups it would have taken when it had seen half of what it has seen now."""
        self.seen = 0
        """How many records were looked at."""
        self.held: Final[set[str]] = set()
        """The groups that were taken hold of."""

    @property
    def farther(self) -> int:
        """How many records are to be looked at next; 0 where there are none, or enough were found."""
        if self._all_seen:
            return 0
        if not self.seen:
            return max(self._limit, _LEAST)
        groups, enough = self._wanted()
        if enough:
            before, self._before = self._before, len(groups)
            if len(groups) <= 1 or 4 * len(groups) > 3 * before > 0 or self.seen >= _FARTHEST * self._limit:
                return 0
        return self.seen

    def see(self, due: Iterable[tuple[str, str]], most: int) -> list[str]:
        """Take in the next records, each with its group; the groups that were not seen before."""
        known, seen = len(self._names), self.seen
        for name, group in due:
            self.seen += 1
            if group in self._names:
                self._names[group].append(name)
            else:
                self._names[group] = [name]
        self._all_seen = self.seen - seen < most
        return list(self._names)[known:]

    def know_free(self, groups: Iterable[str], free: Container[str]) -> None:
        """Of these groups others have all but the free ones."""
        self._others.update(group for group in groups if group not in free)

    def choose(self) -> list[str]:
        """The groups to take hold of next; none where there is nothing more to be had, or enough is held."""
        return [group for group in self._wanted()[0] if group not in self.held]

    def named(self) -> dict[str, str]:
        """The records to be given out, in order and with their groups: no more than the limit, of what is held."""
        named = {name: group for group, names in self._names.items() if group in self.held for name in names}
        return dict(list(named.items())[: self._limit])

    def _wanted(self) -> tuple[list[str], bool]:
        """The groups that are held, and those that come next until there is enough; whether there is."""
        wanted = list(self.held)
        records = sum(len(self._names[group]) for group in wanted)
        for group, names in self._names.items():
            if records >= self._limit:
                break
            if group not in self.held and group not in self._others:
                wanted.append(group)
                records += len(names)
        return wanted, records >= self._limit
