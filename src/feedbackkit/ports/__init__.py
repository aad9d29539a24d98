"""What a backend must do: the protocols between the desk and the world, and what each of them promises.

A store holds *records*: opaque bytes under a key, with the few columns that finding and claiming need. It knows nothing
of requests, people or answers, so it can be written, wrapped and tested without them; `feedbackkit.testing` ships the
contract that every store passes.
"""

from __future__ import annotations

from feedbackkit.ports.channel import AsyncChannel, Channel, Outcome, Receipt, Writer
from feedbackkit.ports.clock import Clock, Ids
from feedbackkit.ports.observer import Observer
from feedbackkit.ports.records import (
    AlreadyApplied,
    Applied,
    Change,
    Head,
    HistoryEntry,
    Put,
    Record,
    RecordKey,
    Refused,
    Result,
    Update,
)
from feedbackkit.ports.signer import Signer
from feedbackkit.ports.store import AsyncStore, Store
from feedbackkit.ports.subscriber import AsyncSubscriber, Subscriber
from feedbackkit.ports.watermark import Watermark

__all__ = [
    "AlreadyApplied",
    "Applied",
    "AsyncChannel",
    "AsyncStore",
    "AsyncSubscriber",
    "Change",
    "Channel",
    "Clock",
    "Head",
    "HistoryEntry",
    "Ids",
    "Observer",
    "Outcome",
    "Put",
    "Receipt",
    "Record",
    "RecordKey",
    "Refused",
    "Result",
    "Signer",
    "Store",
    "Subscriber",
    "Update",
    "Watermark",
    "Writer",
]
