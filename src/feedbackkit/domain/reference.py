"""A reference: what a source lets others quote, with its audience, and what became of it."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.checks import shape
from feedbackkit.domain.fields import checked, instant_us, member, one_of
from feedbackkit.domain.people import Party
from feedbackkit.domain.request import Form
from feedbackkit.domain.source import Source
from feedbackkit.domain.times import face
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    import pendulum

__all__ = [
    "Audience",
    "Reference",
    "ReferenceEvent",
    "ReferenceEventKind",
    "ReferenceReply",
    "ReferenceState",
    "Seal",
    "Standing",
]


class Audience(enum.StrEnum):
    """Who may read a reference; each includes those before it."""

    INTERNAL = "internal"
    """The provider alone."""
    SUBJECT = "subject"
    """The subject, too."""
    NAMED = "named"
    """The clients that are named, too."""
    CLIENTS = "clients"
    """Every future client."""


class ReferenceState(enum.StrEnum):
    """How far a reference has come."""

    NEW = "new"
    """Not stored yet."""
    DRAFTED = "drafted"
    """Worded; its source has not approved it."""
    APPROVED = "approved"
    """Its source stands by it."""
    SEALED = "sealed"
    """Nothing of it can change any more; it may be shown."""
    RETRACTED = "retracted"
    """Taken back; it stays on record that it was there."""
    SUPERSEDED = "superseded"
    """Another one took its place."""


class ReferenceEventKind(enum.StrEnum):
    """What can happen to a reference."""

    DRAFTED = "drafted"
    """It was worded; `ref` is the digest of its content."""
    REDRAFTED = "redrafted"
    """It was worded anew; what was approved before is not any more. `ref` is the new digest."""
    APPROVED = "approved"
    """Its source approved the content with that digest, `ref`; where the provider recorded it, `reason` says how."""
    SEALED = "sealed"
    """It was sealed; `ref` is the digest of its content."""
    CONFIRMED = "confirmed"
    """A third party's call found all of it true; `ref` is the digest of the verification."""
    DISPUTED = "disputed"
    """A third party's call found some of it different or contradicted; `ref` is the digest of the verification."""
    REPLIED = "replied"
    """The subject replied; `ref` is the digest of the reply."""
    RETRACTED = "retracted"
    """Taken back by `party`; `reason` says why."""
    SUPERSEDED = "superseded"
    """Another one took its place, whose key is `ref`."""


def _audience(value: Audience | str) -> Audience:
    return member(Audience, "reference.audience", value)


def _form(value: Form | str) -> Form:
    return member(Form, "reference.form", value)


def _clients(value: Iterable[str]) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InvalidValue("reference.clients", "must be ids of organisations", shape(value))
    return tuple(sorted({checks.opaque("reference.clients", each) for each in value}))


@final
@attrs.frozen(kw_only=True)
class Reference:
    """What a source lets others quote; its `repr` shows no words."""

    key: str = attrs.field(validator=checked(checks.identifier, "reference.key"))
    """The program's idempotency key."""
    subject: str = attrs.field(validator=checked(checks.opaque, "reference.subject"))
    """The id of the person it is about."""
    source: str = attrs.field(validator=checked(checks.opaque, "reference.source"))
    """The id of the person whose word it is."""
    text: str = attrs.field(repr=False, validator=checked(checks.text, "reference.text"))
    """The statement."""
    locale: str = attrs.field(default="en", validator=checked(checks.locale, "reference.locale"))
    """The language of the statement."""
    form: Form = attrs.field(default=Form.WRITTEN, converter=_form)
    """In which medium it was given: an answer in writing, a talk."""
    stand: Source | None = attrs.field(default=None, validator=one_of((Source,), "reference.stand", "must be a Source"))
    """From where the source speaks."""
    request: str | None = attrs.field(
        default=None, validator=checked(checks.identifier, "reference.request", optional=True)
    )
    """The key of the request whose answer it was made of; `None` for a talk without one."""
    revision: int | None = attrs.field(
        default=None, validator=checked(checks.whole, "reference.revision", optional=True, least=1)
    )
    """Which revision of that answer."""
    audience: Audience = attrs.field(default=Audience.INTERNAL, converter=_audience)
    """Who may read it."""
    clients: tuple[str, ...] = attrs.field(default=(), converter=_clients)
    """The ids of the organisations that may, where the audience is `NAMED`."""
    quotable: bool = attrs.field(default=False, validator=checked(checks.yes_or_no, "reference.quotable"))
    """Whether its words may be quoted; otherwise only that it is there, and what it comes to."""
    valid_until_us: int | None = attrs.field(
        default=None, validator=checked(instant_us, "reference.valid_until_us", optional=True)
    )
    """From when on it is shown no more; `None` for good."""
    supersedes: str | None = attrs.field(
        default=None, validator=checked(checks.identifier, "reference.supersedes", optional=True)
    )
    """The key of the reference whose place it takes when it is sealed."""

    def __attrs_post_init__(self) -> None:
        if (self.audience is Audience.NAMED) != bool(self.clients):
            raise InvalidValue("reference.clients", "must be named for the audience named, and for no other", "others")
        if (self.request is None) != (self.revision is None):
            raise InvalidValue("reference.revision", "must be told with its request", "one without the other")
        if self.source == self.subject:
            raise InvalidValue("reference.source", "must be somebody else than the subject", "the same person")
        if self.supersedes == self.key:
            raise InvalidValue("reference.supersedes", "must be another reference", "itself")

    def may_be_read_by(self, audience: Audience | str, *, client: str | None = None) -> bool:
        """Whether somebody may read it: the provider, the subject, or a client, by its id where it is known."""
        reader = _audience(audience)
        if reader is Audience.INTERNAL:
            return True
        if reader is Audience.SUBJECT:
            return self.audience is not Audience.INTERNAL
        return self.audience is Audience.CLIENTS or (self.audience is Audience.NAMED and client in self.clients)


