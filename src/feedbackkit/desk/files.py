"""One request, or one person or organisation, in one piece of work: what is stored, and what has become of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.codec.heads import (
    NO_CHAIN,
    decode_ledger,
    decode_progress,
    encode_ledger,
    encode_progress,
)
from feedbackkit.codec.values import decode_as, decode_person, encode
from feedbackkit.desk.kinds import ORGANISATION, REQUEST
from feedbackkit.domain.ledger import Ledger
from feedbackkit.domain.people import Person
from feedbackkit.domain.request import Occasion, Progress, Request, State
from feedbackkit.ports import Put, Record, Update
from feedbackkit.workflow.states import OPEN

if TYPE_CHECKING:
    from feedbackkit.codec.heads import ChainEnd
    from feedbackkit.domain.people import Organisation

__all__ = ["NOBODY", "LedgerFile", "RequestFile", "asks_behind_somebody", "request_refs"]

_OF_TWO: Final = 2
"""How many a request concerns that belongs to no engagement."""


def request_refs(request: Request) -> tuple[str, ...]:
    """Whom a request concerns: the respondent first, then the subject, then the engagement."""
    refs = (request.respondent, request.subject)
    return refs if request.engagement is None else (*refs, request.engagement)


_CHECK: Final = f'"{Occasion.REFERENCE_CHECK}"'.encode()


def asks_behind_somebody(record: Record) -> bool:
    """Whether a stored request may be a reference check, which needs its subject's consent; seen undecoded."""
    return _CHECK in record.body


class RequestFile:
    """One request: what is stored of it, and its progress in this work."""

    __slots__ = (
        "_body",
        "_request",
        "changed",
        "end",
        "group",
        "key",
        "progress",
        "refs",
        "rewritten",
        "telling",
        "unnoted_us",
        "version",
    )

    kind: Final = REQUEST

    def __init__(self, record: Record, progress: Progress, end: ChainEnd) -> None:
        self.key = record.key
        self.version = record.version
        self.group = record.group
        self.refs = record.refs
        self.progress = progress
        self.end = end
        self.changed = False
        self.rewritten = False
        self.telling = False
        """Whether something happened in this work by which the plan of its engagement may have to change."""
        self.unnoted_us = record.due if progress.due_us is None else None
        """When it was closed, while the respondent's ledger does not know yet: the next run notes it there."""
        self._body = record.body
        self._request: Request | None = None

    @classmethod
    def stored(cls, record: Record) -> RequestFile:
        """The file of a stored record."""
        return cls(record, *decode_progress(record.state, record.due, record.head))

    @classmethod
    def new(cls, request: Request) -> RequestFile:
        """The file of a request that is not stored yet."""
        refs, body = request_refs(request), encode(request)
        file = cls(Record(REQUEST, request.key, 0, None, request.group, refs, "", b"", body), Progress(), NO_CHAIN)
        file._request = request
        file.rewritten = True
        return file

    @property
    def next_version(self) -> int:
        """The version of the record once this work is stored."""
        return self.version + self.changed

    @property
    def request(self) -> Request:
        """What is asked of whom; decoded when first looked at."""
        if self._request is None:
            self._request = decode_as(Request, self._body)
        return self._request

    @property
    def respondent(self) -> str:
        """The id of the person who is asked."""
        return self.refs[0]

    @property
    def engagement(self) -> str | None:
        """The id of the engagement that it belongs to."""
        return self.refs[2] if len(self.refs) > _OF_TWO else None

    @property
    def tells_its_plan(self) -> bool:
        """Whether what comes of it concerns others: it is planned, delegated from what is, a sibling or a check.

        Anything else that a program asks beside the plan costs no signal.
        """
        if self.key.startswith(f"{self.engagement}/"):
            return True
        return self.request.siblings is not None or self.request.occasion is Occasion.QUALITY_CHECK

    @property
    def awaits_approval(self) -> bool:
        """Whether somebody must still approve it before anybody is asked."""
        return self.request.awaits_approval(self.progress)

    @property
    def waits_for_approval(self) -> bool:
        """Whether its day has come without an approval, so that all that is due is the end of its time."""
        progress = self.progress
        is_put_off = progress.due_us is not None and progress.due_us == self.request.until_us
        return progress.state is State.PLANNED and is_put_off and self.awaits_approval

    @property
    def organisation(self) -> str | None:
        """The id of the respondent's organisation."""
        return None if self.group == self.refs[0] else self.group

    def rewrite(self, request: Request) -> None:
        """Give it another content; only for a request that nobody was asked about."""
        self._request = request
        self._body = encode(request)
        self.group = request.group
        self.refs = request_refs(request)
        self.rewritten = True

    def write(self) -> Put | Update:
        """The write that stores it as it is now."""
        progress = self.progress
        head = encode_progress(progress, self.end)
        state = progress.state.value
        due_us = progress.due_us if progress.state in OPEN else self.unnoted_us
        if self.rewritten:
            return Put(REQUEST, self.key, self.version, due_us, self.group, self.refs, state, head, self._body)
        return Update(REQUEST, self.key, self.version, due_us, state, head)


