"""A request: one ask to one respondent about one subject on one occasion, and how far it has come."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.benefit import Benefit
from feedbackkit.domain.decision import Reason
from feedbackkit.domain.fields import checked, instant_us, member, one_of
from feedbackkit.domain.people import Party
from feedbackkit.domain.questionnaire import questionnaire_ref
from feedbackkit.domain.source import Relation
from feedbackkit.domain.times import face

if TYPE_CHECKING:
    import pendulum

__all__ = [
    "ContactPurpose",
    "Courtesy",
    "CourtesyKind",
    "Event",
    "EventKind",
    "Form",
    "Occasion",
    "Progress",
    "Request",
    "Siblings",
    "State",
]


class Occasion(enum.StrEnum):
    """The purpose of an ask."""

    QUALITY_CHECK = "quality_check"
    """How is it going? (Qualitätsgespräch)"""
    REFERENCE = "reference"
    """Word that a later client may read (Referenz)."""
    CLOSING_REVIEW = "closing_review"
    """What remains to be said at the end (Abschlussgespräch)."""
    REFERENCE_CHECK = "reference_check"
    """What does a former client say? (Referenzgespräch)"""
    VERIFICATION = "verification"
    """Does what was written still hold?"""
    SELF_ASSESSMENT = "self_assessment"
    """How the professional sees the work."""
    PROVIDER_VIEW = "provider_view"
    """How the provider itself did."""
    REVIEW = "review"
    """How those around somebody see the work (360-Grad-Feedback)."""
    NAMING = "naming"
    """Who else can be asked? For whoever was named has said no, or nothing."""


class ContactPurpose(enum.StrEnum):
    """What a contact serves. One is allowed: people answer because nothing is sold to them with it."""

    FEEDBACK = "feedback"
    """To learn what somebody has to say."""
    SALES = "sales"
    """To sell; refused wherever it turns up."""


class Form(enum.StrEnum):
    """The medium of an answer."""

    WRITTEN = "written"
    """Answered in writing."""
    TALK = "talk"
    """Answered in a talk, face to face or on video."""
    PHONE = "phone"
    """Answered on the telephone."""


class State(enum.StrEnum):
    """How far a request has come."""

    NEW = "new"
    """Not stored yet."""
    PLANNED = "planned"
    """Foreseen; nobody has been asked."""
    REQUESTED = "requested"
    """Asked once."""
    REMINDED = "reminded"
    """Asked, and reminded at least once: in writing, by a call, or through the subject."""
    GIVEN = "given"
    """An answer is there."""
    DECLINED = "declined"
    """The respondent said no."""
    DELEGATED = "delegated"
    """The respondent named somebody else, who has a request of their own."""
    EXPIRED = "expired"
    """The ladder ended in silence."""
    WITHDRAWN = "withdrawn"
    """Taken back: no longer wanted, or somebody is left in peace."""
    UNDELIVERABLE = "undeliverable"
    """The address does not work."""


class EventKind(enum.StrEnum):
    """What can happen to a request."""

    PLANNED = "planned"
    """It was foreseen. Needs `due_us`."""
    RESCHEDULED = "rescheduled"
    """Its next step moved, for the reasons given; without `due_us` it is held until something happens."""
    REQUESTED = "requested"
    """The ask was booked. `ref` is the contact, `due_us` the next step."""
    REMINDED = "reminded"
    """A reminder was booked. `ref` is the contact, `due_us` the next step."""
    NUDGED = "nudged"
    """The subject is asked to speak to the respondent, by a request of their own, `ref`; the next step is at `due_us`.
    The respondent hears nothing of the provider."""
    UNSENT = "unsent"
    """The latest contact, `ref`, did not go out: its step is taken back, and comes again at `due_us`, or is held."""
    DEFERRED = "deferred"
    """The respondent asked for a later date, `due_us`; no reminder is used up."""
    UNDEFERRED = "undeferred"
    """The respondent's date was taken back; the next step is at `due_us`, as if none had been chosen."""
    DELEGATED = "delegated"
    """The respondent named somebody else; `ref` is the other request."""
    BOUNCED = "bounced"
    """The latest contact, `ref`, did not reach anybody: its step is taken back."""
    READDRESSED = "readdressed"
    """A working address is known; the step that bounced is taken again at `due_us`."""
    GIVEN = "given"
    """The answer came; `ref` is its digest."""
    REVISED = "revised"
    """A different answer replaced it; `ref` is the new digest."""
    DECLINED = "declined"
    """The respondent said no; `reason` says why."""
    REOPENED = "reopened"
    """A no, a delegation, an expiry or a withdrawal by the provider was undone; the ladder goes on at `due_us`."""
    EXPIRED = "expired"
    """The ladder ended in silence."""
    WITHDRAWN = "withdrawn"
    """Taken back by `party`."""
    APPROVED = "approved"
    """Somebody of the provider's let the ask go; `ref` is what had to be approved, `due_us` when it is due now."""


