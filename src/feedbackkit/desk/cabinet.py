"""What one change has in hand: the records it read, as domain values, and what became of them.

A cabinet is opened for one group, filled from the store, worked on by the use-cases, and turned into one `Change`.
It lives for one try: when the store refuses the change, the work begins again with a new one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.codec.chain import append
from feedbackkit.codec.heads import (
    NO_CHAIN,
    decode_ledger,
    decode_progress,
    encode_ledger,
    encode_progress,
    encode_signal,
)
from feedbackkit.codec.values import decode_as, decode_person, encode
from feedbackkit.desk.noticing import notices_of
from feedbackkit.domain.alerts import Alert
from feedbackkit.domain.ledger import Ledger
from feedbackkit.domain.people import Party, Person
from feedbackkit.domain.request import CourtesyKind, Event, EventKind, Occasion, Progress, Request, State
from feedbackkit.errors import NotFound
from feedbackkit.policies.courtesies import courtesy_after
from feedbackkit.ports import Change, Put, Record, RecordKey, Update
from feedbackkit.workflow import apply
from feedbackkit.workflow.requests import OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from feedbackkit.codec.heads import ChainEnd
    from feedbackkit.desk.noticing import Hearing
    from feedbackkit.domain.alerts import AlertKind
    from feedbackkit.domain.people import Organisation
    from feedbackkit.ports import HistoryEntry

__all__ = [
    "ALERT",
    "ORGANISATION",
    "PERSON",
    "REQUEST",
    "SIGNAL",
    "UNREAD",
    "Cabinet",
    "LedgerFile",
    "RequestFile",
    "asks_behind_somebody",
    "change_id_of",
    "request_refs",
]

REQUEST: Final = "request"
PERSON: Final = "person"
ORGANISATION: Final = "organisation"
SIGNAL: Final = "signal"
"""Something came back about an engagement, or never will: due until its plan has followed."""
ALERT: Final = "alert"
UNREAD: Final = "open"
"""The state of an alert that nobody has acknowledged."""

_TELLING: Final = frozenset(
    {
        EventKind.GIVEN,
        EventKind.REVISED,
        EventKind.DECLINED,
        EventKind.EXPIRED,
        EventKind.WITHDRAWN,
        EventKind.REOPENED,
        EventKind.BOUNCED,
        EventKind.READDRESSED,
    }
)
"""The events by which the plan of an engagement may have to change."""
_UNTOLD: Final = frozenset({Party.PLAN, Party.ERASURE})
"""On whose word an event tells the plan nothing: it is the plan's own, or there is nobody left."""


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


def change_id_of(now_us: int, owner: str, first: Put | Update | RequestFile | LedgerFile, salt: bytes) -> str:
    """The id of a change: when and by whom it was made, from which version of its first record, and chance.

    No other change has it, whoever works under the same name at the same instant, or draws the same chance again.
    """
    return f"{now_us:014x}.{owner}.{first.kind}/{first.key}@{first.version}.{salt[:8].hex()}"


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


