"""What comes back by mail: bytes in, a value out that says what it is. Nothing here reads a mailbox or a store."""

from feedbackkit.inbox.arrival import Arrival, What
from feedbackkit.inbox.reading import read_arrival

__all__ = ["Arrival", "What", "read_arrival"]
