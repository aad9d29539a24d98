"""What a desk shows: values made for looking at, with ids and no more personal data than was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.domain.answer import Answer
from feedbackkit.domain.appointment import AgreedAppointment
from feedbackkit.domain.contact import Contact, ContactStatus
from feedbackkit.domain.decision import Decision, Reason
from feedbackkit.domain.flag import Flag, Resolution
from feedbackkit.domain.people import Person
from feedbackkit.domain.questionnaire import Questionnaire
from feedbackkit.domain.reference import Audience, Reference, ReferenceReply, ReferenceState, Seal, Standing
from feedbackkit.domain.request import Event, Form, Occasion, Progress, Request, State
from feedbackkit.domain.times import face
from feedbackkit.domain.verification import Verification
from feedbackkit.links import Link
from feedbackkit.policies import StepKind

if TYPE_CHECKING:
    import pendulum

__all__ = [
    "AppointmentView",
    "CallLine",
    "ContactView",
    "DueCall",
    "Explanation",
    "FlagView",
    "OpenedLink",
    "ReferenceView",
    "RequestView",
    "StepAhead",
]


@final
@attrs.frozen(kw_only=True)
class RequestView:
    """A request and how far it has come."""

    request: Request
    progress: Progress

    @property
    def key(self) -> str:
        """The key of the request."""
        return self.request.key

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.progress.state

    @property
    def occasion(self) -> Occasion:
        """Its purpose."""
        return self.request.occasion

    @property
    def form(self) -> Form:
        """The medium in which an answer is hoped for."""
        return self.request.form

    @property
    def awaits_approval(self) -> bool:
        """Whether somebody must still approve it before anybody is asked."""
        return self.request.awaits_approval(self.progress)

    @property
    def due(self) -> pendulum.DateTime | None:
        """When its next step is due, in UTC; `None` where there is none or it is held."""
        return self.progress.due


@final
@attrs.frozen(kw_only=True)
class ContactView:
    """A contact and what became of it."""

    contact: Contact
    status: ContactStatus
    tries: int
    """How often it was handed to a channel."""
    settled_us: int | None
    """When it was sent, released or given up."""
    reason: str
    """What the channel or the last look said."""

    @property
    def settled(self) -> pendulum.DateTime | None:
        """When it was sent, released or given up, in UTC."""
        return None if self.settled_us is None else face(self.settled_us)


@final
@attrs.frozen(kw_only=True)
class AppointmentView:
    """A talk or a call that was agreed on and is not over, with who speaks with whom about whom; a text for people."""

    appointment: AgreedAppointment
    view: RequestView
    """The request that it is for."""
    person: Person
    """The respondent."""
    subject: Person
    """Whom it is about."""
    host: Person
    """Who speaks for the provider."""

    def __str__(self) -> str:
        agreed, zone = self.appointment, self.person.timezone
        occasion = self.view.occasion.value.replace("_", " ")
        where = "" if agreed.place is None else f", {agreed.place}"
        return (
            f"{face(agreed.starts_us).in_timezone(zone):%a %d %b %Y %H:%M} ({zone}), {agreed.minutes} minutes{where}\n"
            f"  {self.person.name}, {self.person.phone or 'no number'}, with {self.host.name}\n"
            f"  {occasion} about {self.subject.name} ({self.view.key})"
        )


@final
@attrs.frozen(kw_only=True)
class StepAhead:
    """A step that is still to come, if nothing happens until then."""

    kind: StepKind
    wanted_us: int
    """When the ladder, or a date that somebody chose, has it."""
    decision: Decision
    """When the rules let it happen, or why not."""


@final
@attrs.frozen(kw_only=True)
class Explanation:
    """Past and future of one request, with the reasons; its text is for people."""

    view: RequestView
    timezone: str
    """The respondent's zone, in which the text tells times."""
    past: tuple[Event, ...]
    """What happened, in order."""
    ahead: tuple[StepAhead, ...]
    """What is to come, in order, as things stand."""
    ladder_us: int | None = None
    """When the ladder has the next step, before any rule moved it; `None` before the ask."""
    shared: frozenset[str] = frozenset()
    """The names of the rules that count the contacts of a whole organisation."""
    appointment: AgreedAppointment | None = None
    """When the respondent and somebody of the provider's are to speak, or have spoken."""
    names: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    """What the respondent, the subject and the organisation are called, by id."""

    def named(self, key: str) -> str:
        """What somebody of it is called; the id where no name is known."""
        return self.names.get(key, key)

    def told(self) -> str:
        """The story for people, with names: what happened, and when each step comes, and why not before."""
        from feedbackkit.desk.looks.sentences import story

        return story(self)

    def rich(self) -> object:
        """The same as `rich.print` shows it in colours; needs the extra `rich`."""
        from feedbackkit.desk.ahead.rich_view import coloured

        return coloured(self.told())

    def __str__(self) -> str:
        from feedbackkit.desk.looks.explaining import told

        return told(self)


