"""A flag: a reason to look twice at an answer; a person decides what it comes to."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.fields import checked, instance_of, instant_us, member
from feedbackkit.domain.times import face
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    import pendulum

__all__ = ["Flag", "FlagKind", "Resolution", "Verdict"]


class FlagKind(enum.StrEnum):
    """What looks odd."""

    SAME_PERSON = "same_person"
    """Two who answered seem to be one person under two addresses, or one of them the subject."""
    CONFUSABLE = "confusable"
    """A name or address that can be taken for another one, by characters that look alike."""
    FREE_MAIL = "free_mail"
    """Somebody who speaks for an employer has an address that anybody can have."""
    QUICK = "quick"
    """It was answered within minutes after it was asked."""
    SAME_TEXT = "same_text"
    """Two said the same in the same words."""
    SAME_NETWORK = "same_network"
    """Two answered from the same network, or one from the subject's."""


class Verdict(enum.StrEnum):
    """What a person decided about a flag."""

    CLEARED = "cleared"
    """There is a good explanation."""
    UPHELD = "upheld"
    """It is as bad as it looked."""


def _share(field: str, value: object) -> None:
    if not 0 < checks.number(field, value) <= 1:
        raise InvalidValue(field, "must be above 0 and at most 1", "another number")


def _kind(value: FlagKind | str) -> FlagKind:
    return member(FlagKind, "flag.kind", value)


@final
@attrs.frozen(kw_only=True)
class Flag:
    """One reason to look twice at one answer; it names ids alone, never what was compared."""

    kind: FlagKind = attrs.field(converter=_kind)
    """What looks odd."""
    request: str = attrs.field(validator=checked(checks.identifier, "flag.request"))
    """The key of the request whose answer it is about."""
    other: str | None = attrs.field(default=None, validator=checked(checks.identifier, "flag.other", optional=True))
    """The other request, or the subject's id, that it was compared with."""
    score: float = attrs.field(validator=checked(_share, "flag.score"))
    """How much it speaks against the answer, from 0 to 1; a judgement, not a probability."""
    because: str = attrs.field(validator=checked(checks.line, "flag.because", limit=checks.NOTE_LIMIT))
    """Why, in words and ids."""

    @property
    def id(self) -> str:
        """The same flag has the same id whenever it is raised."""
        return f"{self.kind}:{self.request}" if self.other is None else f"{self.kind}:{self.request}:{self.other}"


def _verdict(value: Verdict | str) -> Verdict:
    return member(Verdict, "resolution.verdict", value)


@final
@attrs.frozen(kw_only=True)
class Resolution:
    """What a person decided about a flag, and why; a later one does not erase an earlier one."""

    flag: Flag = attrs.field(validator=instance_of(Flag, "resolution.flag", "must be a Flag"))
    """The flag as it was raised then."""
    verdict: Verdict = attrs.field(converter=_verdict)
    """What it came to."""
    why: str = attrs.field(repr=False, validator=checked(checks.text, "resolution.why", limit=2_000))
    """The explanation."""
    by: str = attrs.field(validator=checked(checks.identifier, "resolution.by", limit=100))
    """The id of the actor who decided."""
    at_us: int = attrs.field(validator=checked(instant_us, "resolution.at_us"))
    """When."""

    @property
    def at(self) -> pendulum.DateTime:
        """When, in UTC."""
        return face(self.at_us)
