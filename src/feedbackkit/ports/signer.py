"""What whoever signs promises."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

__all__ = ["Signer"]


@runtime_checkable
class Signer(Protocol):
    """Who signs what a provider seals; lives as long as the program wants it to."""

    key_id: str
    """By which whoever verifies finds the public key."""

    def sign(self, data: bytes) -> bytes:
        """The Ed25519 signature over `data`, 64 bytes."""
        ...