def _occasion(value: Occasion | str) -> Occasion:
    return member(Occasion, "request.occasion", value)


def _form(value: Form | str) -> Form:
    return member(Form, "request.form", value)


def _relation(value: Relation | str | None) -> Relation | None:
    return None if value is None else member(Relation, "request.relation", value)


@final
@attrs.frozen(kw_only=True)
class Siblings:
    """Requests of one engagement of which some answers are enough: then nobody else is asked."""

    name: str = attrs.field(validator=checked(checks.identifier, "siblings.name", limit=80))
    """What the siblings have in common: those of one engagement with the same name are."""
    enough: int = attrs.field(validator=checked(checks.whole, "siblings.enough", least=1, most=1_000))
    """With how many answers the others are withdrawn."""


class CourtesyKind(enum.StrEnum):
    """What sort of word a courtesy is."""

    THANKS = "thanks"
    """Thanks for an answer, and what is owed for it."""
    WITHDRAWAL = "withdrawal"
    """The word that an answer is not needed any more."""
    INVITATION = "invitation"
    """The invitation to an appointment."""
    CANCELLATION = "cancellation"
    """The word that an appointment does not take place."""


_STILL_OPEN: Final = frozenset({State.PLANNED, State.REQUESTED, State.REMINDED})


def _courtesy_kind(value: CourtesyKind | str) -> CourtesyKind:
    return member(CourtesyKind, "courtesy.kind", value)


@final
@attrs.frozen(kw_only=True)
class Courtesy:
    """What a request is for that asks for nothing: a word about another one, to the same person."""

    kind: CourtesyKind = attrs.field(converter=_courtesy_kind)
    request: str = attrs.field(validator=checked(checks.identifier, "courtesy.request"))
    """The key of the request that it is about."""

    def holds(self, about: Progress) -> bool:
        """Whether it is still true of that request.

        It is answered; it was withdrawn after an ask that stands; or it is open, where an appointment was made for it.
        """
        if self.kind is CourtesyKind.THANKS:
            return about.state is State.GIVEN
        if self.kind is not CourtesyKind.WITHDRAWAL:
            return self.kind is CourtesyKind.CANCELLATION or about.state in _STILL_OPEN
        return about.state is State.WITHDRAWN and about.step > 0


