"""What a desk at work tells its observers: ids, numbers, and names of rules and errors; never personal data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.domain.times import face

if TYPE_CHECKING:
    import pendulum

__all__ = [
    "AlertRaised",
    "BackedOff",
    "BatchEnded",
    "CameBack",
    "ContactUnknown",
    "Happening",
    "RunBegan",
    "RunEnded",
    "SetAside",
    "WorkerBegan",
    "WorkerEnded",
    "WorkerWaits",
]


@attrs.frozen(kw_only=True)
class Happening:
    """Something that happened at a desk; what exactly, its class says."""

    at_us: int
    """When, by the desk's clock."""
    owner: str
    """The name of the desk's worker."""

    @property
    def at(self) -> pendulum.DateTime:
        """When, in UTC."""
        return face(self.at_us)


@final
@attrs.frozen(kw_only=True)
class WorkerBegan(Happening):
    """A worker was told to work."""

    every_us: int
    """How long it waits between two runs, at the longest."""


@final
@attrs.frozen(kw_only=True)
class WorkerWaits(Happening):
    """A worker has nothing to do for now."""

    until_us: int
    """When it runs again, unless it is stopped before."""


@final
@attrs.frozen(kw_only=True)
class WorkerEnded(Happening):
    """A worker was stopped, or something was raised that it cannot deal with."""

    runs: int
    """How often it ran."""
    error: str | None = None
    """The class of what was raised; `None` where it was stopped."""


@final
@attrs.frozen(kw_only=True)
class BackedOff(Happening):
    """A run could not be finished for a reason that passes; the worker waits a little and tries again."""

    error: str
    """The class of what was raised."""
    times: int
    """How many runs in a row could not be finished."""


@final
@attrs.frozen(kw_only=True)
class RunBegan(Happening):
    """A run began."""


@final
@attrs.frozen(kw_only=True)
class BatchEnded(Happening):
    """A batch of a run was finished, all of it stored."""

    due: int
    """How many requests, or booked contacts, were in it."""
    counts: Mapping[str, int] = attrs.field(hash=False)
    """How often each thing happened in it, as in `RunReport.counts`."""


@final
@attrs.frozen(kw_only=True)
class RunEnded(Happening):
    """A run ended: nothing was due any more, it was stopped, or something was raised."""

    begun_us: int
    """When it began."""
    due: int
    """How many requests and booked contacts were due."""
    counts: Mapping[str, int] = attrs.field(hash=False)
    """How often each thing happened, as in `RunReport.counts`."""
    rules: Mapping[tuple[str, str], int] = attrs.field(hash=False)
    """How often each rule ``moved``, ``held`` or ``stopped`` a contact, by rule and what it did."""
    error: str | None = None
    """The class of what was raised."""

    @property
    def seconds(self) -> float:
        """How long it took, by the desk's clock."""
        return (self.at_us - self.begun_us) / 1_000_000


@final
@attrs.frozen(kw_only=True)
class SetAside(Happening):
    """A request or contact could not be handled; it is tried again later, and in the end a dead letter."""

    kind: str
    """``request`` or ``contact``."""
    key: str
    """Its id."""
    until_us: int
    """When it is tried again."""
    why: str
    """The class of what was raised, or a word."""


@final
@attrs.frozen(kw_only=True)
class ContactUnknown(Happening):
    """Nobody knows whether a contact went out; it counts as sent."""

    contact: str
    """Its id."""


@final
@attrs.frozen(kw_only=True)
class CameBack(Happening):
    """A mail came in that speaks of a contact: it was not delivered, or somebody replied, or complains."""

    contact: str
    """The contact's id."""
    what: str
    """What it tells: ``dead address``, ``complaint``, ``reply``…"""
    repeated: bool
    """Whether the very same mail came in before."""


@final
@attrs.frozen(kw_only=True)
class AlertRaised(Happening):
    """Somebody of the provider's staff should look at a request."""

    alert: str
    """The key of the alert."""
    why: str
    """Its kind, such as ``bad``."""
    request: str
    """The key of the request."""
    to: str
    """The id of the actor who looks after the request."""
