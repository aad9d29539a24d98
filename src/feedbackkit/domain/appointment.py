"""Appointments: a talk or a call that was agreed on with a respondent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.fields import checked
from feedbackkit.domain.times import MINUTE_US, face, within

if TYPE_CHECKING:
    import pendulum

__all__ = ["LONGEST_MINUTES", "AgreedAppointment"]

LONGEST_MINUTES: Final = 24 * 60


def _instant(field: str, value: object) -> None:
    within(value, field=field)


@final
@attrs.frozen(kw_only=True)
class AgreedAppointment:
    """When the respondent of a request and somebody of the provider's are to speak; a request has one at most."""

    request: str = attrs.field(validator=checked(checks.identifier, "appointment.request"))
    """The key of the request that it is for."""
    host: str = attrs.field(validator=checked(checks.opaque, "appointment.host"))
    """The id of the person who speaks for the provider."""
    starts_us: int = attrs.field(validator=checked(_instant, "appointment.starts_us"))
    """When it begins."""
    minutes: int = attrs.field(
        default=15, validator=checked(checks.whole, "appointment.minutes", least=1, most=LONGEST_MINUTES)
    )
    """How long it takes."""
    place: str | None = attrs.field(
        default=None,
        repr=False,
        validator=checked(checks.line, "appointment.place", limit=checks.NOTE_LIMIT, optional=True),
    )
    """Where: a room, a number to call, the address of a video talk."""
    sequence: int = attrs.field(default=0, validator=checked(checks.whole, "appointment.sequence", least=0))
    """0 at first, one more with each change."""
    called_off: bool = attrs.field(default=False, validator=checked(checks.yes_or_no, "appointment.called_off"))
    """Whether it does not take place."""

    @property
    def starts(self) -> pendulum.DateTime:
        """When it begins, in UTC."""
        return face(self.starts_us)

    @property
    def ends_us(self) -> int:
        """When it is over."""
        return self.starts_us + self.minutes * MINUTE_US