@final
@attrs.frozen(kw_only=True)
class Request:
    """What is asked of whom; it does not change once somebody was asked."""

    key: str = attrs.field(validator=checked(checks.identifier, "request.key"))
    """``engagement/occasion/cause/k``, or the program's own idempotency key."""
    respondent: str = attrs.field(validator=checked(checks.opaque, "request.respondent"))
    """The id of the person who is asked."""
    organisation: str | None = attrs.field(
        default=None, validator=checked(checks.opaque, "request.organisation", optional=True)
    )
    """The id of the respondent's organisation, whose budget counts too."""
    subject: str = attrs.field(validator=checked(checks.opaque, "request.subject"))
    """The id of the person it is about."""
    occasion: Occasion = attrs.field(converter=_occasion)
    """The purpose."""
    form: Form = attrs.field(default=Form.WRITTEN, converter=_form)
    """The medium in which an answer is hoped for."""
    engagement: str | None = attrs.field(
        default=None, validator=checked(checks.identifier, "request.engagement", optional=True)
    )
    """The id of the engagement it belongs to."""
    value: int = attrs.field(default=50, validator=checked(checks.whole, "request.value", least=0, most=100))
    """How much the answer is worth, 0 to 100: who waits for a slot goes in this order."""
    planned_us: int | None = attrs.field(
        default=None, validator=checked(instant_us, "request.planned_us", optional=True)
    )
    """When the plan has the ask, before any rule moves it."""
    until_us: int | None = attrs.field(default=None, validator=checked(instant_us, "request.until_us", optional=True))
    """The instant from which on asking makes no sense any more."""
    delegated_from: str | None = attrs.field(
        default=None, validator=checked(checks.identifier, "request.delegated_from", optional=True)
    )
    """The key of the request whose respondent named this one."""
    nudges: str | None = attrs.field(
        default=None, validator=checked(checks.identifier, "request.nudges", optional=True)
    )
    """The key of the request whose respondent is to be spoken to, where it is a nudge; `subject` is that respondent.

    It asks for no answer: one contact, and no reminder.
    """
    courtesy: Courtesy | None = attrs.field(
        default=None, validator=one_of((Courtesy,), "request.courtesy", "must be a Courtesy")
    )
    """Of which request it speaks, where it is a courtesy: one contact by `until_us`, no reminder and no answer."""
    benefit: Benefit | None = attrs.field(
        default=None, validator=one_of((Benefit,), "request.benefit", "must be a Benefit")
    )
    """What the respondent is promised for an answer, whatever it says."""
    owner: str = attrs.field(default="provider", validator=checked(checks.identifier, "request.owner"))
    """The id of the actor who looks after it."""
    approval: str | None = attrs.field(
        default=None, validator=checked(checks.line, "request.approval", limit=checks.NOTE_LIMIT, optional=True)
    )
    """Why somebody of the provider's must approve it before it is asked, without personal data; `None`: nobody must."""
    siblings: Siblings | None = attrs.field(
        default=None, validator=one_of((Siblings,), "request.siblings", "must be Siblings")
    )
    """With which others it makes up a number of answers."""
    relation: Relation | None = attrs.field(default=None, converter=_relation)
    """How the respondent stands to the subject, where that is known when asking."""
    questionnaire: str | None = attrs.field(
        default=None, validator=checked(questionnaire_ref, "request.questionnaire", optional=True)
    )
    """Which questions are asked, ``interim@1``: an answer must fit them. Without one it may speak to anything."""
    anonymity: int | None = attrs.field(
        default=None, validator=checked(checks.whole, "request.anonymity", optional=True, least=1, most=50)
    )
    """Among how many answers at least it is promised to be shown; `None`: with the respondent's name."""

    @property
    def about_request(self) -> str | None:
        """The key of the request that it speaks of, where it is a nudge or a courtesy and asks for no answer."""
        return self.nudges if self.courtesy is None else self.courtesy.request

    @property
    def group(self) -> str:
        """The id that everything decided together hangs on: the organisation's, or the respondent's without one."""
        return self.organisation or self.respondent

    def awaits_approval(self, progress: Progress) -> bool:
        """Whether somebody must still approve it before anybody is asked."""
        return self.approval is not None and progress.approved != self.approval

    @property
    def until(self) -> pendulum.DateTime | None:
        """The instant from which on asking makes no sense any more, in UTC."""
        return None if self.until_us is None else face(self.until_us)


@final
@attrs.frozen(kw_only=True)
class Progress:
    """How far a request has come; only the law makes a new one.

    Not validated: it is built from what the law computed or from what was stored.
    """

    state: State = State.NEW
    """Where it stands."""
    step: int = 0
    """Rungs of the ladder that stand: 1 after the ask, 2 after the first reminder; a call and a nudge are rungs too."""
    attempt: int = 0
    """Contacts ever booked; never taken back, so that each has an id of its own."""
    due_us: int | None = None
    """When the next step is due; `None` while it is held or when there is none."""
    anchor_us: int | None = None
    """When the latest standing rung was taken: the next step counts from it, unless the respondent chose a date. `None`
    also where a reopening set a date instead."""
    earlier_us: int | None = None
    """When the contact before it was made: what to go back to when the latest did not go out."""
    chosen_us: int | None = None
    """No contact comes before this instant, for the respondent chose it by a deferral, and the next step counts from no
    contact; `None` after the next one, and where the date was taken back."""
    contact: str | None = None
    """The id of the latest contact, while it stands; `None` after it was taken back, until the next one."""
    revision: int = 0
    """How many different answers were accepted."""
    answer: str | None = None
    """The digest of the answer in force."""
    approved: str | None = None
    """What was approved: the ask may go where it is what its request says must be."""
    nudges: int = 0
    """Rungs since the latest contact at which the subject was asked to speak to the respondent."""
    closed_by: Party | None = None
    """On whose word it was closed: answered, declined, delegated, expired or withdrawn; `None` while it is open."""

    @property
    def due(self) -> pendulum.DateTime | None:
        """When the next step is due, in UTC."""
        return None if self.due_us is None else face(self.due_us)


@final
@attrs.frozen(kw_only=True)
class Event:
    """One thing that happened to a request; see `EventKind` for the fields each kind carries.

    Not validated: whoever makes one has checked what goes in.
    """

    kind: EventKind
    at_us: int
    actor: str = "system"
    """The id of whoever did it."""
    party: Party = Party.PROVIDER
    """On whose word."""
    due_us: int | None = None
    """When the next step is due from now on."""
    because: tuple[Reason, ...] = ()
    """Why the next step is then and not earlier."""
    ref: str | None = None
    """The contact, request or digest it speaks of."""
    reason: str | None = attrs.field(default=None, repr=False)
    """What was said about it, in words."""

    @property
    def at(self) -> pendulum.DateTime:
        """When it happened, in UTC."""
        return face(self.at_us)
