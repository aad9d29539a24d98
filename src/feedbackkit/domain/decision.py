"""What a policy answers: an instant, a condition or a refusal, and always the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, final

import attrs

from feedbackkit.domain.times import face

if TYPE_CHECKING:
    import pendulum

__all__ = ["At", "Decision", "Held", "Never", "Reason"]


@final
@attrs.frozen
class Reason:
    """Why a contact is not earlier: one rule moved it to an instant, or stopped it."""

    rule: str
    """The rule's name, such as ``office hours``."""
    until_us: int | None
    """Where the rule moved it; `None` where it stopped it."""
    text: str
    """The sentence for people, without personal data."""

    @property
    def until(self) -> pendulum.DateTime | None:
        """Where the rule moved it, in UTC."""
        return None if self.until_us is None else face(self.until_us)


@final
@attrs.frozen
class At:
    """Yes, at this instant and not before."""

    at_us: int
    because: tuple[Reason, ...] = ()
    """Every move on the way from the instant asked about, in order; empty when nothing moved it."""

    @property
    def at(self) -> pendulum.DateTime:
        """The instant in UTC."""
        return face(self.at_us)


@final
@attrs.frozen
class Held:
    """Not before something happens that no clock can tell, such as an answer to an earlier request."""

    until: str
    """What must happen."""
    because: tuple[Reason, ...] = ()


@final
@attrs.frozen
class Never:
    """Not at all, as things stand."""

    because: tuple[Reason, ...]


Decision: TypeAlias = At | Held | Never
"""What a policy answers."""
