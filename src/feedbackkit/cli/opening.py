"""The desk that a command works at, and the channel that its options name."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from feedbackkit.channels import ConsoleChannel, EmlFolderChannel
from feedbackkit.desk import Desk
from feedbackkit.errors import InvalidValue
from feedbackkit.stores import SQLiteStore

if TYPE_CHECKING:
    import argparse
    from collections.abc import Generator
    from pathlib import Path
    from typing import Any

    from feedbackkit.ports import Channel

__all__ = ["channel_of", "check_there", "open_desk"]


def check_there(path: Path) -> None:
    """Refuse a store file that is not there."""
    if not path.exists():
        raise InvalidValue("--store", "must be a store that is there: import a file of mandates first", "no such file")


@contextmanager
def open_desk(path: Path, *channels: Channel, new: bool = False, **parts: Any) -> Generator[Desk]:
    """The desk over a store file, which must be there unless it may be new."""
    if not new:
        check_there(path)
    with Desk(SQLiteStore(path), channels=channels, **parts) as desk:
        yield desk


def channel_of(options: argparse.Namespace) -> Channel:
    """The folder that mails are written into, or the screen."""
    if options.eml is None:
        return ConsoleChannel()
    if options.sender_address is None:
        raise InvalidValue("--sender-address", "must be given with --eml", "nothing")
    return EmlFolderChannel(options.eml, sender=options.sender_address)
