"""Notices: what another program is told of what happened to a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.domain.times import face

if TYPE_CHECKING:
    import pendulum

__all__ = ["Notice"]


@final
@attrs.frozen(kw_only=True)
class Notice:
    """One thing that happened to a request, for one subscriber; ids and words of the law, no personal data."""

    id: str
    """The same on every try, so that whoever hears it twice knows."""
    kind: str
    """What happened: ``request.given``, ``request.undeliverable``…; see `EventKind` for the others."""
    at_us: int
    """When it happened."""
    body: bytes = attrs.field(repr=False)
    """All of it as a JSON object, the same bytes on every try."""

    @property
    def at(self) -> pendulum.DateTime:
        """When it happened, in UTC."""
        return face(self.at_us)
