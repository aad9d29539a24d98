"""What came back about an engagement, as its playbook sees it: signs, not words."""

from __future__ import annotations

import datetime as dt
import enum
from typing import final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.fields import checked, member
from feedbackkit.domain.request import Occasion
from feedbackkit.domain.times import day

__all__ = ["Signal", "SignalKind"]


class SignalKind(enum.StrEnum):
    """What became of one request."""

    GOOD = "good"
    """An answer that was read as good."""
    BAD = "bad"
    """An answer that was read as bad."""
    GIVEN = "given"
    """An answer that is neither."""
    DECLINED = "declined"
    """The respondent said no."""
    SILENT = "silent"
    """The respondent was asked, and never answered."""
    UNREACHED = "unreached"
    """Nobody was asked: no address works, or the contact rules left the person in peace."""


def _kind(value: SignalKind | str) -> SignalKind:
    return member(SignalKind, "signal.kind", value)


def _on(value: dt.date | str) -> dt.date:
    return day(value, field="signal.on")


def _occasion(value: Occasion | str) -> Occasion:
    return member(Occasion, "signal.occasion", value)


@final
@attrs.frozen(kw_only=True)
class Signal:
    """What became of one request of an engagement; the words of an answer are not in it."""

    kind: SignalKind = attrs.field(converter=_kind)
    on: dt.date = attrs.field(converter=_on)
    """The day on which it came, in UTC."""
    occasion: Occasion = attrs.field(converter=_occasion)
    """The purpose of the request."""
    request: str = attrs.field(validator=checked(checks.identifier, "signal.request"))
    """The key of the request."""
    respondent: str = attrs.field(validator=checked(checks.opaque, "signal.respondent"))
    """The id of the person who was asked."""
