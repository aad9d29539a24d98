"""The desk that a command works at, and the channel that its options name."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from feedbackkit.channels import ConsoleChannel, EmlFolderChannel
from feedbackkit.desk import Desk
from feedbackkit.errors import InvalidValue, NotFound
from feedbackkit.stores import SQLiteStore

if TYPE_CHECKING:
    import argparse
    from collections.abc import Generator
    from pathlib import Path
    from typing import Any

    from feedbackkit.channels.smtp import MailServer
    from feedbackkit.ports import Channel

__all__ = ["channel_of", "check_there", "known", "open_desk"]


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
        try:
            yield desk
        finally:
            for channel in channels:
                if isinstance(channel, _Closing):
                    channel.close()


def known(desk: Desk, who: str, option: str) -> str:
    """The id of somebody who is stored, as an option names it."""
    try:
        desk.person(who)
    except InvalidValue as wrong:
        raise InvalidValue(option, wrong.rule, wrong.got) from None
    except NotFound:
        raise InvalidValue(option, "must be the id of somebody who is stored", "another one") from None
    return who


@runtime_checkable
class _Closing(Protocol):
    """A channel that takes leave of somebody."""

    def close(self) -> None: ...


USERNAME: Final = "FEEDBACKKIT_SMTP_USERNAME"
PASSWORD: Final = "FEEDBACKKIT_SMTP_PASSWORD"  # noqa: S105 - the name of the variable


def channel_of(options: argparse.Namespace) -> Channel:
    """The mail server, or the folder that mails are written into, or the screen."""
    smtp: str | None = options.smtp
    folder: Path | None = options.eml
    if smtp is None and folder is None:
        return ConsoleChannel()
    if smtp is not None and folder is not None:
        raise InvalidValue("--smtp", "must not be given with --eml", "both")
    if options.sender_address is None:
        with_it = "--eml" if smtp is None else "--smtp"
        raise InvalidValue("--sender-address", f"must be given with {with_it}", "nothing")
    if folder is not None:
        return EmlFolderChannel(folder, sender=options.sender_address)
    from feedbackkit.channels.smtp import SmtpChannel

    server = _server_of(smtp or "", options.smtp_security)
    return SmtpChannel(server, sender=options.sender_address, return_path=options.return_path)


def _server_of(where: str, security: str) -> MailServer:
    """The server that an option names; who logs in, the environment says, for options are seen by everybody."""
    from feedbackkit.channels.smtp import MailServer

    host, colon, port = where.partition(":")
    if colon and not (port.isascii() and port.isdigit() and len(port) <= len("65535")):
        raise InvalidValue("--smtp", "must be a host, or a host and a port, such as mail.example.com:587", "other text")
    return MailServer(
        host=host,
        port=int(port) if colon else None,
        security=security,
        username=os.environ.get(USERNAME),
        password=os.environ.get(PASSWORD),
    )