class LedgerFile:
    """One person or organisation: the ledger in this work, and the profile as it is stored."""

    __slots__ = (
        "_body",
        "_person",
        "group",
        "key",
        "kind",
        "ledger",
        "rewritten",
        "stored_ledger",
        "version",
        "wake_all",
    )

    def __init__(self, kind: str, key: str, version: int, group: str, body: bytes, ledger: Ledger) -> None:
        self.kind = kind
        self.key = key
        self.version = version
        self.group = group
        self.ledger = ledger
        self.stored_ledger = ledger
        self.rewritten = False
        self.wake_all = False
        self._body = body
        self._person: Person | None = None

    @classmethod
    def stored(cls, record: Record) -> LedgerFile:
        """The file of a stored record."""
        return cls(record.kind, record.key, record.version, record.group, record.body, decode_ledger(record.head))

    @classmethod
    def new(cls, kind: str, profile: Person | Organisation, group: str) -> LedgerFile:
        """The file of somebody who is not stored yet; `profile` has its id."""
        file = cls(kind, profile.id or "", 0, group, encode(profile), Ledger())
        file._person = profile if isinstance(profile, Person) else None
        file.rewritten = True
        return file

    @property
    def person(self) -> Person:
        """The profile, where the file is a person's; decoded when first looked at."""
        if self._person is None:
            self._person = decode_person(self._body)
        return self._person

    @property
    def changed(self) -> bool:
        """Whether this work made a difference to it."""
        return self.rewritten or self.ledger is not self.stored_ledger

    @property
    def next_version(self) -> int:
        """The version of the record once this work is stored."""
        return self.version + self.changed

    @property
    def makes_room(self) -> bool:
        """Whether this work may let something happen that was held.

        A request closed, a contact released, an answer, a wish or a profile does; what is booked, opened or held does
        not.
        """
        before, now = self.stored_ledger, self.ledger
        if self.rewritten:
            return True
        return now is not before and (
            not set(before.open) <= set(now.open)
            or not {each.key for each in before.woken} <= {*now.open, *(each.key for each in (*now.woken, *now.held))}
            or len(now.contacts) < len(before.contacts)
            or now.opt_outs != before.opt_outs
            or now.refusals != before.refusals
            or now.answered_us != before.answered_us
        )

    @property
    def passes_turn_on(self) -> bool:
        """Whether this work held again what was woken, so that it is the turn of somebody behind it."""
        had_turn = {each.key for each in self.stored_ledger.woken}
        return any(each.in_vain and each.key in had_turn for each in self.ledger.held)

    def rewrite(self, profile: Person | Organisation, group: str) -> bool:
        """Give it another profile; whether that makes a difference."""
        body = encode(profile)
        if body == self._body and group == self.group:
            return False
        self._body = body
        self._person = profile if isinstance(profile, Person) else None
        self.group = group
        self.rewritten = True
        return True

    def write(self) -> Put | Update:
        """The write that stores it as it is now."""
        head = encode_ledger(self.ledger)
        if self.rewritten:
            return Put(self.kind, self.key, self.version, None, self.group, (), "live", head, self._body)
        return Update(self.kind, self.key, self.version, None, "live", head)


NOBODY: Final = LedgerFile(ORGANISATION, "", 0, "", b"", Ledger())
"""Stands for the organisation of a person who has none; never written."""
