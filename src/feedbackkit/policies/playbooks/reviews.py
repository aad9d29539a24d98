"""The playbook of a review from all sides (360-Grad-Feedback)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.domain.checks import shape, whole, yes_or_no
from feedbackkit.domain.fields import checked, member
from feedbackkit.domain.request import Form, Occasion, Siblings
from feedbackkit.domain.source import Relation
from feedbackkit.errors import InvalidValue
from feedbackkit.policies.anonymity import BY_NAME
from feedbackkit.policies.playbooks.making import START, cause_of, day_after, in_order, planned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedbackkit.domain.engagement import Engagement
    from feedbackkit.domain.people import Person
    from feedbackkit.policies.planned import PlannedRequest

__all__ = ["Review360"]


def _enough(value: Mapping[Relation, int] | Mapping[str, int]) -> Mapping[Relation, int]:
    if not isinstance(value, Mapping):
        raise InvalidValue("review.enough", "must be a mapping from relation to number", shape(value))
    return MappingProxyType(
        {
            member(Relation, "review.enough", each): whole("review.enough", n, least=1, most=500)
            for each, n in value.items()
        }
    )


def _form(value: Form | str) -> Form:
    return member(Form, "review.form", value)


def _by_name(value: Iterable[Relation | str]) -> frozenset[Relation]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InvalidValue("review.by_name", "must be relations", shape(value))
    return frozenset(member(Relation, "review.by_name", each) for each in value)


@final
@attrs.frozen(kw_only=True)
class Review360:
    """The playbook of a review from all sides: the subject, the sponsor, and all referees rate one subject's work.

    Everybody is asked from the first day of the engagement on and may answer until its last; each is a request of its
    own, under the person's id. Whoever else is to be reviewed has an engagement of their own.

    Those who rate by name stand alone in their relation. All others are promised that what they say is shown only
    together with what at least `anonymity` of their relation have said; the promise stands in each request, and
    `AsyncDesk.review` keeps it. Where `enough` of a relation have answered, the others of it are let go.
    """

    own: bool = attrs.field(default=True, validator=checked(yes_or_no, "review.own"))
    """Whether the subject rates the own work."""
    sponsor: bool = attrs.field(default=True, validator=checked(yes_or_no, "review.sponsor"))
    """Whether the sponsor rates, too."""
    anonymity: int = attrs.field(default=3, validator=checked(whole, "review.anonymity", least=1, most=50))
    """From how many answers of one relation on they are shown as those of a group of their own."""
    by_name: frozenset[Relation] = attrs.field(default=BY_NAME, converter=_by_name)
    """The relations in which everybody is known by name."""
    enough: Mapping[Relation, int] = attrs.field(default=MappingProxyType({}), converter=_enough, hash=False)
    """How many answers of a relation are enough; all that can be had, where it is not said."""
    form: Form = attrs.field(default=Form.WRITTEN, converter=_form)
    """The medium of the answers."""
    value: int = attrs.field(default=60, validator=checked(whole, "review.value", least=0, most=100))
    """How much an answer is worth."""

    def __attrs_post_init__(self) -> None:
        if any(n < self.anonymity for relation, n in self.enough.items() if relation not in self.by_name):
            raise InvalidValue("review.enough", "must not be less than the anonymity", "a smaller number")

    def __call__(self, engagement: Engagement, /) -> tuple[PlannedRequest, ...]:
        """The requests of the review, in order of their due dates and keys."""
        return in_order(self._requests(engagement))

    def _requests(self, engagement: Engagement) -> Iterator[PlannedRequest]:
        if self.own:
            yield self._ask(engagement, engagement.subject, START, Occasion.SELF_ASSESSMENT, Relation.SELF)
        if self.sponsor:
            yield self._ask(engagement, engagement.sponsor, "sponsor", Occasion.REVIEW, Relation.SPONSOR)
        for referee in engagement.referees:
            cause = cause_of(referee.person)
            yield self._ask(engagement, referee.person, cause, Occasion.REVIEW, referee.relation)

    def _ask(
        self, engagement: Engagement, person: Person, cause: str, occasion: Occasion, relation: Relation
    ) -> PlannedRequest:
        enough = self.enough.get(relation)
        return planned(
            engagement,
            person,
            occasion,
            cause,
            form=self.form,
            value=self.value,
            due=engagement.starts,
            until=day_after(engagement.last_day),
            relation=relation,
            anonymity=None if relation in self.by_name else self.anonymity,
            siblings=None if enough is None else Siblings(name=f"{Occasion.REVIEW}/{relation}", enough=enough),
        )
