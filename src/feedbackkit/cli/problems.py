"""What is wrong with a file that a person wrote: every problem at once, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedbackkit.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["BadFile", "Problem"]


class Problem(NamedTuple):
    """One place in a file and what is wrong there, without repeating what stands there."""

    where: str
    what: str

    def __str__(self) -> str:
        """The place, and what is wrong there."""
        return f"{self.where}: {self.what}" if self.where else self.what


class BadFile(Unreadable):
    """A file that cannot be accepted; `problems` has all that is wrong with it, in the order of the file."""

    def __init__(self, path: str, problems: Iterable[Problem]) -> None:
        found = tuple(problems)
        super().__init__(path, found)
        self.path = path
        self.problems = found

    def __str__(self) -> str:
        """One line a problem, each beginning with the file's path."""
        return "\n".join(f"{self.path}: {problem}" for problem in self.problems)
