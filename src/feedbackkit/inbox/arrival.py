"""What a mail that came back is."""

from __future__ import annotations

import enum
from typing import final

import attrs

__all__ = ["Arrival", "What"]


class What(enum.StrEnum):
    """What a mail that came in tells."""

    DEAD_ADDRESS = "dead address"
    """A mail of ours could not be delivered, and no other one can be: the address does not work."""
    REFUSED = "refused"
    """A mail of ours was refused for good, but not because of the address."""
    NOT_NOW = "not now"
    """A mail of ours was given up for a reason that passes, such as a full mailbox."""
    DELAYED = "delayed"
    """A mail of ours is still on its way; nothing has to be done."""
    COMPLAINT = "complaint"
    """Its reader says that it is not wanted."""
    UNSUBSCRIBE = "unsubscribe"
    """Its reader wants no more of them."""
    AUTOMATIC = "automatic"
    """A machine replied: an absence, a receipt; never an answer."""
    REPLY = "reply"
    """Somebody replied, whom a person should read."""
    UNCLEAR = "unclear"
    """Something else, or nothing that can be read."""


@final
@attrs.frozen(kw_only=True)
class Arrival:
    """A mail that came in, as far as a desk has to know it."""

    what: What
    tokens: tuple[str, ...] = attrs.field(default=(), repr=False)
    """The tokens of the mails of ours that it speaks of, the likeliest first."""
    status: str = ""
    """The status of a mail that was not delivered, such as ``5.1.1`` (RFC 3463); empty where none was told."""
