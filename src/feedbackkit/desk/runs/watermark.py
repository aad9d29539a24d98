"""Where a desk notes how far its store had come: outside of the store, so that a restored one is told from it."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, final

from feedbackkit.desk.awaiting import is_plain
from feedbackkit.errors import SetupError, StoreUnusable

if sys.platform == "win32":  # pragma: no cover - the other kind of lock
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import IO

    from feedbackkit.ports import Watermark

__all__ = ["FileWatermark", "watermark_of"]

_NOTED: Final = re.compile(rb"[0-9]{1,18}\n")
_METHODS: Final = ("read", "raise_to")


def watermark_of(store: object, *, given: Watermark | Literal[False] | None) -> Watermark | None:
    """The watermark of a store: the one that was given, or a file beside a store that has a `path`.

    None where `False` was given, where there is no place for one (``feedback.db.mark``), and in a transaction of the
    caller's, for what is written there may be undone. What is no watermark is refused.
    """
    if given is not None and given is not False:
        _check(given)
    if given is False or getattr(store, "joined", False) is True:
        return None
    path = getattr(store, "path", None)
    beside = FileWatermark(path.with_name(path.name + ".mark")) if isinstance(path, Path) else None
    return given or beside


def _check(watermark: Watermark) -> None:
    name = type(watermark).__name__
    missing = [method for method in _METHODS if not callable(getattr(watermark, method, None))]
    if missing:
        raise SetupError(f"{name} is no watermark: it has no {', '.join(missing)}")
    if not all(is_plain(watermark, method) for method in _METHODS):
        raise SetupError(f"{name} must be awaited: a watermark is plain, for AsyncDesk too")


@final
class FileWatermark:
    """A watermark in a file of one line; for several threads and processes on one machine, on a local disk.

    The number is replaced whole and is on the disk when `raise_to` returns, so that neither a power cut nor a reader
    finds half of it; anything but a whole number counts as nothing noted. An empty file beside it (``….lock``) keeps
    writers in turn. Leave both out of the store's backup.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path: Final = Path(path).absolute()

    def __repr__(self) -> str:
        return f"FileWatermark({str(self._path)!r})"

    def read(self) -> int:
        """See `feedbackkit.ports.Watermark.read`."""
        with self._translated("read"):
            return self._noted()

    def raise_to(self, number: int) -> None:
        """See `feedbackkit.ports.Watermark.raise_to`."""
        with self._translated("written"), self._locked():
            if self._noted() < number:
                self._replace(f"{number}\n")
            _sync_folder(self._path.parent)  # what somebody else noted may not have got there yet

    def _noted(self) -> int:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return 0
        return int(data) if _NOTED.fullmatch(data) else 0

    def _replace(self, line: str) -> None:
        draft = self._path.with_name(f"{self._path.name}.new")  # one at a time, under the lock
        with draft.open("w", encoding="ascii") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)

    @contextmanager
    def _locked(self) -> Generator[None]:
        """One writer at a time, whichever thread or process; who dies lets go."""
        with self._path.with_name(f"{self._path.name}.lock").open("ab") as file:
            _lock(file)
            yield

    @contextmanager
    def _translated(self, done: str) -> Generator[None]:
        try:
            yield
        except OSError as error:
            raise StoreUnusable(f"the watermark {self._path} cannot be {done}: {error.strerror}") from error


if sys.platform == "win32":  # pragma: no cover - the other kind of lock

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)

    def _sync_folder(_folder: Path) -> None:
        """Nothing: there a folder cannot be opened, and a file that was replaced is in it."""

else:

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def _sync_folder(folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
