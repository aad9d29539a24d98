"""The secret behind the address digests: kept outside of the store, so that a copy of the store tells no addresses."""

from __future__ import annotations

import hmac
import os
import secrets
import unicodedata
from base64 import b32encode
from hashlib import sha256
from pathlib import Path
from typing import Final

from feedbackkit.errors import SetupError

__all__ = ["Fingerprints", "secret_for"]

_LEAST_BYTES: Final = 16
_PROCESS_SECRET: Final = secrets.token_bytes(32)
"""For stores that end with the process."""


def secret_for(store: object) -> bytes:
    """The secret of a store that was given none.

    A store with a `path` has it in a file beside itself (``feedback.db.secret``), made at the first use and readable
    by its owner alone: back it up apart from the store. A store whose `ephemeral` is true has one for as long as the
    process lives. For any other, the program must hand one in.
    """
    path = getattr(store, "path", None)
    if isinstance(path, Path):
        return _from_file(path.with_name(path.name + ".secret"))
    if getattr(store, "ephemeral", False) is True:
        return _PROCESS_SECRET
    raise SetupError(
        "this store has no place of its own for a secret: give the desk one, Desk(store, secret=…), "
        f"of at least {_LEAST_BYTES} bytes, kept outside of the store"
    )


def _from_file(path: Path) -> bytes:
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        return _made(path)
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"the secret in {path.name} cannot be read: {type(error).__name__}") from error
    try:
        return bytes.fromhex(text.strip())
    except ValueError as error:
        raise SetupError(f"{path.name} does not hold a secret in hexadecimal digits") from error


def _made(path: Path) -> bytes:
    """Write a new secret; whoever comes second reads what the first one wrote, and that whole."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _from_file(path)


class Fingerprints:
    """Keyed digests of addresses and names: equal for equal ones, telling nothing without the secret."""

    def __init__(self, secret: bytes) -> None:
        if not isinstance(secret, bytes) or len(secret) < _LEAST_BYTES:
            raise SetupError(f"a secret must be at least {_LEAST_BYTES} bytes")
        self._keyed = hmac.new(secret, digestmod=sha256)

    def _of(self, purpose: str, text: str) -> str:
        keyed = self._keyed.copy()
        keyed.update(f"{purpose}\0{text}".encode())
        return keyed.hexdigest()

    def email(self, address: str) -> str:
        """The digest of an e-mail address, however it is spelled in capitals or Unicode forms."""
        return self._of("email", unicodedata.normalize("NFKC", address).casefold())

    def organisation(self, name: str) -> str:
        """The digest of an organisation's name, however it is spaced or spelled in capitals."""
        return self._of("organisation", " ".join(unicodedata.normalize("NFKC", name).casefold().split()))

    def token(self, contact: str) -> str:
        """What a contact is known by when something comes back: sixteen letters and digits that nobody can guess."""
        return b32encode(bytes.fromhex(self._of("contact", contact)[:20])).decode("ascii").lower()

    def proof(self) -> str:
        """What a store keeps to notice that it is opened with another secret."""
        return self._of("proof", "feedbackkit")
