"""Ed25519 signatures over seals, so that a reference can be verified without the store it came from."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from feedbackkit.codec.references import canonical_reference, reference_digest
from feedbackkit.domain import checks
from feedbackkit.domain.checks import shape
from feedbackkit.errors import InvalidValue, MissingExtra

if TYPE_CHECKING:
    from types import ModuleType

    from feedbackkit.domain.reference import Reference, Seal

__all__ = ["Ed25519Signer", "canonical_reference", "seal_holds"]


def _ed25519() -> ModuleType:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        raise MissingExtra(
            "signatures of feedbackkit.export need cryptography: pip install 'feedbackkit[credentials]'"
        ) from None
    return ed25519


class Ed25519Signer:
    """Signs with one private key; its `repr` shows the id of the key alone.

    Without `key_id` the key is called after the first 16 hexadecimal digits of the SHA-256 of its public part.
    """

    def __init__(self, private_key: bytes, *, key_id: str | None = None) -> None:
        """Take the 32 raw bytes of a private key; keep them where you keep passwords, not in the store."""
        if not isinstance(private_key, bytes) or len(private_key) != 32:  # noqa: PLR2004 - the size of such a key
            raise InvalidValue("private key", "must be the 32 bytes of an Ed25519 private key", shape(private_key))
        self._key: Any = _ed25519().Ed25519PrivateKey.from_private_bytes(private_key)
        self.public_key: bytes = self._key.public_key().public_bytes_raw()
        """The 32 raw bytes of the public key: publish them, so that others can verify."""
        named = sha256(self.public_key).hexdigest()[:16] if key_id is None else key_id
        self.key_id: str = checks.identifier("signer.key_id", named)
        """By which a seal names the key."""

    def sign(self, data: bytes) -> bytes:
        """See `Signer.sign`."""
        signature: bytes = self._key.sign(data)
        return signature

    def __repr__(self) -> str:
        return f"Ed25519Signer(key_id={self.key_id!r})"


def seal_holds(reference: Reference, seal: Seal, *, public_key: bytes | None = None) -> bool:
    """Whether a seal is of that very reference; with a public key, also whether that key signed it.

    A seal without a signature holds under no key.
    """
    if reference_digest(reference) != seal.digest:
        return False
    if public_key is None:
        return True
    if seal.signature is None:
        return False
    ed25519 = _ed25519()
    from cryptography.exceptions import InvalidSignature

    try:
        key = ed25519.Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(bytes.fromhex(seal.signature), bytes.fromhex(seal.digest))
    except (InvalidSignature, ValueError):
        return False
    return True
