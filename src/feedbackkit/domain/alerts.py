"""Alerts: what somebody of the provider's staff should look at."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.fields import checked, instant_us, member
from feedbackkit.domain.times import face

if TYPE_CHECKING:
    import pendulum

__all__ = ["Alert", "AlertKind"]


class AlertKind(enum.StrEnum):
    """Why somebody should look."""

    BAD = "bad"
    """An answer was read as bad: somebody is not content."""
    APPROVAL = "approval"
    """An ask is due, and waits until somebody approves it."""
    NAMED = "named"
    """Somebody was asked to name others who may be asked, and has answered."""
    UNDELIVERABLE = "undeliverable"
    """A contact reached nobody: a better address is needed."""
    FAILED = "failed"
    """A contact could not be sent again and again: it was given up, until somebody brings it back."""
    REPLY = "reply"
    """Somebody replied by mail, and a person has to read it."""


def _kind(value: AlertKind | str) -> AlertKind:
    return member(AlertKind, "alert.kind", value)


@final
@attrs.frozen(kw_only=True)
class Alert:
    """One thing to look at, for the owner of a request; ids, and no personal data."""

    key: str = attrs.field(validator=checked(checks.identifier, "alert.key", limit=250))
    """Its own id, by which it is acknowledged."""
    kind: AlertKind = attrs.field(converter=_kind)
    """Why."""
    at_us: int = attrs.field(validator=checked(instant_us, "alert.at_us"))
    """When it was raised."""
    request: str = attrs.field(validator=checked(checks.identifier, "alert.request"))
    """The key of the request that it is about."""
    owner: str = attrs.field(validator=checked(checks.identifier, "alert.owner"))
    """The id of the actor who looks after the request."""
    reason: str = attrs.field(validator=checked(checks.line, "alert.reason", limit=checks.NOTE_LIMIT))
    """A sentence for people, with ids at most."""
    acknowledged_us: int | None = None
    """When somebody took note; `None` while nobody has."""
    acknowledged_by: str | None = None
    """The id of the actor who did."""

    @property
    def at(self) -> pendulum.DateTime:
        """When it was raised, in UTC."""
        return face(self.at_us)
