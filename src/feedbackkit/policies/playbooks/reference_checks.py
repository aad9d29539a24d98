"""The playbook of a reference check: so many answers from referees, and others where some stay silent."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.checks import line, whole, yes_or_no
from feedbackkit.domain.fields import checked, member
from feedbackkit.domain.request import Form, Occasion, Siblings
from feedbackkit.domain.signals import SignalKind
from feedbackkit.domain.source import Relation
from feedbackkit.errors import InvalidValue
from feedbackkit.policies.planned import planned_key
from feedbackkit.policies.playbooks.making import START, cause_of, day_after, in_order, planned

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from feedbackkit.domain.engagement import Engagement, Referee
    from feedbackkit.domain.signals import Signal
    from feedbackkit.policies.planned import PlannedRequest

__all__ = ["ReferenceCheck", "Wanted"]

Wanted: TypeAlias = Mapping[Relation | None, int]
"""How many answers are wanted of which relation; `None`: of any."""

_GIVEN: Final = frozenset({SignalKind.GOOD, SignalKind.BAD, SignalKind.GIVEN})
_FAILED: Final = frozenset({SignalKind.DECLINED, SignalKind.SILENT, SignalKind.UNREACHED})


_TWO: Final[Wanted] = MappingProxyType({None: 2})


def _wanted(value: Wanted | Mapping[Relation, int] | Mapping[str, int] | int) -> Wanted:
    if not isinstance(value, Mapping):
        return MappingProxyType({None: _number(value)})
    if not value or (None in value and len(value) > 1):
        raise InvalidValue("reference check.wanted", "must name relations, or be one number", "another mapping")
    return MappingProxyType({_relation(relation): _number(n) for relation, n in value.items()})


def _relation(value: Relation | str | None) -> Relation | None:
    return None if value is None else member(Relation, "reference check.wanted", value)


def _number(value: object) -> int:
    return whole("reference check.wanted", value, least=1, most=50)


def _form(value: Form | str) -> Form:
    return member(Form, "reference check.form", value)


class _Asked(NamedTuple):
    """One referee, and from when on something is asked of them, or for want of them."""

    referee: Referee
    due: dt.date


@final
@attrs.frozen(kw_only=True)
class ReferenceCheck:
    """The playbook of a reference check: referees are asked about the subject until enough of them have answered.

    - The first referees of each relation are asked from the first day of the engagement on, as many as answers are
      wanted and `spare` more; all of them may answer until its last day.
    - Where enough have answered, the others are let go; a late answer is accepted nevertheless.
    - For each one who says no, stays silent, or is not reached, the next referee on the list is asked.
    - Where none is left, the subject is asked to name somebody else. Who looks after the check is alerted to the reply,
      and adds the new referee to the engagement.

    The referees' keys hold their ids, so whoever is added shifts nobody.
    """

    wanted: Wanted = attrs.field(default=_TWO, converter=_wanted, hash=False)
    """How many answers: a number, of any relation, or a number for each relation."""
    spare: int = attrs.field(default=0, validator=checked(whole, "reference check.spare", least=0, most=50))
    """How many more referees of each relation are asked at once than answers are wanted."""
    form: Form = attrs.field(default=Form.PHONE, converter=_form)
    """The medium in which referees answer."""
    naming: bool = attrs.field(default=True, validator=checked(yes_or_no, "reference check.naming"))
    """Whether the subject is asked for other referees where some are missing."""
    approval: str | None = attrs.field(
        default=None,
        validator=checked(line, "reference check.approval", limit=checks.NOTE_LIMIT, optional=True),
    )
    """Why somebody must approve each ask before it goes; `None`: nobody must."""
    value: int = attrs.field(default=80, validator=checked(whole, "reference check.value", least=0, most=100))
    """How much the answer of a referee is worth."""
    naming_value: int = attrs.field(
        default=70, validator=checked(whole, "reference check.naming_value", least=0, most=100)
    )
    """How much the name of another referee is worth."""

    def __call__(self, engagement: Engagement, /) -> tuple[PlannedRequest, ...]:
        """The requests of the check as it is known, in order of their due dates and keys."""
        return in_order(each for relation in self.wanted for each in self._of(engagement, relation))

    def _of(self, engagement: Engagement, relation: Relation | None) -> Iterator[PlannedRequest]:
        """What is asked of the referees of one relation, and of the subject for want of them."""
        wanted, name = self.wanted[relation], relation.value if relation else START
        referees = [each for each in engagement.referees if relation in {None, each.relation}]
        enough = sum(_has(engagement, each, _GIVEN) is not None for each in referees) >= wanted
        asked = [_Asked(referee, engagement.starts) for referee in referees[: wanted + self.spare]]
        missing = [] if enough else _replace(engagement, asked, referees)
        siblings = Siblings(name=f"{Occasion.REFERENCE_CHECK}/{name}", enough=wanted)
        yield from (self._ask(engagement, each, siblings) for each in asked if each.due <= engagement.last_day)
        if self.naming and not enough:
            short = wanted - sum(_has(engagement, each.referee, _FAILED) is None for each in asked)
            yield from self._namings(engagement, missing, name, short)

    def _ask(self, engagement: Engagement, asked: _Asked, siblings: Siblings) -> PlannedRequest:
        return planned(
            engagement,
            asked.referee.person,
            Occasion.REFERENCE_CHECK,
            cause_of(asked.referee.person),
            form=self.form,
            value=self.value,
            due=asked.due,
            until=day_after(engagement.last_day),
            approval=self.approval,
            relation=asked.referee.relation,
            siblings=siblings,
        )

    def _namings(
        self, engagement: Engagement, missing: Sequence[_Asked], name: str, short: int
    ) -> Iterator[PlannedRequest]:
        """One for each of the latest who failed and were not replaced, as many as are short; one for a short list."""
        if short > len(missing):
            yield self._naming(engagement, name, engagement.starts)
        for each in missing[max(0, len(missing) - short) :] if short > 0 else ():
            if each.due <= engagement.last_day:
                yield self._naming(engagement, cause_of(each.referee.person), each.due)

    def _naming(self, engagement: Engagement, cause: str, due: dt.date) -> PlannedRequest:
        return planned(
            engagement,
            engagement.subject,
            Occasion.NAMING,
            cause,
            form=Form.WRITTEN,
            value=self.naming_value,
            due=due,
            until=day_after(engagement.last_day),
            relation=Relation.SELF,
        )


def _has(engagement: Engagement, referee: Referee, kinds: frozenset[SignalKind]) -> Signal | None:
    """The latest signal of some kinds about a referee, or about whoever was named instead."""
    key = planned_key(engagement.id, Occasion.REFERENCE_CHECK, cause_of(referee.person), 1)
    signals = [each for each in engagement.signals if each.request == key or each.request.startswith(f"{key}/")]
    if kinds is _FAILED and any(each.kind in _GIVEN for each in signals):
        return None  # late, but there
    return next((each for each in reversed(signals) if each.kind in kinds), None)


def _replace(engagement: Engagement, asked: list[_Asked], referees: Sequence[Referee]) -> list[_Asked]:
    """Ask the next referee on the list for each who failed, in order of time; those for whom none is left come back."""
    rest = iter(referees[len(asked) :])
    missing: list[_Asked] = []
    seen: set[str] = set()
    while True:
        failures = [
            (max(signal.on, each.due), signal.on, signal.request, each.referee)
            for each in asked
            if cause_of(each.referee.person) not in seen and (signal := _has(engagement, each.referee, _FAILED))
        ]
        if not failures:
            return missing
        due, _, _, failed = min(failures, key=lambda failure: failure[:3])
        seen.add(cause_of(failed.person))
        following = next(rest, None)
        if following is None:
            missing.append(_Asked(failed, due))
        else:
            asked.append(_Asked(following, due))
