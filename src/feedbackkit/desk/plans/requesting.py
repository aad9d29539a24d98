"""Requests that a program wants, outside of any playbook; and what all planning shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import attrs

from feedbackkit.desk.context import until_applied
from feedbackkit.desk.decisions.proposing import next_due
from feedbackkit.desk.files import RequestFile
from feedbackkit.desk.kinds import REQUEST
from feedbackkit.desk.people.registering import register
from feedbackkit.desk.plans.questioning import keep_ready
from feedbackkit.domain.benefit import Benefit
from feedbackkit.domain.checks import identifier
from feedbackkit.domain.fields import checked, member
from feedbackkit.domain.people import Person
from feedbackkit.domain.questionnaire import Questionnaire, questionnaire_ref
from feedbackkit.domain.request import ContactPurpose, EventKind, Form, Occasion, Request, Siblings
from feedbackkit.domain.source import Relation
from feedbackkit.errors import InvalidValue
from feedbackkit.policies import StepKind
from feedbackkit.ports import RecordKey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context

__all__ = ["Ask", "begin", "request_all", "who"]


def _occasion(value: Occasion | str) -> Occasion:
    return member(Occasion, "request.occasion", value)


def _form(value: Form | str) -> Form:
    return member(Form, "request.form", value)


def _relation(value: Relation | str | None) -> Relation | None:
    return None if value is None else member(Relation, "request.relation", value)


def _purpose(value: ContactPurpose | str) -> ContactPurpose:
    purpose = member(ContactPurpose, "request.purpose", value)
    if purpose is not ContactPurpose.FEEDBACK:
        raise InvalidValue("request.purpose", "must be feedback: nothing is sold under its name", "another purpose")
    return purpose


def _questionnaire(_ask: object, _attribute: object, value: Questionnaire | str | None) -> None:
    if value is not None and not isinstance(value, Questionnaire):
        questionnaire_ref("request.questionnaire", value)


@final
@attrs.frozen(kw_only=True)
class Ask:
    """One request that a program wants, outside of any playbook."""

    key: str = attrs.field(validator=checked(identifier, "request.key"))
    """The program's idempotency key: the same ask under the same key is made once.

    It must not begin with the id of its engagement and ``/``: such keys are those of the engagement's plan. Nor should
    it end with ``/delegate`` or ``/nudge``, for such keys a request needs that is delegated or nudged about.
    """
    respondent: Person
    """Who is asked."""
    subject: Person
    """Whom it is about."""
    occasion: Occasion = attrs.field(converter=_occasion)
    """The purpose."""
    form: Form = attrs.field(default=Form.WRITTEN, converter=_form)
    """The medium in which an answer is hoped for."""
    due_us: int | None = None
    """When to ask; `None` for now."""
    until_us: int | None = None
    """When asking makes no sense any more."""
    value: int = 50
    """How much the answer is worth, 0 to 100."""
    engagement: str | None = None
    """The id of the engagement it belongs to."""
    benefit: Benefit | None = None
    """What the respondent is promised for an answer, whatever it says."""
    purpose: ContactPurpose = attrs.field(default=ContactPurpose.FEEDBACK, converter=_purpose)
    """What it serves; anything but feedback is refused."""
    owner: str = "provider"
    """The id of the actor who looks after it."""
    approval: str | None = None
    """Why somebody of the provider's must approve it before it goes, without personal data; `None`: nobody must."""
    siblings: Siblings | None = None
    """With which others of its engagement it makes up a number of answers."""
    relation: Relation | None = attrs.field(default=None, converter=_relation)
    """How the respondent stands to the subject, where that is known."""
    questionnaire: Questionnaire | str | None = attrs.field(default=None, validator=_questionnaire)
    """Which questions are asked; one that is stored or ready-made may be named, ``interim@1``. `None` for free ones."""

    def __attrs_post_init__(self) -> None:
        if self.engagement is not None and self.key.startswith(f"{self.engagement}/"):
            raise InvalidValue(
                "request.key",
                "must not begin with the id of its engagement and /, as keys of its plan do",
                "one that does",
            )
        if self.engagement is None and self.siblings is not None:
            raise InvalidValue("request.siblings", "must be of one engagement", "no engagement")


async def request_all(context: Context, asks: Sequence[Ask]) -> list[Request]:
    """Make a request of each ask, in one change for each batch; the requests in order.

    An ask that was made before is the request that it became. A key that belongs to a different request raises
    `InvalidValue`, and nothing of its batch is made.
    """
    made: list[Request] = []
    for start in range(0, len(asks), context.batch):
        made += await _request_batch(context, asks[start : start + context.batch])
    return made


async def _request_batch(context: Context, asks: Sequence[Ask]) -> list[Request]:
    made: dict[str, Request] = {}
    await keep_ready(context, (ask.questionnaire for ask in asks if ask.questionnaire is not None))

    async def attempt(cabinet: Cabinet) -> None:
        made.clear()
        people = await register(context, cabinet, [person for ask in asks for person in (ask.respondent, ask.subject)])
        cabinet.file(await context.store.read([RecordKey(REQUEST, ask.key) for ask in asks]))
        for ask in asks:
            request = _wished(ask, people)
            file = cabinet.requests.get(ask.key)
            if file is None:
                begin(context, cabinet, request, cabinet.now_us if ask.due_us is None else ask.due_us)
            elif file.request != request:
                raise InvalidValue("request.key", "must belong to one request only", f"{ask.key!r} for another one")
            made[ask.key] = request

    await until_applied(context, "a batch of asks", attempt)
    return [made[ask.key] for ask in asks]


def _wished(ask: Ask, people: Mapping[Person, Person]) -> Request:
    asked = ask.questionnaire
    return Request(
        key=ask.key,
        **who(people[ask.respondent], people[ask.subject]),
        occasion=ask.occasion,
        form=ask.form,
        engagement=ask.engagement,
        value=ask.value,
        planned_us=ask.due_us,
        until_us=ask.until_us,
        benefit=ask.benefit,
        owner=ask.owner,
        approval=ask.approval,
        siblings=ask.siblings,
        relation=ask.relation,
        questionnaire=asked.ref if isinstance(asked, Questionnaire) else asked,
    )


def who(respondent: Person, subject: Person) -> dict[str, Any]:
    """The ids of those whom a request concerns."""
    organisation = respondent.organisation
    return {
        "respondent": respondent.id,
        "organisation": None if organisation is None else organisation.id,
        "subject": subject.id,
    }


def begin(context: Context, cabinet: Cabinet, request: Request, due_us: int) -> None:
    """A new request, due where the rules as they stand move its day."""
    file = RequestFile.new(request)
    cabinet.requests[request.key] = file
    decision = next_due(cabinet, context.policy, file, max(due_us, cabinet.now_us), StepKind.ASK)
    cabinet.happen(file, EventKind.PLANNED, due_us=decision.at_us, because=decision.because)