@final
@attrs.frozen(kw_only=True)
class Seal:
    """What proves that a reference is what was sealed."""

    digest: str = attrs.field(validator=checked(checks.identifier, "seal.digest"))
    """SHA-256 over the canonical bytes of its content, in hexadecimal."""
    at_us: int = attrs.field(validator=checked(instant_us, "seal.at_us"))
    """When it was sealed."""
    key_id: str | None = attrs.field(default=None, validator=checked(checks.identifier, "seal.key_id", optional=True))
    """Which key signed it; `None` where none did."""
    signature: str | None = attrs.field(
        default=None, validator=checked(checks.identifier, "seal.signature", optional=True, limit=200)
    )
    """The Ed25519 signature over the bytes of the digest, in hexadecimal."""

    @property
    def at(self) -> pendulum.DateTime:
        """When it was sealed, in UTC."""
        return face(self.at_us)


@final
@attrs.frozen(kw_only=True)
class Standing:
    """How far a reference has come; only the law makes a new one.

    Not validated: it is built from what the law computed or from what was stored.
    """

    state: ReferenceState = ReferenceState.NEW
    """Where it stands."""
    content: str | None = None
    """The digest of its content as it is worded now."""
    approved_us: int | None = None
    """When its source approved that content."""
    sealed_us: int | None = None
    """When it was sealed."""
    confirmed: int = 0
    """How many calls found all of it true."""
    disputed: int = 0
    """How many found some of it different or contradicted."""
    replies: int = 0
    """How often the subject replied."""
    successor: str | None = None
    """The key of the reference that took its place."""
    closed_by: Party | None = None
    """On whose word it was taken back."""


@final
@attrs.frozen(kw_only=True)
class ReferenceEvent:
    """One thing that happened to a reference; see `ReferenceEventKind`.

    Not validated: whoever makes one has checked what goes in.
    """

    kind: ReferenceEventKind
    at_us: int
    actor: str = "system"
    """The id of whoever did it."""
    party: Party = Party.PROVIDER
    """On whose word."""
    ref: str | None = None
    """The digest or reference it speaks of."""
    reason: str | None = attrs.field(default=None, repr=False)
    """What was said about it, in words."""

    @property
    def at(self) -> pendulum.DateTime:
        """When it happened, in UTC."""
        return face(self.at_us)


@final
@attrs.frozen(kw_only=True)
class ReferenceReply:
    """What the subject says to a reference; it stands with it, always."""

    reference: str = attrs.field(validator=checked(checks.identifier, "reply.reference"))
    """The key of the reference."""
    at_us: int = attrs.field(validator=checked(instant_us, "reply.at_us"))
    """When it was said."""
    words: str = attrs.field(repr=False, validator=checked(checks.text, "reply.words"))
    """What was said."""

    @property
    def at(self) -> pendulum.DateTime:
        """When it was said, in UTC."""
        return face(self.at_us)
