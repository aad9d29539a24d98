"""Mails in a Maildir, where a mail server of this machine puts them."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from feedbackkit.errors import SetupError
from feedbackkit.feeds.mails import FetchedMail

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

__all__ = ["MaildirFeed"]

_FLAGS: Final = ":2,"
"""What stands between a mail's name and its marks."""


class MaildirFeed:
    """The mails of a Maildir that nobody has seen; lives as long as one likes, for it keeps nothing open."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        """`folder` must be there, with its ``new``, ``cur`` and ``tmp``."""
        self._folder = Path(folder)
        if not all((self._folder / name).is_dir() for name in ("new", "cur", "tmp")):
            raise SetupError(f"{self._folder.name} is no Maildir: it must have the folders new, cur and tmp")

    def unseen(self) -> Iterator[FetchedMail]:
        """Each mail that has no mark of the seen, in order of their names; what somebody else took is left out."""
        for path in sorted(self._mails(), key=lambda path: path.name):
            try:
                raw = path.read_bytes()
            except FileNotFoundError:
                continue  # taken or marked meanwhile
            yield FetchedMail(raw, partial(_mark, path))

    def _mails(self) -> Iterator[Path]:
        yield from (path for path in (self._folder / "new").iterdir() if not path.name.startswith("."))
        for path in (self._folder / "cur").iterdir():
            if not path.name.startswith(".") and "S" not in path.name.partition(_FLAGS)[2]:
                yield path


def _mark(path: Path) -> None:
    """Move it among the mails that were looked at, with the mark of the seen, in one step."""
    name, _, flags = path.name.partition(_FLAGS)
    marked = name + _FLAGS + "".join(sorted({*flags, "S"}))
    with suppress(FileNotFoundError):  # marked already, or taken away
        path.rename(path.parents[1] / "cur" / marked)
