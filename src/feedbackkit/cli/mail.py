"""The commands about what comes back by mail."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from feedbackkit.cli.opening import open_desk
from feedbackkit.cli.render import json_line
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from feedbackkit.desk import Received

__all__ = ["readdress", "receive"]

_LARGEST: Final = 64 * 1024 * 1024
"""Bytes of one mail; no mail server carries a larger one."""


def receive(options: argparse.Namespace) -> int:
    """Take note of mails that came in, a file each, or one from standard input."""
    with open_desk(options.store) as desk:
        for path in options.files:
            received = desk.receive(_mail(path))
            print(json_line(_fields(path, received)) if options.json else _line(path, received))
    return 0


def _mail(path: Path) -> bytes:
    if str(path) == "-":
        raw = sys.stdin.buffer.read(_LARGEST + 1)
    else:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise InvalidValue("mail", f"must have at most {_LARGEST} bytes", "a longer one")
    return raw


def _fields(path: Path, received: Received) -> dict[str, object]:
    return {
        "file": str(path),
        "what": received.what.value,
        "contact": received.contact,
        "person": received.person,
        "requests": list(received.requests),
        "repeated": received.repeated,
    }


def _line(path: Path, received: Received) -> str:
    if received.contact is None:
        return f"{path}: {received.what.value}; it names no contact, and nothing was done"
    again = ", and came in before" if received.repeated else ""
    return f"{path}: {received.what.value}, about {', '.join(received.requests)} to {received.person}{again}"


def readdress(options: argparse.Namespace) -> int:
    """Note an address of a person that works, and let what could not be delivered go on."""
    with open_desk(options.store) as desk:
        person = desk.readdress(options.person, options.address)
    if options.json:
        print(json_line({"person": person.id}))
    else:
        print(f"{person.id} has an address that works; what could not be delivered goes on with the next run")
    return 0