@final
@attrs.frozen(kw_only=True)
class ReferenceView:
    """A reference, how far it has come, and all that was appended to it."""

    reference: Reference
    standing: Standing
    content: str
    """The digest of its content as it is worded now: what its source approves."""
    seal: Seal | None
    """What proves that it is what was sealed; `None` before."""
    verifications: tuple[Verification, ...]
    """What calls found, in order of time; it stands beside what was written."""
    replies: tuple[ReferenceReply, ...]
    """What the subject says to it, in order of time."""

    @property
    def key(self) -> str:
        """The key of the reference."""
        return self.reference.key

    @property
    def state(self) -> ReferenceState:
        """Where it stands."""
        return self.standing.state

    def shown_to(self, audience: Audience | str, *, at_us: int, client: str | None = None) -> bool:
        """Whether somebody is shown it at an instant: it is sealed, still valid, and its audience includes them."""
        until_us = self.reference.valid_until_us
        valid = self.state is ReferenceState.SEALED and (until_us is None or at_us < until_us)
        return valid and self.reference.may_be_read_by(audience, client=client)


@final
@attrs.frozen(kw_only=True)
class OpenedLink:
    """What a link leads to, as it is now: enough to show its page."""

    link: Link
    view: RequestView
    """The request."""
    respondent: Person
    """Whom the link was sent to."""
    subject: Person
    """Whom the request is about."""


@final
@attrs.frozen(kw_only=True)
class FlagView:
    """A flag, and what people decided about it."""

    flag: Flag
    resolutions: tuple[Resolution, ...]
    """In order of time; the last one holds."""

    @property
    def resolution(self) -> Resolution | None:
        """What holds; `None` while nobody has looked."""
        return self.resolutions[-1] if self.resolutions else None


@final
@attrs.frozen(kw_only=True)
class CallLine:
    """One request that a call is about."""

    view: RequestView
    """The request."""
    subject: Person
    """Whom it is about."""
    questionnaire: Questionnaire | None
    """What to ask; `None` where the request names no questions."""
    past: tuple[Event, ...]
    """What was written before, and what came back, in order."""
    answers: tuple[Answer, ...]
    """What the person has said of the subject so far: the answers in force, in order of requests."""


@final
@attrs.frozen(kw_only=True)
class DueCall:
    """A call that waits to be made; printed, it is a text for whoever makes it."""

    contact: Contact
    """Its id is what `note_call` takes."""
    person: Person
    """Whom to call."""
    lines: tuple[CallLine, ...]
    """What it is about, the most valuable first; at least one."""
    allowed_us: int
    """From when the rules allow it: now, or later."""
    because: tuple[Reason, ...]
    """Why not earlier; empty where it is allowed now."""

    @property
    def allowed(self) -> pendulum.DateTime:
        """From when the rules allow it, in the zone of whoever is called."""
        return face(self.allowed_us).in_timezone(self.person.timezone)

    def __str__(self) -> str:
        from feedbackkit.desk.calls.telling_calls import told

        return told(self)
