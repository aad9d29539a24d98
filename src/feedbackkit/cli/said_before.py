"""What the rows of a file say of the same people and organisations: it must be the same each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedbackkit.cli.fields import Fields

__all__ = ["Seen"]


class Seen:
    """What earlier rows said: the same must be said again of the same id. What is wrong in itself is left out.

    `of_sponsor` and `of_subject`: the columns that tell more of these two than name and address.
    """

    def __init__(self, *, of_sponsor: Sequence[str], of_subject: Sequence[str]) -> None:
        self._of_sponsor = of_sponsor
        self._of_subject = of_subject
        self._said: dict[tuple[str, str, str], tuple[str, int]] = {}

    def compare(self, fields: Fields, line: int) -> None:
        """Note what differs from an earlier row."""
        self._agree(fields, "mandate", ("mandate", ""), str(line), line, "must be an id of its own, and is that of")
        self._same(fields, "client_id", "client", ("client", "name"), line)
        for role in ("subject", "sponsor"):
            id_, email = f"{role}_id", f"{role}_email"
            self._same(fields, id_, f"{role}_name", ("person", "name"), line)
            self._same(fields, id_, email, ("person", "email"), line)
            if fields.is_good(id_):
                owner = str(fields.values[id_])
                self._agree(
                    fields, email, ("address", ""), owner, line, "must not be the address of somebody else, as in"
                )
        for name in self._of_sponsor:
            self._same(fields, "sponsor_id", name, ("sponsor", name), line)
        for name in self._of_subject:
            if name in fields.values:
                self._same(fields, "subject_id", name, ("subject", name), line)

    def _same(self, fields: Fields, id_: str, name: str, what: tuple[str, str], line: int) -> None:
        if fields.is_good(id_) and fields.is_good(name):
            key = (*what, str(fields.values[id_]))
            self._compare(
                fields, name, key, str(fields.values[name]), line, f"must be the same for one {id_}, and differs from"
            )

    def _agree(self, fields: Fields, name: str, what: tuple[str, str], said: str, line: int, rule: str) -> None:
        if fields.is_good(name):
            self._compare(fields, name, (*what, str(fields.values[name]).casefold()), said, line, rule)

    def _compare(self, fields: Fields, name: str, key: tuple[str, str, str], said: str, line: int, rule: str) -> None:
        before, first = self._said.setdefault(key, (said, line))
        if before != said:
            fields.note(name, f"{rule} line {first}")
