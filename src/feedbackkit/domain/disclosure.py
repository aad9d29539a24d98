"""A disclosure: who was shown which version of a dossier."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.fields import checked, instant_us
from feedbackkit.domain.people import Party
from feedbackkit.domain.times import face
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    import pendulum

__all__ = ["Disclosed", "Disclosure", "DisclosureKind"]


def _keys(value: Iterable[str]) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InvalidValue("disclosure.statements", "must be keys of statements", checks.shape(value))
    return tuple(sorted({checks.identifier("disclosure.statements", each) for each in value}))


@final
@attrs.frozen(kw_only=True)
class Disclosure:
    """That somebody was shown a version of what is said of a subject; its `repr` shows no names."""

    subject: str = attrs.field(validator=checked(checks.opaque, "disclosure.subject"))
    """The id of the person it is about."""
    to: str = attrs.field(repr=False, validator=checked(checks.line, "disclosure.to"))
    """Who was shown it: the name of a client, or what the provider calls them."""
    client: str | None = attrs.field(default=None, validator=checked(checks.opaque, "disclosure.client", optional=True))
    """The id of the organisation, where it is known."""
    audience: str = attrs.field(validator=checked(checks.line, "disclosure.audience"))
    """For whom the dossier was made."""
    version: str = attrs.field(validator=checked(checks.identifier, "disclosure.version"))
    """The digest of its content."""
    statements: tuple[str, ...] = attrs.field(converter=_keys)
    """The keys of the requests and references whose words or numbers were in it, in order."""
    at_us: int = attrs.field(validator=checked(instant_us, "disclosure.at_us"))
    """When it was shown for the first time."""
    purpose: str | None = attrs.field(
        default=None,
        repr=False,
        validator=checked(checks.line, "disclosure.purpose", optional=True, limit=checks.NOTE_LIMIT),
    )
    """What for, in words."""

    @property
    def at(self) -> pendulum.DateTime:
        """When it was shown for the first time, in UTC."""
        return face(self.at_us)


class DisclosureKind(enum.StrEnum):
    """What can happen in a disclosure log."""

    DISCLOSED = "disclosed"
    """Somebody was shown a version; `ref` is its digest."""


@final
@attrs.frozen(kw_only=True)
class Disclosed:
    """One entry of the history of a subject's disclosure log.

    Not validated: whoever makes one has checked what goes in.
    """

    kind: DisclosureKind = DisclosureKind.DISCLOSED
    at_us: int
    actor: str = "system"
    """The id of whoever did it."""
    party: Party = Party.PROVIDER
    """On whose word."""
    ref: str | None = None
    """The digest of the disclosure, as it is stored."""
    reason: str | None = attrs.field(default=None, repr=False)
    """What for, in words."""
