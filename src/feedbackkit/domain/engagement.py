"""An engagement (Mandat): a subject works for a client over a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.checks import shape
from feedbackkit.domain.fields import checked, instance_of, member, one_of
from feedbackkit.domain.people import Actor, Person
from feedbackkit.domain.signals import Signal
from feedbackkit.domain.source import Relation
from feedbackkit.domain.times import day
from feedbackkit.errors import InvalidValue

__all__ = ["EarlyEnd", "Engagement", "Extension", "Milestone", "Referee"]


def _on(value: dt.date | str) -> dt.date:
    return day(value, field="milestone.on")


def _relation(value: Relation | str) -> Relation:
    return member(Relation, "referee.relation", value)


def _agreed(value: dt.date | str) -> dt.date:
    return day(value, field="extension.agreed")


def _prolonged_end(value: dt.date | str) -> dt.date:
    return day(value, field="extension.ends")


def _known(value: dt.date | str) -> dt.date:
    return day(value, field="early end.known")


def _early_end(value: dt.date | str) -> dt.date:
    return day(value, field="early end.ends")


def _starts(value: dt.date | str) -> dt.date:
    return day(value, field="engagement.starts")


def _ends(value: dt.date | str) -> dt.date:
    return day(value, field="engagement.ends")


@final
@attrs.frozen(kw_only=True)
class Milestone:
    """A result that is worth a word: a go-live, a turnaround, a handover."""

    id: str = attrs.field(validator=checked(checks.identifier, "milestone.id", limit=40))
    """Its id within the engagement; a playbook may use it as a cause."""
    on: dt.date = attrs.field(converter=_on)
    """The day on which it is reached."""
    name: str = attrs.field(
        default="",
        repr=False,
        validator=checked(checks.text, "milestone.name", limit=checks.NAME_LIMIT, lines=False, empty=True),
    )
    """What was reached, for people."""


@final
@attrs.frozen(kw_only=True)
class Extension:
    """The engagement was prolonged (Verlängerung): a signal, but no feedback."""

    agreed: dt.date = attrs.field(converter=_agreed)
    """The day on which it was agreed; from then on it is known."""
    ends: dt.date = attrs.field(converter=_prolonged_end)
    """The new last day."""


@final
@attrs.frozen(kw_only=True)
class EarlyEnd:
    """The engagement is cut short: it ends no later than was agreed by the day on which notice was given."""

    known: dt.date = attrs.field(converter=_known)
    """The day on which notice was given; from then on it is known."""
    ends: dt.date = attrs.field(converter=_early_end)
    """The new last day."""

    def __attrs_post_init__(self) -> None:
        if self.ends < self.known:
            raise InvalidValue("early end.ends", "must not be before the day it became known", "an earlier date")


@final
@attrs.frozen(kw_only=True)
class Referee:
    """Somebody who may be asked about the subject beside the sponsor, in a reference check or a review."""

    person: Person = attrs.field(validator=instance_of(Person, "referee.person", "must be a Person"))
    """Who."""
    relation: Relation = attrs.field(converter=_relation)
    """How the person stands to the subject."""


_Each = TypeVar("_Each", Milestone, Extension, Referee, Signal)


def _all_of(kind: type[_Each], field: str, value: Iterable[_Each]) -> tuple[_Each, ...]:
    if not isinstance(value, Iterable):
        raise InvalidValue(field, f"must be each a {kind.__name__}", shape(value))
    found = tuple(value)
    for each in found:
        if not isinstance(each, kind):
            raise InvalidValue(field, f"must be each a {kind.__name__}", f"{shape(each)} among them")
    return found


def _milestones(value: Iterable[Milestone]) -> tuple[Milestone, ...]:
    found = _all_of(Milestone, "engagement.milestones", value)
    return tuple(sorted(found, key=lambda milestone: (milestone.on, milestone.id)))


def _extensions(value: Iterable[Extension]) -> tuple[Extension, ...]:
    found = _all_of(Extension, "engagement.extensions", value)
    return tuple(sorted(found, key=lambda extension: (extension.agreed, extension.ends)))


def _referees(value: Iterable[Referee]) -> tuple[Referee, ...]:
    return _all_of(Referee, "engagement.referees", value)


def _signals(value: Iterable[Signal]) -> tuple[Signal, ...]:
    found = _all_of(Signal, "engagement.signals", value)
    return tuple(sorted(found, key=lambda signal: (signal.on, signal.request)))


_PROVIDER = Actor("provider")


@final
@attrs.frozen(kw_only=True)
class Engagement:
    """One subject at one client over a period, with its sponsor there.

    A reference check or a review is one, too: from the day on which people are asked to the day by which their word is
    needed; its sponsor is whoever it is made for.
    """

    id: str = attrs.field(validator=checked(checks.identifier, "engagement.id", limit=80))
    """The program's own id for it; all keys of its requests begin with it."""
    subject: Person = attrs.field(validator=instance_of(Person, "engagement.subject", "must be a Person"))
    """The professional who does the work."""
    sponsor: Person = attrs.field(validator=instance_of(Person, "engagement.sponsor", "must be a Person"))
    """The client's person for it; the client is the sponsor's organisation."""
    starts: dt.date = attrs.field(converter=_starts)
    """The first day."""
    ends: dt.date = attrs.field(converter=_ends)
    """The last day as agreed at the start."""
    milestones: tuple[Milestone, ...] = attrs.field(default=(), converter=_milestones)
    """What is to be reached, in order of time."""
    extensions: tuple[Extension, ...] = attrs.field(default=(), converter=_extensions)
    """How often it was prolonged, in order of agreement."""
    early_end: EarlyEnd | None = attrs.field(
        default=None, validator=one_of((EarlyEnd,), "engagement.early_end", "must be an EarlyEnd")
    )
    """Whether and when it was cut short."""
    referees: tuple[Referee, ...] = attrs.field(default=(), converter=_referees)
    """Who else may be asked, in the order in which they are."""
    playbook: str | None = attrs.field(
        default=None, validator=checked(checks.identifier, "engagement.playbook", limit=80, optional=True)
    )
    """The name of the playbook that plans it, as the desk knows it; `None` where it has none, or leaves it as it is."""
    signals: tuple[Signal, ...] = attrs.field(default=(), converter=_signals)
    """What came back so far, in order of time. The desk tells a playbook; it is not stored with the engagement."""
    owner: Actor = attrs.field(default=_PROVIDER, validator=instance_of(Actor, "engagement.owner", "must be an Actor"))
    """Who of the provider looks after it."""

    def __attrs_post_init__(self) -> None:
        if self.ends < self.starts:
            raise InvalidValue("engagement.ends", "must not be before the start", "an earlier date")
        last = self.ends
        for extension in self.extensions:
            if extension.ends <= last:
                raise InvalidValue("extension.ends", "must be after the end that it prolongs", "no later date")
            last = extension.ends
        if self.early_end is not None:
            self._check(self.early_end)
        ids = [milestone.id for milestone in self.milestones]
        if len(set(ids)) != len(ids):
            raise InvalidValue("engagement.milestones", "must have an id of its own each", "one id twice")
        people = [referee.person.id or referee.person for referee in self.referees]
        if len(set(people)) != len(people):
            raise InvalidValue("engagement.referees", "must be a person of their own each", "one person twice")

    def _check(self, early_end: EarlyEnd) -> None:
        if early_end.ends < self.starts:
            raise InvalidValue("early end.ends", "must not be before the start", "an earlier date")
        agreed = [extension.ends for extension in self.extensions if extension.agreed <= early_end.known]
        if early_end.ends > max(agreed, default=self.ends):
            raise InvalidValue("early end.ends", "must not be after the end that was agreed by then", "a later date")

    @property
    def last_day(self) -> dt.date:
        """The last day as things stand."""
        if self.early_end is not None:
            return self.early_end.ends
        return self.extensions[-1].ends if self.extensions else self.ends

    def known_on(self, date: dt.date) -> Engagement:
        """The engagement as it was known at the end of a day: without what was agreed later."""
        return attrs.evolve(
            self,
            extensions=tuple(extension for extension in self.extensions if extension.agreed <= date),
            early_end=self.early_end if self.early_end is not None and self.early_end.known <= date else None,
        )