class Cabinet:
    """The files of one change, by key, and what else it writes."""

    __slots__ = (
        "_happened",
        "actor",
        "alerts",
        "courtesies",
        "courtesies_due",
        "given",
        "joined",
        "now_us",
        "nudged",
        "organisations",
        "others",
        "people",
        "requests",
        "subscribers",
    )

    def __init__(
        self,
        now_us: int,
        actor: str,
        *,
        joined: bool = False,
        subscribers: Sequence[Hearing] = (),
        courtesies: frozenset[CourtesyKind] = frozenset(),
    ) -> None:
        self.now_us = now_us
        self.actor = actor
        self.joined = joined
        """Whether it is stored in a transaction of the caller's, which must not keep others from shared ledgers."""
        self.given: Mapping[str, Mapping[Occasion, int]] = {}
        """How many requests about a subject are answered, by occasion, where that was looked up."""
        self.subscribers = subscribers
        """Who is told what happens; what they have not heard yet is stored with it."""
        self.requests: dict[str, RequestFile] = {}
        self.people: dict[str, LedgerFile] = {}
        self.organisations: dict[str, LedgerFile] = {}
        self.others: list[Put | Update] = []
        self.alerts: list[Alert] = []
        """What is raised with the change; observers are told when it is stored."""
        self.nudged: list[RequestFile] = []
        """Requests whose subject is to be asked to speak to the respondent."""
        self.courtesies = courtesies
        """Which last words are said at all."""
        self.courtesies_due: list[tuple[RequestFile, CourtesyKind]] = []
        """Requests of which one is to be said now."""
        self._happened: list[tuple[RequestFile, Event]] = []

    def file(self, records: Iterable[Record | None]) -> None:
        """Take in what was read of requests, people and organisations; what is not there is left out."""
        for record in records:
            if record is None:
                continue
            if record.kind == REQUEST:
                self.requests[record.key] = RequestFile.stored(record)
            elif record.kind == PERSON:
                self.people[record.key] = LedgerFile.stored(record)
            else:
                self.organisations[record.key] = LedgerFile.stored(record)

    def has(self, key: RecordKey) -> bool:
        """Whether that request, person or organisation is in hand."""
        if key.kind == REQUEST:
            return key.key in self.requests
        return key.key in (self.people if key.kind == PERSON else self.organisations)

    def by_respondent(self) -> dict[str, list[RequestFile]]:
        """The requests in hand, by whom they ask."""
        people: dict[str, list[RequestFile]] = {}
        for file in self.requests.values():
            people.setdefault(file.respondent, []).append(file)
        return people

    def person(self, key: str) -> LedgerFile:
        """The file of a person, which must be in hand."""
        file = self.people.get(key)
        if file is None:
            raise NotFound(PERSON, key)
        return file

    def organisation(self, key: str | None) -> LedgerFile:
        """The file of an organisation, or an empty one for a person without any."""
        if key is None:
            return NOBODY
        file = self.organisations.get(key)
        if file is None:
            raise NotFound(ORGANISATION, key)
        return file

    def count(self, person: str, organisation: str | None, at_us: int, *, keep_us: int) -> None:
        """Count a contact of that instant in the ledgers of a person and their organisation."""
        for file in self._ledgers(person, organisation):
            file.ledger = file.ledger.booked(at_us, keep_us=keep_us)

    def uncount(self, person: str, organisation: str | None, at_us: int) -> None:
        """Count that contact no longer, for it did not reach anybody."""
        for file in self._ledgers(person, organisation):
            file.ledger = file.ledger.released(at_us)

    def _ledgers(self, person: str, organisation: str | None) -> tuple[LedgerFile, ...]:
        own = self.person(person)
        return (own,) if organisation is None else (own, self.organisation(organisation))

    def happen(self, file: RequestFile, kind: EventKind, **fields: Any) -> None:  # noqa: ANN401 - as `Event` takes them
        """Let an event happen to a request now; an illegal one raises and changes nothing."""
        event = Event(kind=kind, at_us=self.now_us, actor=self.actor, **fields)
        before = file.progress
        file.progress = apply(before, event, key=file.key)
        file.changed = True
        if kind in _TELLING and event.party not in _UNTOLD:
            file.telling = True
            if self.courtesies:
                courtesy = courtesy_after(file.request, before, event)
                if courtesy in self.courtesies:
                    self.courtesies_due.append((file, courtesy))
        self._happened.append((file, event))

    def alert(self, file: RequestFile, kind: AlertKind, about: str, reason: str) -> None:
        """Raise an alert for the owner of a request; `about` tells it from others about the same request."""
        self.alerts.append(
            Alert(
                key=f"{file.key}/alert/{about}",
                kind=kind,
                at_us=self.now_us,
                request=file.key,
                owner=file.request.owner,
                reason=reason,
            )
        )
        body = encode(self.alerts[-1])
        self.others.append(Put(ALERT, self.alerts[-1].key, 0, None, file.group, file.refs, UNREAD, b"[1]", body))

    def _signals(self, requests: Iterable[RequestFile]) -> Iterator[Put]:
        """A record for each request that tells the plan of its engagement something: nobody else writes it."""
        for file in requests:
            if file.telling and file.engagement is not None and file.tells_its_plan:
                key, refs = f"{file.key}@{file.next_version}", (file.engagement,)
                yield Put(SIGNAL, key, 0, self.now_us, file.engagement, refs, "noted", encode_signal(self.now_us), b"")

    def change(self, owner: str, salt: Callable[[], bytes]) -> Change | None:
        """The change that stores all this, or `None` where nothing differs; asked once, at the end."""
        requests = [file for file in self.requests.values() if file.changed]
        ledgers = [file for file in (*self.people.values(), *self.organisations.values()) if file.changed]
        first = next(iter((*requests, *ledgers, *self.others)), None)
        if first is None:
            return None
        change_id = change_id_of(self.now_us, owner, first, salt())
        entries: list[HistoryEntry] = []
        notices: list[Put] = []
        for file, event in self._happened:
            entry, file.end = append(file.key, event, change_id=change_id, end=file.end, salt=salt())
            entries.append(entry)
            if self.subscribers:
                notices += notices_of(self.subscribers, file, event)
        writes = (
            *(file.write() for file in requests),
            *(file.write() for file in ledgers),
            *self._signals(requests),
            *self.others,
            *notices,
        )
        return Change(change_id, self.now_us, writes, tuple(entries))
